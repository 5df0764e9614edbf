"""What an authority publishes: at the addresses that stand in its certificates."""

from urllib.parse import urlsplit

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from tests.issuing import approved
from tests.statements import assert_statements


def test_every_address_of_a_certificate_but_the_responders_answers(world, authority, sign, visitor):
    parent = approved(world, world.seoyeon)
    parent.order()
    sign()
    parent.wait()
    asked = []
    for der in (parent.certificate, authority.certificate):
        extensions = x509.load_der_x509_certificate(der).extensions
        (point,) = extensions.get_extension_for_class(x509.CRLDistributionPoints).value
        access = extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
        asked += [point.full_name[0].value]
        asked += [
            each.access_location.value
            for each in access
            if each.access_method == AuthorityInformationAccessOID.CA_ISSUERS
        ]
        (policy,) = extensions.get_extension_for_class(x509.CertificatePolicies).value
        asked += policy.policy_qualifiers or []
    paths = [urlsplit(address).path for address in asked]
    assert paths == ["/pki/1/crl", "/pki/1/ca.cer", "/pki/cps/", "/pki/1/root.crl", "/pki/1/root.cer"]
    assert [visitor.get(path).status_code for path in paths] == [200] * 5


def test_the_practice_statement_shows_the_fingerprints(world, authority, visitor):
    with assert_statements(2):
        page = visitor.get("/pki/cps/")
    digits = x509.load_der_x509_certificate(authority.root).fingerprint(
        x509.load_der_x509_certificate(authority.root).signature_hash_algorithm
    )
    assert digits.hex() in page.text.replace(" ", "")


def test_what_is_not_there_is_the_usual_404(world, authority, visitor):
    for name in ("2", "root", "x" * 300):
        assert visitor.get(f"/pki/{name}/ca.cer").status_code == 404
        assert visitor.get(f"/pki/{name}/crl").status_code == 404


def test_before_its_first_list_there_is_none(world, authority, visitor):
    assert visitor.get("/pki/1/crl").status_code == 404
