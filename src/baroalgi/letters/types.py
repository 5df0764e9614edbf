"""What this room hands out: boards, letters, versions, and what their writers see."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from baroalgi.letters.workflow import State
from baroalgi.platform.files import Stored
from baroalgi.platform.kinds import Kind
from baroalgi.platform.previews import Preview
from baroalgi.platform.waiting import Waiting
from baroalgi.policy import Subject


@dataclass(frozen=True, slots=True)
class Board:
    """A board of a school."""

    id: int
    slug: str
    name: str
    school_id: int
    school_code: str
    school_name: str


@dataclass(frozen=True, slots=True)
class Receivers:
    """For whom a letter is: everyone, a grade of a school year, or a class; what does not apply is None."""

    audience: str = "everyone"
    grade: int | None = None
    school_year: int | None = None
    class_id: int | None = None
    class_no: int | None = None

    @property
    def is_everyone(self) -> bool:
        return self.audience == "everyone"

    @property
    def key(self) -> str:
        """Name it in a form: everyone, grade:3, class:17."""
        which = self.class_id if self.audience == "class" else self.grade
        return self.audience if self.is_everyone else f"{self.audience}:{which}"

    @property
    def words(self) -> str:
        """Say it: 전교, 3학년, 3학년 1반."""
        if self.audience == "class":
            return _("%(grade)s학년 %(class_no)s반") % {"grade": self.grade, "class_no": self.class_no}
        return _("%(grade)s학년") % {"grade": self.grade} if self.audience == "grade" else _("전교")


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter in a list. `number`: its place on the board, counted from the oldest.

    `slip_state`, `slip_due_at`: of the slip of the child for whom the list is, "" and None without one.
    """

    id: int
    number: int
    title: str
    author: str
    posted_on: date
    views: int
    pinned: bool
    board_slug: str
    board_name: str
    receivers: Receivers
    slip_state: str = ""
    slip_due_at: datetime | None = None

    def is_answered(self, waiting: Waiting, now: datetime) -> bool:
        """Tell whether nothing more is asked of this guardian, since an answer is there."""
        is_open = self.slip_due_at is not None and now < self.slip_due_at
        waits_for_another = self.slip_state == "open" and is_open and self.id not in waiting.to_answer
        return self.slip_state in ("answered", "closed") or waits_for_another

    @property
    def month(self) -> tuple[int, int]:
        return self.posted_on.year, self.posted_on.month

    def department(self, school_name: str) -> str:
        """Return who wrote it without the name of the school, which the page says already."""
        return self.author.removeprefix(school_name).strip() or self.author


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to be read. `html` is sanitised, `body` its text; `version` counts from 1."""

    id: int
    state: State
    number: int
    title: str
    author: str
    posted_on: date
    published_at: datetime | None
    views: int
    html: str
    body: str
    document_no: str
    phone: str
    version: int
    withdrawn_at: datetime | None
    withdrawal_reason: str
    school_id: int
    receivers: Receivers

    @property
    def is_withdrawn(self) -> bool:
        return self.state == State.WITHDRAWN

    @property
    def beginning(self) -> str:
        """Return the first words of the text, for whoever shows a link to it."""
        text = " ".join(self.body.split())
        return text if len(text) <= 120 else text[:119].rstrip() + "…"

    def signed(self, school_name: str) -> str:
        """Return school and department: 황간초등학교 교무부."""
        return _signed(self.author, school_name)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The letters before and after one, in the order of the board; None at its ends."""

    before: LetterLine | None
    after: LetterLine | None


@dataclass(frozen=True, slots=True)
class Version:
    """What a letter said until `changed_at`, when `changed_by` (as signed) changed it."""

    version: int
    title: str
    html: str
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class DeskLine:
    """A letter in the list of those who write."""

    id: int
    state: State
    school_id: int
    board_name: str
    title: str
    author: str
    receivers: Receivers
    written_by_id: int | None
    changed_at: datetime | None
    publish_at: datetime | None
    posted_on: date | None
    views: int
    pinned: bool

    @property
    def subject(self) -> Subject:
        """What the rules ask about it."""
        return _subject(self.school_id, self.written_by_id, self.receivers)


@dataclass(frozen=True, slots=True)
class DeskLetter:
    """A letter with everything its writer enters, and the address it has once it was sent."""

    id: int
    state: State
    board: Board
    number: int | None
    title: str
    html: str
    body: str
    author: str
    document_no: str
    phone: str
    pinned: bool
    version: int
    receivers: Receivers
    written_by_id: int | None
    changed_at: datetime | None
    publish_at: datetime | None
    posted_on: date | None
    published_at: datetime | None
    withdrawn_at: datetime | None
    withdrawal_reason: str
    views: int

    def signed(self, school_name: str) -> str:
        """Return school and department, as its readers see them."""
        return _signed(self.author, school_name)

    @property
    def seen(self) -> str:
        """Return what tells this saving from a later one."""
        return self.changed_at.isoformat() if self.changed_at else ""

    @property
    def is_open(self) -> bool:
        """Tell whether it is not sent yet."""
        return self.state in (State.DRAFT, State.SCHEDULED)

    @property
    def subject(self) -> Subject:
        """What the rules ask about it."""
        return _subject(self.board.school_id, self.written_by_id, self.receivers)


@dataclass(frozen=True, slots=True)
class Entered:
    """What a writer entered; `html` is sanitised."""

    board_id: int
    receivers: Receivers
    title: str
    html: str
    author: str
    document_no: str
    phone: str
    pinned: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """How many a letter reaches: pupils, guardians who see one of them, pupils without such a guardian."""

    pupils: int
    guardians: int
    unlinked: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a letter as lists show it. `size`: bytes; `previews`: by page, each page narrow and wide.

    `removed_at`: when it was taken from a letter that was sent.
    """

    public_id: str
    name: str
    kind: Kind
    size: int
    pages: int | None = None
    previews: tuple[Preview, ...] = ()
    added_at: datetime | None = None
    removed_at: datetime | None = None

    @property
    def size_words(self) -> str:
        """Say the size: 「340 KB」, 「1.2 MB」."""
        if self.size < 1024 * 1000:
            return f"{max(1, round(self.size / 1024))} KB"
        return f"{self.size / 2**20:.1f} MB"

    @property
    def shown_pages(self) -> list[tuple[Preview, Preview]]:
        """Return the narrow and the wide picture of each page that has some."""
        return list(zip(self.previews[::2], self.previews[1::2], strict=False))


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file on its way to somebody. `is_public`: everybody may have it, now."""

    name: str
    file: Stored
    is_public: bool


@dataclass(frozen=True, slots=True)
class ListedLetter:
    """A letter to everyone as search engines are told of it."""

    school_code: str
    board_slug: str
    number: int
    changed_on: date


@dataclass(frozen=True, slots=True)
class FeedLetter:
    """A letter in a feed; moments with their zone."""

    id: int
    number: int
    title: str
    html: str
    author: str
    board_slug: str
    board_name: str
    school_code: str
    school_name: str
    published_at: datetime
    changed_at: datetime
    attachments: tuple[Attachment, ...]


def _subject(school_id: int, written_by_id: int | None, to: Receivers) -> Subject:
    grade = to.grade if to.audience == "grade" else None
    return Subject(school_id=school_id, owner_id=written_by_id, class_id=to.class_id, grade=grade)


def _signed(author: str, school_name: str) -> str:
    return author if author.startswith(school_name) else f"{school_name} {author}".strip()
