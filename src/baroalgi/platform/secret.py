"""Values that must not show in messages, reprs or logs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A secret text; `reveal()` is the only way to it."""

    _value: str

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "•••"

    __str__ = __repr__
