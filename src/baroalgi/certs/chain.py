"""From a certificate up to an anchor that the operator trusts (npki.md §6.2), without revocation."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from baroalgi.certs import certificate
from baroalgi.certs.errors import BadInput, Reason, Untrusted

DEEPEST = 3  # authorities between the anchor and the leaf
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Anchor:
    """An authority that the operator trusts, an issuing one or a root. All certificates are DER.

    `policies`: dotted OIDs, one of which a certificate below it must carry.
    `intermediates`: authorities below it. What a sender sends along is never one.
    """

    certificate: bytes
    policies: frozenset[str]
    intermediates: tuple[bytes, ...] = ()


def check_path(
    leaf: x509.Certificate, parts: certificate.Parts, anchors: Collection[Anchor], now: datetime
) -> tuple[bytes, ...]:
    """Return the path from the leaf to its anchor, DER, if the leaf may sign for a person at this time.

    Raises Untrusted UNKNOWN_ISSUER, NOT_YET_VALID, EXPIRED, BAD_PATH, WEAK_KEY, POLICY.
    """
    candidates = [anchor for anchor in anchors if parts.issuer in _subjects(anchor)]
    if not candidates:
        raise Untrusted(Reason.UNKNOWN_ISSUER, issuer=_shown(parts.issuer))
    if now < leaf.not_valid_before_utc:
        raise Untrusted(Reason.NOT_YET_VALID)
    if now > leaf.not_valid_after_utc:
        raise Untrusted(Reason.EXPIRED)
    _leaf, *above = _build(leaf, candidates, now)
    _check_strength(leaf)
    for each in above:
        _check_strength(each)
    ders = (parts.der, *(each.public_bytes(Encoding.DER) for each in above))
    allowed = {oid for anchor in candidates if anchor.certificate == ders[-1] for oid in anchor.policies}
    if not allowed & _policies(leaf):
        raise Untrusted(Reason.POLICY)
    return ders


def _subjects(anchor: Anchor) -> set[bytes]:
    return {certificate.subject(each) for each in (anchor.certificate, *anchor.intermediates)}


def _build(leaf: x509.Certificate, anchors: Collection[Anchor], now: datetime) -> list[x509.Certificate]:
    try:
        intermediates = [_authority_of(each) for anchor in anchors for each in anchor.intermediates]
        verifier = (
            PolicyBuilder()
            .store(_store(tuple(anchor.certificate for anchor in anchors)))
            .time(now)
            .max_chain_depth(DEEPEST)
            .extension_policies(ee_policy=_LEAF, ca_policy=_AUTHORITY)
            .build_client_verifier()
        )
        return verifier.verify(leaf, intermediates).chain
    except (VerificationError, BadInput, *certificate.UNREADABLE):
        raise Untrusted(Reason.BAD_PATH) from None


@lru_cache(maxsize=16)
def _store(anchors: tuple[bytes, ...]) -> Store:
    return Store([_authority_of(each) for each in anchors])


@lru_cache(maxsize=64)
def _authority_of(data: bytes) -> x509.Certificate:
    """Load what the operator trusts, once. What a sender sends is never kept."""
    return certificate.load(data)


def _check_strength(link: x509.Certificate) -> None:
    try:
        certificate.public_key(link)
    except BadInput:
        raise Untrusted(Reason.WEAK_KEY) from None


def _policies(leaf: x509.Certificate) -> set[str]:
    # Its presence was checked with the path.
    found = leaf.extensions.get_extension_for_class(x509.CertificatePolicies).value
    return {policy.policy_identifier.dotted_string for policy in found}


def _shown(issuer: bytes) -> str:
    """Return the issuer's name for a sentence on the screen: the sender's text, so short and printable."""
    for kind in (certificate.COMMON_NAME, certificate.ORGANISATION):
        text = "".join(c for c in certificate.name_text(issuer, kind) if c.isprintable()).strip()
        if text:
            return text[:_LONGEST_NAME]
    return ""


# A validator refuses by raising ValueError. For what may be absent the extension may be None.


def _signs(_policy: Policy, _certificate: x509.Certificate, usage: x509.KeyUsage) -> None:
    if not usage.digital_signature or usage.key_cert_sign:
        raise ValueError("key usage")


def _no_authority(
    _policy: Policy, _certificate: x509.Certificate, constraints: x509.BasicConstraints | None
) -> None:
    if constraints is not None and constraints.ca:
        raise ValueError("an authority")


def _for_persons(
    _policy: Policy, _certificate: x509.Certificate, usage: x509.ExtendedKeyUsage | None
) -> None:
    if usage is not None and not _PERSONAL & set(usage):
        raise ValueError("extended key usage")


def _authority(_policy: Policy, _certificate: x509.Certificate, constraints: x509.BasicConstraints) -> None:
    if not constraints.ca:
        raise ValueError("not an authority")


def _certifies(_policy: Policy, _certificate: x509.Certificate, usage: x509.KeyUsage) -> None:
    if not usage.key_cert_sign:
        raise ValueError("key usage")


_PERSONAL = {
    ExtendedKeyUsageOID.CLIENT_AUTH,
    ExtendedKeyUsageOID.EMAIL_PROTECTION,
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
}
_ANY = Criticality.AGNOSTIC

# The library's own leaf policy refuses NPKI, where certificatePolicies is critical: it must be named.
_LEAF = (
    ExtensionPolicy.permit_all()
    .require_present(x509.KeyUsage, _ANY, _signs)
    .require_present(x509.SubjectAlternativeName, _ANY, None)
    .require_present(x509.CertificatePolicies, _ANY, None)
    .may_be_present(x509.BasicConstraints, _ANY, _no_authority)
    .may_be_present(x509.ExtendedKeyUsage, _ANY, _for_persons)
)
_AUTHORITY = (
    ExtensionPolicy.permit_all()
    .require_present(x509.BasicConstraints, Criticality.CRITICAL, _authority)
    .require_present(x509.KeyUsage, _ANY, _certifies)
    .may_be_present(x509.CertificatePolicies, _ANY, None)
)
