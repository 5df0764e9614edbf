"""Jobs of this room, run by the worker."""

from baroalgi.letters.slips.jobs import close_due_slips, make_missing_slips

__all__ = ["close_due_slips", "make_missing_slips"]
