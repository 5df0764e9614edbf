"""Starting, sharing, taking over and stopping the embedded server.

One process owns a data directory: it holds the lock and stops the server when it leaves. Whoever
comes later is a guest. When the owner was killed, its lock is free while the server still runs: the
next one adopts it.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql

from baroalgi.operations import data_dir as data_dirs
from baroalgi.operations import processes
from baroalgi.operations.postgres import program, roles
from baroalgi.operations.postgres.program import Program
from baroalgi.operations.trouble import CannotRun

START_SECONDS = 60.0  # a server that recovers after a crash may need a while
STOP_SECONDS = 30.0
_SOCKET_PATH_LIMIT = 100  # bytes; the system's limit is 107 with the file's name


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. Roles are `owner`, `app`, `worker`, `signer`, `read` and `postgres`."""

    data_dir: Path
    socket_dir: Path
    bin_dir: Path
    # Only the owner's server has one: a guest starts nothing.
    keeper: "_Keeper | None" = field(default=None, repr=False, compare=False)

    def url(self, role: str, database: str = roles.DATABASE) -> str:
        """Return a DATABASE_URL for one role. It holds the password: for environments, not for eyes."""
        password = roles.password_file(_secrets(self.data_dir), role).read_text()
        place = urlencode({"host": str(self.socket_dir)}, quote_via=quote)
        return f"postgresql://{roles.login_of(role)}:{password}@/{database}?{place}"

    def admin(self, database: str = "postgres") -> psycopg.Connection:
        """Connect as superuser, each statement on its own. For setting up and for tests only."""
        return psycopg.connect(self.url(roles.SUPERUSER, database), autocommit=True, connect_timeout=10)

    @property
    def log(self) -> Path:
        """The file that the server writes what it has to say to."""
        return _log(self.data_dir)

    def revive(self) -> bool:
        """Start the server again if it has died, and wait until it has recovered; False when it runs.

        For its owner. Raises CannotRun when it can't be started.
        """
        return self.keeper is not None and self.keeper.revive()

    def note(self) -> str:
        """Return what was noted on the database `baroalgi`, empty when nothing was."""
        with self.admin() as admin:
            row = admin.execute(
                "SELECT coalesce(shobj_description(oid, 'pg_database'), '') "
                "FROM pg_database WHERE datname = %s",
                [roles.DATABASE],
            ).fetchone()
        return str(row[0]) if row else ""

    def set_note(self, text: str) -> None:
        """Note something on the database `baroalgi`; it goes where the database goes."""
        with self.admin() as admin:
            admin.execute(
                sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                    sql.Identifier(roles.DATABASE), sql.Literal(text)
                )
            )

    def create_database(self, name: str, template: str | None = None) -> None:
        """Create a database owned by `baroalgi_owner`, empty or as a copy."""
        with self.admin() as admin:
            roles.create_database(admin, name, template)

    def drop_database(self, name: str) -> None:
        """Drop a database if it is there, cutting off whoever uses it."""
        with self.admin() as admin:
            roles.drop_database(admin, name)


@contextmanager
def running(data_dir: Path, *, durable: bool = True) -> Iterator[Server]:
    """Have the server of this data directory run while the block runs.

    Makes the cluster, the roles and the database `baroalgi` the first time. A server started here
    stops with the block; one that another process owns is used and left. `durable=False` trades
    safety for speed (tests). The caller turns SIGTERM into an exception, or the server stays.

    Raises CannotRun when the disk is full, the directory is of another version or can't be reached.
    """
    data_dir = data_dirs.prepare(data_dir)
    _check_version(data_dir)
    programs = program.find(data_dir)
    server = Server(data_dir, _socket_dir(data_dir, programs), programs.bin_dir)
    with _lock(data_dir, server) as owner:
        if not owner:
            yield server
            return
        keeper = _Keeper(server, programs, durable=durable)
        keeper.start()
        try:
            with server.admin() as admin:
                roles.settle(admin, _secrets(data_dir))
            yield replace(server, keeper=keeper)
        finally:
            keeper.stop()
            if server.socket_dir.parent != data_dir:
                server.socket_dir.rmdir()


class _Keeper:
    """The owner's hold on the running server, adopted or started here."""

    def __init__(self, server: Server, programs: Program, *, durable: bool) -> None:
        self._server, self._programs, self._durable = server, programs, durable
        self._child: subprocess.Popen[bytes] | None = None
        self._pid = 0

    def start(self) -> None:
        self._child = None
        if (pid := _adopt(self._server)) is None:
            self._child = _start(self._server, self._programs, durable=self._durable)
            pid = self._child.pid
        self._pid = pid

    def revive(self) -> bool:
        if processes.alive(self._pid):
            return False
        if self._child is not None:
            self._child.wait()
        self.start()
        return True

    def stop(self) -> None:
        _stop(self._pid)
        if self._child is not None:
            self._child.wait()


def stop_leftover(data_dir: Path) -> bool:
    """Stop a server whose owner was killed. False when a living owner holds the directory."""
    data_dir = data_dir.resolve()
    if not _lock_file(data_dir).exists():
        return True
    with _lock_file(data_dir).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if (pid := _postmaster(data_dir)) is not None:
            _stop(pid)
        return True


def _cluster(data_dir: Path) -> Path:
    return data_dir / "postgres"


def _secrets(data_dir: Path) -> Path:
    return data_dir / "secrets"


def _lock_file(data_dir: Path) -> Path:
    return data_dir / "database.lock"


def _log(data_dir: Path) -> Path:
    return data_dir / "log" / "postgres.log"


def _check_version(data_dir: Path) -> None:
    marker = _cluster(data_dir) / "PG_VERSION"
    if os.access(marker, os.R_OK) and (found := marker.read_text().strip()) != program.MAJOR:
        raise CannotRun(
            data_dirs.other_version(data_dir, f"PostgreSQL {found}", f"PostgreSQL {program.MAJOR}")
        )


def _socket_dir(data_dir: Path, programs: Program) -> Path:
    """Return a directory for the socket, open to its account and to us only."""
    folder = data_dir / "socket"
    if len(os.fsencode(folder)) > _SOCKET_PATH_LIMIT:
        mark = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
        folder = Path(f"/tmp/baroalgi-{os.geteuid()}-{mark}")  # noqa: S108 - checked to be ours below
    folder.mkdir(mode=0o700, exist_ok=True)
    programs.give(folder)
    found = folder.lstat()
    owner = os.geteuid() if programs.account is None else programs.account.uid
    if found.st_uid != owner or folder.is_symlink():
        raise CannotRun(f"{folder} belongs to somebody else; remove it or choose another --data-dir.")
    return folder


@contextmanager
def _lock(data_dir: Path, server: Server) -> Iterator[bool]:
    """Yield True to the one owner, False to a guest once the owner's server answers."""
    with _lock_file(data_dir).open("a") as file:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if _answers(server, "owner", roles.DATABASE):
                    yield False
                    return
                if time.monotonic() > deadline:
                    raise CannotRun(
                        f"Another process holds {data_dir} and its database does not answer; end that "
                        "process and try again."
                    ) from None
                time.sleep(0.05)
            else:
                yield True
                return


def _answers(server: Server, role: str, database: str) -> bool:
    try:
        with psycopg.connect(server.url(role, database), connect_timeout=10):
            return True
    except (psycopg.OperationalError, FileNotFoundError):
        return False


def _postmaster(data_dir: Path) -> int | None:
    """Return the pid of the server that runs on this directory, whoever started it."""
    cluster = _cluster(data_dir)
    try:
        pid = int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    # After a reboot the pid may be anybody's.
    return pid if f" -D {cluster} " in processes.command(pid) and processes.alive(pid) else None


def _adopt(server: Server) -> int | None:
    pid = _postmaster(server.data_dir)
    if pid is None:
        return None
    deadline = time.monotonic() + START_SECONDS
    while processes.alive(pid):
        if _answers(server, roles.SUPERUSER, "postgres"):
            return pid
        if time.monotonic() > deadline:
            raise CannotRun(
                f"A database server (process {pid}) runs on {server.data_dir} and does not answer; end it "
                "and try again."
            )
        time.sleep(0.05)
    return None


def _start(server: Server, programs: Program, *, durable: bool) -> subprocess.Popen[bytes]:
    data_dir, cluster, log = server.data_dir, _cluster(server.data_dir), _log(server.data_dir)
    if not cluster.exists():
        _make_cluster(data_dir, programs, durable=durable)
    programs.give(cluster)
    _check_reach(data_dir, cluster, programs)
    settings = [
        f"unix_socket_directories={_quoted(server.socket_dir)}",
        "unix_socket_permissions=0700",
        "listen_addresses=",
        "timezone=Asia/Seoul",
        "log_timezone=Asia/Seoul",
        # Statements and their details hold what people typed; the log is no place for it.
        "log_min_error_statement=panic",
        "log_error_verbosity=terse",
    ]
    if not durable:
        settings += ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off"]
    options = [part for setting in settings for part in ("-c", setting)]
    _forget_killed(cluster, server)
    deadline = time.monotonic() + START_SECONDS
    while True:
        with log.open("ab") as file:
            before = file.tell()
            child = programs.spawn("postgres", "-D", cluster, *options, log=file)
        try:
            while child.poll() is None:
                if _answers(server, roles.SUPERUSER, "postgres"):
                    return child
                if time.monotonic() > deadline:
                    raise CannotRun(f"The database did not start in {START_SECONDS:.0f} s; see {log}.")
                time.sleep(0.02)
        except BaseException:
            child.send_signal(signal.SIGINT)
            child.wait(STOP_SECONDS)
            raise
        said = log.read_bytes()[before:].decode(errors="replace")
        if "No space left on device" in said:
            raise CannotRun(data_dirs.disk_full(data_dir))
        # The processes of a killed server need a moment to notice and to let go of its memory. And one that
        # is killed while it recovers has not failed.
        passing = "still in use" in said or child.returncode == -signal.SIGKILL
        if not passing or time.monotonic() > deadline:
            fatal = [
                line.partition("FATAL:")[2].strip()
                for line in said.splitlines()
                if "FATAL:" in line and "the database system is" not in line  # said to those who came early
            ]
            why = fatal[-1] if fatal else f"status {child.returncode}"
            raise CannotRun(f"The database did not start ({why}); see {log}.")
        _forget_killed(cluster, server)
        time.sleep(0.1)


def _forget_killed(cluster: Path, server: Server) -> None:
    # PostgreSQL takes a number that lives again, or a zombie that no init reaps (containers), for its
    # predecessor and refuses to start. We hold the lock and have looked: nobody is there.
    for note in (cluster / "postmaster.pid", *server.socket_dir.glob(".s.PGSQL.*.lock")):
        note.unlink(missing_ok=True)


def _check_reach(data_dir: Path, folder: Path, programs: Program) -> None:
    if programs.account is not None and not programs.can_enter(folder):
        raise CannotRun(
            f"The database's account {programs.account.name} can't reach {data_dir}, since a directory above "
            "it is closed to others; name another place by --data-dir."
        )


def _quoted(path: Path) -> str:
    return '"' + str(path).replace('"', '""') + '"'


def _make_cluster(data_dir: Path, programs: Program, *, durable: bool) -> None:
    """Make the cluster beside its place and move it there when it is whole."""
    cluster = _cluster(data_dir)
    for rest in data_dir.glob("half-*"):
        shutil.rmtree(rest, ignore_errors=True)
    # Under a new name each time: the initdb of a killed start may still be at work in the old one.
    half = Path(tempfile.mkdtemp(prefix="half-", dir=data_dir))
    programs.give(half)
    _check_reach(data_dir, half, programs)
    # The password goes through a pipe: on the command line everybody could read it.
    read_end, write_end = os.pipe()
    try:
        if programs.account is not None:
            os.fchown(read_end, programs.account.uid, programs.account.gid)
        with os.fdopen(write_end, "w") as pipe:
            pipe.write(roles.password(_secrets(data_dir), roles.SUPERUSER))
        done = programs.run(
            "initdb", "-D", half, "-U", roles.SUPERUSER, "-A", "scram-sha-256",
            "--pwfile", f"/dev/fd/{read_end}", "-E", "UTF8", "-k", "--locale=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            *(() if durable else ("--no-sync",)), pass_fds=[read_end],
        )  # fmt: skip
    finally:
        os.close(read_end)
    if done.returncode != 0:
        shutil.rmtree(half, ignore_errors=True)
        if "No space left on device" in done.stderr or shutil.disk_usage(data_dir).free < 2**20:
            raise CannotRun(data_dirs.disk_full(data_dir))
        raise CannotRun(f"The database could not be made: {done.stderr.strip().splitlines()[-1]}")
    half.rename(cluster)


def _stop(pid: int) -> None:
    """Stop the server: politely, then hard. What is committed is safe either way."""
    for how, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            break
        if processes.wait_gone(pid, seconds):
            break
