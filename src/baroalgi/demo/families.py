"""The families of the demo: some in each state of the main job, to be tried by a person.

"new" has done nothing, "at_counter" has handed in no papers yet, "approved" has the link for
issuing, "waiting" waits for the homeroom teacher, "linked" reads.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count
from random import Random

from baroalgi.demo import names
from baroalgi.demo.calendar import workday_before
from baroalgi.demo.people import (
    Named,
    Seat,
    guardian,
    homeroom_login,
    moment,
    own_regional_offices,
    registrar_login,
)
from baroalgi.demo.schools import DEMO_SCHOOLS, FIRST_OF_FAMILIES, OFFICE, PlannedSchool, stream
from baroalgi.demo.types import (
    Application,
    ChildLink,
    Family,
    FamilyChild,
    FamilyState,
    Person,
    Place,
    Student,
)

COUNTS: tuple[tuple[FamilyState, int], ...] = (
    ("new", 24),
    ("at_counter", 4),
    ("approved", 4),
    ("waiting", 4),
    ("linked", 5),
)

_CAST = ("이서연", "김가람")
"""Mother and daughter of the first family."""


@dataclass(frozen=True, slots=True)
class Household:
    """A family before its pupils are planned: who is asking, and which seats the children take."""

    n: int
    state: FamilyState
    relationship: str
    guardian_name: str
    seats: tuple[Seat, ...]
    children: tuple[Named, ...]


Lookup = Callable[[Seat], Student]


def officer_login() -> str:
    """Return the login of the registration officer who is a parent too: at the 교육지원청 of 영동."""
    return registrar_login(_regional("충청북도영동교육지원청"))


def households(schools: Sequence[PlannedSchool], officer: Person, *, seed: int) -> tuple[Household, ...]:
    """Return the households of all demo families; the last one is the officer's own.

    They live on the schools of the demo where the plan has them, else on its first ones.
    Raises ValueError when there are not two levels of schools for a family with children in both.
    """
    homes = [school for school in schools if school.code in DEMO_SCHOOLS] or list(schools[:8])
    others = [school for school in homes if school.level != homes[0].level]
    if not others:
        raise ValueError("a plan needs schools of two levels")
    free = {school.code: _seats(school) for school in homes}
    # The first school is the home of the demo and comes round twice as often.
    rota = [homes[0], *homes[1:4], homes[0], *homes[4:]]
    planned: list[Household] = []
    states = [state for state, times in COUNTS for _ in range(times)]
    for n, state in enumerate(states):
        rng = stream(seed, "household", n)
        first_linked = n == states.index("linked")
        home = homes[0] if n == 0 or first_linked else rota[n % len(rota)]
        seats = [next(free[home.code])]
        if first_linked:
            seats.append(next(free[others[0].code]))
        else:
            near = [school for school in homes if _region(school) == _region(home)]
            for _ in range({1: 1, 3: 2}.get(n % 8, 0) if state == "new" else n % 3 == 1):
                seats.append(_sibling_seat(free, rng.choice(near), seats))
        relationship = rng.choices(("mother", "father", "grandmother", "legal_guardian"), (55, 40, 3, 2))[0]
        family_name = names.surname(rng)
        children = tuple(_named(rng, family_name, seat) for seat in seats)
        guardian_name = ""
        if n == 0:
            relationship, guardian_name = "mother", _CAST[0]
            children = (Named(_CAST[1], "female"), *children[1:])
        planned.append(Household(n, state, relationship, guardian_name, tuple(seats), children))
    planned.append(_officers_household(len(states), officer, next(free[homes[0].code]), seed))
    return tuple(planned)


def families(planned: Sequence[Household], student: Lookup, *, seed: int, today: date) -> Iterator[Family]:
    """Yield the families of these households with their papers; `student` finds who took a seat."""
    turn: dict[str, Iterator[int]] = {state: count() for state, _ in COUNTS}
    for household in planned:
        rng = stream(seed, "family", household.n)
        students = [student(seat) for seat in household.seats]
        eldest = min(students, key=lambda each: each.birth_date)
        person = guardian(
            rng,
            FIRST_OF_FAMILIES + household.n,
            household.relationship,
            eldest,
            household.seats[0].school,
            household.guardian_name,
        )
        family = Family(
            state=household.state,
            guardian=person,
            children=_children(household, students),
            application=None,
            certificate_password="",
            links=(),
        )
        yield _with_papers(family, household, next(turn[household.state]), seed, today)


def officers_family(household: Household, officer: Person, student: Lookup) -> Family:
    """Return the family of the officer: in state "new", with the officer as the guardian."""
    children = _children(household, [student(seat) for seat in household.seats])
    return Family("new", officer, children, None, "", ())


def _with_papers(family: Family, household: Household, turn: int, seed: int, today: date) -> Family:
    if family.state == "new":
        return family
    rng = stream(seed, "papers", household.n)
    # Of the waiting ones the fourth is late: its request is older than three school days.
    days = {
        "at_counter": (1 + turn, 0, 0),
        "approved": (4 + turn, 2 + turn, 0),
        "waiting": (9, 7, (1, 1, 2, 5)[turn % 4]),
        "linked": (24 + 20 * turn, 21 + 20 * turn, 18 + 20 * turn),
    }[family.state]
    submitted, received, requested = (moment(rng, workday_before(today, back)) for back in days)
    place = _place(household, turn)
    application = Application(
        serial=100_000 + (household.n * 7_919) % 900_000,
        issue_password=names.password(rng, 10),
        place=place,
        state="submitted",
        submitted_at=submitted,
        received_at=None,
        approved_at=None,
        issued_at=None,
        officer="",
    )
    if family.state == "at_counter":
        return replace(family, application=application)
    approved = received + timedelta(minutes=rng.randint(3, 40))
    application = replace(
        application,
        state="approved",
        received_at=received,
        approved_at=approved,
        officer=registrar_login(place, 2 if place.kind != "school" else 1),
    )
    if family.state == "approved":
        return replace(family, application=application)
    application = replace(
        application, state="issued", issued_at=approved + timedelta(hours=rng.randint(1, 12))
    )
    return replace(
        family,
        application=application,
        certificate_password=names.password(rng, 12),
        links=tuple(_links(family, requested)),
    )


def _links(family: Family, requested: datetime) -> Iterator[ChildLink]:
    for child in family.children:
        key = child.student.school_class
        decided = requested + timedelta(hours=20) if family.state == "linked" else None
        yield ChildLink(
            guardian_rrn=family.guardian.rrn,
            student_rrn=child.student.rrn,
            relationship=child.relationship,
            state="approved" if decided else "requested",
            requested_at=requested,
            decided_at=decided,
            decided_by=homeroom_login(key) if decided else "",
            typed_name=child.student.name,
            typed_grade=key.grade,
            typed_class_no=key.no,
        )


def _place(household: Household, turn: int) -> Place:
    """Return where the papers go: the child's school, its 교육지원청, the provincial office in turn."""
    school = household.seats[0].school
    places = [Place("school", school.code), Place("office", OFFICE)]
    if any(office.name == school.fact.managed_by for office in own_regional_offices()):
        places.insert(1, Place("regional_office", school.fact.managed_by))
    return places[turn % len(places)]


def _regional(name: str) -> Place:
    return Place("regional_office", name)


def _children(household: Household, students: Sequence[Student]) -> tuple[FamilyChild, ...]:
    return tuple(
        FamilyChild(each, seat.school.fact.name, household.relationship)
        for each, seat in zip(students, household.seats, strict=True)
    )


def _officers_household(n: int, officer: Person, seat: Seat, seed: int) -> Household:
    rng = stream(seed, "household", "officer")
    male = officer.rrn[6] in "13"
    family_name = officer.name[0] if male else names.surname(rng)
    return Household(
        n, "new", "father" if male else "mother", officer.name, (seat,), (_named(rng, family_name, seat),)
    )


def _named(rng: Random, family_name: str, seat: Seat) -> Named:
    sex: names.Sex = "male" if seat.school.fact.coeducation == "남" else "female"
    if seat.school.fact.coeducation == "남녀공학":
        sex = rng.choice(("male", "female"))
    return Named(family_name + names.given_name(rng, "child", sex), sex)


def _seats(school: PlannedSchool) -> Iterator[Seat]:
    """Yield the seats of a school, going round its classes from the third grade on."""
    classes = sorted(school.class_sizes(), key=lambda each: ((each[0] - 3) % len(school.classes), each[1]))
    for slot in count():
        for grade, no, size in classes:
            if slot < size:
                yield Seat(school, grade, no, slot)


def _sibling_seat(free: dict[str, Iterator[Seat]], school: PlannedSchool, seats: Sequence[Seat]) -> Seat:
    """Return the next seat whose grade no other child of the family has at that level."""
    grades = {(seat.school.level, seat.grade) for seat in seats}
    return next(seat for seat in free[school.code] if (seat.school.level, seat.grade) not in grades)


def _region(school: PlannedSchool) -> str:
    return school.fact.address.split()[1]
