"""What is going wrong, or will: nothing of it keeps a process from starting, all of it wants somebody.

`doctor` tells it, `/readyz` says of each whether it is well, and a mail goes to the operator each day.
"""

import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cryptography import x509
from django.conf import settings
from django.db import connection

from baroalgi.operations.finding import BACKUP_HEART, Finding
from baroalgi.pki import queries as pki
from baroalgi.pki.types import Authority
from baroalgi.platform import gate, undelivered
from baroalgi.platform.heartbeat import last

_LATE = timedelta(minutes=15)  # a job that is due waits a moment
_BACKUP_AGE = timedelta(days=2)  # one each night, and one may fail
_AUTHORITY_AHEAD = timedelta(days=60)  # a ceremony needs people and a date
_LIST_AHEAD = timedelta(days=2)  # the signer makes one each day that is in force for seven
_APART = timedelta(seconds=60)
_NOT_PRIVATE = stat.S_IRWXO | stat.S_IWGRP  # a group may read: that is how secrets are mounted


def of_database(now: datetime) -> Iterator[Finding]:
    """Look at what the database tells. `now`: UTC."""
    yield jobs()
    yield mails()
    yield backup(now)
    yield from expiry(now)
    yield walls()
    yield time_zone(now)


def of_machine() -> Iterator[Finding]:
    """Look at what the environment tells."""
    yield from private()
    yield address()


def jobs() -> Finding:
    """Is the queue worked off?"""
    said = json.loads(gate.ask("job_standing", _LATE))
    sentences = []
    if said["late"]:
        since = _moment(datetime.fromisoformat(said["since"]))
        sentences.append(f"{said['late']} jobs wait, the oldest since {since}; see that the worker runs.")
    if said["failed"]:
        sentences.append(f"{said['failed']} jobs were given up this week; the worker's log tells why.")
    return Finding("jobs", not sentences, " ".join(sentences) or "No job waits for longer than a moment.")


def mails() -> Finding:
    """Do mails reach people?"""
    standing = undelivered.standing()
    if not standing.since:
        return Finding("mails", True, "Every mail was delivered.")
    return Finding(
        "mails",
        False,
        f"{standing.dead} mails were given up and {standing.late} wait for too long, the oldest since "
        f"{_moment(standing.since)}; `baroalgi mail` lists them and tries them again.",
    )


def backup(now: datetime) -> Finding:
    """Is there a backup, and a fresh one?"""
    at = last(BACKUP_HEART)
    # Nobody misses the invented people of a demo.
    ok = settings.ENVIRONMENT.is_demo or (at is not None and now - at < _BACKUP_AGE)
    when = f"The last backup is of {_moment(at)}" if at else "No backup was taken yet"
    return Finding("backup", ok, f"{when}." if ok else f"{when}; run `baroalgi backup` each night.")


def expiry(now: datetime) -> Iterator[Finding]:
    """Does what is in force stay so for a while?"""
    for row in pki.authorities():
        for end in _ends(row):
            sentence = f"{end.what} of authority {row.name} is in force until {_moment(end.until)}"
            if end.until - now < end.ahead:
                yield Finding("expiry", False, f"{sentence}; {end.do}.")
            else:
                yield Finding("expiry", True, f"{sentence}.")


class _End(NamedTuple):
    what: str
    until: datetime
    ahead: timedelta
    do: str


def _ends(row: Authority) -> Iterator[_End]:
    if newest := pki.newest_list(row.id):
        yield _End(
            "The revocation list",
            newest.next_update,
            _LIST_AHEAD,
            "see that `baroalgi signer` runs, which makes one each day",
        )
    root_list = x509.load_der_x509_crl(row.root_crl)
    yield _End(
        "The root's list",
        root_list.next_update_utc or root_list.last_update_utc,
        _AUTHORITY_AHEAD,
        "bring the root's key and run `baroalgi ca crl --root`",
    )
    for what, certificate in (("The certificate", row.certificate), ("The root", row.root)):
        until = x509.load_der_x509_certificate(certificate).not_valid_after_utc
        yield _End(what, until, _AUTHORITY_AHEAD, "make its successor before: certificates end with it")


def walls() -> Finding:
    """Do the row policies stand before every table with a person's data?"""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT relname FROM pg_class
               WHERE relkind IN ('r', 'p')
                 AND relnamespace IN ('public'::regnamespace, 'policy'::regnamespace)
                 AND NOT (relrowsecurity AND relforcerowsecurity)
                 AND coalesce(obj_description(oid, 'pg_class'), '') NOT LIKE 'public: %'
               ORDER BY relname LIMIT 1"""
        )
        row = cursor.fetchone()
    if row:
        return Finding(
            "walls",
            False,
            f"The table {row[0]} stands outside the row policies; no version of ours made it so.",
        )
    return Finding("walls", True, "Every table with a person's data is behind the row policies.")


def time_zone(now: datetime) -> Finding:
    """Is it the same day here and in the database?"""
    name = settings.TIME_ZONE
    try:
        here = now.astimezone(ZoneInfo(name)).replace(tzinfo=None)
    except ZoneInfoNotFoundError:
        return Finding("time zone", False, f"This machine does not know {name}; install tzdata.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s AT TIME ZONE %s", [now, name])
        (there,) = cursor.fetchone()
    if abs(here - there) > _APART:
        return Finding(
            "time zone",
            False,
            f"{name} is {here:%H:%M} here and {there:%H:%M} in the database; renew tzdata.",
        )
    return Finding("time zone", True, f"{name} is the same here and in the database.")


def private() -> Iterator[Finding]:
    """Are secrets closed to others?"""
    environment = settings.ENVIRONMENT
    named = {
        "BAROALGI_SECRET_KEY_FILE": environment.secret_key_file,
        "BAROALGI_IDENTITY_KEY_FILE": environment.identity_key_file,
        "BAROALGI_MASTER_KEY_FILE": environment.master_key_file,
        "BAROALGI_BACKUP_PASSPHRASE_FILE": environment.backup_passphrase_file,
    }
    paths = [(name, Path(value)) for name, value in named.items() if value]
    if environment.ca_dir:
        folder = Path(environment.ca_dir)
        paths += [("BAROALGI_CA_DIR", path) for path in (*folder.glob("*.key.pem"), folder / "passphrase")]
    for name, path in paths:
        if path.exists() and path.stat().st_mode & _NOT_PRIVATE:
            yield Finding("private", False, f"{name}: {path} is open to others; close it with 'chmod 600'.")


def address() -> Finding:
    """Can browsers make keys at our address?"""
    environment = settings.ENVIRONMENT
    if environment.is_https or environment.is_demo:
        return Finding("address", True, f"People reach the site at {environment.url}.")
    return Finding(
        "address",
        False,
        f"BAROALGI_URL is {environment.url}; without https browsers make no keys and everybody reads along.",
    )


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
