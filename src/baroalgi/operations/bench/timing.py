"""Comparing two ways of doing something, turn by turn in one run."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from django.db import connection


def turns(rounds: int, *ways: Callable[[], object], clock: Callable[[], float]) -> list[float]:
    """Do each way once a round, and return the median seconds of each."""
    taken: list[list[float]] = [[] for _way in ways]
    for _n in range(rounds):
        for way, seconds in zip(ways, taken, strict=True):
            begun = clock()
            way()
            seconds.append(clock() - begun)
    return [median(seconds) for seconds in taken]


def cpu(rounds: int, *ways: Callable[[], object]) -> list[float]:
    """Return the median CPU seconds of this process for each way."""
    return turns(rounds, *ways, clock=time.process_time)


def wall(rounds: int, *ways: Callable[[], object]) -> list[float]:
    """Return the median seconds on the clock for each way."""
    return turns(rounds, *ways, clock=time.perf_counter)


def in_database(rounds: int, ask: Callable[[], object]) -> float:
    """Return the median seconds that the program waits for the statements of a call."""
    waited: list[float] = []

    def watched(execute: Callable[..., Any], *statement: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(*statement)
        finally:
            waited[-1] += time.perf_counter() - begun

    with connection.execute_wrapper(watched):
        for _n in range(rounds):
            waited.append(0.0)
            ask()
    return median(waited)
