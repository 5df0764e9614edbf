"""Keeping a few processes running together (stack.md §4). Knows neither Django nor what they do."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from baroalgi.operations import processes
from baroalgi.operations.interrupts import Interrupts
from baroalgi.operations.trouble import CannotRun

QUICK_SECONDS = 10.0  # who dies sooner has not worked
MOST_QUICK_DEATHS = 5
LONGEST_PAUSE = 4.0  # seconds before a child that dies again and again is started again
STOP_SECONDS = 10.0
_LOG_LIMIT = 10 * 2**20  # bytes; a longer log makes room at the next start


@dataclass(frozen=True, slots=True)
class Child:
    """A process to keep running. `environ` is all it gets."""

    name: str
    argv: tuple[str, ...]
    environ: Mapping[str, str]


@dataclass(slots=True)
class _Member:
    child: Child
    process: subprocess.Popen[bytes]
    since: float
    quick_deaths: int = 0  # in a row, whoever caused them
    own_deaths: int = 0  # of these, those that nobody else caused
    due: float | None = field(default=None)  # monotonic time of the next start; None while it runs


class Crew:
    """The running children. They are noted in a file, so that a next command can take over."""

    def __init__(
        self, run_dir: Path, log_dir: Path, interrupts: Interrupts, say: Callable[[str], None]
    ) -> None:
        self._notes = run_dir / "children.json"
        self._log_dir = log_dir
        self._interrupts = interrupts
        self._say = say
        self._members: list[_Member] = []

    def start(self, child: Child) -> None:
        """Start a child; from now on it is kept running."""
        with self._interrupts.held():
            self._members.append(_Member(child, self._spawn(child), time.monotonic()))
            self._note()

    def run(self, child: Child) -> None:
        """Run a child to its end. Raises CannotRun with its last words when it fails."""
        self.start(child)
        member = self._members[-1]
        status = shell_status(member.process.wait())
        self._members.remove(member)
        self._note()
        if status != 0:
            # Ours say themselves who they are; once is enough.
            words = last_words(self.log(child.name)).removeprefix("baroalgi: ")
            raise CannotRun(words if status == 1 else f"{child.name} ended with status {status}: {words}")

    def gone(self) -> str | None:
        """Return the name of a child that does not run, or None when all do."""
        return next((m.child.name for m in self._members if m.process.poll() is not None), None)

    def look(self) -> None:
        """Start again who has died. Raises CannotRun when one ends at once, time and again.

        Who is killed (by somebody, or by a kernel short of memory) has not failed: it is always started
        again.
        """
        now = time.monotonic()
        for member in self._members:
            if member.due is None and member.process.poll() is not None:
                self._mourn(member, now)
            elif member.due is not None and now >= member.due:
                with self._interrupts.held():
                    member.process, member.since, member.due = self._spawn(member.child), now, None
                    self._note()

    def watch(self, besides: Callable[[], None] = lambda: None) -> None:
        """Keep the children running until a signal or a CannotRun ends it.

        `besides` keeps running what they all need; it may raise one too.
        """
        while True:
            besides()
            self.look()
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop all, the last started first: each may finish what it has begun."""
        for member in reversed(self._members):
            if member.process.poll() is None:
                member.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for member in reversed(self._members):
            with suppress(subprocess.TimeoutExpired):
                member.process.wait(max(0.0, deadline - time.monotonic()))
            _kill_group(member.process.pid)
            member.process.wait()
        self._members.clear()
        self._notes.unlink(missing_ok=True)

    def log(self, name: str) -> Path:
        """Return the file that a child's words go to."""
        return self._log_dir / f"{name}.log"

    def _spawn(self, child: Child) -> subprocess.Popen[bytes]:
        # Straight into a file, not through us: a child outlives a killed parent without losing its voice.
        path = self.log(child.name)
        if path.exists() and path.stat().st_size > _LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
        with path.open("ab") as log:
            return subprocess.Popen(
                child.argv, env=dict(child.environ), cwd="/", stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def _mourn(self, member: _Member, now: float) -> None:
        _kill_group(member.process.pid)  # its own children would hold the port
        status = shell_status(member.process.returncode)
        quick = now - member.since < QUICK_SECONDS
        killed = member.process.returncode == -signal.SIGKILL
        member.quick_deaths = member.quick_deaths + 1 if quick else 0
        member.own_deaths = member.own_deaths + (not killed) if quick else 0
        name = member.child.name
        if member.own_deaths >= MOST_QUICK_DEATHS:
            raise CannotRun(
                f"{name} stopped {member.own_deaths} times in a row, at last with status {status}; its log "
                f"{self.log(name)} ends with: {last_words(self.log(name))}"
            )
        member.due = now + min(0.25 * 2**member.quick_deaths, LONGEST_PAUSE)
        self._say(f"{name} stopped with status {status} and is started again (log: {self.log(name)})")

    def _note(self) -> None:
        notes = [
            {"name": m.child.name, "pid": m.process.pid, "started": processes.started(m.process.pid)}
            for m in self._members
        ]
        half = self._notes.with_suffix(".half")
        half.write_text(json.dumps(notes))
        half.replace(self._notes)


@contextmanager
def crew(run_dir: Path, log_dir: Path, interrupts: Interrupts, say: Callable[[str], None]) -> Iterator[Crew]:
    """Have a crew that stops with the block. Stops first what a killed command has left in `run_dir`."""
    take_over(run_dir)
    members = Crew(run_dir, log_dir, interrupts, say)
    try:
        yield members
    finally:
        members.stop()


def take_over(run_dir: Path) -> list[str]:
    """Stop the children of a command that was killed; return their names."""
    notes = run_dir / "children.json"
    if not notes.exists():
        return []
    left = []
    for note in json.loads(notes.read_text()):
        pid, mark = int(note["pid"]), note["started"]
        if mark is not None and processes.started(pid) == mark:
            left.append((note["name"], pid))
        elif mark is not None and processes.started(pid) is None and processes.is_of_this_boot(mark):
            # The child was killed too, but perhaps not its own children, who would hold the port.
            _kill_group(pid)
    for _, pid in left:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for _, pid in left:
        processes.wait_gone(pid, max(0.0, deadline - time.monotonic()))
        _kill_group(pid)
    notes.unlink()
    return [name for name, _ in left]


def shell_status(returncode: int) -> int:
    """Return a status as the shell tells it: killed by signal n is 128 + n."""
    return returncode if returncode >= 0 else 128 - returncode


def last_words(log: Path) -> str:
    """Return the last line of a log that says something: not the indented code of a trace."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if line[:1].strip()]
    return lines[-1] if lines else "nothing"


def _kill_group(group: int) -> None:
    """Kill what is left of a child's session; its number is not given away while a member lives."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
    deadline = time.monotonic() + 5.0
    while processes.group_alive(group) and time.monotonic() < deadline:
        time.sleep(0.02)
