"""Every write of what a school tells. Of two people who write the same, the second one is told."""

from baroalgi.schoolinfo.actions.sheet import Overtaken, put_sheet

__all__ = ["Overtaken", "put_sheet"]
