"""Pages in which a school enters what it tells: timetable, calendar, meals, weekly plans."""
