"""Many of the same kind, for measuring: orders that wait for the signer, requests that wait for a teacher."""

import uuid
from datetime import date, datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from baroalgi import certs
from baroalgi.certs import client
from baroalgi.demo.numbers import CAPACITY, demo_number, mobile
from baroalgi.guardianship.models import ChildLink
from baroalgi.organisation.models import Person, Place, Student
from baroalgi.pki import actions as pki
from baroalgi.pki import queries as pki_rows
from baroalgi.platform import crypto
from baroalgi.policy.actor import SYSTEM
from baroalgi.registration import number
from baroalgi.registration.models import Application, Approval
from baroalgi.registration.terms import CURRENT

BORN = date(1985, 5, 5)
_LAST_SERIAL = number.SERIALS - 1


def orders(n: int, now: datetime) -> None:
    """Have n approved applicants order a certificate each; their keys are thrown away. As the owner."""
    place = Place.objects.filter(takes_papers=True, school=None).order_by("id")[0]
    officer = Person.objects.order_by("id")[0]
    sealing_key = load_der_public_key(pki_rows.authorities()[0].sealing_key)
    assert isinstance(sealing_key, RSAPublicKey)  # noqa: S101 - the ceremony makes no other
    for i in range(n):
        rrn = _number(i)
        person = _person(i, rrn, now)
        application = Application.objects.create(
            number=number.compose(now.date(), _LAST_SERIAL - i),
            state="approved",
            place=place,
            name=person.name,
            identity_mac=crypto.identity_mac(rrn),
            identity_mask=certs.ResidentNumber(rrn).mask,
            birth_date=BORN,
            issue_password_hash="",
            mobile=person.mobile,
            email="",
            postcode="",
            address1="",
            terms_version=CURRENT,
            identity_seen_at=now,
            submitted_at=now,
            changed_at=now,
        )
        Approval.objects.create(
            application=application, officer=officer, officer_name=officer.name, approved_at=now
        )
        csr = client.make_csr(client.generate_key())
        pki.order(
            by=SYSTEM,
            application_id=application.id,
            person_id=person.id,
            name=person.name,
            identity_mac=crypto.identity_mac(rrn),
            csr=csr,
            sealed=certs.seal(sealing_key, rrn, client.new_r(), sha256(csr).digest()),
            now=now,
        )


def requests(n: int, school_code: str, grade: int, class_no: int, now: datetime) -> list[int]:
    """Have n guardians ask for the pupils of a class, as recorded in every field; returns the links.

    What waited for this class before is ended. As the owner.
    """
    pupils = list(
        Student.objects.filter(
            school__code=school_code,
            school_class__grade=grade,
            school_class__class_no=class_no,
            state=Student.State.ENROLLED,
        ).order_by("id")
    )
    ChildLink.objects.filter(student__in=pupils, state="requested").update(state="ended")
    made = []
    for i in range(n):
        pupil, guardian = pupils[i % len(pupils)], _person(i, _number(i), now)
        link = ChildLink.objects.create(
            public_id=uuid.uuid4(),
            guardian=guardian,
            student=pupil,
            school_id=pupil.school_id,
            state="requested",
            relationship=ChildLink.Relationship.FATHER,
            typed_name=pupil.name,
            typed_grade=grade,
            typed_class_no=class_no,
            guardian_name=guardian.name,
            guardian_mobile=guardian.mobile,
            guardian_email=guardian.email,
            requested_at=now,
        )
        made.append(link.id)
    return made


def _number(i: int) -> str:
    # From the end of what the plan can number: the plan itself never comes there.
    return demo_number(CAPACITY - 1 - i, BORN, "male")


def _person(i: int, rrn: str, now: datetime) -> Person:
    person, _made = Person.objects.get_or_create(
        identity_mac=crypto.identity_mac(rrn),
        defaults={
            "name": "나측정",
            "birth_date": BORN,
            "mobile": mobile(CAPACITY - 1 - i),
            "email": f"crowd-{i}@example.kr",
            "created_at": now,
        },
    )
    return person
