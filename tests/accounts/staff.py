"""What tests of the second factor share: an office that is no demo, an app, ways of signing in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyotp
from django.test import Client

from tests.world import SEOUL

SIGN_IN = "/sign-in/staff/"
SECOND = "/sign-in/staff/second/"
CODE = "/sign-in/staff/second/code/"
SET_UP = "/account/security/app/"
CODES = "/account/security/codes/"
SECURITY = "/account/security/"
GOOD = {"login": "jihun", "password": "Teach-er-2026"}
STEP = 30


@dataclass
class App:
    """An authenticator app: `digits()` shows those of now, `digits(1)` those of the next half minute."""

    secret: str

    def digits(self, steps: int = 0) -> str:
        return pyotp.TOTP(self.secret).at(int(datetime.now(SEOUL).timestamp()) + steps * STEP)

    def wrong(self) -> str:
        """Return six digits that fit none of the steps around now."""
        near = {self.digits(steps) for steps in range(-3, 4)}
        return next(f"{n:06}" for n in range(10) if f"{n:06}" not in near)


def no_demo() -> None:
    """Let the database be one of an office, not of a demo."""
    from baroalgi.platform.models import Installation

    Installation.objects.using("owner").update(is_demo=False)


def half(login: str = "jihun") -> Client:
    """Return a browser in which the password was right."""
    browser = Client()
    assert browser.post(SIGN_IN, GOOD | {"login": login}).status_code == 302
    return browser


def set_up(browser: Client) -> tuple[App, list[str]]:
    """Set the app up at a browser; returns it and the recovery codes."""
    page = browser.get(SET_UP).text
    key = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert key, page
    app = App(key[1].replace(" ", ""))
    answer = browser.post(SET_UP, {"digits": app.digits(-1)})
    assert answer.status_code == 302, answer.text
    return app, codes_on(browser.get(CODES).text)


def codes_on(page: str) -> list[str]:
    return re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", page)


def person_at(browser: Client) -> Any:
    """Return the status of the desk at this browser: 200 for who is signed in completely."""
    return browser.get("/desk/").status_code
