"""Rows around child links that the common cast does not have, arranged as the owner."""

from datetime import date, datetime, timedelta
from typing import Any

from tests.rows import closed
from tests.world import SEOUL, YEAR


def typed(world: Any, child: Any, **changes: str) -> dict[str, str]:
    """Return what a mother types who applies for this child."""
    number = world.number_of(child)
    return {
        "grade": "3",
        "class_no": "1",
        "child_name": child.name,
        "relationship": "mother",
        "relationship_text": "",
        "child_rrn_0": number[:6],
        "child_rrn_1": number[6:],
    } | changes


def days_ago(days: int) -> datetime:
    return datetime.now(SEOUL) - timedelta(days=days)


def requested(world: Any, child: Any, *, guardian: Any = None, **facts: Any) -> Any:
    """Arrange an open request of 이서연, all of it as recorded."""
    return world.link(
        guardian=guardian or world.seoyeon,
        child=child,
        state="requested",
        **{"typed_class_no": 1} | facts,
    )


def second_teacher(world: Any, school_class: Any) -> Any:
    """Let the teacher next door lead this class too, for a time; returns the teacher."""
    from baroalgi.organisation.models import StaffPost

    StaffPost.objects.using("owner").create(
        person=world.next_door_teacher,
        place=world.hwanggan_counter,
        role="homeroom_teacher",
        school_class=school_class,
        valid_from=date(YEAR, 3, 1),
        valid_to=date(YEAR + 100, 3, 1),
    )
    return world.next_door_teacher


def post(person: Any, place: Any, role: str, school_class: Any = None, **facts: Any) -> Any:
    """Give a person a post since the first of March."""
    from baroalgi.organisation.models import StaffPost

    return StaffPost.objects.using("owner").create(
        **{
            "person": person,
            "place": place,
            "role": role,
            "school_class": school_class,
            "valid_from": date(YEAR, 3, 1),
        }
        | facts
    )


def staff(world: Any, name: str, role: str, school_class: Any = None, place: Any = None) -> Any:
    """Make a person with a post at 황간초등학교 or another place; returns the person."""
    from baroalgi.organisation.models import Person

    someone = Person.objects.using("owner").create(
        name=name, email=f"{role}{len(name)}@example.kr", created_at=datetime.now(SEOUL)
    )
    post(someone, place or world.hwanggan_counter, role, school_class)
    return someone


def office(world: Any) -> Any:
    """Return the place of the education office itself."""
    return type(world.hwanggan_counter).objects.using("owner").get(school=None, regional_office=None)


def waited(world: Any, days: int) -> datetime:
    """Return a moment from which today is this school day of waiting at 황간초등학교, whatever today is.

    Closes the school on all days but as many as needed.
    """
    back = [days_ago(n).date() for n in range(30)]
    lessons = [day for day in back if day.weekday() < 5][:days]
    closed(world.hwanggan, *(day for day in back if day not in lessons))
    return days_ago(29)


def no_homeroom(school_class: Any) -> None:
    """Let the posts of the class's homeroom teachers have ended yesterday."""
    from baroalgi.organisation.models import StaffPost

    held = StaffPost.objects.using("owner").filter(role="homeroom_teacher", school_class=school_class)
    held.update(valid_to=days_ago(0).date())


def restriction(child: Any, guardian: Any, kind: str = "no_view", **facts: Any) -> None:
    """Let the school note something about this guardian and this child."""
    from baroalgi.guardianship.models import Restriction

    Restriction.objects.using("owner").create(
        **{
            "student": child,
            "guardian": guardian,
            "school_id": child.school_id,
            "kind": kind,
            "reason": "법원 결정",
            "valid_from": date(YEAR, 3, 4),
            "valid_to": None,
        }
        | facts
    )


def families(world: Any, count: int) -> list[Any]:
    """Fill the class 3-1 with pupils, each with a guardian who waits; returns the links."""
    from baroalgi.organisation.models import Person, Student
    from baroalgi.platform import crypto

    links = []
    for n in range(count):
        guardian = Person.objects.using("owner").create(
            name=f"보호자{n:02}",
            identity_mac=crypto.identity_mac(f"{n:013}"),
            mobile="010-1234-5678",
            email=f"guardian{n}@example.kr",
            created_at=datetime.now(SEOUL),
        )
        child = Student.objects.using("owner").create(
            name="학생",
            identity_mac=crypto.identity_mac(f"1{n:012}"),
            school=world.hwanggan,
            school_class=world.class_3_1,
            number=100 + n,
        )
        links.append(requested(world, child, guardian=guardian))
    return links
