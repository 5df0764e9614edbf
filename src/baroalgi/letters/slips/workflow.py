"""States of a reply slip and the ways between them (design.md §6, ADR 0013)."""

from enum import StrEnum


class State(StrEnum):
    """Where the slip of one child stands. With the rule "both", ANSWERED waits for the last guardian."""

    OPEN = "open"
    ANSWERED = "answered"
    MISSED = "missed"
    CLOSED = "closed"


TRANSITIONS: dict[State, tuple[State, ...]] = {
    State.OPEN: (State.ANSWERED, State.MISSED),
    State.ANSWERED: (State.CLOSED,),
    # Closed: an answer on paper, handed in by the due time and noted by the teacher after it.
    State.MISSED: (State.OPEN, State.CLOSED),
    State.CLOSED: (State.ANSWERED,),
}

TAKES_ANSWERS = (State.OPEN, State.ANSWERED)
AT_DUE = {State.OPEN: State.MISSED, State.ANSWERED: State.CLOSED}
REOPENED = {State.MISSED: State.OPEN, State.CLOSED: State.ANSWERED}
