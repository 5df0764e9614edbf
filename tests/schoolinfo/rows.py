"""What a school teaches, for tests: arranged as the owner."""

from datetime import date, time
from typing import Any


def listed(school: Any, *classes: tuple[int, str], year: int = 2026) -> None:
    from baroalgi.schoolinfo.models import ClassListing

    for grade, name in classes:
        ClassListing.objects.using("owner").create(
            school_id=school.id, school_year=year, grade=grade, name=name
        )


def bells(school: Any) -> None:
    from baroalgi.schoolinfo.models import BellTime

    for period, begins in enumerate((9, 10, 11), 1):
        BellTime.objects.using("owner").create(
            school_id=school.id, period=period, begins=time(begins), ends=time(begins, 40)
        )


def lesson(
    school: Any, day: date, period: int, content: str, *, of: tuple[int, str] = (3, "1"), **facts: Any
) -> Any:
    from baroalgi.schoolinfo.models import Lesson

    grade, name = of
    return Lesson.objects.using("owner").create(
        **{
            "school_id": school.id,
            "school_year": 2026,
            "semester": 2,
            "day": day,
            "grade": grade,
            "class_name": name,
            "period": period,
            "content": content,
        }
        | facts
    )
