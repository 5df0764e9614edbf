"""Certificates of the operator's own authorities and their revocation lists (npki.md §4, §6.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID

from baroalgi.certs import certificate, keys
from baroalgi.certs.profile import distinguished_name, subject_key_id

UNIT = "ParentCA"

_CA_USAGE = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True, slots=True)
class Revoked:
    """One line of a revocation list. `at` is aware."""

    serial: int
    at: datetime
    reason: x509.ReasonFlags


def self_signed_root(
    key: keys.PrivateKey,
    *,
    operator: str,
    common_name: str,
    serial: int,
    not_before: datetime,
    not_after: datetime,
) -> bytes:
    """Return the operator's root certificate, DER: it may have one level of authorities below it."""
    name = distinguished_name(operator, UNIT, common_name)
    builder = _authority(name, name, key.public_key(), serial, not_before, not_after, path_length=1)
    return _signed(builder, key)


def issuing_authority(
    root_key: keys.PrivateKey,
    *,
    root: bytes,
    public_key: keys.PublicKey,
    operator: str,
    common_name: str,
    serial: int,
    not_before: datetime,
    not_after: datetime,
    policy_oid: str,
    crl_uri: str,
    issuer_uri: str,
) -> bytes:
    """Return the certificate of an authority that issues to parents, signed by the root, DER.

    `crl_uri` and `issuer_uri` say where the root's list and certificate lie.
    """
    above = certificate.load(root)
    name = distinguished_name(operator, UNIT, common_name)
    uri = x509.UniformResourceIdentifier
    found_at = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, uri(issuer_uri))
    policy = x509.PolicyInformation(x509.ObjectIdentifier(policy_oid), None)
    builder = (
        _authority(above.subject, name, public_key, serial, not_before, not_after, path_length=0)
        .add_extension(x509.AuthorityKeyIdentifier(subject_key_id(above), None, None), critical=False)
        .add_extension(x509.CertificatePolicies([policy]), critical=False)
        .add_extension(
            x509.CRLDistributionPoints([x509.DistributionPoint([uri(crl_uri)], None, None, None)]),
            critical=False,
        )
        .add_extension(x509.AuthorityInformationAccess([found_at]), critical=False)
    )
    return _signed(builder, root_key)


def make_crl(
    key: keys.PrivateKey,
    *,
    authority: bytes,
    number: int,
    this_update: datetime,
    next_update: datetime,
    revoked: Iterable[Revoked],
) -> bytes:
    """Return a whole revocation list, DER. `number` grows with each list of this authority."""
    issuing = certificate.load(authority)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuing.subject)
        .last_update(this_update.replace(microsecond=0))
        .next_update(next_update.replace(microsecond=0))
        .add_extension(x509.AuthorityKeyIdentifier(subject_key_id(issuing), None, None), critical=False)
        .add_extension(x509.CRLNumber(number), critical=False)
    )
    for line in revoked:
        builder = builder.add_revoked_certificate(_entry(line))
    return builder.sign(key, SHA256(), ecdsa_deterministic=keys.deterministic(key)).public_bytes(Encoding.DER)


def _entry(line: Revoked) -> x509.RevokedCertificate:
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(line.serial)
        .revocation_date(line.at.replace(microsecond=0))
    )
    # RFC 5280 §5.3.1: "unspecified" is said by saying nothing.
    if line.reason is not x509.ReasonFlags.unspecified:
        entry = entry.add_extension(x509.CRLReason(line.reason), critical=False)
    return entry.build()


def _authority(
    issuer: x509.Name,
    subject: x509.Name,
    public_key: keys.PublicKey,
    serial: int,
    not_before: datetime,
    not_after: datetime,
    *,
    path_length: int,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(public_key)
        .serial_number(serial)
        .not_valid_before(not_before.replace(microsecond=0))
        .not_valid_after(not_after.replace(microsecond=0))
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(_CA_USAGE, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _signed(builder: x509.CertificateBuilder, key: keys.PrivateKey) -> bytes:
    return builder.sign(key, SHA256(), ecdsa_deterministic=keys.deterministic(key)).public_bytes(Encoding.DER)
