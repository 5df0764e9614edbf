"""A request as our views see it (for the type checker; Django makes the objects)."""

from collections.abc import Mapping
from datetime import date, datetime

from django.http import HttpRequest

from baroalgi.platform.sessions import Session
from baroalgi.platform.waiting import Waiting
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
    counts: dict[str, int]  # numbers in the menu of staff, as far as the view knows them (ui.build_frame)
    waiting: Mapping[str, Waiting] | None  # for a guardian's children, once it was asked (waiting.of)
