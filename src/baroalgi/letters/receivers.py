"""To whom a writer may write: the whole school, and the grades and classes in the writer's hands."""

from collections.abc import Sequence
from datetime import date

from baroalgi.assessment import school_year
from baroalgi.letters.types import Receivers
from baroalgi.organisation import queries as organisation
from baroalgi.platform.ui import post_role
from baroalgi.policy import Actor
from baroalgi.policy.actor import Role

EVERYONE = Receivers()


def options(
    actor: Actor, school_id: int, *, today: date, present: Receivers | None = None
) -> list[Receivers]:
    """Return the choices: everyone, grades, classes; and whom the letter has already. One statement."""
    rows = organisation.classes_of([school_id], school_year(today))
    if school_id not in actor.administered_schools:
        rows = [row for row in rows if row.id in actor.homeroom_classes]
    grades = [Receivers("grade", grade, school_year(today)) for grade in sorted({row.grade for row in rows})]
    classes = [Receivers("class", row.grade, None, row.id, row.class_no) for row in rows]
    found = [EVERYONE, *grades, *classes]
    return found if present is None or present in found else [*found, present]


def find(options: Sequence[Receivers], key: str) -> Receivers:
    """Return the choice of this name, everyone when there is none."""
    return next((to for to in options if to.key == key), EVERYONE)


def signature(actor: Actor) -> str:
    """Return with what a writer signs at first: 3학년 1반 담임, or the name of the school."""
    posts = sorted(actor.posts, key=lambda post: post.role is not Role.HOMEROOM_TEACHER)
    if posts and posts[0].role is Role.HOMEROOM_TEACHER:
        return post_role(posts[0])
    return next((post.place_name for post in posts if post.role is Role.SCHOOL_ADMIN), "")
