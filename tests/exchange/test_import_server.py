"""Importing from a server: pages, keys, quotas, and going on after the process was killed."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from baroalgi.operations.trouble import CannotRun

DATA = Path(__file__).with_name("data")
KEY = "0123456789abcdef0123456789abcdef"


class Neis(ThreadingHTTPServer):
    """A server that speaks the Open API; `rows` by service. It stands still when `halts_at` is asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.rows: dict[str, list[dict[str, str]]] = {}
        self.asked: list[str] = []
        self.halts_at = ""
        self.halted, self.goes_on = threading.Event(), threading.Event()
        self.refusal = ""
        self.leads_to = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hub/"

    def answer(self, service: str, said: dict[str, str]) -> object:
        self.asked.append(" ".join((service, said.get("SD_SCHUL_CODE", ""), said["pIndex"])))
        if self.halts_at and self.asked[-1] == self.halts_at:
            self.halted.set()
            self.goes_on.wait(60)
        if self.refusal and len(self.asked) > 2:
            return {"RESULT": {"CODE": self.refusal, "MESSAGE": ""}}
        size, page = (int(said["pSize"]), int(said["pIndex"])) if said.get("KEY") == KEY else (5, 1)
        narrowed = [name for name in ("ATPT_OFCDC_SC_CODE", "SD_SCHUL_CODE") if name in said]
        found = [
            row for row in self.rows.get(service, []) if all(row[name] == said[name] for name in narrowed)
        ]
        part = found[size * (page - 1) : size * page]
        if not part:
            return {"RESULT": {"CODE": "INFO-200", "MESSAGE": "해당하는 데이터가 없습니다."}}
        head = [{"list_total_count": len(found)}, {"RESULT": {"CODE": "INFO-000", "MESSAGE": ""}}]
        return {service: [{"head": head}, {"row": part}]}


class Asked(BaseHTTPRequestHandler):
    server: Neis

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        said = {name: values[0] for name, values in parse_qs(address.query).items()}
        if self.server.leads_to:
            self.send_response(302)
            self.send_header("Location", self.server.leads_to)
            self.end_headers()
            return
        name = address.path.rpartition("/")[2]
        if name.endswith(".json"):
            file = DATA.with_name("lists") / "D10" / name
            body = file.read_bytes() if file.exists() else b""
        else:
            body = json.dumps(self.server.answer(name, said)).encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def server_of_neis() -> Iterator[Neis]:
    with Neis() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        ((_name, (_head, body)),) = json.loads(
            (DATA.with_name("lists") / "D10/all-20241130-p1.json").read_text()
        ).items()
        server.rows["schoolInfo"] = body["row"]
        event = json.loads((DATA / "SchoolSchedule/B10/7010118-202606.json").read_text())
        server.rows["SchoolSchedule"] = [
            row | {"ATPT_OFCDC_SC_CODE": "D10", "SD_SCHUL_CODE": school["SD_SCHUL_CODE"]}
            for school in body["row"]
            for row in event["SchoolSchedule"][1]["row"]
        ]
        yield server
        server.goes_on.set()
        server.shutdown()
        thread.join()


def of(server: Neis) -> list[str]:
    return [
        "neis",
        "--office",
        "D10",
        "--from",
        server.url,
        "--service",
        "schoolInfo",
        "--service",
        "SchoolSchedule",
    ]


@pytest.fixture
def run(world, as_role, capsys, settings_environment):
    command = import_module("baroalgi.operations.commands.import")

    def run(server, *more, key=KEY):
        settings_environment(neis_key=key)
        as_role("worker")
        try:
            command.main([*of(server), *more])
        finally:
            as_role("app")
        return capsys.readouterr()

    return run


def events() -> int:
    from baroalgi.schoolinfo.models import CalendarDay

    return CalendarDay.objects.using("owner").filter(school__office_id="D10").count()


def test_every_page_is_asked_for(server_of_neis, run, monkeypatch):
    monkeypatch.setattr("baroalgi.exchange.neis.importer.server.ON_A_PAGE", 6)
    said = run(server_of_neis)
    assert "schoolInfo: 17 new" in said.out
    assert "SchoolSchedule: 85 new" in said.out
    assert server_of_neis.asked[:3] == ["schoolInfo  1", "schoolInfo  2", "schoolInfo  3"]
    assert "0 new, 0 changed, 85 as before" in run(server_of_neis).out


def test_a_file_at_an_address_is_read_like_one_that_lies_here(server_of_neis, run):
    def said(name):
        return run(server_of_neis, "--from", f"{server_of_neis.url}{name}").out

    assert "schoolInfo: 17 new" in said("all-20241130-p1.json")
    assert "0 new, 0 changed, 17 as before" in said("all-20241130-p1.json")
    with pytest.raises(CannotRun, match=r"could not be fetched \(HTTP 404\)"):
        said("all-20260101-p1.json")


def test_without_a_key_five_rows_of_each_come_and_nobody_is_closed(server_of_neis, run):
    run(server_of_neis)
    said = run(server_of_neis, key="")
    assert "Asked without a key" in said.out
    assert "schoolInfo: 0 new, 0 changed, 5 as before, 0 closed" in said.out


def test_a_key_is_written_nowhere(server_of_neis, run, caplog):
    caplog.set_level("DEBUG")
    server_of_neis.refusal = "ERROR-290"
    said = run(server_of_neis)
    assert "the server refused: ERROR-290" in said.err
    assert KEY not in said.out + said.err + caplog.text


def test_a_spent_quota_ends_the_import_until_tomorrow(server_of_neis, run):
    server_of_neis.refusal = "ERROR-337"
    assert "Say the same again tomorrow" in run(server_of_neis).out
    before = len(server_of_neis.asked)
    server_of_neis.refusal = ""
    said = run(server_of_neis)
    assert "SchoolSchedule: 80 new" in said.out
    assert "2 files or questions were in already" in said.out
    # Seventeen calendars; the list and the first one were in.
    assert len(server_of_neis.asked) - before == 16


def test_a_server_that_is_not_there_is_said_to_be(run, server_of_neis, monkeypatch):
    monkeypatch.setattr("baroalgi.exchange.neis.importer.server.time.sleep", lambda _seconds: None)
    server_of_neis.shutdown()
    server_of_neis.server_close()
    assert "schoolInfo D10: the server could not be reached (ConnectError)" in run(server_of_neis).err


def test_a_server_leads_nowhere_else_and_sends_no_more_than_an_answer(run, server_of_neis, monkeypatch):
    monkeypatch.setattr("baroalgi.exchange.neis.importer.server.time.sleep", lambda _seconds: None)
    monkeypatch.setattr("baroalgi.exchange.neis.importer.server.LARGEST", 1_000)
    assert "sent more than an answer can hold" in run(server_of_neis).err
    server_of_neis.leads_to = server_of_neis.url
    asked = len(server_of_neis.asked)
    assert "the server answered with HTTP 302" in run(server_of_neis).err
    assert len(server_of_neis.asked) == asked


def test_killed_at_any_point_it_goes_on_where_it_was(server_of_neis, world, server, database):
    halting = server_of_neis.rows["schoolInfo"][9]["SD_SCHUL_CODE"]
    server_of_neis.halts_at = f"SchoolSchedule {halting} 1"
    environ = os.environ | {
        "DATABASE_URL": server.url("worker", database),
        "DJANGO_SETTINGS_MODULE": "baroalgi.config.settings",
        "BAROALGI_NEIS_KEY": KEY,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, "-W", "ignore", "-m", "baroalgi", "import", *of(server_of_neis)]
    first = subprocess.Popen(
        command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert server_of_neis.halted.wait(60)
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    assert first.returncode == -signal.SIGKILL
    assert events() == 9 * 5

    already = set(server_of_neis.asked) - {server_of_neis.halts_at}
    server_of_neis.asked.clear()
    server_of_neis.halts_at = ""
    server_of_neis.goes_on.set()
    second = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert second.returncode == 0, second.stderr
    assert "10 files or questions were in already" in second.stdout
    assert already.isdisjoint(server_of_neis.asked)
    assert events() == 17 * 5
