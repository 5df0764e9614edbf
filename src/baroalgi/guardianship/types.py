"""What this room hands out."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """A request of the acting guardian, as it stands."""

    id: int
    public_id: str
    state: str
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
    """One field of a request: what the guardian typed beside what the school recorded."""

    label: str
    typed: str
    recorded: str
    same: bool


@dataclass(frozen=True, slots=True)
class OtherGuardian:
    """Somebody else who sees the child already, or waits to."""

    name: str
    relationship: str
    state: str


@dataclass(frozen=True, slots=True)
class WaitingRequest:
    """One request on the homeroom teacher's desk, with everything needed to decide."""

    id: int
    class_id: int
    student_id: int
    student_name: str
    student_number: int | None
    guardian_id: int
    guardian_name: str
    guardian_mobile: str
    guardian_email: str
    relationship: str
    requested_at: datetime
    comparisons: tuple[Comparison, ...]
    others: tuple[OtherGuardian, ...]
    restrictions: tuple[str, ...]
    is_own: bool

    @property
    def differing(self) -> tuple[Comparison, ...]:
        """Return the fields that differ."""
        return tuple(field for field in self.comparisons if not field.same)

    @property
    def matches(self) -> bool:
        """Tell whether it may be approved together with others: all the same, no restriction, not own."""
        return not (self.differing or self.restrictions or self.is_own)


@dataclass(frozen=True, slots=True)
class DeskSummary:
    """The line on the start page: how many wait, how many of them match, since when."""

    waiting: int
    matching: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of an approval of several: how many it was, and who was faster for the others."""

    approved: int
    missed: int
    by_others: tuple[str, ...]
