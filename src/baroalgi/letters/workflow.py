"""States of a letter and the ways between them (design.md §6)."""

from enum import StrEnum


class State(StrEnum):
    """Where a letter stands. Editing a published one adds a version, never a state."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


TRANSITIONS: dict[State, tuple[State, ...]] = {
    State.DRAFT: (State.SCHEDULED, State.PUBLISHED),
    State.SCHEDULED: (State.DRAFT, State.PUBLISHED),
    State.PUBLISHED: (State.WITHDRAWN,),
    State.WITHDRAWN: (),
}

SHOWN = (State.PUBLISHED, State.WITHDRAWN)
"""States of a letter that has an address: it was sent, and has its place on the board."""
