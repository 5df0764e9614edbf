"""How certificates of an authority look: what `certs` leaves to the operator (npki.md §4).

Everything that must not change while an authority lives is read from its own certificate.
"""

from cryptography import x509
from cryptography.x509.oid import NameOID
from django.conf import settings

from baroalgi import certs


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


def policy_of(certificate: bytes) -> str:
    """Return the policy under which an authority issues, dotted."""
    extensions = x509.load_der_x509_certificate(certificate).extensions
    (policy,) = extensions.get_extension_for_class(x509.CertificatePolicies).value
    return str(policy.policy_identifier.dotted_string)


def address(name: str, document: str) -> str:
    """Return where a document of an authority lies."""
    return f"{settings.ENVIRONMENT.url}/pki/{name}/{document}"
