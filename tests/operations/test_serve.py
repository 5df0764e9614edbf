"""`baroalgi serve` refuses what would be dangerous, each time with one sentence and status 1."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.operations.conftest import outside


@pytest.fixture
def real_keys(tmp_path: Path) -> dict[str, str]:
    """The key files of an installation that is no demo."""
    settings = {}
    for name in ("SECRET", "IDENTITY", "MASTER"):
        path = tmp_path / name
        path.write_text(secrets.token_hex(32))
        settings[f"BAROALGI_{name}_KEY_FILE"] = str(path)
    return settings


@pytest.fixture
def real(server, database, real_keys) -> dict[str, str]:
    """The environment of a real installation on a database of its own."""
    with server.admin(database) as admin:
        admin.execute("UPDATE platform_installation SET is_demo = false")
    return real_keys | {
        "DATABASE_URL": server.url("app", database),
        "BAROALGI_OFFICE": "M10",
        "BAROALGI_POLICY_OID": "1.2.410.200000.1.1",
    }


def baroalgi(command: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "baroalgi", *command.split()],
        env=outside(**environ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def refusal(environ: dict[str, str], command: str = "serve --port 1") -> str:
    """Return the one sentence with which the command refuses."""
    done = baroalgi(command, environ)
    assert done.returncode == 1, done.stderr
    [sentence] = done.stderr.splitlines()
    return sentence


def test_the_right_environment_comes_as_far_as_the_server(real):
    done = baroalgi("serve --host 256.0.0.1", real)
    assert "Starting granian" in done.stdout + done.stderr


def test_secrets_of_a_demo_are_refused(real):
    demo_file = os.environ["BAROALGI_IDENTITY_KEY_FILE"]
    sentence = refusal(real | {"BAROALGI_IDENTITY_KEY_FILE": demo_file})
    assert sentence.startswith(
        "baroalgi: BAROALGI_IDENTITY_KEY_FILE names a secret that `baroalgi demo` made"
    )


def test_the_database_of_a_demo_is_refused(real, server, database):
    with server.admin(database) as admin:
        admin.execute("UPDATE platform_installation SET is_demo = true")
    assert "holds the invented people of a demo" in refusal(real)


def test_a_demo_does_not_touch_a_real_database(real):
    assert "the database is a real one" in refusal(real | {"BAROALGI_DEMO": "1"})


@pytest.mark.parametrize(
    ("right", "words"), [("SUPERUSER", "is a superuser"), ("BYPASSRLS", "has BYPASSRLS")]
)
def test_a_role_above_the_row_policies_is_refused(real, server, database, right, words):
    with server.admin() as admin:
        admin.execute(f"CREATE ROLE above LOGIN {right} PASSWORD 'x' IN ROLE baroalgi_app")
    try:
        url = f"postgresql://above:x@/{database}?host={server.socket_dir}"
        assert f"The role above {words}" in refusal(real | {"DATABASE_URL": url})
    finally:
        with server.admin() as admin:
            admin.execute("DROP ROLE above")


def test_the_owner_of_the_tables_is_refused(real, server, database):
    sentence = refusal(real | {"DATABASE_URL": server.url("owner", database)})
    assert "The role baroalgi_owner owns the tables" in sentence


def test_missing_migrations_are_refused(real, server, database):
    with server.admin(database) as admin:
        admin.execute("DELETE FROM django_migrations WHERE app = 'platform' AND name LIKE '0001%'")
    assert "1 migrations are missing; run `baroalgi migrate`." in refusal(real)


def test_one_goes_back_by_starting_the_version_of_before_on_the_tables_of_the_later_one(
    real, server, database
):
    """Migrations only add; but an older `migrate` would bring its older doors back."""
    with server.admin(database) as admin:
        admin.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('platform', '9999_later', now())"
        )
    done = baroalgi("serve --host 256.0.0.1", real)
    assert "Starting granian" in done.stdout + done.stderr
    owner = real | {"DATABASE_URL": server.url("owner", database)}
    assert "made by a later version (it knows platform.9999_later); install that one" in refusal(
        owner, "migrate"
    )


def test_the_database_of_another_office_is_refused(real):
    sentence = refusal(real | {"BAROALGI_OFFICE": "B10"})
    assert "belongs to office M10, not to B10" in sentence


@pytest.mark.parametrize("name", ["DATABASE_URL", "BAROALGI_OFFICE", "BAROALGI_MASTER_KEY_FILE"])
def test_a_missing_setting_is_named(real, name):
    assert refusal(real | {name: ""}).startswith(f"baroalgi: {name} is not set")


def test_a_misspelt_setting_is_named(real):
    assert "BAROALGI_OFICE" in refusal(real | {"BAROALGI_OFICE": "M10"})


def test_a_secret_file_that_is_not_there_is_named(real):
    assert "BAROALGI_MASTER_KEY_FILE names /nowhere" in refusal(
        real | {"BAROALGI_MASTER_KEY_FILE": "/nowhere"}
    )


def test_an_example_policy_is_refused(real):
    assert "BAROALGI_POLICY_OID is the example" in refusal(real | {"BAROALGI_POLICY_OID": ""})


def test_a_database_that_is_away_is_told_without_its_password(real, tmp_path):
    url = f"postgresql://baroalgi_app:sesame@/x?host={tmp_path}"
    sentence = refusal(real | {"DATABASE_URL": url})
    assert "The database of DATABASE_URL does not answer" in sentence
    assert "sesame" not in sentence


def test_the_doctor_tells_everything_at_once_and_shows_no_secret(real, tmp_path):
    done = baroalgi("doctor", real | {"BAROALGI_SMTP_URL": "smtp://127.0.0.1:1"})
    assert done.returncode == 1
    assert "ok     The role baroalgi_app is bound by the row policies." in done.stdout
    assert "WRONG  The mail server 127.0.0.1:1 does not answer" in done.stdout
    assert "WRONG  No worker has run yet" in done.stdout
    assert "set    BAROALGI_OFFICE: NEIS code" in done.stdout
    assert Path(real["BAROALGI_MASTER_KEY_FILE"]).read_text() not in done.stdout
