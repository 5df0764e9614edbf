"""What the part of slips hands out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from baroalgi.guardianship.types import relationship
from baroalgi.letters.slips.chain import Link
from baroalgi.policy import Subject

Answers = Mapping[str, Sequence[str]]
"""The words chosen or written under each question's id, in order; nothing under one left empty."""


class Kind(StrEnum):
    """Kinds of questions (domain.md §6.7)."""

    CONFIRM = "confirm"
    YES_NO = "yes_no"
    ONE = "one"
    MANY = "many"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a slip. `most`: how many options may be chosen, 0 for any number."""

    id: str
    kind: Kind
    text: str
    required: bool = True
    options: tuple[str, ...] = ()
    most: int = 0

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Read a question as it is stored."""
        return cls(**{**row, "kind": Kind(row["kind"]), "options": tuple(row["options"])})


@dataclass(frozen=True, slots=True)
class Form:
    """What a letter asks. `rule`: either, both; `signing`: name, certificate."""

    letter_id: int
    due_at: datetime
    rule: str
    signing: str
    questions: tuple[Question, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """The acting guardian's last answer. `text`: the slip as it was sent."""

    way: str
    answered_at: datetime
    version: int
    text: str
    answers: Answers


@dataclass(frozen=True, slots=True)
class OwnSlip:
    """The slip of one child, as its guardian meets it.

    Of other guardians: when one last answered (`others_at`), or a paper was noted, and how many
    who see the child have not (`others_missing`). Never what.
    """

    id: int
    public_id: str
    state: str
    due_at: datetime
    is_published: bool
    letter_id: int
    title: str
    school_code: str
    school_name: str
    board: str
    letter_number: int
    form: Form
    child: str  # public identifier of the link
    student_id: int
    student_name: str
    grade: int | None
    class_no: int | None
    number: int | None
    own: OwnAnswer | None
    others_at: datetime | None
    others_on_paper: bool
    others_missing: int

    @property
    def asks_both(self) -> bool:
        return self.form.rule == "both"

    @property
    def is_signed(self) -> bool:
        return self.form.signing == "certificate"

    def takes_answers(self, now: datetime) -> bool:
        """Tell whether an answer would still be taken; the job that closes slips may come a bit later."""
        return self.is_published and self.state in ("open", "answered") and now < self.due_at


@dataclass(frozen=True, slots=True)
class Guardian:
    """A guardian who sees the child, on the teacher's page."""

    person_id: int
    name: str
    relationship: str
    relationship_text: str
    has_mail: bool
    read_at: datetime | None

    @property
    def words(self) -> str:
        """Write who it is, as teachers do in lists: 「고성민(부)」."""
        return f"{self.name}({self.relationship_text or relationship(self.relationship)})"


@dataclass(frozen=True, slots=True)
class Given:
    """An answer on the teacher's page: the last one of its person."""

    person_id: int
    name: str
    way: str
    version: int
    answered_at: datetime
    answers: Answers


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One child on the teacher's page. `answers`: those that count by the letter's rule, oldest first."""

    id: int
    public_id: str
    student_id: int
    name: str
    number: int | None
    state: str
    due_at: datetime
    reminded_at: datetime | None
    guardians: tuple[Guardian, ...]
    answers: tuple[Given, ...]

    @property
    def is_answered(self) -> bool:
        return self.state in ("answered", "closed")

    @property
    def read_at(self) -> datetime | None:
        return min((one.read_at for one in self.guardians if one.read_at), default=None)

    @property
    def silent(self) -> tuple[Guardian, ...]:
        """Return the guardians who have not answered."""
        answered = {given.person_id for given in self.answers if given.way != "paper"}
        return tuple(one for one in self.guardians if one.person_id not in answered)

    @property
    def reachable(self) -> tuple[Guardian, ...]:
        """Return those of them who can be reminded."""
        return tuple(one for one in self.silent if one.has_mail)


@dataclass(frozen=True, slots=True)
class DeskClass:
    """A class among the receivers of a letter."""

    id: int
    grade: int
    class_no: int


@dataclass(frozen=True, slots=True)
class DeskLetter:
    """The letter above the answers."""

    id: int
    title: str
    school_id: int
    school_name: str
    phone: str
    published_at: datetime | None
    written_by_id: int | None


@dataclass(frozen=True, slots=True)
class Desk:
    """How the slips of a letter stand in one class, by number in the class."""

    letter: DeskLetter
    form: Form
    classes: tuple[DeskClass, ...]
    class_id: int | None
    rows: tuple[DeskRow, ...]

    @property
    def chosen(self) -> DeskClass | None:
        return next((one for one in self.classes if one.id == self.class_id), None)

    @property
    def grade(self) -> int | None:
        return self.chosen.grade if self.chosen else None

    @property
    def class_no(self) -> int | None:
        return self.chosen.class_no if self.chosen else None

    @property
    def subject(self) -> Subject:
        """What the rules of its acts are about."""
        letter = self.letter
        return Subject(class_id=self.class_id, school_id=letter.school_id, owner_id=letter.written_by_id)

    @property
    def missing(self) -> tuple[DeskRow, ...]:
        return tuple(row for row in self.rows if not row.is_answered)

    @property
    def answered(self) -> tuple[DeskRow, ...]:
        return tuple(row for row in self.rows if row.is_answered)

    @property
    def last_reminded_at(self) -> datetime | None:
        """Return when somebody whose answer is missing was last reminded."""
        return max((row.reminded_at for row in self.missing if row.reminded_at), default=None)


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    """An answer as it is kept, with what it is about. `link`: what its place in the chain covers."""

    id: int
    link: Link
    slip_public_id: str
    letter_id: int
    title: str
    written_by_id: int | None
    school_name: str
    student_id: int
    person_name: str

    @property
    def subject(self) -> Subject:
        """What the rules of its acts are about."""
        return Subject(student_id=self.student_id, school_id=self.link.school_id, owner_id=self.written_by_id)


@dataclass(frozen=True, slots=True)
class Gone:
    """An answer of which the trail tells, and which is not there as it was."""

    slip_id: int
    version: int
    at: datetime
