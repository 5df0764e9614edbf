"""PostgreSQL's own programs for dump and restore, of the machine or of the wheel."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from psycopg import pq
from psycopg.conninfo import conninfo_to_dict

from baroalgi.operations.postgres.program import wheel_bin
from baroalgi.operations.trouble import CannotRun

__all__ = ["dumping", "restoring"]


@contextmanager
def dumping(url: str, *arguments: str, major: int) -> Iterator[IO[bytes]]:
    """Run pg_dump in its own format; yield what it writes. Raises CannotRun when it fails.

    `major`: version of the server; an older program can't read a newer server.
    """
    # Rows are seen under the owner's policies, which show all (the caller has looked).
    command = [_program("pg_dump", major), "--format=custom", "--enable-row-security", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=_environ(url)
    ) as process:
        assert process.stdout  # noqa: S101 - it is a pipe
        try:
            yield process.stdout
        except BaseException:
            process.kill()
            raise
        _judge("pg_dump", process)


@contextmanager
def restoring(url: str, *, major: int) -> Iterator[IO[bytes]]:
    """Run pg_restore in one transaction; yield what it reads. Raises CannotRun, and then nothing is there."""
    command = [_program("pg_restore", major), "--single-transaction", "--exit-on-error", "--dbname="]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_environ(url)
    ) as process:
        assert process.stdin  # noqa: S101 - it is a pipe
        try:
            yield process.stdin
            process.stdin.close()
        except BrokenPipeError:
            pass  # it says itself why it stopped
        except BaseException:
            process.kill()
            raise
        _judge("pg_restore", process)


def _judge(name: str, process: "subprocess.Popen[bytes]") -> None:
    said = (process.stderr.read() if process.stderr else b"").decode(errors="replace").strip()
    if process.wait() != 0:
        # The first line names the trouble, those behind it quote the statement.
        raise CannotRun(f"{name} failed: {said.splitlines()[0] if said else process.returncode}")


def _environ(url: str) -> dict[str, str]:
    """Return the environment with the place and the password, which must not stand on a command line."""
    given = conninfo_to_dict(url)
    known = pq.Conninfo.get_defaults()
    names = {option.keyword.decode(): option.envvar.decode() for option in known if option.envvar}
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return environ | {names[key]: str(value) for key, value in given.items() if key in names}


def _program(name: str, major: int) -> str:
    """Return the machine's own program when it is new enough (it speaks TLS), else the wheel's."""
    own = shutil.which(name)
    if own and _major(own) >= major:
        return own
    bin_dir = wheel_bin()
    if bin_dir and _major(str(bin_dir / name)) >= major:
        return str(bin_dir / name)
    raise CannotRun(f"There is no {name} {major} here; install postgresql-client-{major}.")


def _major(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)", said)
    return int(found[1]) if found else 0
