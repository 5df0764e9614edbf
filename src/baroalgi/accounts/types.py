"""What this room hands out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a certificate of ours, and whether it is good."""

    person_id: int
    state: str
    confirmed: bool
