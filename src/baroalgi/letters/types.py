"""What this room hands out: boards and letters."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Board:
    """A board of a school. `id` is 0 for the board of a school that never wrote a letter."""

    id: int
    slug: str
    name: str
    school_id: int
    school_code: str
    school_name: str


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter in a list. `number`: its place on the board, counted from the oldest."""

    number: int
    title: str
    author: str
    posted_on: date

    @property
    def month(self) -> tuple[int, int]:
        return self.posted_on.year, self.posted_on.month

    def department(self, school_name: str) -> str:
        """Return who wrote it without the name of the school, which the page says already."""
        return self.author.removeprefix(school_name).strip() or self.author


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to be read. `views` counts the present reading too."""

    id: int
    number: int
    title: str
    author: str
    posted_on: date
    views: int
    paragraphs: tuple[tuple[str, ...], ...]

    def signed(self, school_name: str) -> str:
        """Return school and department: 황간초등학교 교무부."""
        return self.author if self.author.startswith(school_name) else f"{school_name} {self.author}"


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The letters before and after one, in the order of the board; None at its ends."""

    before: LetterLine | None
    after: LetterLine | None
