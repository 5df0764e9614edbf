"""How a list of schools is taken in: who is who again, what changed, who is listed no more (ADR 0016).

All of it in SQL over a temporary table, so that a nation's list takes seconds and no memory.
"""
# ruff: noqa: S608 - tables and columns are names of ours; every value is a parameter

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from baroalgi.organisation import initials
from baroalgi.organisation.models import Office, School
from baroalgi.organisation.types import SchoolsListed

# What a list says of a school, in the order of its columns in the temporary table.
FACTS = (
    "name",
    "initials",
    "english_name",
    "kind",
    "foundation",
    "province",
    "postcode",
    "address",
    "address_detail",
    "phone",
    "fax",
    "homepage",
    "coeducation",
    "high_school_kind",
    "day_night",
    "founded_on",
    "anniversary",
    "loaded_on",
    "regional_office_name",
    "special_classes",
    "track_kind",
    "special_purpose",
    "admission_period",
    "verbatim",
)
_COLUMNS = ("position", "office_id", "code", *FACTS, "listed_on")
# So many of an office's schools may be missing in a list that is taken for the whole one.
_MOST_GONE, _FEW = 0.1, 10


def take(
    office_code: str,
    rows: Iterable[Mapping[str, Any]],
    *,
    whole_on: date | None,
    unread: Iterable[str],
    own_office: str,
) -> SchoolsListed:
    """Merge rows of one office's list; see `actions.list_schools`."""
    with connection.cursor() as cursor:
        # What is found again is not known beforehand, and guessing low would compare each row with each.
        cursor.execute("SET LOCAL enable_nestloop = off")
        _copy(cursor, rows)
        cursor.execute(_ONCE)
        repeated = cursor.rowcount
        for statement in _recognising(whole_list=whole_on is not None):
            cursor.execute(statement)
        cursor.execute(_OLDER)
        cursor.execute(_HISTORY_OF_OLDER)
        cursor.execute(_HISTORY)
        cursor.execute(_CHANGE)
        changed = cursor.rowcount
        cursor.execute(_SEEN)
        cursor.execute(_NEW, [office_code])
        new = cursor.rowcount
        closed, held_back = 0, 0
        if whole_on is not None:
            closed, held_back = _close(cursor, office_code, whole_on, list(unread))
        if office_code == own_office:
            cursor.execute(_NEW_PLACES, [own_office])
            cursor.execute(_CHANGED_PLACES, [own_office])
        cursor.execute("SELECT count(*), count(*) FILTER (WHERE older) FROM listed")
        seen, older = cursor.fetchone()
        cursor.execute("DROP TABLE listed")
        cursor.execute("SET LOCAL enable_nestloop = on")
    same = seen - new - changed - older
    return SchoolsListed(new, changed, max(same, 0), older, repeated, closed, held_back)


def note_office(code: str, name: str) -> bool:
    """Write an office that was unknown, as the list names it; tells whether it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO organisation_office (code, name, short_name, homepage, phone, address, position)
               SELECT %s, %s, %s, '', '', '', coalesce(max(position), 0) + 1 FROM organisation_office
               ON CONFLICT (code) DO NOTHING""",
            [code, (name or code)[:60], (name.removesuffix("교육청") or code)[:10]],
        )
        return bool(cursor.rowcount)


def note_school(office_code: str, code: str, name: str, kind: str) -> None:
    """Write a school of which nothing is known but what its meals or lessons say."""
    School.objects.create(office_id=office_code, code=code, name=name, initials=initials.of(name), kind=kind)


def longest() -> dict[str, int]:
    """Return how many letters each text of a school holds."""
    lengths = {field.name: getattr(field, "max_length", None) for field in School._meta.get_fields()}
    return {name: length for name, length in lengths.items() if length}


def _copy(cursor: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    columns = ", ".join(_COLUMNS[1:])
    # The names come from this file.
    cursor.execute(
        f"""CREATE TEMPORARY TABLE listed ON COMMIT DROP AS
            SELECT 0 AS position, {columns}, NULL::bigint AS school_id, false AS older
            FROM organisation_school WITH NO DATA"""
    )
    statement = f"COPY listed ({', '.join(_COLUMNS)}, older) FROM STDIN"
    with cursor.copy(statement) as copy:
        for position, row in enumerate(rows):
            values = [_value(row, column) for column in _COLUMNS[1:]]
            copy.write_row([position, *values, False])
    cursor.execute("ANALYZE listed")


def _value(row: Mapping[str, Any], column: str) -> Any:
    if column == "office_id":
        return row["office_code"]
    if column == "initials":
        return initials.of(row["name"])[:60]
    if column == "verbatim":
        return Jsonb(row["verbatim"])
    return row[column]


def _close(cursor: Any, office_code: str, day: date, unread: list[str]) -> tuple[int, int]:
    """Close who is listed no more. Returns how many were closed, or would have been.

    A list that lacks many is no whole list, whatever it is called: nobody is closed then.
    """
    cursor.execute("SELECT listed_on FROM organisation_office WHERE code = %s FOR UPDATE", [office_code])
    listed_on = cursor.fetchone()[0]
    if listed_on is not None and day < listed_on:
        return 0, 0
    cursor.execute(_MISSING, [office_code, unread, day])
    missing = [row[0] for row in cursor.fetchall()]
    there = School.objects.filter(office_id=office_code, closed_on=None).count()
    if len(missing) > max(_FEW, int(there * _MOST_GONE)):
        return 0, len(missing)
    School.objects.filter(id__in=missing).update(closed_on=day)
    Office.objects.filter(code=office_code).update(listed_on=day)
    return len(missing), 0


# The same school twice in a list: the last one counts.
_ONCE = """
    DELETE FROM listed WHERE position NOT IN (
        SELECT max(position) FROM listed
        GROUP BY code, name, kind, CASE WHEN code = '' THEN address END
    )"""

# By which columns a school is recognised, the surest first. On both sides it must be the only one.
_BY: tuple[tuple[str, ...], ...] = (
    ("code", "kind"),
    ("code", "name"),
    ("code",),
)
_EXACT = """
    UPDATE listed AS l SET school_id = s.id FROM organisation_school AS s
    WHERE l.code <> '' AND (l.code, l.name, l.kind) = (s.code, s.name, s.kind)"""
_BY_NAME: tuple[tuple[str, ...], ...] = (
    ("office_id", "name", "kind", "address"),
    ("office_id", "name", "kind"),
)


def _recognising(*, whole_list: bool) -> Iterable[str]:
    """Yield the statements that find each listed school again, each over those not found before."""
    yield _EXACT
    for columns in _BY:
        yield _match(columns, "l.code <> ''", "s.code <> ''")
    # Not opened yet, so without a code; the code comes on opening.
    for columns in _BY_NAME:
        yield _match(columns, "true", "s.code = ''")
    for columns in _BY_NAME:
        yield _match(columns, "l.code = ''", "true")
    yield _MATCH_PAST
    if whole_list:
        # The old code is listed no more, at the same address stands a school of the same name and kind.
        yield _match(
            ("office_id", "name", "kind", "address"),
            "l.code <> '' AND l.address <> ''",
            "NOT EXISTS (SELECT FROM listed AS o WHERE o.code = s.code)",
        )
        # Not opened yet, and called otherwise since.
        yield _match(("office_id", "kind", "address"), "l.address <> ''", "s.code = ''")


def _match(columns: tuple[str, ...], of_listed: str, of_known: str) -> str:
    names = ", ".join(columns)
    same = " AND ".join(f"l.{column} = s.{column}" for column in columns)
    return f"""
        UPDATE listed SET school_id = s.id
        FROM (
            SELECT {names}, min(position) AS position FROM listed AS l
            WHERE school_id IS NULL AND {of_listed} GROUP BY {names} HAVING count(*) = 1
        ) AS l JOIN (
            SELECT {names}, min(id) AS id FROM organisation_school AS s
            WHERE NOT EXISTS (SELECT FROM listed AS f WHERE f.school_id = s.id) AND {of_known}
            GROUP BY {names} HAVING count(*) = 1
        ) AS s ON {same}
        WHERE listed.position = l.position"""


# As it was called before: an older list is read after a newer one.
_MATCH_PAST = """
    UPDATE listed AS l SET school_id = p.school_id
    FROM (
        SELECT min(school_id) AS school_id, office_id, code, name, kind FROM organisation_schoolpast
        GROUP BY office_id, code, name, kind HAVING count(DISTINCT school_id) = 1
    ) AS p
    WHERE l.school_id IS NULL
      AND (l.office_id, l.code, l.name, l.kind) = (p.office_id, p.code, p.name, p.kind)
      AND NOT EXISTS (SELECT FROM listed AS f WHERE f.school_id = p.school_id)"""

# What a list of an earlier day says changes nothing of what a later one said.
_OLDER = """
    UPDATE listed AS l SET older = true FROM organisation_school AS s
    WHERE s.id = l.school_id AND l.listed_on < coalesce(s.listed_on, s.loaded_on)"""

_PAST = """
    INSERT INTO organisation_schoolpast (school_id, valid_to, office_id, code, name, kind)"""

_HISTORY_OF_OLDER = f"""{_PAST}
    SELECT s.id, coalesce(s.listed_on, s.loaded_on), l.office_id, l.code, l.name, l.kind
    FROM listed AS l JOIN organisation_school AS s ON s.id = l.school_id
    WHERE l.older AND (l.office_id, l.code, l.name, l.kind) IS DISTINCT FROM
                      (s.office_id, s.code, s.name, s.kind)
      AND NOT EXISTS (
          SELECT FROM organisation_schoolpast AS p
          WHERE p.school_id = s.id AND (p.office_id, p.code, p.name, p.kind) =
                                       (l.office_id, l.code, l.name, l.kind))
    ORDER BY s.id
    ON CONFLICT (school_id, valid_to) DO NOTHING"""

# A kind that was not known yet is no change worth remembering.
_HISTORY = f"""{_PAST}
    SELECT s.id, l.listed_on, s.office_id, s.code, s.name, s.kind
    FROM listed AS l JOIN organisation_school AS s ON s.id = l.school_id
    WHERE NOT l.older AND (l.office_id, l.code, l.name) IS DISTINCT FROM (s.office_id, s.code, s.name)
       OR NOT l.older AND s.kind <> '' AND l.kind <> s.kind
    ORDER BY s.id
    ON CONFLICT (school_id, valid_to) DO NOTHING"""

# An office below the province's that is not known by name leaves the school where it was.
_REGIONAL = """
    CASE WHEN l.regional_office_name LIKE '%%교육지원청'
         THEN coalesce((SELECT r.id FROM organisation_regionaloffice AS r
                        WHERE r.office_id = l.office_id AND r.name = l.regional_office_name),
                       {otherwise}) END"""

_CHANGE = f"""
    UPDATE organisation_school AS s
    SET office_id = l.office_id, code = l.code, listed_on = l.listed_on,
        closed_on = CASE WHEN l.listed_on < s.closed_on THEN s.closed_on END,
        regional_office_id = {_REGIONAL.format(otherwise="s.regional_office_id").replace("%%", "%")},
        {", ".join(f"{column} = l.{column}" for column in FACTS)}
    FROM listed AS l
    WHERE s.id = l.school_id AND NOT l.older
      AND ((s.office_id, s.code, {", ".join(f"s.{column}" for column in FACTS)}) IS DISTINCT FROM
           (l.office_id, l.code, {", ".join(f"l.{column}" for column in FACTS)})
           OR l.listed_on >= s.closed_on)"""

_SEEN = """
    UPDATE organisation_school AS s SET listed_on = l.listed_on FROM listed AS l
    WHERE s.id = l.school_id AND NOT l.older AND s.listed_on IS DISTINCT FROM l.listed_on"""

# A school in an older list that the office's last whole list does not have was closed until then.
_NEW = f"""
    WITH added AS (
        INSERT INTO organisation_school
            (office_id, code, listed_on, regional_office_id, closed_on, {", ".join(FACTS)})
        SELECT l.office_id, l.code, l.listed_on, {_REGIONAL.format(otherwise="NULL")},
               CASE WHEN l.listed_on < o.listed_on THEN o.listed_on END,
               {", ".join(f"l.{column}" for column in FACTS)}
        FROM listed AS l JOIN organisation_office AS o ON o.code = l.office_id
        WHERE l.school_id IS NULL AND l.office_id = %s
        ORDER BY l.position
        RETURNING id, office_id, code, name, kind, address
    )
    UPDATE listed AS l SET school_id = a.id FROM added AS a
    WHERE l.school_id IS NULL
      AND (l.office_id, l.code, l.name, l.kind, l.address) =
          (a.office_id, a.code, a.name, a.kind, a.address)"""

_MISSING = """
    SELECT s.id FROM organisation_school AS s
    WHERE s.office_id = %s AND s.closed_on IS NULL AND NOT s.code = ANY (%s)
      -- Of which a later list tells, or none ever did (its meals do), is not closed by this one.
      AND coalesce(s.listed_on, s.loaded_on) <= %s
      AND NOT EXISTS (SELECT FROM listed AS l WHERE l.school_id = s.id)"""

# Posts are held and papers handed in at the schools of the installation's own office only.
_NEW_PLACES = """
    INSERT INTO organisation_place (school_id, name, postcode, address, phone, takes_papers)
    SELECT s.id, s.name, s.postcode, s.address, s.phone, false
    FROM listed AS l JOIN organisation_school AS s ON s.id = l.school_id
    WHERE s.office_id = %s AND NOT EXISTS (SELECT FROM organisation_place AS p WHERE p.school_id = s.id)"""

_CHANGED_PLACES = """
    UPDATE organisation_place AS p
    SET name = s.name, postcode = s.postcode, address = s.address, phone = s.phone
    FROM listed AS l JOIN organisation_school AS s ON s.id = l.school_id
    WHERE p.school_id = s.id AND s.office_id = %s AND NOT l.older
      AND (p.name, p.postcode, p.address, p.phone) IS DISTINCT FROM
          (s.name, s.postcode, s.address, s.phone)"""
