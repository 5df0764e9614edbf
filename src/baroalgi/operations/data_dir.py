"""The directory in which an installation keeps what is its own: cluster, secrets, mail, logs, files."""

import os
import shutil
from pathlib import Path

from baroalgi.operations.trouble import CannotRun

# Raised when the arrangement of the directory changes so that an older program can't use it.
LAYOUT = "1"
LEAST_FREE = 200 * 2**20  # bytes; an empty cluster takes 50 MB, its first log segments 32


def default() -> Path:
    """Return where the data lies when nothing is said: root's is a place that other accounts reach."""
    if os.geteuid() == 0:
        return Path("/var/lib/baroalgi")
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "baroalgi"


def claim(data_dir: Path) -> Path:
    """Make the directory, or recognise it as ours whatever its version, and return its real path.

    Raises CannotRun when it holds other things, is closed to us, or is new and its disk full.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        data_dir = data_dir.resolve()
        if not _mark(data_dir).exists():
            if any(data_dir.iterdir()):
                raise CannotRun(f"{data_dir} holds other things; name an empty directory by --data-dir.")
            if shutil.disk_usage(data_dir).free < LEAST_FREE:
                raise CannotRun(disk_full(data_dir))
            # As root the database's account passes through; what is inside is closed by its own modes.
            data_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)
            _mark(data_dir).write_text(LAYOUT + "\n")
        if not os.access(data_dir, os.W_OK):
            raise PermissionError
    except (PermissionError, NotADirectoryError, FileExistsError):
        raise CannotRun(
            f"{data_dir} is no directory that can be written to; name another by --data-dir."
        ) from None
    return data_dir


def prepare(data_dir: Path) -> Path:
    """Claim the directory and make its folders. Raises CannotRun also when it is of another version."""
    data_dir = claim(data_dir)
    if (found := _mark(data_dir).read_text().strip()) != LAYOUT:
        raise CannotRun(
            other_version(data_dir, f"a baroalgi with data of layout {found}", f"layout {LAYOUT}")
        )
    for folder, mode in (("secrets", 0o700), ("log", 0o700), ("program", 0o755)):
        (data_dir / folder).mkdir(mode=mode, exist_ok=True)
    return data_dir


def empty(data_dir: Path) -> None:
    """Delete everything in a claimed directory but its mark and locks. Nothing may run on it any more."""
    for entry in data_dir.iterdir():
        # Who holds a lock holds a file, not a name: a new file of that name would let a second one in.
        if entry == _mark(data_dir) or entry.suffix == ".lock":
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    _mark(data_dir).write_text(LAYOUT + "\n")


def _mark(data_dir: Path) -> Path:
    return data_dir / "baroalgi-data"


def disk_full(data_dir: Path) -> str:
    """Return the sentence about a full disk."""
    free = shutil.disk_usage(data_dir).free // 2**20
    return (
        f"The disk of {data_dir} is full ({free} MB free); make room (at least {LEAST_FREE // 2**20} MB) "
        "or name another place by --data-dir."
    )


def other_version(data_dir: Path, found: str, wanted: str) -> str:
    """Return the sentence about data that another version made."""
    return (
        f"{data_dir} was made by {found} and this program needs {wanted}; name another --data-dir, or "
        "begin anew with --reset (that deletes what is in it)."
    )
