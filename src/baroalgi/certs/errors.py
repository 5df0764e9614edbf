"""How this room says no: `BadInput` for bytes that are not what they claim, `Untrusted` for signatures.

Both carry a stable code from a closed list and never the content: what was read may hold a
resident number, a password or a key. Sentences for people belong to the room that asks.
"""

from enum import StrEnum


class Code(StrEnum):
    """What is wrong with some bytes or text. Stable: codes are logged and tested."""

    TOO_LARGE = "too_large"
    DER_TRUNCATED = "der_truncated"
    DER_TRAILING = "der_trailing"
    DER_LENGTH = "der_length"
    DER_TAG = "der_tag"
    DER_DEPTH = "der_depth"
    DER_VALUE = "der_value"
    SHAPE = "shape"
    NUMBER_SYNTAX = "number_syntax"
    NUMBER_DATE = "number_date"
    NUMBER_CHECK_DIGIT = "number_check_digit"
    RANDOM_NUMBER = "random_number"
    IDENTIFY_DATA_ABSENT = "identify_data_absent"
    IDENTIFY_DATA_TWICE = "identify_data_twice"
    IDENTIFY_DATA = "identify_data"
    HASH_ALGORITHM = "hash_algorithm"
    CERTIFICATE = "certificate"
    SIGNATURE_ALGORITHM = "signature_algorithm"
    SIGNATURE = "signature"
    WEAK_KEY = "weak_key"
    SEALED = "sealed"
    PROFILE = "profile"
    SIGNER = "signer"
    PRIVATE_KEY = "private_key"
    P12_FORM = "p12_form"
    P12_COST = "p12_cost"
    P12_PASSWORD = "p12_password"  # noqa: S105 - a code, not a password
    P12_PAIR = "p12_pair"
    NPKI_FORM = "npki_form"
    NPKI_COST = "npki_cost"
    NPKI_PASSWORD = "npki_password"  # noqa: S105 - a code, not a password
    NPKI_PAIR = "npki_pair"


class BadInput(Exception):
    """The bytes are not what they claim. `place`: an offset or the name of a part, where known."""

    def __init__(self, code: Code, place: int | str | None = None) -> None:
        super().__init__(code.value if place is None else f"{code.value} at {place}")
        self.code = code
        self.place = place


class Reason(StrEnum):
    """Why a signature is not accepted (npki.md §6). One sentence for people may stand for several."""

    MALFORMED = "malformed"
    BAD_SIGNATURE = "bad_signature"
    WEAK_KEY = "weak_key"
    WRONG_CONTENT = "wrong_content"
    UNKNOWN_ISSUER = "unknown_issuer"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    BAD_PATH = "bad_path"
    POLICY = "policy"
    VID_ABSENT = "vid_absent"
    VID_MISMATCH = "vid_mismatch"


class Untrusted(Exception):
    """The signature is not accepted.

    `issuer`: the issuer's name in the certificate, for `UNKNOWN_ISSUER` only; it is the sender's text.
    `detail`: the code of the malformed part, for `MALFORMED` only, for the log.
    """

    def __init__(self, reason: Reason, *, issuer: str | None = None, detail: Code | None = None) -> None:
        super().__init__(reason.value if detail is None else f"{reason.value} ({detail.value})")
        self.reason = reason
        self.issuer = issuer
        self.detail = detail
