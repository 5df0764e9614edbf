"""Reads of the open interfaces: one page of a service with its count and its key; keys of a person."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import connection

from baroalgi.exchange.neis.narrowing import Conditions, conditions
from baroalgi.exchange.neis.question import Page
from baroalgi.exchange.neis.services import Service
from baroalgi.exchange.types import Found
from baroalgi.organisation import queries as organisation
from baroalgi.platform import crypto, gate
from baroalgi.platform.listing import Source
from baroalgi.schoolinfo import queries as schoolinfo

SOURCES: dict[str, Source] = {
    "schoolInfo": organisation.published.SCHOOLS,
    "mealServiceDietInfo": schoolinfo.published.MEALS,
    "SchoolSchedule": schoolinfo.published.CALENDAR,
    "classInfo": schoolinfo.published.CLASSES,
    "schoolMajorinfo": schoolinfo.published.MAJORS,
    "schulAflcoinfo": schoolinfo.published.TRACKS,
    "tiClrminfo": schoolinfo.published.CLASSROOMS,
    "acaInsTiInfo": schoolinfo.published.ACADEMIES,
    **dict.fromkeys(
        ("elsTimetable", "misTimetable", "hisTimetable", "spsTimetable"), schoolinfo.published.LESSONS
    ),
}
"""The rows of each service, by the key of its answers."""

_EMPTY: dict[str, Any] = {"{}": {}, "[]": []}
_JSON = {"verbatim", "dishes", "origins", "nutrients", "grades", "row"}


def key_used(key: str, quota: int) -> str:
    """Count a call with this key: 'active', 'unknown', 'blocked' or 'over' the quota. One statement."""
    return str(gate.ask("api_key_used", crypto.token_hash(key), quota))


def page(service: Service, asked: Mapping[str, str], page: Page, key: str, quota: int) -> Found:
    """Return a page of the rows that fit, and how many do; with a key also what comes of it.

    One statement, which counts the call too: this is asked more often than anything else here.
    """
    source = SOURCES[service.root]
    narrowed = conditions(service, source, asked)
    if narrowed.nothing:
        return Found(key_used(key, quota) if key else "active", 0, ())
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(source, narrowed, keyed=bool(key)),
            [*([crypto.token_hash(key), quota] if key else ()), *narrowed.values, page.size, page.offset],
        )
        found = cursor.fetchall()
    state, total = found[0][:2]
    if not total:
        return Found(state, 0, ())
    names = tuple(source.columns)
    loaded = [index for index, name in enumerate(names, 2) if name in _JSON]
    return Found(state, total, tuple(_row(names, row, loaded) for row in found))


def _statement(source: Source, narrowed: Conditions, *, keyed: bool) -> str:
    columns = ", ".join(f"{sql} AS {name}" for name, sql in source.columns.items())
    where = " AND ".join([source.where, *narrowed.sql])
    door = "policy.api_key_used(%s, %s)" if keyed else "'active'::text"
    # Of words of the code alone; what is asked for comes beside it.
    return (
        f"SELECT door.state, found.* FROM (SELECT {door} AS state) door LEFT JOIN LATERAL ("  # noqa: S608
        f"SELECT count(*) OVER () AS total, {columns} FROM {source.tables} "
        f"WHERE {where} ORDER BY {source.order} LIMIT %s OFFSET %s) found ON door.state = 'active'"
    )


def _row(names: tuple[str, ...], row: tuple[Any, ...], loaded: list[int]) -> dict[str, Any]:
    values = list(row)
    for index in loaded:
        values[index] = _value(values[index])
    return dict(zip(names, values[2:], strict=True))


def _value(text: str) -> Any:
    """Read a value of jsonb; numbers keep their decimals."""
    return _EMPTY[text] if text in _EMPTY else json.loads(text, parse_float=Decimal)
