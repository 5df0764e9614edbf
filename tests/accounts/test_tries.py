"""Tries are counted from the first one, so that no edge of a clock lets twice as many through."""

import pytest

from baroalgi.accounts import queries
from baroalgi.platform.unit import unit_of_work


@pytest.fixture
def tried(world):
    def count(bucket="login:seoyeon"):
        with unit_of_work(None):
            return queries.tries(bucket, seconds=900)

    return count


def test_tries_add_up_and_begin_anew_after_the_window(tried, server, database):
    assert [tried() for _ in range(3)] == [1, 2, 3]
    with server.admin(database) as admin:
        admin.execute("UPDATE accounts_attempt SET first_at = first_at - interval '899 seconds'")
        assert tried() == 4
        admin.execute("UPDATE accounts_attempt SET first_at = first_at - interval '1 second'")
    assert tried() == 1


def test_buckets_are_counted_apart(tried):
    assert (tried("login:jihun"), tried("login:minho"), tried("login:jihun")) == (1, 1, 2)
