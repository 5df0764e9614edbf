"""The profile of parents' certificates (npki.md §4) and the lint that compares a certificate with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from baroalgi.certs import certificate, keys, vid
from baroalgi.certs.errors import BadInput, Code

# A CommonName of more bytes makes `cryptography` complain; the whole name stands in IdentifyData.
_LONGEST_COMMON_NAME = 64
_LONGEST_NAME = 64  # RFC 5280 appendix A, in characters
_ACCOUNT_DIGITS = 17
_SERIAL_BEGIN = b"\x02\x10\x01"  # an INTEGER of 16 bytes, the first 01
_SIGNING = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the operator decides. Addresses are http URIs; `policy_oid` is dotted; `lifetime` the longest."""

    operator: str
    policy_oid: str
    cps_uri: str
    crl_uri: str
    ocsp_uri: str
    issuer_uri: str
    lifetime: timedelta = timedelta(days=366)


class Fault(StrEnum):
    """What a certificate has that the profile has not, or the other way round."""

    UNREADABLE = "unreadable"
    SERIAL = "serial"
    ISSUER = "issuer"
    SUBJECT = "subject"
    VALIDITY = "validity"
    KEY = "key"
    SIGNATURE_ALGORITHM = "signature_algorithm"
    EXTENSIONS = "extensions"
    CRITICALITY = "criticality"
    KEY_USAGE = "key_usage"
    AUTHORITY_KEY = "authority_key"
    SUBJECT_KEY = "subject_key"
    POLICY = "policy"
    IDENTIFY_DATA = "identify_data"
    ADDRESSES = "addresses"


def subject_name(operator: str, name: str, account: str) -> x509.Name:
    """Return C=KR, O=operator, OU=parent, CN=name()account; a name too long for CN is cut at a character."""
    room = _LONGEST_COMMON_NAME - len("()") - _ACCOUNT_DIGITS
    short = name.encode()[:room].decode(errors="ignore")
    return distinguished_name(operator, "parent", f"{short}(){account}")


def distinguished_name(operator: str, unit: str, common_name: str) -> x509.Name:
    """Return a name under C=KR.

    Raises BadInput PROFILE if a part is empty or over 64 characters, or CN over 64 bytes of UTF-8.
    """
    parts = {
        NameOID.COUNTRY_NAME: "KR",
        NameOID.ORGANIZATION_NAME: operator,
        NameOID.ORGANIZATIONAL_UNIT_NAME: unit,
        NameOID.COMMON_NAME: common_name,
    }
    if not all(0 < len(text) <= _LONGEST_NAME for text in parts.values()):
        raise BadInput(Code.PROFILE, "name")
    try:
        return x509.Name([x509.NameAttribute(kind, text) for kind, text in parts.items()])
    except ValueError:
        raise BadInput(Code.PROFILE, "name") from None


def subject_key_id(authority: x509.Certificate) -> bytes:
    """Return the authority's SKI: what the AKI of its certificates must say, whoever holds the key."""
    return authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest


def extensions(
    public_key: keys.PublicKey,
    authority: x509.Certificate,
    profile: Profile,
    identity: x509.SubjectAlternativeName,
) -> list[tuple[x509.ExtensionType, bool]]:
    """Return the extensions of a parent's certificate in order, each with its criticality."""
    uri = x509.UniformResourceIdentifier
    access, locator = x509.AccessDescription, AuthorityInformationAccessOID
    policy = x509.PolicyInformation(x509.ObjectIdentifier(profile.policy_oid), [profile.cps_uri])
    return [
        (x509.AuthorityKeyIdentifier(subject_key_id(authority), None, None), False),
        (x509.SubjectKeyIdentifier.from_public_key(public_key), False),
        (_SIGNING, True),
        (x509.CertificatePolicies([policy]), False),
        (identity, False),
        (
            x509.CRLDistributionPoints([x509.DistributionPoint([uri(profile.crl_uri)], None, None, None)]),
            False,
        ),
        (
            x509.AuthorityInformationAccess(
                [
                    access(locator.OCSP, uri(profile.ocsp_uri)),
                    access(locator.CA_ISSUERS, uri(profile.issuer_uri)),
                ]
            ),
            False,
        ),
    ]


def lint(data: bytes, *, authority: bytes, profile: Profile) -> tuple[Fault, ...]:
    """Compare a parent's certificate (DER) with the profile; empty means clean. The signature isn't tried."""
    try:
        raw, issuing = certificate.parts(data), certificate.parts(authority)
        leaf, loaded = certificate.load(data), certificate.load(authority)
        subject_key_id(loaded)
    except (BadInput, x509.ExtensionNotFound):
        return (Fault.UNREADABLE,)
    checks: dict[Fault, Callable[[], bool]] = {
        Fault.SERIAL: lambda: raw.serial[:3] == _SERIAL_BEGIN,
        Fault.ISSUER: lambda: raw.issuer == issuing.subject,
        Fault.SUBJECT: lambda: _subject_fits(leaf, raw.subject, profile),
        Fault.VALIDITY: lambda: _validity_fits(leaf, loaded, profile),
        Fault.KEY: lambda: _key_fits(leaf),
        Fault.SIGNATURE_ALGORITHM: lambda: (
            raw.signature_algorithm == keys.algorithm(certificate.public_key(loaded))
        ),
    }
    broken = [fault for fault, fits in checks.items() if not fits()]
    return (*broken, *_extension_faults(leaf, loaded, profile))


def _subject_fits(leaf: x509.Certificate, subject: bytes, profile: Profile) -> bool:
    try:
        real_name = vid.identify_data(leaf).real_name
        account = certificate.name_text(subject, certificate.COMMON_NAME)[-_ACCOUNT_DIGITS:]
        wanted = subject_name(profile.operator, real_name, account).public_bytes()
    except BadInput:
        return False
    return len(account) == _ACCOUNT_DIGITS and account.isascii() and account.isdigit() and subject == wanted


def _key_fits(leaf: x509.Certificate) -> bool:
    try:
        return keys.certifiable(certificate.public_key(leaf))
    except BadInput:
        return False


def _validity_fits(leaf: x509.Certificate, authority: x509.Certificate, profile: Profile) -> bool:
    begin, end = leaf.not_valid_before_utc, leaf.not_valid_after_utc
    inside = authority.not_valid_before_utc <= begin and end <= authority.not_valid_after_utc
    return begin < end <= begin + profile.lifetime and inside


def _extension_faults(leaf: x509.Certificate, authority: x509.Certificate, profile: Profile) -> list[Fault]:
    """Compare each extension with the one this profile would give the same key and owner."""
    try:
        known = vid.identify_data(leaf)
        identity = vid.alternative_name(known.real_name, known.virtual_id)
        key = certificate.public_key(leaf)
    except BadInput:
        return [Fault.IDENTIFY_DATA]
    wanted = extensions(key, authority, profile, identity)
    found = {extension.oid: extension for extension in leaf.extensions}
    if found.keys() != {value.oid for value, _ in wanted}:
        return [Fault.EXTENSIONS]
    faults = [_FAULT_OF[value.oid] for value, _ in wanted if found[value.oid].value != value]
    if any(found[value.oid].critical is not critical for value, critical in wanted):
        faults.append(Fault.CRITICALITY)
    return faults


_FAULT_OF = {
    x509.AuthorityKeyIdentifier.oid: Fault.AUTHORITY_KEY,
    x509.SubjectKeyIdentifier.oid: Fault.SUBJECT_KEY,
    x509.KeyUsage.oid: Fault.KEY_USAGE,
    x509.CertificatePolicies.oid: Fault.POLICY,
    x509.SubjectAlternativeName.oid: Fault.IDENTIFY_DATA,
    x509.CRLDistributionPoints.oid: Fault.ADDRESSES,
    x509.AuthorityInformationAccess.oid: Fault.ADDRESSES,
}
