"""A family on the way to its certificate that does not give up: it reloads, presses again, looks for mail.

What the server has acknowledged is noted; it must be there in the end, whatever was killed meanwhile.
"""

from __future__ import annotations

import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypeVar

from baroalgi.certs import client
from baroalgi.operations.journey import book as books
from baroalgi.operations.journey import keys
from baroalgi.operations.journey.trouble import Taken, Unexpected
from baroalgi.operations.journey.visitor import Visitor
from baroalgi.operations.journey.way import Way

T = TypeVar("T")
PATIENCE = 300.0  # seconds a person tries the same thing, on a busy machine
AGAIN = 0.3  # seconds before it is tried again


@dataclass
class Acknowledged:
    """What the server has said yes to."""

    number: str = ""
    orders: list[int] = field(default_factory=list)
    delivered: list[str] = field(default_factory=list)  # fingerprints
    confirmed: str = ""  # fingerprint


class Family(Way):
    """One family. `yes` holds what was acknowledged, `met` what came instead of what was expected."""

    def __init__(self, url: str, book: books.Book, family: books.Family) -> None:
        super().__init__(url, book)
        self.family = family
        self.yes = Acknowledged()
        self.met: list[str] = []

    def __repr__(self) -> str:
        return f"<{self.family.name}: {self.yes}, met {self.met[-3:]}>"

    def again(self, what: str, act: Callable[[], T | None]) -> T:
        """Do it until it comes out."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                if (done := act()) is not None:
                    return done
            except Unexpected as trouble:
                self.met.append(str(trouble))
            assert time.monotonic() < deadline, f"{what}: {self}"
            time.sleep(AGAIN)

    # The application

    def apply(self) -> None:
        self.yes.number = self.number = self.again("apply", self._apply_once)

    def _apply_once(self) -> str:
        try:
            self.parent.open("/certificate/")
            self._terms()
            self._fill_form()
            self._done()
            return self.number
        except Taken:
            # It was stored, and the answer lost: the number is in the mail.
            mail = self.look_for_mail("인증서 신청이 저장되었습니다")
            (line,) = [line for line in mail["text"].splitlines() if line.startswith("인증번호: ")]
            return "".join(filter(str.isdigit, line))

    def look_for_mail(self, words: str, *, after: int = 0) -> dict[str, Any]:
        """Return the newest mail with these words. Raises Unexpected when it is not there (yet)."""
        mails = [
            mail
            for mail in self._mails()
            if mail["to"] == self.family.email and words in f"{mail['subject']}\n{mail['text']}"
        ]
        if len(mails) <= after:
            raise Unexpected(f"a mail about {words}", "none came")
        return mails[0]

    def links(self) -> int:
        """Return how many mails with a link are in the box."""
        return sum(
            mail["to"] == self.family.email and "/certificate/issue/" in mail["text"]
            for mail in self._mails()
        )

    def be_approved(self, officer: Officer, links_before: int) -> None:
        """Hand the papers in at the counter; done when the mail with the link is there."""
        self.again("approve", lambda: officer.approve(self, links_before))

        def link() -> str:
            text = self.look_for_mail("/certificate/issue/", after=links_before)["text"]
            return next(word for word in text.split() if "/certificate/issue/" in word)

        self.link = self.again("mail with the link", link)

    # The certificate

    def receive(self) -> None:
        """Open the link, order, put into use; from the beginning when the page was lost."""
        self.again("receive", self._receive_once)

    def _receive_once(self) -> bool | None:
        self.parent.open(self._here(self.link), "인증서 받기")
        page = self.parent.page.marked("data-issue")
        self.order_url = page.get("data-order-url")
        self.pair = keys.make_pair()
        answer = self.order()
        if answer is None:
            return None
        self.certificate = certificate = b64decode(answer["certificate"])
        mark = sha256(certificate).hexdigest()
        self.yes.delivered.append(mark)
        # The page is still there: the parent presses again until it says that the certificate is in use.
        return self.again("confirm", lambda: self._confirm_once(certificate, mark))

    def order(self) -> dict[str, Any] | None:
        """Order and wait as the page's script does: a silent line is asked again. None: begin again."""
        csr = client.make_csr(self.pair.key)
        sealing_key = self.parent.page.marked("data-issue").get("data-sealing-key")
        sealed = keys._seal(sealing_key, self.family.rrn, self.pair.r, csr)
        status, answer = self.parent.post(
            self.order_url,
            {
                "number": self.number,
                "issue_password": self.issue_password,
                "csr": b64encode(csr).decode(),
                "sealed": b64encode(sealed).decode(),
            },
        )
        if status != 202:
            raise Unexpected("the order to be taken", f"{status} came: {answer}")
        self.yes.orders.append(int(answer["order"]))
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(Unexpected):
                status, answer = self.parent.ask(self.order_url)
                if answer.get("state") == "valid":
                    return answer
                if status != 200 or answer.get("state") != "ordered":
                    self.met.append(f"order: {status} {answer}")
                    return None
            time.sleep(0.1)
        return None

    def _confirm_once(self, certificate: bytes, mark: str) -> bool | None:
        status, answer = self.parent.ask(self.order_url)
        if status != 200 or answer.get("state") != "valid":
            raise Unexpected("a fresh challenge", f"{status} came: {answer}")
        keys.confirm(self.parent, self.pair.sign(answer["challenge"], self.family.rrn, certificate))
        self.yes.confirmed = mark
        return True


class Officer:
    """An officer at the counter, who signs in again when the browser was thrown out."""

    def __init__(self, url: str, member: books.Staff) -> None:
        self.browser = Visitor(url)
        self.member = member

    def __enter__(self) -> Officer:
        return self

    def __exit__(self, *_error: object) -> None:
        self.browser.__exit__()

    def approve(self, family: Family, links_before: int) -> bool | None:
        """Open the application and approve it; also content when it is approved already."""
        try:
            page = self.browser.open("/desk/certificates/")
            if page.heading == "교직원 로그인":
                form = page.form(field="login").fill(login=self.member.login, password=self.member.password)
                self.browser.send(form.press("다음"), "인증번호를 찍거나 적어 주세요")
            family.officer = self.browser
            family._find_application()
            family._compare_number()
            family._approve_application()
        except Unexpected:
            if family.links() > links_before:
                return True  # it was stored, and the answer lost
            raise
        return True


class Walker(Family):
    """A family that walks on to the child's page; `on_answer` is called for each answer it gets."""

    def __init__(
        self, url: str, book: books.Book, family: books.Family, on_answer: Callable[[], None]
    ) -> None:
        self._on_answer = on_answer
        super().__init__(url, book, family)

    def _somebody(self) -> Visitor:
        visitor = super()._somebody()
        visitor._client.event_hooks["response"].append(lambda _answer: self._on_answer())
        return visitor

    def walk_all(self, officer: Officer) -> None:
        links = self.links_surely()
        self.apply()
        self.be_approved(officer, links)
        self.receive()
        self.again("child", self._see_child_once)

    def links_surely(self) -> int:
        return self.again("mailbox", self.links)

    def _see_child_once(self) -> bool | None:
        self.parent.open("/sign-in/", "로그인")
        onward = keys.sign_in(
            self.parent, self.pair, self.certificate, name=self.family.name, rrn=self.family.rrn
        )
        self.parent.open(onward)
        if self._child_is_seen():
            return True
        with suppress(Unexpected):  # asked for before, and the answer lost
            self._find_school()
            self._apply_for_child()
        with suppress(Unexpected):  # likewise
            self._teacher_signs_in()
            self._see_request()
            self._approve_request()
        return True if self._child_is_seen() else None

    def _child_is_seen(self) -> bool:
        page = self.parent.open("/children/")
        return page.heading.startswith(self.family.child.name) and "올해 출결" in page.text
