"""Keyed hashes and sealed values."""

import pytest

from baroalgi.certs import BadInput
from baroalgi.platform import crypto


def test_the_same_number_gives_the_same_mac_and_another_another():
    assert crypto.identity_mac("8403122345670") == crypto.identity_mac("8403122345670")
    assert crypto.identity_mac("8403122345670") != crypto.identity_mac("8403122345671")
    assert "840312" not in crypto.identity_mac("8403122345670")


def test_a_proof_depends_on_number_and_password():
    proof = crypto.issue_proof("202611240003174", "Abcde12345")
    assert proof == crypto.issue_proof("202611240003174", "Abcde12345")
    assert proof != crypto.issue_proof("202611240003174", "abcde12345")
    assert proof != crypto.issue_proof("202611240003175", "Abcde12345")


def test_a_sealed_value_opens_only_where_it_belongs():
    sealed = crypto.seal("서연", about="outbox:1")
    assert crypto.open_sealed(sealed, about="outbox:1") == "서연"
    assert sealed != crypto.seal("서연", about="outbox:1")
    for other in (sealed[:-1] + bytes([sealed[-1] ^ 1]), sealed[:5], b""):
        with pytest.raises(BadInput):
            crypto.open_sealed(other, about="outbox:1")
    with pytest.raises(BadInput):
        crypto.open_sealed(sealed, about="outbox:2")
