"""The embedded server: started, shared, taken over, refused."""

import os
import pwd
import signal
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from baroalgi.operations import processes
from baroalgi.operations.postgres import ROLES, running
from baroalgi.operations.trouble import CannotRun

OWNER = """
import sys, time
from pathlib import Path
from baroalgi.operations.postgres import running
with running(Path(sys.argv[1]), durable=False) as server:
    print("up", flush=True)
    time.sleep(600)
"""


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])


def test_every_role_signs_in_and_none_is_above_the_policies(data_dir):
    with running(data_dir, durable=False) as server:
        for role in ROLES:
            with psycopg.connect(server.url(role)) as connection:
                rights = connection.execute(
                    "SELECT current_user, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb "
                    "FROM pg_roles WHERE rolname = current_user"
                ).fetchone()
            assert rights == (f"baroalgi_{role}", False, False, False, False)


def test_only_the_owner_makes_tables_and_only_the_worker_temporary_ones(data_dir):
    with running(data_dir, durable=False) as server:
        with psycopg.connect(server.url("owner")) as owner:
            owner.execute("CREATE TABLE thing (id bigint)")
        with psycopg.connect(server.url("worker")) as worker:
            worker.execute("CREATE TEMPORARY TABLE thing (id bigint)")
        for statement in (
            "CREATE TABLE public.other (id bigint)",
            "CREATE TEMPORARY TABLE thing (id bigint)",
        ):
            with (
                psycopg.connect(server.url("app")) as app,
                pytest.raises(psycopg.errors.InsufficientPrivilege),
            ):
                app.execute(statement)


def test_what_is_stored_is_there_after_the_next_start_under_the_same_passwords(data_dir):
    with running(data_dir, durable=False) as server:
        first_url = server.url("owner")
        with psycopg.connect(first_url) as owner:
            owner.execute("CREATE TABLE thing AS SELECT '바로알기' AS word")
    with running(data_dir, durable=False) as server:
        assert server.url("owner") == first_url
        with psycopg.connect(first_url) as owner:
            assert owner.execute("SELECT word FROM thing").fetchone() == ("바로알기",)


def test_a_copied_database_is_as_closed_as_its_template(data_dir):
    with running(data_dir, durable=False) as server:
        with psycopg.connect(server.url("owner")) as owner:
            owner.execute("CREATE TABLE thing AS SELECT 1 AS one")
        server.create_database("copy", template="baroalgi")
        with psycopg.connect(server.url("owner", "copy")) as owner:
            assert owner.execute("SELECT one FROM thing").fetchone() == (1,)
            closed = "SELECT has_database_privilege('pg_monitor', 'copy', 'CONNECT')"
            assert owner.execute(closed).fetchone() == (False,)
        server.drop_database("copy")
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            psycopg.connect(server.url("owner", "copy"))


def test_passwords_lie_in_files_that_nobody_else_reads(data_dir):
    with running(data_dir, durable=False) as server:
        files = list((data_dir / "secrets").iterdir())
        assert {file.name for file in files} == {f"postgres-{role}" for role in (*ROLES, "postgres")}
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
        assert (data_dir / "secrets").stat().st_mode & 0o777 == 0o700
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.url("app").replace("baroalgi_app", "baroalgi_owner"))


def test_the_server_never_runs_as_root(data_dir):
    with running(data_dir, durable=False):
        uid = Path(f"/proc/{postmaster(data_dir)}").stat().st_uid
    if os.geteuid() == 0:
        assert pwd.getpwuid(uid).pw_name in {"postgres", "nobody"}
    else:
        assert uid == os.geteuid()


def test_the_block_leaves_no_process(data_dir):
    with running(data_dir, durable=False):
        pid = postmaster(data_dir)
    assert not processes.alive(pid)


def test_a_second_process_uses_the_server_and_leaves_it_running(data_dir, python):
    owner = python(OWNER, data_dir)
    assert owner.stdout.readline() == "up\n"
    pid = postmaster(data_dir)
    with running(data_dir, durable=False) as server, psycopg.connect(server.url("app")) as app:
        assert app.execute("SELECT 1").fetchone() == (1,)
    assert processes.alive(pid)


def test_a_server_whose_owner_was_killed_is_adopted_and_stopped(data_dir, python):
    owner = python(OWNER, data_dir)
    assert owner.stdout.readline() == "up\n"
    pid = postmaster(data_dir)
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    assert processes.alive(pid)
    with running(data_dir, durable=False) as server, psycopg.connect(server.url("app")):
        assert postmaster(data_dir) == pid
    assert not processes.alive(pid)


def test_a_killed_server_starts_again_with_what_was_committed(data_dir):
    with running(data_dir) as server:
        with psycopg.connect(server.url("owner")) as owner:
            owner.execute("CREATE TABLE thing AS SELECT 1 AS one")
        os.kill(postmaster(data_dir), signal.SIGKILL)
    with running(data_dir, durable=False) as server, psycopg.connect(server.url("owner")) as owner:
        assert owner.execute("SELECT one FROM thing").fetchone() == (1,)


def test_a_number_given_to_somebody_else_is_not_taken_for_the_server(data_dir):
    with running(data_dir, durable=False):
        pid_file = (data_dir / "postgres" / "postmaster.pid").read_text()
    stale = data_dir / "postgres" / "postmaster.pid"
    # Our own number: alive, and no server.
    stale.write_text(pid_file.replace(pid_file.split()[0], str(os.getpid()), 1))
    with running(data_dir, durable=False) as server, psycopg.connect(server.url("app")) as app:
        assert app.execute("SELECT 1").fetchone() == (1,)


def test_a_start_cut_off_in_the_middle_begins_again(data_dir, python):
    owner = python(OWNER, data_dir)
    deadline = time.monotonic() + 20
    while not list(data_dir.glob("half-*/PG_VERSION")):
        assert time.monotonic() < deadline
        time.sleep(0.001)  # watching for the middle of initdb, which tells nobody
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    with running(data_dir, durable=False) as server, psycopg.connect(server.url("app")) as app:
        assert app.execute("SELECT 1").fetchone() == (1,)


def test_a_deep_directory_gets_its_socket_elsewhere(data_dir):
    data_dir.chmod(0o755)
    deep = data_dir / ("a" * 60) / ("b" * 60)
    with running(deep, durable=False) as server:
        assert len(str(server.socket_dir)) < 60
        with psycopg.connect(server.url("app")) as app:
            assert app.execute("SELECT 1").fetchone() == (1,)
    assert not server.socket_dir.exists()


def test_the_log_holds_nothing_that_was_typed(data_dir):
    with running(data_dir, durable=False) as server, psycopg.connect(server.url("owner")) as owner:
        owner.execute("CREATE TABLE thing (number text PRIMARY KEY)")
        owner.execute("INSERT INTO thing VALUES ('080101-4000000')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            owner.execute("INSERT INTO thing VALUES ('080101-4000000')")
    log = (data_dir / "log" / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "080101" not in log


@pytest.mark.parametrize("name", ["postgres/PG_VERSION", "baroalgi-data"])
def test_data_of_another_version_is_refused_and_left_alone(data_dir, name):
    with running(data_dir, durable=False):
        pass
    (data_dir / name).write_text("17\n")
    with pytest.raises(CannotRun, match=r"was made by .* 17 and this program needs .* --reset"):
        running(data_dir).__enter__()
    assert (data_dir / name).read_text() == "17\n"


def test_a_directory_with_other_things_is_refused(data_dir):
    (data_dir / "thesis.odt").touch()
    with pytest.raises(CannotRun, match="holds other things"):
        running(data_dir).__enter__()
    assert [entry.name for entry in data_dir.iterdir()] == ["thesis.odt"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes a small disk")
def test_a_full_disk_is_said_in_one_sentence(data_dir):
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "none", data_dir], check=True)
    try:
        with pytest.raises(CannotRun, match=r"is full \(20 MB free\); make room"):
            running(data_dir).__enter__()
    finally:
        subprocess.run(["umount", data_dir], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has another account for the database")
def test_a_place_closed_to_the_databases_account_is_refused(data_dir):
    with pytest.raises(CannotRun, match="can't reach"):
        running(data_dir / "below").__enter__()
