"""No byte of a message is free: npki.md §6.1 asks that no single-bit flip is ever accepted."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baroalgi import certs
from tests.certs import cast, forge

M, C = cast.mother(), cast.content()
WITH_CHAIN = forge.message(certificates=[M.certificate, cast.operator().authority, cast.operator().root])
RSA = forge.message(signer=forge.parent(key=cast.rsa_key()))
BASE = forge.message()


def accepted(message: bytes) -> bool:
    try:
        certs.verify(message, C, M.h1, cast.operator().anchors_with_root, cast.NOW)
    except certs.Untrusted:
        return False
    return True


def flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize("message", [BASE, RSA, WITH_CHAIN], ids=["p256", "rsa", "with chain"])
def test_the_messages_are_accepted_as_they_are(message):
    assert accepted(message)


def test_no_single_bit_of_a_message_is_free():
    assert [bit for bit in range(len(BASE) * 8) if accepted(flip(BASE, bit))] == []


@settings(max_examples=300)
@given(st.sampled_from([RSA, WITH_CHAIN]), st.data())
def test_no_single_bit_of_other_messages_is_free(message, data):
    assert not accepted(flip(message, data.draw(st.integers(0, len(message) * 8 - 1))))


@settings(max_examples=300)
@given(
    st.integers(0, len(BASE)), st.integers(0, 40), st.binary(max_size=40).filter(lambda inserted: inserted)
)
def test_cutting_and_pasting_gives_nothing_and_crashes_nothing(place, removed, inserted):
    changed = BASE[:place] + inserted + BASE[place + removed :]

    assert accepted(changed) is (changed == BASE)
