"""People at real browsers: what they see, what their browsers send, and what axe thinks of each page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, CDPSession, Locator, Page, Request, expect
from playwright.sync_api import Error as PressedInVain

FRONTEND = Path(__file__).parents[2] / "frontend"
SECONDS = 30  # of patience on a busy machine
SIZES = {"phone": (360, 740), "desk": (1280, 900), "zoomed": (640, 400)}
SCALES = {"zoomed": 2}  # 1,280 × 800 at 200 %: that is what the zoom of a browser does

_AXE_RUN = """
axe.run(document, {resultTypes: ["violations"]}).then((found) => found.violations
  .filter((one) => one.impact === "serious" || one.impact === "critical")
  .map((one) => `${one.impact} ${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`))
"""
# Each module becomes four pixels wide: a telephone sees more than one, too.
_READ_CODE = """
(() => {
  const picture = document.querySelector("svg[role=img] path").closest("svg");
  const [, , size] = picture.getAttribute("viewBox").split(" ").map(Number);
  const wide = size * 4, pixels = new Uint8ClampedArray(wide * wide * 4).fill(255);
  for (const [, x, y] of picture.querySelector("path").getAttribute("d").matchAll(/M(\\d+) (\\d+)h1v1h-1z/g))
    for (let i = 0; i < 16; i++) {
      const at = ((y * 4 + (i >> 2)) * wide + x * 4 + i % 4) * 4;
      pixels.fill(0, at, at + 3);
    }
  return jsQR(pixels, wide, wide).data;
})()
"""
_WIDER = "Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)"


@dataclass(frozen=True)
class Sent:
    """A request of a browser. `page`: path of the page that made it."""

    page: str
    method: str
    url: str
    body: bytes = field(repr=False)


class Person:
    """Somebody at a browser of their own.

    `sent`: every request it made, in order; `troubles`: what its scripts complained of; `barriers`: serious
    and critical findings of axe; `wide`: pages that scroll sideways.
    """

    def __init__(self, browser: Browser, url: str, size: str) -> None:
        width, height = SIZES[size]
        self.url = url
        self.sent: list[Sent] = []
        self.troubles: list[str] = []
        self.looked_at: list[str] = []
        self.barriers: list[str] = []
        self.wide: list[str] = []
        self._context = browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=SCALES.get(size, 1),
            locale="ko-KR",
            timezone_id="Asia/Seoul",
        )
        self._context.set_default_timeout(SECONDS * 1000)
        self._context.on("request", self._record)
        self.page: Page = self._context.new_page()
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("console", self._listen)
        self.inspector: CDPSession = self._context.new_cdp_session(self.page)

    def close(self) -> None:
        self._context.close()

    # Doing

    def open(self, path: str, heading: str | re.Pattern[str]) -> None:
        """Type an address and look at the page."""
        self.page.goto(self.url + path if path.startswith("/") else path)
        self.look(heading)

    def follow(self, name: str, heading: str | re.Pattern[str]) -> None:
        """Press a link by its name and look at the page that comes."""
        self.link(name).click()
        self.look(heading)

    def press(self, name: str) -> None:
        """Press a button by its name."""
        self.button(name).click()

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name).first

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True).first

    def field(self, name: str) -> Locator:
        """Return a text field by its label, without the button that shows a password."""
        return (
            self.page.get_by_role("textbox", name=name)
            .or_(self.page.locator("input[type=password]").and_(self.page.get_by_label(name)))
            .first
        )

    def type(self, **values: str) -> None:
        """Type into fields by their labels; blanks in a label are written as `_`."""
        for name, value in values.items():
            self.field(name.replace("_", " ")).fill(value)

    def type_number(self, label: str, digits: str) -> None:
        """Type a resident number into its two boxes."""
        self.page.get_by_label(f"{label} 앞 6자리").fill(digits[:6])
        self.page.get_by_label(f"{label} 뒤 7자리").fill(digits[6:])

    def tick(self, choice: Locator) -> None:
        """Tick a box or choose a radio; a person whose click was swallowed clicks again."""
        try:
            choice.check()
        except PressedInVain:
            choice.check()

    def drop(self, path: Path, onto: Locator) -> None:
        """Drag a file or folder of this machine onto a part of the page, and let it go there."""
        onto.scroll_into_view_if_needed()
        box = onto.bounding_box()
        assert box
        data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
        at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2, "data": data}
        for kind in ("dragEnter", "dragOver", "drop"):
            self.inspector.send("Input.dispatchDragEvent", {"type": kind, **at})

    # Seeing

    def code(self) -> str:
        """Read the QR code of the page, as a telephone would: from the squares that are drawn."""
        self._evaluate((FRONTEND / "node_modules/jsqr/dist/jsQR.js").read_text() + ";0")
        return str(self._evaluate(_READ_CODE))

    def look(self, heading: str | re.Pattern[str]) -> None:
        """Expect the page of this heading, and look at it closely."""
        expect(self.page.get_by_role("heading", level=1, name=heading)).to_be_visible(timeout=SECONDS * 1000)
        self.look_closely()

    def look_closely(self) -> None:
        """Note what axe finds on what stands there now, and whether it is wider than the screen."""
        self.page.wait_for_load_state("load")
        place = urlsplit(self.page.url).path
        self.looked_at.append(place)
        self.barriers += [f"{place}: {found}" for found in self._axe()]
        if wider := self._evaluate(_WIDER):
            self.wide.append(f"{place}: {wider} px")

    def look_otherwise(self) -> None:
        """Look at the same page on a desk in high contrast, and see whether it fits at 400 % of zoom."""
        width, height = SIZES["desk"]
        self.page.set_viewport_size({"width": width, "height": height})
        self._evaluate('document.documentElement.dataset.krdsMode = "high-contrast"')
        self.look_closely()
        self.page.set_viewport_size({"width": width // 4, "height": height // 4})
        if wider := self._evaluate(_WIDER):
            self.wide.append(f"{urlsplit(self.page.url).path} at 400 %: {wider} px")

    def sees(self, words: str) -> None:
        """Expect these words before the eyes."""
        expect(self.page.get_by_text(words).filter(visible=True).first).to_be_visible(timeout=SECONDS * 1000)

    def _axe(self) -> list[str]:
        # By the inspector: the page's own rules against foreign script stay in force.
        if not self._evaluate("typeof axe === 'object'"):
            self._evaluate((FRONTEND / "node_modules/axe-core/axe.min.js").read_text() + ";0")
        found: list[str] = self._evaluate(_AXE_RUN)
        return found

    def _evaluate(self, expression: str) -> Any:
        answer = self.inspector.send(
            "Runtime.evaluate", {"expression": expression, "awaitPromise": True, "returnByValue": True}
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def _record(self, request: Request) -> None:
        page = urlsplit(request.headers.get("referer", "")).path
        self.sent.append(Sent(page, request.method, request.url, request.post_data_buffer or b""))

    def _listen(self, message: Any) -> None:
        # A refused form answers 422, a dead address 410: the browser notes that as an error of its own.
        if message.type == "error" and not re.search("status of 4(22|10)", message.text):
            self.troubles.append(message.text)
