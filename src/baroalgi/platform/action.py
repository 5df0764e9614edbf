"""Actions: writes that people can notice."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

from baroalgi.platform import audit
from baroalgi.platform.refusal import Refused

P = ParamSpec("P")
R = TypeVar("R")


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a write that people can notice: all of it or none, and never without an audit row.

    The savepoint lets a refusal undo its own writes while the surrounding
    transaction lives on to keep the row that says it was refused.
    """

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        before = audit.written()
        try:
            with transaction.atomic():
                result = function(*args, **kwargs)
                if audit.written() == before:
                    raise RuntimeError(f"{function.__qualname__} wrote no audit row")
                return result
        except Refused as refusal:
            audit.refused(kwargs["by"], function.__name__, why=type(refusal).__name__)  # type: ignore[arg-type]
            raise

    return wrapper
