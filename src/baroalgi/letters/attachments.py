"""The files of letters: reads, and the writes of those who write the letter.

Who may have a file is who may read its letter; the tables decide (migration 0003).
"""

import json
import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from baroalgi.letters.models import Attachment, Letter
from baroalgi.letters.types import Attachment as AttachmentRow
from baroalgi.letters.types import SentFile
from baroalgi.letters.workflow import State
from baroalgi.platform import audit, files, gate
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.files import Arrived, Stored
from baroalgi.platform.kinds import Kind
from baroalgi.platform.models import StoredFile
from baroalgi.platform.previews import Preview
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Actor, Subject

MOST = 10
"""Files of a letter."""


class TooManyFiles(Refused):
    message = _("파일은 모두 %(most)s개까지 붙일 수 있습니다. 지금 %(there)s개가 붙어 있습니다.")
    field = "uploads"


class NotOpen(Refused):
    message = _("거둔 글의 파일은 바꿀 수 없습니다.")
    field = "uploads"


# Reads


def of(letter_id: int) -> list[AttachmentRow]:
    """Return the files of a letter in their order. One statement."""
    return list(of_letters([letter_id]).get(letter_id, ()))


def of_letters(letter_ids: Collection[int]) -> dict[int, tuple[AttachmentRow, ...]]:
    """Return the files of several letters by letter; those without have no entry. One statement."""
    rows = Attachment.objects.filter(letter_id__in=letter_ids, removed_at=None)
    found: dict[int, tuple[AttachmentRow, ...]] = {}
    for row in rows.select_related("file").order_by("position", "id"):
        shown = AttachmentRow(
            str(row.public_id),
            row.name,
            Kind(row.file.kind),
            row.file.size,
            row.file.pages,
            tuple(Preview(**preview) for preview in row.file.previews),
        )
        found[row.letter_id] = (*found.get(row.letter_id, ()), shown)
    return found


def sent_file(public_id: uuid.UUID) -> tuple[SentFile, Subject, State] | None:
    """Return a file with what the rules ask of its letter, or None; None also for others'. One statement."""
    rows = Attachment.objects.filter(public_id=public_id, removed_at=None)
    row = rows.select_related("file", "letter").first()
    if row is None:
        return None
    letter = row.letter
    is_public = letter.state == State.PUBLISHED and letter.audience == Letter.Audience.EVERYONE
    subject = Subject(school_id=letter.school_id)
    return SentFile(row.name, Stored.of(row.file), is_public), subject, State(letter.state)


def is_for_some(public_id: uuid.UUID) -> bool:
    """Tell whether this is a file of a letter that only some may read. One statement."""
    return bool(gate.ask("attachment_for_some", public_id))


def fed_file(token_hash: str, limit: int, public_id: uuid.UUID) -> SentFile | None:
    """Return a file of a letter in a guardian's feed, or None. One statement."""
    told = gate.ask("feed_file", token_hash, limit, public_id)
    if told is None:
        return None
    row = json.loads(told)
    return SentFile(row["name"], Stored.of(StoredFile(**row["file"])), is_public=False)


# Writes


@action
def add(*, by: Actor, letter_id: int, arrived: Sequence[Arrived], now: datetime) -> int:
    """Attach files to a letter, behind those that are there; return how many are new.

    The same content is attached once. All of them or none. Raises TooManyFiles, NotOpen.
    """
    _hold(letter_id)
    there = Attachment.objects.filter(letter_id=letter_id, removed_at=None)
    known = set(there.values_list("file__sha256", flat=True))
    # Of the same content twice at once, the first name stands.
    new = {file.sha256: file for file in reversed(arrived) if file.sha256 not in known}
    if len(known) + len(new) > MOST:
        raise TooManyFiles(most=MOST, there=len(known))
    last = there.aggregate(last=Max("position"))["last"] or 0
    wanted = [file for file in arrived if new.get(file.sha256) is file]
    Attachment.objects.bulk_create(
        Attachment(
            letter_id=letter_id, file_id=files.keep(file), position=place, name=file.name, added_at=now
        )
        for place, file in enumerate(wanted, last + 1)
    )
    if wanted:
        _changed(letter_id, now)
    audit.record(by, Audit.ATTACHMENTS_ADDED, letter_id=letter_id, count=len(wanted))
    return len(wanted)


@action
def remove(*, by: Actor, letter_id: int, public_id: uuid.UUID, now: datetime) -> None:
    """Take a file from a letter; of one that was sent it stays known that it was there. Raises NotOpen."""
    state = _hold(letter_id)
    rows = Attachment.objects.filter(letter_id=letter_id, public_id=public_id, removed_at=None)
    if state in (State.DRAFT, State.SCHEDULED):
        rows.delete()
    else:
        rows.update(removed_at=now)
    _changed(letter_id, now)
    audit.record(by, Audit.ATTACHMENT_REMOVED, letter_id=letter_id)


@action
def move_up(*, by: Actor, letter_id: int, public_id: uuid.UUID, now: datetime) -> None:
    """Put a file before the one it follows; the first one stays. Raises NotOpen."""
    _hold(letter_id)
    rows = Attachment.objects.filter(letter_id=letter_id, removed_at=None).order_by("position", "id")
    order = list(rows.values_list("public_id", flat=True))
    if public_id in order[1:]:
        at = order.index(public_id)
        order[at - 1 : at + 1] = reversed(order[at - 1 : at + 1])
        for place, one in enumerate(order, 1):
            Attachment.objects.filter(letter_id=letter_id, public_id=one).update(position=place)
        _changed(letter_id, now)
    audit.record(by, Audit.ATTACHMENT_MOVED, letter_id=letter_id)


def _hold(letter_id: int) -> State:
    """Wait for others who change this letter's files, and keep them waiting; return where it stands."""
    letter = Letter.objects.select_for_update(no_key=True).only("state").get(id=letter_id)
    if letter.state == State.WITHDRAWN:
        raise NotOpen
    return State(letter.state)


def _changed(letter_id: int, now: datetime) -> None:
    """Let readers of a letter that was sent see that it changed; who still writes one is not disturbed."""
    Letter.objects.filter(id=letter_id, state=State.PUBLISHED).update(changed_at=now)
