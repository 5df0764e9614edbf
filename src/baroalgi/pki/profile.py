"""How certificates of an authority look: what `certs` leaves to the operator (npki.md §4).

Everything that must not change while an authority lives is read from its own certificate.
"""

from hashlib import sha256

from cryptography import x509
from cryptography.x509.oid import NameOID
from django.conf import settings

from baroalgi import certs
from baroalgi.pki.types import Shown


def profile_of(name: str, certificate: bytes) -> certs.Profile:
    """Return the profile of the certificates that this authority issues."""
    subject = x509.load_der_x509_certificate(certificate).subject
    (operator,) = subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return certs.Profile(
        operator=str(operator.value),
        policy_oid=policy_of(certificate),
        cps_uri=f"{settings.ENVIRONMENT.url}/pki/cps/",
        crl_uri=address(name, "crl"),
        ocsp_uri=address(name, "ocsp"),
        issuer_uri=address(name, "ca.cer"),
    )


def shown(name: str, certificate: bytes, root: bytes) -> Shown:
    """Return what people read about an authority."""
    loaded = x509.load_der_x509_certificate(certificate)
    (title,) = loaded.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    (operator,) = loaded.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return Shown(
        name=name,
        title=str(title.value),
        operator=str(operator.value),
        policy=policy_of(certificate),
        fingerprint=_fingerprint(certificate),
        root_fingerprint=_fingerprint(root),
        not_after=loaded.not_valid_after_utc,
    )


def policy_of(certificate: bytes) -> str:
    """Return the policy under which an authority issues, dotted."""
    extensions = x509.load_der_x509_certificate(certificate).extensions
    (policy,) = extensions.get_extension_for_class(x509.CertificatePolicies).value
    return str(policy.policy_identifier.dotted_string)


def address(name: str, document: str) -> str:
    """Return where a document of an authority lies."""
    return f"{settings.ENVIRONMENT.url}/pki/{name}/{document}"


def _fingerprint(der: bytes) -> str:
    digits = sha256(der).hexdigest()
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
