"""The first page comes quickly over a slow line, from here alone."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Response

from tests.journeys.main_job import Demo

LIMIT = 150 * 1024


def test_the_first_page_is_small_and_asks_nobody_else(demo: Demo, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="ko-KR")
    page = context.new_page()
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))
    page.goto(demo.url + "/", wait_until="networkidle")
    weights = {
        response.url: sum(
            response.request.sizes()[part] for part in ("responseBodySize", "responseHeadersSize")
        )
        for response in responses
    }
    style = next(response.text() for response in responses if response.url.endswith(".css"))
    context.close()

    assert {urlsplit(url).netloc for url in weights} == {urlsplit(demo.url).netloc}
    without_fonts = {url: weight for url, weight in weights.items() if not url.endswith(".woff2")}
    assert sum(without_fonts.values()) <= LIMIT, without_fonts
    # Text is readable before its font has arrived.
    faces = re.findall(r"@font-face\s*{[^}]*}", style)
    assert faces
    assert all(re.search(r"font-display:\s*swap", face) for face in faces)
