"""Log lines: one for each request, job and order, under its number, and nothing about a person."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from baroalgi.platform import logs

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What is logged, as JSON."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.Json())
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.removeHandler(handler)


def test_a_request_is_one_line_under_the_number_that_its_answer_and_its_trail_bear(world, as_guardian, lines):
    link = world.link(guardian=world.seoyeon, child=world.garam)
    parent = as_guardian(world.seoyeon)
    answer = parent.get(f"/children/{link.public_id}/?secret=이서연")
    number = answer["X-Request-Id"]
    assert world.audit()[-1].request_id == number
    [line] = [line for line in lines() if line["request"] == number]
    assert line | {"time": "", "ms": 0, "statements": 0} == {
        "time": "", "level": "info", "logger": "baroalgi.http", "message": "request", "request": number,
        "method": "GET", "page": "portal:overview", "status": 200, "ms": 0, "statements": 0,
    }  # fmt: skip
    assert line["time"].endswith("Z")
    assert 5 < line["statements"] < 30
    assert line["ms"] > 0


def test_a_token_in_an_address_and_a_made_up_method_stay_out(visitor, lines):
    visitor.get("/certificate/issue/Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6/")
    visitor.get("/이서연/800307-2302033/")
    visitor.generic("이서연", "/")
    visitor.get("/healthz")
    assert [(line["method"], line["page"], line["status"]) for line in lines()] == [
        ("GET", "registration:issue", 410), ("GET", "-", 404), ("other", "portal:home", 405),
    ]  # fmt: skip
    assert "Zm9v" not in json.dumps(lines())
    assert "이서연" not in json.dumps(lines(), ensure_ascii=False)


def test_an_unforeseen_error_is_told_by_kind_and_place_and_its_page_names_the_number(
    visitor, lines, monkeypatch
):
    def broken(*_: object) -> None:
        raise ValueError("이서연 800307-2302033")

    monkeypatch.setattr("baroalgi.portal.views.render", broken)
    visitor.raise_request_exception = False
    answer = visitor.get("/")
    number = answer["X-Request-Id"]
    assert answer.status_code == 500
    assert number in answer.content.decode()
    unforeseen, request = lines()
    assert (unforeseen["message"], unforeseen["error"]) == ("unforeseen", "ValueError")
    assert "test_logs.py:" in unforeseen["at"]
    assert "이서연" not in json.dumps([unforeseen, request], ensure_ascii=False)
    assert {unforeseen["request"], request["request"]} == {number}
    assert request["status"] == 500


def test_a_database_that_is_away_is_a_friendly_page_with_the_number(visitor, lines):
    def away(*_: object) -> None:
        raise OperationalError("FATAL: 이서연")

    with connection.execute_wrapper(away):
        answer = visitor.post("/certificate/status/")  # a reading would be tried once more
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert answer["X-Request-Id"] in answer.content.decode()
    assert [line["message"] for line in lines()] == ["database away: OperationalError", "request"]
    assert lines()[-1]["page"] == "registration:status"
    assert "이서연" not in json.dumps(lines(), ensure_ascii=False)


def test_sentences_of_other_packages_are_written_without_what_was_filled_in(lines):
    logging.getLogger("asyncio").error("Task %s failed", "parent0@example.kr")
    try:
        raise RuntimeError("parent0@example.kr refused")
    except RuntimeError:
        logging.getLogger("smtp").exception("no mail to %(to)s", {"to": "parent0@example.kr"})
    first, second = lines()
    assert first["message"] == "Task %s failed"
    assert (second["message"], second["error"]) == ("no mail to %(to)s", "RuntimeError")
    assert "parent0" not in json.dumps([first, second])


def test_a_terminal_gets_the_same_as_text():
    record = logging.LogRecord("baroalgi.x", logging.INFO, "", 0, "said %s", ("it",), None)
    record.facts = {"ms": 3}
    logs.begin("ab12")
    assert logs.Text().format(record).split(" ", 1)[1] == "info baroalgi.x said it request=ab12 ms=3"


def test_a_job_is_one_line_under_its_number_in_the_queue(world, as_role, lines):
    as_role("worker")
    name = "guardianship.tell_homeroom"
    job = Job(id=7, queue="default", lock=None, queueing_lock=None, task_name=name)
    context = JobContext(app=app, job=job, start_timestamp=0, abort_reason=lambda: None)
    app.tasks[name](context, link_id=0)
    [line] = lines()
    assert (line["logger"], line["message"], line["job"]) == ("baroalgi.jobs", "job", name)
    assert line["request"] == "job:7"
