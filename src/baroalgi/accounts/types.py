"""What this room hands out."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a certificate of ours, and whether it is good."""

    person_id: int
    state: str
    confirmed: bool


@dataclass(frozen=True, slots=True, repr=False)
class LoginTry:
    """A login whose password may be looked at now; `demanded`: a second factor must follow."""

    person_id: int
    login: str
    password: str  # hash
    demanded: bool


@dataclass(frozen=True, slots=True, repr=False)
class OwnTry:
    """What a guess of the acting person is compared with."""

    password: str | None  # hash
    sealed: bytes | None  # secret of the app


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """A passkey on its owner's page."""

    id: str
    name: str
    created_at: datetime
    used_at: datetime | None
    credential_id: bytes


@dataclass(frozen=True, slots=True)
class Factors:
    """The second factors of the acting person."""

    login: str
    totp_since: datetime | None
    passkeys: tuple[PasskeyRow, ...]
    codes_left: int
    demanded: bool  # here nobody of staff gets on without one
    may_change: bool  # the password or a passkey was shown within ten minutes

    @property
    def any(self) -> bool:
        return self.totp_since is not None or bool(self.passkeys)

    @property
    def last(self) -> bool:
        """Tell whether the only factor that is left must stay."""
        return self.demanded and (self.totp_since is not None) + len(self.passkeys) == 1


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A session on its owner's page; `device` in words."""

    id: str
    device: str
    strength: str
    factor: str
    begun_at: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class PasskeyOwner:
    """Whose passkey it is; `data` checks its signature."""

    person_id: int
    login: str
    data: bytes
