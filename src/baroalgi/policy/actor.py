"""Who is acting: the person, the way of signing in, and the rights the database found."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self


class Role(StrEnum):
    """What a staff post lets a person do (domain.md §1.2)."""

    HOMEROOM_TEACHER = "homeroom_teacher"
    DEPUTY = "deputy"
    SUBJECT_TEACHER = "subject_teacher"
    SCHOOL_ADMIN = "school_admin"
    REGISTRATION_OFFICER = "registration_officer"
    OFFICE_ADMIN = "office_admin"
    OPERATOR = "operator"


class Strength(StrEnum):
    """How a session was opened.

    HALF: staff with the right password who have still to show the second factor, or to set it up.
    PASSWORD: staff, completely: with the second factor wherever one is demanded.
    """

    NONE = "none"
    HALF = "half"
    PASSWORD = "password"  # noqa: S105 - a word for a way of signing in, not a secret
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Child:
    """A child whom the acting guardian may see, by an approved link."""

    public_id: str
    student_id: int
    name: str
    school_id: int
    school_code: str
    school_name: str
    school_kind: str
    grade: int
    class_no: int


@dataclass(frozen=True, slots=True)
class Post:
    """A post that the acting person holds today."""

    id: int
    role: Role
    place_id: int
    place_name: str
    school_id: int | None
    school_code: str
    class_id: int | None
    grade: int | None
    class_no: int | None


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who asks. Built from the scope that `policy.enter` returns; never from a request."""

    person_id: int | None = None
    name: str = ""
    strength: Strength = Strength.NONE
    children: tuple[Child, ...] = ()
    posts: tuple[Post, ...] = ()
    application_id: int | None = None

    @classmethod
    def from_scope(cls, scope: Mapping[str, Any]) -> Self:
        """Build the actor from the JSON of `policy.enter` (doors/)."""
        return cls(
            person_id=scope["person_id"],
            name=scope["name"] or "",
            strength=Strength(scope["strength"]),
            children=tuple(Child(**child) for child in scope["children"]),
            posts=tuple(Post(**{**post, "role": Role(post["role"])}) for post in scope["posts"]),
            application_id=scope["application_id"],
        )

    @property
    def me(self) -> int:
        """Return the acting person's number, for acts that nobody reaches without signing in."""
        if self.person_id is None:
            raise PermissionError("nobody is signed in")
        return self.person_id

    @property
    def is_staff(self) -> bool:
        """Tell whether any post is held in this session."""
        return bool(self.posts)

    @property
    def homeroom_classes(self) -> frozenset[int]:
        """Return the classes this person leads today."""
        return frozenset(
            post.class_id for post in self.posts if post.role is Role.HOMEROOM_TEACHER and post.class_id
        )

    @property
    def deputy_classes(self) -> frozenset[int]:
        """Return the classes this person stands in for as 부담임 today."""
        return frozenset(post.class_id for post in self.posts if post.role is Role.DEPUTY and post.class_id)

    @property
    def administered_schools(self) -> frozenset[int]:
        """Return the schools this person administers today."""
        return frozenset(
            post.school_id for post in self.posts if post.role is Role.SCHOOL_ADMIN and post.school_id
        )

    def schools_as(self, *roles: Role, first: int | None = None) -> tuple[int, ...]:
        """Return the schools of the posts in these roles, that of post number `first` before the others."""
        held = [post for post in self.posts if post.role in roles and post.school_id]
        return tuple(post.school_id or 0 for post in sorted(held, key=lambda post: post.id != first))

    @property
    def counter_places(self) -> frozenset[int]:
        """Return the places where this person takes certificate papers (등록기관)."""
        return frozenset(post.place_id for post in self.posts if post.role is Role.REGISTRATION_OFFICER)

    @property
    def student_ids(self) -> frozenset[int]:
        """Return the pupils this person sees as a guardian."""
        return frozenset(child.student_id for child in self.children)


SYSTEM = Actor(name="system")
"""The actor of jobs and commands: no person, no posts; the database role decides what it sees."""
