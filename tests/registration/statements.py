"""Counting SQL statements of a page, without those that only frame the transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

_FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@contextmanager
def assert_statements(n: int) -> Iterator[None]:
    with CaptureQueriesContext(connection) as asked:
        yield
    done = [query["sql"] for query in asked.captured_queries if not query["sql"].startswith(_FRAME)]
    assert len(done) == n, "\n".join(done)
