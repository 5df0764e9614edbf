"""What the registration authority hands out: frozen rows, no models."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils import timezone

from baroalgi.registration import number
from baroalgi.registration.period import COLLECT, hand_in_by
from baroalgi.registration.workflow import TRANSITIONS, State


@dataclass(frozen=True, slots=True)
class FiledApplication:
    """One application with all that was typed, as its owner and the officer of its place see it."""

    id: int
    number: str
    state: State
    place_id: int
    place_name: str
    place_address: str
    place_phone: str
    name: str
    identity_mask: str  # 900101-1******
    birth_date: date
    phone_home: str
    mobile: str
    email: str
    postcode: str
    address1: str
    address2: str
    wants_news: bool
    terms_version: str
    reason: str  # of the last return, or why the approval was withdrawn
    decided_by_name: str
    submitted_at: datetime
    changed_at: datetime  # since when it is somebody's turn
    identity_tries: int
    identity_seen_at: datetime | None
    identity_seen_by: int | None
    is_own: bool  # the one who asks is the applicant

    @property
    def grouped_number(self) -> str:
        """The certificate number as people read it."""
        return number.groups(self.number)

    @property
    def address(self) -> str:
        """The address in one line: `(29115) 충청북도 영동군 …`."""
        return f"({self.postcode}) {self.address1} {self.address2}".rstrip()

    @property
    def hand_in_by(self) -> date:
        """The last day on which papers are taken."""
        return hand_in_by(self.submitted_at)

    @property
    def collect_by(self) -> date:
        """The last day on which an approved applicant can take the certificate."""
        return timezone.localdate(self.changed_at + COLLECT)

    @property
    def is_open(self) -> bool:
        """Whether something can still happen to it."""
        return self.state not in (State.ISSUED, State.CANCELLED, State.LAPSED)

    @property
    def is_decidable(self) -> bool:
        """Whether the counter may approve it or send it back."""
        return self.state in (State.SUBMITTED, State.PAPERS_RECEIVED, State.RETURNED)

    @property
    def is_withdrawn(self) -> bool:
        """Whether an officer took the approval back: the identity stays seen, and a reason was given."""
        return self.state is State.CANCELLED and self.identity_seen_at is not None and bool(self.reason)

    @property
    def is_correctable(self) -> bool:
        """Whether its owner may correct what was typed and hand it in again."""
        return self.state is State.RETURNED

    @property
    def is_cancellable(self) -> bool:
        """Whether its owner may end it."""
        return State.CANCELLED in TRANSITIONS[self.state]

    @property
    def seen(self) -> str:
        """What a form carries, to notice that somebody changed the application meanwhile."""
        return self.changed_at.isoformat()


@dataclass(frozen=True, slots=True)
class GivenLink:
    """The newest one-time address of an application; the address itself is known to its receiver alone."""

    id: int
    created_at: datetime
    valid_to: datetime


@dataclass(frozen=True, slots=True)
class OwnLink:
    """The newest one-time address of an application, as its applicant sees it."""

    id: int
    valid_to: datetime
    blocked: bool  # five wrong passwords ended the application
    certificate_until: datetime | None  # of the certificate that was received by it

    def is_over(self, now: datetime) -> bool:
        """Tell whether its time is over."""
        return self.valid_to <= now


@dataclass(frozen=True, slots=True)
class WaitingApplication:
    """One line of a counter's queue."""

    number: str
    name: str
    birth_date: date
    state: State
    changed_at: datetime
    is_own: bool

    @property
    def grouped_number(self) -> str:
        """The certificate number as people read it."""
        return number.groups(self.number)


class Deed(StrEnum):
    """What an officer did with an application, as today's list tells it."""

    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Handled:
    """One line of today's list: what was done with an application, and by whom."""

    at: datetime
    number: str
    name: str
    birth_date: date
    id_card: str  # of `Paper.IdCard`; empty when no papers were taken
    deed: Deed
    on_paper: bool  # the issuing address of an approval goes on a slip, not by mail
    reason: str
    officer_name: str

    @property
    def grouped_number(self) -> str:
        """The certificate number as people read it."""
        return number.groups(self.number)


@dataclass(frozen=True, slots=True)
class Totals:
    """Today's figures of a counter."""

    approved: int
    on_paper: int  # of the approved ones, those whose address goes on a slip
    returned: int
    withdrawn: int
    waiting: int

    @property
    def handled(self) -> int:
        """Applications that were decided today, either way."""
        return self.approved + self.returned

    @property
    def by_mail(self) -> int:
        """Of the approved ones, those whose address went by mail."""
        return self.approved - self.on_paper


@dataclass(frozen=True, slots=True)
class IdentityVerdict:
    """Whether the number typed from the ID card is the application's, and how many tries are left."""

    equal: bool
    left: int
