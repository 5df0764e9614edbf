"""Counting what a page asks of the database: BEGIN, COMMIT and savepoints do not count."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def assert_statements(most: int) -> Iterator[None]:
    """Fail when more than `most` statements run on the app's connection in the block."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        yield
    frame = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
    asked = [query["sql"] for query in captured if not query["sql"].startswith(frame)]
    assert len(asked) <= most, "\n".join([f"{len(asked)} statements:", *(sql[:160] for sql in asked)])
