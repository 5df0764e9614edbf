"""A plan of one office: every row the demo loads, made again from a seed and a day.

Nothing is kept but the schools and the demo families. Each method yields its rows anew, so a
whole office streams table by table in little memory, and a school can be loaded again alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from baroalgi.demo import attendance, exams, letters, meals, people, timetables
from baroalgi.demo.calendar import SchoolYear, plan_school_year, school_year
from baroalgi.demo.exams import Sitting
from baroalgi.demo.families import Household, families, households, officer_login, officers_family
from baroalgi.demo.people import Named, Pupil, Seat
from baroalgi.demo.schools import DEMO_SCHOOLS, HWANGGAN, PlannedSchool, demo_schools, office_schools, stream
from baroalgi.demo.types import (
    AttendanceEntry,
    ChildLink,
    ClassKey,
    Exam,
    ExamSubject,
    Family,
    Letter,
    Meal,
    Person,
    Post,
    Restriction,
    SchoolEvent,
    Score,
    Staff,
    Student,
)

SEED = 20090424
"""The day of the letter this service comes from."""

Taken = dict[tuple[str, int, int], dict[int, Named]]


def demo_plan(today: date, *, seed: int = SEED, codes: Iterable[str] = DEMO_SCHOOLS) -> "OfficePlan":
    """Plan a small office of a few schools, the first one their home. Raises KeyError, ValueError."""
    return _plan(demo_schools(codes), seed, today)


def office_plan(today: date, *, seed: int = SEED) -> "OfficePlan":
    """Plan all elementary, middle and high schools of 충청북도 at about their real size."""
    return _plan(office_schools(seed, today), seed, today)


def _plan(schools: tuple[PlannedSchool, ...], seed: int, today: date) -> "OfficePlan":
    staff = {staff.login: staff for staff, _ in people.office_staff(school_year(today), seed=seed)}
    return OfficePlan(schools, households(schools, staff[officer_login()].person, seed=seed), seed, today)


@dataclass(frozen=True, slots=True)
class OfficePlan:
    """What does not belong to one school: staff of the offices, and the demo families.

    `planned` are the households of the families, the officer's own last.
    """

    planned_schools: tuple[PlannedSchool, ...]
    planned: tuple[Household, ...]
    seed: int
    today: date

    @property
    def year(self) -> int:
        """Return the school year of the plan."""
        return school_year(self.today)

    def schools(self) -> Iterator["SchoolPlan"]:
        """Yield the plan of each school."""
        taken = self._taken()
        for school in self.planned_schools:
            yield SchoolPlan(school, self.seed, self.today, taken)

    def staff(self) -> Iterator[Staff]:
        """Yield the staff of the provincial and regional offices."""
        return (staff for staff, _ in people.office_staff(self.year, seed=self.seed))

    def posts(self) -> Iterator[Post]:
        """Yield their posts."""
        for _, posts in people.office_staff(self.year, seed=self.seed):
            yield from posts

    def families(self) -> Iterator[Family]:
        """Yield the demo families; `demo.json` names them all. The officer's own is not among them."""
        return families(self.planned[:-1], self._student, seed=self.seed, today=self.today)

    def officer(self) -> tuple[Staff, Family]:
        """Return the registration officer who is a parent too, and the family, in state "new"."""
        [staff] = [staff for staff in self.staff() if staff.login == officer_login()]
        return staff, officers_family(self.planned[-1], staff.person, self._student)

    def _student(self, seat: Seat) -> Student:
        school = SchoolPlan(seat.school, self.seed, self.today, self._taken())
        pupils = school.pupils_of(seat.grade, seat.no)
        return next(pupil.student for pupil in pupils if pupil.ordinal == seat.ordinal)

    def _taken(self) -> Taken:
        taken: Taken = {}
        for household in self.planned:
            for seat, named in zip(household.seats, household.children, strict=True):
                taken.setdefault((seat.school.code, seat.grade, seat.no), {})[seat.slot] = named
        return taken


@dataclass(frozen=True, slots=True)
class SchoolPlan:
    """One school. Rows come class by class; parents of a row are in the methods above it."""

    school: PlannedSchool
    seed: int
    today: date
    taken: Taken

    @property
    def code(self) -> str:
        """Return the NEIS code of the school."""
        return self.school.code

    def school_year(self) -> SchoolYear:
        """Return the calendar of the present school year."""
        return plan_school_year(self.school, school_year(self.today), self.seed)

    def classes(self) -> Iterator[ClassKey]:
        """Yield the classes of this year."""
        year = school_year(self.today)
        for grade, no, _ in self.school.class_sizes():
            yield ClassKey(self.code, year, grade, no)

    def staff(self) -> Iterator[Staff]:
        """Yield the staff."""
        return (
            staff for staff, _ in people.school_staff(self.school, school_year(self.today), seed=self.seed)
        )

    def posts(self) -> Iterator[Post]:
        """Yield the posts; every class has a homeroom teacher and a deputy."""
        for _, posts in people.school_staff(self.school, school_year(self.today), seed=self.seed):
            yield from posts

    def students(self) -> Iterator[Student]:
        """Yield the pupils, by class and number."""
        return (pupil.student for pupil in self._pupils())

    def guardians(self) -> Iterator[Person]:
        """Yield the guardians outside the demo families."""
        return (person for person, _ in self._background())

    def links(self) -> Iterator[ChildLink]:
        """Yield the links of those guardians."""
        return (link for _, link in self._background())

    def restrictions(self) -> Iterator[Restriction]:
        """Yield the restriction that the home of the demo has noted: about the first who waits there.

        So one request stands on a desk that must not be approved together with the others.
        """
        if self.code == HWANGGAN:
            for link in islice((link for link in self.links() if link.state == "requested"), 1):
                yield Restriction(
                    guardian_rrn=link.guardian_rrn,
                    student_rrn=link.student_rrn,
                    kind="no_view",
                    reason="법원 결정문 사본 제출됨 (시연용으로 지은 내용입니다)",
                    valid_from=date(school_year(self.today), 3, 1),
                )

    def events(self) -> Iterator[SchoolEvent]:
        """Yield this year's calendar."""
        return self.school_year().events()

    def attendance(self) -> Iterator[AttendanceEntry]:
        """Yield this year's exceptions until today."""
        days = self.school_year().until(self.today)
        for pupil in self._pupils() if days else ():
            student = pupil.student
            rng = stream(self.seed, self.code, "attendance", pupil.ordinal)
            yield from attendance.exceptions(
                rng, student.rrn, student.sex, self.code, self.school.level, days
            )

    def exams(self) -> Iterator[Exam]:
        """Yield the regular exams that have been sat; elementary schools have none."""
        return (exams.exam(sitting, self.today) for sitting in self._sat())

    def exam_subjects(self) -> Iterator[ExamSubject]:
        """Yield their subjects with the means of the grade."""
        for sitting in self._sat():
            takers = self._takers(sitting.grade_now)
            for subject in exams.subjects(self.school.level, sitting.days.key):
                yield exams.exam_subject(sitting.days.key, subject, takers, seed=self.seed)

    def scores(self) -> Iterator[Score]:
        """Yield the scores of every pupil in every subject."""
        for sitting in self._sat():
            takers = self._takers(sitting.grade_now)
            for subject in exams.subjects(self.school.level, sitting.days.key):
                yield from exams.scores(sitting.days.key, subject, takers, seed=self.seed)

    def letters(self) -> Iterator[Letter]:
        """Yield the letters on the board, oldest first.

        Until the fifth week of the year also those of the year before, so that a board is not empty.
        """
        year = self.school_year()
        years: tuple[SchoolYear, ...] = (year,)
        if len(year.until(self.today)) < 25:
            years = (plan_school_year(self.school, year.year - 1, self.seed), year)
        return letters.letters(self.school, years, seed=self.seed, today=self.today)

    def meals(self) -> Iterator[Meal]:
        """Yield the lunches around today."""
        return meals.meals(self.school, seed=self.seed, today=self.today)

    def base_timetables(self) -> dict[int, list[timetables.PlannedLesson]]:
        """Return the weekly timetables of all classes, by term."""
        names = {staff.login: staff.person.name for staff in self.staff()}
        year = school_year(self.today)
        return {
            term: timetables.base_timetable(self.school, year, term, seed=self.seed, names=names)
            for term in (1, 2)
        }

    def pupils_of(self, grade: int, no: int) -> list[Pupil]:
        """Return the pupils of one class with their ordinals, by number."""
        taken = self.taken.get((self.code, grade, no), {})
        year = school_year(self.today)
        return people.class_pupils(self.school, year, grade, no, seed=self.seed, taken=taken)

    def _pupils(self) -> Iterator[Pupil]:
        for grade, no, _ in self.school.class_sizes():
            yield from self.pupils_of(grade, no)

    def _background(self) -> Iterator[tuple[Person, ChildLink]]:
        for pupil in self._pupils():
            yield from people.background_guardians(self.school, pupil, seed=self.seed, today=self.today)

    def _sat(self) -> Iterator[Sitting]:
        return exams.sat(self.school, seed=self.seed, today=self.today)

    def _takers(self, grade: int) -> list[str]:
        classes = range(1, len(self.school.classes[grade - 1]) + 1)
        return [pupil.student.rrn for no in classes for pupil in self.pupils_of(grade, no)]
