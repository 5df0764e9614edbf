"""How a room describes rows that it publishes, so that another one may narrow and page them by itself."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """Published rows: SQL of the room that owns them. Nothing in it comes from a request.

    `columns`: name → expression; the names are those of the tables' columns. `order` must be total, so that
    pages neither repeat nor lose a row.
    """

    columns: Mapping[str, str]
    tables: str
    where: str
    order: str
