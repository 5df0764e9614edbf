"""`baroalgi doctor`: all is well, then one trouble after the other, each caused and told in a sentence."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from baroalgi.operations import checks, cli, jobs, outlook
from baroalgi.operations.mail_catcher import catching
from baroalgi.platform import outbox
from baroalgi.platform.models import Heartbeat, Outbox
from tests.conftest import DATABASE, HOME

Wrong = Callable[[], dict[str, str]]


@pytest.fixture
def smtp_url(tmp_path: Path) -> Iterator[str]:
    with catching(tmp_path / "mail") as url:
        yield url


@pytest.fixture
def sql(server: Any, database: str) -> Iterator[Callable[..., None]]:
    with server.admin(DATABASE) as admin:
        yield admin.execute


@pytest.fixture
def change(settings_environment: Callable[..., None]) -> Callable[..., None]:
    return settings_environment


@pytest.fixture
def well(world: Any, sign: Any, as_role: Any, change: Any, smtp_url: str, tmp_path: Path) -> Path:
    """An installation with which all is well, seen by the worker; returns the folder of its keys."""
    sign()
    keys = tmp_path / "keys"
    shutil.copytree(HOME / "keys", keys)
    for key in keys.iterdir():
        key.chmod(0o600)
    (tmp_path / "files").mkdir()
    change(
        secret_key_file=str(keys / "secret"),
        identity_key_file=str(keys / "identity"),
        master_key_file=str(keys / "master"),
        files_dir=str(tmp_path / "files"),
        smtp_url=smtp_url,
    )
    for name in ("worker", "signer", "backup"):
        Heartbeat.objects.using("owner").create(name=name, at=timezone.now())
    as_role("worker")
    return keys


@pytest.fixture
def wrong(well: Path) -> Wrong:
    """What the doctor finds wrong, by name."""
    return lambda: {each.name: each.sentence for each in checks.all_findings() if not each.ok}


def test_nothing_is_wrong_and_the_exit_status_says_so(well, capsys):
    assert cli.main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "WRONG" not in said
    assert said.count("\nok ") > 18
    assert cli.main(["doctor", "--json"]) == 0
    assert {each["ok"] for each in json.loads(capsys.readouterr().out)} == {True}


DEAD_MAIL = (
    "INSERT INTO platform_outbox (key, state, tries, trouble, created_at)"
    " VALUES ('application:5:link', 'dead', 16, 'SMTPRecipientsRefused 550', '2026-11-20 03:00+00')"
)
LATE_JOB = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', 'x', '{}');
    UPDATE procrastinate_events SET at = at - interval '16 minutes'
"""
FAILED_JOB = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) VALUES ('q', 'x', '{}', 'doing');
    UPDATE procrastinate_jobs SET status = 'failed' WHERE status = 'doing'
"""


@pytest.mark.parametrize(
    ("statement", "name", "sentence"),
    [
        (
            DEAD_MAIL,
            "mails",
            "1 mails were given up and 0 wait for too long, the oldest since 2026-11-20",
        ),
        (LATE_JOB, "jobs", "1 jobs wait, the oldest since "),
        (
            "UPDATE platform_heartbeat SET at = at - interval '1 h' WHERE name = 'worker'",
            "worker",
            "last heard",
        ),
        ("DELETE FROM platform_heartbeat WHERE name = 'signer'", "signer", "No signer has run yet"),
        (
            "UPDATE pki_revocationlist SET next_update = now() + interval '47 h'",
            "expiry",
            "The revocation list",
        ),
        ("UPDATE pki_revocationlist SET next_update = now()", "ca", "has no revocation list in force"),
        (
            "DELETE FROM django_migrations WHERE name = '0041_post_retry_failed_job'",
            "migrations",
            "1 migrations",
        ),
        ("UPDATE platform_installation SET office_code = 'B10'", "installation", "belongs to office B10"),
    ],
)
def test_a_row_that_tells_of_trouble(wrong, sql, statement, name, sentence):
    sql(statement)
    found = wrong()
    assert sentence in found[name]
    assert set(found) <= {name, "expiry"}


def test_a_failed_job_is_told_for_a_week(wrong, sql):
    sql(FAILED_JOB)
    assert wrong() == {"jobs": "1 jobs were given up this week; the worker's log tells why."}
    sql("UPDATE procrastinate_events SET at = at - interval '8 days'")
    assert wrong() == {}


def test_a_table_before_the_row_policies(wrong, sql):
    sql("ALTER TABLE records_score NO FORCE ROW LEVEL SECURITY")
    try:
        assert "The table records_score stands outside the row policies" in wrong()["walls"]
    finally:
        sql("ALTER TABLE records_score FORCE ROW LEVEL SECURITY")


@pytest.mark.parametrize(
    ("setting", "name", "sentence"),
    [
        ({"demo": "", "url": "http://parents.example.kr"}, "address", "without https browsers make no keys"),
        ({"files_dir": "/nowhere"}, "disk", "BAROALGI_FILES_DIR: /nowhere is not there"),
        ({"smtp_url": "smtp://127.0.0.1:1"}, "mail", "The mail server 127.0.0.1:1 does not answer"),
        ({"database_url": ""}, "settings", "DATABASE_URL is not set"),
        ({"office": "B10"}, "installation", "correct BAROALGI_OFFICE or DATABASE_URL"),
    ],
)
def test_a_setting_that_is_wrong(wrong, change, setting, name, sentence):
    change(**setting)
    assert sentence in wrong()[name]


def test_a_mail_server_that_would_be_told_a_password_in_the_open(wrong, change, smtp_url):
    change(smtp_url=smtp_url.replace("//", "//user:sesame@"))
    assert "offers no STARTTLS" in wrong()["mail"]
    assert "sesame" not in wrong()["mail"]


def test_a_key_that_others_can_read(wrong, well):
    (well / "identity").chmod(0o644)
    assert f"{well / 'identity'} is open to others; close it with 'chmod 600'" in wrong()["private"]
    (well / "identity").chmod(0o640)  # as a secret is mounted for a group
    assert wrong() == {}


def test_a_clock_that_is_wrong(wrong, monkeypatch):
    real = checks.time.time
    monkeypatch.setattr(checks.time, "time", lambda: real() + 60)
    assert "The database's clock is -60 s from this machine's" in wrong()["clock"]


def test_a_machine_without_time_zones(well, monkeypatch):
    monkeypatch.setattr(settings, "TIME_ZONE", "Asia/Nowhere")
    assert "does not know Asia/Nowhere; install tzdata" in outlook.time_zone(timezone.now()).sentence


def test_a_full_disk(wrong, monkeypatch):
    monkeypatch.setattr(checks, "_LEAST_FREE", 2**60)
    assert "MB are free at" in wrong()["disk"]


def ends(days: float) -> list[str]:
    """Return what runs out, seen so many days from now."""
    now: datetime = timezone.now() + timedelta(days=days)
    return [each.sentence.split(" of ")[0] for each in outlook.expiry(now) if not each.ok]


def test_what_runs_out_is_told_before_it_does(well):
    """Lists live 7 days and are made each day; the root's 400 days; authority 3650, root 7300."""
    assert ends(4.9) == []
    assert ends(5.1) == ["The revocation list"]
    assert ends(339) == ["The revocation list"]
    assert ends(341) == ["The revocation list", "The root's list"]
    assert ends(3589) == ["The revocation list", "The root's list"]
    assert ends(3591) == ["The revocation list", "The root's list", "The certificate"]
    assert ends(7241) == ["The revocation list", "The root's list", "The certificate", "The root"]


def test_a_backup_that_is_missing_or_old(well, change, sql):
    change(demo="")
    now = timezone.now()
    assert outlook.backup(now).ok
    assert "run `baroalgi backup` each night" in outlook.backup(now + timedelta(days=2, minutes=1)).sentence
    sql("DELETE FROM platform_heartbeat WHERE name = 'backup'")
    assert outlook.backup(now).sentence.startswith("No backup was taken yet")


def test_the_operator_gets_one_mail_for_each_trouble_and_day(well, change, sql):
    jobs.tell_operator()
    assert not Outbox.objects.exists(), "nobody is named"
    change(operator_email="ops@example.kr")
    jobs.tell_operator()
    assert not Outbox.objects.exists(), "nothing is wrong"
    sql("UPDATE pki_revocationlist SET next_update = now() + interval '47 h'")
    sql("DELETE FROM platform_heartbeat WHERE name = 'signer'")
    for _ in range(2):
        jobs.tell_operator()
    rows = Outbox.objects.order_by("key")
    today = f"{timezone.now():%Y-%m-%d}"
    assert [row.key for row in rows] == [f"operator:expiry:{today}", f"operator:signer:{today}"]
    mail = outbox.opened(bytes(rows[0].sealed), key=rows[0].key)
    assert (mail.to, mail.subject) == ("ops@example.kr", "[바로알기] 운영자가 볼 것이 있습니다: expiry")
    assert "The revocation list of authority 1 is in force until" in mail.text


def test_anyone_may_see_that_something_runs_out_but_not_what(well, as_role, sql, visitor):
    as_role("app")
    before = visitor.get("/readyz").json()
    assert set(before.values()) == {True}
    sql("UPDATE pki_revocationlist SET next_update = now() + interval '47 h'")
    sql(DEAD_MAIL)
    answer = visitor.get("/readyz")
    assert answer.status_code == 200
    assert {name for name, fine in answer.json().items() if not fine} == {"expiry", "mails"}


def test_every_role_that_runs_the_doctor_gets_an_answer(well, as_role):
    for role in ("app", "signer"):
        as_role(role)
        assert [each.sentence for each in checks.all_findings() if not each.ok] == []
