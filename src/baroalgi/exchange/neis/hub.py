"""Answering a service: what is checked in which order, and the answer as bytes (domain.md §7.4)."""

import logging
from dataclasses import dataclass
from hashlib import blake2b

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from baroalgi.exchange import queries
from baroalgi.exchange.calls import CALLS, Call
from baroalgi.exchange.neis import envelope, said
from baroalgi.exchange.neis.kept import Kept
from baroalgi.exchange.neis.narrowing import Conditions, conditions
from baroalgi.exchange.neis.question import Page, Question
from baroalgi.exchange.neis.rows import neis_row
from baroalgi.exchange.neis.said import Result
from baroalgi.exchange.neis.services import SERVICES, Service
from baroalgi.exchange.types import Found

log = logging.getLogger("baroalgi.hub")

DATED = ("meal", "calendar_day", "lesson")
"""Tables whose rows are a school's of a day: their state is known to the database in one step."""

NOBODY = Call(None, 0, 0)
"""What is counted already."""

KEPT: Kept["Answer"] = Kept(4_000_000)

KEY_STATES = {"unknown": said.UNKNOWN_KEY, "blocked": said.BLOCKED, "over": said.OVER_QUOTA}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. Only one with rows may be kept by others, and has an `etag`."""

    body: bytes
    content_type: str
    etag: str = ""


def answer(path: str, query: bytes, *, quota: int) -> Answer:
    """Return the answer of the service at this path. Never fails: what goes wrong is an answer, too."""
    question = Question.read(query)
    service = SERVICES.get(path)
    if service is None:
        return _result(question, said.NO_SERVICE)
    try:
        return _answered_again(service, question, CALLS.one_more(question.key, quota))
    except (OperationalError, InterfaceError) as trouble:
        log.error("database away: %s", type(trouble).__name__)
        return _result(question, said.DATABASE_AWAY)
    except DatabaseError:
        log.error("unforeseen", exc_info=True)
        return _result(question, said.WRONG_SQL)
    except Exception:  # the protocol has a code of its own for what nobody foresaw, and no other status
        log.error("unforeseen", exc_info=True)
        return _result(question, said.BROKEN)


def _answered_again(service: Service, question: Question, call: Call) -> Answer:
    """Answer; on a connection that has died meanwhile, once more on a new one.

    So nobody need ask before each call whether the connection is alive, as Django does for pages.
    """
    connection.health_check_done = True  # type: ignore[attr-defined]  # unknown to the stubs
    try:
        return _answer(service, question, call)
    except (OperationalError, InterfaceError):
        connection.close()
        return _answer(service, question, call)


def _answer(service: Service, question: Question, call: Call) -> Answer:
    page = question.page()
    if isinstance(page, Result) or question.lacks(service):
        wrong = page if isinstance(page, Result) else said.MISSING
        return _without_rows(question, call, wrong)
    narrowed = conditions(service, queries.SOURCES[service.root], question.said)
    if narrowed.nothing:
        return _without_rows(question, call, said.NOTHING)
    if service.table in DATED:
        return _of_days(service, question, narrowed, page, call)
    return _made(service, question, queries.found(service, narrowed, page, call))


def _without_rows(question: Question, call: Call, what: Result) -> Answer:
    """Say so, unless the key forbids it: that is looked at first, and such a call counts like any other."""
    return _result(question, KEY_STATES.get(queries.key_state(call), what))


def _of_days(service: Service, question: Question, narrowed: Conditions, page: Page, call: Call) -> Answer:
    """Answer about days of a school. That is asked most, so it is made once for each state of its rows."""
    key_state, rows_state = queries.states(call, service, question.said, narrowed)
    if key_state in KEY_STATES:
        return _result(question, KEY_STATES[key_state])
    if rows_state is None:
        return _result(question, said.NOTHING)
    name = (service.path, *question.of_rows)
    kept = KEPT.get(name, rows_state)
    if kept is None:
        # Rows that change in between are newer than their state says: it only is made once more.
        kept = _made(service, question, queries.found(service, narrowed, page, NOBODY))
        KEPT.put(name, rows_state, kept, len(kept.body))
    return kept


def _made(service: Service, question: Question, found: Found) -> Answer:
    if found.key in KEY_STATES:
        return _result(question, KEY_STATES[found.key])
    if not found.rows:
        return _result(question, said.NOTHING)
    rows = [neis_row(service, row, extended=question.is_extended) for row in found.rows]
    text = envelope.rows(service, rows, found.total, in_json=question.is_json).encode()
    etag = f'"{blake2b(text, digest_size=12).hexdigest()}"'
    return Answer(text, _content_type(question), etag)


def _result(question: Question, what: Result) -> Answer:
    body = envelope.result(what, in_json=question.is_json).encode()
    return Answer(body, _content_type(question))


def _content_type(question: Question) -> str:
    return envelope.JSON if question.is_json else envelope.XML
