"""The plan of one school as rows of the tables: natural keys become ids, nothing is decided here."""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

from baroalgi.accounts.models import Login
from baroalgi.certs import ResidentNumber
from baroalgi.demo import timetables
from baroalgi.demo.bulk import Bulk, bulk_load
from baroalgi.demo.exams import subjects
from baroalgi.demo.meals import nutrients, origins
from baroalgi.demo.people import KST
from baroalgi.demo.plan import SchoolPlan
from baroalgi.demo.schools import HWANGGAN
from baroalgi.demo.types import ChildLink as PlannedLink
from baroalgi.demo.types import ClassKey, ExamKey, Post, Staff
from baroalgi.demo.types import Letter as PlannedLetter
from baroalgi.demo.types import Meal as PlannedMeal
from baroalgi.demo.types import Person as PlannedPerson
from baroalgi.demo.types import Place as PlaceKey
from baroalgi.demo.types import Student as PlannedStudent
from baroalgi.guardianship.models import ChildLink, Restriction
from baroalgi.letters import markup
from baroalgi.letters.models import Board, Letter, LetterVersion
from baroalgi.organisation.models import Person, Place, School, SchoolClass, StaffPost, Student
from baroalgi.platform import crypto
from baroalgi.policy import Role
from baroalgi.records.models import AttendanceDay, Exam, ExamSubject, Release, Score
from baroalgi.schoolinfo.models import (
    BaseLesson,
    BellTime,
    CalendarDay,
    ClassListing,
    CurriculumItem,
    Lesson,
    Meal,
    Teaching,
    WeekPlan,
)

PROTECTED = (
    Person,
    Student,
    StaffPost,
    ChildLink,
    Restriction,
    AttendanceDay,
    Release,
    ExamSubject,
    Score,
    Letter,
    BaseLesson,
    LetterVersion,
)

PasswordOf = Callable[[str], str]
"""The hash to store for a login."""

_RESULTS_OPEN = time(9, tzinfo=KST)
_LETTER_FIELDS = (
    *("id", "board", "state", "number", "title", "html", "body", "author", "posted_on", "published_at"),
    *("views", "pinned", "version", "audience", "grade", "school_year", "school_class"),
)
_LETTERS_GO_OUT, _LETTERS_CORRECTED = time(9), time(16, 20)


def load_school(plan: SchoolPlan, *, password_of: PasswordOf, now: datetime) -> None:
    """Write everything of a school in one transaction. The facts must be there."""
    school = School.objects.get(code=plan.code, kind=plan.school.fact.kind)
    with bulk_load(*PROTECTED) as into:
        rows = _SchoolRows(plan, into, school.id, now)
        rows.classes()
        rows.people(password_of)
        rows.students()
        rows.guardians()
        rows.calendar()
        rows.teaching()
        rows.boards()
        rows.attendance()
        rows.exams()


def load_staff(
    into: Bulk,
    staff: Iterable[Staff],
    posts: Iterable[Post],
    *,
    class_ids: Mapping[ClassKey, int],
    password_of: PasswordOf,
    now: datetime,
) -> dict[str, str]:
    """Write staff with logins and posts; their places take papers from now on. Returns names by login."""
    members = list(staff)
    people = persons(into, (member.person for member in members), now)
    person_of = {member.login: people[member.person.rrn] for member in members}
    into.copy(
        Login,
        ("login", "password", "person", "is_active"),
        ((login, password_of(login), person_id, True) for login, person_id in person_of.items()),
    )
    posts = list(posts)
    place_ids = {key: place(key).id for key in {post.place for post in posts}}
    into.copy(
        StaffPost,
        ("person", "place", "role", "school_class", "valid_from"),
        (
            (
                person_of[post.login],
                place_ids[post.place],
                post.role,
                post.school_class and class_ids[post.school_class],
                post.valid_from,
            )
            for post in posts
        ),
    )
    # A counter without an officer would let papers lie for ever.
    counters = {place_ids[post.place] for post in posts if post.role == Role.REGISTRATION_OFFICER}
    Place.objects.filter(id__in=counters).update(takes_papers=True)
    return {member.login: member.person.name for member in members}


def persons(into: Bulk, planned: Iterable[PlannedPerson], now: datetime) -> dict[str, int]:
    """Write persons and return their ids by resident number, of which only the keyed hash is stored."""
    people = list(planned)
    ids = dict(zip((each.rrn for each in people), into.ids(Person, len(people)), strict=True))
    fields = ("identity_mac", "name", "birth_date", "phone_home", "mobile", "email")
    into.copy(
        Person,
        ("id", *fields, "postcode", "address1", "address2", "created_at"),
        (
            (
                ids[each.rrn],
                crypto.identity_mac(each.rrn),
                each.name,
                ResidentNumber(each.rrn).birth_date,
                "",
                each.phone,
                each.email,
                each.postcode,
                each.address,
                each.address_detail,
                now,
            )
            for each in people
        ),
    )
    return ids


def place(key: PlaceKey) -> Place:
    """Return the place that a plan names."""
    if key.kind == "school":
        return Place.objects.get(school__code=key.key)
    if key.kind == "regional_office":
        return Place.objects.get(regional_office__name=key.key)
    return Place.objects.get(school=None, regional_office=None)


def link_values(link: PlannedLink, guardian: PlannedPerson, decided_by: str) -> dict[str, object]:
    """Return the columns of a child link but guardian, student and school."""
    return {
        "public_id": uuid.uuid4(),
        "state": link.state,
        "relationship": link.relationship,
        "relationship_text": "",
        "typed_name": link.typed_name,
        "typed_grade": link.typed_grade,
        "typed_class_no": link.typed_class_no,
        "guardian_name": guardian.name,
        "guardian_mobile": guardian.phone,
        "guardian_email": guardian.email,
        "reason": "",
        "requested_at": link.requested_at,
        "decided_at": link.decided_at,
        "decided_by_name": decided_by,
    }


@dataclass(slots=True)
class _SchoolRows:
    """The rows of one school on their way. The methods stand in the order of dependence."""

    plan: SchoolPlan
    into: Bulk
    school_id: int
    now: datetime
    class_ids: dict[ClassKey, int] = field(default_factory=dict)
    student_ids: dict[str, int] = field(default_factory=dict)
    class_of: dict[str, ClassKey] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def classes(self) -> None:
        keys = list(self.plan.classes())
        self.class_ids = dict(zip(keys, self.into.ids(SchoolClass, len(keys)), strict=True))
        self.into.copy(
            SchoolClass,
            ("id", "school", "school_year", "grade", "class_no"),
            ((id, self.school_id, key.year, key.grade, key.no) for key, id in self.class_ids.items()),
        )

    def people(self, password_of: PasswordOf) -> None:
        self.names = load_staff(
            self.into,
            self.plan.staff(),
            self.plan.posts(),
            class_ids=self.class_ids,
            password_of=password_of,
            now=self.now,
        )

    def students(self) -> None:
        students = list(self.plan.students())
        ids = self.into.ids(Student, len(students))
        self.student_ids = {student.rrn: id for student, id in zip(students, ids, strict=True)}
        self.class_of = {student.rrn: student.school_class for student in students}
        self.into.copy(
            Student,
            ("id", "identity_mac", "name", "school", "school_class", "number", "state"),
            map(self._student, students),
        )

    def guardians(self) -> None:
        people = list(self.plan.guardians())
        ids = persons(self.into, people, self.now)
        by_rrn = {person.rrn: person for person in people}
        values = (
            (
                ids[link.guardian_rrn],
                self.student_ids[link.student_rrn],
                self.school_id,
                *link_values(link, by_rrn[link.guardian_rrn], self.names.get(link.decided_by, "")).values(),
            )
            for link in self.plan.links()
        )
        self.into.copy(ChildLink, ("guardian", "student", "school_id", *_LINK_FIELDS), values)
        self.into.copy(
            Restriction,
            ("student", "guardian", "school_id", "kind", "reason", "valid_from"),
            (
                (
                    self.student_ids[noted.student_rrn],
                    ids[noted.guardian_rrn],
                    self.school_id,
                    noted.kind,
                    noted.reason,
                    noted.valid_from,
                )
                for noted in self.plan.restrictions()
            ),
        )

    def calendar(self) -> None:
        self.into.copy(
            CalendarDay,
            ("school", "day", "n", "name", "kind", "day_kind", "content", "grades"),
            (
                (
                    self.school_id,
                    event.day,
                    event.n,
                    event.name,
                    event.kind,
                    event.day_type,
                    event.content,
                    json.dumps(event.grades),
                )
                for event in self.plan.events()
            ),
        )
        self.into.copy(
            Meal,
            ("school", "day", "kind", "dishes", "calories", "nutrients", "origins", "moved_from", "note"),
            (
                (
                    self.school_id,
                    meal.day,
                    meal.kind,
                    _dishes(meal),
                    meal.kcal,
                    _json(nutrients(meal.kcal)),
                    _json(origins(meal.dishes)),
                    meal.recorded_on,
                    meal.note if meal.borrowed else "",
                )
                for meal in self.plan.meals()
            ),
        )

    def teaching(self) -> None:
        """Write classes, curricula, timetables, and for elementary schools the weekly plans."""
        school, year, today = self.plan.school, self.plan.school_year(), self.plan.today
        base = self.plan.base_timetables()
        listed = _LISTED[school.level]
        self.into.copy(
            ClassListing,
            ("school", "school_year", "grade", "name", *listed, "loaded_on"),
            (
                (self.school_id, key.year, key.grade, str(key.no), *listed.values(), today)
                for key in self.class_ids
            ),
        )
        self.into.copy(
            BellTime,
            ("school", "period", "begins", "ends"),
            ((self.school_id, *times) for times in timetables.bell_times(school)),
        )
        self.into.copy(
            BaseLesson,
            ("school", "school_year", "semester", *_BASE),
            (
                (self.school_id, year.year, term, *(getattr(one, name) for name in _BASE))
                for term, lessons in base.items()
                for one in lessons
                if one.n == 1
            ),
        )
        self.into.copy(
            Teaching,
            ("school", "school_year", "semester", "grade", "class_name", "subject", "teacher"),
            (
                (self.school_id, year.year, term, *row)
                for term, lessons in base.items()
                for row in timetables.teachings(lessons)
            ),
        )
        self.into.copy(
            CurriculumItem,
            ("school", "entrance_year", "plan", *_ITEM, "units", "unit_kind"),
            self._curricula(),
        )
        by_name = {key: value for key, value in listed.items() if key != "course" and value}
        self.into.copy(
            Lesson,
            ("school", "school_year", "semester", "day", *_LESSON, "sequence", "loaded_on", *_BLANK),
            (
                (
                    self.school_id,
                    year.year,
                    year.semester(one.day) if one.day else 0,
                    one.day,
                    one.grade,
                    one.class_name,
                    one.classroom,
                    one.period,
                    one.n,
                    one.subject,
                    one.teacher,
                    one.change,
                    one.instead_of,
                    1 if one.change else 0,
                    today,
                    *(by_name.get(name, "") for name in _BLANK),
                )
                for one in timetables.lessons(
                    base, year, today, seed=self.plan.seed, changes=self.plan.code in _CHANGING
                )
            ),
        )
        if school.level == "elementary":
            self.into.copy(
                WeekPlan,
                ("school", "monday", "grade", "class_name", "notice", "lessons"),
                (
                    (
                        self.school_id,
                        week.monday,
                        week.grade,
                        week.class_name,
                        week.notice,
                        _json(week.lessons),
                    )
                    for week in timetables.weekly_plans(base, year, today, seed=self.plan.seed)
                ),
            )

    def _curricula(self) -> Iterator[tuple[object, ...]]:
        level = self.plan.school.level
        for entered, name, courses in timetables.curricula(self.plan.school, self.plan.school_year().year):
            for position, course in enumerate(courses):
                for (grade, term), weekly in course.weekly.items():
                    yield (
                        self.school_id,
                        entered,
                        name,
                        position,
                        course.group,
                        course.subject,
                        course.type,
                        grade,
                        term or None,
                        weekly if level == "high" else weekly * timetables.WEEKS_OF_YEAR,
                        "학점" if level == "high" else "시간",
                    )

    def boards(self) -> None:
        letters, year = list(self.plan.letters()), self.plan.school_year().year
        boards = dict(Board.objects.filter(school_id=self.school_id).values_list("slug", "id"))
        ids = self.into.ids(Letter, len(letters))
        self.into.copy(
            Letter,
            _LETTER_FIELDS,
            (
                self._letter(id, boards[letter.board], letter, year)
                for id, letter in zip(ids, letters, strict=True)
            ),
        )
        self.into.copy(
            LetterVersion,
            ("letter", "version", "title", "html", "changed_at", "changed_by"),
            (
                (id, 1, letter.title, markup.of_text(letter.earlier), corrected, letter.author)
                for id, letter in zip(ids, letters, strict=True)
                if letter.earlier
                for corrected in [datetime.combine(letter.posted_on, _LETTERS_CORRECTED, KST)]
            ),
        )

    def _letter(self, id: int, board_id: int, letter: PlannedLetter, year: int) -> tuple[object, ...]:
        of_class, of_grade = letter.class_no is not None, letter.grade is not None
        return (
            id,
            board_id,
            "published",
            letter.no,
            letter.title,
            markup.of_text(letter.body),
            letter.body,
            letter.author,
            letter.posted_on,
            datetime.combine(letter.posted_on, _LETTERS_GO_OUT, KST),
            letter.views,
            letter.pinned,
            2 if letter.earlier else 1,
            "class" if of_class else "grade" if of_grade else "everyone",
            None if of_class else letter.grade,
            year if of_grade and not of_class else None,
            self.class_ids[ClassKey(self.plan.code, year, letter.grade or 0, letter.class_no or 0)]
            if of_class
            else None,
        )

    def attendance(self) -> None:
        self.into.copy(
            AttendanceDay,
            ("student", "school", "day", "kind", "cause", "reason"),
            (
                (
                    self.student_ids[entry.student_rrn],
                    self.school_id,
                    entry.day,
                    entry.kind,
                    entry.cause,
                    entry.reason,
                )
                for entry in self.plan.attendance()
            ),
        )

    def exams(self) -> None:
        exam_ids = self._exams()
        release_ids = self._releases(exam_ids)
        subject_ids = self._subjects(exam_ids)
        self.into.copy(
            Score,
            ("exam_subject", "release", "student", "school", "points"),
            (
                (
                    subject_ids[score.exam, score.subject],
                    release_ids[score.exam, self.class_of[score.student_rrn]],
                    self.student_ids[score.student_rrn],
                    self.school_id,
                    score.score,
                )
                for score in self.plan.scores()
            ),
        )

    def _exams(self) -> dict[ExamKey, int]:
        exams = list(self.plan.exams())
        ids = dict(zip((exam.key for exam in exams), self.into.ids(Exam, len(exams)), strict=True))
        self.into.copy(
            Exam,
            (
                "id",
                "school",
                "school_year",
                "term",
                "ordinal",
                "grade",
                "name",
                "first_day",
                "last_day",
            ),
            (
                (
                    ids[exam.key],
                    self.school_id,
                    exam.key.year,
                    exam.key.term,
                    exam.key.ordinal,
                    exam.key.grade,
                    exam.name,
                    exam.begins,
                    exam.ends,
                )
                for exam in exams
            ),
        )
        return ids

    def _releases(self, exam_ids: Mapping[ExamKey, int]) -> dict[tuple[ExamKey, ClassKey], int]:
        """Write a release for each exam and class of today in which its takers sit."""
        exams = {exam.key: exam for exam in self.plan.exams()}
        taken = sorted({(score.exam, self.class_of[score.student_rrn]) for score in self.plan.scores()})
        ids = dict(zip(taken, self.into.ids(Release, len(taken)), strict=True))
        self.into.copy(
            Release,
            ("id", "exam", "school_class", "state", "shows_mean", "released_at"),
            (
                (
                    id,
                    exam_ids[key],
                    self.class_ids[school_class],
                    exams[key].state,
                    True,
                    (day := exams[key].released_on) and datetime.combine(day, _RESULTS_OPEN),
                )
                for (key, school_class), id in ids.items()
            ),
        )
        return ids

    def _subjects(self, exam_ids: Mapping[ExamKey, int]) -> dict[tuple[ExamKey, str], int]:
        planned = list(self.plan.exam_subjects())
        keys = [(subject.exam, subject.subject) for subject in planned]
        ids = dict(zip(keys, self.into.ids(ExamSubject, len(keys)), strict=True))
        self.into.copy(
            ExamSubject,
            ("id", "exam", "name", "position", "max_score", "grade_mean"),
            (
                (
                    ids[subject.exam, subject.subject],
                    exam_ids[subject.exam],
                    subject.subject,
                    subjects(self.plan.school.level, subject.exam).index(subject.subject) + 1,
                    subject.max_score,
                    subject.grade_mean if subject.sitters else None,
                )
                for subject in planned
            ),
        )
        return ids

    def _student(self, student: PlannedStudent) -> tuple[object, ...]:
        return (
            self.student_ids[student.rrn],
            crypto.identity_mac(student.rrn),
            student.name,
            self.school_id,
            self.class_ids[student.school_class],
            student.number,
            Student.State.ENROLLED,
        )


_ITEM = ("position", "subject_group", "subject", "subject_type", "grade", "semester")
_BASE = ("grade", "class_name", "weekday", "period", "subject", "teacher", "classroom")
_LESSON = (
    "grade",
    "class_name",
    "classroom",
    "period",
    "n",
    "content",
    "teacher",
    "change",
    "instead_of",
)
_BLANK = ("course", "day_night", "track", "department")
# What NEIS writes beside a class of such a school.
_LISTED: dict[str, dict[str, str]] = {
    "elementary": {"course": "초등학교", "day_night": "주간", "track": "", "department": ""},
    "middle": {"course": "중학교", "day_night": "주간", "track": "", "department": ""},
    "high": {"course": "고등학교", "day_night": "주간", "track": "일반계", "department": "일반학과"},
}
# Schools of which some lessons of this week have changed: one of each level.
_CHANGING = (HWANGGAN, "8071052", "8000082")
_LINK_FIELDS = (
    "public_id",
    "state",
    "relationship",
    "relationship_text",
    "typed_name",
    "typed_grade",
    "typed_class_no",
    "guardian_name",
    "guardian_mobile",
    "guardian_email",
    "reason",
    "requested_at",
    "decided_at",
    "decided_by_name",
)


def _dishes(meal: PlannedMeal) -> str:
    # The record has no allergy numbers; null says so, an empty list would promise that there are none.
    return json.dumps([{"name": dish, "allergens": None} for dish in meal.dishes], ensure_ascii=False)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
