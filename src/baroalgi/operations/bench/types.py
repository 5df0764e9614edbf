"""What a measurement says."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure beside what is asked of it.

    `sense`: whether `limit` is the most or the least that will do. `said`: what it was made of, in words.
    `shares`: parts of it in the same unit, by name.
    """

    name: str
    what: str
    value: float
    sense: Literal["at most", "at least"]
    limit: float
    unit: str
    said: str
    shares: dict[str, float] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Tell whether the figure is what was asked for."""
        return self.value <= self.limit if self.sense == "at most" else self.value >= self.limit
