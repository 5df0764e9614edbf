"""What may be kept of an answer: a visitor's page, never one that shows who is signed in."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import RequestFactory

from baroalgi.platform import caching
from baroalgi.platform.sessions import Session
from baroalgi.policy import Actor

MOMENT = datetime(2026, 11, 24, 3, 0, 0, 500_000, tzinfo=UTC)


@pytest.fixture
def ask():
    """Ask a view; counts how often it worked in `ask.worked`."""

    def make(decorate, answer=None, *, signed_in=False, method="GET", **headers):
        request = getattr(RequestFactory(), method.lower())("/", headers=headers)
        request.actor = Actor(person_id=1) if signed_in else Actor()
        request.session = Session("key" if signed_in else None, "{}" if signed_in else None)
        request.now, request.today = MOMENT, MOMENT.date()
        if signed_in:
            request.COOKIES["baroalgi_session"] = "key"

        def view(request):
            make.worked += 1
            return answer(request) if answer else HttpResponse("글")

        return decorate(view)(request)

    make.worked = 0
    return make


def test_a_visitors_page_may_be_kept_and_a_signed_in_one_not(ask):
    page = caching.page(seconds=60)
    kept = ask(page)
    assert kept["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert kept["Vary"] == "Cookie"
    own = ask(page, signed_in=True)
    assert "Cache-Control" not in own.headers  # RequestFacts makes it no-store
    assert "ETag" not in own.headers
    assert own["Vary"] == "Cookie"


def test_who_has_the_version_is_told_so_before_anything_is_rendered(ask):
    page = caching.page(version=lambda _request: caching.Version((7, MOMENT), MOMENT))
    first = ask(page)
    assert first["Last-Modified"] == "Tue, 24 Nov 2026 03:00:00 GMT"
    for headers in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        again = ask(page, **headers)
        assert again.status_code == 304
        assert again["ETag"] == first["ETag"]
        assert again["Vary"] == "Cookie"
        assert again["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert ask.worked == 1
    signed_in = ask(page, signed_in=True, **{"If-None-Match": first["ETag"]})
    assert signed_in.status_code == 200


def test_another_version_is_sent(ask):
    first = ask(caching.page(version=lambda _request: caching.Version((7,))))
    after = ask(
        caching.page(version=lambda _request: caching.Version((8,))), **{"If-None-Match": first["ETag"]}
    )
    assert after.status_code == 200
    assert after["ETag"] != first["ETag"]


def test_a_page_of_yesterday_is_asked_again_today(ask):
    page = caching.page(version=lambda _request: caching.Version((7,), MOMENT - timedelta(days=9)))
    # Midnight in Seoul: what the page marks as today has changed since.
    assert ask(page)["Last-Modified"] == "Mon, 23 Nov 2026 15:00:00 GMT"


def test_without_a_version_the_finished_answer_is_compared(ask):
    view = caching.same_for_all(seconds=5)
    first = ask(view)
    assert ask(view, **{"If-None-Match": first["ETag"]}).status_code == 304
    assert ask(view, lambda _request: HttpResponse("딴글"), **{"If-None-Match": first["ETag"]}).content
    assert "Vary" not in first.headers


@pytest.mark.parametrize(
    "answer",
    [
        lambda request: HttpResponse(get_token(request)),
        lambda _request: HttpResponse("없음", status=404),
        lambda request: HttpResponse(request.session.key_hash()),
    ],
)
def test_what_is_one_visitors_own_or_an_error_is_not_kept(ask, answer):
    assert "Cache-Control" not in ask(caching.page(seconds=60), answer).headers


def test_the_end_of_a_session_is_told_to_one_browser_alone(ask):
    def dead(request):
        request.COOKIES["baroalgi_session"] = "ended"
        return HttpResponse("글")

    assert "Cache-Control" not in ask(caching.same_for_all(seconds=5), dead).headers


def test_an_ended_session_is_told_beside_no_answer_that_others_keep():
    request = RequestFactory().get("/", headers={"If-None-Match": "*"})
    request.actor, request.session = Actor(), Session(None, None)
    request.COOKIES["baroalgi_session"] = "ended"
    feed = caching.same_for_all(seconds=5, version=lambda _request: caching.Version((7,)))
    answer = feed(lambda _request: HttpResponse("글"))(request)
    assert answer.status_code == 200
    assert "Cache-Control" not in answer.headers


def test_only_reading_is_kept(ask):
    assert "ETag" not in ask(caching.same_for_all(), method="POST").headers
