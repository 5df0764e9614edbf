"""What this room hands out."""

from dataclasses import dataclass
from datetime import date, datetime

from baroalgi.guardianship.words import relationship as relationship
from baroalgi.guardianship.workflow import State
from baroalgi.policy import Subject
from baroalgi.policy.rules import SUBSTITUTES_FROM, Homeroom

LATE_AFTER = 3
"""School days of waiting after which a request is late (domain.md §1.11)."""


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """A request of the acting guardian, as it stands."""

    id: int
    public_id: str
    student_id: int
    state: State
    child_name: str
    school_id: int
    grade: int
    class_no: int | None
    reason: str
    guardian_email: str
    requested_at: datetime
    decided_at: datetime | None
    homeroom: Homeroom  # who leads the child's class today


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the waiting of a request has come."""

    school_day: int  # 0 on the day of the request
    substitutes_on: date | None  # from when deputy and administrator decide too; None: not in the calendar

    @property
    def is_substituted(self) -> bool:
        """Tell whether deputy and administrator may decide already."""
        return self.school_day >= SUBSTITUTES_FROM

    @property
    def is_late(self) -> bool:
        """Tell whether it has waited for more than three school days."""
        return self.school_day > LATE_AFTER


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field of a request: what the guardian typed beside what the school recorded.

    The pieces are the same texts cut where they differ: ("김서", False), ("윤", True).
    """

    label: str
    typed: str
    recorded: str
    same: bool
    typed_pieces: tuple[tuple[str, bool], ...]
    recorded_pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class OtherGuardian:
    """Somebody else who sees the child already, or waits to."""

    name: str
    relationship: str
    state: State


@dataclass(frozen=True, slots=True)
class Noted:
    """A restriction that the school has noted about this guardian and this child."""

    kind: str
    words: str
    valid_from: date

    @property
    def bars(self) -> bool:
        """Tell whether the guardian sees nothing even after an approval."""
        return self.kind == "no_view"


@dataclass(frozen=True, slots=True)
class DeskRequest:
    """A request on the desk of who decides, with everything needed for it."""

    id: int
    state: State
    school_id: int
    class_id: int
    grade: int
    class_no: int
    student_id: int
    student_name: str
    student_number: int | None
    guardian_id: int
    guardian_name: str
    guardian_mobile: str
    guardian_email: str
    relationship: str
    requested_at: datetime
    decided_at: datetime | None
    decided_by_id: int | None
    decided_by_name: str
    reason: str  # of refusing, ending, or undoing an approval
    homeroom: Homeroom
    comparisons: tuple[Comparison, ...]
    others: tuple[OtherGuardian, ...]
    restrictions: tuple[Noted, ...]
    is_own: bool
    owner_id: int  # who may not decide it: the acting person if it is the own one, else the guardian
    school_day: int  # of waiting, until today or until it was decided: 0 on the day of the request

    @property
    def subject(self) -> Subject:
        """Return the facts that rules ask for."""
        return Subject(
            class_id=self.class_id,
            school_id=self.school_id,
            owner_id=self.owner_id,
            school_day=self.school_day,
            homeroom=self.homeroom,
        )

    @property
    def is_open(self) -> bool:
        """Tell whether it still waits to be decided."""
        return self.state == State.REQUESTED

    @property
    def is_late(self) -> bool:
        """Tell whether it has waited for more than three school days (domain.md §1.11)."""
        return self.school_day > LATE_AFTER

    @property
    def is_substituted(self) -> bool:
        """Tell whether deputy and administrator may decide it beside the homeroom teacher."""
        return self.school_day >= SUBSTITUTES_FROM

    @property
    def differing(self) -> tuple[Comparison, ...]:
        """Return the fields that differ."""
        return tuple(field for field in self.comparisons if not field.same)

    @property
    def matches(self) -> bool:
        """Tell whether it may be approved together with others: all the same, no restriction, not own."""
        return not (self.differing or self.restrictions or self.is_own)

    @property
    def seen_by(self) -> tuple[OtherGuardian, ...]:
        """Return the guardians who see the child already."""
        return tuple(other for other in self.others if other.state == State.APPROVED)

    @property
    def asked_by(self) -> tuple[OtherGuardian, ...]:
        """Return the guardians who wait for the same child."""
        return tuple(other for other in self.others if other.state == State.REQUESTED)


@dataclass(frozen=True, slots=True)
class DeskSummary:
    """The line on the start page: how many wait, how many of them match, since when."""

    waiting: int
    matching: int
    oldest: DeskRequest | None
    substituted: int  # how many deputy and administrator may decide too
    unled: int  # how many are of classes that nobody leads


@dataclass(frozen=True, slots=True)
class Approval:
    """One act of approving by the acting person: what it opened, and until when it can be undone."""

    links: tuple[int, ...]
    told: int  # guardians who were told by mail
    untold: int  # guardians without a mail address
    child_name: str
    guardian_name: str
    approved_at: datetime
    until: datetime

    @property
    def id(self) -> int:
        """Return the number in the address: of any one of its requests."""
        return self.links[0]


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A class of a school as its administrator sees it: staff by name, pupils and requests as numbers."""

    class_id: int
    grade: int
    class_no: int
    homeroom: str
    deputy: str
    pupils: int
    linked: int
    waiting: int
    oldest: datetime | None
    school_day: int | None

    @property
    def is_substituted(self) -> bool:
        """Tell whether the administrator may decide the oldest request."""
        return bool(self.waiting) and (not self.homeroom or (self.school_day or 0) >= SUBSTITUTES_FROM)


@dataclass(frozen=True, slots=True)
class LateSchool:
    """A school with requests that are late; numbers only."""

    school_id: int
    late: int
    waiting: int
    oldest: datetime
    school_day: int
    administrator: str  # names; empty: nobody
    reminded_on: date | None


@dataclass(frozen=True, slots=True)
class OfficeRequests:
    """How requests stand at the schools of an office; approved and refused within 30 days."""

    late: tuple[LateSchool, ...]
    waiting: int
    schools: int
    approved: int
    refused: int
    median_days: float | None

    @property
    def reachable(self) -> tuple[LateSchool, ...]:
        """Return the late schools with an administrator who can be reminded."""
        return tuple(school for school in self.late if school.administrator)


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of approving several: who gets to see a child, and who was faster for the others."""

    approved: tuple[DeskRequest, ...]
    missed: int
    by_others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """An open request as jobs see it: what is needed to know who must decide, and nothing of the child."""

    id: int
    school_id: int
    regional_office_id: int | None
    class_id: int | None
    guardian_id: int
    requested_on: date
    school_day: int
    homeroom: Homeroom
    is_school_day: bool  # whether the school has lessons today

    @property
    def is_late(self) -> bool:
        """Tell whether it has waited for more than three school days."""
        return self.school_day > LATE_AFTER

    @property
    def subject(self) -> Subject:
        """Return the facts that rules ask for."""
        return Subject(
            class_id=self.class_id,
            school_id=self.school_id,
            owner_id=self.guardian_id,
            school_day=self.school_day,
            homeroom=self.homeroom,
        )
