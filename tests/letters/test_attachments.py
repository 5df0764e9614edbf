"""붙임 파일: who may read a letter has its files, and nobody else; none is lost, none is double."""

import io
import re
import uuid
from datetime import timedelta
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from baroalgi.letters.models import Attachment, Letter
from baroalgi.platform import jobs
from baroalgi.platform.models import StoredFile
from tests import papers, rows
from tests.platform.test_files import BAD
from tests.races import at_once
from tests.statements import statements

BOARD = "/schools/8071028/boards/home-letters/"


@pytest.fixture(autouse=True)
def folder(tmp_path, settings_environment):
    settings_environment(files_dir=str(tmp_path / "files"), file_mb="1")
    return tmp_path / "files"


@pytest.fixture
def draft(world):
    return rows.letter(
        world.hwanggan, None, "체험학습 안내", state="draft", written_by=world.homeroom_teacher
    )


@pytest.fixture
def teacher(world, as_staff):
    return as_staff(world.homeroom_teacher)


def to_class(world, number=1):
    return rows.letter(world.hwanggan, number, "우리 반 안내", audience="class", school_class=world.class_3_1)


def page_of(letter):
    return f"/desk/letters/{letter.id}/files/"


def send(browser, letter, *files):
    """Upload files, each (name, content)."""
    return browser.post(page_of(letter), {"uploads": [SimpleUploadedFile(*file) for file in files]})


def names(letter):
    found = Attachment.objects.using("owner").filter(letter=letter, removed_at=None)
    return list(found.order_by("position").values_list("name", flat=True))


def hwp(mark=0):
    """Return a HWP file unlike the others."""
    return papers.hwp() + bytes([mark])


# Writing


def test_a_teacher_attaches_files_puts_them_in_order_and_takes_one_away(world, teacher, draft):
    sent = send(teacher, draft, ("안내.hwp", hwp()), ("사진.png", papers.picture()))
    assert (sent.status_code, sent["Location"]) == (302, page_of(draft))
    page = teacher.get(page_of(draft)).text
    assert "파일 2개를 붙였습니다." in page
    assert "안내.hwp" in page
    assert "HWP · 3 KB" in page
    assert "미리보기를 만들고 있습니다." in page
    second = Attachment.objects.using("owner").get(name="사진.png")
    teacher.post(f"{page_of(draft)}{second.public_id}/up/")
    assert names(draft) == ["사진.png", "안내.hwp"]
    teacher.post(f"{page_of(draft)}{second.public_id}/remove/")
    assert names(draft) == ["안내.hwp"]
    assert world.audit_names() == [
        "letter.attachments_added",
        "letter.attachment_moved",
        "letter.attachment_removed",
    ]


@pytest.mark.parametrize("name", ["폭탄.xlsx", "프로그램.pdf", "글.hwp", "비었음.pdf", "잠긴.pdf"])
def test_each_bad_file_gets_its_answer_and_loses_no_good_one(teacher, draft, name):
    content, sentence = BAD[name]
    sent = send(teacher, draft, ("안내.hwp", hwp()), (name, content))
    assert sent.status_code == 422
    assert sentence in sent.text
    assert "오류: " in sent.text
    assert names(draft) == ["안내.hwp"]
    assert StoredFile.objects.using("owner").count() == 1


def test_nothing_chosen_is_told(teacher, draft):
    sent = teacher.post(page_of(draft), {})
    assert sent.status_code == 422
    assert "올릴 파일을 골라 주세요." in sent.text


def test_a_letter_has_ten_files_at_most_and_all_that_were_sent_or_none(teacher, draft):
    assert send(teacher, draft, *((f"{n}.hwp", hwp(n)) for n in range(8))).status_code == 302
    sent = send(teacher, draft, *((f"{n}.hwp", hwp(n)) for n in range(8, 11)))
    assert sent.status_code == 422
    assert "파일은 모두 10개까지 붙일 수 있습니다. 지금 8개가 붙어 있습니다." in sent.text
    assert len(names(draft)) == 8


def test_the_same_content_is_attached_once(teacher, draft):
    told = send(teacher, draft, ("하나.hwp", hwp()), ("둘.hwp", hwp()), ("사진.pdf", b"MZ"))
    assert names(draft) == ["하나.hwp"]
    assert "파일 1개를 붙였습니다. 1개는 이미 붙어 있는 파일입니다." in told.text
    send(teacher, draft, ("셋.hwp", hwp()))
    assert names(draft) == ["하나.hwp"]
    assert "이미 붙어 있는 파일입니다." in teacher.get(page_of(draft)).text


def test_ten_of_twelve_at_once_are_attached_and_of_the_same_one_only_one(world, draft):
    browsers = [world.staff_browser(world.homeroom_teacher) for _ in range(12)]
    answers = at_once(
        *(lambda n=n: send(browsers[n], draft, (f"{n}.hwp", hwp(n))).status_code for n in range(12))
    )
    assert sorted(answers) == [302] * 10 + [422] * 2
    places = Attachment.objects.using("owner").filter(letter=draft).values_list("position", flat=True)
    assert sorted(places) == list(range(1, 11))
    other = rows.letter(world.hwanggan, None, "둘째", state="draft", written_by=world.homeroom_teacher)
    assert set(
        at_once(*(lambda n=n: send(browsers[n], other, ("x.hwp", hwp(99))).status_code for n in range(8)))
    ) == {302}
    assert names(other) == ["x.hwp"]


def test_a_letter_that_was_sent_changes_visibly_and_remembers_a_removed_file(world, teacher):
    sent_at = timezone.now() - timedelta(hours=1)
    letter = rows.letter(world.hwanggan, 1, "안내", written_by=world.homeroom_teacher, published_at=sent_at)
    rows.attachment(letter, "처음부터.hwp", hwp(7), added_at=sent_at - timedelta(minutes=1))
    send(teacher, letter, ("안내.hwp", hwp()))
    assert world.fresh(letter).changed_at is not None
    row = Attachment.objects.using("owner").get(letter=letter, name="안내.hwp")
    address = f"/files/{row.public_id}/"
    assert world.visitor().get(address).status_code == 200
    teacher.post(f"{page_of(letter)}{row.public_id}/remove/")
    assert world.visitor().get(address).status_code == 404
    assert world.fresh(row).removed_at is not None
    # Readers and the writer see what came and went, and nobody gets it any more.
    page = "/schools/8071028/boards/home-letters/1/"
    for text in (world.visitor().get(page).text, teacher.get(f"/desk/letters/{letter.id}/").text):
        assert "에 파일이 바뀌었습니다." in text
        assert re.search(r"<ins>.*붙임 파일 안내.hwp</ins>", text)
        assert re.search(r"<del>.*붙임 파일 안내.hwp</del>", text)
        assert "붙임 파일 처음부터.hwp</" not in text
        assert str(row.public_id) not in text


def test_files_of_a_withdrawn_letter_stay_as_they_are_and_nobody_gets_them(world, teacher):
    letter = rows.letter(world.hwanggan, 1, "안내", written_by=world.homeroom_teacher)
    row = rows.attachment(letter)
    Letter.objects.using("owner").filter(id=letter.id).update(
        state="withdrawn", withdrawal_reason="잘못 보냄"
    )
    assert send(teacher, letter, ("새.hwp", hwp(1))).status_code == 422
    page = teacher.post(f"{page_of(letter)}{row.public_id}/remove/", follow=True).text
    assert "거두거나 지운 글의 파일은 바꿀 수 없습니다." in page
    assert world.fresh(row).removed_at is None
    assert world.visitor().get(f"/files/{row.public_id}/").status_code == 404


class Unread(io.BytesIO):
    """A body that must not be read."""

    def read(self, *_size):
        raise AssertionError("the body was read")

    readline = read


@pytest.mark.parametrize(
    ("who", "size", "status", "words"),
    [
        ("teacher", 200 * 2**20, 413, "파일 하나는 1 MB까지 올릴 수 있습니다."),
        ("nobody", 200 * 2**20, 413, "보내신 파일이 너무 큽니다."),
        ("nobody", 2 * 2**20, 302, ""),
        ("next_door", 2 * 2**20, 403, ""),  # reads the form only: its token is missing
        ("officer", 2 * 2**20, 404, ""),
    ],
)
def test_what_is_too_large_or_not_allowed_is_answered_unread(world, draft, who, size, status, words):
    browser = {
        "teacher": lambda: world.staff_browser(world.homeroom_teacher),
        "nobody": Client,
        "next_door": lambda: world.staff_browser(world.next_door_teacher),
        "officer": lambda: world.staff_browser(world.officer),
    }[who]()
    browser.handler.enforce_csrf_checks = True
    may_read = who == "next_door"
    body = io.BytesIO(b"--x--\r\n") if may_read else Unread()
    answer = browser.generic(
        "POST",
        page_of(draft),
        b"x",
        content_type="multipart/form-data; boundary=x",
        **{"wsgi.input": body, "CONTENT_LENGTH": str(size)},
    )
    assert answer.status_code == status
    assert words in answer.text
    if status == 404:
        assert world.audit_names() == ["page.open.refused"]


def test_other_pages_take_no_large_bodies_at_all(world, teacher):
    answer = teacher.generic(
        "POST", "/sign-out/", b"x", **{"wsgi.input": Unread(), "CONTENT_LENGTH": str(2**21)}
    )
    assert answer.status_code == 413


def test_more_than_a_hundred_files_at_once_get_a_sentence(teacher, draft):
    sent = send(teacher, draft, *((f"{n}.hwp", b"x") for n in range(101)))
    assert sent.status_code == 400
    assert "파일이 너무 많습니다." in sent.text


def test_a_disk_that_fails_stores_nothing_by_half(world, teacher, draft, folder):
    with (
        mock.patch("baroalgi.platform.filestore.os.fsync", side_effect=OSError("disk")),
        pytest.raises(OSError, match="disk"),
    ):
        send(teacher, draft, ("안내.hwp", hwp()))
    assert names(draft) == []
    assert [path for path in folder.rglob("*") if path.is_file()] == []


# Reading


def test_everybody_has_the_file_of_a_letter_to_everyone(world, visitor):
    letter = rows.letter(world.hwanggan, 1, "안내")
    row = rows.attachment(letter, "가정통신문.hwp", hwp())
    page = visitor.get(f"{BOARD}1/").text
    assert "붙임 파일" in page
    assert "가정통신문.hwp" in page
    assert "HWP · 3 KB" in page
    with statements() as counted:
        answer = visitor.get(f"/files/{row.public_id}/")
    assert len(counted) == 2, counted
    assert b"".join(answer) == hwp()
    assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"
    again = visitor.get(f"/files/{row.public_id}/", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    head = visitor.head(f"/files/{row.public_id}/")
    assert int(head["Content-Length"]) == len(hwp())
    assert world.audit() == []
    assert "<li>가정통신문.hwp</li>" in visitor.get(f"{BOARD}1/print/").text


def test_a_file_of_a_class_is_for_its_parents_and_the_school_and_kept_by_nobody(world, as_guardian, teacher):
    world.link(guardian=world.seoyeon, child=world.garam)
    row = rows.attachment(to_class(world))
    address = f"/files/{row.public_id}/"
    for browser in (as_guardian(world.seoyeon), teacher):
        answer = browser.get(address)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert as_guardian(world.stranger).get(address).status_code == 404
    assert world.visitor().get(address)["Location"].startswith(f"/sign-in/?next=%2Ffiles%2F{row.public_id}")
    assert world.visitor().get(f"/files/{uuid.uuid4()}/").status_code == 404


def test_the_database_shows_and_takes_no_file_of_others(world, draft):
    world.link(guardian=world.seoyeon, child=world.garam)
    row = rows.attachment(to_class(world))
    rows.attachment(draft)
    seen = "SELECT id FROM letters_attachment"
    assert world.sql_as_app(seen) == []
    assert world.sql_as_app(seen, person=world.stranger, strength="certificate") == []
    assert world.sql_as_app(seen, person=world.seoyeon, strength="certificate") == [(row.id,)]
    for change in ("DELETE FROM letters_attachment", "UPDATE letters_attachment SET removed_at = now()"):
        for person, strength in ((world.seoyeon, "certificate"), (world.next_door_teacher, "password")):
            assert _touched(world, change, person, strength) == 0, (change, person.name)
    assert len(Attachment.objects.using("owner").all()) == 2


def _touched(world, change, person, strength):
    try:
        return world.sql_as_app(change, person=person, strength=strength)
    except DatabaseError:
        return 0


def test_previews_are_pictures_of_ours_and_never_the_file(world, teacher, draft, as_role, visitor):
    send(teacher, draft, ("계획서.pdf", papers.pdf(5)), ("사진.jpg", papers.picture("JPEG")))
    for file in StoredFile.objects.using("owner").order_by("id"):
        as_role("worker")
        jobs.draw(file_id=file.id)
    as_role("app")
    Letter.objects.using("owner").filter(id=draft.id).update(
        state="published", number=1, posted_on="2026-11-24"
    )
    page = visitor.get(f"{BOARD}1/").text
    assert page.count("<img ") == 4  # three pages of five, one picture
    assert "붙임 파일 계획서.pdf의 3쪽" in page
    assert "붙임 그림 사진.jpg" in page
    assert "모두 5쪽입니다." in page
    picture = Attachment.objects.using("owner").get(name="사진.jpg")
    drawn = visitor.get(f"/files/{picture.public_id}/1-360.webp")
    assert drawn["Content-Type"] == "image/webp"
    assert drawn["Cache-Control"] == "public, max-age=300, must-revalidate"
    assert b"".join(drawn)[8:12] == b"WEBP"
    for wrong in ("1-361.webp", "2-360.webp", "999999999999999999999-360.webp"):
        assert visitor.get(f"/files/{picture.public_id}/{wrong}").status_code == 404


@pytest.mark.parametrize("count", [1, 9])
def test_nine_files_cost_no_more_statements_than_one(world, teacher, visitor, count):
    letter = rows.letter(world.hwanggan, 1, "안내", written_by=world.homeroom_teacher)
    for n in range(count):
        rows.attachment(letter, f"{n}.hwp", hwp(n))
    with statements() as counted:
        teacher.get(page_of(letter))
    assert len(counted) == 6, counted
    with statements() as counted:
        visitor.get(f"{BOARD}1/print/")
    assert len(counted) == 4, counted
