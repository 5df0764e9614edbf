"""VID: the vector of npki.md §3.1 and the bytes of a real certificate's otherName."""

import pytest
from cryptography import x509

from baroalgi import certs
from baroalgi.certs import Code, certificate, vid
from tests.certs import cast

NUMBER = "1234561234567"
R = bytes.fromhex("79EA7568A2D3776604E18BCD3A1B1B85B7DA0872")
H1 = bytes.fromhex("CDFF7F7C20B3219BC8CE65FE461CF826912718BF0F604CBB6E8216EAC9564C30")
VID = bytes.fromhex("17692C8DD00EAD33791DE0A64A937C60799634C64AC56FA57570C0E05252AB35")


def test_the_vector():
    assert vid.h1(NUMBER, R) == H1
    assert vid.virtual_id(H1) == VID
    assert vid.matches(VID, H1)


@pytest.mark.parametrize("h1", [VID, b"", H1[:-1], H1 + b"\0", bytes(32)])
def test_only_h1_matches(h1):
    assert not vid.matches(VID, h1)


def test_the_san_is_laid_out_as_in_real_certificates():
    """npki.md §3.1: 30 59 A0 57 06 09 <idData> A0 4A 30 48 0C 03 <name> 30 41 30 3F 06 0A <VID> 30 31 …"""
    expected = (
        "3059 A057 0609 2A831A8C9A440A0101 A04A 3048 0C03 414243 3041 303F 060A 2A831A8C9A440A010101"
        "3031 300B 0609 608648016503040201 A022 0420" + VID.hex()
    )

    assert vid.alternative_name("ABC", VID).public_bytes() == bytes.fromhex(expected)


def test_what_was_written_is_read():
    identity = vid.identify_data(certificate.load(cast.mother().certificate))

    assert identity.real_name == "이서연"
    assert vid.matches(identity.virtual_id, cast.mother().h1, identity.hash_name)


@pytest.mark.parametrize("length", [0, 3, 19, 65])
def test_r_has_a_length(length):
    with pytest.raises(certs.BadInput) as refused:
        vid.h1(NUMBER, bytes(length))
    assert refused.value.code is Code.RANDOM_NUMBER


@pytest.mark.parametrize("number", ["", "123456-1234567", "１２３４５６", "1" * 33])
def test_a_number_is_printable_without_hyphen(number):
    with pytest.raises(certs.BadInput) as refused:
        vid.h1(number, R)
    assert refused.value.code is Code.NUMBER_SYNTAX


def test_a_certificate_without_names_has_no_identity():
    with pytest.raises(certs.BadInput) as refused:
        vid.identify_data(x509.load_der_x509_certificate(cast.operator().root))
    assert refused.value.code is Code.IDENTIFY_DATA_ABSENT
