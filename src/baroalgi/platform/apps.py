"""Applies the gate before the first migration that leans on it."""

from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

GATE = Path(__file__).with_name("doors")


class PlatformConfig(AppConfig):
    name = "baroalgi.platform"
    label = "platform"

    def ready(self) -> None:
        pre_migrate.connect(apply_gate, sender=self)
        post_migrate.connect(settle, sender=self)


def apply_gate(*, using: str, **_later: Any) -> None:
    """Create or replace the functions of the gate, as the owner who is about to migrate."""
    with connections[using].cursor() as cursor:
        # One execute: the setting must hold while the bodies name tables that come later.
        bodies = "\n".join(file.read_text() for file in sorted(GATE.glob("*.sql")))
        cursor.execute("BEGIN; SET LOCAL check_function_bodies = off;\n" + bodies + "\nCOMMIT;")


def settle(*, using: str, **_later: Any) -> None:
    """Give the doors their key, and write what this database is: office, demo or not."""
    from baroalgi.platform.crypto import door_pads

    if not settings.ENVIRONMENT.secret_key_file:
        return
    with connections[using].cursor() as cursor:
        cursor.execute(
            """INSERT INTO policy.door_key (inner_pad, outer_pad) VALUES (%s, %s)
               ON CONFLICT (id) DO UPDATE
               SET inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad""",
            list(door_pads()),
        )
        cursor.execute(
            """INSERT INTO platform_installation (id, office_code, is_demo) VALUES (1, %s, %s)
               ON CONFLICT (id) DO NOTHING""",
            [settings.ENVIRONMENT.office, settings.ENVIRONMENT.is_demo],
        )
