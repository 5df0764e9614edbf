"""A real PostgreSQL for the session; each test that asks for `world` finds it as the cast left it.

The program under test connects as the app role, with real commits. `world` arranges and looks as
the owner, through the alias `owner`. Afterwards every row is put back (`tests/restore.sql`).
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
HOME = Path(tempfile.mkdtemp(prefix="baroalgi-tests-"))
STACK = ExitStack()
DATABASE = "world"
SHARING_A_DEMO = {"journeys", "crash", "browser_module"}
RESTORE = Path(__file__).with_name("restore.sql")


def pytest_configure(config: pytest.Config) -> None:
    """Set the environment of an installation before anything imports the settings."""
    keys = HOME / "keys"
    keys.mkdir()
    for name in ("secret", "identity", "master"):
        (keys / name).write_text("demo:" + secrets.token_hex(32))
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": "postgresql://unknown@/unknown",
        "BAROALGI_OFFICE": "M10",
        "BAROALGI_URL": "http://localhost:8000",
        "BAROALGI_SECRET_KEY_FILE": str(keys / "secret"),
        "BAROALGI_IDENTITY_KEY_FILE": str(keys / "identity"),
        "BAROALGI_MASTER_KEY_FILE": str(keys / "master"),
        "BAROALGI_FILES_DIR": str(HOME / "files"),
        "BAROALGI_DEMO": "1",
    }
    import django

    django.setup()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what shares a demo of its own in one process, when the tests run in several."""
    for item in items:
        room = item.path.relative_to(ROOT / "tests").parts[0]
        if room in SHARING_A_DEMO:
            item.add_marker(pytest.mark.xdist_group(room))


def pytest_unconfigure(config: pytest.Config) -> None:
    STACK.close()
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def server() -> Any:
    """The embedded server, with a migrated database in which the cast stands."""
    from baroalgi.operations.postgres import running

    data = Path(tempfile.mkdtemp(prefix="baroalgi-tests-pg-"))
    STACK.callback(shutil.rmtree, data, ignore_errors=True)
    server = STACK.enter_context(running(data, durable=False))
    server.create_database(DATABASE)
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.world"],
        check=True,
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": server.url("owner", DATABASE),
            "DJANGO_SETTINGS_MODULE": "baroalgi.config.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        },
    )
    return server


@pytest.fixture(scope="session")
def restore(server: Any) -> Iterator[Callable[[], None]]:
    """Put every row of the database back to how the cast left it; about 20 ms."""
    with server.admin(DATABASE) as admin:
        admin.execute(RESTORE.read_text())
        admin.execute("SELECT kept.keep()")
        yield lambda: admin.execute("SELECT kept.restore()")


@pytest.fixture
def database(server: Any, restore: Callable[[], None]) -> Iterator[str]:
    """The database for one test: the app role on `default`, the owner on `owner`."""
    from django.db import connections

    _connect(server, "default", "app", DATABASE)
    _connect(server, "owner", "owner", DATABASE)
    yield DATABASE
    connections.close_all()
    restore()


def _connect(server: Any, alias: str, role: str, name: str) -> None:
    from django.db import connections

    from baroalgi.config.settings import _database

    connections[alias].close()
    connections[alias].settings_dict.update(
        {
            k: v
            for k, v in _database(server.url(role, name)).items()
            if k in {"NAME", "USER", "PASSWORD", "HOST"}
        }
    )


@pytest.fixture
def as_role(server: Any, database: str) -> Callable[[str], None]:
    """Reconnect `default` as another role: `worker` for jobs, `signer`, `app`."""
    return lambda role: _connect(server, "default", role, database)


@pytest.fixture
def world(database: str) -> Any:
    """The cast of named persons; see `tests/world.py`."""
    from tests.world import World

    return World()


@pytest.fixture
def as_staff(world: Any) -> Callable[[Any], Any]:
    """Return a browser in which this member of staff is signed in."""
    return world.staff_browser


@pytest.fixture
def as_guardian(world: Any) -> Callable[[Any], Any]:
    """Return a browser in which this guardian is signed in by certificate."""
    return world.guardian_browser


@pytest.fixture
def visitor(world: Any) -> Any:
    """Return a browser in which nobody is signed in."""
    from django.test import Client

    return Client()


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let requests and pages take Tuesday 2026-11-24, noon in Seoul, for now, whenever the test runs.

    The database keeps its own clock: sessions live, posts are held today.
    """
    from datetime import UTC, datetime

    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 24, 3, tzinfo=UTC))


@pytest.fixture(scope="session")
def ca_dir() -> Path:
    """The folder of the authority of all tests; its keys are made by the first one that asks."""
    return HOME / "ca"


@pytest.fixture
def authority(server: Any, database: str, ca_dir: Path) -> Any:
    """The authority, known to this test's database."""
    from django.utils import timezone

    from baroalgi.pki import ceremony, queries

    _connect(server, "default", "signer", database)
    ceremony.initialise(ca_dir, operator="충청북도교육청", now=timezone.now())
    _connect(server, "default", "app", database)
    return queries.authorities()[0]


@pytest.fixture
def sign(server: Any, database: str, ca_dir: Path, authority: Any) -> Callable[..., int]:
    """Let a signer of this process, under its role, do what waits (or `steps` of it); returns how many."""
    from django.utils import timezone

    from baroalgi.pki.signer import Signer

    def work(steps: int = 100) -> int:
        _connect(server, "default", "signer", database)
        try:
            signer = Signer(ca_dir)
            done = 0
            while done < steps and signer.step(timezone.now()):
                done += 1
            return done
        finally:
            _connect(server, "default", "app", database)

    return work


@pytest.fixture
def signer(server: Any, database: str, ca_dir: Path, authority: Any) -> Iterator[Any]:
    """`baroalgi signer` as a process of its own, not started yet."""
    from tests.issuing import SignerProcess, environ_of_signer

    process = SignerProcess(environ_of_signer(server.url("signer", database), ca_dir))
    yield process
    if process.process is not None:
        process.kill()


@pytest.fixture
def settings_environment(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Change values of the installation's environment for one test."""
    import dataclasses

    from django.conf import settings

    def change(**values: str) -> None:
        monkeypatch.setattr(settings, "ENVIRONMENT", dataclasses.replace(settings.ENVIRONMENT, **values))

    return change
