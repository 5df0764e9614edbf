"""Rows of a school for tests of pages: arranged as the owner, each with the facts a test names."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.world import SEOUL, YEAR


def today() -> date:
    """Return the day in Seoul: the real one, or that of the fixture `noon`."""
    from django.utils import timezone

    return timezone.localdate()


@contextmanager
def unit_of(world: Any, person: Any, strength: str = "certificate") -> Iterator[None]:
    """Open a unit of work of this person, or of nobody."""
    from baroalgi.platform.unit import unit_of_work

    key = world._browser(person, strength).cookies["baroalgi_session"].value if person else None
    with unit_of_work(key):
        yield


def entry(child: Any, day: date, kind: str = "absence", cause: str = "illness", reason: str = "") -> None:
    from baroalgi.records.models import AttendanceDay

    AttendanceDay.objects.using("owner").create(
        student_id=child.id, school_id=child.school_id, day=day, kind=kind, cause=cause, reason=reason
    )


def exam(
    child: Any,
    *scores: tuple[str, str | None, str],
    name: str = "2학기 1차 정기시험",
    term: int = 2,
    ordinal: int = 1,
    first_day: date = date(YEAR, 10, 13),
    state: str = "released",
    shows_mean: bool = True,
) -> Any:
    """Arrange an exam of the child's class; scores are (subject, points or None = missed, mean)."""
    from baroalgi.records import models

    exam = models.Exam.objects.using("owner").create(
        school_id=child.school_id,
        school_year=YEAR,
        term=term,
        ordinal=ordinal,
        grade=child.school_class.grade,
        name=name,
        first_day=first_day,
        last_day=first_day + timedelta(days=2),
    )
    release = models.Release.objects.using("owner").create(
        exam=exam,
        school_class_id=child.school_class_id,
        state=state,
        shows_mean=shows_mean,
        released_at=datetime(YEAR, 11, 23, 9, tzinfo=SEOUL) if state == "released" else None,
    )
    for position, (subject, points, mean) in enumerate(scores):
        row = models.ExamSubject.objects.using("owner").create(
            exam=exam, name=subject, position=position, max_score=100, grade_mean=Decimal(mean)
        )
        models.Score.objects.using("owner").create(
            exam_subject=row,
            release=release,
            student_id=child.id,
            school_id=child.school_id,
            points=None if points is None else Decimal(points),
        )
    return exam


def meal(
    school: Any, day: date, *dishes: Any, kind: int = 2, kcal: str | None = "702.0", **facts: Any
) -> None:
    """Arrange a meal; a dish is its name, or (name, allergen numbers)."""
    from baroalgi.schoolinfo.models import Meal

    named = [(dish, None) if isinstance(dish, str) else dish for dish in dishes]
    Meal.objects.using("owner").create(
        school_id=school.id,
        day=day,
        kind=kind,
        dishes=[{"name": name, "allergens": numbers} for name, numbers in named],
        calories=None if kcal is None else Decimal(kcal),
        **facts,
    )


def event(
    school: Any, day: date, name: str, *, kind: str = "school_event", off: bool = False, **facts: Any
) -> None:
    from baroalgi.schoolinfo.models import CalendarDay

    rows = CalendarDay.objects.using("owner")
    rows.create(
        school_id=school.id,
        day=day,
        n=rows.filter(school_id=school.id, day=day).count() + 1,
        name=name,
        kind=kind,
        day_kind="closed" if off else "school_day",
        **facts,
    )


def closed(school: Any, *days: date) -> None:
    """Let nobody of the school have lessons on these days, by its calendar."""
    from baroalgi.schoolinfo.models import CalendarDay

    lines = [
        CalendarDay(
            school_id=school.id,
            day=day,
            n=99,  # beside whatever else stands on the day
            name="재량휴업일",
            kind=CalendarDay.Kind.DISCRETIONARY_HOLIDAY,
            day_kind=CalendarDay.DayKind.CLOSED,
        )
        for day in days
    ]
    CalendarDay.objects.using("owner").bulk_create(lines, ignore_conflicts=True)


def reopened(school: Any) -> None:
    """Take back what `closed` did."""
    from baroalgi.schoolinfo.models import CalendarDay

    CalendarDay.objects.using("owner").filter(school_id=school.id, n=99).delete()


def board(school: Any, slug: str = "home-letters") -> Any:
    from baroalgi.letters.models import Board

    return Board.objects.using("owner").get(school_id=school.id, slug=slug)


def letter(
    school: Any,
    number: int | None,
    title: str,
    *,
    posted_on: date | None = None,
    on: str = "home-letters",
    **facts: Any,
) -> Any:
    """Arrange a letter that was sent, to everyone; `state` and `audience` may say otherwise."""
    from baroalgi.letters.models import Letter

    return Letter.objects.using("owner").create(
        **{
            "board": board(school, on),
            "state": "published",
            "number": number,
            "title": title,
            "html": "<p>학부모님 안녕하십니까?</p><p>기간 11월<br>장소 강당</p>",
            "body": "학부모님 안녕하십니까?\n\n기간 11월\n장소 강당",
            "author": f"{school.name} 교무부",
            "posted_on": posted_on or today(),
        }
        | facts
    )


def attachment(letter: Any, name: str = "안내.hwp", content: bytes | None = None, **facts: Any) -> Any:
    """Arrange a file of a letter; its kind is what its content says."""
    import hashlib
    import io

    from baroalgi.letters.models import Attachment
    from baroalgi.platform import filestore
    from baroalgi.platform.kinds import kind_of
    from baroalgi.platform.models import StoredFile
    from tests import papers

    content = papers.hwp() if content is None else content
    half = filestore.new_half()
    half.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    filestore.put(half, sha256)
    stored, _made = StoredFile.objects.using("owner").get_or_create(
        sha256=sha256,
        defaults={
            "size": len(content),
            "kind": kind_of(io.BytesIO(content), len(content)),
            "preview_state": "none",
        },
    )
    there = Attachment.objects.using("owner").filter(letter=letter).count()
    return Attachment.objects.using("owner").create(
        **{
            "letter": letter,
            "file": stored,
            "position": there + 1,
            "name": name,
            "added_at": datetime(YEAR, 11, 24, 9, tzinfo=SEOUL),
        }
        | facts
    )
