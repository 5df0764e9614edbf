"""Strict DER: reading into a tree, and the few encoders that this room's formats need.

Strict means: definite minimal lengths, one tag byte, minimal INTEGERs, no constructed strings,
bounded depth, nothing after the end. What is refused here is refused before any library parses it.
"""

from collections.abc import Callable
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
    # Half of what checking a signature costs is spent here: hence one loop with few calls.
    if depth > _DEEPEST:
        raise BadInput(Code.DER_DEPTH, start)
    nodes = []
    while start < end:
        if end - start < 2:
            raise BadInput(Code.DER_TRUNCATED, start)
        tag, length, body = data[start], data[start + 1], start + 2
        if tag & 0x1F == 0x1F:
            raise BadInput(Code.DER_TAG, start)
        if length >= 0x80:
            length, body = _long_length(data, start, end)
        stop = body + length
        if stop > end:
            raise BadInput(Code.DER_TRUNCATED, start)
        content, children = data[body:stop], None
        if tag & _CONSTRUCTED:
            if tag in _UNIVERSAL and tag not in _UNIVERSAL_CONSTRUCTED:
                raise BadInput(Code.DER_TAG, start)  # a constructed string
            children = _walk(data, body, stop, depth + 1)
        elif (is_value := _VALUES.get(tag)) is not None and not is_value(content):
            primitive_list = tag | _CONSTRUCTED in _UNIVERSAL_CONSTRUCTED
            raise BadInput(Code.DER_TAG if primitive_list else Code.DER_VALUE, start)
        nodes.append(Node(tag, data[start:stop], content, children))
        start = stop
    return tuple(nodes)


def _long_length(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Read a length of more than one byte; returns it and where the body begins."""
    size, body = data[start + 1] & 0x7F, start + 2
    if not 1 <= size <= 3:  # 0x80 opens an indefinite length, which DER does not know
        raise BadInput(Code.DER_LENGTH, start)
    if body + size > end:
        raise BadInput(Code.DER_TRUNCATED, start)
    length = int.from_bytes(data[body : body + size], "big")
    if length < 0x80 or data[body] == 0:
        raise BadInput(Code.DER_LENGTH, start)
    return length, body + size


def _is_integer(body: bytes) -> bool:
    if len(body) < 2:
        return bool(body)
    return not (body[0] == 0 and body[1] < 0x80) and not (body[0] == 0xFF and body[1] > 0x7F)


def _is_bit_string(body: bytes) -> bool:
    if not body or body[0] > 7:
        return False
    return body[0] == 0 or (len(body) > 1 and not body[-1] & (1 << body[0]) - 1)


_UNIVERSAL = range(0x40)
# Primitive values with a form of their own. End-of-contents belongs to indefinite lengths.
_VALUES: dict[int, Callable[[bytes], bool]] = {
    0x00: lambda body: False,
    BOOLEAN: lambda body: body in (b"\x00", b"\xff"),
    INTEGER: _is_integer,
    BIT_STRING: _is_bit_string,
    NULL: lambda body: not body,
    OID: lambda body: bool(body) and body[-1] < 0x80 and body[0] != 0x80,
    SEQUENCE & ~_CONSTRUCTED: lambda body: False,
    SET & ~_CONSTRUCTED: lambda body: False,
}


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
