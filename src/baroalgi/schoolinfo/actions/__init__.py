"""Every write of what a school tells. Of two people who write the same, the second one is told."""

from baroalgi.schoolinfo.actions.bells import BellsTaken, put_bells
from baroalgi.schoolinfo.actions.calendar import EventTaken, add_event, cancel_event, change_event
from baroalgi.schoolinfo.actions.listing import begin_import, end_import, note_done, take_rows
from baroalgi.schoolinfo.actions.meals import MealsTaken, put_meals
from baroalgi.schoolinfo.actions.plans import PlanTaken, write_plan
from baroalgi.schoolinfo.actions.sheet import Overtaken, put_sheet
from baroalgi.schoolinfo.actions.timetable import (
    CellsTaken,
    change_day,
    draft_timetable,
    publish_timetable,
)

__all__ = [
    "BellsTaken",
    "CellsTaken",
    "EventTaken",
    "MealsTaken",
    "Overtaken",
    "PlanTaken",
    "add_event",
    "begin_import",
    "cancel_event",
    "change_day",
    "change_event",
    "draft_timetable",
    "end_import",
    "note_done",
    "publish_timetable",
    "put_bells",
    "put_meals",
    "put_sheet",
    "take_rows",
    "write_plan",
]
