"""Strict DER: reading into a tree, and the few encoders that this room's formats need.

Strict means: definite minimal lengths, one tag byte, minimal INTEGERs, no constructed strings,
bounded depth, nothing after the end. What is refused here is refused before any library parses it.
"""

from functools import cache
from typing import NamedTuple

from baroalgi.certs.errors import BadInput, Code

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
UTF8_STRING, PRINTABLE_STRING, UTC_TIME, GENERALIZED_TIME, BMP_STRING = 0x0C, 0x13, 0x17, 0x18, 0x1E
SEQUENCE, SET = 0x30, 0x31
CONTEXT_0, CONTEXT_0_PRIMITIVE = 0xA0, 0x80

_DEEPEST = 24
_CONSTRUCTED = 0x20
_UNIVERSAL_CONSTRUCTED = {SEQUENCE, SET}


class Node(NamedTuple):
    """One value: `raw` is header and body, `children` is None for a primitive one."""

    tag: int
    raw: bytes
    body: bytes
    children: "tuple[Node, ...] | None"

    def __repr__(self) -> str:
        # What was read may be a key: no content in a traceback.
        return f"<Node {self.tag:02x}, {len(self.raw)} bytes>"

    def of(self, *tags: int) -> "tuple[Node, ...]":
        """Return the children, whose tags must be exactly these, in this order. Raises BadInput SHAPE."""
        children = self.children
        if children is None or tuple(child.tag for child in children) != tags:
            raise BadInput(Code.SHAPE)
        return children

    def each(self, tag: int) -> "tuple[Node, ...]":
        """Return the children, one or more, which must all have this tag. Raises BadInput SHAPE."""
        if not self.children:
            raise BadInput(Code.SHAPE)
        return self.of(*[tag] * len(self.children))

    def number(self) -> int:
        """Return an INTEGER's value, signed."""
        if self.tag != INTEGER:
            raise BadInput(Code.SHAPE)
        return int.from_bytes(self.body, "big", signed=True)


def read(data: bytes, *, longest: int, tag: int = SEQUENCE) -> Node:
    """Read exactly one value with this tag from at most `longest` bytes. Raises BadInput (place: offset)."""
    if len(data) > longest:
        raise BadInput(Code.TOO_LARGE)
    nodes = _walk(data, 0, len(data), 0)
    if not nodes:
        raise BadInput(Code.DER_TRUNCATED, 0)
    if len(nodes) > 1:
        raise BadInput(Code.DER_TRAILING, len(nodes[0].raw))
    if nodes[0].tag != tag:
        raise BadInput(Code.SHAPE)
    return nodes[0]


def _walk(data: bytes, start: int, end: int, depth: int) -> tuple[Node, ...]:
    if depth > _DEEPEST:
        raise BadInput(Code.DER_DEPTH, start)
    nodes = []
    while start < end:
        tag, body, stop = _header(data, start, end)
        content = data[body:stop]
        children = _walk(data, body, stop, depth + 1) if tag & _CONSTRUCTED else None
        _check(tag, content, start)
        nodes.append(Node(tag, data[start:stop], content, children))
        start = stop
    return tuple(nodes)


def _header(data: bytes, start: int, end: int) -> tuple[int, int, int]:
    if end - start < 2:
        raise BadInput(Code.DER_TRUNCATED, start)
    tag, length, body = data[start], data[start + 1], start + 2
    if tag & 0x1F == 0x1F:
        raise BadInput(Code.DER_TAG, start)
    if length & 0x80:
        size = length & 0x7F
        if not 1 <= size <= 3:  # 0x80 opens an indefinite length, which DER does not know
            raise BadInput(Code.DER_LENGTH, start)
        if body + size > end:
            raise BadInput(Code.DER_TRUNCATED, start)
        length = int.from_bytes(data[body : body + size], "big")
        if length < 0x80 or data[body] == 0:
            raise BadInput(Code.DER_LENGTH, start)
        body += size
    if body + length > end:
        raise BadInput(Code.DER_TRUNCATED, start)
    return tag, body, body + length


def _check(tag: int, body: bytes, place: int) -> None:
    if tag & 0xC0 == 0 and bool(tag & _CONSTRUCTED) != (tag | _CONSTRUCTED in _UNIVERSAL_CONSTRUCTED):
        raise BadInput(Code.DER_TAG, place)  # a constructed string, a primitive SEQUENCE
    match tag:
        case 0x00:  # end-of-contents belongs to indefinite lengths
            bad = True
        case 0x01:
            bad = body not in (b"\x00", b"\xff")
        case 0x02:
            bad = not body or (
                len(body) > 1 and ((body[0] == 0 and body[1] < 0x80) or (body[0] == 0xFF and body[1] > 0x7F))
            )
        case 0x03:
            bad = (
                not body
                or body[0] > 7
                or (body[0] > 0 and (len(body) == 1 or body[-1] & (1 << body[0]) - 1 > 0))
            )
        case 0x05:
            bad = bool(body)
        case 0x06:
            bad = not body or body[-1] > 0x7F or body[0] == 0x80
        case _:
            bad = False
    if bad:
        raise BadInput(Code.DER_VALUE, place)


def tlv(tag: int, *parts: bytes) -> bytes:
    """Encode one value with the minimal length; a constructed tag takes encoded children."""
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes((tag, len(body))) + body
    size = (len(body).bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + len(body).to_bytes(size, "big") + body


def sequence(*parts: bytes) -> bytes:
    """Encode a SEQUENCE of encoded values."""
    return tlv(SEQUENCE, *parts)


def set_of(*parts: bytes) -> bytes:
    """Encode a SET OF: sorted by encoding, as DER asks."""
    return tlv(SET, *sorted(parts))


def integer(value: int) -> bytes:
    """Encode an INTEGER of either sign."""
    bits = value.bit_length() if value >= 0 else (value + 1).bit_length()
    return tlv(INTEGER, value.to_bytes(bits // 8 + 1, "big", signed=True))


def octets(value: bytes) -> bytes:
    """Encode an OCTET STRING."""
    return tlv(OCTET_STRING, value)


def bits(value: bytes) -> bytes:
    """Encode a BIT STRING of whole bytes."""
    return tlv(BIT_STRING, b"\x00", value)


def explicit(number: int, *parts: bytes) -> bytes:
    """Encode a constructed context tag [number] around encoded values."""
    return tlv(CONTEXT_0 | number, *parts)


def null() -> bytes:
    """Encode NULL."""
    return tlv(NULL)


@cache
def oid(dotted: str) -> bytes:
    """Encode an OBJECT IDENTIFIER from its dotted form."""
    first, second, *others = (int(arc) for arc in dotted.split("."))
    body = bytearray()
    for arc in (first * 40 + second, *others):
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(arc & 0x7F | 0x80)
        body += bytes(reversed(septets))
    return tlv(OID, bytes(body))
