"""What somebody asks of a service: the query string, read as leniently as clients need it.

Names are compared without case, empty values count as absent, unknown names are ignored (domain.md §7.1).
Of a name that comes twice the first value counts. Nothing here fails: bytes that are no UTF-8 become
characters that no row has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl

from baroalgi.exchange.neis import said
from baroalgi.exchange.neis.said import Result
from baroalgi.exchange.neis.services import Service

MOST_ROWS = 1000
ROWS = 100  # unless it is said
SAMPLE_ROWS = 5  # without a key, whatever is asked
_FARTHEST = 2**31  # no list is as long


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows of all that fit: `size` of them from the `offset`-th on."""

    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Question:
    """A request: what it says by name in capitals, and the basic parameters in it."""

    said: Mapping[str, str]

    @classmethod
    @lru_cache(maxsize=256)  # programs ask the same again and again
    def read(cls, query: bytes) -> "Question":
        """Read a query string."""
        found: dict[str, str] = {}
        text = query.decode("utf-8", "replace")
        for name, value in parse_qsl(text, errors="replace"):  # leaves empty values out
            if value := value.strip():
                found.setdefault(name.upper(), value)
        return cls(found)

    @property
    def key(self) -> str:
        return self.said.get("KEY", "")

    @property
    def of_rows(self) -> tuple[tuple[str, str], ...]:
        """Return what decides about the rows of the answer and their form: all but whose key it is."""
        said = [(name, value) for name, value in self.said.items() if name != "KEY"]
        return (*sorted(said), ("", "keyed" if self.key else ""))

    @property
    def is_json(self) -> bool:
        return self.said.get("TYPE", "").lower() == "json"

    @property
    def is_extended(self) -> bool:
        return self.said.get("FIELDS", "").lower() == "extended"

    def page(self) -> Page | Result:
        """Return the page that is asked for, or what is wrong with it."""
        index, size = (self._number("PINDEX", 1), self._number("PSIZE", ROWS))
        if index is None or size is None:
            return said.WRONG_TYPE
        if size > MOST_ROWS:
            return said.TOO_MANY
        if not self.key:
            return Page(0, SAMPLE_ROWS)
        return Page(min((index - 1) * size, _FARTHEST), size)

    def _number(self, name: str, default: int) -> int | None:
        """Return a whole number from 1 on, None for anything else."""
        text = self.said.get(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdecimal()):
            return None
        # Python refuses to read numbers of thousands of digits; so many are too many anyhow.
        return int(text.lstrip("0")[:12] or 0) or None

    def lacks(self, service: Service) -> bool:
        """Tell whether a parameter that the service needs is missing."""
        return any(name not in self.said for name in service.required)
