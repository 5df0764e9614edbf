"""Step ⑤: from the one-time link to a certificate in use (domain.md §1.10, design.md §4).

Three acts with commits of their own: a try that counts whatever follows, the order to the signer, and
the first signature of the new key, which ends the application and uses the link up.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from baroalgi import certs
from baroalgi.accounts import actions as accounts
from baroalgi.certs import Untrusted
from baroalgi.pki import actions as pki_actions
from baroalgi.pki import jobs as pki_jobs
from baroalgi.pki import queries as pki
from baroalgi.pki.types import Round
from baroalgi.platform import audit, crypto, gate
from baroalgi.platform.action import action
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Actor
from baroalgi.registration import jobs, mails
from baroalgi.registration.models import Application
from baroalgi.registration.workflow import State

PURPOSE = "first"
KIND = _("개인인증서(학부모서비스용)")


class LinkDead(Refused):
    message = _("이 발급 주소는 이미 사용되었거나 기간이 지났습니다. 등록기관에 재발송을 요청해 주세요.")


class LinkNotOpened(Refused):
    message = _("시간이 지나 화면이 닫혔습니다. 화면을 새로 열고 처음부터 다시 해 주세요.")


class WrongIssuePassword(Refused):
    message = _(
        "발급용 비밀번호가 맞지 않습니다. "
        "(%(left)s번 더 틀리면 발급이 중지되고, 등록기관에서 다시 신청해야 합니다.)"
    )
    field = "issue_password"


class Blocked(Refused):
    message = _("발급용 비밀번호를 다섯 번 틀려 발급이 중지되었습니다. 등록기관에서 다시 신청해 주세요.")


class FirstSignatureWrong(Refused):
    message = _("새 인증서의 시험 서명을 확인하지 못했습니다. 화면을 새로 열고 처음부터 다시 해 주세요.")


@dataclass(frozen=True, slots=True)
class Issued:
    """What the last screen shows."""

    name: str
    kind: str
    not_after: datetime


def link_is_open(token: str) -> bool:
    """Tell whether an issuing link can still be tried. One statement."""
    return bool(gate.ask("link_is_open", crypto.token_hash(token)))


def proof_of(number: str, issue_password: str) -> bytes:
    """Return the slow proof of an issuing password; made before a unit is opened, it takes 50 ms."""
    return crypto.issue_proof(number, issue_password)


def count_try(*, by: Actor, token: str, number: str, proof: bytes) -> None:
    """Count a try at the link; after a right one the session carries the application and may order.

    No action: what it counts must stand whatever is said afterwards, so the caller's unit ends with it.
    Raises LinkDead, WrongIssuePassword, Blocked (after the fifth wrong one: the application is cancelled).
    """
    verdict = json.loads(gate.ask("link_try", crypto.token_hash(token), number, proof))
    if verdict["verdict"] == "ok":
        return
    refusal: Refused = LinkDead()
    if verdict["verdict"] == "wrong":
        refusal = WrongIssuePassword(left=verdict["left"]) if verdict["left"] else Blocked()
    why = type(refusal).__name__
    if isinstance(refusal, Blocked):
        jobs.tell_blocked.defer(application_id=verdict["application_id"])
        pki_jobs.revoke_unused.defer(application_id=verdict["application_id"])
    audit.refused(by, "certificate.try", why=why, application_id=verdict["application_id"])
    raise refusal


@action
def order(*, by: Actor, csr: bytes, sealed: bytes, now: datetime) -> int:
    """Order a certificate for the application that the session carries; returns the issuance's id.

    Raises LinkDead and what `pki.actions.order` refuses.
    """
    application = _carried(by)
    person_id = gate.ask("application_person")
    if application is None or person_id is None:
        raise LinkDead
    return pki_actions.order(
        by=by,
        application_id=application.id,
        person_id=person_id,
        name=application.name,
        identity_mac=gate.ask("carried_identity"),
        csr=csr,
        sealed=sealed,
        now=now,
    )


def round_of(by: Actor, token: str) -> Round:
    """Return the newest round at this link; the tries begin anew once it has delivered.

    Raises LinkNotOpened when this browser did not open the link, or opened it too long ago.
    """
    token_hash = crypto.token_hash(token)
    carried = gate.ask("link_is_carried", token_hash)
    newest = pki.issuance(by.application_id) if carried and by.application_id else None
    if newest is None:
        raise LinkNotOpened
    if newest.state == "valid":
        gate.ask("link_settle", token_hash)
    return newest


@action
def confirm(
    *, by: Actor, token: str, cms: bytes, h1: bytes, challenge: dict[str, Any], now: datetime
) -> Issued:
    """Check the first signature of the new key, put the certificate into use and end the application.

    `challenge`: the used one, as `accounts.use_challenge` returned it. Repeating it with a certificate
    that is in use already changes nothing. Raises FirstSignatureWrong, LinkDead, `pki.actions.RoundOver`.
    """
    if by.application_id is None:
        raise LinkDead
    content = certs.challenge_content(challenge, h1)
    try:
        verified = certs.verify(cms, content, h1, pki.anchors(), now)
    except Untrusted as untrusted:
        raise FirstSignatureWrong from untrusted
    confirmed = pki_actions.confirm(
        by=by, application_id=by.application_id, fingerprint=verified.fingerprint, now=now
    )
    # Read under the lock that `confirm` holds: of two presses the second finds it done.
    application = _carried(by)
    if application is None:
        raise LinkDead
    if application.state != State.ISSUED:
        _end(application, token, now)
        _tell(application, confirmed.person_id, confirmed.not_after)
    return Issued(confirmed.name, str(KIND), confirmed.not_after)


def new_challenge(session_hash: str, now: datetime) -> dict[str, Any]:
    """Make the challenge of the first signature. One statement."""
    return accounts.make_challenge(purpose=PURPOSE, session_hash=session_hash, now=now)


def _end(application: Application, token: str, now: datetime) -> None:
    # Link and state are each compared and set: of two who confirm at once, one comes through.
    used = gate.ask("link_use", crypto.token_hash(token))
    ended = Application.objects.filter(id=application.id, state=State.APPROVED).update(
        state=State.ISSUED, changed_at=now, closed_at=now
    )
    if not (used and ended):
        raise LinkDead


def _tell(application: Application, person_id: int, not_after: datetime) -> None:
    mail = mails.issued(
        name=application.name, number=application.number, to=application.email, until=not_after
    )
    mails.post(mail, key=f"application:{application.id}:issued", person_id=person_id)


def _carried(by: Actor) -> Application | None:
    if by.application_id is None:
        return None
    rows = Application.objects.filter(id=by.application_id, state__in=[State.APPROVED, State.ISSUED])
    return rows.only("state", "name", "number", "email").first()  # the hashes are not readable


_NOT_MADE = _("인증서를 만들지 못했습니다. 화면을 새로 열고 처음부터 다시 해 주세요.")
_REJECTIONS = {
    "other_identity": _("주민등록번호가 신청서의 번호와 다릅니다. 확인한 뒤 다시 입력해 주세요."),
    "given_up": pki_actions.RoundOver.message,
    "not_approved": pki_actions.NotApproved.message,
}


def sentence_of(code: str) -> str:
    """Return what to tell the parent about a rejection of the signer."""
    return str(_REJECTIONS.get(code, _NOT_MADE))
