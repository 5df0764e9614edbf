"""Facts about processes that are not our children (any more)."""

import os
import subprocess
import time
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def started(pid: int) -> str | None:
    """Return a mark of when the process began, or None when there is none (a zombie is none).

    Pid and mark together name a process for good: a pid is used again, also after a reboot.
    """
    if not Path("/proc/self/stat").exists():
        return _started_by_ps(pid)
    try:
        # The second field is the program's name and may hold anything, parentheses too.
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    if fields[0] in "ZX":
        # Without a reaping init (a container) the dead of a killed parent stay in the table.
        return None
    return f"{_BOOT_ID.read_text().strip()} {fields[19]}"


def is_of_this_boot(mark: str) -> bool:
    """Tell whether a mark of `started` is surely from since the machine was switched on."""
    return _BOOT_ID.exists() and mark.startswith(_BOOT_ID.read_text().strip())


def _started_by_ps(pid: int) -> str | None:
    answer = subprocess.run(
        ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    state, _, moment = answer.stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else moment.strip()


def command(pid: int) -> str:
    """Return the command line of a process, empty when there is none."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        if Path("/proc/self/cmdline").exists():
            return ""
    answer = subprocess.run(
        ["/bin/ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout


def alive(pid: int) -> bool:
    """Tell whether there is such a process that is not a zombie."""
    return started(pid) is not None


def wait_gone(pid: int, seconds: float) -> bool:
    """Wait until the process is gone; False when it is still there after so many seconds."""
    deadline = time.monotonic() + seconds
    while alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def group_alive(group: int) -> bool:
    """Tell whether a process group has a member that is not a zombie."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    if not Path("/proc/self/stat").exists():
        return True
    return any(_group_of(entry) == group for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _group_of(entry: Path) -> int | None:
    try:
        fields = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else int(fields[2])


def children(pid: int) -> list[int]:
    """Return the processes that this one started and that still live."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except (FileNotFoundError, ProcessLookupError):
        answer = subprocess.run(
            ["/bin/ps", "-o", "pid=,ppid=", "-A"], capture_output=True, text=True, check=False
        )
        pairs = (line.split() for line in answer.stdout.splitlines())
        return [int(child) for child, parent in pairs if int(parent) == pid]
    return [int(child) for child in listed.split()]
