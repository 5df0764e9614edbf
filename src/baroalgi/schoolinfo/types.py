"""What this room hands out: meals, lines of the calendar, pages of a month."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, Literal, Self, TypeAlias, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baroalgi.schoolinfo.dishes import BadDishes as BadDishes
from baroalgi.schoolinfo.dishes import allergen_words as allergen_words
from baroalgi.schoolinfo.dishes import as_lines as as_lines
from baroalgi.schoolinfo.dishes import dish_lines as dish_lines
from baroalgi.schoolinfo.months import Month
from baroalgi.schoolinfo.terms import Term as Term
from baroalgi.schoolinfo.terms import term_of as term_of
from baroalgi.schoolinfo.weeks import Week as Week

# What a line of the calendar is at first sight; each has its own shape and word. "own": 재량휴업일,
# "off": any other day without lessons.
Mark = Literal["event", "exam", "holiday", "own", "vacation", "off"]


T = TypeVar("T")

MEAL_WORDS = {1: gettext_lazy("조식"), 2: gettext_lazy("중식"), 3: gettext_lazy("석식")}
"""Kinds of meals (Meal.Kind), in the order of the day."""

EVENT_WORDS = {
    "school_event": gettext_lazy("행사"),
    "regular_exam": gettext_lazy("평가"),
    "vacation": gettext_lazy("방학"),
    "discretionary_holiday": gettext_lazy("재량휴업일"),
    "public_holiday": gettext_lazy("공휴일"),
    "ceremony": gettext_lazy("의식"),
    "guardian_event": gettext_lazy("학부모 행사"),
    "health_event": gettext_lazy("건강·안전"),
    "term": gettext_lazy("학기"),
}
"""Kinds of events (CalendarDay.Kind), those that schools enter often first."""

MOST_DAYS = 366
"""Days that one line of the calendar may span."""


@dataclass(frozen=True, slots=True)
class Allergen:
    """A number printed behind a dish; `word` is empty for a number that nobody knows."""

    number: int
    word: str


@dataclass(frozen=True, slots=True)
class Dish:
    """A dish with the numbers printed behind it. None of them never means that it is safe."""

    name: str
    allergens: tuple[Allergen, ...]


@dataclass(frozen=True, slots=True)
class Nutrient:
    """What a meal holds of a nutrient: 탄수화물, g, 109.0."""

    name: str
    unit: str
    amount: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an ingredient comes from: 쌀, 국내산."""

    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Meal:
    """One meal of a day. In a demo: `moved_from`, the day on which it was really served, and `note`,
    of which school it really is, if of another.
    """

    day: date
    kind: int
    dishes: tuple[Dish, ...]
    calories: Decimal | None
    moved_from: date | None
    note: str
    nutrients: tuple[Nutrient, ...] = ()
    origins: tuple[Origin, ...] = ()

    @property
    def origin(self) -> str:
        """Return where and when this was really served, in words; empty for a school's own meal."""
        if self.moved_from is None:
            return self.note
        said = self.note or _moved(str(self.moved_from.year))
        # The records of the demo have none.
        return f"{said} {_('영양 성분과 원산지는 시연용으로 지었습니다.')}" if self.nutrients else said

    @property
    def word(self) -> str:
        """Return what kind of meal it is: 조식, 중식, 석식."""
        return str(MEAL_WORDS.get(self.kind, _("급식")))

    @property
    def energy(self) -> str:
        """Return the energy without needless zeros: 「702 kcal」; empty when it is not known."""
        return f"{self.calories.normalize():f} kcal" if self.calories is not None else ""

    @property
    def names(self) -> str:
        """Return the dishes as one sentence."""
        return ", ".join(dish.name for dish in self.dishes)

    @property
    def allergens(self) -> tuple[Allergen, ...]:
        """Return the allergens of all dishes, each once, by number."""
        return tuple(sorted({a for dish in self.dishes for a in dish.allergens}, key=lambda a: a.number))


def _moved(years: str) -> str:
    return _("이 식단은 %(years)s년에 실제로 나온 식단입니다. 날짜만 옮겼습니다.") % {"years": years}


@dataclass(frozen=True, slots=True)
class MealDay:
    """A day with its meals, in the order of the day."""

    day: date
    meals: tuple[Meal, ...]


@dataclass(frozen=True, slots=True)
class MealMonth:
    """A month of meals in weeks from Monday; days without lessons and meals are there too."""

    month: Month
    weeks: tuple[tuple[MealDay, ...], ...]
    weekdays: tuple[int, ...]
    today: MealDay | None
    next_day: date | None

    @property
    def is_empty(self) -> bool:
        return not any(day.meals for week in self.weeks for day in week)

    @property
    def origin(self) -> str:
        """Return what must be said of all these meals: that they were moved, or are another school's."""
        moved = [
            meal for week in self.weeks for day in week for meal in day.meals if meal.moved_from is not None
        ]
        years = "·".join(sorted({str(meal.moved_from.year) for meal in moved if meal.moved_from}))
        if any(meal.note for meal in moved):
            return _(
                "시연을 위해 다른 학교의 %(years)s년 식단을 빌려 날짜를 옮겼습니다. "
                "이 학교의 실제 식단이 아닙니다."
            ) % {"years": years}
        if not moved:
            return ""
        return _moved(years)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the school calendar on one day. `grades`: those it is for, empty = all."""

    day: date
    name: str
    kind: str
    day_kind: str
    content: str
    grades: tuple[int, ...]


_KINDS_OF_MARKS: dict[Mark, str] = {
    "holiday": "public_holiday",
    "own": "discretionary_holiday",
    "vacation": "vacation",
    "exam": "regular_exam",
}


@dataclass(frozen=True, slots=True)
class Span:
    """The same line on days that follow one another: 12월 8일~10일 2학기 2차 정기시험."""

    first: date
    last: date
    name: str
    mark: Mark
    content: str
    grades: tuple[int, ...]

    @property
    def is_long(self) -> bool:
        return self.first != self.last

    @property
    def is_off(self) -> bool:
        """Tell whether there are no lessons."""
        return self.mark not in ("event", "exam")

    @property
    def badge(self) -> str:
        """Return what kind of day it is, in a word that its name does not say already."""
        word = str(EVENT_WORDS[_KINDS_OF_MARKS[self.mark]]) if self.mark in _KINDS_OF_MARKS else ""
        if word and word not in self.name:
            return word
        return _("쉬는 날") if self.is_off else ""

    def grade_words(self, of_school: range) -> str:
        """Return for which grades this is, in words; empty when it is for all of the school."""
        grades = [grade for grade in of_school if grade in self.grades]
        if not grades or len(grades) == len(of_school):
            return ""
        in_order = len(grades) > 2 and grades[-1] - grades[0] == len(grades) - 1
        numbers = f"{grades[0]}~{grades[-1]}" if in_order else ", ".join(map(str, grades))
        return _("%(grades)s학년") % {"grades": numbers}

    def touches(self, first: date, last: date) -> bool:
        """Tell whether a day of this lies between these two, both included."""
        return self.first <= last and self.last >= first


@dataclass(frozen=True, slots=True)
class Schedule:
    """Events of today and the next ones; `remarks` are sentences about them, each said once."""

    today: tuple[Span, ...]
    later: tuple[Span, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A cell of the small month."""

    day: date
    inside: bool
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """A month of the calendar: the list is the truth, the weeks (from Sunday) repeat it in shapes.

    `remarks` are sentences about its lines, each said once.
    """

    month: Month
    spans: tuple[Span, ...]
    weeks: tuple[tuple[CalendarDay, ...], ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """Of which school, from which to which day, an import was told everything."""

    school_id: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class RowsTaken:
    """What imported rows changed.

    `older`: loaded before what is known; `repeated`: given twice; `kept`: what the school says otherwise.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    older: int = 0
    repeated: int = 0
    gone: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True)
class YearMonth:
    """A month of the year page: its weeks in shapes, and what begins in it in words."""

    page: CalendarMonth
    begins: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """A school year, March to February."""

    year: int
    months: tuple[YearMonth, ...]
    remarks: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not any(month.begins for month in self.months)


@dataclass(frozen=True, slots=True)
class History(Generic[T]):
    """A row with how often and when it was changed, for other people's calendars.

    `n` tells rows of the same day and period apart.
    """

    row: T
    n: int
    sequence: int
    changed_at: datetime
    cancelled: bool


class Sheet(StrEnum):
    """What schools fill in as sheets: which lines of theirs an upload may add or change."""

    TIMETABLE = "timetable"
    CALENDAR = "calendar"
    MEALS = "meals"
    CURRICULUM = "curriculum"
    TEACHING = "teaching"
    WEEK_PLAN = "week-plan"


Key: TypeAlias = tuple[Any, ...]
Values: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a sheet: what names it within the school, and what it says (sheets.py lists the parts)."""

    key: Key
    values: Values


@dataclass(frozen=True, slots=True)
class Differences:
    """What putting entries would do or did: keys of the new ones, and of those that say something else."""

    new: frozenset[Key]
    changed: frozenset[Key]

    @classmethod
    def of(cls, entries: Iterable[Entry], there: Mapping[Key, Values]) -> Self:
        """Compare entries with what is there."""
        by_key = {entry.key: entry.values for entry in entries}
        return cls(
            frozenset(key for key in by_key if key not in there),
            frozenset(key for key, values in by_key.items() if key in there and there[key] != values),
        )


def held_on(first: date, last: date, day_kind: str) -> list[date]:
    """Return the days that a line falls on: an exam leaves the weekend free, a vacation does not."""
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in every if day_kind != "school_day" or day.weekday() < 5] or every


@dataclass(frozen=True, slots=True)
class ClassName:
    """A class by the name it is listed under; the name is not always a number: 「1」, 「한라반」."""

    grade: int
    name: str

    @property
    def short(self) -> str:
        """Return the name as it stands beside its grade: 「1반」, 「한라반」."""
        return _("%(name)s반") % {"name": self.name} if not self.name.endswith("반") else self.name

    @property
    def word(self) -> str:
        """Return the whole name: 「3학년 1반」; without a class, 「3학년」."""
        grade = _("%(grade)s학년") % {"grade": self.grade}
        return f"{grade} {self.short}" if self.name else grade

    @property
    def order(self) -> tuple[int, int, str]:
        """Sort by number where the name is one, and the named ones after them."""
        return self.grade, int(self.name) if self.name.isascii() and self.name.isdigit() else 999, self.name

    def __str__(self) -> str:
        return self.word


@dataclass(frozen=True, slots=True)
class ListedPlan:
    """A weekly plan of a class as search engines are told of it."""

    school_code: str
    of: ClassName
    monday: date
    changed_on: date
