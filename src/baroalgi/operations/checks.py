"""What must hold of an installation, each with a sentence for the operator.

`serve` and `worker` refuse to start over `before_serving`; `doctor` tells everything.
"""

import shutil
import smtplib
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from urllib.parse import urlsplit

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from baroalgi.operations import outlook
from baroalgi.operations.finding import Finding
from baroalgi.operations.home import DEMO_MARK
from baroalgi.pki import queries as pki
from baroalgi.platform.heartbeat import last
from baroalgi.platform.models import Installation

HEARTBEAT = timedelta(seconds=150)  # the worker's heart beats once a minute
_CLOCKS_APART = 2.0  # seconds
_LEAST_FREE = 500 * 2**20  # bytes
_EXAMPLE_ARC = "2.999."  # an object identifier that nobody owns


def before_serving() -> str | None:
    """Return the sentence of the first thing that forbids to start a process, or None: what touches
    secrets, the walls or the tables. A silent worker or mail server is no reason to keep the site shut.
    """
    return next((finding.sentence for finding in _grave() if not finding.ok), None)


def before_migrating() -> str | None:
    """Return the sentence of the first thing that forbids to touch the tables, or None."""
    findings = [*_settings(), database()]
    if all(finding.ok for finding in findings) and _has_tables():
        findings.append(migrations(before_migrating=True))
    return next((finding.sentence for finding in findings if not finding.ok), None)


def _grave() -> Iterator[Finding]:
    yield from _settings()
    yield from _database()


def all_findings() -> Iterator[Finding]:
    """Look at everything, the foundations first; what stands on a broken one is left out."""
    known = list(_grave())
    yield from known
    if all(finding.ok for finding in known):
        yield from (heartbeat(name) for name in ("worker", "signer"))
        yield authority()
        yield clock()
        yield from outlook.of_database(datetime.now(UTC))
    yield from outlook.of_machine()
    yield mail()
    yield disk()


def _settings() -> Iterator[Finding]:
    environment = settings.ENVIRONMENT
    for name, value in (
        ("DATABASE_URL", environment.database_url),
        ("BAROALGI_OFFICE", environment.office),
        ("BAROALGI_SECRET_KEY_FILE", environment.secret_key_file),
        ("BAROALGI_IDENTITY_KEY_FILE", environment.identity_key_file),
        ("BAROALGI_MASTER_KEY_FILE", environment.master_key_file),
    ):
        if not value:
            yield Finding("settings", False, f"{name} is not set; `baroalgi doctor` says what it is.")
        elif name.endswith("_FILE"):
            yield _secret(name, Path(value))
    if environment.policy_oid.startswith(_EXAMPLE_ARC) and not environment.is_demo:
        yield Finding(
            "settings",
            False,
            "BAROALGI_POLICY_OID is the example that nobody owns; set it to a policy under the operator's "
            "own enterprise number.",
        )


def _database() -> Iterator[Finding]:
    reachable = database()
    yield reachable
    if not reachable.ok:
        return
    yield role()
    tables = migrations()
    yield tables
    if tables.ok:
        yield installation()


def _secret(name: str, path: Path) -> Finding:
    text = path.read_text().strip()
    if text.startswith(DEMO_MARK) and not settings.ENVIRONMENT.is_demo:
        return Finding(
            "secrets",
            False,
            f"{name} names a secret that `baroalgi demo` made; make one with 'openssl rand -hex 32'.",
        )
    if len(text) < 32:
        return Finding("secrets", False, f"{name}: the secret is shorter than 32 characters.")
    return Finding("secrets", True, f"{name}: {len(text)} characters.")


def database() -> Finding:
    """Is the database there?"""
    # By a connection of its own: the one at hand may be from before the database went away.
    there = connection.get_connection_params()
    try:
        with psycopg.connect(**there) as own:
            version, user = own.info.parameter_status("server_version"), own.info.user
    except psycopg.Error as error:
        # The first line names host and reason; the password is not in it.
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        return Finding("database", False, f"The database of DATABASE_URL does not answer: {reason}")
    return Finding("database", True, f"PostgreSQL {version} answers {user}.")


def role() -> Finding:
    """Do the row policies bind the role of this process?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls, "
            "       EXISTS (SELECT FROM pg_class WHERE relname = 'django_migrations' AND relowner = r.oid) "
            "FROM pg_roles r WHERE rolname = current_user"
        )
        name, superuser, bypasses, owner = cursor.fetchone()
    if superuser or bypasses:
        above = "is a superuser" if superuser else "has BYPASSRLS"
        return Finding(
            "role",
            False,
            f"The role {name} {above}, so every family would see every child; use baroalgi_app in "
            "DATABASE_URL.",
        )
    if owner:
        return Finding(
            "role",
            False,
            f"The role {name} owns the tables, which only `baroalgi migrate` needs; use baroalgi_app in "
            "DATABASE_URL.",
        )
    return Finding("role", True, f"The role {name} is bound by the row policies.")


def _has_tables() -> bool:
    return "django_migrations" in connection.introspection.table_names()


def migrations(*, before_migrating: bool = False) -> Finding:
    """Do the tables answer this program's version? One statement.

    Tables of a later version are fine to run on, since migrations only add (that is how one goes back);
    they are not fine to migrate, which would bring the older doors back.
    """
    known = _known_migrations()
    applied = set(MigrationRecorder(connection).applied_migrations())
    ours = {room for room, _ in known}
    if (missing := known - applied) and not before_migrating:
        return Finding("migrations", False, f"{len(missing)} migrations are missing; run `baroalgi migrate`.")
    if later := sorted(key for key in applied - known if key[0] in ours):
        made = f"The database was made by a later version (it knows {'.'.join(later[0])})"
        if before_migrating:
            return Finding("migrations", False, f"{made}; install that one.")
        return Finding("migrations", True, f"{made}; this one runs on it until you upgrade again.")
    return Finding("migrations", True, "The tables are up to date.")


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    """Return (room, name) of every migration on the disk, by its file: loading them all costs 10 MB."""
    known = set()
    for room in apps.get_app_configs():
        package = MigrationLoader.migrations_module(room.label)[0]
        spec = find_spec(package) if package else None
        for file in iter_modules(spec.submodule_search_locations if spec else []):
            if not file.name.startswith(("_", "~")):
                known.add((room.label, file.name))
    return frozenset(known)


def installation() -> Finding:
    """Does the database belong to this office, and to a demo only in a demo?"""
    row = Installation.objects.first()
    environment = settings.ENVIRONMENT
    if row is None:
        return Finding(
            "installation",
            False,
            "The database does not know its office yet; run `baroalgi migrate`.",
        )
    if row.is_demo and not environment.is_demo:
        return Finding(
            "installation",
            False,
            "The database holds the invented people of a demo; name another one in DATABASE_URL.",
        )
    if environment.is_demo and not row.is_demo:
        return Finding(
            "installation", False, "BAROALGI_DEMO is set, but the database is a real one; unset it."
        )
    if row.office_code != environment.office:
        return Finding(
            "installation",
            False,
            f"The database belongs to office {row.office_code}, not to {environment.office}; correct "
            "BAROALGI_OFFICE or DATABASE_URL.",
        )
    return Finding("installation", True, f"The database belongs to office {row.office_code}.")


def heartbeat(name: str) -> Finding:
    """Has a process shown lately that it lives?"""
    at = last(name)
    if at is None:
        return Finding(name, False, f"No {name} has run yet; start `baroalgi {name}`.")
    since = (datetime.now(UTC) - at).total_seconds()
    if since > HEARTBEAT.total_seconds():
        return Finding(
            name, False, f"The {name} was last heard of at {at:%Y-%m-%d %H:%M} UTC; start `baroalgi {name}`."
        )
    return Finding(name, True, f"The {name} was heard of {since:.0f} s ago.")


def authority() -> Finding:
    """Can certificates be issued and their revocation be looked up?"""
    ours = pki.authorities()
    if not ours:
        return Finding("ca", False, "There is no authority yet; run `baroalgi ca init`.")
    newest = pki.newest_list(ours[0].id)
    if newest is None or newest.next_update < datetime.now(UTC):
        return Finding(
            "ca",
            False,
            f"Authority {ours[0].name} has no revocation list in force, so no certificate is taken for good; "
            "see that `baroalgi signer` runs.",
        )
    return Finding(
        "ca", True, f"Authority {ours[0].name}: the newest revocation list has number {newest.number}."
    )


def clock() -> Finding:
    """Do we and the database agree on the time?"""
    with connection.cursor() as cursor:
        before = time.time()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        (theirs,) = cursor.fetchone()
        apart = theirs - (before + time.time()) / 2
    if abs(apart) > _CLOCKS_APART:
        return Finding(
            "clock",
            False,
            f"The database's clock is {apart:+.0f} s from this machine's; signatures and links would be "
            "refused as too early or too late: set both by NTP.",
        )
    return Finding("clock", True, "The clock agrees with the database's.")


def mail() -> Finding:
    """Does the mail server answer, and in private where it is told a password?"""
    server = urlsplit(settings.ENVIRONMENT.smtp_url)
    place = f"{server.hostname}:{server.port}"
    trusted = ssl.create_default_context()
    try:
        if server.scheme == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.hostname or "", server.port or 465, timeout=5, context=trusted
            )
        else:
            smtp = smtplib.SMTP(server.hostname or "", server.port or 25, timeout=5)
        with smtp:
            smtp.ehlo()
            if server.username and server.scheme != "smtps":
                smtp.starttls(context=trusted)
                smtp.ehlo()
    except smtplib.SMTPNotSupportedError:
        return Finding(
            "mail",
            False,
            f"The mail server {place} offers no STARTTLS, so it is not told a password; use smtps://.",
        )
    except (OSError, smtplib.SMTPException) as error:
        return Finding("mail", False, f"The mail server {place} does not answer: {error}")
    return Finding("mail", True, f"The mail server {place} answers.")


def disk() -> Finding:
    """Is there room for files?"""
    folder = Path(settings.ENVIRONMENT.files_dir or ".")
    if not folder.is_dir():
        return Finding("disk", False, f"BAROALGI_FILES_DIR: {folder} is not there.")
    free = shutil.disk_usage(folder).free
    if free < _LEAST_FREE:
        return Finding("disk", False, f"Only {free // 2**20} MB are free at {folder}; make room.")
    return Finding("disk", True, f"{free // 2**30} GB are free at {folder}.")
