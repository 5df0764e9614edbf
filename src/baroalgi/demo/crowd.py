"""Many of the same kind, for measuring: orders that wait for the signer, requests that wait for a teacher,
letters of all schools."""

import io
import random
import secrets
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import accumulate
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Max
from openpyxl import Workbook

from baroalgi import certs
from baroalgi.certs import client
from baroalgi.demo.bulk import bulk_load
from baroalgi.demo.letters import templates
from baroalgi.demo.numbers import CAPACITY, demo_number, mobile
from baroalgi.guardianship.models import ChildLink
from baroalgi.letters import attachments, markup
from baroalgi.letters.models import Board, Letter
from baroalgi.organisation.models import Person, Place, Student
from baroalgi.pki import actions as pki
from baroalgi.pki import queries as pki_rows
from baroalgi.platform import crypto, files
from baroalgi.platform.menus import HOME_LETTERS
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


def letter_with_files(school_code: str, now: datetime) -> dict[str, Any]:
    """Send a home letter of a school with three files, up to some megabytes. In a transaction, as the owner.

    Returns the number of its row, its number on the board and the hashes of its files by their addresses.
    """
    board = Board.objects.get(school__code=school_code, slug=HOME_LETTERS)
    written = Letter.objects.filter(board=board).aggregate(last=Max("number"))
    letter = Letter.objects.create(
        board=board,
        school_id=board.school_id,
        state="published",
        number=(written["last"] or 0) + 1,
        title="읽은 사람을 세는 가정통신문",
        html=markup.of_text("붙임 파일을 확인해 주세요."),
        body="붙임 파일을 확인해 주세요.",
        author="교무부",
        published_at=now,
        posted_on=now.date(),
    )
    uploads = [SimpleUploadedFile(f"붙임 {lines}.xlsx", _sheet(lines)) for lines in (20, 2000, 20_000)]
    with files.receiving(uploads) as (arrived, _refusals):
        attachments.add(by=SYSTEM, letter_id=letter.id, arrived=arrived, now=now)
    hashes = {file.name: file.sha256 for file in arrived}
    return {
        "letter": letter.id,
        "number": letter.number,
        "files": {f"/files/{one.public_id}/": hashes[one.name] for one in attachments.of(letter.id)},
    }


def _sheet(lines: int) -> bytes:
    """Return an XLSX file of some 80 bytes a line, unlike any other."""
    book, file = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for _n in range(lines):
        sheet.append([secrets.token_hex(32), secrets.token_hex(32)])
    book.save(file)
    return file.getvalue()


WORDS = 3000
_SYLLABLES = "가강건경고과관교국금기나노다달대도동마매무문미바반방보봄부사산상새서선성소수시신아안양연예오우"


def letters(n: int, school_code: str, now: datetime) -> list[str]:
    """Have the boards of the schools hold n letters, one in twenty on the home letters of one. As the owner.

    Their sentences are those of the demo's letters, each with two invented words; the k-th of these stands in
    every (4 k)-th letter or so. Returns the words, the most frequent one first. Not within a transaction.
    """
    chance = random.Random(1906)  # noqa: S311 - for figures, not for secrets
    words = ["".join(chance.sample(_SYLLABLES, 3)) for _n in range(WORDS)]
    often = list(accumulate(1 / k for k in range(1, WORDS + 1)))
    sentences = [sentence for one in templates() for sentence in one.paragraphs if "{" not in sentence]
    titles = [one.title for one in templates() if "{" not in one.title]
    last = dict(Letter.objects.exclude(number=None).values_list("board_id").annotate(Max("number")))
    boards = list(Board.objects.order_by("id").values_list("id", "school_id", "school__code", "slug"))
    large = next(row for row in boards if row[2:] == (school_code, HOME_LETTERS))

    def rows() -> Iterator[tuple[object, ...]]:
        for i in range(n):
            board, school, *_rest = large if i % 20 == 0 else boards[i % len(boards)]
            last[board] = last.get(board, 0) + 1
            named = chance.choices(words, cum_weights=often, k=2)
            day = now.date() - timedelta(days=(n - i) * 5000 // n)
            body = "\n\n".join((f"{named[1]} 행사를 알려 드립니다.", *chance.sample(sentences, 4)))
            title = f"{day.year}학년도 {named[0]} {chance.choice(titles)}"
            yield (board, school, "published", last[board], title, markup.of_text(body), body, "교무부", day)

    fields = ("board", "school", "state", "number", "title", "html", "body", "author", "posted_on")
    with connection.cursor() as cursor:
        # An index is made in a fraction of the time in which it takes in row by row.
        cursor.execute("SELECT pg_get_indexdef('letter_marks'::regclass)")
        (index,) = cursor.fetchone()
        cursor.execute("DROP INDEX letter_marks")
        with bulk_load(Letter) as into:
            into.copy(Letter, (*fields, "views"), ((*row, 0) for row in rows()))
        cursor.execute("SET maintenance_work_mem = '256MB'")
        cursor.execute(index)
    return words


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
