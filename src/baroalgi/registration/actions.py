"""What happens to an application: handed in by the parent, decided at the counter, ended by time."""

import json
import secrets
from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baroalgi.certs import ResidentNumber
from baroalgi.organisation import queries as organisation
from baroalgi.pki import jobs as pki
from baroalgi.platform import audit, crypto, gate
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.refusal import Refused, constraint_of
from baroalgi.platform.secret import Secret
from baroalgi.platform.templates import long_day
from baroalgi.policy import Actor
from baroalgi.policy.actor import SYSTEM
from baroalgi.registration import links, mails, queries
from baroalgi.registration import number as certificate_number
from baroalgi.registration.models import Application, Approval, Paper
from baroalgi.registration.period import start_of_day
from baroalgi.registration.steps import (
    AlreadyDecided,
    advance,
    decided,
    deciding_officer,
    reread,
)
from baroalgi.registration.types import FiledApplication, IdentityVerdict
from baroalgi.registration.workflow import TRANSITIONS, State

OLD_ENOUGH = 14
NUMBER_DRAWS = 20


class NotBegun(Refused):
    message = _("시간이 지나 화면이 닫혔습니다. 처음부터 다시 신청해 주세요.")


class TooManyTries(Refused):
    message = _("여러 번 시도하셨습니다. 한 시간 뒤에 다시 해 주세요.")


class TooYoung(Refused):
    message = _("만 14세 미만은 직접 신청할 수 없습니다.")
    field = "rrn"


class OpenApplication(Refused):
    message = _(
        "이미 진행 중인 신청이 있습니다(신청일 %(date)s). 이어서 진행하거나 취소한 뒤 다시 신청해 주세요."
    )


class AlreadySubmitted(Refused):
    message = _("이미 저장된 신청입니다. 신청은 하나만 만들어졌습니다.")


class NoSuchPlace(Refused):
    message = _("서류를 낼 곳을 골라 주세요.")
    field = "place"


class WrongPair(Refused):
    message = _("인증번호와 발급용 비밀번호가 맞지 않습니다. 다시 확인해 주세요.")


class IdentityNotSeen(Refused):
    message = _("신분증의 주민등록번호가 같아야 승인할 수 있습니다.")
    field = "rrn"


class ReasonMissing(Refused):
    message = _("돌려보내는 사유를 고르거나 적어 주세요. 학부모가 무엇을 고칠지 알 수 있어야 합니다.")
    field = "reasons"


# The parent ---------------------------------------------------------------------------------


def begin(*, by: Actor) -> int:
    """Reserve the application that this session will write; the session must exist. One statement.

    No action: nothing that people can notice is written yet.
    """
    reserved: int = gate.ask("application_begin")
    return reserved


@action
def submit(
    *,
    by: Actor,
    now: datetime,
    name: str,
    rrn: ResidentNumber,
    mobile: str,
    phone_home: str,
    email: str,
    postcode: str,
    address1: str,
    address2: str,
    place: int,
    issue_password: Secret,
    wants_news: bool,
    terms_version: str,
    draw: Callable[[int], int] = secrets.randbelow,
) -> FiledApplication:
    """Save the application of this session, give it its number, and mail what was typed.

    `draw(n)` gives a random number below n. The resident number is kept as keyed hash and mask, the
    password as the hash of a slow proof.
    Raises NotBegun, TooYoung, NoSuchPlace, OpenApplication, AlreadySubmitted (the second of two presses).
    """
    if by.application_id is None:
        raise NotBegun
    today = timezone.localdate(now)
    if rrn.age_on(today) < OLD_ENOUGH:
        raise TooYoung
    if organisation.counter(place) is None:
        raise NoSuchPlace
    identity_mac = crypto.identity_mac(rrn.digits)
    since = queries.open_since(identity_mac)
    if since is not None and queries.own(by.application_id) is None:
        raise OpenApplication(date=long_day(since))
    for _draw in range(NUMBER_DRAWS):
        given = certificate_number.compose(today, draw(certificate_number.SERIALS))
        proof = crypto.issue_proof(given, issue_password.reveal())
        try:
            with transaction.atomic():
                Application.objects.create(
                    id=by.application_id,
                    number=given,
                    state=State.SUBMITTED,
                    place_id=place,
                    name=name,
                    identity_mac=identity_mac,
                    identity_mask=rrn.mask,
                    birth_date=rrn.birth_date,
                    issue_password_hash=crypto.proof_hash(proof),
                    phone_home=phone_home,
                    mobile=mobile,
                    email=email,
                    postcode=postcode,
                    address1=address1,
                    address2=address2,
                    wants_news=wants_news,
                    terms_version=terms_version,
                    submitted_at=now,
                    changed_at=now,
                )
            break
        except IntegrityError as conflict:
            match constraint_of(conflict):
                case "registration_application_pkey":
                    raise AlreadySubmitted from None
                case "application_one_open":
                    raise OpenApplication(date=long_day(queries.open_since(identity_mac) or now)) from None
                case "registration_application_number_key":
                    continue
                case _:
                    raise
    else:
        raise RuntimeError("no free certificate number today")
    filed = _own(by)
    audit.record(by, Audit.APPLICATION_SUBMITTED, application_id=filed.id)
    mails.post(mails.submitted(filed), key=f"application:{filed.id}:submitted")
    return filed


@action
def open_status(*, by: Actor, now: datetime, number: str, proof: bytes) -> int:
    """Let this session carry the application that number and issuing password open; return its id.

    The caller has counted the try and committed it. Raises WrongPair.
    """
    application_id: int | None = gate.ask("application_claim", number, proof)
    if application_id is None:
        raise WrongPair
    audit.record(by, Audit.APPLICATION_STATUS_VIEWED, application_id=application_id)
    return application_id


@action
def cancel(*, by: Actor, now: datetime) -> None:
    """End the carried application, as its owner. Raises AlreadyDecided."""
    row = queries.own(by.application_id)
    if row is None or State.CANCELLED not in TRANSITIONS[row.state]:
        raise AlreadyDecided
    try:
        # The reason of a return before is no reason of this.
        advance(row, State.CANCELLED, now=now, closed_at=now, reason="", decided_by_name="")
    except AlreadyDecided:
        raise AlreadyDecided from None  # which officer was faster is not for the parent's page
    pki.revoke_unused.defer(application_id=row.id)
    audit.record(by, Audit.APPLICATION_CANCELLED, application_id=row.id)


@action
def record_print(*, by: Actor, now: datetime, application_id: int) -> None:
    """Record that the form was printed (domain.md §9.3: prints leave a trace)."""
    audit.record(by, Audit.APPLICATION_PRINTED, application_id=application_id)


# The counter --------------------------------------------------------------------------------


@action
def check_identity(
    *, by: Actor, now: datetime, row: FiledApplication, rrn: ResidentNumber
) -> IdentityVerdict:
    """Compare the number typed from the ID card with the application: equal or not, three tries.

    The caller commits at once, so that no later trouble gives a try back. Raises OwnApplication,
    AlreadyDecided.
    """
    _deciding(by, row, now=now)
    answer = gate.ask("identity_matches", row.id, crypto.identity_mac(rrn.digits))
    if answer is None:
        raise decided(reread(row), now)
    verdict = IdentityVerdict(**json.loads(answer))
    audit.record(
        by,
        Audit.APPLICATION_IDENTITY_CHECKED,
        application_id=row.id,
        equal=verdict.equal,
        left=verdict.left,
    )
    return verdict


@action
def approve(
    *,
    by: Actor,
    now: datetime,
    row: FiledApplication,
    id_card: str,
    compared: IdentityVerdict | None = None,
    seen: str = "",
) -> None:
    """Take the papers, approve the issuing, and mail the one-time address: all of it or nothing.

    Who has no e-mail gets the address on paper (`links.make`).

    `compared`: what `check_identity` answered in this request, if the number came with it; else this
    officer must have compared it earlier today. `seen`: the state of things on the officer's screen
    (`FiledApplication.seen`), if it is known.
    Raises OwnApplication, AlreadyDecided, IdentityNotSeen.
    """
    officer_id = _deciding(by, row, now=now, seen=seen)
    if not (identity_seen(row, by=by, now=now) or (compared is not None and compared.equal)):
        raise IdentityNotSeen
    if row.state is not State.PAPERS_RECEIVED:
        advance(row, State.PAPERS_RECEIVED, now=now, decided_by_name=by.name)
        for kind in Paper.Kind:
            Paper.objects.create(
                application_id=row.id, kind=kind, id_card=id_card, officer_id=officer_id, received_at=now
            )
        audit.record(by, Audit.APPLICATION_PAPERS_RECEIVED, application_id=row.id, id_card=id_card)
        row = reread(row)
    Approval.objects.create(
        application_id=row.id, officer_id=officer_id, officer_name=by.name, approved_at=now
    )
    advance(row, State.APPROVED, now=now, decided_by_name=by.name, reason="")
    audit.record(by, Audit.APPLICATION_APPROVED, application_id=row.id)
    links.send(reread(row), now=now)


@action
def send_back(*, by: Actor, now: datetime, row: FiledApplication, reason: str, seen: str = "") -> None:
    """Send an application back and tell the parent why.

    Raises OwnApplication, AlreadyDecided, ReasonMissing.
    """
    _deciding(by, row, now=now, seen=seen)
    if not reason.strip():
        raise ReasonMissing
    advance(row, State.RETURNED, now=now, reason=reason, decided_by_name=by.name)
    audit.record(by, Audit.APPLICATION_RETURNED, application_id=row.id)
    mails.post(
        mails.returned(row, reason=reason), key=f"application:{row.id}:returned:{int(now.timestamp() * 1e6)}"
    )


def identity_seen(row: FiledApplication, *, by: Actor, now: datetime) -> bool:
    """Tell whether this officer has found the number of the ID card equal today."""
    return (
        row.identity_seen_at is not None
        and row.identity_seen_by == by.person_id
        and row.identity_seen_at >= start_of_day(now)
    )


# Time ---------------------------------------------------------------------------------------


@action
def lapse(*, by: Actor = SYSTEM, now: datetime, row: FiledApplication) -> None:
    """End an application whose time is over, and tell the parent. Raises AlreadyDecided."""
    advance(row, State.LAPSED, now=now, closed_at=now)
    pki.revoke_unused.defer(application_id=row.id)
    audit.record(by, Audit.APPLICATION_LAPSED, application_id=row.id)
    mails.post(mails.lapsed(row), key=f"application:{row.id}:lapsed")


# Shared -------------------------------------------------------------------------------------


def _deciding(by: Actor, row: FiledApplication, *, now: datetime, seen: str = "") -> int:
    """Return the officer who may decide now. Raises OwnApplication, AlreadyDecided."""
    officer_id = deciding_officer(by, row)
    if not row.is_decidable or (seen and seen != row.seen):
        raise decided(row, now)
    return officer_id


def _own(by: Actor) -> FiledApplication:
    row = queries.own(by.application_id)
    if row is None:
        raise RuntimeError("the session does not see what it wrote")
    return row
