"""Log lines: JSON for machines, text for terminals, and in neither anything about a person.

A line is a sentence of ours with facts beside it (`say`), under the number of the request, job or order at
hand. Two habits of programs would bring typed things in and are stopped here: the message of an exception
quotes values, so only its kind and place are written; other people's packages put values into their
sentences, so these are written as they stand in the code, without what was to be filled in.

Knows no Django: the server's own process has none.
"""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

_number: ContextVar[str] = ContextVar("number", default="")
_OURS = "baroalgi"
# Its sentences are made before they come here, of names of jobs and ids.
_TRUSTED = (_OURS, "procrastinate", "_granian")


def begin(number: str) -> None:
    """Put the lines from now on, in this request, job or order, under its number."""
    _number.set(number)


def say(log: logging.Logger, level: int, sentence: str, **facts: object) -> None:
    """Write a line. `facts`: names of ours, numbers and moments; never what somebody typed or is called."""
    log.log(level, sentence, extra={"facts": facts})


class Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_line(record), ensure_ascii=False, default=str)


class Text(logging.Formatter):
    """The same for human eyes: moment, level, logger, sentence, facts."""

    def format(self, record: logging.LogRecord) -> str:
        line = _line(record)
        head = " ".join(str(line.pop(name)) for name in ("time", "level", "logger", "message"))
        return " ".join([head, *(f"{name}={value}" for name, value in line.items())])


def _line(record: logging.LogRecord) -> dict[str, Any]:
    moment = datetime.fromtimestamp(record.created, UTC)
    line = {
        "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": _sentence(record),
    }
    if number := _number.get():
        line["request"] = number
    line |= getattr(record, "facts", {})
    if record.exc_info and record.exc_info[1] is not None:
        line |= where(record.exc_info[1])
    return line


def where(error: BaseException) -> dict[str, str]:
    """Return kind and place of an exception, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"
    return {"error": type(error).__name__, "at": place}


def _sentence(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] in _TRUSTED:
        return record.getMessage()
    return str(record.msg)
