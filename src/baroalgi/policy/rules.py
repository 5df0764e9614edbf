"""The rules, one line per act, built of predicates that a head teacher could read aloud."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from baroalgi.policy.actor import Actor, Role, Strength
from baroalgi.policy.acts import Act


@dataclass(frozen=True, slots=True)
class Subject:
    """What an act is about: only the facts that rules ask for. None = does not apply."""

    student_id: int | None = None
    class_id: int | None = None
    place_id: int | None = None
    owner_id: int | None = None
    school_id: int | None = None
    grade: int | None = None
    # Of a request: which school day of waiting it is, and who leads the class.
    school_day: int = 0
    homeroom: "Homeroom" = "led"


Homeroom: TypeAlias = Literal["led", "applicant", "none"]
"""Whether a class is led by a teacher, by nobody but the one who asks, or by nobody."""

SUBSTITUTES_FROM = 3
"""The school day of waiting from which deputy and school administrator decide too (design.md §6)."""

Rule: TypeAlias = Callable[[Actor, Subject], bool]


def anyone(actor: Actor, on: Subject) -> bool:
    return True


def signed_in(actor: Actor, on: Subject) -> bool:
    return actor.person_id is not None


def staff(actor: Actor, on: Subject) -> bool:
    return actor.is_staff


def own_child(actor: Actor, on: Subject) -> bool:
    return on.student_id in actor.student_ids


def homeroom(actor: Actor, on: Subject) -> bool:
    return on.class_id in actor.homeroom_classes


def stands_in(actor: Actor, on: Subject) -> bool:
    """The deputy of the class, once the homeroom teacher had time or is the applicant."""
    late = on.school_day >= SUBSTITUTES_FROM or on.homeroom == "applicant"
    return late and on.class_id in actor.deputy_classes


def stands_in_for_the_school(actor: Actor, on: Subject) -> bool:
    """The administrator of the school; at once when nobody leads the class."""
    late = on.school_day >= SUBSTITUTES_FROM or on.homeroom != "led"
    return late and on.school_id in actor.administered_schools


def school_admin(actor: Actor, on: Subject) -> bool:
    return on.school_id in actor.administered_schools


def office_admin(actor: Actor, on: Subject) -> bool:
    return any(post.role is Role.OFFICE_ADMIN and post.school_id is None for post in actor.posts)


def registration_officer(actor: Actor, on: Subject) -> bool:
    return on.place_id in actor.counter_places


def works_at_school(actor: Actor, on: Subject) -> bool:
    return any(post.school_id == on.school_id for post in actor.posts)


def child_at_school(actor: Actor, on: Subject) -> bool:
    """Coarse on purpose: for which of its classes a letter was, in former years too, the database knows."""
    return any(child.school_id == on.school_id for child in actor.children)


def own_letter_of_homeroom(actor: Actor, on: Subject) -> bool:
    """Who leads a class writes to it, to its grade and to the whole school, and changes the own letters."""
    return on.owner_id == actor.person_id and any(
        post.role is Role.HOMEROOM_TEACHER
        and post.school_id == on.school_id
        and on.class_id in (None, post.class_id)
        and on.grade in (None, post.grade)
        for post in actor.posts
    )


def wrote_it(actor: Actor, on: Subject) -> bool:
    """Who wrote it, as long as they work at that school."""
    return works_at_school(actor, on) and on.owner_id is not None and on.owner_id == actor.person_id


def not_own(actor: Actor, on: Subject) -> bool:
    return actor.person_id is None or on.owner_id != actor.person_id


def any_of(*rules: Rule) -> Rule:
    return lambda actor, on: any(rule(actor, on) for rule in rules)


def all_of(*rules: Rule) -> Rule:
    return lambda actor, on: all(rule(actor, on) for rule in rules)


in_charge = any_of(homeroom, stands_in, stands_in_for_the_school)

RULES: dict[Act, Rule] = {
    Act.SITE_ENTER: anyone,
    Act.SITE_HEALTH: anyone,
    Act.PKI_PUBLISHED: anyone,
    Act.SCHOOL_READ: anyone,
    Act.LETTER_READ: anyone,
    Act.HUB_READ: anyone,
    Act.CERTIFICATE_APPLY: anyone,
    Act.CERTIFICATE_STATUS: anyone,
    Act.CERTIFICATE_ISSUE: anyone,
    Act.SIGN_IN: anyone,
    Act.SIGN_OUT: anyone,
    Act.CERTIFICATE_RECEIVE: anyone,
    Act.DEMO_OUTBOX: anyone,
    Act.CERTIFICATES_READ: signed_in,
    Act.CERTIFICATE_OFFER: signed_in,
    Act.CHILDREN_READ: signed_in,
    Act.CHILD_LINK_APPLY: signed_in,
    Act.CHILD_OVERVIEW_READ: own_child,
    Act.CHILD_ATTENDANCE_READ: own_child,
    Act.CHILD_GRADES_READ: own_child,
    Act.FEED_MANAGE: signed_in,
    Act.DESK_READ: staff,
    Act.CHILD_LINK_READ: in_charge,
    # A teacher who is also the parent may not decide; the deputy or the school does.
    Act.CHILD_LINK_DECIDE: all_of(in_charge, not_own),
    Act.CLASSES_READ: school_admin,
    Act.LETTER_FOR_SOME_READ: any_of(child_at_school, works_at_school),
    Act.LETTER_WRITE: any_of(school_admin, own_letter_of_homeroom),
    Act.APPLICATION_READ: registration_officer,
    Act.APPLICATION_DECIDE: all_of(registration_officer, not_own),
    Act.OFFICE_READ: office_admin,
    Act.OFFICE_REMIND: office_admin,
    Act.SCHOOL_INFORMATION_WRITE: school_admin,
    Act.WEEK_PLAN_WRITE: any_of(homeroom, school_admin),
    Act.API_KEYS_BLOCK: office_admin,
    Act.SLIP_ANSWER: own_child,
    Act.SLIP_DESK: any_of(homeroom, school_admin, wrote_it),
    Act.SLIP_EVIDENCE: any_of(school_admin, wrote_it),
    Act.SECOND_STEP: signed_in,
    Act.FACTORS_SET_UP: signed_in,
    Act.FACTORS_MANAGE: signed_in,
    Act.SESSIONS_OWN: signed_in,
    Act.API_KEYS_OWN: signed_in,
}

OPEN = frozenset(Strength)
GUARDIAN = frozenset({Strength.CERTIFICATE})
STAFF = frozenset({Strength.PASSWORD})
HALF = frozenset({Strength.HALF})

_OWN = {
    Act.SECOND_STEP: HALF,
    Act.FACTORS_SET_UP: HALF | STAFF,
    Act.FACTORS_MANAGE: STAFF,
    Act.SESSIONS_OWN: STAFF | GUARDIAN,
    Act.API_KEYS_OWN: STAFF | GUARDIAN,
    Act.LETTER_FOR_SOME_READ: STAFF | GUARDIAN,
    Act.SLIP_ANSWER: GUARDIAN,
    Act.SLIP_DESK: STAFF,
    Act.SLIP_EVIDENCE: STAFF,
}

STRENGTH: dict[Act, frozenset[Strength]] = {
    act: _OWN[act]
    if act in _OWN
    else GUARDIAN
    if act.startswith(("child:", "child_link:own:", "certificate:own:"))
    else STAFF
    if act.startswith(("desk:", "child_link:request:", "application:", "office:", "letter:desk:"))
    else OPEN
    for act in Act
}
"""Ways of signing in that are enough for an act."""

DOOR: dict[Act, tuple[Role, ...]] = {
    Act.CHILD_LINK_READ: (Role.HOMEROOM_TEACHER, Role.DEPUTY, Role.SCHOOL_ADMIN),
    Act.CHILD_LINK_DECIDE: (Role.HOMEROOM_TEACHER, Role.DEPUTY, Role.SCHOOL_ADMIN),
    Act.CLASSES_READ: (Role.SCHOOL_ADMIN,),
    Act.LETTER_WRITE: (Role.HOMEROOM_TEACHER, Role.SCHOOL_ADMIN),
    Act.APPLICATION_READ: (Role.REGISTRATION_OFFICER,),
    Act.APPLICATION_DECIDE: (Role.REGISTRATION_OFFICER,),
    Act.OFFICE_READ: (Role.OFFICE_ADMIN,),
    Act.OFFICE_REMIND: (Role.OFFICE_ADMIN,),
    Act.SCHOOL_INFORMATION_WRITE: (Role.SCHOOL_ADMIN,),
    Act.WEEK_PLAN_WRITE: (Role.HOMEROOM_TEACHER, Role.SCHOOL_ADMIN),
    Act.API_KEYS_BLOCK: (Role.OFFICE_ADMIN,),
    Act.SLIP_DESK: (Role.HOMEROOM_TEACHER, Role.SCHOOL_ADMIN),
    Act.SLIP_EVIDENCE: (Role.HOMEROOM_TEACHER, Role.SCHOOL_ADMIN),
}
"""Posts of which one is needed before an address is even looked up."""


def allows(actor: Actor, act: Act, on: Subject) -> bool:
    """Tell whether this actor may do this act on this subject, by rule and way of signing in."""
    return strong_enough(actor, act) and RULES[act](actor, on)


def strong_enough(actor: Actor, act: Act) -> bool:
    """Tell whether the session was opened in a way that is enough for this act."""
    return actor.strength in STRENGTH[act]


def stands_at_door(actor: Actor, act: Act) -> bool:
    """Tell whether the actor holds a post without which this act never is allowed."""
    return act not in DOOR or any(post.role in DOOR[act] for post in actor.posts)
