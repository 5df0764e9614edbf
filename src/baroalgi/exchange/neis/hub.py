"""Answering a service: what is checked in which order, and the answer as bytes (domain.md §7.4)."""

import logging
from dataclasses import dataclass
from hashlib import blake2b

from django.db import DatabaseError, InterfaceError, OperationalError

from baroalgi.exchange import queries
from baroalgi.exchange.neis import envelope, said
from baroalgi.exchange.neis.question import Question
from baroalgi.exchange.neis.rows import neis_row
from baroalgi.exchange.neis.said import Result
from baroalgi.exchange.neis.services import SERVICES, Service

log = logging.getLogger("baroalgi.hub")

KEY_STATES = {"unknown": said.UNKNOWN_KEY, "blocked": said.BLOCKED, "over": said.OVER_QUOTA}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; only one with rows may be kept by others."""

    body: bytes
    content_type: str
    is_found: bool

    @property
    def etag(self) -> str:
        return f'"{blake2b(self.body, digest_size=12).hexdigest()}"'


def answer(path: str, query: bytes, *, quota: int) -> Answer:
    """Return the answer of the service at this path. Never fails: what goes wrong is an answer, too."""
    question = Question.read(query)
    service = SERVICES.get(path)
    if service is None:
        return _result(question, said.NO_SERVICE)
    try:
        return _answer(service, question, quota)
    except (OperationalError, InterfaceError) as trouble:
        log.error("database away: %s", type(trouble).__name__)
        return _result(question, said.DATABASE_AWAY)
    except DatabaseError:
        log.error("statement of %s", service.path, exc_info=True)
        return _result(question, said.WRONG_SQL)


def _answer(service: Service, question: Question, quota: int) -> Answer:
    page = question.page()
    if isinstance(page, Result) or question.lacks(service):
        # The key comes first in the order of checks; a call with a mistake counts like any other.
        state = queries.key_used(question.key, quota) if question.key else "active"
        wrong = page if isinstance(page, Result) else said.MISSING
        return _result(question, KEY_STATES.get(state, wrong))
    found = queries.page(service, question.said, page, question.key, quota)
    if found.key in KEY_STATES:
        return _result(question, KEY_STATES[found.key])
    if not found.rows:
        return _result(question, said.NOTHING)
    rows = [neis_row(service, row, extended=question.is_extended) for row in found.rows]
    text = envelope.rows(service, rows, found.total, in_json=question.is_json)
    return Answer(text.encode(), _content_type(question), is_found=True)


def _result(question: Question, what: Result) -> Answer:
    body = envelope.result(what, in_json=question.is_json).encode()
    return Answer(body, _content_type(question), is_found=False)


def _content_type(question: Question) -> str:
    return envelope.JSON if question.is_json else envelope.XML
