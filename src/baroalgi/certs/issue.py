"""Making a parent's certificate in two steps: the bytes to be signed, then the signature (design.md §5).

The signer stores the first before it uses its key; signing stored bytes again gives the same certificate.
"""

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from baroalgi.certs import certificate, der, keys, vid
from baroalgi.certs.errors import BadInput, Code
from baroalgi.certs.profile import Profile, extensions, lint, subject_name

CLOCK_SKEW = timedelta(minutes=5)
SERIAL_RANDOM_BYTES = 15


def serial_number(random: bytes) -> int:
    """Make a serial from 15 random bytes: 16 bytes, the first 01, so it is positive and of one length."""
    if len(random) != SERIAL_RANDOM_BYTES:
        raise BadInput(Code.PROFILE, "serial")
    return int.from_bytes(b"\x01" + random, "big")


def validity(
    now: datetime, *, authority: bytes, length: timedelta = timedelta(days=365)
) -> tuple[datetime, datetime]:
    """Return (not_before, not_after): from five minutes ago, never past the authority's own end."""
    begin = (now - CLOCK_SKEW).astimezone(UTC).replace(microsecond=0)
    return begin, min(begin + length, certificate.load(authority).not_valid_after_utc)


def to_be_signed(
    *,
    authority: bytes,
    profile: Profile,
    public_key: keys.PublicKey,
    serial: int,
    name: str,
    account: str,
    virtual_id: bytes,
    not_before: datetime,
    not_after: datetime,
) -> bytes:
    """Return the TBSCertificate (DER) of a parent's certificate that passed the lint.

    `authority`: the issuing certificate, DER; `name`: the person's; `account`: yyyymmdd and 9 digits;
    `virtual_id`: SHA-256 VID. Raises BadInput PROFILE (place: the first fault), WEAK_KEY, CERTIFICATE.
    """
    if not keys.certifiable(public_key):
        raise BadInput(Code.WEAK_KEY)
    issuing = certificate.load(authority)
    try:
        builder = (
            x509.CertificateBuilder()
            .issuer_name(issuing.subject)
            .subject_name(subject_name(profile.operator, name, account))
            .public_key(public_key)
            .serial_number(serial)
            .not_valid_before(not_before)
            .not_valid_after(not_after)
        )
        for extension, critical in extensions(
            public_key, issuing, profile, vid.alternative_name(name, virtual_id)
        ):
            builder = builder.add_extension(extension, critical=critical)
        # The throw-away key only makes the library write a whole certificate, which can be linted.
        draft = builder.sign(_throw_away_key(keys.algorithm(certificate.public_key(issuing))), SHA256())
    except (ValueError, x509.ExtensionNotFound):
        raise BadInput(Code.PROFILE) from None
    faults = lint(draft.public_bytes(Encoding.DER), authority=authority, profile=profile)
    if faults:
        raise BadInput(Code.PROFILE, faults[0].value)
    return draft.tbs_certificate_bytes


def sign_tbs(tbs: bytes, key: keys.PrivateKey, *, authority: bytes) -> bytes:
    """Sign stored bytes with the authority's key and return the certificate, checked against its key.

    The same bytes always give the same certificate. Raises BadInput SIGNER if the key is another one.
    """
    signature = keys.sign(key, tbs)
    issuing_key = certificate.public_key(certificate.load(authority))
    if not keys.signed_by(issuing_key, signature, tbs):
        raise BadInput(Code.SIGNER)
    return assemble(tbs, signature)


def assemble(tbs: bytes, signature: bytes) -> bytes:
    """Return the certificate of these two; its algorithm is the one that the TBS names."""
    fields = der.read(tbs, longest=certificate.LONGEST).children or ()
    if len(fields) < 7:
        raise BadInput(Code.SHAPE, "tbs")
    return der.sequence(tbs, fields[2].raw, der.bits(signature))


@cache
def _throw_away_key(algorithm: bytes) -> keys.PrivateKey:
    if algorithm == keys.ECDSA_SHA256:
        return ec.derive_private_key(1, ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
