"""The certificate papers of the demo families: applications as after the counter, certificates for real.

For a certificate the loader plays the parent's browser: it makes the key, orders through the room's
own door, waits for the signer, and confirms what it got. The .p12 file stands before the certificate
is put into use, so a load that was cut off begins a new round instead of losing a key.
"""

import base64
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.db import transaction
from django.utils.crypto import salted_hmac

from baroalgi import certs
from baroalgi.certs import ResidentNumber, client
from baroalgi.demo.people import KST
from baroalgi.demo.school_rows import link_values, place
from baroalgi.demo.types import Application as Planned
from baroalgi.demo.types import Family, Staff
from baroalgi.guardianship.models import ChildLink
from baroalgi.organisation.models import Person, Student
from baroalgi.pki import actions as pki
from baroalgi.pki import queries as pki_rows
from baroalgi.pki.types import Authority, Round
from baroalgi.platform import crypto, outbox, private_file
from baroalgi.policy.actor import SYSTEM
from baroalgi.registration import mails, number
from baroalgi.registration import queries as rows
from baroalgi.registration.models import Application, Approval, EnrolmentLink, Paper
from baroalgi.registration.period import LINK
from baroalgi.registration.terms import CURRENT

SIGNER_SECONDS = 60.0


class NoCertificate(Exception):
    """The signer did not give a certificate; the message is a sentence."""


def number_of(planned: Planned) -> str:
    """Return the certificate number of an application."""
    return number.compose(planned.submitted_at.astimezone(KST).date(), planned.serial)


def token_of(planned: Planned) -> str:
    """Return the token of an application's issuing link.

    Not drawn but derived from the installation's secret: the sheet can name it after a second start,
    and the database keeps its hash only.
    """
    digest = salted_hmac("baroalgi.demo.link", number_of(planned), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Officers:
    """The staff that families have met: ids and names by login."""

    ids: Mapping[str, int]
    names: Mapping[str, str]

    @classmethod
    def of(cls, staff: Iterable[Staff]) -> "Officers":
        """Find the rows of these members of staff."""
        logins = {crypto.identity_mac(member.person.rrn): member.login for member in staff}
        found = Person.objects.filter(identity_mac__in=logins)
        names = {logins[str(person.identity_mac)]: person for person in found}
        return cls(
            {login: person.id for login, person in names.items()},
            {login: person.name for login, person in names.items()},
        )


def load_papers(
    families: Iterable[Family], officers: Officers, p12s: Mapping[str, Path], *, now: datetime
) -> None:
    """Bring every family to its state. `p12s`: where the certificate goes, by resident number.

    Raises NoCertificate when the signer does not do its part within a minute.
    """
    applied = [family for family in families if family.application]
    for family in applied:
        _apply(family, officers)
    wanting = [family for family in applied if family.certificate_password and not _is_done(family)]
    orders = [_order(family, now) for family in wanting]
    for order in orders:
        done = _delivered(order)
        _keep(order, done, p12s[order.family.guardian.rrn])
        _put_into_use(order, done, officers, now)


def _apply(family: Family, officers: Officers) -> None:
    """Write application, papers, approval and link, unless they are there."""
    planned = family.application
    assert planned is not None  # noqa: S101 - families without papers were left out
    given = number_of(planned)
    with transaction.atomic(durable=True):
        if Application.objects.filter(number=given).exists():
            return
        application = Application.objects.create(
            number=given,
            state="submitted" if planned.state == "submitted" else "approved",
            place=place(planned.place),
            **_applicant(family),
            issue_password_hash=crypto.proof_hash(crypto.issue_proof(given, planned.issue_password)),
            terms_version=CURRENT,
            identity_seen_at=planned.received_at,
            identity_seen_by=officers.ids.get(planned.officer),
            decided_by_name=officers.names.get(planned.officer, ""),
            submitted_at=planned.submitted_at,
            changed_at=planned.approved_at or planned.submitted_at,
        )
        if planned.received_at and planned.approved_at:
            officer_id, officer_name = officers.ids[planned.officer], officers.names[planned.officer]
            for kind in Paper.Kind:
                Paper.objects.create(
                    application=application,
                    kind=kind,
                    id_card=Paper.IdCard.RESIDENT_CARD,
                    officer_id=officer_id,
                    received_at=planned.received_at,
                )
            Approval.objects.create(
                application=application,
                officer_id=officer_id,
                officer_name=officer_name,
                approved_at=planned.approved_at,
            )
            EnrolmentLink.objects.create(
                application=application,
                token_hash=crypto.token_hash(token_of(planned)),
                valid_to=planned.approved_at + LINK,
                created_at=planned.approved_at,
            )
        _tell(family, application)


def _tell(family: Family, application: Application) -> None:
    """Send what the parent's next step needs, so that it lies in the demo's mailbox too."""
    planned, filed = family.application, rows.at_counter(application.number, [application.place_id])
    if filed is None or planned is None:
        return
    if family.state == "at_counter":
        outbox.put(mails.submitted(filed), key=f"application:{filed.id}:submitted")
    elif family.state == "approved" and planned.approved_at:
        mail = mails.approved(filed, token=token_of(planned), until=planned.approved_at + LINK)
        outbox.put(mail, key=f"application:{filed.id}:link:demo")


def _applicant(family: Family) -> dict[str, object]:
    person, rrn = family.guardian, ResidentNumber(family.guardian.rrn)
    return {
        "name": person.name,
        "identity_mac": crypto.identity_mac(rrn.digits),
        "identity_mask": rrn.mask,
        "birth_date": rrn.birth_date,
        "mobile": person.phone,
        "email": person.email,
        "postcode": person.postcode,
        "address1": person.address,
        "address2": person.address_detail,
    }


@dataclass(frozen=True, slots=True)
class _Order:
    """An order under way, and what only its client knows."""

    family: Family
    application_id: int
    person_id: int
    key: EllipticCurvePrivateKey
    r: bytes


def _is_done(family: Family) -> bool:
    assert family.application is not None  # noqa: S101
    return Application.objects.filter(number=number_of(family.application), state="issued").exists()


def _order(family: Family, now: datetime) -> _Order:
    """Order a certificate for an approved application, as its parent's browser would."""
    assert family.application is not None  # noqa: S101
    application = Application.objects.get(number=number_of(family.application))
    authority = _authority()
    key, r = client.generate_key(), client.new_r()
    csr = client.make_csr(key)
    sealing_key = load_der_public_key(authority.sealing_key)
    if not isinstance(sealing_key, RSAPublicKey):
        raise NoCertificate("The authority's sealing key is no RSA key.")
    with transaction.atomic(durable=True):
        person_id = _person(family, now)
        pki.order(
            by=SYSTEM,
            application_id=application.id,
            person_id=person_id,
            name=family.guardian.name,
            identity_mac=application.identity_mac,
            csr=csr,
            sealed=certs.seal(sealing_key, family.guardian.rrn, r, sha256(csr).digest()),
            now=now,
        )
    return _Order(family, application.id, person_id, key, r)


def _person(family: Family, now: datetime) -> int:
    values = _applicant(family)
    del values["identity_mask"]
    mac = values.pop("identity_mac")
    person, _ = Person.objects.get_or_create(identity_mac=mac, defaults={**values, "created_at": now})
    return person.id


def _authority() -> Authority:
    authorities = pki_rows.authorities()
    if not authorities:
        raise NoCertificate("There is no authority; `baroalgi ca init` makes it.")
    return authorities[0]


def _delivered(order: _Order) -> Round:
    """Wait for the signer."""
    deadline = time.monotonic() + SIGNER_SECONDS
    while time.monotonic() < deadline:
        found = pki_rows.issuance(order.application_id)
        if found is not None and found.certificate is not None:
            return found
        if found is not None and found.state == "rejected":
            raise NoCertificate(f"The signer refused the certificate of a demo family: {found.reason}.")
        time.sleep(0.05)
    raise NoCertificate(f"The signer gave no certificate within {SIGNER_SECONDS:.0f} s.")


def _keep(order: _Order, done: Round, path: Path) -> None:
    """Write the .p12, readable by its owner only."""
    assert done.certificate is not None  # noqa: S101 - `_delivered` waits for it
    name, password = order.family.guardian.name, order.family.certificate_password
    content = client.write_p12(order.key, order.r, done.certificate, done.chain, name, password)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    private_file.write(path, content)


def _put_into_use(order: _Order, done: Round, officers: Officers, now: datetime) -> None:
    """Confirm the certificate, end the application, and write the child links."""
    planned = order.family.application
    assert planned is not None  # noqa: S101
    assert done.certificate is not None  # noqa: S101
    with transaction.atomic(durable=True):
        pki.confirm(
            by=SYSTEM,
            application_id=order.application_id,
            fingerprint=sha256(done.certificate).digest(),
            now=now,
        )
        Application.objects.filter(id=order.application_id).update(
            state="issued", changed_at=planned.issued_at, closed_at=planned.issued_at
        )
        EnrolmentLink.objects.filter(application_id=order.application_id).update(used_at=planned.issued_at)
        ChildLink.objects.bulk_create(_links(order, officers))


def _links(order: _Order, officers: Officers) -> Iterator[ChildLink]:
    for link in order.family.links:
        student = Student.objects.get(identity_mac=crypto.identity_mac(link.student_rrn))
        yield ChildLink(
            guardian_id=order.person_id,
            student_id=student.id,
            school_id=student.school_id,
            **link_values(link, order.family.guardian, officers.names.get(link.decided_by, "")),
        )
