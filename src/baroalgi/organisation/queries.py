"""Reads of the organisation."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import fields
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.fields.array import ArrayContains  # type: ignore[attr-defined]  # unknown to the stubs
from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    Func,
    Max,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Lower, Replace, StrIndex
from django.db.models.lookups import Exact, GreaterThan

from baroalgi.assessment import LEVEL_WORDS
from baroalgi.organisation import data, initials, listing
from baroalgi.organisation import published as published
from baroalgi.organisation.models import (
    ClosedDay,
    Office,
    Person,
    Place,
    School,
    SchoolClass,
    StaffPost,
    Student,
)
from baroalgi.organisation.models import SchoolPast as PastRow
from baroalgi.organisation.types import (
    ClassOfYear,
    Contact,
    Counter,
    HolidayFact,
    Homeroom,
    KnownSchool,
    OfficeAdministrator,
    PostalAddress,
    SchoolPast,
    SchoolSearch,
    Seat,
)
from baroalgi.organisation.types import Office as OfficeRow
from baroalgi.organisation.types import School as SchoolRow
from baroalgi.policy import Actor, Post, Role

MOST_FOUND = 50
SHORTEST_SEARCH = 2


def offices() -> list[OfficeRow]:
    """Return all education offices in the official order. One statement."""
    columns = [item.name for item in fields(OfficeRow)]
    return [OfficeRow(**row) for row in Office.objects.order_by("position").values(*columns)]


def offices_with_schools() -> list[OfficeRow]:
    """Return the education offices whose schools are in the directory, in official order. One statement."""
    columns = [item.name for item in fields(OfficeRow)]
    there = Office.objects.filter(Exists(School.objects.filter(office_id=OuterRef("code"))))
    return [OfficeRow(**row) for row in there.order_by("position").values(*columns)]


def school(code: str) -> SchoolRow | None:
    """Return the school of this NEIS code, or None. One statement."""
    # Of two that share a code, the one that is open.
    rows = _schools().order_by(F("closed_on").desc(nulls_first=True), "id")
    row = rows.filter(code=code).exclude(code="").first()
    return _school(row) if row else None


def schools_by_id(ids: Collection[int]) -> dict[int, SchoolRow]:
    """Return schools by their numbers. One statement."""
    return {row["id"]: _school(row) for row in _schools().filter(id__in=ids)}


def known_schools(office: str) -> list[KnownSchool]:
    """Return every school of an office that has a code, closed ones last; for imports. One statement."""
    rows = School.objects.filter(office_id=office).exclude(code="")
    columns = ("id", "office_id", "code", "name", "kind", "day_night")
    ordered = rows.order_by(F("closed_on").desc(nulls_first=True), "id")
    return [KnownSchool(*row) for row in ordered.values_list(*columns)]


longest_of_school = listing.longest


def school_past(school_id: int) -> list[SchoolPast]:
    """Return what a school was before, latest first. One statement."""
    rows = PastRow.objects.filter(school_id=school_id).order_by("-valid_to")
    return [SchoolPast(*row) for row in rows.values_list("valid_to", "name", "kind")]


@lru_cache(maxsize=1)
def public_holidays() -> dict[date, HolidayFact]:
    """Return the public holidays that are known, by day; they are shipped with the program. No statement."""
    return {holiday.day: holiday for holiday in data.public_holidays()}


def count_listed(office: str) -> int:
    """Return how many codes the open schools of an office have. One statement."""
    return _listed(office).values("code").distinct().count()


def listed(office: str, *, offset: int, limit: int) -> list[tuple[str, date | None]]:
    """Return codes of open schools in their order, each with the day of its last change. One statement."""
    # Two courses of one school share a code, and so one address.
    by_code = _listed(office).order_by("code").values("code")
    rows = by_code.annotate(changed_on=Max("loaded_on")).values_list("code", "changed_on")
    return list(rows[offset : offset + limit])


def _listed(office: str) -> QuerySet[School]:
    return School.objects.filter(office_id=office, closed_on=None).exclude(code="")


def count_schools(search: SchoolSearch) -> int:
    """Return how many schools fit. One statement."""
    return _fitting(search).count()


def schools_found(search: SchoolSearch, *, offset: int = 0, limit: int = MOST_FOUND) -> list[SchoolRow]:
    """Return the schools that fit; names that begin with the text first, then by name. One statement."""
    return [_school(row) for row in _in_order(search, offset, limit)]


def statement_of(search: SchoolSearch) -> tuple[str, tuple[Any, ...]]:
    """Return the statement of a search with its values, for who looks how the database carries it out."""
    statement, values = _in_order(search, 0, MOST_FOUND).query.sql_with_params()
    return statement, tuple(values)


def _in_order(search: SchoolSearch, offset: int, limit: int) -> QuerySet[School, dict[str, Any]]:
    begins = Case(
        When(**{f"{_name_or_initials(search)}__startswith": search.plain}, then=Value(0)), default=Value(1)
    )
    order = (begins, "name", "id")
    # What fits is sorted by its numbers alone: whole rows are read only of those that are shown.
    shown = _fitting(search).order_by(*order).values("id")[offset : offset + limit]
    return _schools().filter(id__in=shown).order_by(*order)


def regions(office: str) -> list[str]:
    """Return the 시·군·구 in which an office has schools, by name. One statement."""
    there = School.objects.filter(office_id=office, closed_on=None)
    found = there.annotate(region=_REGION).exclude(region="")
    return list(found.order_by("region").values_list("region", flat=True).distinct())


def school_days(school_id: int, first: date, last: date) -> list[date]:
    """Return the days with lessons from `first` to `last`: weekdays that are not closed. One statement."""
    return school_days_at([school_id], first, last)[school_id]


def school_days_at(school_ids: Collection[int], first: date, last: date) -> dict[int, list[date]]:
    """Return the days with lessons at each of these schools. One statement.

    `policy.school_days` counts the same in SQL.
    """
    closed = set(
        ClosedDay.objects.filter(school_id__in=school_ids, day__range=(first, last)).values_list(
            "school_id", "day"
        )
    )
    weekdays = [
        day for n in range((last - first).days + 1) if (day := first + timedelta(days=n)).weekday() < 5
    ]
    return {
        school_id: [day for day in weekdays if (school_id, day) not in closed] for school_id in school_ids
    }


def contact(person_id: int) -> Contact | None:
    """Return how the acting person can be reached; others are not visible. One statement."""
    columns = [item.name for item in fields(Contact)]
    row = Person.objects.filter(id=person_id).values(*columns).first()
    return Contact(**row) if row else None


def in_charge(school_ids: Collection[int]) -> list[Actor]:
    """Return who leads classes of these schools today, stands in for them or administers the schools.

    Each with these posts, so that rules can be asked; for jobs, which see all. One statement.
    """
    roles = (Role.HOMEROOM_TEACHER, Role.DEPUTY, Role.SCHOOL_ADMIN)
    rows = _posts_today().filter(role__in=roles, place__school_id__in=school_ids)
    columns = ("id", "role", "place_id", "place__name", "place__school_id", "place__school__code")
    of_class = ("school_class_id", "school_class__grade", "school_class__class_no")
    posts: dict[int, list[Post]] = defaultdict(list)
    for person_id, *row in rows.order_by("person_id", "id").values_list("person_id", *columns, *of_class):
        posts[person_id].append(Post(row[0], Role(row[1]), *row[2:]))
    return [Actor(person_id=person_id, posts=tuple(held)) for person_id, held in posts.items()]


def seats(school_id: int) -> dict[Seat, int]:
    """Return the pupils of a school by where they sit; for commands, which see all. One statement."""
    rows = Student.objects.filter(school_id=school_id, state=Student.State.ENROLLED).exclude(number=None)
    columns = ("school_class__grade", "school_class__class_no", "number", "id")
    return {
        Seat(*row[:3]): row[3] for row in rows.exclude(school_class=None).order_by("id").values_list(*columns)
    }


def staff_by_mail(school_id: int) -> dict[str, int]:
    """Return who has held a post at a school, by mail address; for commands. One statement."""
    posts = StaffPost.objects.filter(place__school_id=school_id).exclude(person__email="").order_by("id")
    return dict(posts.values_list("person__email", "person_id"))


def classes_of(school_ids: Collection[int], year: int) -> list[ClassOfYear]:
    """Return the classes of a school year at these schools, in their order. One statement."""
    rows = SchoolClass.objects.filter(school_id__in=school_ids, school_year=year)
    columns = [item.name for item in fields(ClassOfYear)]
    return [ClassOfYear(**row) for row in rows.order_by("school_id", "grade", "class_no").values(*columns)]


def homerooms_since() -> list[Homeroom]:
    """Return who leads which class today, and since when; for jobs, which see all. One statement."""
    rows = _posts_today().filter(role=Role.HOMEROOM_TEACHER).exclude(school_class=None)
    columns = ("person_id", "school_class_id", "valid_from")
    return [Homeroom(*row) for row in rows.order_by("id").values_list(*columns)]


def office_administrators() -> list[OfficeAdministrator]:
    """Return who administers the office and its regional offices today; for jobs. One statement."""
    rows = _posts_today().filter(role=Role.OFFICE_ADMIN, place__school=None).order_by("id")
    return [OfficeAdministrator(*row) for row in rows.values_list("person_id", "place__regional_office_id")]


def _posts_today() -> QuerySet[StaffPost]:
    today = Func(function="policy.today", output_field=DateField())
    return StaffPost.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today), valid_from__lte=today)


def classes(school_id: int, school_year: int) -> list[tuple[int, int]]:
    """Return grade and number of the classes of a school year, in order. One statement."""
    rows = SchoolClass.objects.filter(school_id=school_id, school_year=school_year)
    return list(rows.order_by("grade", "class_no").values_list("grade", "class_no"))


def count_pupils(class_ids: Collection[int]) -> int:
    """Return how many pupils these classes have; only those of the own class are visible. One statement."""
    return Student.objects.filter(school_class_id__in=class_ids, state=Student.State.ENROLLED).count()


def counter(place_id: int) -> Counter | None:
    """Return the counter, or None when this place takes no papers. One statement."""
    row = _counters().filter(id=place_id).first()
    return Counter(**row) if row else None


def counters(place_ids: Collection[int]) -> list[Counter]:
    """Return these counters and the one of the education office itself, schools first. One statement."""
    chosen = Q(id__in=place_ids) | Q(school=None, regional_office=None)
    rows = [Counter(**row) for row in _counters().filter(chosen).order_by("name")]
    return sorted(rows, key=lambda row: ("school", "regional", "office").index(row.kind))


def counter_of_school(code: str) -> Counter | None:
    """Return the counter of the school with this NEIS code. One statement."""
    row = _counters().filter(school__code=code).first() if code else None
    return Counter(**row) if row else None


def counters_named(text: str, *, limit: int = 20) -> list[Counter]:
    """Return counters whose name contains the text, or whose school's initial consonants do (ㅎㄱㅊ).

    Names that begin with it come first; fewer than two letters find nothing. One statement.
    """
    sought = initials.plain(text)[:60]
    if len(sought) < SHORTEST_SEARCH:
        return []
    if initials.only_initials(sought):
        rows = _counters().filter(school__initials__contains=sought).order_by("name")
    else:
        first = Case(When(name__startswith=sought, then=Value(0)), default=Value(1))
        rows = _counters().filter(name__icontains=sought).order_by(first, "name")
    return [Counter(**row) for row in rows[:limit]]


def addresses_like(text: str, *, limit: int = 20) -> list[PostalAddress]:
    """Return shipped addresses of schools and offices that contain every word, or stand under the postcode.

    No complete directory: parents may always type their address themselves. One statement.
    """
    words = text.split()[:6]
    if sum(map(len, words)) < SHORTEST_SEARCH:
        return []
    rows = Place.objects.exclude(postcode="").exclude(address="")
    for word in words:
        rows = rows.filter(
            Q(address__icontains=word) | Q(postcode__startswith=word) | Q(name__icontains=word)
        )
    found = rows.values("postcode", "address").distinct().order_by("address")[:limit]
    return [PostalAddress(**row) for row in found]


def _fitting(search: SchoolSearch) -> QuerySet[School]:
    rows = School.objects.all()
    if search.office:
        rows = rows.filter(office_id=search.office)
    if not search.closed:
        rows = rows.filter(closed_on=None)
    if search.plain:
        rows = rows.filter(_contains(_name_or_initials(search), search.plain.lower()))
    if search.level in LEVEL_WORDS:
        kinds = Q()
        for word in LEVEL_WORDS[search.level]:
            kinds |= Q(kind__contains=word)
        rows = rows.filter(kinds)
    if search.region:
        rows = rows.filter(Exact(_REGION, search.region))
    return rows


# 시·군·구, the second word of an address; as the index school_region has it.
_REGION = Func(F("address"), Value(" "), Value(2), function="split_part", output_field=CharField())


# Pairs of letters that half of all names hold: by them an index finds nothing that reading on would not.
_IN_EVERY_NAME = {"초등", "등학", "학교", "중학", "고등", "ㅊㄷ", "ㄷㅎ", "ㅎㄱ", "ㅈㅎ", "ㄱㄷ"}


def _contains(column: str, text: str) -> Q:
    """Return the condition that a name holds this text, blanks and capitals not counted.

    The pairs of letters find the few candidates by index (organisation_grams); whether the pairs stand in
    this order is then looked up in those alone. Without a rare pair the names themselves are read.
    """
    plain = Lower(Replace(F(column), Value(" ")))
    holds = Q(GreaterThan(StrIndex(plain, Value(text)), 0))
    pairs = sorted({text[n : n + 2] for n in range(len(text) - 1)} - _IN_EVERY_NAME)
    if not pairs:
        return holds
    grams = Func(F(column), function="organisation_grams", output_field=ArrayField(TextField()))
    return holds & Q(ArrayContains(grams, pairs))


def _name_or_initials(search: SchoolSearch) -> str:
    return "initials" if initials.only_initials(search.plain) else "name"


def _schools() -> QuerySet[School, dict[str, Any]]:
    joined = ("regional_office", "office_code")
    columns = [item.name for item in fields(SchoolRow) if item.name not in joined]
    rows: QuerySet[School, dict[str, Any]] = School.objects.order_by("id").values(
        *columns, office_code=F("office_id"), regional_name=F("regional_office__name")
    )
    return rows


def _school(row: dict[str, Any]) -> SchoolRow:
    regional = row.pop("regional_name") or ""
    return SchoolRow(**row, regional_office=regional)


_COUNTER = ("id", "name", "postcode", "address", "phone")


def _counters() -> QuerySet[Place, dict[str, Any]]:
    kind = Case(
        When(school__isnull=False, then=Value("school")),
        When(regional_office__isnull=False, then=Value("regional")),
        default=Value("office"),
        output_field=CharField(),
    )
    rows: QuerySet[Place, dict[str, Any]] = Place.objects.filter(takes_papers=True).values(
        *_COUNTER, kind=kind
    )
    return rows
