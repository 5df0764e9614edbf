"""Applies the gate before the first migration that leans on it."""

from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import pre_migrate

GATE = Path(__file__).with_name("gate.sql")


class PlatformConfig(AppConfig):
    name = "baroalgi.platform"
    label = "platform"

    def ready(self) -> None:
        pre_migrate.connect(apply_gate, sender=self)


def apply_gate(*, using: str, **_later: Any) -> None:
    """Create or replace the functions of the gate, as the owner who is about to migrate."""
    with connections[using].cursor() as cursor:
        # One execute: the setting must hold while the bodies name tables that come later.
        cursor.execute("BEGIN; SET LOCAL check_function_bodies = off;\n" + GATE.read_text() + "\nCOMMIT;")
