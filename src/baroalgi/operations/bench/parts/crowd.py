"""Rows for the other measurements (role: owner)."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from baroalgi.demo import crowd

KINDS: dict[str, Callable[..., Any]] = {
    "orders": transaction.atomic(crowd.orders),
    "requests": transaction.atomic(crowd.requests),
    "letter_with_files": transaction.atomic(crowd.letter_with_files),
    "letters": crowd.letters,  # commits in between
}


def work(kind: str, **facts: Any) -> dict[str, Any]:
    """Make so many of a kind; `made` is what the demo tells of them."""
    return {"made": KINDS[kind](**facts, now=timezone.now())}
