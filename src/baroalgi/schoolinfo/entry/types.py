"""What the pages of entry show."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias
from uuid import UUID

from django.utils.translation import gettext as _

from baroalgi.schoolinfo.types import ClassName, Term, held_on

Place: TypeAlias = tuple[int, int]
"""A cell of the week: weekday (0 = Monday) and period."""

WEEKDAYS = ("월", "화", "수", "목", "금", "토")


@dataclass(frozen=True, slots=True)
class Taught:
    """What stands in a cell: a subject, who teaches it, and where. All empty: a free period.

    Without a classroom it is held in the class's own.
    """

    subject: str = ""
    teacher: str = ""
    classroom: str = ""

    def __str__(self) -> str:
        room = f"@{self.classroom}" if self.classroom else ""
        return " ".join(filter(None, (self.subject, self.teacher, room)))

    @property
    def tabbed(self) -> str:
        """Return it for a hidden field; `untabbed` reads it."""
        parts = (self.subject, self.teacher, self.classroom)
        return "\t".join(parts if self.classroom else parts[:2])

    @classmethod
    def untabbed(cls, text: str) -> "Taught":
        return cls(*text.split("\t")[:3])

    def __bool__(self) -> bool:
        return bool(self.subject)


@dataclass(frozen=True, slots=True)
class Clash:
    """A teacher who stands in two classes at once."""

    place: Place
    taught: Taught
    elsewhere: ClassName

    @property
    def title(self) -> str:
        weekday, period = self.place
        places = {"weekday": WEEKDAYS[weekday], "period": period, "subject": self.taught.subject}
        return _("%(weekday)s요일 %(period)s교시 · %(subject)s") % places

    @property
    def sentence(self) -> str:
        places = {"teacher": self.taught.teacher, "class": self.elsewhere}
        return _("%(teacher)s 선생님이 %(class)s에도 계십니다.") % places


@dataclass(frozen=True, slots=True)
class Hours:
    """How often a subject stands in the week, and how often the curriculum asks (None: it does not)."""

    subject: str
    has: int
    asked: Decimal | None

    @property
    def differs(self) -> bool:
        return self.asked is not None and self.has != self.asked

    @property
    def words(self) -> str:
        if self.asked is None:
            return _("%(has)s시간") % {"has": self.has}
        asked = f"{self.asked.normalize():f}"
        if self.has == self.asked:
            return _("%(has)s / %(asked)s시간") % {"has": self.has, "asked": asked}
        between = f"{abs(self.asked - self.has).normalize():f}"
        places = {"has": self.has, "asked": asked, "n": between}
        if self.has < self.asked:
            return _("%(has)s / %(asked)s시간, %(n)s시간 모자람") % places
        return _("%(has)s / %(asked)s시간, %(n)s시간 많음") % places


@dataclass(frozen=True, slots=True)
class Timetable:
    """The base timetable of a class, as it is drafted, with what is to be mended.

    `shown`: how parents see it: not at all, as drafted, or otherwise.
    """

    of: ClassName
    term: Term
    cells: Mapping[Place, Taught]
    weekdays: tuple[int, ...]
    periods: tuple[int, ...]
    clashes: tuple[Clash, ...]
    hours: tuple[Hours, ...]
    pairs: tuple[Taught, ...]
    shown: Literal["never", "same", "differs"]

    @property
    def subjects(self) -> list[str]:
        return list(dict.fromkeys(pair.subject for pair in self.pairs))

    @property
    def teachers(self) -> list[str]:
        return sorted({pair.teacher for pair in self.pairs if pair.teacher})

    @property
    def say(self) -> str:
        """Return how it stands with parents, and what is left to do."""
        seen = {
            "never": _("아직 학부모에게 보이지 않습니다."),
            "same": _("학부모가 보는 시간표와 같습니다."),
            "differs": _("고치신 것은 아직 학부모에게 보이지 않습니다."),
        }[self.shown]
        if not self.cells:
            return _("아직 비어 있습니다.")
        left = _("고칠 것 %(n)s개가 남았습니다.") % {"n": len(self.clashes)} if self.clashes else ""
        return f"{seen} {left}".strip()

    @property
    def is_ready(self) -> bool:
        """Tell whether publishing it would change something and may."""
        return bool(self.cells) and not self.clashes and self.shown != "same"


@dataclass(frozen=True, slots=True)
class DayLesson:
    """A lesson of one day, as it will be held; `base` is what the week's timetable says."""

    id: int
    period: int
    taught: Taught
    change: str
    instead_of: str
    base: Taught
    sequence: int

    def as_seen(self, sequence: int) -> "DayLesson":
        """Return it as somebody saw it who began earlier."""
        return replace(self, sequence=sequence)


@dataclass(frozen=True, slots=True)
class EventEntry:
    """A line of the calendar as people enter it: one day or several, for these grades."""

    first: date
    last: date
    name: str
    kind: str
    day_kind: str
    content: str
    grades: tuple[int, ...]

    @property
    def days(self) -> list[date]:
        """Return the days it falls on."""
        return held_on(self.first, self.last, self.day_kind)


@dataclass(frozen=True, slots=True)
class EventRow:
    """One day of a line of the calendar, as it was seen."""

    uid: UUID
    day: date
    sequence: int


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """A line of the calendar with the rows it is made of, by day."""

    entry: EventEntry
    rows: tuple[EventRow, ...]

    @property
    def uid(self) -> UUID:
        return self.rows[0].uid

    @property
    def seen(self) -> str:
        """Return how it stood, for a hidden field."""
        return ",".join(f"{row.uid}:{row.sequence}" for row in self.rows)


@dataclass(frozen=True, slots=True)
class MealEntry:
    """A meal as people enter it: dishes, nutrients and origins one a line, calories as typed.

    `sequence` None: there is none yet.
    """

    lines: str = ""
    calories: str = ""
    nutrients: str = ""
    origins: str = ""
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class PlannedLesson:
    """A lesson of a weekly plan."""

    subject: str = ""
    unit: str = ""
    pages: str = ""
    materials: str = ""

    def __bool__(self) -> bool:
        return any((self.subject, self.unit, self.pages, self.materials))

    def __str__(self) -> str:
        return " · ".join(filter(None, (self.subject, self.unit, self.pages, self.materials)))


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a week of a class; `seen` is empty as long as nobody has written one."""

    monday: date
    of: ClassName
    notice: str
    lessons: Mapping[Place, PlannedLesson]
    seen: str
