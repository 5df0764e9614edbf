"""One-time addresses of issuing (domain.md §1.10): made at the approval, and again when one has died.

The newest one counts: making another kills the one before (`policy.live_link`). A token stands in its mail,
or on its slip of paper, and nowhere else; the database keeps a hash.
"""

from dataclasses import dataclass, field
from datetime import datetime

from baroalgi.platform import crypto, undelivered
from baroalgi.registration import mails
from baroalgi.registration.models import EnrolmentLink
from baroalgi.registration.period import link_until
from baroalgi.registration.types import FiledApplication


@dataclass(frozen=True, slots=True)
class OneTimeAddress:
    """An address that was just made: its token is known here and never again."""

    id: int
    token: str = field(repr=False)
    valid_to: datetime


def make(row: FiledApplication, *, now: datetime, token: str = "") -> OneTimeAddress:
    """Make a one-time address for an approved application; the one before is dead from now on.

    For the counter's slip of paper, which brings its own `token`; `send` is for mail. The caller writes the
    audit row.
    """
    token = token or crypto.new_token()
    link = EnrolmentLink(
        application_id=row.id,
        token_hash=crypto.token_hash(token),
        valid_to=link_until(made_at=now, approved_at=row.changed_at),
        created_at=now,
    )
    link.save(force_insert=True)
    return OneTimeAddress(link.id, token, link.valid_to)


def send(row: FiledApplication, *, now: datetime) -> None:
    """Mail a one-time address to the applicant, for the first time or again.

    An applicant without e-mail gets none here: the counter prints it (`make`), since nobody else may see it.
    The caller writes the audit row.
    """
    if not row.email:
        return
    made = make(row, now=now)
    mails.post(mails.approved(row, token=made.token, until=made.valid_to), key=f"{_of(row)}{made.id}")


def is_lost(row: FiledApplication) -> bool:
    """Tell whether the newest mail with an address never reached the applicant. One statement."""
    return bool(row.email) and undelivered.is_dead(_of(row))


def _of(row: FiledApplication) -> str:
    return f"application:{row.id}:link:"


def newest_id(application_id: int) -> int:
    """Return the number of the newest address of an application, 0 before the first. One statement."""
    rows = EnrolmentLink.objects.filter(application_id=application_id).order_by("-id")
    return rows.values_list("id", flat=True).first() or 0
