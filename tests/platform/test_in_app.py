"""Browsers inside other apps are led to a real one before anything is typed."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from baroalgi.platform import in_app
from tests.issuing import approved

ANDROID = "Mozilla/5.0 (Linux; Android 14; SM-S911N) AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
IN_APP = {
    "kakaotalk": f"{ANDROID} Version/4.0 Chrome/130.0 Mobile Safari/537.36;KAKAOTALK 2410890",
    "kakaotalk_iphone": f"{IPHONE} Mobile/15E148 KAKAOTALK/11.4.5 (INAPP)",
    "naver": f"{ANDROID} Version/4.0 Whale/1.0 Crosswalk/29 Mobile NAVER(inapp; search; 2000; 12.11.2)",
    "naver_iphone": f"{IPHONE} Mobile/15E148 NAVER(inapp; search; 2000; 12.11.2; 15PRO)",
    "instagram": f"{ANDROID} Version/4.0 Chrome/130.0 Mobile Safari/537.36 Instagram 350.0.0.46.91 Android",
    "facebook": f"{IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/440.0.0.30.113;FBBV/541240834]",
    "line": f"{ANDROID} Version/4.0 Chrome/130.0 Mobile Safari/537.36 Line/14.17.0/IAB",
    "daum": f"{ANDROID} Version/4.0 Chrome/130.0 Mobile Safari/537.36 DaumApps/8.7.1 DaumDevice/mobile",
    "band": f"{ANDROID} Version/4.0 Chrome/130.0 Mobile Safari/537.36 BAND/18.2.0.2 (Android OS 14;SM-S911N)",
}
REAL = (
    f"{ANDROID} Chrome/131.0.0.0 Mobile Safari/537.36",
    f"{ANDROID} SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36",
    f"{IPHONE} Version/18.1 Mobile/15E148 Safari/604.1",
    f"{WINDOWS} Chrome/131.0 Safari/537.36",
    f"{WINDOWS} Chrome/130.0 Whale/4.29 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "",
)
HEADING = "크롬이나 사파리에서 열어 주세요"


@pytest.mark.parametrize("agent", IN_APP.values(), ids=IN_APP)
def test_each_app_is_known(agent):
    assert in_app.app_of(agent) is not None


@pytest.mark.parametrize("agent", REAL)
def test_real_browsers_are_left_alone(agent):
    assert in_app.app_of(agent) is None


def way(agent, address="https://parents.example.kr/certificate/issue/t0k/?a=1"):
    found = in_app.way_out(IN_APP[agent], address, may_stay=False)
    assert found
    return found


def test_each_app_opens_the_real_browser_its_own_way():
    at = "parents.example.kr/certificate/issue/t0k/?a=1"
    kakao = f"kakaotalk://web/openExternal?url={quote(f'https://{at}', safe='')}"
    intent = f"intent://{at}#Intent;scheme=https;package=com.android.chrome;end"
    assert way("kakaotalk").button == way("kakaotalk_iphone").button == kakao
    assert way("naver").button == way("daum").button == way("instagram").button == intent
    assert way("line").button == f"https://{at}&openExternalBrowser=1"
    # An iPhone has no such address: words and the address to copy.
    assert way("naver_iphone").button == way("facebook").button == ""


CLOSED = (
    "/sign-in/",
    "/certificate/apply/",
    "/certificate/apply/form/",
    "/certificate/issue/nothing/",
    "/account/move/nothing/",
    "/account/certificates/",
)


@pytest.mark.parametrize("agent", ["kakaotalk", "naver_iphone"])
def test_pages_of_certificates_lead_out_and_ask_nothing(world, visitor, agent):
    for path in CLOSED:
        page = visitor.get(path, HTTP_USER_AGENT=IN_APP[agent])
        assert page.status_code == 200
        assert HEADING in page.text
        assert f"http://localhost:8000{path}" in page.text
        assert "그래도 여기에서 계속하기" not in page.text
        assert page.text.count("<input") == 1, "only the address to copy"


def test_a_real_browser_gets_the_page(world, visitor):
    for agent in REAL:
        assert HEADING not in visitor.get("/sign-in/", HTTP_USER_AGENT=agent).text


def test_pages_without_keys_stay_open_everywhere(world, visitor):
    for path in ("/", "/schools/", "/sign-in/staff/", "/pki/cps/"):
        assert HEADING not in visitor.get(path, HTTP_USER_AGENT=IN_APP["kakaotalk"]).text


def test_whoever_only_asks_how_far_it_is_may_stay(world, visitor):
    status, kakao = "/certificate/status/", {"HTTP_USER_AGENT": IN_APP["kakaotalk"]}
    assert "그래도 여기에서 계속하기" in visitor.get(status, **kakao).text
    stayed = visitor.get(f"{status}?stay=1", **kakao)
    assert (stayed.status_code, stayed["Location"]) == (302, status)
    assert HEADING not in visitor.get(status, **kakao).text
    # Making and using keys stays closed.
    assert HEADING in visitor.get("/sign-in/", **kakao).text


def test_the_one_time_address_is_neither_used_up_nor_told_to_others(world, authority):
    parent = approved(world, world.seoyeon)
    before = datetime.now(UTC)
    page = parent.browser.get(parent.address(), HTTP_USER_AGENT=IN_APP["kakaotalk"])
    assert HEADING in page.text
    # Every address on the page with the token is this site's own, or the app's order to open it.
    for piece in page.text.split(parent.token)[:-1]:
        assert piece.endswith(
            (
                "http://localhost:8000/certificate/issue/",
                quote("http://localhost:8000/certificate/issue/", safe=""),
            )
        )
    assert page.headers["Referrer-Policy"] == "same-origin"
    from baroalgi.registration.models import EnrolmentLink

    (link,) = EnrolmentLink.objects.using("owner").filter(application_id=parent.application.id)
    assert link.valid_to > before
    assert parent.browser.get(parent.address()).status_code == 200
    assert parent.order().status_code == 202
