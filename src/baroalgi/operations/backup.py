"""Taking a backup, looking at one, and bringing it back into an empty place."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from baroalgi import __version__
from baroalgi.operations import archive
from baroalgi.operations.archive import Archive, Part, Pen
from baroalgi.operations.finding import BACKUP_HEART
from baroalgi.operations.place import KEYS, Place
from baroalgi.operations.postgres import ROLES
from baroalgi.operations.postgres.client import dumping, restoring
from baroalgi.operations.trouble import CannotRun

FORMAT = 1
PACKAGE = Path(__file__).parents[1]
_DATABASE, _KEYS, _CA, _FILES = "database", "keys", "ca", "files"
_HALF = ".restoring"
_OF_DEMO = ("demo.json", "certificates")  # names in its home and in the archive


@dataclass(frozen=True, slots=True)
class Told:
    """What an archive says of itself. `made_at`: of the moment that the database is shown at."""

    made_at: datetime
    program: str
    postgres: int
    office: str
    is_demo: bool
    has_ca: bool
    has_files: bool
    migrations: tuple[tuple[str, str], ...]

    def sentence(self) -> str:
        """Return a line about it."""
        kind = " of a demo" if self.is_demo else ""
        ca = "" if self.has_ca else ", without the keys of the authority"
        return f"office {self.office}{kind}, {self.made_at:%Y-%m-%d %H:%M} UTC, baroalgi {self.program}{ca}"


# Taking


def take(target: Path, place: Place, passphrase: str) -> Path:
    """Write a backup into a file, or into a new file of a directory; return the file.

    The database is as at one moment; the files it names are all there after it, since a file is swept days
    after nothing names it any more (`platform.files`).
    """
    with _connect(place.url) as owner:
        # Everything is told from the snapshot that pg_dump sees.
        owner.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        told, snapshot = _describe(owner, place)
        if target.is_dir():
            target /= f"baroalgi-{told['office']}-{told['made_at'][:19].replace(':', '')}.backup"

        def fill(pen: Pen) -> None:
            # Schemas of others (monitoring, a tool of the operator) are not ours to keep.
            others = [f"--exclude-schema={name}" for (name,) in owner.execute(_FOREIGN_SCHEMAS)]
            with dumping(place.url, f"--snapshot={snapshot}", *others, major=told["postgres"]) as dump:
                pen.pieces(_DATABASE, dump)
            for name, path in place.keys.items():
                pen.part(f"{_KEYS}/{name}", path.read_bytes())
            folders = {_CA: place.ca_dir, _FILES: place.files_dir}
            folders |= {name: place.demo_dir / name for name in _OF_DEMO if place.demo_dir}
            for name, folder in folders.items():
                for below, path in _below(folder):
                    # A stored file that was swept meanwhile is named by nothing.
                    with suppress(*([FileNotFoundError] if name == _FILES else [])):
                        pen.file(name + below, path)

        archive.write(target, passphrase, told, fill)
        owner.rollback()
        _beat(owner, told["made_at"])
    return target


def _describe(owner: psycopg.Connection, place: Place) -> tuple[dict[str, Any], str]:
    installation = _one(owner, "SELECT office_code, is_demo FROM platform_installation")
    if installation is None:
        raise CannotRun("The database holds no installation; run `baroalgi migrate` first.")
    if hidden := _one(owner, _HIDES_ROWS):
        raise CannotRun(f"{hidden[0]} would not show all its rows to this role; use baroalgi_owner.")
    if place.ca_dir is not None and not (place.ca_dir / "issuing.key.pem").exists():
        raise CannotRun(f"BAROALGI_CA_DIR: {place.ca_dir} holds no issuing key; run where the keys are.")
    moment = _one(owner, "SELECT pg_export_snapshot(), now()")
    assert moment  # noqa: S101 - a SELECT without FROM has a row
    return {
        "format": FORMAT,
        "program": __version__,
        "made_at": moment[1].astimezone(UTC).isoformat(),
        "postgres": owner.info.server_version // 10000,
        "office": installation[0],
        "is_demo": installation[1],
        "has_ca": place.ca_dir is not None,
        "migrations": owner.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall(),
    }, moment[0]


_FOREIGN_SCHEMAS = """
    SELECT quote_ident(nspname) FROM pg_namespace
    WHERE nspname NOT IN ('public', 'policy', 'information_schema') AND nspname NOT LIKE 'pg\\_%'
"""
# A table whose policies hide rows from us would be dumped in part, without a word.
_HIDES_ROWS = """
    SELECT c.oid::regclass FROM pg_class c, pg_roles r
    WHERE c.relrowsecurity AND r.rolname = current_user AND NOT r.rolsuper AND NOT r.rolbypassrls
      AND NOT EXISTS (
          SELECT FROM pg_policy p
          WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd IN ('*', 'r')
            AND r.oid = ANY (p.polroles) AND pg_get_expr(p.polqual, p.polrelid) = 'true'
      )
"""


def _below(folder: Path | None) -> Iterator[tuple[str, Path]]:
    """Yield every finished file of a folder and what stands behind the folder's name, a file as itself.

    Links are followed: the passphrase of the authority may be one into a mounted secret.
    """
    if folder is not None and folder.is_file():
        yield "", folder
    for path in sorted(folder.rglob("*")) if folder else []:
        if path.is_file() and path.suffix != ".half":
            yield f"/{path.relative_to(folder or path)}", path


def _beat(owner: psycopg.Connection, made_at: str) -> None:
    owner.execute(
        "INSERT INTO platform_heartbeat (name, at) VALUES (%s, %s) "
        "ON CONFLICT (name) DO UPDATE SET at = excluded.at",
        [BACKUP_HEART, made_at],
    )
    owner.commit()


# Looking


def look(path: Path, passphrase: str) -> tuple[Archive, Told]:
    """Read an archive to its end and return what it is. Raises CannotRun when anything is wrong with it."""
    opened = archive.open_archive(path, passphrase)
    manifest = opened.check()
    if manifest.get("format") != FORMAT:
        raise CannotRun(
            f"{path} was written by baroalgi {manifest.get('program')} in a format this one can't read."
        )
    return opened, Told(
        made_at=datetime.fromisoformat(manifest["made_at"]),
        program=manifest["program"],
        postgres=manifest["postgres"],
        office=manifest["office"],
        is_demo=manifest["is_demo"],
        has_ca=manifest["has_ca"],
        has_files=any(name.startswith(f"{_FILES}/") for name in manifest["sha256"]),
        migrations=tuple((app, name) for app, name in manifest["migrations"]),
    )


# Bringing back


def restore(opened: Archive, told: Told, place: Place, environ: Mapping[str, str]) -> None:
    """Bring a backup back into an empty place, then renew its tables if this program is newer.

    `environ` is for `baroalgi migrate`. All of it or nothing: the database in one transaction, and keys and
    files take their names after it.
    """
    _refuse_later(opened.path, told)
    if not told.has_ca:
        place = replace(place, ca_dir=None)
    if told.has_files and place.files_dir is None:
        raise CannotRun("BAROALGI_FILES_DIR is not set, and the backup holds files.")
    _refuse_what_is_there(place)
    with _connect(place.url) as owner:
        _refuse_other_database(owner)
        major = owner.info.server_version // 10000
    staged: list[tuple[Path, Path]] = []
    try:
        _bring_back(opened, place, staged, major)
    except BaseException:
        for half, _final in staged:
            half.unlink(missing_ok=True)
        raise
    for half, final in staged:
        half.replace(final)
    _sign_everybody_out(place.url, told)
    done = subprocess.run(
        [sys.executable, "-m", "baroalgi", "migrate", "--quiet"],
        env=dict(environ), cwd="/", capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        words = done.stderr.strip().splitlines()[-1:] or ["no word"]
        raise CannotRun(
            f"Everything is back, but its tables could not be renewed: {words[0].removeprefix('baroalgi: ')}"
        )


def _bring_back(opened: Archive, place: Place, staged: list[tuple[Path, Path]], major: int) -> None:
    with restoring(place.url, major=major) as dump:
        # pg_restore commits as soon as it has its last byte. It gets that when everything behind it is
        # known to be whole and is on the disk: after that nothing can fail but the renaming.
        held = b""
        with opened.parts() as parts:
            for name, part in parts:
                if name.startswith(f"{_DATABASE}/"):
                    while block := part.read(2**16):
                        dump.write(held)
                        held = block
                elif final := _place_of(name, place):
                    half = final.with_name(final.name + _HALF)
                    staged.append((half, final))
                    _stage(half, part)
        dump.write(held)


def _place_of(name: str, place: Place) -> Path | None:
    """Return where a part belongs, None for those that belong nowhere (any more)."""
    room, _, below = name.partition("/")
    if room == _KEYS and below in KEYS:
        return place.keys[below]
    if room == _CA and place.ca_dir:
        return place.ca_dir / below
    if room == _FILES and place.files_dir:
        return place.files_dir / below
    return place.demo_dir / name if room in _OF_DEMO and place.demo_dir else None


def _stage(half: Path, part: Part) -> None:
    _make_private(half.parent)
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        shutil.copyfileobj(part, file)
        file.flush()
        os.fsync(file.fileno())


def _make_private(folder: Path) -> None:
    """Make a folder for us alone, and those above it: `mkdir(parents=True)` would open these to all."""
    if not folder.exists():
        _make_private(folder.parent)
        folder.mkdir(mode=0o700)


def _refuse_later(path: Path, told: Told) -> None:
    ours = {(file.parent.parent.name, file.stem) for file in PACKAGE.glob("*/migrations/[0-9]*.py")}
    rooms = {room for room, _ in ours}
    later = [f"{room}.{name}" for room, name in told.migrations if room in rooms and (room, name) not in ours]
    if later:
        raise CannotRun(
            f"{path} was taken by a later version, baroalgi {told.program} (it knows {later[0]}); install "
            "that one and restore with it."
        )


def _refuse_what_is_there(place: Place) -> None:
    for path in (*place.keys.values(), *((place.demo_dir / "demo.json",) if place.demo_dir else ())):
        if path.exists():
            raise CannotRun(f"{path} is there already; a backup is only brought back into an empty place.")
    for folder in (place.ca_dir, place.files_dir):
        # A restore that was cut off leaves folders, and files under names of its own.
        here = folder.rglob("*") if folder else ()
        if any(not path.is_dir() and path.suffix != _HALF for path in here):
            raise CannotRun(f"{folder} is not empty; a backup is only brought back into an empty place.")


def _refuse_other_database(owner: psycopg.Connection) -> None:
    if _one(owner, "SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace"):
        raise CannotRun("The database has tables already; name an empty one in DATABASE_URL.")
    if owner.info.user != "baroalgi_owner":
        raise CannotRun(f"{owner.info.user} would own the tables; use baroalgi_owner in DATABASE_URL.")
    roles = {name for (name,) in owner.execute("SELECT rolname FROM pg_roles").fetchall()}
    if missing := [f"baroalgi_{role}" for role in ROLES if f"baroalgi_{role}" not in roles]:
        raise CannotRun(
            f"The role {missing[0]} is missing; make the roles as in docs/operating.md, Roles, and try again."
        )


def _sign_everybody_out(url: str, told: Told) -> None:
    """Sessions that have been ended since would live again; so would the health of processes."""
    with _connect(url) as owner:
        owner.execute("DELETE FROM accounts_session")
        owner.execute("DELETE FROM platform_heartbeat")
        _beat(owner, told.made_at.isoformat())


@contextmanager
def _connect(url: str) -> Iterator[psycopg.Connection]:
    try:
        connection = psycopg.connect(url, connect_timeout=10)
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise CannotRun(f"The database of DATABASE_URL does not answer: {reason}") from None
    with connection:
        yield connection


def _one(connection: psycopg.Connection, query: str) -> tuple[Any, ...] | None:
    try:
        return connection.execute(query).fetchone()
    except psycopg.errors.UndefinedTable:
        return None
