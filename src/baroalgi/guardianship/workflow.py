"""States of a child link and the ways between them (design.md §6)."""

from enum import StrEnum


class State(StrEnum):
    """Where a request to see a child stands (domain.md §1.11)."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    ENDED = "ended"


TRANSITIONS: dict[State, tuple[State, ...]] = {
    State.REQUESTED: (State.APPROVED, State.REFUSED, State.ENDED),
    # Back to requested: the undo of who approved, within ten minutes.
    State.APPROVED: (State.ENDED, State.REQUESTED),
    State.REFUSED: (),
    State.ENDED: (),
}
