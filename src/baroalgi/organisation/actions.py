"""Writes of the organisation."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baroalgi.organisation import facts, listing
from baroalgi.organisation.models import Enrolment, Person, Place, School, SchoolClass, StaffPost, Student
from baroalgi.organisation.types import ClassPost, SchoolsListed, Seat
from baroalgi.platform import audit
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Actor, Role

ship_facts = facts.ship


class NoSuchPlace(Refused):
    message = _("그런 기관이 없습니다: %(name)s")


class YearNotBegun(Refused):
    message = _("새 학년도는 %(year)s년 3월 1일에 시작합니다. 그날부터 하실 수 있습니다.")


class AlreadyPromoted(Refused):
    message = _("%(year)s학년도의 반이 이미 정해져 있습니다.")


class NotOfThisSchool(Refused):
    message = _("이 학교의 학생이 아닙니다: %(n)s명")


class SeatsMissing(Refused):
    message = _("졸업하는 학년이 아닌데 새 반이 없는 학생이 %(n)s명 있습니다.")


@action
def change_contact(
    *, by: Actor, mobile: str, phone_home: str, email: str, postcode: str, address1: str, address2: str
) -> None:
    """Change how the acting person can be reached; name and number stay."""
    Person.objects.filter(id=by.me).update(
        mobile=mobile,
        phone_home=phone_home,
        email=email,
        postcode=postcode,
        address1=address1,
        address2=address2,
    )
    audit.record(by, Audit.CONTACT_CHANGED, person_id=by.person_id)


@action
def appoint(*, by: Actor, name: str, email: str, role: Role, place: str, now: datetime) -> int:
    """Make a person with a post from today on; for commands, as a role that may write persons.

    `place`: NEIS code of a school, name of a regional office, or empty for the office itself.
    Returns the person's number. Raises NoSuchPlace.
    """
    where = _place(place)
    if where is None:
        raise NoSuchPlace(name=place)
    person = Person.objects.create(name=name, email=email, created_at=now)
    StaffPost.objects.create(person=person, place=where, role=role, valid_from=timezone.localdate(now))
    if role is Role.REGISTRATION_OFFICER:
        # A place takes certificate papers from its first officer on.
        Place.objects.filter(id=where.id).update(takes_papers=True)
    audit.record(by, Audit.STAFF_APPOINTED, person_id=person.id, role=role.value, place_id=where.id)
    return person.id


@action
def promote(
    *,
    by: Actor,
    school_id: int,
    year: int,
    seats: Mapping[int, Seat],
    posts: Sequence[ClassPost],
    now: datetime,
) -> None:
    """Begin a school year at a school: pupils take their new seats, posts of classes change on 1 March.

    `seats`: by number of the pupil. Pupils of the highest grade without one have graduated. What waits
    for a pupil follows to the new teacher, since it is found through the pupil's class. For commands.
    Raises YearNotBegun, AlreadyPromoted, NotOfThisSchool, SeatsMissing.
    """
    first_day = date(year, 3, 1)
    if timezone.localdate(now) < first_day:
        raise YearNotBegun(year=year)
    School.objects.select_for_update().get(id=school_id)  # of two at once one finds it done
    if Student.objects.filter(school_class__school_id=school_id, school_class__school_year=year).exists():
        raise AlreadyPromoted(year=year)
    pupils = Student.objects.filter(school_id=school_id, state=Student.State.ENROLLED)
    pupils = pupils.select_related("school_class").order_by("id")
    here = {pupil.id: pupil for pupil in pupils}
    if foreign := seats.keys() - here.keys():
        raise NotOfThisSchool(n=len(foreign))
    grades = {pupil.id: pupil.school_class.grade if pupil.school_class else 0 for pupil in here.values()}
    highest = max(grades.values(), default=0)
    if missing := [pupil_id for pupil_id in here if pupil_id not in seats and grades[pupil_id] < highest]:
        raise SeatsMissing(n=len(missing))

    classes = _classes(school_id, year, [*seats.values(), *posts])
    _keep_enrolments(list(here.values()), first_day)
    for pupil in here.values():
        if pupil.id in seats:
            seat = seats[pupil.id]
            pupil.school_class_id = classes[seat.grade, seat.class_no]
            pupil.number = seat.number
        else:
            pupil.state = Student.State.LEFT
    Student.objects.bulk_update(here.values(), ["school_class", "number", "state"])
    _change_posts(school_id, year, classes, posts)
    audit.record(by, Audit.SCHOOL_PROMOTED, school_id=school_id, year=year, pupils=len(seats))
    gone = [(pupil_id, None) for pupil_id in here if pupil_id not in seats]
    if gone:
        audit.record_each(by, Audit.STUDENT_LEFT, gone, why="graduated")


@action
def transfer(*, by: Actor, student_id: int, to_class_id: int | None, now: datetime) -> None:
    """Let a pupil leave the school, for a class of another one or out of this office (None).

    Guardians see nothing from now on; the new school approves anew. For commands.
    """
    pupil = Student.objects.select_for_update().get(id=student_id)
    _keep_enrolments([pupil], timezone.localdate(now))
    pupils = Student.objects.filter(id=student_id)
    if to_class_id is None:
        pupils.update(state=Student.State.LEFT)
    else:
        there = SchoolClass.objects.get(id=to_class_id)
        pupils.update(school_id=there.school_id, school_class_id=there.id, number=None)
    audit.record(by, Audit.STUDENT_LEFT, student_id=student_id, why="transferred")


def _classes(school_id: int, year: int, named: Sequence[Seat | ClassPost]) -> dict[tuple[int, int], int]:
    """Return the classes of the year by grade and number; those that are named and missing are made."""
    wanted = {(each.grade, each.class_no) for each in named}
    SchoolClass.objects.bulk_create(
        [
            SchoolClass(school_id=school_id, school_year=year, grade=grade, class_no=class_no)
            for grade, class_no in sorted(wanted)
        ],
        ignore_conflicts=True,
    )
    there = SchoolClass.objects.filter(school_id=school_id, school_year=year).order_by("id")
    return {(row.grade, row.class_no): row.id for row in there}


def _keep_enrolments(pupils: Sequence[Student], until: date) -> None:
    Enrolment.objects.bulk_create(
        [
            Enrolment(
                student=pupil, school_class_id=pupil.school_class_id, number=pupil.number, valid_to=until
            )
            for pupil in pupils
            if pupil.school_class_id
        ],
        ignore_conflicts=True,
    )


def _change_posts(
    school_id: int, year: int, classes: Mapping[tuple[int, int], int], posts: Sequence[ClassPost]
) -> None:
    first_day = date(year, 3, 1)
    old = StaffPost.objects.filter(school_class__school_id=school_id, school_class__school_year__lt=year)
    lasting = Q(valid_to=None) | Q(valid_to__gt=first_day)
    old.filter(lasting, valid_from__lt=first_day).update(valid_to=first_day)
    place = Place.objects.get(school_id=school_id)
    StaffPost.objects.bulk_create(
        StaffPost(
            person_id=post.person_id,
            place=place,
            role=post.role,
            school_class_id=classes[post.grade, post.class_no],
            valid_from=first_day,
        )
        for post in posts
    )


def _place(place: str) -> Place | None:
    if not place:
        return Place.objects.filter(school=None, regional_office=None).first()
    named = Place.objects.filter(school__code=place) | Place.objects.filter(regional_office__short_name=place)
    return named.order_by("id").first()


@action
def list_schools(
    *,
    by: Actor,
    office_code: str,
    office_name: str,
    rows: Iterable[Mapping[str, Any]],
    own_office: str,
    whole_on: date | None = None,
    unread: Collection[str] = (),
) -> SchoolsListed:
    """Take in rows of an office's list of schools: new ones, changed ones, and who is listed no more.

    `rows`: by column of School, with `office_code` and `listed_on`, the day of the list; read once, streamed.
    `whole_on`: the day of the list when it holds every school of the office, which closes those missing
    in it; `unread`: codes of its rows that could not be read, which are not missing. No school is deleted.
    `own_office`: whose schools are places too. For commands, as a role that may write schools (ADR 0016).
    """
    listing.note_office(office_code, office_name)
    done = listing.take(office_code, rows, whole_on=whole_on, unread=unread, own_office=own_office)
    audit.record(
        by, Audit.SCHOOLS_LISTED, office=office_code, new=done.new, changed=done.changed, closed=done.closed
    )
    return done


@action
def note_office(*, by: Actor, code: str, name: str) -> None:
    """Write an office that is unknown here, as it calls itself: offices are known by code, never by name."""
    listing.note_office(code, name)
    audit.record(by, Audit.SCHOOLS_LISTED, office=code, new=0, changed=0, closed=0)


@action
def note_school(*, by: Actor, office_code: str, office_name: str, code: str, name: str, kind: str) -> None:
    """Write a school of which no list has told yet, so that its meals and lessons have a place to hang on."""
    listing.note_office(office_code, office_name)
    listing.note_school(office_code, code, name, kind)
    audit.record(by, Audit.SCHOOLS_LISTED, office=office_code, new=1, changed=0, closed=0)
