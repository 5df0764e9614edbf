"""Who must decide which open request: the rules of `policy`, asked for everyone. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from baroalgi.guardianship.types import OpenRequest
from baroalgi.policy import RULES, Act, Actor


def by_person(requests: Iterable[OpenRequest], staff: Collection[Actor]) -> dict[int, list[OpenRequest]]:
    """Return what each of the staff may decide today, in the order of the requests."""
    of_class: dict[int, list[Actor]] = defaultdict(list)
    of_school: dict[int, list[Actor]] = defaultdict(list)
    for actor in staff:
        for class_id in actor.homeroom_classes | actor.deputy_classes:
            of_class[class_id].append(actor)
        for school_id in actor.administered_schools:
            of_school[school_id].append(actor)
    found: dict[int, list[OpenRequest]] = defaultdict(list)
    for request in requests:
        near = [*of_class[request.class_id or 0], *of_school[request.school_id]]
        for actor in {actor.me: actor for actor in near}.values():
            if RULES[Act.CHILD_LINK_DECIDE](actor, request.subject):
                found[actor.me].append(request)
    return found
