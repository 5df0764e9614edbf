"""domain.md §1.16, any: whatever is sent to any address by anybody, nothing breaks and nothing is written.

Every form's fields are filled with the same nonsense. Where the first of it gets past the door, the rest
follows.
"""

from __future__ import annotations

import importlib
import itertools
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connections
from django.test import Client
from django.urls import resolve

import baroalgi
from tests.guardianship.rows import staff
from tests.house.test_access_matrix import ROWS, behind
from tests.registration.parent import at_the_form, opened

FORM = "application/x-www-form-urlencoded"

# What such rows say must stand, whatever was sent: that somebody tried, and who is signed in.
TRACES = {"platform_auditentry", "accounts_attempt", "accounts_session", "accounts_challenge"}

# Nothing that is sent is read here, or any text is a good one: what is written then was no nonsense.
BUTTONS = {
    "accounts:end_other_sessions",
    "accounts:end_session",
    "accounts:sign_out",
    "exchange:delete_key",
    "exchange:keys",
    "exchange:rename_key",
    "guardianship:approve",
    "guardianship:refuse",
    "guardianship:withdraw",
    "letters:feed_make",
    "letters:feed_remove",
    "letters:slip_paper",
    "letters:slip_remind",
    "letters:withdraw",
    "portal:remind",
    "registration:cancel",
    "registration:new_link",
    "registration:slip",
    "schoolinfo:plan_entry",
}


def fields() -> list[str]:
    """Return the names of all fields of all forms of the product."""
    from baroalgi.platform.forms import Form

    for module in pkgutil.walk_packages(baroalgi.__path__, "baroalgi."):
        if ".forms" in module.name:
            importlib.import_module(module.name)

    def names(form: type[Form]) -> Iterator[str]:
        for name, field in form.base_fields.items():
            yield from (f"{name}_0", f"{name}_1") if hasattr(field.widget, "widgets") else (name,)
        for kind in form.__subclasses__():
            yield from names(kind)

    return sorted(set(names(Form)))


def nonsense(names: list[str]) -> dict[str, tuple[bytes, str]]:
    """Return bodies and their content type."""

    def all_as(value: str) -> bytes:
        return "&".join(f"{name}={value}" for name in names).encode()

    return {
        "too long": (all_as(quote("가" * 120)) + b"&name=" + b"a" * 100_000, FORM),
        "NUL": (all_as("a%00b"), FORM),
        "emoji": (all_as(quote("😀👩‍👩‍👧")), FORM),
        "huge numbers": (all_as("9" * 40), FORM),
        "invalid UTF-8": (all_as("%ff%fe%80") + b"&q=\xff\xfe", FORM + "; charset=nothing"),
        "each field twice": (all_as("1") + b"&" + all_as("[%7B%7D]"), FORM),
        "too many fields": (b"&".join(b"link=1" for _ in range(1100)), FORM),
        "JSON": (b'{"name": [1, {}], "cms": null}', "application/json"),
        "broken multipart": (
            b"--x\r\nContent-Disposition: form-data; name=",
            "multipart/form-data; boundary=x",
        ),
    }


def standing() -> dict[str, Any]:
    """Return a sum over each table, but those of TRACES."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = sorted({name for (name,) in cursor.fetchall()} - TRACES)
        sums = {}
        for table in tables:
            cursor.execute(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t")
            sums[table] = cursor.fetchone()
    return sums


def test_nonsense_breaks_nothing_and_writes_nothing(
    world: Any, tmp_path: Path, settings_environment: Any
) -> None:
    settings_environment(files_dir=str(tmp_path / "files"))
    returned = world.application(applicant=world.seoyeon, place=world.hwanggan_counter, state="returned")
    places = behind(world)
    admin = staff(world, "관리자", "school_admin")
    visitor, applicant = at_the_form(Client()), opened(returned)
    people: dict[str, Callable[[], Client]] = {
        "visitor": lambda: visitor,
        "applicant": lambda: applicant,
        "guardian": lambda: world.guardian_browser(world.seoyeon),
        "officer": lambda: world.staff_browser(world.officer),
        "teacher": lambda: world.staff_browser(world.homeroom_teacher),
        "admin": lambda: world.staff_browser(admin),
        "half": lambda: world._browser(world.homeroom_teacher, "half"),
    }
    names = fields()
    assert {"child_rrn_1", "cms", "issue_password", "link", "q", "answer"} <= set(names)
    bodies = nonsense(names)
    paths = {
        template.format(**places): resolve(template.format(**places)).view_name for _, template, *_ in ROWS
    }
    assert {"accounts:sign_in", "guardianship:apply_at", "registration:issue_order"} <= set(paths.values())
    broken = []

    kinds = itertools.cycle(bodies.items())

    def send(path: str) -> None:
        sent_all = False
        for who, browser_of in people.items():
            browser = browser_of()
            browser.raise_request_exception = False
            # The first one who is let in sends everything, the others take turns.
            for kind, (body, content_type) in bodies.items() if not sent_all else [next(kinds)]:
                answer = browser.generic("POST", path, body, content_type=content_type)
                if answer.status_code >= 500:
                    broken.append(f"{kind} to {path} as {who}: {answer.status_code}")
                if answer.status_code == 405:
                    return
                if answer.status_code == 404 or "/sign-in/" in answer.headers.get("Location", ""):
                    break
            else:
                sent_all = True

    before = standing()
    for path, name in paths.items():
        if name not in BUTTONS:
            send(path)
    changed = {table for table, sum_of in standing().items() if sum_of != before[table]}
    assert not changed
    for path, name in paths.items():
        if name in BUTTONS:
            send(path)
    assert not broken, "\n".join(broken)
