"""domain.md §1.16 row by row, through the real pages: the sentence, the status, the row of the trail, and
nothing accepted.

A row whose trail is None is no refusal but how things stand. Left out: 「인증서 상태를 확인할 수 없습니다…」,
which is of authorities other than ours; the site knows none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from baroalgi import certs
from tests.accounts.test_certificate_sign_in import Door, bring, receive
from tests.certs import cast, forge
from tests.certs.test_malformed import FOREIGN_ROOT, PARENTS
from tests.guardianship.rows import days_ago, typed
from tests.issuing import approved
from tests.refusals.test_malformed_sign_in import sent, trusted  # noqa: F401 - a fixture
from tests.registration.parent import STATUS, answers, at_the_form, opened

APPLY = "/children/apply/8071028/"
FORM = "/certificate/apply/form/"
UNREADABLE = "인증서 파일을 읽을 수 없습니다. 파일이 손상되었거나 지원하지 않는 형식입니다."
NOT_MATCHED = "입력하신 정보와 맞는 학생을 찾을 수 없습니다. 학년·이름·주민등록번호를 확인해 주세요."
NOT_THE_OWNER = "입력하신 이름·주민등록번호와 인증서의 소유자가 다릅니다."
DEAD = "이 발급 주소는 이미 사용되었거나 기간이 지났습니다. 등록기관에 재발송을 요청해 주세요."
STALE = "로그인 시간이 지났습니다. 처음부터 다시 해 주세요."
NO_RIGHT = "열람 권한이 없습니다."

Ask = Callable[[], Any]
Trail = tuple[str, str] | None


@dataclass(frozen=True)
class Stage:
    """The cast, and a signer for those who need a certificate."""

    world: Any
    signer: Callable[[], Any]
    as_role: Callable[[str], None]

    def parent(self) -> Any:
        return receive(self.world, self.world.seoyeon, self.signer())

    def mother(self) -> Client:
        browser: Client = self.world.guardian_browser(self.world.seoyeon)
        return browser

    def application(self, **facts: Any) -> Any:
        return self.world.application(
            applicant=self.world.seoyeon, place=self.world.hwanggan_counter, **facts
        )


# Each arranges what is needed and returns the request that is refused --------------------------------


def office(stage: Stage) -> Ask:
    from baroalgi.organisation.models import Office

    Office.objects.using("owner").create(
        code="B10", name="서울특별시교육청", short_name="서울", homepage="https://www.sen.go.kr", position=1
    )
    return lambda: stage.world.visitor().get("/offices/B10/")


def submitting(stage: Stage, **changes: str) -> Ask:
    browser = at_the_form(Client())
    return lambda: browser.post(FORM, answers(stage.world.hwanggan_counter, **changes))


def open_already(stage: Stage) -> Ask:
    from baroalgi.platform import crypto

    stage.application(identity_mac=crypto.identity_mac("8507072345671"), submitted_at=days_ago(3))
    return submitting(stage)


def too_young(stage: Stage) -> Ask:
    return submitting(stage, rrn_0="180607", rrn_1="4345670")


def session_ended(address: str, method: str = "get") -> Callable[[Stage], Ask]:
    def row(stage: Stage) -> Ask:
        return lambda: getattr(Client(), method)(address, follow=True)

    return row


def sent_back(stage: Stage) -> Ask:
    application = stage.application()
    officer = stage.world.staff_browser(stage.world.officer)
    officer.post(f"/desk/certificates/{application.number}/return/", {"reasons": "no_id_back"})
    browser = opened(application)
    return lambda: browser.get(STATUS)


def used_link(stage: Stage, act: str = "") -> Ask:
    parent = stage.parent()
    return lambda: parent.order() if act else Client().get(parent.address())


def expired_link(stage: Stage) -> Ask:
    parent = approved(stage.world, stage.world.seoyeon, days=-1)
    return lambda: Client().get(parent.address())


def told_by_browser(code: str, place: str = "sign_in") -> Callable[[Stage], Ask]:
    """What the browser finds out alone: its page has the sentence, and it tells the trail."""

    def row(stage: Stage) -> Ask:
        browser = Client()
        stage.signer()  # there must be an authority for the page of issuing
        address = "/sign-in/" if place == "sign_in" else approved(stage.world, stage.world.seoyeon).address()

        def ask() -> Any:
            page = browser.get(address)
            assert browser.post("/sign-in/refused/", {"code": code, "place": place}).status_code == 204
            return page

        return ask

    return row


def signing_in(**other: Any) -> Callable[[Stage], Ask]:
    def row(stage: Stage) -> Ask:
        door = Door(stage.parent())
        return lambda: door.send(door.answer(**other))

    return row


def out_of_force(state: str) -> Callable[[Stage], Ask]:
    def row(stage: Stage) -> Ask:
        door = Door(stage.parent())
        bring(door.owner, state)
        return lambda: door.send(door.answer())

    return row


def damaged_message(stage: Stage) -> Ask:
    door = Door(stage.parent())
    return lambda: door.send(door.answer() | {"cms": "MIIB"})


def replayed(stage: Stage) -> Ask:
    door = Door(stage.parent())
    fields = door.answer()
    assert door.send(fields).status_code == 200
    door.browser.post("/sign-out/")
    return lambda: door.send(fields)


def foreign(make: Callable[[], cast.Parent]) -> Callable[[Stage], Ask]:
    """A certificate that this site's authority did not make, or that is over; for the fixture `trusted`."""

    def row(stage: Stage) -> Ask:
        browser, signer = Client(), make()
        asked = browser.post("/sign-in/challenge/").json()
        h1 = certs.vid.h1(cast.NUMBER, cast.R)
        message = forge.message(certs.challenge_content(asked, h1), signer)
        return lambda: browser.post("/sign-in/", sent(message, asked["nonce"], h1))

    return row


def school_not_found(stage: Stage) -> Ask:
    mother = stage.mother()
    return lambda: mother.get("/children/apply/", {"q": "하버드"})


def applying(**changes: str) -> Callable[[Stage], Ask]:
    def row(stage: Stage) -> Ask:
        mother = stage.mother()
        return lambda: mother.post(APPLY, typed(stage.world, stage.world.garam, **changes))

    return row


def applying_again(state: str) -> Callable[[Stage], Ask]:
    def row(stage: Stage) -> Ask:
        stage.world.link(
            guardian=stage.world.seoyeon, child=stage.world.garam, state=state, requested_at=days_ago(2)
        )
        return applying()(stage)

    return row


def not_approved(stage: Stage) -> Ask:
    link = stage.world.link(guardian=stage.world.seoyeon, child=stage.world.garam, state="requested")
    teacher = stage.world.staff_browser(stage.world.homeroom_teacher)
    teacher.post(f"/desk/child-links/{link.id}/refuse/", {"reason": "관계를 확인해 주세요."})
    mother = stage.mother()
    return lambda: mother.get("/children/waiting/")


def not_released(stage: Stage) -> Ask:
    link = stage.world.link(guardian=stage.world.seoyeon, child=stage.world.garam)
    mother = stage.mother()
    return lambda: mother.get(f"/children/{link.public_id}/grades/")


def link_ended(state: str, *, sees_another: bool = False) -> Callable[[Stage], Ask]:
    def row(stage: Stage) -> Ask:
        from baroalgi.guardianship import actions
        from baroalgi.organisation.models import Student
        from baroalgi.platform.unit import system_unit
        from baroalgi.policy.actor import SYSTEM

        if sees_another:
            stage.world.link(guardian=stage.world.seoyeon, child=stage.world.doyun)
        link = stage.world.link(guardian=stage.world.seoyeon, child=stage.world.garam, state=state)
        Student.objects.using("owner").filter(id=stage.world.garam.id).update(state="left")
        stage.as_role("worker")
        with system_unit():
            actions.close(by=SYSTEM, link_id=link.id, now=days_ago(0))
        stage.as_role("app")
        mother = stage.mother()
        return lambda: mother.get("/children/", follow=True)

    return row


def foreign_page(address: str, who: str = "stranger") -> Callable[[Stage], Ask]:
    """Somebody else's row (`{link}`, `{request}`, `{number}`), or none at all."""

    def row(stage: Stage) -> Ask:
        world = stage.world
        link = world.link(guardian=world.seoyeon, child=world.garam)
        request = world.link(guardian=world.seoyeon, child=world.doyun, state="requested")
        number = stage.application().number
        path = address.format(link=link.public_id, request=request.id, number=number)
        person = getattr(world, who)
        browser = world._browser(person, "certificate" if who == "stranger" else "password")
        return lambda: browser.post(path) if path.endswith(("approve/", "undo/")) else browser.get(path)

    return row


ROWS: dict[str, tuple[Callable[[Stage], Ask], int, str, Trail]] = {
    "entrance: office not served here": (
        office,
        200,
        "선택하신 교육청은 이 사이트에서 서비스하지 않습니다. 아래 주소로 이동해 주세요.",
        None,
    ),
    "② open application exists": (
        open_already,
        422,
        f"이미 진행 중인 신청이 있습니다(신청일 {days_ago(3):%Y년 %-m월 %-d일}). "
        "이어서 진행하거나 취소한 뒤 다시 신청해 주세요.",
        ("submit", "OpenApplication"),
    ),
    "② under 14": (
        too_young,
        422,
        "만 14세 미만은 직접 신청할 수 없습니다.",
        ("submit", "TooYoung"),
    ),
    **{
        f"③ session ended, {address} {method}": (
            session_ended(address, method),
            200,
            "시간이 지나 화면이 닫혔습니다. 인증번호와 발급용 비밀번호로 신청서를 다시 열 수 있습니다.",
            ("application.open", "SessionEnded"),
        )
        for address, method in (
            ("/certificate/apply/done/", "get"),
            ("/certificate/apply/paper/", "get"),
            ("/certificate/status/correct/", "post"),
            ("/certificate/status/link/", "post"),
            ("/certificate/status/cancel/", "post"),
        )
    },
    "④ papers missing, ④ returned": (
        sent_back,
        200,
        "신청이 반려되었습니다. 사유: 신분증 뒷면 사본이 없어 접수하지 못했습니다. "
        "보완하여 다시 방문해 주세요.",
        None,
    ),
    "⑤ link used": (used_link, 410, DEAD, ("certificate.open_link", "LinkDead")),
    "⑤ link used, ordered": (
        lambda stage: used_link(stage, "order"),
        410,
        DEAD,
        ("certificate.try", "LinkDead"),
    ),
    "⑤ link expired": (expired_link, 410, DEAD, ("certificate.open_link", "LinkDead")),
    "⑤ browser without crypto": (
        told_by_browser("no_cryptography", "issuing"),
        200,
        "이 브라우저에서는 인증서를 만들 수 없습니다. 최신 크롬·엣지·사파리·파이어폭스를 이용해 주세요.",
        ("certificate.issuing", "NoCryptography"),
    ),
    # pages.md §5.8 has it longer, and says 기기: it may be a phone.
    "sign-in: wrong certificate password": (
        told_by_browser("wrong_password"),
        200,
        "인증서 암호가 맞지 않습니다. 대문자와 소문자를 확인해 주세요. 암호는 이 기기 안에서만 확인합니다.",
        ("sign_in_by_certificate", "WrongPassword"),
    ),
    "sign-in: damaged file": (
        told_by_browser("damaged"),
        200,
        UNREADABLE,
        ("sign_in_by_certificate", "Damaged"),
    ),
    "sign-in: damaged message": (
        damaged_message,
        422,
        UNREADABLE,
        ("sign_in_by_certificate", "Unreadable"),
    ),
    "sign-in: name mismatch": (
        signing_in(name="오낯선"),
        422,
        NOT_THE_OWNER,
        ("sign_in_by_certificate", "NotTheOwner"),
    ),
    "sign-in: RRN mismatch": (
        signing_in(rrn="8403122345671"),
        422,
        NOT_THE_OWNER,
        ("sign_in_by_certificate", "NotTheOwner"),
    ),
    "sign-in: expired": (
        foreign(PARENTS["33 expired"][0]),
        422,
        f"인증서의 유효기간이 {cast.NOW - timedelta(seconds=1) + timedelta(hours=9):%Y년 %-m월 %-d일}에 "
        "끝났습니다. 갱신한 뒤 이용해 주세요.",
        ("sign_in_by_certificate", "Expired"),
    ),
    "sign-in: revoked": (
        out_of_force("revoked"),
        422,
        "폐지된 인증서입니다. 등록기관에 문의해 주세요.",
        ("sign_in_by_certificate", "Revoked"),
    ),
    "sign-in: suspended": (
        out_of_force("suspended"),
        422,
        "효력이 정지된 인증서입니다. 등록기관에 문의해 주세요.",
        ("sign_in_by_certificate", "Suspended"),
    ),
    "sign-in: unknown CA": (
        foreign(lambda: forge.parent(by=cast.ec_key(66), issuer=FOREIGN_ROOT)),
        422,
        "이 사이트에서 사용할 수 없는 인증서입니다. (발급자: Any CA 1)",
        ("sign_in_by_certificate", "UnknownIssuer"),
    ),
    "sign-in: replay": (replayed, 422, STALE, ("use_challenge", "StaleChallenge")),
    "application: school not found": (
        school_not_found,
        200,
        "찾으시는 학교가 없습니다. 학교 이름의 일부만 입력해 보세요.",
        None,
    ),
    "application: child not matched": (
        applying(child_rrn_1="4000099"),
        422,
        NOT_MATCHED,
        ("apply", "ChildNotMatched"),
    ),
    "application: already linked": (
        applying_again("approved"),
        422,
        "이미 승인된 자녀입니다.",
        ("apply", "AlreadyApproved"),
    ),
    "application: pending": (
        applying_again("requested"),
        422,
        f"담임교사 승인을 기다리는 중입니다(신청일 {days_ago(2):%Y-%m-%d}).",
        ("apply", "AlreadyRequested"),
    ),
    "approval: refused": (not_approved, 200, "사유: 관계를 확인해 주세요.", None),
    "reading: not yet released": (
        not_released,
        200,
        "아직 공개되지 않은 자료입니다. 학교가 공개하면 알려 드립니다.",
        None,
    ),
    "reading: link ended": (
        link_ended("approved"),
        200,
        "자녀의 전학·졸업으로 열람이 종료되었습니다. 새 학교에 다시 신청해 주세요.",
        None,
    ),
    "reading: link ended, another child is still seen": (
        link_ended("approved", sees_another=True),
        200,
        "자녀의 전학·졸업으로 열람이 종료되었습니다. 새 학교에 다시 신청해 주세요.",
        None,
    ),
    "reading: request ended": (
        link_ended("requested"),
        200,
        "자녀의 전학·졸업으로 신청이 종료되었습니다. 새 학교에 다시 신청해 주세요.",
        None,
    ),
    **{
        f"any: no right, {address} as {who}": (
            foreign_page(address, who),
            404,
            NO_RIGHT,
            ("page.open", "NoRight"),
        )
        for address, who in (
            ("/children/{link}/", "stranger"),
            ("/children/{link}/grades/", "stranger"),
            ("/children/00000000-0000-0000-0000-000000000000/", "stranger"),
            ("/desk/child-links/{request}/", "next_door_teacher"),
            ("/desk/child-links/{request}/approve/", "next_door_teacher"),
            ("/desk/child-links/{request}/", "officer"),
            ("/desk/child-links/999999/", "next_door_teacher"),
            ("/desk/certificates/{number}/", "other_school_officer"),
            ("/desk/certificates/{number}/approve/", "other_school_officer"),
            ("/desk/certificates/{number}/", "homeroom_teacher"),
        )
    },
}

# What these two rows sign with is of an authority of the tests, on the day of its cast.
OF_THE_CAST = {"sign-in: expired", "sign-in: unknown CA"}


@pytest.mark.parametrize("case", ROWS)
def test_what_is_refused_is_said_and_written_down_and_nothing_is_accepted(
    world: Any, as_role: Any, request: pytest.FixtureRequest, case: str
) -> None:
    arrange, status, sentence, trail = ROWS[case]
    if case in OF_THE_CAST:
        request.getfixturevalue("trusted")
    stage = Stage(world, lambda: request.getfixturevalue("sign"), as_role)
    ask = arrange(stage)
    before, told = standing(), len(world.audit())
    answer = ask()

    assert answer.status_code == status
    assert sentence in read(answer)
    refused = [entry for entry in world.audit()[told:] if entry.act.endswith(".refused")]
    expected = [] if trail is None else [(f"{trail[0]}.refused", trail[1])]
    assert [(entry.act, entry.facts["why"]) for entry in refused] == expected
    for entry in refused:
        assert not re.search(r"[가-힣]|[0-9]{6}", str(entry.facts))  # where, never whose
    assert standing() == before


def read(answer: Any) -> str:
    """Return what people read, of a page or of what a script is told."""
    if answer.headers["Content-Type"].startswith("application/json"):
        said = answer.json()
        return str(said.get("message") or said.get("errors"))
    text = re.sub(r"<svg.*?</svg>|<head>.*?</head>", "", answer.text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def standing() -> dict[str, list[Any]]:
    """Return everything that a refusal could have changed: rights, applications, who is signed in."""
    from baroalgi.accounts.models import Session
    from baroalgi.guardianship.models import ChildLink
    from baroalgi.pki.models import Certificate, Issuance
    from baroalgi.registration.models import Application

    rows = {
        model.__name__: list(model.objects.using("owner").order_by("id").values_list("id", "state"))
        for model in (ChildLink, Application, Certificate, Issuance)
    }
    signed_in = Session.objects.using("owner").filter(person__isnull=False).order_by("key_hash")
    return rows | {"Session": list(signed_in.values_list("key_hash", "strength"))}
