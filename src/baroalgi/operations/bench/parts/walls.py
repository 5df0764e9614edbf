"""What the walls cost on a page: unit of work, row policies and trail against the bare query (role: app).

The query is the one of the attendance page. The other side runs it by a role that no policy concerns,
made for this and gone with the place.
"""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.db import connections
from django.utils import timezone

from baroalgi.operations.bench import timing
from baroalgi.platform import audit
from baroalgi.platform.audit import Audit
from baroalgi.platform.unit import unit_of_work
from baroalgi.records import queries

ROUNDS = 400


def work(key: str, bare: str) -> dict[str, Any]:
    """Return seconds of the page's query with walls, without, and of the wait at its commit."""
    audit.begin(request_id="bench", address="")
    with unit_of_work(key) as unit:
        child = unit.actor.children[0]
    walled = connections["default"]
    unwalled = walled.copy("bare")
    unwalled.settings_dict = {**walled.settings_dict, **_settings(bare)}
    today = timezone.localdate()

    def with_walls() -> None:
        with unit_of_work(key) as unit:
            _query(child.student_id, child.school_id, today)
            audit.record(unit.actor, Audit.CHILD_ATTENDANCE_VIEWED, student_id=child.student_id)

    def without() -> None:
        connections["default"] = unwalled
        try:
            _query(child.student_id, child.school_id, today)
        finally:
            connections["default"] = walled

    def commit() -> None:
        with unit_of_work(None), walled.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")

    def no_commit() -> None:
        with unit_of_work(None), walled.cursor() as cursor:
            cursor.execute("SELECT 1")

    for way in (with_walls, without, commit, no_commit):
        way()
    seconds = timing.wall(ROUNDS, with_walls, without, commit, no_commit)
    return {"walls": seconds[0], "bare": seconds[1], "commit": seconds[2] - seconds[3]}


def _query(student_id: int, school_id: int, today: date) -> None:
    queries.attendance(student_id, school_id, today)


def _settings(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    return {"USER": parts.username or "", "PASSWORD": parts.password or ""}
