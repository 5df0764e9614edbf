"""The report of the bench says what fell short."""

from datetime import date

from baroalgi.operations.bench import report
from baroalgi.operations.bench.types import Figure


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
