"""The client's reading of pages: what a browser would show and send."""

import pytest

from baroalgi.operations.journey.html import Page
from baroalgi.operations.journey.trouble import Unexpected

PAGE = """
<!doctype html><html><head><title>제목</title></head><body>
<h1>신청서 <span>작성</span></h1><template><h1>다른 글</h1><a href="/no/">가기</a></template>
<p hidden>숨은 글</p><p class="field-error"><svg><path d="M0"/></svg><span>이름을 입력해 주세요.</span></p>
<form id="main" method="post" action="send/">
  <button type="submit" aria-hidden="true">저장</button>
  <input type="hidden" name="token" value="t"><input name="name" value="이서연"><input id="unnamed" value="x">
  <label><input type="radio" name="place" value="1" checked>황간초등학교</label>
  <label><input type="radio" name="place" value="2"><span class="title">영동초등학교</span
    ><span class="detail">학교</span></label>
  <label for="agree">동의</label><input type="checkbox" name="agree" id="agree">
  <textarea name="note">여러
줄</textarea>
  <select name="grade"><option value="1">1</option><option value="3" selected>3</option></select>
  <input name="gone" value="x" disabled>
  <button type="button" name="reveal">보기</button>
  <button type="submit" name="find" value="1" formaction="/find/">찾기</button>
</form>
<form action="/other/"><input name="q"></form>
<button type="submit" form="main">다음 단계</button>
<a href="next/">다음 글</a><a href="/next/2/">다음</a>
</body></html>
"""


@pytest.fixture
def page() -> Page:
    return Page("http://localhost:8000/a/", 200, PAGE)


def test_a_reader_sees_words_but_nothing_hidden(page):
    assert page.heading == "신청서 작성"
    assert "숨은 글" not in page.text
    assert "다른 글" not in page.text
    assert page.problems == ["이름을 입력해 주세요."]


def test_links_are_found_by_their_words_exact_ones_first(page):
    assert page.link("다음") == "http://localhost:8000/next/2/"
    assert page.link("다음 글") == "http://localhost:8000/a/next/"
    with pytest.raises(Unexpected, match="expected a link 「가기」 on 「신청서 작성」, but there is none"):
        page.link("가기")


def test_a_form_sends_what_a_browser_would(page):
    sending = page.form(field="place").press("다음 단계")
    assert (sending.method, sending.address) == ("POST", "http://localhost:8000/a/send/")
    assert sending.data == {
        "token": ["t"], "name": ["이서연"], "place": ["1"], "note": ["여러\n줄"], "grade": ["3"]
    }  # fmt: skip


def test_what_was_filled_ticked_and_chosen_is_sent_with_the_pressed_button(page):
    form = page.form(field="place").fill(name="박지훈", grade="1", note="글")
    sending = form.tick("agree").choose("place", "영동초등학교").press(name="find")
    assert sending.address == "http://localhost:8000/find/"
    assert sending.data == {
        "token": ["t"], "name": ["박지훈"], "place": ["2"], "agree": ["on"], "note": ["글"], "grade": ["1"],
        "find": ["1"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        lambda form: form.fill(number="1"),
        lambda form: form.tick("wants_news"),
        lambda form: form.choose("place", "다른 학교"),
        lambda form: form.press("저장"),
        lambda form: form.press("보기"),
    ],
)
def test_nobody_fills_or_presses_what_is_not_there(page, wrong):
    with pytest.raises(Unexpected):
        wrong(page.form(field="place"))
