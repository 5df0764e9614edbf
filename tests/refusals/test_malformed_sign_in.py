"""Everything malformed of npki.md §9 that can be sent to the sign-in page: each gets its sentence and its
row in the trail, none is accepted, none breaks the server, none costs it more than 50 ms.
"""

from __future__ import annotations

import base64
import gc
import time
from typing import Any

import pytest
from django.test import Client

from baroalgi import certs
from baroalgi.certs import Reason
from tests.certs import cast, forge
from tests.certs.test_malformed import FOREIGN_ROOT, MESSAGES, PARENTS

UNREADABLE = "인증서 파일을 읽을 수 없습니다. 파일이 손상되었거나 지원하지 않는 형식입니다."
UNKNOWN = "이 사이트에서 사용할 수 없는 인증서입니다."
NOT_THE_OWNER = "입력하신 이름·주민등록번호와 인증서의 소유자가 다릅니다."
EXPIRED = "인증서의 유효기간이"
SENTENCES = {
    Reason.UNKNOWN_ISSUER: UNKNOWN,
    Reason.POLICY: UNKNOWN,
    Reason.BAD_PATH: UNKNOWN,
    Reason.VID_MISMATCH: NOT_THE_OWNER,
    Reason.VID_ABSENT: NOT_THE_OWNER,
    Reason.EXPIRED: EXPIRED,
}
MOST_CPU = 0.050  # seconds of this process; time on the clock would measure the neighbours


@pytest.fixture
def trusted(world: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The authority of the certificates' cast is one that this site trusts, and it is their day."""
    from django.utils import timezone

    from baroalgi.pki.models import Authority

    monkeypatch.setattr(timezone, "now", lambda: cast.NOW)
    operator = cast.operator()
    Authority.objects.using("owner").create(
        name="cast",
        certificate=operator.authority,
        root=operator.root,
        root_crl=b"",
        sealing_key=b"",
        created_at=cast.NOW,
    )
    Client().post("/sign-in/", sent(b"", "x", b""))  # the first request of a process loads things
    return world


def challenge(browser: Client) -> dict[str, Any]:
    return dict(browser.post("/sign-in/challenge/").json())


def expect_refused(world: Any, browser: Client, fields: dict[str, str], sentence: str) -> None:
    before = len(refusals(world))
    gc.disable()  # the rubbish of all tests before is none of this request's
    begun = time.process_time()
    answer = browser.post("/sign-in/", fields)
    spent = time.process_time() - begun
    gc.enable()
    assert answer.status_code == 422, answer.status_code
    assert answer.json()["message"].startswith(sentence)
    assert len(refusals(world)) == before + 1
    assert browser.get("/children/").status_code == 302  # nobody is signed in
    assert spent < MOST_CPU, f"{spent * 1e3:.0f} ms"


def refusals(world: Any) -> list[Any]:
    return [entry for entry in world.audit() if entry.act == "sign_in_by_certificate.refused"]


def sent(message: bytes, nonce: str, h1: bytes) -> dict[str, str]:
    return {
        "name": "이서연",
        "nonce": nonce,
        "h1": base64.urlsafe_b64encode(h1).rstrip(b"=").decode(),
        "cms": base64.b64encode(message).decode(),
    }


@pytest.mark.parametrize("case", MESSAGES)
def test_a_malformed_message_opens_nothing(trusted: Any, case: str) -> None:
    browser = Client()
    make, _reason = MESSAGES[case]

    # Nothing of these answers the challenge at hand; what is read first decides on the sentence.
    expect_refused(trusted, browser, sent(make(), challenge(browser)["nonce"], cast.mother().h1), UNREADABLE)


@pytest.mark.parametrize("case", PARENTS)
def test_a_wrong_certificate_opens_nothing(trusted: Any, case: str) -> None:
    browser = Client()
    make, reason = PARENTS[case]
    signer, asked = make(), challenge(browser)
    h1 = certs.vid.h1(cast.NUMBER, cast.R)
    message = forge.message(certs.challenge_content(asked, h1), signer)

    expect_refused(trusted, browser, sent(message, asked["nonce"], h1), SENTENCES.get(reason, UNREADABLE))


def test_the_issuer_of_a_foreign_certificate_is_named(trusted: Any) -> None:
    browser = Client()
    asked, h1 = challenge(browser), cast.mother().h1
    signer = forge.parent(by=cast.ec_key(66), issuer=FOREIGN_ROOT)
    message = forge.message(certs.challenge_content(asked, h1), signer)

    answer = browser.post("/sign-in/", sent(message, asked["nonce"], h1))
    assert answer.json() == {"message": f"{UNKNOWN} (발급자: Any CA 1)"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"h1": certs.vid.h1("9001012234562", cast.R)},
        {"h1": certs.vid.h1(cast.NUMBER, bytes(20))},
        {"h1": certs.vid.virtual_id(cast.mother().h1)},
        {"h1": b""},
        {"h1": cast.mother().h1[:-1]},
    ],
    ids=["another number", "another R", "VID sent as H1", "empty", "short"],
)
def test_a_wrong_h1_opens_nothing(trusted: Any, wrong: dict[str, bytes]) -> None:
    browser, h1 = Client(), wrong["h1"]
    asked = challenge(browser)
    message = forge.message(certs.challenge_content(asked, h1))

    # An empty one is no answer at all.
    sentence = NOT_THE_OWNER if h1 else UNREADABLE
    expect_refused(trusted, browser, sent(message, asked["nonce"], h1), sentence)
