"""What this room hands out."""

from dataclasses import dataclass
from datetime import date, datetime

from baroalgi.guardianship.workflow import State


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
    """A request on the homeroom teacher's desk, with everything needed to decide."""

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
    decided_by_name: str
    comparisons: tuple[Comparison, ...]
    others: tuple[OtherGuardian, ...]
    restrictions: tuple[Noted, ...]
    is_own: bool
    school_day: int  # of waiting: 0 on the day of the request, late from the fourth on

    @property
    def is_open(self) -> bool:
        """Tell whether it still waits to be decided."""
        return self.state == State.REQUESTED

    @property
    def is_late(self) -> bool:
        """Tell whether it has waited for more than three school days (domain.md §1.11)."""
        return self.school_day > 3

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


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of approving several: who gets to see a child, and who was faster for the others."""

    approved: tuple[DeskRequest, ...]
    missed: int
    by_others: tuple[str, ...]
