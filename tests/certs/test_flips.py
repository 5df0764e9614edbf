"""No byte of a message is free: npki.md §6.1 asks that no single-bit flip is ever accepted."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baroalgi import certs
from baroalgi.certs import der, keys
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


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([RSA, WITH_CHAIN]), st.data())
def test_no_single_bit_of_other_messages_is_free(message, data):
    assert not accepted(flip(message, data.draw(st.integers(0, len(message) * 8 - 1))))


def signed_with(certificate: bytes) -> bytes:
    """A right message by the mother's key, for whatever stands in place of her certificate."""
    return forge.message(signer=cast.Parent(M.key, M.r, certificate))


@settings(max_examples=400, deadline=None)
@given(st.integers(0, len(M.certificate) * 8 - 1))
def test_no_single_bit_of_a_certificate_is_free_for_its_owner(bit):
    """Here the message is right again after the change: only the path can tell."""
    try:
        message = signed_with(flip(M.certificate, bit))
    except (certs.BadInput, IndexError, TypeError):
        return  # not even the forger finds issuer and serial in it

    assert not accepted(message)


def respelt(node: der.Node, random: Random) -> bytes:
    """Write a value again, about one part in fifty dropped, doubled, retagged, cut, replaced or shuffled."""
    body = node.body
    if random.random() < 0.02:
        tag = random.choice([1, 2, 3, 4, 5, 6, 12, 19, 23, 24, 30, 0x30, 0x31, 0xA0, 0xA3, 0x80, 0x82, 0x86])
        children = [child.raw for child in node.children or ()]
        return random.choice(
            [
                b"",
                node.raw * 2,
                der.tlv(tag, body),
                der.tlv(node.tag, body[: random.randrange(len(body) + 1)]),
                der.tlv(node.tag, random.randbytes(random.randrange(30))),
                der.tlv(node.tag, *random.sample(children, len(children))),
            ]
        )
    if node.children is not None:
        return der.tlv(node.tag, *(respelt(child, random) for child in node.children))
    if node.tag == der.OCTET_STRING:  # an extension's value
        try:
            return der.octets(respelt(der.read(body, longest=9999, tag=body[0]), random))
        except (certs.BadInput, IndexError):
            return node.raw
    return node.raw


@settings(max_examples=400, deadline=None)
@given(st.randoms(use_true_random=True))
def test_no_respelt_certificate_crashes_the_check_even_if_the_authority_signed_it(random):
    tbs = respelt(der.read(M.certificate, longest=9999).children[0], random)
    certificate = der.sequence(tbs, keys.ECDSA_SHA256, der.bits(keys.sign(cast.operator().key, tbs)))

    certs.lint(certificate, authority=cast.operator().authority, profile=cast.PROFILE)
    try:
        message = signed_with(certificate)
    except (certs.BadInput, IndexError, TypeError):
        return
    accepted(message)


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, len(BASE)), st.integers(0, 40), st.binary(max_size=40).filter(lambda inserted: inserted)
)
def test_cutting_and_pasting_gives_nothing_and_crashes_nothing(place, removed, inserted):
    changed = BASE[:place] + inserted + BASE[place + removed :]

    assert accepted(changed) is (changed == BASE)
