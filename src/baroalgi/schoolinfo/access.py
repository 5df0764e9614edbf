"""From an address to what it names, or the one 404."""

from collections.abc import Iterable
from datetime import date

from django.http import Http404

from baroalgi.organisation import queries as organisation
from baroalgi.organisation.types import School
from baroalgi.policy import Actor
from baroalgi.schoolinfo import queries
from baroalgi.schoolinfo.types import ClassName


def school(code: str) -> School:
    """Return the school of this NEIS code."""
    row = organisation.school(code)
    if row is None:
        raise Http404
    return row


def named_class(school: School, of: ClassName | None, today: date) -> ClassName:
    """Return the class if the school lists it in this school year."""
    if of is not None and of in queries.classes(school.id, today):
        return of
    raise Http404


def chosen_class(
    actor: Actor, code: str, of: ClassName | None, grade: int | None, classes: Iterable[ClassName]
) -> ClassName | None:
    """Return the class that is asked for, or the first of the grade; else the own child's, else the first.

    None: the school lists no class.
    """
    listed = list(classes)
    wanted = [of] if of else [one for one in listed if one.grade == grade]
    wanted += own_classes(actor, code, listed)
    return next((one for one in (*wanted, *listed) if one in listed), None)


def own_classes(actor: Actor, code: str, classes: Iterable[ClassName]) -> list[ClassName]:
    """Return those of these classes of a school that the acting guardian's children are in."""
    own = {
        ClassName(child.grade, str(child.class_no)) for child in actor.children if child.school_code == code
    }
    return [one for one in classes if one in own]
