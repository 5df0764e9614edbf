"""Strict DER: what is refused, and that the encoders write what the reader takes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baroalgi import certs
from baroalgi.certs import Code, der


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("", Code.DER_TRUNCATED),
        ("30", Code.DER_TRUNCATED),
        ("3001", Code.DER_TRUNCATED),
        ("3082", Code.DER_TRUNCATED),
        ("30020201", Code.DER_TRUNCATED),
        ("30000500", Code.DER_TRAILING),
        ("30800000", Code.DER_LENGTH),
        ("308100", Code.DER_LENGTH),
        ("30817F" + "00" * 127, Code.DER_LENGTH),
        ("3082008005" + "00" * 127, Code.DER_LENGTH),
        ("308400000000", Code.DER_LENGTH),
        ("30FF", Code.DER_LENGTH),
        ("30031F0100", Code.DER_TAG),
        ("30021000", Code.DER_TAG),
        ("30022400", Code.DER_TAG),
        ("30020000", Code.DER_VALUE),
        ("30020200", Code.DER_VALUE),
        ("300402020001", Code.DER_VALUE),
        ("30040202FFFF", Code.DER_VALUE),
        ("3003010101", Code.DER_VALUE),
        ("30020300", Code.DER_VALUE),
        ("3003030101", Code.DER_VALUE),
        ("300403020801", Code.DER_VALUE),
        ("300403020101", Code.DER_VALUE),
        ("3003050100", Code.DER_VALUE),
        ("30020600", Code.DER_VALUE),
        ("3003060180", Code.DER_VALUE),
        ("0500", Code.SHAPE),
    ],
)
def test_what_is_not_der_is_refused(data, code):
    with pytest.raises(certs.BadInput) as refused:
        der.read(bytes.fromhex(data), longest=1000)
    assert refused.value.code is code


def test_depth_and_size_are_bounded():
    data = b"\x05\x00"
    for _ in range(24):
        data = der.sequence(data)
    assert der.read(data, longest=1000).raw == data

    with pytest.raises(certs.BadInput) as too_deep:
        der.read(der.sequence(data), longest=1000)
    with pytest.raises(certs.BadInput) as too_large:
        der.read(data, longest=len(data) - 1)
    assert (too_deep.value.code, too_large.value.code) == (Code.DER_DEPTH, Code.TOO_LARGE)


def test_a_node_shows_no_content():
    assert repr(der.read(der.sequence(der.octets(b"secret")), longest=100)) == "<Node 30, 10 bytes>"


@settings(deadline=None)
@given(st.integers())
def test_integers_come_back(value):
    encoded = der.integer(value)

    assert der.read(encoded, longest=10_000, tag=der.INTEGER).number() == value


@settings(deadline=None)
@given(st.integers(0, 39), st.lists(st.integers(0, 2**64), max_size=6))
def test_object_identifiers_are_der(second, others):
    encoded = der.oid(".".join(map(str, (1, second, *others))))

    assert der.read(encoded, longest=1000, tag=der.OID).raw == encoded


@pytest.mark.parametrize("length", [0, 127, 128, 255, 256, 65535, 65536])
def test_lengths_are_minimal(length):
    node = der.read(der.sequence(der.octets(bytes(length))), longest=10**6)

    assert node.of(der.OCTET_STRING)[0].body == bytes(length)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader(data):
    try:
        node = der.read(data, longest=1000)
    except certs.BadInput:
        return
    assert node.raw == data
