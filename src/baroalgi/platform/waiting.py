"""What waits for a guardian, by child: letters not opened yet, slips to be answered (doors/6_slips.sql).

The frame of every page of a guardian says it, so it is asked once for a request, by whoever needs it first.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection

from baroalgi.platform import gate
from baroalgi.policy import Actor


@dataclass(frozen=True, slots=True)
class Waiting:
    """Letters of one child by their number: `unread` newest first, `to_answer` what is due first."""

    unread: tuple[int, ...] = ()
    to_answer: tuple[int, ...] = ()

    @property
    def news(self) -> int:
        """Return how many letters wait in one way or the other."""
        return len({*self.unread, *self.to_answer})


NOTHING = Waiting()


class Asking(Protocol):
    """The request that asks, as far as it is needed here; `waiting`: what was found already."""

    actor: Actor
    waiting: Mapping[str, Waiting] | None


def of(request: Asking) -> Mapping[str, Waiting]:
    """Return what waits by public id of the child; empty for who is no guardian. One statement, once."""
    # After the unit of work nobody is known any more, and nothing would be found.
    if request.waiting is None and request.actor.children and connection.in_atomic_block:
        request.waiting = told(json.loads(gate.ask("waiting_letters")))
    return request.waiting or {}


def told(by_child: Mapping[str, Mapping[str, Any]]) -> dict[str, Waiting]:
    """Return what a door said of waiting letters."""
    return {child: Waiting(tuple(row["unread"]), tuple(row["to_answer"])) for child, row in by_child.items()}
