"""The lines of an uploaded sheet: all of them or none."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from baroalgi.platform import audit
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Actor
from baroalgi.schoolinfo import sheets
from baroalgi.schoolinfo.types import Differences, Entry, Sheet


class Overtaken(Refused):
    message = _("그사이 다른 분이 학교정보를 고쳤습니다. 무엇이 바뀌는지 다시 보아 주세요.")


@action
def put_sheet(
    *,
    by: Actor,
    school_id: int,
    sheet: Sheet,
    entries: Collection[Entry],
    seen: Differences,
    now: datetime,
) -> None:
    """Add and change the lines of a school as a sheet says. `seen`: what was shown before saving.

    What the sheet does not mention stays. The same sheet once more changes nothing. Raises Overtaken.
    """
    try:
        made = sheets.put(sheet, school_id, entries, now)
    except IntegrityError:
        raise Overtaken from None  # the same lines, entered at the same moment
    if made != seen:
        raise Overtaken
    audit.record(
        by,
        Audit.SHEET_SAVED,
        school_id=school_id,
        sheet=sheet.value,
        new=len(made.new),
        changed=len(made.changed),
    )
