"""The cast: one office, three schools, named persons with fixed relations.

`python -m tests.world` migrates the database of DATABASE_URL and puts the cast into it; the tests
run on copies. Rows are arranged as the owner, so that a test never leans on what it tests.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from django.test import Client

SEOUL = ZoneInfo("Asia/Seoul")
YEAR = 2026

# Demo numbers: valid date, wrong check digit, birth before 2020-10 (domain.md §1.15).
NUMBERS = {
    "seoyeon": "8403122345670",
    "jihun": "8001011234561",
    "yujin": "8202022234562",
    "minho": "7903031234563",
    "jiwon": "8104042234564",
    "hayun": "8305052234565",
    "garam": "1705054000010",
    "doyun": "1706063000011",
    "harin": "1707074000012",
    "haneul": "1208083000013",
    "stranger": "8506062345676",
}


class World:
    """The named persons and places, found again in a copy of the template."""

    def __init__(self) -> None:
        from baroalgi.organisation.models import Person, Place, School, SchoolClass, Student

        def one(model: Any, **where: Any) -> Any:
            return model.objects.using("owner").get(**where)

        self.hwanggan = one(School, code="8071028")
        self.saeneoul = one(School, code="8000001")
        self.hwanggan_counter = one(Place, school=self.hwanggan)
        self.saeneoul_counter = one(Place, school=self.saeneoul)
        self.regional_counter = one(Place, regional_office__isnull=False)
        self.class_3_1 = one(SchoolClass, school=self.hwanggan, grade=3, class_no=1)
        self.class_3_2 = one(SchoolClass, school=self.hwanggan, grade=3, class_no=2)
        self.class_2_1 = one(SchoolClass, school=self.saeneoul, grade=2, class_no=1)
        # 김가람's mother; a stranger without children
        self.seoyeon = one(Person, name="이서연")
        self.stranger = one(Person, name="오낯선")
        # 김가람's homeroom teacher; the teacher next door
        self.homeroom_teacher = one(Person, name="박지훈")
        self.next_door_teacher = one(Person, name="최유진")
        # Two officers of the same counter, the first one is a parent too; the officer of another school
        self.officer = one(Person, name="정민호")
        self.second_officer = one(Person, name="한지원")
        self.other_school_officer = one(Person, name="문하윤")
        # In 3-1: 김가람, 이도윤; next door: 박하린; in the middle school: 김하늘
        self.garam = one(Student, name="김가람")
        self.doyun = one(Student, name="이도윤")
        self.harin = one(Student, name="박하린")
        self.haneul = one(Student, name="김하늘")

    def number_of(self, row: Any) -> str:
        """Return the resident number (13 digits) of a person or pupil of the cast."""
        names = {
            "이서연": "seoyeon",
            "박지훈": "jihun",
            "최유진": "yujin",
            "정민호": "minho",
            "한지원": "jiwon",
            "문하윤": "hayun",
            "오낯선": "stranger",
            "김가람": "garam",
            "이도윤": "doyun",
            "박하린": "harin",
            "김하늘": "haneul",
        }
        return NUMBERS[names[row.name]]

    # Browsers ----------------------------------------------------------------------------

    def visitor(self) -> Client:
        from django.test import Client

        return Client()

    def staff_browser(self, person: Any) -> Client:
        return self._browser(person, "password")

    def guardian_browser(self, person: Any) -> Client:
        return self._browser(person, "certificate")

    def _browser(self, person: Any, strength: str) -> Client:
        from django.test import Client

        from baroalgi.accounts.models import Session
        from baroalgi.platform import crypto

        key = crypto.new_token()
        Session.objects.using("owner").create(
            key_hash=crypto.token_hash(key), person_id=person.id, strength=strength, data="{}"
        )
        browser = Client()
        browser.cookies["baroalgi_session"] = key
        return browser

    # Rows --------------------------------------------------------------------------------

    def link(self, *, guardian: Any, child: Any, state: str = "approved", **facts: Any) -> Any:
        """Arrange a child link in a state."""
        from baroalgi.guardianship.models import ChildLink

        now = datetime.now(SEOUL)
        return ChildLink.objects.using("owner").create(
            **{
                "guardian_id": guardian.id,
                "student_id": child.id,
                "school_id": child.school_id,
                "state": state,
                "relationship": "mother",
                "typed_name": child.name,
                "typed_grade": 3,
                "guardian_name": guardian.name,
                "guardian_mobile": "010-1234-5678",
                "guardian_email": guardian.email,
                "requested_at": now,
                "decided_at": None if state == "requested" else now,
                "reason": "관계 확인 필요" if state == "refused" else "",
            }
            | facts
        )

    def application(self, *, applicant: Any, place: Any, state: str = "submitted", **facts: Any) -> Any:
        """Arrange a certificate application; the issuing password is `Abcde12345`."""
        from baroalgi.platform import crypto
        from baroalgi.registration.models import Application

        now = datetime.now(SEOUL)
        digits = self.number_of(applicant)
        number = facts.pop("number", f"20261124{applicant.id:06}{applicant.id % 10}")
        return Application.objects.using("owner").create(
            **{
                "number": number,
                "state": state,
                "place_id": place.id,
                "name": applicant.name,
                "identity_mac": crypto.identity_mac(digits),
                "identity_mask": f"{digits[:6]}-{digits[6]}******",
                "birth_date": date(1984, 3, 12),
                "issue_password_hash": crypto.proof_hash(crypto.issue_proof(number, "Abcde12345")),
                "mobile": "010-1234-5678",
                "email": "seoyeon@example.kr",
                "postcode": "29115",
                "address1": "충청북도 영동군 황간면 남성1길 25",
                "terms_version": "2026-1",
                "reason": "서명 없음" if state == "returned" else "",
                "identity_seen_at": now if state in ("papers_received", "approved", "issued") else None,
                "submitted_at": now,
                "changed_at": now,
            }
            | facts
        )

    # Looking -----------------------------------------------------------------------------

    def fresh(self, row: Any) -> Any:
        """Return the row as it stands in the database now."""
        return type(row).objects.using("owner").get(pk=row.pk)

    def state_of(self, row: Any) -> str:
        return str(self.fresh(row).state)

    def audit(self) -> list[Any]:
        """Return the audit trail, oldest first."""
        from baroalgi.platform.models import AuditEntry

        return list(AuditEntry.objects.using("owner").order_by("id"))

    def audit_names(self) -> list[str]:
        return [entry.act for entry in self.audit()]

    def mails(self) -> list[Any]:
        """Return the mails of the outbox, oldest first, opened."""
        from baroalgi.platform import outbox
        from baroalgi.platform.models import Outbox

        rows = Outbox.objects.using("owner").order_by("id")
        return [outbox.opened(row.sealed, key=row.key) for row in rows if row.sealed]

    def sql_as_app(
        self, statement: str, parameters: Any = None, *, person: Any = None, strength: str = "password"
    ) -> Any:
        """Run a statement as the app role, within a unit of a person's session or of nobody."""
        from django.db import connection

        from baroalgi.platform.unit import unit_of_work

        key = self._browser(person, strength).cookies["baroalgi_session"].value if person else None
        with unit_of_work(key), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else cursor.rowcount


def build() -> None:
    """Migrate the database of DATABASE_URL and put the cast into it."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)

    from django.contrib.auth.hashers import MD5PasswordHasher

    from baroalgi.accounts.models import Login
    from baroalgi.organisation import models as organisation
    from baroalgi.platform import crypto

    # As cheap to check as `tests.settings` allows: the product's hash takes a quarter of a second.
    password = MD5PasswordHasher().encode("Teach-er-2026", "salt")

    now = datetime.now(SEOUL)
    office = organisation.Office.objects.create(
        code="M10", name="충청북도교육청", short_name="충북", homepage="https://www.cbe.go.kr", position=11
    )
    regional = organisation.RegionalOffice.objects.create(
        office=office, name="충청북도영동교육지원청", short_name="영동교육지원청"
    )

    def school(code: str, name: str, initials: str, kind: str) -> Any:
        return organisation.School.objects.create(
            office=office,
            regional_office=regional,
            code=code,
            name=name,
            initials=initials,
            kind=kind,
            foundation="공립",
            province="충청북도",
            postcode="29115",
            address="충청북도 영동군 황간면 남성1길 25",
            phone="043-742-4088",
        )

    hwanggan = school("8071028", "황간초등학교", "ㅎㄱㅊㄷㅎㄱ", "초등학교")
    saeneoul = school("8000001", "새너울중학교", "ㅅㄴㅇㅈㅎㄱ", "중학교")
    school("8000002", "황금초등학교", "ㅎㄱㅊㄷㅎㄱ", "초등학교")

    def place(name: str, **what: Any) -> Any:
        return organisation.Place.objects.create(
            name=name,
            postcode="29115",
            address="충청북도 영동군",
            phone="043-742-4088",
            takes_papers=True,
            **what,
        )

    hwanggan_counter = place(hwanggan.name, school=hwanggan)
    saeneoul_counter = place(saeneoul.name, school=saeneoul)
    place(regional.name, regional_office=regional)
    place(office.name)

    def school_class(of: Any, grade: int, class_no: int) -> Any:
        return organisation.SchoolClass.objects.create(
            school=of, school_year=YEAR, grade=grade, class_no=class_no
        )

    class_3_1, class_3_2 = school_class(hwanggan, 3, 1), school_class(hwanggan, 3, 2)
    class_2_1 = school_class(saeneoul, 2, 1)

    def person(key: str, name: str) -> Any:
        return organisation.Person.objects.create(
            identity_mac=crypto.identity_mac(NUMBERS[key]),
            name=name,
            mobile="010-1234-5678",
            email=f"{key}@example.kr",
            created_at=now,
        )

    def staff(key: str, name: str, where: Any, role: str, school_class: Any = None) -> None:
        someone = person(key, name)
        organisation.StaffPost.objects.create(
            person=someone,
            place=where,
            role=role,
            school_class=school_class,
            valid_from=date(YEAR, 3, 1),
        )
        Login.objects.create(login=key, password=password, person=someone)

    person("seoyeon", "이서연")
    person("stranger", "오낯선")
    staff("jihun", "박지훈", hwanggan_counter, "homeroom_teacher", class_3_1)
    staff("yujin", "최유진", hwanggan_counter, "homeroom_teacher", class_3_2)
    staff("minho", "정민호", hwanggan_counter, "registration_officer")
    staff("jiwon", "한지원", hwanggan_counter, "registration_officer")
    staff("hayun", "문하윤", saeneoul_counter, "registration_officer")

    def student(key: str, name: str, in_class: Any, number: int) -> None:
        organisation.Student.objects.create(
            identity_mac=crypto.identity_mac(NUMBERS[key]),
            name=name,
            school=in_class.school,
            school_class=in_class,
            number=number,
        )

    student("garam", "김가람", class_3_1, 4)
    student("doyun", "이도윤", class_3_1, 11)
    student("harin", "박하린", class_3_2, 7)
    student("haneul", "김하늘", class_2_1, 5)


if __name__ == "__main__":
    build()
