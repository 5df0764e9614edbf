"""Refusing is normal: a typed exception with a sentence for people."""

from typing import Any, ClassVar

from django.db import IntegrityError
from django.utils.functional import Promise


class Refused(Exception):
    """We understood, and say no. Children are defined beside the action that raises them.

    `message` is a Korean sentence with named places, filled from the keywords given when raising;
    `field` names the form's field it belongs to, if there is one.
    """

    message: ClassVar[str | Promise]
    field: ClassVar[str | None] = None

    def __init__(self, **places: Any) -> None:
        self.places = places
        super().__init__()

    def __str__(self) -> str:
        return str(self.message) % self.places if self.places else str(self.message)


def constraint_of(error: IntegrityError) -> str:
    """Return the name of the constraint that the database stood on, for those that mean a refusal."""
    return str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", ""))
