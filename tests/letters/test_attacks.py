"""What an attacker tries at letters, files, slips, feeds and keys: by HTTP, and by SQL as the app role with a
session that was stolen from a parent, a teacher or the administrator of another school."""

import json
import os
import re
import subprocess
import sys
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.utils import timezone

from baroalgi.letters import markup
from baroalgi.letters.models import Attachment, FeedAddress, Letter, LetterVersion
from baroalgi.platform.models import ApiKey, StoredFile
from tests import papers, rows
from tests.guardianship.rows import staff
from tests.letters import slip_rows

BOARD = "/schools/8071028/boards/home-letters/"
LONG_AGO = "'2001-01-01'"


@pytest.fixture(autouse=True)
def folder(tmp_path, settings_environment):
    settings_environment(files_dir=str(tmp_path / "files"))


@pytest.fixture
def draft(world):
    """A letter that the homeroom teacher of 3-1 still writes."""
    return rows.letter(
        world.hwanggan, None, "체험학습 안내", state="draft", written_by=world.homeroom_teacher
    )


@pytest.fixture
def asked(world):
    """김가람's slip of a letter to her class; 이서연 is her mother."""
    world.link(guardian=world.seoyeon, child=world.garam)
    return slip_rows.slip(slip_rows.letter(world), world.garam)


@pytest.fixture
def stolen(world):
    """Sessions in the wrong hands: who, and how they signed in."""
    far = staff(world, "먼관리", "school_admin", place=world.saeneoul_counter)
    return {
        "parent": {"person": world.seoyeon, "strength": "certificate"},
        "stranger": {"person": world.stranger, "strength": "certificate"},
        "teacher": {"person": world.homeroom_teacher},
        "next_door": {"person": world.next_door_teacher},
        "elsewhere": {"person": far},
        "nobody": {},
    }


def refused(world, session, statement, values=()):
    """Tell whether the database changed and showed nothing."""
    try:
        return world.sql_as_app(statement, values, **session) in (0, [], [(None,)], [(False,)], [("[]",)])
    except DatabaseError:
        return True


def recent(moment):
    return abs(timezone.now() - moment) < timedelta(minutes=10)


# By SQL: files --------------------------------------------------------------------------------------


ATTACH = """INSERT INTO letters_attachment
                (letter_id, file_id, public_id, position, name, added_at, removed_at)
            VALUES (%s, %s, gen_random_uuid(), 1, '남의 것.hwp', now(), NULL)"""


def test_no_file_of_others_is_hung_on_an_own_letter(world, stolen, draft):
    file = rows.attachment(rows.letter(world.saeneoul, None, "초안", state="draft"), "비밀.hwp").file_id
    assert refused(world, stolen["teacher"], ATTACH, [draft.id, file])
    for statement in (
        "SELECT sha256 FROM platform_storedfile",
        "UPDATE platform_storedfile SET unused_since = NULL",
        "INSERT INTO platform_storedfile (sha256, size, kind, preview_state, previews)"
        " VALUES ('x', 1, 'hwp', 'none', '[]')",
    ):
        assert refused(world, stolen["teacher"], statement), statement
    with pytest.raises(DatabaseError, match="nobody sends a file"):
        world.sql_as_app("SELECT policy.keep_file('x', 1, 'hwp', NULL, false)")
    # Somebody else's upload, and an own one of another transaction.
    keep = "SELECT policy.keep_file(%s, 9, 'hwp', NULL, false)"
    ((own,),) = world.sql_as_app(keep, ["a" * 64], **stolen["teacher"])
    ((other,),) = world.sql_as_app(keep, ["b" * 64], **stolen["next_door"])
    for number in (own, other):
        assert refused(world, stolen["teacher"], ATTACH, [draft.id, number])
    assert Attachment.objects.using("owner").filter(letter=draft).count() == 0
    with rows.unit_of(world, world.homeroom_teacher, "password"), connection.cursor() as cursor:
        cursor.execute(keep, ["a" * 64])
        cursor.execute(ATTACH, [draft.id, own])
    assert Attachment.objects.using("owner").get(letter=draft).file_id == own


def test_files_of_a_withdrawn_letter_are_the_schools_and_those_taken_away_nobodys(world, stolen, visitor):
    withdrawn = rows.letter(
        world.hwanggan,
        1,
        "거둔 글",
        state="withdrawn",
        withdrawal_reason="잘못 보냄",
        withdrawn_at=timezone.now(),
    )
    letter = rows.letter(world.hwanggan, 2, "고친 글", written_by=world.homeroom_teacher)
    gone = [
        rows.attachment(withdrawn),
        rows.attachment(letter, "뺀.hwp", papers.hwp() + b"2", removed_at=timezone.now()),
    ]
    here = rows.attachment(letter, "남은.hwp", papers.hwp() + b"3")
    for who in ("nobody", "stranger", "elsewhere"):
        seen = world.sql_as_app("SELECT id FROM letters_attachment ORDER BY id", **stolen[who])
        assert seen == [(gone[1].id,), (here.id,)], who
        files = world.sql_as_app("SELECT id FROM platform_storedfile ORDER BY id", **stolen[who])
        assert files == [(gone[1].file_id,), (here.file_id,)], who
    assert len(world.sql_as_app("SELECT id FROM letters_attachment", **stolen["next_door"])) == 3
    assert all(visitor.get(f"/files/{row.public_id}/").status_code == 404 for row in gone)
    # Nothing comes back, and nothing is added to what was withdrawn.
    back = "UPDATE letters_attachment SET removed_at = NULL WHERE removed_at IS NOT NULL"
    world.sql_as_app(back, **stolen["teacher"])
    assert world.fresh(gone[1]).removed_at is not None
    admin = {"person": staff(world, "관리자", "school_admin")}
    assert refused(world, admin, ATTACH, [withdrawn.id, here.file_id])


# By SQL: when, and by whom --------------------------------------------------------------------------


def test_nobody_says_when_something_happened(world, stolen, draft, asked):
    teacher, parent = stolen["teacher"], stolen["parent"]
    world.sql_as_app(
        f"""UPDATE letters_letter SET state = 'published', published_at = {LONG_AGO}, posted_on = {LONG_AGO},
                changed_at = {LONG_AGO}, created_at = {LONG_AGO}, withdrawn_at = {LONG_AGO}, views = 9999
            WHERE id = %s""",
        [draft.id],
        **teacher,
    )
    letter = world.fresh(draft)
    assert (letter.state, letter.views) == ("published", 0)
    assert letter.posted_on == timezone.localdate(letter.published_at)
    assert recent(letter.published_at)
    assert recent(letter.changed_at)
    assert (letter.created_at, letter.withdrawn_at) == (draft.created_at, None)
    world.sql_as_app(
        """INSERT INTO letters_slipanswer (slip_id, person_id, person_name, way, content, text, crl_digest,
               answered_at, version, student_id, school_id, letter_id, position, previous, digest)
           VALUES (%s, %s, '이서연', 'name', '{}', '', '', '2001-01-01', 0, 0, 0, 0, 0, '', '')""",
        [asked.id, world.seoyeon.id],
        **parent,
    )
    (answer,) = slip_rows.given(asked.letter)
    assert recent(answer.answered_at)
    assert world.fresh(asked).answered_at == answer.answered_at
    world.sql_as_app(f"UPDATE letters_slip SET reminded_at = {LONG_AGO}, answered_at = NULL", **teacher)
    assert recent(world.fresh(asked).reminded_at)
    assert world.fresh(asked).answered_at == answer.answered_at
    world.sql_as_app(
        f"""INSERT INTO letters_feedaddress (person_id, nonce, token_hash, made_at)
            VALUES (%s, 'n', 't', {LONG_AGO})""",
        [world.seoyeon.id],
        **parent,
    )
    assert recent(FeedAddress.objects.using("owner").get().made_at)
    world.sql_as_app(
        f"""INSERT INTO platform_apikey
                (person_id, key_hash, ending, name, purpose, state, reason, created_at)
            VALUES (%s, 'h', 'abcd', 'n', 'p', 'active', '', {LONG_AGO})""",
        [world.seoyeon.id],
        **parent,
    )
    assert recent(ApiKey.objects.using("owner").get().created_at)


def test_a_slip_is_answered_by_an_answer_alone(world, stolen, asked):
    for who in ("parent", "teacher", "next_door", "elsewhere"):
        for state in ("answered", "closed", "missed"):
            change = f"UPDATE letters_slip SET state = '{state}', answered_at = now()"
            assert refused(world, stolen[who], change), (who, state)
    assert world.state_of(asked) == "open"
    # Who may answer is told nothing about other children, not even whether there is something to tell.
    for who in stolen:
        assert refused(world, stolen[who], "SELECT policy.slip_complete(%s)", [asked.id])


# By SQL: everything else that issue 8 brought -------------------------------------------------------

STRANGERS = [
    "SELECT id FROM letters_slip",
    "SELECT id FROM letters_slipanswer",
    "SELECT id FROM letters_reading",
    "SELECT id FROM letters_feedaddress",
    "SELECT policy.own_slips(NULL, (SELECT public_id FROM letters_slip LIMIT 1))::text",
    "SELECT policy.api_key_block(1, 'x')",
    "SELECT policy.api_key_delete(1)",
    "SELECT policy.api_keys()::text",
    "SELECT policy.feed('x', 9)::text",
    "UPDATE letters_letter SET title = 'x'",
    "UPDATE letters_slip SET due_at = now()",
    "UPDATE letters_slipform SET due_at = now()",
    "DELETE FROM letters_slipform",
    "DELETE FROM letters_attachment",
    "INSERT INTO letters_letterversion (letter_id, version, title, html, changed_at, changed_by)"
    " VALUES (1, 9, 'x', 'x', now(), 'x')",
    "INSERT INTO letters_reading (letter_id, person_id, student_id, school_id, read_at)"
    " VALUES (1, 1, 1, 1, now())",
    "SELECT policy.letter_pupils(1)",
    "SELECT policy.guardians_of(ARRAY[1])",
    "SELECT policy.make_slips(1)",
    "SELECT policy.visit_key()",
    "SELECT visitor FROM letters_visit",
    "UPDATE schoolinfo_meal SET kcal = 1",
    "UPDATE schoolinfo_weekplan SET notice = 'x'",
    "DELETE FROM schoolinfo_calendarday",
]


def test_who_has_no_business_there_sees_and_changes_nothing(world, stolen, asked):
    rows.meal(world.hwanggan, rows.today(), "밥")
    ApiKey.objects.using("owner").create(person_id=world.seoyeon.id, key_hash="h", ending="abcd", name="n")
    found = [
        (who, statement)
        for who in ("nobody", "stranger", "next_door", "elsewhere")
        for statement in STRANGERS
        if not refused(world, stolen[who], statement)
    ]
    assert found == []


def test_a_class_letter_tells_a_stranger_nothing_and_is_not_counted_by_one(world, stolen, asked):
    letter = asked.letter
    count = "SELECT policy.count_view(%s, '198.51.100.7', 'curl')"
    for who in ("nobody", "stranger", "elsewhere"):
        assert world.sql_as_app(count, [letter.id], **stolen[who]) == [(False,)]
        assert world.sql_as_app("SELECT policy.reads_letter(%s)", [letter.id], **stolen[who]) == [(False,)]
        reach = "SELECT policy.letter_receivers(%s, 'everyone', NULL, NULL, NULL) ->> 'pupils'"
        assert world.sql_as_app(reach, [world.hwanggan.id], **stolen[who]) == [("0",)]
    assert world.fresh(letter).views == 0
    assert world.sql_as_app(count, [letter.id], **stolen["parent"]) == [(True,)]


def test_a_teacher_writes_to_no_other_class_and_no_other_school(world, stolen, draft):
    elsewhere = rows.board(world.saeneoul).id
    for change in (
        f"audience = 'class', school_class_id = {world.class_3_2.id}",
        f"audience = 'class', school_class_id = {world.class_2_1.id}",
        "audience = 'grade', grade = 6, school_year = 2026",
        f"board_id = {elsewhere}",
        f"written_by_id = {world.next_door_teacher.id}",
    ):
        assert refused(
            world, stolen["teacher"], f"UPDATE letters_letter SET {change} WHERE id = %s", [draft.id]
        )
    assert LetterVersion.objects.using("owner").count() == 0


def test_what_hangs_on_a_letter_is_shown_to_its_readers_alone(world, visitor, as_guardian, asked):
    """File, preview, picture of a link, print: of a class letter, a draft and one that was withdrawn."""
    preview = {"page": 1, "fits": 360, "width": 1, "height": 1, "size": 12, "sha256": "0" * 64}
    later = timezone.now() + timedelta(days=1)
    closed = [
        asked.letter,
        rows.letter(world.hwanggan, None, "초안", state="draft"),
        rows.letter(world.hwanggan, None, "정한 때", state="scheduled", publish_at=later),
        rows.letter(
            world.hwanggan, 90, "거둔 글", state="withdrawn", withdrawal_reason="x", withdrawn_at=later
        ),
    ]
    for place, letter in enumerate(closed):
        file = rows.attachment(letter, content=papers.hwp() + bytes([place]))
        StoredFile.objects.using("owner").filter(id=file.file_id).update(previews=[preview])
        for browser in (visitor, as_guardian(world.stranger)):
            for address in (f"/files/{file.public_id}/", f"/files/{file.public_id}/1-360.webp"):
                answer = browser.get(address)
                assert answer.status_code in (302, 404), (letter.title, address)
                assert answer.headers["Cache-Control"] == "no-store"
        if letter.number:
            assert visitor.get(f"{BOARD}{letter.number}/card.png").status_code == 404
            assert "붙임" not in visitor.get(f"{BOARD}{letter.number}/print/").text
    feed = visitor.get(f"{BOARD}rss.xml").text
    assert not any(letter.title in feed for letter in closed)
    assert "거둔 글" not in visitor.get("/sitemap.xml").text


ADDRESSES = [
    "/desk/letters/99999999999999999999/",
    "/desk/letters/99999999999999999999/answers/",
    "/desk/letters/99999999999999999999/files/",
    "/desk/letters/99999999999999999999/answers/answers.xlsx",
    "/desk/letters/{letter}/answers/?class_id=99999999999999999999",
    "/desk/letters/{letter}/answers/?class_id=%00&show=%00",
    "/desk/letters/{letter}/answers/{slip}/99999999999999999999/",
    "/desk/letters/reach/?receivers=%00",
    "/slips/{slip}/99999999999999999999/evidence.zip",
    "/slips/{slip}/?edit-{slip}=%00",
    "/files/{file}/99999999999999999999-360.webp",
    "/feeds/%00/rss.xml",
    "/feeds/%ff/files/{file}/",
    BOARD + "?before=99999999999999999999&q=%00",
    BOARD + "99999999999999999999/card.png",
]


def test_no_number_breaks_a_page(world, visitor, as_staff, as_guardian, asked):
    file = rows.attachment(asked.letter)
    browsers = [visitor, as_staff(world.homeroom_teacher), as_guardian(world.seoyeon)]
    for address in ADDRESSES:
        path = address.format(letter=asked.letter_id, slip=asked.public_id, file=file.public_id)
        assert all(browser.get(path).status_code < 500 for browser in browsers), path


def test_a_guessed_identifier_of_another_family_is_like_none(world, as_guardian, asked):
    stranger = as_guardian(world.stranger)
    for act in ("", "challenge/", "sign/", "1/", "1/evidence.zip"):
        there = stranger.post if act.endswith(("challenge/", "sign/")) else stranger.get
        foreign = there(slip_rows.address(asked, act))
        absent = there(f"/slips/{uuid.uuid4()}/{act}")
        assert foreign.status_code == absent.status_code == 404
        assert re.sub("[0-9a-f]{16,}", "", foreign.text) == re.sub("[0-9a-f]{16,}", "", absent.text)


EVIL = [
    '<script>alert(1)</script><p onclick="x()">글</p>',
    '<a href="javascript:alert(1)">글</a><a href=" java\nscript:alert(1)">글</a>',
    '<a href="data:text/html,x">글</a>',
    "<svg onload=alert(1)><animate onbegin=alert(1)></svg>",
    "<math><mtext><mglyph><style><!--</style><img src onerror=x>",
    '<iframe srcdoc="<script>1</script>"></iframe><object data=x></object><form action=//evil><input></form>',
    '<p style="position:fixed">글</p><img src=x onerror=alert(1)><base href=//evil>',
    "<link rel=stylesheet href=//evil><style>*{}</style>",
    "&lt;script&gt;alert(1)&lt;/script&gt;<p>{{ 7*7 }}</p>",
]
FORBIDDEN = re.compile(
    r"<(?:script|svg|math|style|iframe|object|form|input|img|base|link)\b|\bon\w+\s*=|(?:javascript|data):"
)


@pytest.mark.parametrize("evil", EVIL)
def test_nothing_of_an_editor_runs_in_a_readers_browser(evil):
    clean = markup.clean(f"<p>끝</p>{evil}")
    assert not FORBIDDEN.search(re.sub("&lt;[^&]*&gt;", "", clean).lower())
    assert markup.clean(clean) == clean
    assert "끝" in clean


HOSTILE = "</script><script>alert(1)</script>\"'&<b>"


def test_titles_names_and_files_are_text_wherever_they_stand(world, visitor, as_staff, as_guardian):
    type(world.hwanggan).objects.using("owner").filter(id=world.hwanggan.id).update(name=f"황간{HOSTILE}")
    letter = slip_rows.letter(
        world, title=HOSTILE, author=HOSTILE[:40], audience="everyone", school_class=None
    )
    rows.attachment(letter, name=f"{HOSTILE}.hwp")
    world.link(guardian=world.seoyeon, child=world.garam)
    teacher, parent = as_staff(world.homeroom_teacher), as_guardian(world.seoyeon)
    page = slip_rows.page_of(letter)
    for browser, address in (
        (visitor, page),
        (visitor, f"{page}print/"),
        (visitor, BOARD),
        (visitor, f"{BOARD}rss.xml"),
        (visitor, f"{BOARD}atom.xml"),
        (visitor, "/schools/8071028/"),
        (visitor, "/schools/8071028/calendar/"),
        (visitor, "/schools/"),
        (parent, page),
        (parent, slip_rows.address(slip_rows.slip(letter, world.garam))),
        (teacher, "/desk/letters/?state=published"),
        (teacher, f"/desk/letters/{letter.id}/"),
        (teacher, f"/desk/letters/{letter.id}/files/"),
        (teacher, slip_rows.answers_of(letter)),
    ):
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert "<script>alert" not in answer.text, address
    told = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', visitor.get("/schools/8071028/").text, re.S
    )
    assert json.loads(told[1])["name"] == f"황간{HOSTILE}"
    card = visitor.get(f"{page}card.png")
    assert (card.status_code, card.headers["Content-Type"]) == (200, "image/png")


def test_no_title_and_no_name_begins_a_header(world, as_staff):
    teacher = as_staff(world.homeroom_teacher)
    sent = {
        "board": rows.board(world.hwanggan).id,
        "receivers": "everyone",
        "when": "now",
        "title": "Notice\r\nSet-Cookie: stolen=1\r\n\r\n<script>",
        "html": "<p>글</p>",
        "author": "교무부",
        "act": "save",
    }
    assert teacher.post("/desk/letters/new/", sent).status_code == 302
    made = Letter.objects.using("owner").get()
    assert made.title == "Notice Set-Cookie: stolen=1 <script>"
    # One that came in another way.
    letter = slip_rows.letter(world, title='Notice"\r\nSet-Cookie: stolen=1')
    for act in ("answers.xlsx", "print/"):
        answer = teacher.get(slip_rows.answers_of(letter, act))
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert "\n" not in answer.headers["Content-Disposition"]


def test_pages_that_run_something_are_no_attachment(world, as_staff, draft):
    teacher = as_staff(world.homeroom_teacher)
    for name, content in (
        ("그림.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("글.hwp", b"<!doctype html><script>alert(1)</script>"),
    ):
        answer = teacher.post(
            f"/desk/letters/{draft.id}/files/", {"uploads": SimpleUploadedFile(name, content)}
        )
        assert answer.status_code == 422, name
    file = rows.attachment(rows.letter(world.hwanggan, 1, "글"), "글.hwp")
    sent = world.visitor().get(f"/files/{file.public_id}/?inline=1", HTTP_ACCEPT="text/html")
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in sent.headers["Content-Security-Policy"]
    b"".join(sent.streaming_content)


def test_a_secret_address_is_in_no_log_no_trail_and_no_referrer(world, as_guardian, visitor, caplog):
    world.link(guardian=world.seoyeon, child=world.garam)
    mother = as_guardian(world.seoyeon)
    mother.post("/account/feed/make/")
    page = mother.get("/account/feed/")
    (token,) = set(re.findall(r"/feeds/([0-9a-f]{64})/", page.text))
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] in ("same-origin", "no-referrer", "strict-origin")
    caplog.clear()
    for address in (
        f"/feeds/{token}/rss.xml",
        f"/feeds/{token}/atom.xml",
        f"/feeds/{token}/files/{uuid.uuid4()}/",
        f"/feeds/{token[::-1]}/rss.xml",
    ):
        answer = visitor.get(address)
        assert "no-store" in answer.headers["Cache-Control"]
        if answer.status_code == 200:
            assert answer.headers["Referrer-Policy"] == "no-referrer"
    said = " ".join(str(vars(record)) for record in caplog.records)
    assert "letters:own_rss" in said
    assert token not in said
    assert token[::-1] not in said
    assert token not in " ".join(str(vars(entry)) for entry in world.audit())


# Time -----------------------------------------------------------------------------------------------


BUSY = """
import resource
from datetime import UTC, datetime
import django
resource.setrlimit(resource.RLIMIT_CPU, (40, 40))
django.setup()
from baroalgi.letters import markup, versions
from baroalgi.letters.types import Version
for text in ("<p>" + "<br>" * 24_000 + "x</p>", "<p>" + " " * 90_000 + "x</p>"):
    markup.clean(text)
before, after = ("".join(f"<p>{n * step % (129 + step)}</p>" for n in range(11_000)) for step in (1, 7))
was = Version(1, "글", before, datetime.now(UTC), "교무부")
versions.changes([was], "글", after, files=[], published_at=None)
"""


def test_no_text_keeps_the_server_busy():
    """A letter as long as one may be: in seconds of work, not of waiting; it was minutes and hours."""
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", BUSY], env=environ, check=False).returncode == 0
