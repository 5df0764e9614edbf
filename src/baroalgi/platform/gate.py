"""The doors of the gate: functions that do for the app role what no right of its own allows (doors/)."""

from datetime import datetime
from typing import Any

from django.db import connection


def ask(door: str, *arguments: Any) -> Any:
    """Call `policy.<door>` and return its answer, None for none; jsonb comes as text. One statement.

    (psycopg would load jsonb, but Django switches that off.)
    """
    places = ", ".join(["%s"] * len(arguments))
    with connection.cursor() as cursor:
        # The name of a door is a word of the code, never of a request.
        cursor.execute(f"SELECT policy.{door}({places})", arguments)
        return cursor.fetchone()[0]


def moment(said: str | None) -> datetime | None:
    """Return a moment of an answer, or None for none."""
    return datetime.fromisoformat(said) if said else None
