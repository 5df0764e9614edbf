"""Reads of the open interfaces: one page of a service with its count and its key; keys of a person."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import DateField, Func, OuterRef, Subquery
from django.db.models.functions import Coalesce

from baroalgi.exchange.calls import Call
from baroalgi.exchange.neis.narrowing import Conditions
from baroalgi.exchange.neis.question import Page
from baroalgi.exchange.neis.services import Service
from baroalgi.exchange.types import Found, OwnKey, SomebodysKey
from baroalgi.organisation import queries as organisation
from baroalgi.platform import gate
from baroalgi.platform.listing import Source
from baroalgi.platform.models import ApiKey, ApiUse
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


def key_state(call: Call) -> str:
    """Count a call: 'active', 'unknown', 'blocked' or 'over' its quota. One statement if there is a key."""
    if call.key_hash is None:
        return "active"
    return str(gate.ask("api_key_used", call.key_hash, call.quota, call.count))


def states(
    call: Call, service: Service, asked: Mapping[str, str], narrowed: Conditions
) -> tuple[str, str | None]:
    """Count a call about days of a school, as `key_state`; also return the state of its rows, None for none.

    The state is another one as soon as any of these rows is. One statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key_state, rows_state FROM policy.hub_called(%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                call.key_hash,
                call.quota,
                call.count,
                service.table,
                asked["ATPT_OFCDC_SC_CODE"],
                asked["SD_SCHUL_CODE"],
                narrowed.first,
                narrowed.last,
            ],
        )
        of_key, of_rows = cursor.fetchone()
        return of_key, of_rows


def found(service: Service, narrowed: Conditions, page: Page, call: Call) -> Found:
    """Return a page of the rows that fit, and how many do; with a key also what comes of it.

    One statement, which counts the call too.
    """
    source = SOURCES[service.root]
    of_key: list[Any] = [] if call.key_hash is None else [call.key_hash, call.quota, call.count]
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(source, narrowed, keyed=bool(of_key)),
            [*of_key, *narrowed.values, page.size, page.offset],
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
    door = "policy.api_key_used(%s, %s, %s)" if keyed else "'active'::text"
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


def own_keys() -> list[OwnKey]:
    """Return the acting person's keys but the deleted ones, newest first. One statement."""
    today = Func(function="policy.today", output_field=DateField())
    calls = ApiUse.objects.filter(key_id=OuterRef("id"), day=today).values("n")
    rows = ApiKey.objects.exclude(state=ApiKey.State.DELETED).order_by("-id")
    columns = ("id", "name", "purpose", "ending", "state", "reason", "created_at")
    return [OwnKey(**row) for row in rows.values(*columns, calls=Coalesce(Subquery(calls), 0))]


def keys_of_all() -> list[SomebodysKey] | None:
    """Return everybody's keys, those most used today first. One statement.

    None for who is not the administrator of the office itself.
    """
    said = gate.ask("api_keys")
    if said is None:
        return None
    return [
        SomebodysKey(**{**row, "created_at": datetime.fromisoformat(row["created_at"])})
        for row in json.loads(said)
    ]
