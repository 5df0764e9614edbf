"""What this room hands on to its pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Found:
    """A page of rows of ours, and how many fit. `key`: what came of the caller's key."""

    key: str  # 'active' also without one
    total: int
    rows: tuple[Mapping[str, Any], ...]
