"""Rows for the other measurements (role: owner)."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from baroalgi.demo import crowd


def work(n: int, of_class: list[Any] | None = None) -> dict[str, Any]:
    """Make n orders, or n requests for a class (school code, grade, class)."""
    now = timezone.now()
    with transaction.atomic():
        if of_class is None:
            crowd.orders(n, now)
            return {}
        school_code, grade, class_no = of_class
        return {"links": crowd.requests(n, school_code, grade, class_no, now=now)}
