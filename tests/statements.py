"""Counting what a page asks of the database: BEGIN, COMMIT and savepoints do not count."""

from collections.abc import Iterator
from contextlib import contextmanager

FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what the app's connection is asked in the block; the list is filled at its end."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    asked: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield asked
    asked += [query["sql"] for query in captured if not query["sql"].startswith(FRAME)]


@contextmanager
def assert_statements(most: int) -> Iterator[None]:
    """Fail when more than `most` statements run on the app's connection in the block."""
    with statements() as asked:
        yield
    assert len(asked) <= most, "\n".join([f"{len(asked)} statements:", *(sql[:160] for sql in asked)])
