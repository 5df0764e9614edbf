"""From an address to what it names, or the one 404."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404

from baroalgi.organisation import queries as organisation
from baroalgi.organisation.types import School
from baroalgi.policy import Act, Actor, Role, Subject, allows
from baroalgi.schoolinfo import queries
from baroalgi.schoolinfo.entry import queries as queries_of_entry
from baroalgi.schoolinfo.entry.types import KeptEvent
from baroalgi.schoolinfo.types import ClassName


@dataclass(frozen=True, slots=True)
class PlannedClass:
    """A class with its school; `classes`: those one may change to."""

    school: School
    classes: tuple[ClassName, ...]
    of: ClassName


def administered_school(actor: Actor, post_id: int | None) -> School:
    """Return the school of the post that is being looked at, else the first that the person administers."""
    for school_id in actor.schools_as(Role.SCHOOL_ADMIN, first=post_id):
        if allows(actor, Act.SCHOOL_INFORMATION_WRITE, Subject(school_id=school_id)):
            return organisation.schools_by_id([school_id])[school_id]
    raise Http404


def class_of(school: School, school_year: int, grade: int, name: str) -> tuple[list[ClassName], ClassName]:
    """Return all classes of the school and the one of this grade and name."""
    classes = queries.class_names(school.id, school_year)
    wanted = ClassName(grade, name)
    if wanted not in classes:
        raise Http404
    return classes, wanted


def event(school: School, uid: UUID) -> KeptEvent:
    """Return the line of the calendar that holds this row."""
    row = queries_of_entry.event(school.id, uid)
    if row is None:
        raise Http404
    return row


def planned_class(actor: Actor, post_id: int | None, wanted: ClassName | None, year: int) -> PlannedClass:
    """Return the class whose weekly plan this person writes.

    The class one leads; an administrator chooses one of the school, first the first one.
    """
    posts = sorted(actor.posts, key=lambda post: post.id != post_id)
    for post in posts:
        if post.school_id is None:
            continue
        on = Subject(school_id=post.school_id, class_id=post.class_id)
        if not allows(actor, Act.WEEK_PLAN_WRITE, on):
            continue
        school = organisation.schools_by_id([post.school_id])[post.school_id]
        if post.role is Role.HOMEROOM_TEACHER:
            own = ClassName(post.grade or 0, str(post.class_no))
            if wanted in (None, own):
                return PlannedClass(school, (), own)
        elif post.role is Role.SCHOOL_ADMIN:
            classes = queries.class_names(school.id, year)
            if classes and (wanted is None or wanted in classes):
                return PlannedClass(school, tuple(classes), wanted or classes[0])
    raise Http404
