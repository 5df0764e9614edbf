"""Writes of this room that are not the signer's: order, first signature, revocation."""

from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, connection
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from baroalgi import certs
from baroalgi.certs import BadInput
from baroalgi.pki import queries
from baroalgi.pki.database import lock_application, wake_signer
from baroalgi.pki.models import Certificate, Issuance
from baroalgi.pki.types import Confirmed
from baroalgi.platform import audit
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.refusal import Refused, constraint_of
from baroalgi.policy import Actor

SEALED_BYTES = 384  # one block of RSA-3072
MOST_ROUNDS = 20  # each leaves a revoked certificate behind


class RevocationReason(StrEnum):
    """Why a certificate is revoked, by the names of RFC 5280 §5.3.1."""

    SUPERSEDED = "superseded"
    KEY_COMPROMISE = "keyCompromise"
    CESSATION = "cessationOfOperation"
    AFFILIATION = "affiliationChanged"


class UnfitRequest(Refused):
    message = _("이 브라우저가 만든 열쇠로는 인증서를 만들 수 없습니다. 화면을 새로 열고 다시 해 주세요.")
    field = "csr"


class KeyUsed(Refused):
    message = _("이미 쓴 열쇠로는 인증서를 다시 만들 수 없습니다. 화면을 새로 열고 다시 해 주세요.")
    field = "csr"


class UnfitSealed(Refused):
    message = _("보내신 내용을 읽을 수 없습니다. 화면을 새로 열고 다시 해 주세요.")
    field = "sealed"


class NotApproved(Refused):
    message = _("발급 승인이 거두어졌습니다. 등록기관에 문의해 주세요.")


class TooManyRounds(Refused):
    message = _("발급을 너무 여러 번 다시 시작했습니다. 등록기관에 문의해 주세요.")


class RoundOver(Refused):
    message = _("다른 화면에서 발급을 다시 시작했습니다. 나중에 연 화면에서 이어서 해 주세요.")


class NotValid(Refused):
    message = _("이미 폐지된 인증서입니다.")


@action
def order(
    *,
    by: Actor,
    application_id: int,
    person_id: int,
    name: str,
    identity_mac: str,
    csr: bytes,
    sealed: bytes,
    now: datetime,
) -> int:
    """Order a certificate from the signer and return the issuance's id; a new round gives up the ones before.

    `csr`: PKCS#10, DER; `sealed`: what `certs.seal` made. The database takes the order only for an approved
    application of this identity. Raises UnfitRequest, UnfitSealed, KeyUsed, NotApproved,
    TooManyRounds.
    """
    try:
        request = certs.read_csr(csr)
    except BadInput:
        raise UnfitRequest from None
    if len(sealed) != SEALED_BYTES:
        raise UnfitSealed
    lock_application(application_id)
    _revoke_unconfirmed(by=by, application_id=application_id, reason=RevocationReason.SUPERSEDED, now=now)
    before = Issuance.objects.filter(application_id=application_id).aggregate(newest=Max("round"))["newest"]
    if before == MOST_ROUNDS:
        raise TooManyRounds
    try:
        made = Issuance.objects.create(
            application_id=application_id,
            round=(before or 0) + 1,
            person_id=person_id,
            name=name,
            identity_mac=identity_mac,
            csr=csr,
            spki_hash=request.spki_hash.hex(),
            sealed=sealed,
            ordered_at=now,
        )
    except IntegrityError as error:
        if (refusal := _REFUSALS.get(constraint_of(error))) is None:
            raise
        raise refusal from None
    wake_signer()
    audit.record(
        by,
        Audit.CERTIFICATE_ORDERED,
        person_id=person_id,
        application_id=application_id,
        issuance_id=made.id,
        round=made.round,
    )
    return made.id


@action
def confirm(*, by: Actor, application_id: int, fingerprint: bytes, now: datetime) -> Confirmed:
    """Put a certificate into use whose key has just signed; the person's others are revoked as superseded.

    `fingerprint`: SHA-256 of the certificate of the newest round. Repeating it changes nothing.
    Raises RoundOver.
    """
    lock_application(application_id)
    newest = queries.issuance(application_id)
    row = Certificate.objects.filter(fingerprint=fingerprint.hex(), state=Certificate.State.VALID).first()
    if newest is None or row is None or newest.certificate_id != row.id:
        raise RoundOver
    again = {"again": True}  # the answer to the first was lost
    if row.confirmed_at is None:
        _supersede(by=by, row=row)
        Certificate.objects.filter(id=row.id).update(confirmed_at=now)
        again = {}
    audit.record(
        by,
        Audit.CERTIFICATE_CONFIRMED,
        person_id=row.person_id,
        application_id=application_id,
        serial=row.serial,
        **again,
    )
    return Confirmed(row.id, row.person_id, newest.name, row.serial, row.not_after)


@action
def revoke(*, by: Actor, certificate_id: int, reason: RevocationReason, now: datetime) -> None:
    """Revoke a certificate for good; the signer lists it at once. Raises NotValid."""
    row = Certificate.objects.filter(id=certificate_id).first()
    # Compare and set: of two who press at once, one revokes and one is told.
    if row is None or not _still_good(id=certificate_id).update(
        state=Certificate.State.REVOKED, revoked_at=now, revocation_reason=reason
    ):
        raise NotValid
    _tell_revoked(by, row.person_id, row.application_id, row.serial, reason)


def revoke_unused(*, by: Actor, application_id: int, now: datetime) -> None:
    """Revoke what was signed for an application that has ended, if nobody put it into use.

    No action: mostly there is nothing to do. Repeating it changes nothing.
    """
    lock_application(application_id)
    _revoke_unconfirmed(by=by, application_id=application_id, reason=RevocationReason.CESSATION, now=now)


def _revoke_unconfirmed(*, by: Actor, application_id: int, reason: RevocationReason, now: datetime) -> None:
    """Revoke what was delivered but never put into use."""
    for row in list(_still_good(application_id=application_id, confirmed_at=None)):
        _still_good(id=row.id).update(
            state=Certificate.State.REVOKED, revoked_at=now, revocation_reason=reason
        )
        _tell_revoked(by, row.person_id, application_id, row.serial, reason)


def _supersede(*, by: Actor, row: Certificate) -> None:
    # Through a door: the session of somebody without a certificate sees the new one only.
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM policy.supersede_certificates(%s)", [row.id])
        for application_id, serial in cursor.fetchall():
            _tell_revoked(by, row.person_id, application_id, serial, RevocationReason.SUPERSEDED)


def _still_good(**which: object) -> QuerySet[Certificate]:
    return Certificate.objects.filter(
        state__in=[Certificate.State.VALID, Certificate.State.SUSPENDED], **which
    )


def _tell_revoked(
    by: Actor, person_id: int, application_id: int, serial: str, reason: RevocationReason
) -> None:
    audit.record(
        by,
        Audit.CERTIFICATE_REVOKED,
        person_id=person_id,
        application_id=application_id,
        serial=serial,
        reason=reason.value,
    )
    wake_signer()


_REFUSALS: dict[str, type[Refused]] = {
    "issuance_key_once": KeyUsed,
    "order_has_approved_application": NotApproved,
}
