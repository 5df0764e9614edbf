"""The private keys of the authority. Only the signer and the ceremony may open this module.

Each key is a file of its own in `BAROALGI_CA_DIR`, encrypted under the passphrase in the file beside
it, which may be a link into a mounted secret. Whoever needs a key gets the key object, so that a
token's key (npki.md §8.3) can take its place.
"""

import secrets
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from baroalgi.platform import private_file

PASSPHRASE = "passphrase"  # noqa: S105 - the name of a file


class Key(StrEnum):
    """What each key is for."""

    ROOT = "root"  # signs authorities and their list; may be kept away from this machine
    ISSUING = "issuing"  # signs parents' certificates and revocation lists
    SEALING = "sealing"  # opens what browsers seal for the signer


class KeyTrouble(Exception):
    """A key can't be used; the message is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """The folder with the keys."""

    path: Path

    def holds(self, key: Key) -> bool:
        """Tell whether the file of this key is here."""
        return self._file(key).exists()

    def create(self, key: Key) -> bytes:
        """Make a key, P-256 or for sealing RSA-3072, and return its SPKI, DER. A key that is here stays."""
        if not self.holds(key):
            made: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
            if key is Key.SEALING:
                made = rsa.generate_private_key(public_exponent=65537, key_size=3072)
            else:
                made = ec.generate_private_key(ec.SECP256R1())
            encryption = BestAvailableEncryption(self._passphrase(or_make=True))
            self.write(
                self._file(key).name, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
            )
        return self.public_key(key)

    def public_key(self, key: Key) -> bytes:
        """Return the SPKI of a key, DER."""
        opened = self.sealing_key() if key is Key.SEALING else self.signing_key(key)
        return opened.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def signing_key(self, key: Key) -> ec.EllipticCurvePrivateKey:
        """Return a key that signs. Raises KeyTrouble."""
        opened = self._open(key)
        if not isinstance(opened, ec.EllipticCurvePrivateKey):
            raise KeyTrouble(f"{self._file(key)} holds a key of another kind.")
        return opened

    def sealing_key(self) -> rsa.RSAPrivateKey:
        """Return the key that opens what was sealed; loading checks it, 0.1 s. Raises KeyTrouble."""
        opened = self._open(Key.SEALING)
        if not isinstance(opened, rsa.RSAPrivateKey):
            raise KeyTrouble(f"{self._file(Key.SEALING)} holds a key of another kind.")
        return opened

    def write(self, name: str, content: bytes) -> None:
        """Write a file that only its owner can read; it is whole or not there."""
        private_file.write(self.path / name, content)

    def read(self, name: str) -> bytes | None:
        """Return what `write` wrote, None when it is not there."""
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return None

    def _file(self, key: Key) -> Path:
        return self.path / f"{key.value}.key.pem"

    def _passphrase(self, *, or_make: bool = False) -> bytes:
        found = self.read(PASSPHRASE)
        # A lost passphrase is a lost key: a new one beside old keys would only hide that.
        if found is None and or_make and not any(map(self.holds, Key)):
            found = secrets.token_urlsafe(32).encode()
            self.write(PASSPHRASE, found)
        if not (found or b"").strip():
            raise KeyTrouble(f"{self.path / PASSPHRASE} with the passphrase of the keys is not there.")
        return (found or b"").strip()

    def _open(self, key: Key) -> object:
        content = self.read(self._file(key).name)
        if content is None:
            raise KeyTrouble(
                f"{self._file(key)} is not there; bring the key back, or run `baroalgi ca init`."
            )
        try:
            return load_pem_private_key(content, self._passphrase())
        except (ValueError, TypeError):
            raise KeyTrouble(f"{self._file(key)} can't be opened with the passphrase beside it.") from None
