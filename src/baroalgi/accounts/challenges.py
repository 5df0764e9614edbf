"""What a browser signs to show that it holds a key (npki.md §7.4).

A challenge is used before anything of the answer is checked, in a unit of its own: a refused
answer never makes it good again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from baroalgi.accounts.models import Challenge
from baroalgi.platform import audit, crypto
from baroalgi.platform.action import action
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Actor

LIFE = timedelta(minutes=3)


class StaleChallenge(Refused):
    message = _("로그인 시간이 지났습니다. 처음부터 다시 해 주세요.")


@dataclass(frozen=True, slots=True)
class Made:
    """A challenge as the browser gets it; `h1` joins it there."""

    nonce: str
    purpose: str
    session_hash: str
    issued_at: datetime

    def content(self) -> dict[str, Any]:
        """Return the members of the content to sign, h1 excepted."""
        issued = int(self.issued_at.timestamp())
        return {
            "aud": settings.ENVIRONMENT.url,
            "exp": issued + int(LIFE.total_seconds()),
            "iat": issued,
            "nonce": self.nonce,
            "purpose": self.purpose,
            "sid": self.session_hash,
            "v": 1,
        }


def make_challenge(*, purpose: str, session_hash: str, now: datetime) -> dict[str, Any]:
    """Make a challenge for this browser and purpose; returns its content. One statement."""
    made = Made(crypto.new_token(), purpose, session_hash, now.replace(microsecond=0))
    Challenge.objects.create(
        nonce_hash=crypto.token_hash(made.nonce),
        purpose=purpose,
        session_hash=session_hash,
        issued_at=made.issued_at,
        expires_at=made.issued_at + LIFE,
    )
    return made.content()


@action
def use_challenge(*, by: Actor, nonce: str, purpose: str, session_hash: str, now: datetime) -> dict[str, Any]:
    """Use a challenge up and return the content that must have been signed.

    Raises StaleChallenge when it is unknown, used, late, for another purpose or of another browser.
    """
    nonce_hash = crypto.token_hash(nonce)
    used = Challenge.objects.filter(
        nonce_hash=nonce_hash,
        purpose=purpose,
        session_hash=session_hash,
        used_at=None,
        expires_at__gt=now,
    ).update(used_at=now)
    if not used:
        raise StaleChallenge
    audit.record(by, audit.Audit.CHALLENGE_USED, purpose=purpose)
    row = Challenge.objects.get(nonce_hash=nonce_hash)
    return Made(nonce, purpose, session_hash, row.issued_at).content()
