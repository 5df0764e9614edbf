"""Rows that came from elsewhere, put in: what is new, what changed, what is told no more (ADR 0016)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from baroalgi.platform import audit
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.policy import Actor
from baroalgi.schoolinfo import merging
from baroalgi.schoolinfo.models import ImportStep
from baroalgi.schoolinfo.types import Covered, RowsTaken

# An import that was cut off longer ago than this begins anew: what it had read may be old.
RESUMABLE = timedelta(days=1)


@action
def take_rows(
    *, by: Actor, table: str, rows: Iterable[Mapping[str, Any]], covered: Collection[Covered], now: datetime
) -> RowsTaken:
    """Merge rows of one table, recognised by their natural key; read once, streamed.

    `table`: its name among the services of NEIS, e.g. `calendar_day`; `rows`: by column, with `verbatim`.
    `covered`: of which schools and days everything was told, so that what is not among the rows is gone.
    An event, a meal or a lesson that is gone stays as cancelled; other rows go. What the school entered or
    corrected in our own pages is not touched. For commands, as a role that may write all schools' rows.
    """
    taken = merging.take(merging.TABLES[table], rows, covered, now)
    audit.record(
        by, Audit.SCHOOL_FACTS_IMPORTED, table=table, new=taken.new, changed=taken.changed, gone=taken.gone
    )
    return taken


def begin_import(run: str, *, now: datetime) -> set[str]:
    """Return which parts of this import were done before it was cut off; none when that is long ago."""
    ImportStep.objects.filter(done_at__lt=now - RESUMABLE).delete()
    return set(ImportStep.objects.filter(run=run).values_list("part", flat=True))


def note_done(run: str, part: str, *, now: datetime) -> None:
    """Note that a part is in, in the transaction that brought it in."""
    ImportStep.objects.get_or_create(run=run, part=part, defaults={"done_at": now})


def end_import(run: str) -> None:
    """Forget the parts of an import that has come to its end."""
    ImportStep.objects.filter(run=run).delete()
