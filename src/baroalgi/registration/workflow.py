"""States of a certificate application and the ways between them (design.md §6).

The database refuses every other change (`rls.transitions`).
"""

from enum import StrEnum


class State(StrEnum):
    """Where an application stands (domain.md §1.9)."""

    SUBMITTED = "submitted"
    PAPERS_RECEIVED = "papers_received"
    RETURNED = "returned"
    APPROVED = "approved"
    ISSUED = "issued"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


TRANSITIONS: dict[State, tuple[State, ...]] = {
    State.SUBMITTED: (State.PAPERS_RECEIVED, State.RETURNED, State.CANCELLED, State.LAPSED),
    State.PAPERS_RECEIVED: (State.APPROVED, State.RETURNED),
    State.RETURNED: (State.SUBMITTED, State.PAPERS_RECEIVED, State.CANCELLED, State.LAPSED),
    State.APPROVED: (State.ISSUED, State.CANCELLED, State.LAPSED),
    State.ISSUED: (),
    State.CANCELLED: (),
    State.LAPSED: (),
}

CLOSED = (State.ISSUED, State.CANCELLED, State.LAPSED)
