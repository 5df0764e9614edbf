"""The signer: the only process that opens the issuing key. Its work comes as rows and nothing else.

Each order goes through two transactions: *prepare* commits serial and to-be-signed bytes before the key
is used, *sign* signs exactly those bytes. Signing is deterministic, so a signer that was killed anywhere
goes on from the row and arrives at the same one certificate (design.md §5).
"""

import logging
import os
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Event

from cryptography import x509
from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Max, Min, Q, QuerySet
from django.utils import timezone

from baroalgi import certs
from baroalgi.certs import BadInput, CertificateRequest
from baroalgi.pki import orders
from baroalgi.pki.database import CHANNEL, lock_application, lock_list
from baroalgi.pki.keys import Key, KeyFolder, KeyTrouble
from baroalgi.pki.models import Authority, Certificate, Issuance, RevocationList
from baroalgi.pki.orders import Order
from baroalgi.pki.profile import profile_of
from baroalgi.platform import audit, crypto, logs
from baroalgi.platform.audit import Audit
from baroalgi.platform.heartbeat import beat
from baroalgi.platform.refusal import constraint_of
from baroalgi.platform.unit import system_unit
from baroalgi.policy.actor import SYSTEM

__all__ = ["KeyTrouble", "Rejected", "Signer", "Standing", "run", "standing"]

log = logging.getLogger("baroalgi.signer")

PATIENCE = 1.0  # seconds between two looks when nobody rings
BEAT = timedelta(seconds=20)
LIST_EVERY = timedelta(days=1)  # npki.md §6.3
LIST_LIFE = timedelta(days=7)
# The signer's own rejections; all others are codes of `certs`. At most 40 characters.
OTHER_REQUEST, OTHER_IDENTITY, OTHER_KEY = "other_request", "other_identity", "other_key"
GIVEN_UP, NOT_APPROVED = "given_up", "not_approved"


class Rejected(Exception):
    """An order can't be fulfilled; the text is the code that is kept."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an authority stands, for the operator. Times are UTC; None where there is nothing yet."""

    name: str
    not_after: datetime
    valid: int
    revoked: int
    waiting: int
    oldest: datetime | None
    list_number: int | None
    list_until: datetime | None
    root_list_until: datetime


class Signer:
    """The keys in memory, and the next row. Each `step` is one transaction."""

    def __init__(self, folder: Path) -> None:
        """Open the keys of this folder. Raises KeyTrouble, also when the database does not know them."""
        keys = KeyFolder(folder)
        self._key = keys.signing_key(Key.ISSUING)
        self._sealing_key = keys.sealing_key()
        certificate = keys.read("issuing.cer") or b""
        known = {bytes(row.certificate): row for row in Authority.objects.all()}
        if certificate not in known:
            raise KeyTrouble(f"The database does not know the authority in {folder}; run `baroalgi ca init`.")
        self.authority_id = known[certificate].id
        self.certificate = certificate
        self.profile = profile_of(known[certificate].name, certificate)
        self.at: int | None = None  # the issuance at hand
        self.troubled: set[int] = set()  # left alone until the next start

    def step(self, now: datetime) -> bool:
        """Do the next thing that waits; False when nothing does. What is begun is finished first."""
        self.at = None
        return self.sign_next(now) or self.prepare_next(now) or self.list_if_due(now)

    def prepare_next(self, now: datetime) -> bool:
        """Take the oldest order up to the bytes to be signed, or reject it."""
        with system_unit():
            row = self._next(Issuance.State.ORDERED)
            if row is None:
                return False
            try:
                # The savepoint is for the approval, which the database looks at again.
                with transaction.atomic():
                    self._prepare(row, now)
            except Rejected as reason:
                self._reject(row, str(reason))
            except IntegrityError as error:
                if constraint_of(error) != "order_has_approved_application":
                    raise
                self._reject(row, NOT_APPROVED)
        return True

    def sign_next(self, now: datetime) -> bool:
        """Sign the oldest prepared bytes."""
        with system_unit():
            row = self._next(Issuance.State.PREPARED, authority_id=self.authority_id)
            if row is None:
                return False
            lock_application(row.application_id)
            der = certs.sign_tbs(row.tbs or b"", self._key, authority=self.certificate)
            self._keep(row, der, now)
            log.info("certificate signed")
            audit.record(
                SYSTEM,
                Audit.CERTIFICATE_ISSUED,
                person_id=row.person_id,
                application_id=row.application_id,
                issuance_id=row.id,
                serial=row.serial,
            )
        return True

    def list_if_due(self, now: datetime) -> bool:
        """Publish a revocation list each day, and as soon as something is not on one."""
        lists = RevocationList.objects.filter(authority_id=self.authority_id)
        newest = lists.order_by("-number").values_list("this_update", flat=True).first()
        unlisted = self._revoked().filter(listed_in=None)
        if newest is not None and now - newest < LIST_EVERY and not unlisted.exists():
            return False
        self.publish_list(now)
        return True

    def publish_list(self, now: datetime) -> int:
        """Sign and publish a revocation list; returns its number."""
        with system_unit():
            lock_list(self.authority_id)
            before = RevocationList.objects.filter(authority_id=self.authority_id).aggregate(
                number=Max("number"), at=Max("this_update")
            )
            number = (before["number"] or 0) + 1
            # What has expired stands on one more list (npki.md §6.3).
            expired = Q(not_after__lte=before["at"]) if before["at"] else Q(pk__in=[])
            rows = list(self._revoked().exclude(expired, listed_in__isnull=False).order_by("id"))
            der = certs.make_crl(
                self._key,
                authority=self.certificate,
                number=number,
                this_update=now,
                next_update=now + LIST_LIFE,
                revoked=map(_line, rows),
            )
            RevocationList.objects.create(
                authority_id=self.authority_id,
                number=number,
                der=der,
                this_update=now,
                next_update=now + LIST_LIFE,
            )
            unlisted = [row.id for row in rows if row.listed_in is None]
            Certificate.objects.filter(id__in=unlisted).update(listed_in=number)
            audit.record(SYSTEM, Audit.CRL_PUBLISHED, number=number, revoked=len(rows))
        return number

    def _next(self, state: Issuance.State, *, authority_id: int | None = None) -> Order | None:
        row = orders.take_next(state, besides=self.troubled, authority_id=authority_id)
        self.at = row.id if row else None
        audit.begin(request_id=f"order:{row.id}" if row else "signer", address="")
        return row

    def _prepare(self, row: Order, now: datetime) -> None:
        if row.given_up:
            raise Rejected(GIVEN_UP)
        try:
            request = certs.read_csr(row.csr)
            if request.spki_hash.hex() != row.spki_hash:
                raise Rejected(OTHER_KEY)
            virtual_id = self._virtual_id(row, request)
            serial = certs.serial_number(os.urandom(15))
            not_before, not_after = certs.validity(now, authority=self.certificate)
            tbs = certs.to_be_signed(
                authority=self.certificate,
                profile=self.profile,
                public_key=request.public_key,
                serial=serial,
                name=row.name,
                account=f"{timezone.localtime(now):%Y%m%d}{row.person_id:09}",
                virtual_id=virtual_id,
                not_before=not_before,
                not_after=not_after,
            )
        except BadInput as bad:
            raise Rejected(str(bad)[:40]) from None
        orders.keep_prepared(
            row, authority_id=self.authority_id, serial=f"{serial:x}", tbs=tbs, virtual_id=virtual_id.hex()
        )
        log.info("order prepared")

    def _virtual_id(self, row: Order, request: CertificateRequest) -> bytes:
        """Open number and R, compare, and return what the certificate says of them; both end here."""
        opened = certs.open_sealed(self._sealing_key, row.sealed or b"")
        if opened.csr_hash != request.sha256:
            raise Rejected(OTHER_REQUEST)
        if crypto.identity_mac(opened.number) != row.identity_mac:
            raise Rejected(OTHER_IDENTITY)
        return certs.vid.virtual_id(certs.vid.h1(opened.number, opened.r))

    def _reject(self, row: Order, reason: str) -> None:
        orders.keep_rejected(row, reason)
        logs.say(log, logging.WARNING, "order rejected", reason=reason)
        audit.refused(
            SYSTEM,
            Audit.CERTIFICATE_ISSUED.value,
            why=reason,
            application_id=row.application_id,
            issuance_id=row.id,
        )

    def _keep(self, row: Order, der: bytes, now: datetime) -> None:
        signed = x509.load_der_x509_certificate(der)
        # A round that was given up after its bytes were committed is still signed, and revoked at once:
        # a serial that may exist is never left without a word (npki.md §8.2).
        given_up = orders.is_given_up(row)
        orders.keep_certificate(
            row,
            der,
            authority_id=self.authority_id,
            fingerprint=sha256(der).hexdigest(),
            not_before=signed.not_valid_before_utc,
            not_after=signed.not_valid_after_utc,
            revoked_at=now if given_up else None,
            reason=x509.ReasonFlags.superseded.value if given_up else "",
        )

    def _revoked(self) -> QuerySet[Certificate]:
        return Certificate.objects.filter(authority_id=self.authority_id, state=Certificate.State.REVOKED)


def standing(folder: Path) -> Standing:
    """Tell how the authority of this folder stands, its keys tried. Raises KeyTrouble."""
    signer = Signer(folder)
    authority = Authority.objects.get(id=signer.authority_id)
    certificates = Certificate.objects.filter(authority_id=authority.id)
    waiting = Issuance.objects.filter(state__in=[Issuance.State.ORDERED, Issuance.State.PREPARED])
    newest = RevocationList.objects.filter(authority_id=authority.id).order_by("-number").first()
    root_list = x509.load_der_x509_crl(bytes(authority.root_crl))
    return Standing(
        name=authority.name,
        not_after=x509.load_der_x509_certificate(signer.certificate).not_valid_after_utc,
        valid=certificates.filter(state=Certificate.State.VALID, confirmed_at__isnull=False).count(),
        revoked=certificates.filter(state=Certificate.State.REVOKED).count(),
        waiting=waiting.count(),
        oldest=waiting.aggregate(at=Min("ordered_at"))["at"],
        list_number=newest.number if newest else None,
        list_until=newest.next_update if newest else None,
        root_list_until=root_list.next_update_utc or root_list.last_update_utc,
    )


def run(stop: Event) -> None:
    """Work until `stop` is set. An absent database is waited for. Raises KeyTrouble."""
    audit.begin(request_id="signer", address="")
    signer: Signer | None = None
    while not stop.is_set():
        try:
            signer = signer or Signer(Path(settings.ENVIRONMENT.ca_dir))
            _work(signer, stop)
        except (OperationalError, InterfaceError) as trouble:
            log.error("database away: %s", type(trouble).__name__)
            connection.close()
            stop.wait(PATIENCE)
        except Exception as trouble:
            # One order that can't be worked must not keep the others waiting. No message goes into the
            # log: the database's ones name values.
            if signer is None or signer.at is None:
                raise
            kind = type(trouble).__name__
            log.error("%s: issuance %s is left alone until the next start", kind, signer.at)
            signer.troubled.add(signer.at)


def _work(signer: Signer, stop: Event) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {CHANNEL}")
    beaten = -BEAT.total_seconds()
    while not stop.is_set():
        if time.monotonic() - beaten >= BEAT.total_seconds():
            beat("signer", now=timezone.now())
            beaten = time.monotonic()
        if not signer.step(timezone.now()):
            _wait()


def _wait() -> None:
    """Wait for the bell, or a moment."""
    connection.ensure_connection()
    with connection.wrap_database_errors:
        for _bell in connection.connection.notifies(timeout=PATIENCE, stop_after=1):
            return


def _line(row: Certificate) -> certs.Revoked:
    return certs.Revoked(
        serial=int(row.serial, 16),
        at=row.revoked_at or row.not_before,
        reason=x509.ReasonFlags(row.revocation_reason or "unspecified"),
    )
