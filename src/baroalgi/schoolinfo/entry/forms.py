"""What schools type into the pages of entry."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from baroalgi.platform.forms import Form, TextField, fold
from baroalgi.schoolinfo import facts
from baroalgi.schoolinfo.actions.meals import MealChange
from baroalgi.schoolinfo.actions.timetable import CellChange, LessonChange
from baroalgi.schoolinfo.entry.types import (
    DayLesson,
    EventEntry,
    MealEntry,
    Place,
    Plan,
    PlannedLesson,
    Taught,
    Timetable,
)
from baroalgi.schoolinfo.models import Lesson
from baroalgi.schoolinfo.timetables import PeriodTime
from baroalgi.schoolinfo.types import EVENT_WORDS, MOST_DAYS, BadDishes, as_lines, dish_lines

TOO_LONG = {"max_length": _("너무 깁니다. 과목은 60자, 선생님과 강의실은 40자까지 적어 주세요.")}
DAY = {"invalid": _("날짜는 2026-11-24처럼 적어 주세요."), "required": _("날짜를 골라 주세요.")}


class DayField(forms.DateField):
    """A day, as browsers send it."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], error_messages=DAY, **options)


class Week(Form):
    """The cells of a week: a subject and a teacher each, beside what stood there when the page was opened."""

    def __init__(self, data: Any, *, table: Timetable) -> None:
        super().__init__(data)
        self.places = [(weekday, period) for period in table.periods for weekday in table.weekdays]
        for place in self.places:
            for part, longest in (("s", 60), ("t", 40), ("r", 40), ("was", 142)):
                self.fields[name(part, place)] = TextField(
                    required=False, max_length=longest, error_messages=TOO_LONG
                )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for place in self.places:
            subject = name("s", place)
            beside = cleaned.get(name("t", place)) or cleaned.get(name("r", place))
            if beside and not cleaned.get(subject) and subject not in self.errors:
                self.add_error(subject, _("과목을 적어 주세요."))
        return cleaned

    def typed(self, place: Place) -> Taught:
        """Return what stands in a cell of the form, right or wrong."""
        data = self.data
        return Taught(*(data.get(name(part, place), "")[:120] for part in "str"))

    def wrong(self, place: Place) -> list[str]:
        """Return what is wrong with a cell."""
        return [str(error) for part in "str" for error in self.errors.get(name(part, place), [])]

    def changes(self) -> list[CellChange]:
        """Return the cells that were changed."""
        found = []
        for place in self.places:
            was = Taught.untabbed(self.cleaned_data[name("was", place)])
            after = Taught(*(self.cleaned_data[name(part, place)] for part in "str"))
            if after.subject and name("r", place) not in self.data:
                after = replace(after, classroom=was.classroom)  # sent by a page that knew no rooms
            if after != was:
                found.append(CellChange(place, was, after))
        return found


def name(part: str, place: Place) -> str:
    """Return how the input of a cell is called: s-0-1 is Monday's first subject."""
    return f"{part}-{place[0]}-{place[1]}"


class Publishing(Form):
    """From when on parents see the drafted week."""

    first = DayField(label=_("언제부터"))


class DayChanges(Form):
    """What becomes of each lesson of a day."""

    CHOICES = (
        ("keep", _("그대로")),
        (Lesson.Change.SUBSTITUTE.value, _("보강 (다른 선생님)")),
        (Lesson.Change.SWAP.value, _("교체 (다른 과목)")),
        (Lesson.Change.CANCELLED.value, _("휴업")),
        ("base", _("원래대로")),
    )

    def __init__(self, data: Any, *, lessons: Iterable[DayLesson]) -> None:
        super().__init__(data)
        self.lessons = list(lessons)
        for lesson in self.lessons:
            self.fields[f"change-{lesson.id}"] = forms.ChoiceField(
                required=False, choices=self.CHOICES, initial="keep"
            )
            self.fields[f"subject-{lesson.id}"] = TextField(
                required=False, max_length=60, error_messages=TOO_LONG
            )
            self.fields[f"teacher-{lesson.id}"] = TextField(
                required=False, max_length=40, error_messages=TOO_LONG
            )
            self.fields[f"sequence-{lesson.id}"] = forms.IntegerField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for lesson in self.lessons:
            change = cleaned.get(f"change-{lesson.id}")
            if change == Lesson.Change.SUBSTITUTE and not cleaned.get(f"teacher-{lesson.id}"):
                self.add_error(f"teacher-{lesson.id}", _("보강하실 선생님을 적어 주세요."))
            if change == Lesson.Change.SWAP and not cleaned.get(f"subject-{lesson.id}"):
                self.add_error(f"subject-{lesson.id}", _("바꿀 과목을 적어 주세요."))
        return cleaned

    def changes(self) -> list[LessonChange]:
        """Return the lessons that were changed, each as it was seen."""
        found = []
        for lesson in self.lessons:
            change = self.cleaned_data[f"change-{lesson.id}"] or "keep"
            if change == "keep":
                continue
            subject = self.cleaned_data[f"subject-{lesson.id}"] or lesson.taught.subject
            teacher = self.cleaned_data[f"teacher-{lesson.id}"]
            if change == Lesson.Change.SUBSTITUTE:
                subject = lesson.taught.subject
            sequence = self.cleaned_data[f"sequence-{lesson.id}"]
            seen = lesson if sequence is None else lesson.as_seen(sequence)
            found.append(LessonChange(seen, "" if change == "base" else change, Taught(subject, teacher)))
        return found


DAY_KINDS = (
    ("", _("종류에 따라")),
    ("school_day", _("수업하는 날")),
    ("closed", _("쉬는 날")),
    ("public_holiday", _("공휴일")),
)
# Days of these kinds are off, unless somebody says otherwise.
OFF = {"vacation": "closed", "discretionary_holiday": "closed", "public_holiday": "public_holiday"}


class Seen(Form):
    """How the rows of a line stood when it was opened."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=30_000)

    def rows_seen(self) -> list[tuple[str, int]]:
        """Return uid and sequence of each row; what cannot be read matches none."""
        text = self.cleaned_data["seen"] if self.is_valid() else ""
        pairs = (part.partition(":") for part in text.split(",") if part)
        return [
            (uid, int(sequence))
            for uid, _colon, sequence in pairs
            if _is_uid(uid) and sequence.isascii() and sequence.isdigit() and len(sequence) < 10
        ]


class Event(Seen):
    """A line of the calendar."""

    first = DayField(label=_("시작 날짜"))
    last = DayField(label=_("끝 날짜"), required=False)
    name = TextField(
        label=_("행사 이름"),
        max_length=100,
        error_messages={
            "required": _("행사 이름을 적어 주세요."),
            "max_length": _("행사 이름은 100자까지 적어 주세요."),
        },
    )
    kind = forms.ChoiceField(label=_("종류"), choices=tuple(EVENT_WORDS.items()))
    day_kind = forms.ChoiceField(label=_("수업"), choices=DAY_KINDS, required=False)
    grades = forms.TypedMultipleChoiceField(
        label=_("학년"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    content = TextField(
        label=_("내용"),
        required=False,
        max_length=200,
        error_messages={"max_length": _("내용은 200자까지 적어 주세요.")},
    )

    def __init__(self, *args: Any, of_school: range, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["grades"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101 - declared above
        field.choices = [(grade, _("%(n)s학년") % {"n": grade}) for grade in of_school]
        self.of_school = of_school

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("끝 날짜가 시작 날짜보다 앞입니다."))
        elif first and last and (last - first).days >= MOST_DAYS:
            self.add_error("last", _("한 번에 1년까지 적을 수 있습니다."))
        if (cleaned.get("kind"), cleaned.get("day_kind")) == ("discretionary_holiday", "school_day"):
            self.add_error("day_kind", _("재량휴업일은 수업하는 날이 아닙니다. 「쉬는 날」을 골라 주세요."))
        return cleaned

    def entry(self) -> EventEntry:
        """Return the line as typed; no grade chosen means all of them."""
        cleaned = self.cleaned_data
        return EventEntry(
            first=cleaned["first"],
            last=cleaned["last"] or cleaned["first"],
            name=" ".join(cleaned["name"].split()),
            kind=cleaned["kind"],
            day_kind=cleaned["day_kind"] or OFF.get(cleaned["kind"], "school_day"),
            content=cleaned["content"],
            grades=tuple(cleaned["grades"] or self.of_school),
        )


def _is_uid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


class Meals(Form):
    """The meals of a month: dishes one a line, calories, what stands beside, and how each day was seen."""

    NUTRIENTS = _("영양 성분 %(n)s번째 줄: 「탄수화물(g) : 109.0」처럼 적어 주세요.")
    ORIGINS = _("원산지 %(n)s번째 줄: 「쌀 : 국내산」처럼 적어 주세요.")

    def __init__(self, data: Any, *, days: Iterable[date], there: Mapping[date, MealEntry]) -> None:
        super().__init__(data)
        self.days, self.there = list(days), there
        for day in self.days:
            self.fields[f"d-{day}"] = forms.CharField(required=False, max_length=2_000)
            self.fields[f"c-{day}"] = forms.DecimalField(
                required=False,
                min_value=0,
                max_value=9_999,
                max_digits=6,
                error_messages={
                    key: _("열량은 702.5처럼 숫자로 적어 주세요.")
                    for key in (
                        "invalid",
                        "min_value",
                        "max_value",
                        "max_digits",
                        "max_decimal_places",
                        "max_whole_digits",
                    )
                },
            )
            self.fields[f"u-{day}"] = forms.CharField(required=False, max_length=4_000)
            self.fields[f"o-{day}"] = forms.CharField(required=False, max_length=4_000)
            self.fields[f"n-{day}"] = forms.IntegerField(required=False)

    def typed(self, day: date) -> MealEntry:
        """Return what stands in the form, right or wrong."""
        there = self.there.get(day, MealEntry())
        if not self.is_bound:
            return there
        data = self.data
        return MealEntry(
            data.get(f"d-{day}", "")[:2_000],
            data.get(f"c-{day}", "")[:20],
            data.get(f"u-{day}", there.nutrients)[:4_000],
            data.get(f"o-{day}", there.origins)[:4_000],
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for day in self.days:
            there = self.there.get(day, MealEntry())
            lines = cleaned.get(f"d-{day}", "").replace("\r\n", "\n")
            # What nobody touched stays as it is kept: numbers that were not recorded, spellings that came.
            touched = not there.lines or lines != there.lines.strip()
            try:
                cleaned[f"d-{day}"] = dish_lines(fold(lines)) if touched else None
            except BadDishes as bad:
                self.add_error(f"d-{day}", str(bad))
            for part, read, before, sentence in (
                ("u", facts.nutrients, there.nutrients, self.NUTRIENTS),
                ("o", facts.origins, there.origins, self.ORIGINS),
            ):
                box = f"{part}-{day}"
                text = fold(cleaned.get(box, "")).replace("\r\n", "\n")
                # A page that knew neither touches nothing.
                touched = box in self.data and text != before
                try:
                    cleaned[box] = read(text) if touched else None
                except facts.NotAFact as wrong:
                    self.add_error(box, sentence % {"n": wrong.line})
        return cleaned

    def changes(self) -> list[MealChange]:
        """Return the days whose meal was changed."""
        found = []
        for day in self.days:
            dishes, calories = self.cleaned_data[f"d-{day}"], self.cleaned_data[f"c-{day}"]
            before = self.there.get(day, MealEntry())
            typed = "" if calories is None else f"{calories.normalize():f}"
            seen = self.cleaned_data[f"n-{day}"]
            beside = self.cleaned_data[f"u-{day}"], self.cleaned_data[f"o-{day}"]
            lines = before.lines if dishes is None else as_lines(dishes)
            changed = (lines, typed) != (before.lines, before.calories) or beside != (None, None)
            if changed or (dishes and seen != before.sequence):
                found.append(MealChange(day, seen, dishes, calories, *beside))
        return found


class Bells(Form):
    """When periods begin and end, one a line, and how it stood when the page was opened."""

    times = forms.CharField(
        label=_("교시마다 한 줄"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea,
        error_messages={"max_length": _("한 줄에 한 교시씩 적어 주세요.")},
    )
    seen = forms.CharField(required=False, max_length=2_000, widget=forms.HiddenInput)

    def clean_seen(self) -> str:
        # A browser ends the lines of every field with CR LF, of a hidden one too.
        return "\n".join(self.cleaned_data["seen"].splitlines())

    def clean_times(self) -> dict[int, PeriodTime]:
        try:
            return facts.bells(fold(self.cleaned_data["times"]))
        except facts.Twice as wrong:
            raise forms.ValidationError(
                _("%(n)s번째 줄: 같은 교시가 두 번 있습니다.") % {"n": wrong.line}
            ) from None
        except facts.EndsFirst as wrong:
            sentence = _("%(n)s번째 줄: 시작과 끝, 앞 교시와의 순서를 확인해 주세요.")
            raise forms.ValidationError(sentence % {"n": wrong.line}) from None
        except facts.NotAFact as wrong:
            sentence = _("%(n)s번째 줄: 「1교시 09:00~09:40」처럼 적어 주세요.")
            raise forms.ValidationError(sentence % {"n": wrong.line}) from None


PARTS = (("subject", 60), ("unit", 200), ("pages", 40), ("materials", 200))


class WeekPlan(Form):
    """The weekly plan of a class."""

    notice = forms.CharField(
        label=_("이번 주 알림"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea,
        error_messages={"max_length": _("알림은 2,000자까지 적어 주세요.")},
    )
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, plan: Plan, places: Iterable[Place]) -> None:
        super().__init__(data, initial={"notice": plan.notice, "seen": plan.seen})
        self.plan, self.places = plan, list(places)
        for place in self.places:
            for part, longest in PARTS:
                self.fields[name(part, place)] = TextField(
                    required=False,
                    max_length=longest,
                    error_messages={"max_length": _("%(n)s자까지 적어 주세요.") % {"n": longest}},
                )

    def clean_seen(self) -> str:
        seen: str = self.cleaned_data["seen"]
        try:
            return datetime.fromisoformat(seen).isoformat() if seen else ""
        except ValueError:
            return datetime.min.replace(tzinfo=UTC).isoformat()  # matches no row

    def typed(self, place: Place) -> PlannedLesson:
        """Return a lesson as it stands in the form, right or wrong."""
        if not self.is_bound:
            return self.plan.lessons.get(place, PlannedLesson())
        return PlannedLesson(*(self.data.get(name(part, place), "")[:200] for part, _longest in PARTS))

    def written(self) -> Plan:
        """Return the plan as typed."""
        lessons = {
            place: PlannedLesson(*(self.cleaned_data[name(part, place)] for part, _longest in PARTS))
            for place in self.places
        }
        return replace(
            self.plan,
            notice=fold(self.cleaned_data["notice"]),
            lessons=lessons,
            seen=self.cleaned_data["seen"],
        )
