"""The bench: its report says what fell short, and what it asks for came whole."""

from collections import Counter
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from baroalgi.operations.bench import load, pages, parts, report, searching
from baroalgi.operations.bench.parts.__main__ import PARTS
from baroalgi.operations.bench.place import Place
from baroalgi.operations.bench.types import Figure
from baroalgi.operations.home import Home
from baroalgi.operations.postgres import Server
from baroalgi.operations.trouble import CannotRun


def figure(value, sense="at most", **facts):
    return Figure(
        name="x", what="some page", value=value, sense=sense, limit=3, unit="ms", said="as seen", **facts
    )


def test_a_figure_that_falls_short_is_named_in_every_form():
    figures = [figure(2), figure(3.1), figure(2.9, "at least")]

    assert [each.holds for each in figures] == [True, False, False]
    assert report.document(figures)["ok"] is False
    assert report.line(figures[1]).startswith("OVER  some page: 3.10 ms (at most 3); as seen")
    text = report.markdown(figures, date(2026, 11, 24))
    assert "Fell short: some page, some page." in text
    assert text.count("| NO |") == 2


def test_shares_follow_what_was_said():
    assert report.line(figure(1, shares={"form": 2.0, "paper": 0.5})).endswith("; as seen form 2, paper 0.50")


def test_every_part_can_be_started():
    there = {path.stem for path in Path(parts.__file__).parent.glob("[a-z]*.py")}
    assert set(PARTS) == there


def test_of_many_searches_the_slowest_one_counts():
    seen = searching.slowest({"name": 0.002, "no hit": 0.0121, "region": 0.001}, "x", "search", limit=10)
    assert report.line(seen).startswith("OVER  search: 12.1 ms in the database, the slowest kind of search")
    assert seen.said == "no hit; median of all 3 kinds 2.00 ms"


def test_the_statements_of_pages_stand_in_the_log(tmp_path):
    place = Place("", Home(tmp_path), Server(tmp_path, tmp_path, tmp_path))
    line = "x info baroalgi.http request request=b6d7 method=GET page={} status=200 ms=3.7 statements={}\n"
    seen = (("calendar", 3), ("meals", 4), ("calendar_year", 9), ("calendar", 2))
    place.home.log_dir.mkdir()
    log = place.home.log_dir / "web.log"
    log.write_text("".join(line.format(f"schoolinfo:{page}", n) for page, n in seen))
    with pytest.raises(CannotRun):
        pages.statements(place)
    with log.open("a") as file:
        file.write(line.format("letters:board", 6))
    figure = pages.statements(place)
    assert figure.shares == {"calendar": 3, "meals": 4, "boards/home-letters": 6}
    assert (figure.value, figure.holds) == (6, True)


def test_clients_that_ask_at_once_have_each_answer_whole_or_nothing_is_measured():
    agents: Counter[str] = Counter()

    class Echo(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            agents[self.headers["User-Agent"]] += 1
            body = self.path.encode() * 20_000
            self.send_response(404 if self.path == "/gone" else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_line: object) -> None:
            pass

    with ThreadingHTTPServer(("localhost", 0), Echo) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://localhost:{server.server_port}"
        answers = load.answers(url, ("/a", "/b"), ("one", "two", "two"))
        with pytest.raises(CannotRun, match="404"):
            load.answers(url, ("/a", "/gone"), ("one", "two"))
        server.shutdown()
    assert answers == [[b"/a" * 20_000, b"/b" * 20_000]] * 3
    assert agents["two"] >= 4
