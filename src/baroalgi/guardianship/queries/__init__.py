"""Reads of this room. Row policies limit what each of them finds.

What a guardian sees of the own requests, what lies on a desk, and how requests stand everywhere.
"""

from baroalgi.guardianship.queries.desk import (
    UNDO_LIFE,
    approvals,
    deciders,
    desk_summary,
    linked_students,
    request,
    requests,
    waiting_for,
)
from baroalgi.guardianship.queries.everywhere import classes, left_behind, office_requests, open_requests
from baroalgi.guardianship.queries.own import matching_student, own_request, own_requests, progress

__all__ = [
    "UNDO_LIFE",
    "approvals",
    "classes",
    "deciders",
    "desk_summary",
    "left_behind",
    "linked_students",
    "matching_student",
    "office_requests",
    "open_requests",
    "own_request",
    "own_requests",
    "progress",
    "request",
    "requests",
    "waiting_for",
]
