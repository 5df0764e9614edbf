"""Pupils, their guardians and the staff of planned schools."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from random import Random
from typing import Literal

from baroalgi.demo import names
from baroalgi.demo.calendar import workday_before
from baroalgi.demo.numbers import LAST_BIRTH, demo_number, mobile
from baroalgi.demo.schools import (
    ENTRY_AGE,
    FIRST_OF_OFFICES,
    OFFICE,
    Level,
    PlannedSchool,
    stream,
)
from baroalgi.demo.types import ChildLink, ClassKey, Person, Place, Post, Staff, Student
from baroalgi.organisation import data

KST = timezone(timedelta(hours=9), "KST")

LINKED_SHARE = 0.6
"""How many pupils have a guardian who already reads online (domain.md §10.2)."""
_WAITING_SHARE = 0.04
_WORKDAYS_OF_WAITING = (1, 1, 1, 2, 2, 2, 2, 3, 3, 5)
"""Most requests are new; a few wait so long that deputies, administrators and the office see them."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in a class that a demo family has taken: `slot` as in the ordinals of the school."""

    school: PlannedSchool
    grade: int
    no: int
    slot: int

    @property
    def ordinal(self) -> int:
        """Return the ordinal of the pupil on it."""
        return self.school.ordinal_of_pupil(self.grade, self.no, self.slot)


@dataclass(frozen=True, slots=True)
class Named:
    """The name a demo family has given to the pupil on its seat."""

    name: str
    sex: names.Sex


@dataclass(frozen=True, slots=True)
class Pupil:
    """A planned pupil with the ordinal that her number and her guardians' follow from."""

    student: Student
    ordinal: int
    in_demo_family: bool


def moment(rng: Random, day: date) -> datetime:
    """Return some moment of a day between 9 and 18 o'clock, Korean time."""
    return datetime.combine(day, time(rng.randint(9, 17), rng.randint(0, 59)), KST)


def class_pupils(
    school: PlannedSchool, year: int, grade: int, no: int, *, seed: int, taken: Mapping[int, Named]
) -> list[Pupil]:
    """Return the pupils of a class by name, numbered from 1. `taken` are the seats of demo families."""
    key = ClassKey(school.code, year, grade, no)
    size = school.classes[grade - 1][no - 1]
    drafts: list[tuple[str, int, date, names.Sex]] = []
    rng = stream(seed, school.code, year, grade, no, "pupils")
    for slot in range(size):
        sex = _sex_of_pupil(rng, school)
        name = names.surname(rng) + names.given_name(rng, "child", sex)
        if slot in taken:
            name, sex = taken[slot].name, taken[slot].sex
        # Everything is drawn even if not used, so that a taken seat changes nobody else.
        drafts.append((name, slot, _birth(rng, school.level, year, grade), sex))
    drafts.sort()
    return [
        Pupil(
            Student(
                rrn=demo_number(ordinal := school.ordinal_of_pupil(grade, no, slot), born, sex),
                name=name,
                birth_date=born,
                sex=sex,
                school_class=key,
                number=number,
            ),
            ordinal,
            slot in taken,
        )
        for number, (name, slot, born, sex) in enumerate(drafts, 1)
    ]


def background_guardians(
    school: PlannedSchool, pupil: Pupil, *, seed: int, today: date
) -> Iterator[tuple[Person, ChildLink]]:
    """Yield the guardians of a pupil outside the demo families, each with a link.

    Most links are approved; a few requests are waiting, so that desks are not empty.
    """
    if pupil.in_demo_family:
        return
    rng = stream(seed, school.code, "guardians", pupil.ordinal)
    drawn = rng.random()
    if drawn < LINKED_SHARE:
        relationships = rng.choice((("mother",), ("mother",), ("father",), ("mother", "father")))
    elif drawn < LINKED_SHARE + _WAITING_SHARE:
        relationships = ("mother",)
    else:
        return
    student = pupil.student
    for which, relationship in enumerate(relationships):
        ordinal = school.ordinal_of_guardian(pupil.ordinal, which)
        person = guardian(rng, ordinal, relationship, student, school)
        requested = moment(rng, workday_before(today, rng.randint(4, 150)))
        decided: datetime | None = requested + timedelta(hours=rng.randint(1, 30))
        decided_by = homeroom_login(student.school_class)
        if drawn >= LINKED_SHARE:
            waits = rng.choice(_WORKDAYS_OF_WAITING)
            requested, decided, decided_by = moment(rng, workday_before(today, waits)), None, ""
        yield (
            person,
            ChildLink(
                guardian_rrn=person.rrn,
                student_rrn=student.rrn,
                relationship=relationship,
                state="approved" if decided else "requested",
                requested_at=requested,
                decided_at=decided,
                decided_by=decided_by,
                typed_name=student.name,
                typed_grade=student.school_class.grade,
                typed_class_no=rng.choice((student.school_class.no, None)),
            ),
        )


def guardian(
    rng: Random, ordinal: int, relationship: str, eldest: Student, school: PlannedSchool, name: str = ""
) -> Person:
    """Return a guardian old enough for the eldest child, living beside the school.

    A father bears the child's surname, others may not. `name`: given instead of drawn.
    """
    sex: names.Sex = "male" if relationship in ("father", "grandfather") else "female"
    older = rng.randint(52, 66) if relationship in ("grandfather", "grandmother") else rng.randint(26, 38)
    born = date(eldest.birth_date.year - older, rng.randint(1, 12), rng.randint(1, 28))
    family_name = eldest.name[0] if relationship == "father" else names.surname(rng)
    return Person(
        rrn=demo_number(ordinal, born, sex),
        name=name or family_name + names.given_name(rng, "adult", sex),
        phone=mobile(ordinal),
        email=f"parent{ordinal}@example.kr",
        postcode=school.fact.postcode,
        address=school.fact.address,
        address_detail=f"시연아파트 {rng.randint(101, 109)}동 {rng.randint(1, 15)}{rng.randint(1, 4):02d}호",
    )


# --- Staff -----------------------------------------------------------------------------------

_SUBJECTS: dict[Level, tuple[str, ...]] = {
    "elementary": ("영어", "체육", "과학", "음악"),
    "middle": ("국어", "수학", "영어", "사회", "과학", "역사", "기술·가정", "체육", "음악", "미술"),
    "high": ("국어", "수학", "영어", "한국사", "사회", "과학", "정보", "체육", "음악", "미술"),
}


def homeroom_login(key: ClassKey) -> str:
    """Return the login of the homeroom teacher of a class."""
    return f"t{key.school_code}-{key.grade}-{key.no}"


def registrar_login(place: Place, n: int = 1) -> str:
    """Return the login of the n-th registration officer of a place."""
    if place.kind == "regional_office":
        prefix = next(
            office.school_code_prefix for office in own_regional_offices() if office.name == place.key
        )
        return f"reg-{prefix}-{n}"
    return f"reg-{place.key.lower()}-{n}"


def own_regional_offices() -> Iterator[data.RegionalOfficeFact]:
    """Yield the ten regional offices of the planned office."""
    return (office for office in data.regional_offices() if office.office_code == OFFICE)


def school_staff(school: PlannedSchool, year: int, *, seed: int) -> Iterator[tuple[Staff, tuple[Post, ...]]]:
    """Yield the staff of a school, each with the posts held since 1 March.

    A homeroom teacher for every class; subject teachers, who are also the deputies (부담임) of the
    classes in turn; one school administrator; one registration officer.
    """
    place, since = Place("school", school.code), date(year, 3, 1)
    classes = [ClassKey(school.code, year, grade, no) for grade, no, _ in school.class_sizes()]
    numbers = iter(range(10_000))

    def member(login: str) -> Staff:
        ordinal = school.ordinal_of_staff(next(numbers))
        return _staff(ordinal, login, seed, school.fact.address, school.fact.postcode)

    def post(login: str, role: str, school_class: ClassKey | None = None, subject: str = "") -> Post:
        return Post(login, role, place, school_class, subject, since)

    for key in classes:
        login = homeroom_login(key)
        yield member(login), (post(login, "homeroom_teacher", key),)
    subjects = _SUBJECTS[school.level]
    teachers = max(2, -(-len(classes) // 3))
    for n in range(teachers):
        login = f"s{school.code}-{n + 1:02d}"
        posts = [post(login, "subject_teacher", subject=subjects[n % len(subjects)])]
        posts += [post(login, "deputy", key) for key in classes[n::teachers]]
        yield member(login), tuple(posts)
    admin = f"admin-{school.code}"
    yield member(admin), (post(admin, "school_admin"),)
    officer = registrar_login(place)
    yield member(officer), (post(officer, "registration_officer"),)


def office_staff(year: int, *, seed: int) -> Iterator[tuple[Staff, tuple[Post, ...]]]:
    """Yield the staff of the provincial office and of its ten regional offices.

    Two registration officers in each place, for acts that need two; one office administrator;
    one operator.
    """
    since = date(year, 3, 1)
    office = Place("office", OFFICE)
    [fact] = [fact for fact in data.education_offices() if fact.code == OFFICE]
    regional = [Place("regional_office", fact.name) for fact in own_regional_offices()]
    wanted = [
        (registrar_login(place, n), "registration_officer", place)
        for place in (office, *regional)
        for n in (1, 2)
    ]
    wanted += [(f"office-{OFFICE.lower()}", "office_admin", office), ("operator", "operator", office)]
    for n, (login, role, place) in enumerate(wanted):
        staff = _staff(FIRST_OF_OFFICES + n, login, seed, fact.address, "")
        yield staff, (Post(login, role, place, None, "", since),)


def _staff(ordinal: int, login: str, seed: int, address: str, postcode: str) -> Staff:
    rng = stream(seed, "staff", login)
    sex: names.Sex = rng.choice(("male", "female", "female"))
    born = date(rng.randint(1966, 1992), rng.randint(1, 12), rng.randint(1, 28))
    person = Person(
        rrn=demo_number(ordinal, born, sex),
        name=names.surname(rng) + names.given_name(rng, "adult", sex),
        phone=mobile(ordinal),
        email=f"{login}@example.kr",
        postcode=postcode,
        address=address,
        address_detail="",
    )
    return Staff(login, names.password(rng, 12), person)


def _birth(rng: Random, level: Level, year: int, grade: int) -> date:
    born = date(year - ENTRY_AGE[level] - (grade - 1), 1, 1) + timedelta(days=rng.randint(0, 364))
    # From 2027 on the youngest would be born too late for a demo number; then they are too old.
    return min(born, LAST_BIRTH - timedelta(days=rng.randint(0, 200)))


def _sex_of_pupil(rng: Random, school: PlannedSchool) -> Literal["male", "female"]:
    drawn: names.Sex = rng.choice(("male", "female"))
    if school.fact.coeducation == "남":
        return "male"
    return "female" if school.fact.coeducation == "여" else drawn
