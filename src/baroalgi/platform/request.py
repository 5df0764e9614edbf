"""A request as our views see it (for the type checker; Django makes the objects)."""

from datetime import date, datetime

from django.http import HttpRequest

from baroalgi.platform.sessions import Session
from baroalgi.policy import Actor


class Request(HttpRequest):
    """What `platform.http` adds to a request before a view runs."""

    actor: Actor
    now: datetime
    today: date  # of `now`, in Asia/Seoul
    id: str
    origin: str  # the address it came from
    line: str  # what is counted as one visitor: the address, of IPv6 the network (http._line)
    session: Session
    expired_person: int | None
    database_trouble: bool  # the database failed while this was answered
    counts: dict[str, int]  # numbers in the menu, as far as the view knows them (ui.build_frame)
