"""X.509, VID, CMS and PKCS#12: bytes in, values out.

No framework, database, clock or network. Time, keys and randomness come in as arguments.
`der`, `keys` and `certificate` serve the other modules; `client` serves commands, demo and tests.
"""

from baroalgi.certs import client, resident_number, vid
from baroalgi.certs.authority import Revoked, issuing_authority, make_crl, self_signed_root
from baroalgi.certs.chain import Anchor
from baroalgi.certs.challenge import challenge_content
from baroalgi.certs.cms import Signed, signed_content
from baroalgi.certs.csr import CertificateRequest, read_csr
from baroalgi.certs.errors import BadInput, Code, Reason, Untrusted
from baroalgi.certs.issue import assemble, serial_number, sign_tbs, to_be_signed, validity
from baroalgi.certs.profile import Fault, Profile, lint
from baroalgi.certs.resident_number import ResidentNumber
from baroalgi.certs.sealed import Sealed, open_sealed, seal
from baroalgi.certs.verification import Verified, verify, verify_document

__all__ = [
    "Anchor",
    "BadInput",
    "CertificateRequest",
    "Code",
    "Fault",
    "Profile",
    "Reason",
    "ResidentNumber",
    "Revoked",
    "Sealed",
    "Signed",
    "Untrusted",
    "Verified",
    "assemble",
    "challenge_content",
    "client",
    "issuing_authority",
    "lint",
    "make_crl",
    "open_sealed",
    "read_csr",
    "resident_number",
    "seal",
    "self_signed_root",
    "serial_number",
    "sign_tbs",
    "signed_content",
    "to_be_signed",
    "validity",
    "verify",
    "verify_document",
    "vid",
]
