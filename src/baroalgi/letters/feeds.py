"""Feeds: RSS 2.0 and Atom of a board, of a school, and of what one guardian may read.

What everybody gets holds only letters to everyone, whoever asks. A guardian's own feed has a secret address:
the database knows the hash of its token, the token itself is made anew from a number and the master key.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, TypeAlias

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import feedgenerator, timezone
from django.utils.translation import gettext as _

from baroalgi.letters import attachments
from baroalgi.letters.models import FeedAddress, Letter
from baroalgi.letters.types import Attachment, Board, FeedLetter
from baroalgi.letters.workflow import SHOWN, State
from baroalgi.platform import audit, crypto, gate, xml
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.caching import Version
from baroalgi.platform.kinds import Kind
from baroalgi.policy import Actor

NEWEST = 30
"""Letters in a feed."""

MEDIA_TYPES = {"rss": "application/rss+xml; charset=utf-8", "atom": "application/atom+xml; charset=utf-8"}
FileAddress: TypeAlias = Callable[[Attachment], str]


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed says of itself. `page`, `address`: of the page it is about and of its own, as paths."""

    title: str
    description: str
    page: str
    address: str


# Reads


def of_board(board: Board) -> list[FeedLetter]:
    """Return the newest letters of a board to everyone. Two statements."""
    return _letters(board_id=board.id)


def of_school(school_id: int) -> list[FeedLetter]:
    """Return the newest letters of a school to everyone, of all its boards. Two statements."""
    return _letters(school_id=school_id)


def version_of_board(board: Board) -> Version:
    """Return what tells whether the feed of a board is another one. One statement."""
    return _version(board_id=board.id)


def version_of_school(school_id: int) -> Version:
    """Return what tells whether the feed of a school is another one. One statement."""
    return _version(school_id=school_id)


def of_guardian(token_hash: str) -> list[FeedLetter] | None:
    """Return what the guardian behind this address may read now; None: no such address. One statement."""
    told = gate.ask("feed", token_hash, NEWEST)
    return None if told is None else [_told(row) for row in json.loads(told)]


def address_of(person_id: int) -> tuple[str, datetime] | None:
    """Return the token of a guardian's own feed and when it was made, or None. One statement."""
    row = FeedAddress.objects.filter(person_id=person_id).values("nonce", "made_at").first()
    return (_token(person_id, row["nonce"]), row["made_at"]) if row else None


def _public(**where: Any) -> Any:
    return Letter.objects.filter(audience=Letter.Audience.EVERYONE, **where).order_by("-posted_on", "-id")


def _version(**where: int) -> Version:
    # Withdrawn ones too: that a letter went is news.
    rows = _public(state__in=SHOWN, **where).values_list(
        "id", "state", "version", Greatest("published_at", "changed_at", "withdrawn_at"), "posted_on"
    )[:NEWEST]
    parts = tuple(tuple(row) for row in rows)
    moments = [moment or _midnight(day) for *_more, moment, day in parts]
    return Version(parts, max(moments, default=None))


def _letters(**where: int) -> list[FeedLetter]:
    columns = ("id", "number", "title", "html", "author", "posted_on", "published_at", "changed_at")
    words = {
        "board_slug": F("board__slug"),
        "board_name": F("board__name"),
        "school_code": F("school__code"),
        "school_name": F("school__name"),
    }
    rows = list(_public(state=State.PUBLISHED, **where).annotate(**words).values(*columns, *words)[:NEWEST])
    files = attachments.of_letters([row["id"] for row in rows])
    return [_dated(row, files.get(row["id"], ())) for row in rows]


def _dated(row: dict[str, Any], files: tuple[Attachment, ...]) -> FeedLetter:
    published = row.pop("published_at") or _midnight(row["posted_on"])
    # A letter is saved before it is sent: then it has not changed since.
    changed = max(row.pop("changed_at") or published, published)
    del row["posted_on"]
    return FeedLetter(**row, published_at=published, changed_at=changed, attachments=files)


def _told(row: dict[str, Any]) -> FeedLetter:
    files = tuple(Attachment(**{**file, "kind": Kind(file["kind"])}) for file in row.pop("attachments"))
    del row["version"]
    row["posted_on"] = datetime.fromisoformat(row["posted_on"]).date()
    for name in ("published_at", "changed_at"):
        row[name] = gate.moment(row[name])
    return _dated(row, files)


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


# The secret address


@action
def make_address(*, by: Actor, now: datetime) -> None:
    """Give a guardian a secret address, a new one when there is one: the old one is dead at once."""
    nonce = crypto.new_token()
    FeedAddress.objects.update_or_create(
        person_id=by.me,
        defaults={"nonce": nonce, "token_hash": crypto.token_hash(_token(by.me, nonce)), "made_at": now},
    )
    audit.record(by, Audit.FEED_ADDRESS_MADE, person_id=by.me)


@action
def remove_address(*, by: Actor, now: datetime) -> None:
    """Take a guardian's secret address away."""
    FeedAddress.objects.filter(person_id=by.me).delete()
    audit.record(by, Audit.FEED_ADDRESS_REMOVED, person_id=by.me)


def _token(person_id: int, nonce: str) -> str:
    return crypto.keyed_hash("feed address", f"{person_id}:{nonce}")


# Writing


class _Rss(feedgenerator.Rss201rev2Feed):
    """RSS with every file of a letter: most readers take several enclosures, none minds them."""

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, {**item, "enclosures": []})
        for file in item["enclosures"]:
            handler.addQuickElement(
                "enclosure", "", {"url": file.url, "length": file.length, "type": file.mime_type}
            )


class _Atom(feedgenerator.Atom1Feed):
    """Atom whose letters say when they were changed, and whose text says that it is HTML."""

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xml:lang": "ko"}


def write(kind: str, channel: Channel, letters: Sequence[FeedLetter], *, file_address: FileAddress) -> bytes:
    """Return a feed, `kind` "rss" or "atom". `file_address`: where a reader gets a file, as a path."""
    make = _Rss if kind == "rss" else _Atom
    page, address = (_absolute(path) for path in (channel.page, channel.address))
    feed = make(
        title=_clean(channel.title),
        link=page,
        description=_clean(channel.description),
        language="ko",
        feed_url=address,
        feed_guid=address.rsplit("/", 1)[0] + "/",
    )
    for letter in letters:
        link = _absolute(_page_of(letter))
        feed.add_item(
            title=_clean(letter.title),
            link=link,
            description=_clean(letter.html),
            unique_id=link,
            unique_id_is_permalink=True,
            author_name=_clean(letter.author),
            pubdate=letter.published_at,
            updateddate=letter.changed_at,
            categories=[_clean(letter.board_name)],
            enclosures=[
                feedgenerator.Enclosure(_absolute(file_address(file)), str(file.size), file.kind.media_type)
                for file in letter.attachments
            ],
        )
    return feed.writeString("utf-8").encode()


def public_file(file: Attachment) -> str:
    """Return where everybody gets a file of a letter to everyone."""
    return reverse("letters:attachment", kwargs={"public_id": file.public_id})


def channel_of_board(board: Board, kind: str) -> Channel:
    """Return what the feed of a board says of itself."""
    here = {"code": board.school_code, "board": board.slug}
    return Channel(
        f"{board.school_name} {board.name}",
        _("%(school)s의 %(board)s입니다.") % {"school": board.school_name, "board": board.name},
        reverse("letters:board", kwargs=here),
        reverse(f"letters:board_{kind}", kwargs=here),
    )


def channel_of_school(board: Board, kind: str) -> Channel:
    """Return what the feed of a board's school says of itself."""
    return Channel(
        board.school_name,
        _("%(school)s의 모든 게시판에 새로 올라온 글입니다.") % {"school": board.school_name},
        reverse("schoolinfo:school", kwargs={"code": board.school_code}),
        reverse(f"letters:school_{kind}", kwargs={"code": board.school_code}),
    )


def channel_of_guardian(token: str, kind: str) -> Channel:
    """Return what a guardian's own feed says of itself: nobody's name."""
    return Channel(
        _("우리 아이 학교의 새 글"),
        _("자녀의 학교와 반에 온 글입니다. 이 주소는 다른 사람에게 알려 주지 마세요."),
        reverse("portal:children"),
        reverse(f"letters:own_{kind}", kwargs={"token": token}),
    )


def addresses(token: str) -> dict[str, str]:
    """Return the addresses of a guardian's own feed, by kind."""
    return {kind: _absolute(reverse(f"letters:own_{kind}", kwargs={"token": token})) for kind in MEDIA_TYPES}


def _page_of(letter: FeedLetter) -> str:
    here = {"code": letter.school_code, "board": letter.board_slug, "number": letter.number}
    return reverse("letters:letter", kwargs=here)


def _absolute(path: str) -> str:
    return settings.ENVIRONMENT.url.rstrip("/") + path


def _clean(text: str) -> str:
    return xml.FORBIDDEN.sub("", text)
