"""Forms of what the scripts of the certificate pages send."""

import base64
import binascii

from django import forms
from django.core.exceptions import ValidationError

from baroalgi.accounts.moves import MOST_SEALED
from baroalgi.platform.forms import Form

SEEN = {
    "wrong_password": "WrongPassword",
    "damaged": "Damaged",
    "random_missing": "RandomMissing",
    "not_owner": "NotTheOwner",
    "foreign_issuer": "UnknownIssuer",
    "encryption_only": "EncryptionOnly",
    "key_missing": "KeyMissing",
    "no_certificate": "NoCertificate",
    "no_cryptography": "NoCryptography",
}
"""What a browser refuses by itself, and the reason's name in the trail."""

PLACES = {
    "sign_in": "sign_in_by_certificate",
    "slip": "sign_slip",
    "issuing": "certificate.issuing",
    "moving": "certificate.moving",
}
"""Where it did so, and the act's name in the trail."""


class SeenRefusal(Form):
    """That a browser refused something, never what."""

    code = forms.ChoiceField(choices=list(SEEN.items()))
    place = forms.ChoiceField(choices=list(PLACES.items()))


class Proof(Form):
    """What shows that both halves of the secret are known: 32 bytes, base64url."""

    proof = forms.RegexField(r"\A[A-Za-z0-9_-]{43}\Z")


class Offer(Proof):
    """A sealed certificate."""

    sealed = forms.CharField(max_length=90_000)

    def clean_sealed(self) -> bytes:
        try:
            sealed = base64.b64decode(self.cleaned_data["sealed"], validate=True)
        except (binascii.Error, ValueError):
            raise ValidationError("base64") from None
        if not 64 <= len(sealed) <= MOST_SEALED:
            raise ValidationError("length")
        return sealed
