"""Loading the demo: what the plan says, through two kills, with the walls up again afterwards."""

import base64
import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher

from baroalgi import certs
from baroalgi.certs import client
from baroalgi.demo import sheet
from baroalgi.demo.plan import OfficePlan, demo_plan
from baroalgi.organisation import data
from baroalgi.pki.profile import policy_of
from baroalgi.platform import crypto

NAME = "demo_load"
SECONDS = 120  # of patience on a busy machine


@dataclass(frozen=True)
class Loaded:
    """A demo that was loaded with two kills in between, and the means to look at it."""

    server: Any
    home: Path
    environ: dict[str, str]
    plan: OfficePlan
    unforced_when_killed: list[str]
    schools_when_killed: int

    def sql(self, statement: str, *parameters: object, role: str = "owner") -> list[tuple[Any, ...]]:
        with psycopg.connect(self.server.url(role, NAME)) as connection:
            return connection.execute(statement, parameters).fetchall()

    def load(self) -> None:
        subprocess.run(
            [sys.executable, "-m", "baroalgi.demo", self.home], env=self.environ, check=True, timeout=SECONDS
        )

    @property
    def sheet(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.home / "demo.json").read_text())
        return content

    def families(self, state: str) -> list[dict[str, Any]]:
        return [family for family in self.sheet["families"] if family["state"] == state]


@pytest.fixture(scope="module")
def demo(server: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    home = tmp_path_factory.mktemp("demo")
    server.create_database(NAME)
    own = os.environ | {
        "DJANGO_SETTINGS_MODULE": "baroalgi.config.settings",
        "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
    }
    owner = own | {"DATABASE_URL": server.url("owner", NAME)}
    signer = own | {"DATABASE_URL": server.url("signer", NAME), "BAROALGI_CA_DIR": str(home / "ca")}

    def run(environ: dict[str, str], *arguments: str) -> None:
        subprocess.run([sys.executable, "-m", *arguments], env=environ, check=True, capture_output=True)

    def load_until(so_far: Callable[[], object]) -> None:
        """Load, and kill the load as soon as it has come so far."""
        with subprocess.Popen([sys.executable, "-m", "baroalgi.demo", home], env=owner) as load:
            deadline = time.monotonic() + SECONDS
            while not so_far():
                assert load.poll() is None, "it ended by itself"
                assert time.monotonic() < deadline
                time.sleep(0.01)
            load.send_signal(signal.SIGKILL)

    def sql(statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(server.url("owner", NAME)) as connection:
            return connection.execute(statement).fetchall()

    run(owner, "baroalgi", "migrate", "--quiet")
    run(signer, "baroalgi", "ca", "init", "--operator", "Test")
    with subprocess.Popen([sys.executable, "-m", "baroalgi", "signer"], env=signer) as signing:
        try:
            load_until(lambda: sql("SELECT 1 FROM organisation_schoolclass LIMIT 1"))
            unforced, schools = _unforced(sql), sql(_SCHOOLS_LOADED)[0][0]
            load_until(lambda: list((home / "certificates").glob("*.p12")))
            day = json.loads((home / "demo-plan.json").read_text())["day"]
            loaded = Loaded(server, home, owner, demo_plan(date.fromisoformat(day)), unforced, schools)
            loaded.load()
            yield loaded
        finally:
            signing.terminate()
    server.drop_database(NAME)


_SCHOOLS_LOADED = "SELECT count(DISTINCT school_id) FROM organisation_schoolclass"


def _unforced(sql: Callable[[str], list[tuple[Any, ...]]]) -> list[str]:
    rows = sql(
        """SELECT relname FROM pg_class
           WHERE relnamespace = 'public'::regnamespace AND relrowsecurity AND NOT relforcerowsecurity
             AND NOT starts_with(coalesce(obj_description(oid), ''), 'public: ')"""
    )
    return [name for (name,) in rows]


def test_row_security_is_forced_again_also_after_a_kill(demo):
    assert demo.unforced_when_killed == []
    assert _unforced(demo.sql) == []
    protected = {name for (name,) in demo.sql("SELECT relname FROM pg_class WHERE relforcerowsecurity")}
    assert {"organisation_person", "organisation_student", "records_score"} <= protected


def test_a_killed_load_goes_on_with_the_next_school(demo):
    assert 0 < demo.schools_when_killed < 7
    assert demo.sql(_SCHOOLS_LOADED) == [(7,)]


def test_every_table_has_the_rows_of_the_plan(demo):
    plan, schools = demo.plan, list(demo.plan.schools())
    families = list(plan.families())

    def planned(*names: str) -> int:
        return sum(1 for school in schools for name in names for _ in getattr(school, name)())

    certified = [family for family in families if family.certificate_password]
    expected = {
        "organisation_office": 17,
        "organisation_regionaloffice": 176,
        "organisation_school": len(list(data.schools())),
        "organisation_place": len(list(data.schools())) + 10 + 1,
        "organisation_schoolclass": planned("classes"),
        "organisation_student": planned("students"),
        "organisation_person": planned("staff", "guardians") + len(list(plan.staff())) + len(certified),
        "organisation_staffpost": planned("posts") + len(list(plan.posts())),
        "accounts_login": planned("staff") + len(list(plan.staff())),
        "guardianship_childlink": planned("links") + sum(len(family.links) for family in families),
        "guardianship_restriction": planned("restrictions"),
        "schoolinfo_calendarday": planned("events"),
        "schoolinfo_meal": planned("meals"),
        "letters_board": 3 * len(list(data.schools())),
        "letters_letter": planned("letters") + 1,  # the one with a reply slip
        "records_attendanceday": planned("attendance"),
        "records_exam": planned("exams"),
        "records_examsubject": planned("exam_subjects"),
        "records_score": planned("scores"),
        "registration_application": sum(1 for family in families if family.application),
    }
    found = {table: demo.sql(f"SELECT count(*) FROM {table}")[0][0] for table in expected}

    assert found == expected
    assert expected["guardianship_restriction"] == 1


def test_scores_give_the_mean_that_stands_beside_them(demo):
    assert (
        demo.sql(
            """SELECT count(*) FROM records_examsubject subject
               WHERE grade_mean IS DISTINCT FROM (
                   SELECT round(avg(points), 1) FROM records_score WHERE exam_subject_id = subject.id)"""
        )
        == [(0,)]
    )  # fmt: skip


def test_meals_say_when_and_where_they_were_served(demo):
    borrowed, own = (
        {
            name
            for (name,) in demo.sql(
                f"""SELECT DISTINCT school.name FROM schoolinfo_meal meal
                    JOIN organisation_school school ON school.id = meal.school_id WHERE note {wanted} ''"""
            )
        }
        for wanted in ("<>", "=")
    )

    assert own == {"황간초등학교", "주성초등학교"}
    assert len(borrowed) == 5
    assert demo.sql("SELECT count(*) FROM schoolinfo_meal WHERE moved_from IS NULL") == [(0,)]
    # Null says that no allergens were recorded; an empty list would promise that there are none.
    dishes = "(SELECT jsonb_array_elements(dishes) AS dish FROM schoolinfo_meal) dishes"
    assert demo.sql(f"SELECT DISTINCT dish->'allergens' FROM {dishes}") == [(None,)]


def test_papers_are_taken_where_an_officer_is(demo):
    counters = {name for (name,) in demo.sql("SELECT name FROM organisation_place WHERE takes_papers")}

    assert len(counters) == 7 + 10 + 1
    assert {"황간초등학교", "충청북도영동교육지원청", "충청북도교육청"} <= counters
    assert demo.sql(
        """SELECT count(*) FROM registration_application application
           JOIN organisation_place place ON place.id = place_id WHERE NOT takes_papers"""
    ) == [(0,)]


def test_a_new_family_has_left_no_trace(demo):
    new = demo.families("new")
    macs = [crypto.identity_mac(family["guardian"]["rrn"]) for family in new]

    assert len(new) >= 20
    for table in ("organisation_person", "registration_application"):
        assert demo.sql(f"SELECT 1 FROM {table} WHERE identity_mac = ANY (%s)", macs) == []
    children = [crypto.identity_mac(child["rrn"]) for family in new for child in family["children"]]
    assert len(demo.sql("SELECT 1 FROM organisation_student WHERE identity_mac = ANY (%s)", children)) == len(
        children
    )


def test_the_papers_stand_where_the_sheet_says(demo):
    for family in demo.sheet["families"]:
        if family["state"] == "new":
            continue
        papers = family["application"]
        [row] = demo.sql(
            """SELECT application.state, issue_password_hash, token_hash, used_at IS NOT NULL,
                      used_at IS NOT NULL OR valid_to > now() + interval '1 day',
                      (SELECT count(*) FROM registration_paper WHERE application_id = application.id),
                      (SELECT count(*) FROM registration_approval WHERE application_id = application.id)
               FROM registration_application application
               LEFT JOIN registration_enrolmentlink link ON link.application_id = application.id
               WHERE number = %s""",
            papers["number"],
        )
        proof = crypto.proof_hash(crypto.issue_proof(papers["number"], papers["issue_password"]))
        token = papers["link"] and crypto.token_hash(papers["link"].split("/")[-2])

        assert row == {
            "at_counter": ("submitted", proof, None, False, None, 0, 0),
            "approved": ("approved", proof, token, False, True, 2, 1),
        }.get(family["state"], ("issued", proof, token, True, True, 2, 1))


def test_certificates_are_real(demo):
    [(anchor,)] = demo.sql("SELECT certificate FROM pki_authority")
    trusted = (certs.Anchor(anchor, frozenset({policy_of(anchor)})),)
    now, content = datetime.now(UTC), b"a challenge"
    for family in demo.families("waiting") + demo.families("linked"):
        path = Path(family["certificate"]["p12"])
        opened = client.read_p12(path.read_bytes(), family["certificate"]["password"])
        rrn = family["guardian"]["rrn"]
        signed = client.sign(opened.key, opened.certificate, content, at=now)
        verified = certs.verify(signed, content, certs.vid.h1(rrn, opened.r), trusted, now)

        assert verified.name == family["guardian"]["name"]
        assert opened.chain == (anchor,)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert demo.sql(
            """SELECT person.identity_mac, certificate.state, confirmed_at IS NOT NULL
               FROM pki_certificate certificate JOIN organisation_person person ON person.id = person_id
               WHERE fingerprint = %s""",
            sha256(opened.certificate).hexdigest(),
        ) == [(crypto.identity_mac(rrn), "valid", True)]
    assert not list((demo.home / "certificates").glob("*.half"))


def test_a_round_that_a_kill_cut_off_was_given_up(demo):
    states = dict(
        demo.sql("SELECT state, count(*) FROM pki_certificate WHERE confirmed_at IS NULL GROUP BY 1")
    )

    assert set(states) <= {"revoked"}
    assert demo.sql("SELECT count(*) FROM pki_certificate WHERE state = 'valid'") == [(9,)]
    assert demo.sql("SELECT count(*) FROM pki_issuance WHERE sealed IS NOT NULL") == [(0,)]


def test_a_linked_family_sees_its_two_children_and_no_other(demo):
    family = demo.families("linked")[0]
    key = crypto.new_token()
    with psycopg.connect(demo.server.url("owner", NAME)) as owner:
        owner.execute(
            """INSERT INTO accounts_session (key_hash, person_id, strength, device, data, created_at, seen_at)
               SELECT %s, id, 'certificate', '', '{}', now(), now()
               FROM organisation_person WHERE identity_mac = %s""",
            [crypto.token_hash(key), crypto.identity_mac(family["guardian"]["rrn"])],
        )
    with psycopg.connect(demo.server.url("app", NAME)) as app:
        [scope] = app.execute("SELECT policy.enter(%s)", [crypto.token_hash(key)]).fetchone()
        seen = {name for (name,) in app.execute("SELECT name FROM organisation_student")}
        subjects = app.execute("SELECT count(*), count(DISTINCT student_id) FROM records_score").fetchone()

    assert len({child["school_code"] for child in family["children"]}) == 2
    assert seen == {child["name"] for child in family["children"]}
    assert {(child["name"], child["school_code"]) for child in scope["children"]} == {
        (child["name"], child["school_code"]) for child in family["children"]
    }
    assert subjects is not None
    assert subjects[0] >= 5
    assert subjects[1] == 1, "the elementary school has no exams"


def test_the_sheet_has_the_form_that_others_read(demo):
    content = demo.sheet
    staff = content["staff"]
    states = Counter(family["state"] for family in content["families"])

    assert list(content) == ["url", "outbox", "staff", "families"]
    assert (content["url"], content["outbox"]) == (
        "http://localhost:8000",
        "http://localhost:8000/demo/outbox/",
    )
    assert states["new"] >= 20
    assert min(states[state] for state in ("at_counter", "approved", "waiting", "linked")) >= 2
    for member in staff:
        assert set(member) - {"rrn"} == {"role", "name", "login", "password", "school", "class"}
    assert len([member for member in staff if "rrn" in member]) == 1
    officers = {member["school"] for member in staff if member["role"] == "registration_officer"}
    assert {"황간초등학교", "충청북도영동교육지원청", "충청북도교육청"} <= officers
    assert {member["role"] for member in staff} == {
        "registration_officer",
        "homeroom_teacher",
        "deputy",
        "school_admin",
        "office_admin",
        "operator",
    }
    teachers = {
        (member["school"], member["class"]) for member in staff if member["role"] == "homeroom_teacher"
    }
    for family in content["families"]:
        assert set(family) == {"state", "guardian", "application", "certificate", "children"}
        assert set(family["guardian"]) == {"name", "rrn", "phone", "email"}
        assert family["children"]
        for child in family["children"]:
            assert set(child) == {"name", "rrn", "school", "school_code", "grade", "class", "number"}
            assert (child["school"], f"{child['grade']}-{child['class']}") in teachers
            assert isinstance(child["grade"], int)
        papers, certificate = family["application"], family["certificate"]
        assert bool(papers) == (family["state"] != "new")
        assert bool(papers and papers["link"]) == (family["state"] in ("approved", "waiting", "linked"))
        assert bool(certificate) == (family["state"] in ("waiting", "linked"))
    assert stat.S_IMODE((demo.home / "demo.json").stat().st_mode) == 0o600


def test_who_stands_on_the_sheet_can_sign_in_and_nobody_else(demo):
    hashes = dict(demo.sql("SELECT login, password FROM accounts_login"))
    staff = demo.sheet["staff"]
    hasher = ScryptPasswordHasher()

    for member in staff[::9]:
        assert hasher.verify(member["password"], hashes[member["login"]])
    assert len({member["password"] for member in staff}) == len(staff)
    opens = {login for login, encoded in hashes.items() if not encoded.startswith("!")}
    assert opens == {member["login"] for member in staff}


def test_no_number_password_or_token_stands_in_a_dump(demo):
    program = demo.server.bin_dir / "pg_dump"
    dump = subprocess.run(
        [program, demo.server.url("postgres", NAME)], check=True, capture_output=True, text=True
    ).stdout
    people = [*(member.person for school in demo.plan.schools() for member in school.staff())]
    people += [member.person for member in demo.plan.staff()]
    people += [person for school in demo.plan.schools() for person in school.guardians()]
    people += [family.guardian for family in demo.plan.families()]
    numbers = {person.rrn for person in people}
    numbers |= {student.rrn for school in demo.plan.schools() for student in school.students()}
    in_hex = (bytes.fromhex(found).decode() for found in re.findall(r"(?:3\d){13,}", dump))
    runs = [*re.findall(r"\d{13,}", dump.replace("-", "")), *in_hex]
    windows = {run[at : at + 13] for run in runs for at in range(len(run) - 12)}

    assert len(dump) > 1_000_000
    assert len(numbers) > 1_000
    assert not windows & numbers
    secrets = [member["password"] for member in demo.sheet["staff"]]
    for family in demo.sheet["families"]:
        if family["application"]:
            secrets.append(family["application"]["issue_password"])
        if family["application"] and family["application"]["link"]:
            secrets.append(family["application"]["link"].split("/")[-2])
        if family["certificate"]:
            secrets.append(family["certificate"]["password"])
    encoded = (base64.b64encode(secret.encode()).decode() for secret in secrets)
    assert not [secret for secret in [*secrets, *encoded] if secret in dump]


def test_a_second_load_changes_nothing(demo):
    def everything() -> dict[str, Any]:
        tables = demo.sql(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        # The signer's pulse goes on.
        return {
            name: demo.sql(f"SELECT count(*), sum(hashtextextended(row::text, 0)) FROM {name} row")
            for (name,) in tables
            if name != "platform_heartbeat"
        }

    def files() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in demo.home.rglob("*") if path.is_file()}

    before = everything(), files()
    demo.load()

    assert (everything(), files()) == before


def test_the_sheet_follows_the_port(demo, tmp_path):
    path = tmp_path / "demo.json"
    path.write_bytes((demo.home / "demo.json").read_bytes())
    sheet.give_address(path, "http://localhost:8123")
    moved = json.loads(path.read_text())

    assert (moved["url"], moved["outbox"]) == ("http://localhost:8123", "http://localhost:8123/demo/outbox/")
    links = [family["application"]["link"] for family in moved["families"] if family["application"]]
    assert all(link.startswith("http://localhost:8123/certificate/issue/") for link in links if link)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    file = moved["families"][-1]["certificate"]["p12"]
    assert file == str(tmp_path / "certificates" / Path(file).name)
    sheet.give_address(path, demo.sheet["url"])
    before = path.read_bytes()
    sheet.give_address(path, "http://localhost:8123")
    sheet.give_address(path, demo.sheet["url"])
    assert path.read_bytes() == before


def test_the_summary_names_where_and_as_whom_to_begin(demo):
    lines = sheet.summary(demo.home / "demo.json").splitlines()
    text = "\n".join(lines)

    assert len(lines) <= 12
    assert max(map(len, lines)) <= 160
    for words in (
        "http://localhost:8000",
        "/demo/outbox/",
        "이서연",
        "김가람",
        "reg-8071028-1",
        "t8071028-3-1",
    ):
        assert words in text
    assert demo.families("linked")[0]["certificate"]["p12"] in text
    assert str(demo.home / "demo.json") in text
