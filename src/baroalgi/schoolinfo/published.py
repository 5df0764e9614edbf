"""What schools tell, row by row, for those who hand it on in another form."""

from collections.abc import Iterable

from baroalgi.organisation.queries import published as organisation
from baroalgi.platform.listing import Source


def _of_school(
    table: str, columns: Iterable[str], *, order: str, where: str = "true", **computed: str
) -> Source:
    """Return the rows of a table that hangs on a school."""
    return Source(
        columns={**organisation.HEAD, **{name: f"row.{name}" for name in columns}, **computed},
        tables=f"{organisation.HEAD_TABLES} JOIN {table} row ON row.school_id = school.id",
        where=where,
        order=f"{order}, row.id",
    )


_OF_COURSE = ("course", "day_night", "track", "department", "changed_at", "verbatim")
# What the school has corrected is as new as that.
_LOADED = "CASE WHEN NOT row.own THEN row.loaded_on END"
_BY_CLASS = 'length({0}), {0} COLLATE "C"'  # 2 before 10

CALENDAR = _of_school(
    "schoolinfo_calendarday",
    (
        "day",
        "name",
        "content",
        "grades",
        "day_kind",
        "course",
        "day_night",
        "changed_at",
        "verbatim",
    ),
    where="NOT row.cancelled",
    loaded_on=_LOADED,
    order="row.school_id, row.day, row.n",
)

MEALS = _of_school(
    "schoolinfo_meal",
    (
        "day",
        "kind",
        "dishes",
        "calories",
        "nutrients",
        "origins",
        "diners",
        "changed_at",
        "verbatim",
    ),
    where="NOT row.cancelled",
    loaded_on=_LOADED,
    order="row.school_id, row.day, row.kind",
)

CLASSES = _of_school(
    "schoolinfo_classlisting",
    ("school_year", "grade", "name", "loaded_on", *_OF_COURSE),
    order="row.school_id, row.school_year, row.course, row.track, row.department, row.grade, "
    + _BY_CLASS.format("row.name"),
)

_MAJOR = ("day_night", "track", "department", "loaded_on", "changed_at", "verbatim")
_IN_ORDER = "school.office_id, school.code, row.track, row.day_night"
MAJORS = _of_school(
    "schoolinfo_major", _MAJOR, where="row.department IS NOT NULL", order=f"{_IN_ORDER}, row.department"
)
TRACKS = _of_school("schoolinfo_major", _MAJOR, where="row.department IS NULL", order=_IN_ORDER)

CLASSROOMS = _of_school(
    "schoolinfo_classroom",
    ("school_year", "semester", "grade", "name", "loaded_on", *_OF_COURSE),
    order="row.school_id, row.school_year, row.semester, row.grade, row.course, row.track, row.department, "
    + _BY_CLASS.format("row.name"),
)

LESSONS = _of_school(
    "schoolinfo_lesson",
    (
        "school_year",
        "semester",
        "day",
        "grade",
        "class_name",
        "classroom",
        "period",
        "content",
        "change",
        *_OF_COURSE,
    ),
    # A lesson that does not take place is left out like a free period, unless the row says what is instead.
    where="NOT row.cancelled AND (row.change <> 'cancelled' OR row.content NOT IN ('', row.instead_of))",
    loaded_on=_LOADED,
    order="row.school_id, row.day, row.course, row.track, row.department, row.grade, "
    f"{_BY_CLASS.format('row.class_name')}, row.period, row.n",
)

ACADEMIES = Source(
    columns={
        "office_code": "row.office_id",
        **{name: f"row.{name}" for name in ("zone", "number", "name", "realm", "track", "course", "row")},
    },
    tables="schoolinfo_academy row",
    where="true",
    order='row.office_id, row.zone COLLATE "C", row.name COLLATE "C", row.number, row.course, row.id',
)
