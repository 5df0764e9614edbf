"""Signals as exceptions, so that `finally` runs: a killed command leaves nothing behind."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """Within the block the first Ctrl-C, SIGTERM or SIGHUP raises SystemExit(0); later ones do nothing.

    Later ones would interrupt the tidying up, which is what an impatient second Ctrl-C must not do;
    everything that tidies up has a time limit of its own.
    """

    def __init__(self) -> None:
        self._held = False
        self._seen = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._on_signal) for number in _SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Put an interruption off until the end of the block: between starting a child and noting it."""
        self._held, due = True, self._seen
        try:
            yield
        finally:
            self._held = False
        if self._seen and not due:
            raise SystemExit(0)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        first, self._seen = not self._seen, True
        if first and not self._held:
            raise SystemExit(0)
