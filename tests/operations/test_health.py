"""/healthz and /readyz."""

from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from baroalgi.platform.models import Heartbeat


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


def test_alive_without_a_database(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"alive\n")


def test_ready_tells_of_the_worker_but_does_not_wait_for_it(client, database):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "database": True,
        "migrations": True,
        "worker": False,
        "signer": False,
        "ca": False,
        "jobs": True,
        "mails": True,
        "backup": True,
        "expiry": True,
    }


@pytest.mark.parametrize(("ago", "alive"), [(timedelta(seconds=100), True), (timedelta(seconds=200), False)])
def test_a_heart_that_stopped_beating_is_told(client, database, ago, alive):
    Heartbeat.objects.using("owner").create(name="worker", at=timezone.now() - ago)
    assert client.get("/readyz").json()["worker"] is alive


def test_not_ready_while_migrations_are_missing(client, server, database):
    with server.admin(database) as admin:
        admin.execute("DELETE FROM django_migrations WHERE app = 'accounts'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["migrations"] is False


def test_not_ready_without_a_database(client, database):
    settings = connections["default"].settings_dict
    connections["default"].close()
    settings["NAME"] = "nowhere"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "database": False,
        "migrations": False,
        "worker": False,
        "signer": False,
        "ca": False,
        "jobs": False,
        "mails": False,
        "backup": False,
        "expiry": False,
    }
