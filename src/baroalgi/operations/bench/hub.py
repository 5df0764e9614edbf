"""The hub beside its own bytes from memory: one school's meals of one month, asked for with a key."""

import hashlib
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from urllib.parse import quote

from baroalgi.operations.bench import load
from baroalgi.operations.bench.place import Place
from baroalgi.operations.bench.types import Figure
from baroalgi.operations.home import OFFICE
from baroalgi.operations.postgres.roles import DATABASE
from baroalgi.operations.trouble import CannotRun

ROUNDS, SECONDS = 7, 1.0
_START_SECONDS = 30.0


def measure(place: Place) -> Figure:
    """Ask both in turns, of one server that has the memory's address beside those of the program."""
    school, month = _fullest(place)
    key = _key(place)
    query = (
        f"mealServiceDietInfo?KEY={key}&Type=json&ATPT_OFCDC_SC_CODE={OFFICE}"
        f"&SD_SCHUL_CODE={school}&MLSV_YMD={month}&pSize=100"
    )
    with _server(place) as url:
        both = [
            (
                load.requests_per_second(url, f"/hub/{query}", "", SECONDS),
                load.requests_per_second(url, f"/kept/{quote(query, safe='')}", "", SECONDS),
            )
            for _n in range(ROUNDS)
        ]
    of_hub, of_memory = median(a for a, _ in both), median(b for _, b in both)
    return Figure(
        name="hub",
        what="/hub/mealServiceDietInfo, one school, one month",
        value=100 * median(a / b for a, b in both),
        sense="at least",
        limit=50,
        unit="% of the requests/s of the same bytes from memory",
        said=f"{of_hub:.0f} against {of_memory:.0f} requests/s, the key checked and counted each time",
    )


def _fullest(place: Place) -> tuple[str, str]:
    """Return the code of a school and the month (YYYYMM) in which it has most meals."""
    with place.server.admin(DATABASE) as admin:
        row = admin.execute(
            """SELECT school.code, to_char(day, 'YYYYMM') AS month, count(*)
               FROM schoolinfo_meal meal JOIN organisation_school school ON school.id = meal.school_id
               WHERE school.office_id = %s AND school.code <> ''
               GROUP BY school.code, month ORDER BY count(*) DESC, school.code, month LIMIT 1""",
            [OFFICE],
        ).fetchone()
    if row is None:
        raise CannotRun("The demo has no meals.")
    return row[0], row[1]


def _key(place: Place) -> str:
    """Give somebody of the demo a key."""
    key = secrets.token_hex(16)
    with place.server.admin(DATABASE) as admin:
        admin.execute(
            """INSERT INTO platform_apikey (person_id, key_hash, ending, name, purpose, state, reason)
               SELECT min(id), %s, %s, 'bench', 'bench', 'active', '' FROM organisation_person""",
            [hashlib.sha256(key.encode()).hexdigest(), key[-4:]],
        )
    return key


@contextmanager
def _server(place: Place) -> Iterator[str]:
    """Run the server as `baroalgi serve` does, with one more address (`bench.kept`)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://localhost:{port}"
    application = "baroalgi.operations.bench.kept_wsgi:application"
    command = [sys.executable, "-m", "granian", application, "--interface", "wsgi", "--no-ws"]
    options = {"host": "127.0.0.1", "port": port, "workers": 2, "blocking-threads": 4, "log-level": "error"}
    process = subprocess.Popen(
        [*command, *(str(word) for name, value in options.items() for word in (f"--{name}", value))],
        env={**place.home.environ(place.server, "app", url=url), "PYTHONPATH": os.pathsep.join(sys.path)},
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        yield url
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port)):
                return
        except OSError:
            time.sleep(0.1)
    raise CannotRun("The server of the measurement did not start.")
