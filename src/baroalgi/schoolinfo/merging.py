"""Merging imported rows into a table, in SQL over a temporary one.

A row is recognised by its natural key. Where several rows share one (the events of a day, the parallel
lessons of a period), those that say the same are paired first, then the rest in the order in which they
stand: so an event keeps its name in other people's calendars when another one comes before it.

What a school entered or corrected itself (`own`) is recognised too, and left as it is.
"""
# ruff: noqa: S608 - tables and columns are names of ours; every value is a parameter

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.db import connection, models
from psycopg.types.json import Jsonb

from baroalgi.schoolinfo.models import (
    Academy,
    CalendarDay,
    ClassListing,
    Classroom,
    Lesson,
    Major,
    Meal,
)
from baroalgi.schoolinfo.types import Covered, RowsTaken


@dataclass(frozen=True, slots=True)
class Table:
    """How the rows of a table are recognised, and what of them people see.

    `key`: the natural key, without `n`; `said`: what, beside it, makes a row of several the same one.
    `shown`: what people see of it; a change of that is a change, one of `kept` alone is none.
    `scope`: what a list covers in whole when it names it at all; `day`: together with a span of days.
    """

    model: type[models.Model]
    key: tuple[str, ...]
    shown: tuple[str, ...] = ()
    kept: tuple[str, ...] = ("loaded_on", "verbatim")
    said: tuple[str, ...] | None = None
    renames: bool = False  # whether a row left over may be another one changed
    scope: tuple[str, ...] = ()
    gone: Literal["cancelled", "deleted"] = "deleted"
    changes: bool = False  # whether it counts its changes (sequence, changed_at), and knows the school's own
    joined: bool = False  # whether people see several rows as one line: then changes are counted by school
    own_key: tuple[
        str, ...
    ] = ()  # what a row of the school's own is recognised by, if it says something else
    forgets: tuple[str, ...] = ()  # what was known of a row's old content only
    columns: tuple[str, ...] = field(init=False)
    json: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        columns = (*self.key, *self.shown, *self.kept)
        object.__setattr__(self, "columns", columns)
        is_json = {one.name for one in self.model._meta.fields if isinstance(one, models.JSONField)}
        object.__setattr__(self, "json", frozenset(is_json.intersection(columns)))

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def is_dated(self) -> bool:
        return "day" in self.key


TABLES = {
    "meal": Table(
        Meal,
        key=("school_id", "day", "kind"),
        shown=("dishes", "calories", "nutrients", "origins", "diners", "moved_from", "note"),
        scope=("school_id", "kind"),
        gone="cancelled",
        changes=True,
    ),
    "calendar_day": Table(
        CalendarDay,
        key=("school_id", "day"),
        said=("name", "course", "day_night"),
        shown=("name", "course", "day_night", "kind", "day_kind", "content", "grades"),
        scope=("school_id", "course", "day_night"),
        gone="cancelled",
        changes=True,
        joined=True,
        own_key=("school_id", "day", "told_as AS name", "course", "day_night"),
    ),
    "class_listing": Table(
        ClassListing,
        key=("school_id", "school_year", "course", "day_night", "track", "department", "grade", "name"),
        scope=("school_id", "school_year", "grade", "course", "day_night", "track", "department"),
    ),
    "major": Table(
        Major,
        key=("school_id", "day_night", "track", "department"),
        scope=("school_id", "day_night", "(department IS NULL)"),
    ),
    "classroom": Table(
        Classroom,
        key=(
            "school_id",
            "school_year",
            "semester",
            "grade",
            "course",
            "day_night",
            "track",
            "department",
            "name",
        ),
        scope=("school_id", "school_year", "semester", "grade", "course", "day_night", "track", "department"),
    ),
    "lesson": Table(
        Lesson,
        key=(
            "school_id",
            "day",
            "grade",
            "class_name",
            "period",
            "course",
            "day_night",
            "track",
            "department",
            "classroom",
        ),
        said=("content",),
        renames=True,
        shown=("school_year", "semester", "content", "change"),
        scope=("school_id", "day", "grade", "class_name", "course", "day_night", "track", "department"),
        gone="cancelled",
        changes=True,
        own_key=("school_id", "day", "grade", "class_name", "period"),
        forgets=("teacher", "instead_of"),
    ),
    "academy": Table(
        Academy,
        key=("office_id", "zone", "number", "name", "course"),
        shown=("realm", "track", "row"),
        kept=("loaded_on",),
    ),
}


def take(
    table: Table, rows: Iterable[Mapping[str, Any]], covered: Collection[Covered], now: datetime
) -> RowsTaken:
    """Merge these rows; see `actions.take_rows`."""
    facts = {"now": now}
    with connection.cursor() as cursor:
        _copy(cursor, table, rows)
        cursor.execute("SELECT count(*) FROM incoming")
        count = cursor.fetchone()[0]
        repeated = 0
        if table.said is None:
            cursor.execute(_once(table))
            repeated = cursor.rowcount
        for statement in _pairing(table):
            cursor.execute(statement)
        cursor.execute(_older(table))
        older = cursor.rowcount
        changed = kept = 0
        if table.joined:
            cursor.execute(_numbers(table))
        if table.changes:
            cursor.execute(_kept(table))
            kept = cursor.fetchone()[0]
        if table.shown:
            cursor.execute(_change(table), facts)
            changed = cursor.rowcount
        cursor.execute(_keep(table))
        gone = _gone(cursor, table, covered, now)
        cursor.execute(_add(table), facts)
        new = cursor.rowcount
        cursor.execute("DROP TABLE incoming" + (", numbers" if table.joined else ""))
    same = count - repeated - new - changed - older - kept
    return RowsTaken(new, changed, max(same, 0), older, repeated, gone, kept)


def longest(table: str) -> dict[str, int]:
    """Return how many letters each text of a table holds, by the name of the table among the services."""
    lengths = {one.name: getattr(one, "max_length", None) for one in TABLES[table].model._meta.fields}
    return {name: length for name, length in lengths.items() if length}


def _copy(cursor: Any, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    listed = ", ".join(table.columns)
    cursor.execute(
        f"""CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS
            SELECT 0 AS position, {listed}, NULL::bigint AS row_id, false AS older
            FROM {table.name} WITH NO DATA"""
    )
    with cursor.copy(f"COPY incoming (position, {listed}, older) FROM STDIN") as copy:
        for position, row in enumerate(rows):
            values = [Jsonb(row[column]) if column in table.json else row[column] for column in table.columns]
            copy.write_row([position, *values, False])
    cursor.execute("ANALYZE incoming")


def _once(table: Table) -> str:
    """The same row twice: the last one counts."""
    return f"""DELETE FROM incoming WHERE position NOT IN
                   (SELECT max(position) FROM incoming GROUP BY {", ".join(table.key)})"""


def _pairing(table: Table) -> Iterable[str]:
    """Yield the statements that find each incoming row again."""
    if table.said is None:
        yield _pair(table, table.key, order="id")
        return
    yield _pair(table, tuple(dict.fromkeys((*table.key, *table.said))), order="n")
    if table.own_key:
        yield _pair(table, table.own_key, order="n", which="AND own")
    if table.renames:
        yield _pair(table, table.key, order="n")


def _pair(table: Table, there: tuple[str, ...], order: str, which: str = "") -> str:
    columns = [one.rpartition(" AS ")[2] for one in there]
    listed, of_table = ", ".join(columns), ", ".join(there)
    same = ", ".join(one.partition(" AS ")[0] for one in there)
    # A track without departments has a null there; the other columns never have.
    nullable = {one.name for one in table.model._meta.fields if one.null}
    joined = " AND ".join(
        f"i.{one} {'IS NOT DISTINCT FROM' if one in nullable else '='} t.{one}" for one in columns
    )
    of = "office_id" if "office_id" in table.key else "school_id"
    more = ""
    if table.is_dated:
        more = "AND day BETWEEN (SELECT min(day) FROM incoming) AND (SELECT max(day) FROM incoming)"
    return f"""
        WITH i AS MATERIALIZED (
            SELECT position, {listed}, row_number() OVER (PARTITION BY {listed} ORDER BY position) AS k
            FROM incoming WHERE row_id IS NULL
        ), t AS MATERIALIZED (
            SELECT id, {of_table}, row_number() OVER (PARTITION BY {same} ORDER BY {order}) AS k
            FROM {table.name}
            WHERE {of} = ANY (ARRAY(SELECT DISTINCT {of} FROM incoming)) {more} {which}
              AND NOT EXISTS (SELECT FROM incoming AS f WHERE f.row_id = {table.name}.id)
        )
        UPDATE incoming SET row_id = t.id
        FROM i JOIN t ON i.k = t.k AND {joined} WHERE incoming.position = i.position"""


def _older(table: Table) -> str:
    """What was loaded before what is known changes nothing."""
    return f"""UPDATE incoming AS i SET older = true FROM {table.name} AS t
               WHERE t.id = i.row_id AND i.loaded_on < t.loaded_on"""


def _numbers(table: Table) -> str:
    """Of each school the number of its next change."""
    return f"""CREATE TEMPORARY TABLE numbers ON COMMIT DROP AS
               SELECT school_id, max(sequence) + 1 AS next FROM {table.name}
               WHERE school_id = ANY (ARRAY(SELECT DISTINCT school_id FROM incoming)) GROUP BY school_id"""


def _number(table: Table, of: str, otherwise: str) -> str:
    if not table.joined:
        return otherwise
    return f"coalesce((SELECT next FROM numbers WHERE numbers.school_id = {of}.school_id), 0)"


def _kept(table: Table) -> str:
    """What the school says otherwise stays as the school entered it."""
    return f"""SELECT count(*) FROM incoming AS i JOIN {table.name} AS t ON t.id = i.row_id
               WHERE t.own AND NOT i.older AND {_differs(table)}"""


def _not_own(table: Table) -> str:
    return "AND NOT t.own" if table.changes else ""


def _differs(table: Table) -> str:
    ours, theirs = (", ".join(f"{of}.{one}" for one in table.shown) for of in "ti")
    differs = f"ROW({ours}) IS DISTINCT FROM ROW({theirs})"
    return f"({differs} OR t.cancelled)" if table.gone == "cancelled" else differs


def _change(table: Table) -> str:
    sets = [*(f"{one} = i.{one}" for one in table.shown), _LOADED]
    if table.changes:
        sets += [f"sequence = {_number(table, 't', 't.sequence + 1')}", "changed_at = %(now)s"]
    if table.gone == "cancelled":
        sets.append("cancelled = false")
    sets += [f"{one} = CASE WHEN t.content = i.content THEN t.{one} ELSE '' END" for one in table.forgets]
    if "verbatim" in table.kept:
        sets.append("verbatim = i.verbatim")
    return f"""UPDATE {table.name} AS t SET {", ".join(sets)} FROM incoming AS i
               WHERE t.id = i.row_id AND NOT i.older {_not_own(table)} AND {_differs(table)}"""


_LOADED = "loaded_on = coalesce(i.loaded_on, t.loaded_on)"


def _keep(table: Table) -> str:
    """Renew what nobody sees: the day of loading and the original spelling."""
    verbatim = "verbatim" in table.kept
    sets = _LOADED + (", verbatim = i.verbatim" if verbatim else "")
    differs = "t.loaded_on IS DISTINCT FROM coalesce(i.loaded_on, t.loaded_on)"
    if verbatim:
        differs = f"({differs} OR t.verbatim IS DISTINCT FROM i.verbatim)"
    return f"""UPDATE {table.name} AS t SET {sets} FROM incoming AS i
               WHERE t.id = i.row_id AND NOT i.older {_not_own(table)} AND {differs}"""


def _gone(cursor: Any, table: Table, covered: Collection[Covered], now: datetime) -> int:
    """Take back what is told no more where everything was told."""
    if not covered:
        return 0
    scope = " AND ".join(f"{_of('i', one)} = {_of('t', one)}" for one in table.scope)
    within = "t.day BETWEEN c.first AND c.last" if table.is_dated else "true"
    act = f"DELETE FROM {table.name} AS t USING covered AS c WHERE"
    if table.gone == "cancelled":
        blank = "".join(
            f"{one} = ''," for one in ("change", "instead_of") if one in table.columns + table.forgets
        )
        act = f"""UPDATE {table.name} AS t
                  SET cancelled = true, {blank} changed_at = %(now)s,
                      sequence = {_number(table, "t", "t.sequence + 1")}
                  FROM covered AS c WHERE NOT t.cancelled AND NOT t.own AND"""
    cursor.execute("CREATE TEMPORARY TABLE covered (school_id bigint, first date, last date) ON COMMIT DROP")
    cursor.executemany(
        "INSERT INTO covered VALUES (%s, %s, %s)", [(one.school_id, one.first, one.last) for one in covered]
    )
    # A row that was written here and never imported has no day of loading.
    cursor.execute(
        f"""{act} t.school_id = c.school_id AND {within} AND t.loaded_on IS NOT NULL
            AND EXISTS (SELECT FROM incoming AS i WHERE {scope})
            AND NOT EXISTS (SELECT FROM incoming AS i WHERE i.row_id = t.id)""",
        {"now": now},
    )
    gone = int(cursor.rowcount)
    cursor.execute("DROP TABLE covered")
    return gone


def _of(table: str, column: str) -> str:
    return column.replace("(", f"({table}.") if column.startswith("(") else f"{table}.{column}"


def _add(table: Table) -> str:
    columns = [one for one in table.columns if one != "loaded_on"]
    extra, values = ["loaded_on"], ["coalesce(i.loaded_on, (%(now)s AT TIME ZONE 'Asia/Seoul')::date)"]
    if table.said is not None:
        key = ", ".join(f"i.{one}" for one in table.key)
        same = " AND ".join(f"t.{one} = i.{one}" for one in table.key)
        extra.append("n")
        values.append(
            f"""coalesce((SELECT max(t.n) FROM {table.name} AS t WHERE {same}), 0)
                + row_number() OVER (PARTITION BY {key} ORDER BY i.position)"""
        )
    if table.changes:
        extra += ["changed_at", "sequence"]
        values += ["%(now)s", _number(table, "i", "0")]
    blank = [one for one in table.forgets if one == "teacher"]
    return f"""
        INSERT INTO {table.name} ({", ".join([*columns, *extra, *blank])})
        SELECT {", ".join([*(f"i.{one}" for one in columns), *values, *("''" for _one in blank)])}
        FROM incoming AS i WHERE i.row_id IS NULL ORDER BY i.position"""
