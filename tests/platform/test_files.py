"""Files of people: what they are is in their bytes, and what is not accepted leaves nothing behind."""

import hashlib
import io
import shutil
import unicodedata
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections, transaction
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from baroalgi.platform import files, filestore, jobs
from baroalgi.platform.kinds import BadContent, Kind, kind_of
from baroalgi.platform.kinds.names import LONGEST, fitting
from baroalgi.platform.models import StoredFile
from baroalgi.platform.unit import system_unit, unit_of_work
from tests import papers
from tests.world import World

SCRIPT = b"<!doctype html><script>alert(1)</script>"
PROGRAM = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0" + bytes(200)

GOOD = [
    (papers.hwp(), Kind.HWP),
    (papers.hwpx(), Kind.HWPX),
    (papers.xlsx(), Kind.XLSX),
    (papers.pdf(), Kind.PDF),
    (papers.picture("JPEG"), Kind.JPEG),
    (papers.picture("PNG"), Kind.PNG),
    (papers.picture("GIF"), Kind.GIF),
    (papers.picture("WEBP"), Kind.WEBP),
]

BAD = {
    "비었음.pdf": (b"", "빈 파일입니다."),
    "프로그램.pdf": (PROGRAM, "파일 종류를 알 수 없습니다."),
    "글.hwp": (SCRIPT, "파일 종류를 알 수 없습니다."),
    "잡동사니.png": (b"\0" * 300, "파일 종류를 알 수 없습니다."),
    "폭탄.xlsx": (papers.bomb(), "지나치게 커지는 파일"),
    "겹침.xlsx": (papers.overlapping(), "지나치게 커지는 파일"),
    "긴목록.xlsx": (papers.long_list(), "지나치게 커지는 파일"),
    "큰보관.xlsx": (papers.larger_archive(), "지나치게 커지는 파일"),
    "넓은그림.png": (papers.vast_png(), "지나치게 커지는 파일"),
    "잠긴.xlsx": (papers.locked_archive(), "암호가 걸린 파일입니다."),
    "잠긴2.xlsx": (papers.compound({"EncryptedPackage": b"x" * 64}), "암호가 걸린 파일입니다."),
    "잠긴.hwp": (papers.hwp(properties=2), "암호가 걸린 파일입니다."),
    "잠긴.hwpx": (papers.hwpx(**{"META-INF/manifest.xml": b"<encryption-data/>"}), "암호가 걸린 파일입니다."),
    "잠긴.pdf": (papers.pdf(password="secret"), "암호가 걸린 파일입니다."),
    "옛.xls": (papers.compound({"Workbook": b"x" * 64}), "파일 종류를 알 수 없습니다."),
    "글.docx": (papers.archive({"[Content_Types].xml": b"", "word/document.xml": b""}), "종류를 알 수 없"),
    "매크로.xlsx": (papers.xlsx({"xl/vbaProject.bin": b"x"}), "매크로가 든 파일"),
    "밖으로.xlsx": (papers.xlsx({"../../etc/passwd": b"x"}), "손상되어 열 수 없는"),
    "깨진.xlsx": (papers.broken_part(), "손상되어 열 수 없는"),
    "반쪽.xlsx": (papers.xlsx()[:150], "손상되어 열 수 없는"),
    "반쪽.hwp": (papers.hwp()[:700], "손상되어 열 수 없는"),
    "고리.hwp": (papers.compound({"FileHeader": b"HWP"}, loops=True), "손상되어 열 수 없는"),
    "반쪽.jpg": (papers.picture("JPEG")[:900], "손상되어 열 수 없는"),
    "반쪽.pdf": (b"%PDF-1.7\n1 0 obj", "손상되어 열 수 없는"),
}


@pytest.fixture(autouse=True)
def folder(tmp_path, settings_environment):
    settings_environment(files_dir=str(tmp_path / "files"), file_mb="1")
    return tmp_path / "files"


def receive(content: bytes, name: str):
    with files.receiving([SimpleUploadedFile(name, content)]) as (arrived, refusals):
        return arrived, [str(refusal) for refusal in refusals]


def keep(content: bytes, name: str = "안내.pdf") -> int:
    with files.receiving([SimpleUploadedFile(name, content)]) as ([arrived], _), sending():
        return files.keep(arrived)


def sending():
    """The unit of somebody who sends files."""
    return unit_of_work(World().staff_browser(World().homeroom_teacher).cookies["baroalgi_session"].value)


def stored(number: int) -> StoredFile:
    return StoredFile.objects.using("owner").get(id=number)


def here(folder) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(("content", "kind"), GOOD, ids=[kind for _, kind in GOOD])
def test_a_kind_is_known_by_its_content(content, kind):
    assert kind_of(io.BytesIO(content), len(content)) is kind


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_accepted_is_told_why_and_leaves_nothing(folder, name):
    content, sentence = BAD[name]
    arrived, refusals = receive(content, name)
    assert arrived == []
    assert refusals[0].startswith(f"「{name.rsplit('.')[0]}」: ")
    assert sentence in refusals[0]
    assert here(folder) == []


def test_a_file_over_the_limit_is_refused_unread():
    arrived, refusals = receive(bytes(2**20 + 1), "큰 글.pdf")
    assert arrived == []
    assert refusals == ["「큰 글」: 파일이 너무 큽니다. 파일 하나는 1 MB까지 올릴 수 있습니다."]


@given(st.sampled_from([content for content, _ in GOOD]), st.data())
def test_no_damage_is_anything_but_an_answer(content, data):
    at = data.draw(st.integers(0, len(content)))
    broken = content[:at] + data.draw(st.binary(max_size=8)) + content[at + data.draw(st.integers(0, 8)) :]
    with suppress(BadContent):
        assert kind_of(io.BytesIO(broken), len(broken)) in Kind


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/안내.pdf", "안내.pdf"),
        ("C:\\글\\안내.pdf", "안내.pdf"),
        ("안\r\n내\0.pdf", "안 내.pdf"),
        (unicodedata.normalize("NFD", "가정통신문.pdf"), "가정통신문.pdf"),
        ("가" * 300 + ".pdf", "가" * 96 + ".pdf"),
        ("안내.exe", "안내.pdf"),
        ("안내", "안내.pdf"),
        ("제2026-70호. 안내", "제2026-70호. 안내.pdf"),
        ("안내\u202efdp.exe", "안내fdp.pdf"),
        ("", "붙임.pdf"),
        ("...", "붙임.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ('a<b>:"|?*.pdf', "a_b______.pdf"),
    ],
)
def test_names_are_made_fit_to_be_kept(sent, kept):
    assert fitting(sent, Kind.PDF) == kept


@given(st.text(max_size=400), st.sampled_from(Kind))
@example("/" * 300, Kind.PDF)
def test_any_name_becomes_a_sane_one(name, kind):
    kept = fitting(name, kind)
    assert 1 < len(kept) <= LONGEST + 1
    assert kept.isprintable()
    assert not set('/\\<>:"|?*') & set(kept)
    assert kept.rsplit(".", 1)[1] in kind.extensions


def test_a_photograph_keeps_its_extension_and_a_wrong_one_is_mended():
    assert fitting("PHOTO.JPEG", Kind.JPEG) == "PHOTO.jpeg"
    assert fitting("photo.png", Kind.JPEG) == "photo.jpg"


def test_the_same_content_is_stored_once(world, folder):
    content = papers.hwp()
    assert keep(content, "하나.hwp") == keep(content, "둘.hwp")
    sha256 = hashlib.sha256(content).hexdigest()
    assert here(folder) == [sha256]
    assert filestore.path_of(sha256).read_bytes() == content
    assert filestore.path_of(sha256).stat().st_mode & 0o777 == 0o600


def test_what_is_rolled_back_leaves_a_file_that_is_swept(world, folder, as_role):
    with files.receiving([SimpleUploadedFile("글.hwp", papers.hwp())]) as ([arrived], _), sending():
        files.keep(arrived)
        transaction.set_rollback(True)
    assert StoredFile.objects.using("owner").count() == 0
    assert len(here(folder)) == 1
    kept = keep(papers.hwpx())
    (folder / "operator.txt").write_text("not ours")
    as_role("worker")
    jobs.sweep_files()
    assert here(folder) == sorted([stored(kept).sha256, "operator.txt"])


def test_a_file_that_nothing_names_goes_after_two_days_and_one_day_more(world, folder, as_role):
    kept = keep(papers.picture())
    as_role("worker")
    jobs.draw(file_id=kept)
    assert len(here(folder)) == 3  # two previews
    now = timezone.now()
    for days, rows, there in [(0, 1, 3), (1, 1, 3), (3, 0, 3), (4, 0, 0)]:
        with system_unit():
            files.sweep(now + timedelta(days=days))
        assert (StoredFile.objects.using("owner").count(), len(here(folder))) == (rows, there), days


def test_what_was_cut_off_half_written_is_swept_after_a_day(world, folder, as_role):
    half = filestore.new_half()
    half.write_bytes(b"half")
    as_role("worker")
    for days, there in [(0, True), (2, False)]:
        with system_unit():
            files.sweep(timezone.now() + timedelta(days=days))
        assert half.exists() is there


def test_a_picture_is_drawn_anew_small_and_without_what_the_camera_wrote(world, as_role):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "37.5665 N 126.9780 E"
    kept = keep(papers.picture("JPEG", (1600, 900), exif=exif), "소풍.jpg")
    as_role("worker")
    jobs.draw(file_id=kept)
    row = stored(kept)
    assert row.preview_state == "made"
    sizes = [(preview["fits"], preview["width"], preview["height"]) for preview in row.previews]
    assert sizes == [(360, 360, 640), (1280, 900, 1600)]
    for preview in row.previews:
        drawn = filestore.path_of(preview["sha256"]).read_bytes()
        assert b"126.9780" not in drawn
        assert Image.open(io.BytesIO(drawn)).format == "WEBP"


def test_the_first_pages_of_a_pdf_are_drawn(world, as_role):
    kept = keep(papers.pdf(5))
    as_role("worker")
    jobs.draw(file_id=kept)
    row = stored(kept)
    assert row.pages == 5
    assert [(preview["page"], preview["width"]) for preview in row.previews] == [
        (page, width) for page in (1, 2, 3) for width in (360, 1280)
    ]
    jobs.draw(file_id=kept)  # twice is once
    assert stored(kept).previews == row.previews


def test_what_can_no_longer_be_opened_has_no_preview(world, as_role):
    kept = keep(papers.pdf())
    filestore.path_of(stored(kept).sha256).write_bytes(b"%PDF-1.7 damaged since")
    as_role("worker")
    jobs.draw(file_id=kept)
    assert (stored(kept).preview_state, stored(kept).previews) == ("failed", [])


def test_documents_are_not_drawn(world):
    assert stored(keep(papers.hwp(), "글.hwp")).preview_state == "none"
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%%draw'", [])
        assert cursor.fetchone() == (0,)


def test_the_app_cannot_change_what_a_file_is(world):
    kept = keep(papers.hwp())
    with pytest.raises(Exception, match="permission denied"):
        world.sql_as_app("UPDATE platform_storedfile SET sha256 = '0' WHERE id = %s", [kept])


# Sending

CONTENT = papers.hwp()


@pytest.fixture
def ask(world):
    """Ask for a stored file under a Korean name, with headers."""
    row = stored(keep(CONTENT, "글.hwp"))

    def asked(name="가정통신문 (1).hwp", **headers):
        answer = files.send(RequestFactory().get("/", headers=headers), files.Stored.of(row), name)
        answer.content_sent = b"".join(answer)
        answer.close()
        return answer

    return asked


def test_a_file_is_sent_as_a_download_with_its_korean_name(ask):
    answer = ask()
    assert answer.content_sent == CONTENT
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''%EA%B0%80%EC%A0%95%ED%86%B5%EC%8B%A0%EB%AC%B8%20%281%29.hwp"
    )
    assert answer["Content-Type"] == "application/x-hwp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert int(answer["Content-Length"]) == len(CONTENT)


def test_who_has_it_already_is_told_so(ask):
    answer = ask(**{"If-None-Match": ask()["ETag"]})
    assert answer.status_code == 304
    assert answer.content_sent == b""


@pytest.mark.parametrize(
    ("wanted", "status", "first", "last"),
    [
        ("bytes=0-99", 206, 0, 99),
        ("bytes=100-", 206, 100, len(CONTENT) - 1),
        ("bytes=-50", 206, len(CONTENT) - 50, len(CONTENT) - 1),
        ("bytes=10-999999", 206, 10, len(CONTENT) - 1),
        ("bytes=-999999", 206, 0, len(CONTENT) - 1),
        ("bytes=0-0,5-6", 200, 0, len(CONTENT) - 1),
        ("lines=1-2", 200, 0, len(CONTENT) - 1),
    ],
)
def test_a_part_is_sent_on_demand(ask, wanted, status, first, last):
    answer = ask(Range=wanted)
    assert answer.status_code == status
    assert answer.content_sent == CONTENT[first : last + 1]
    assert int(answer["Content-Length"]) == last + 1 - first
    if status == 206:
        assert answer["Content-Range"] == f"bytes {first}-{last}/{len(CONTENT)}"


@pytest.mark.parametrize("wanted", ["bytes=999999-", "bytes=9-3", "bytes=-0", "bytes=-"])
def test_a_part_that_is_not_there(ask, wanted):
    assert ask(Range=wanted).status_code == 416


def test_a_part_of_another_version_is_the_whole(ask):
    assert ask(**{"Range": "bytes=0-9", "If-Range": '"other"'}).content_sent == CONTENT


def test_files_in_their_folder_are_for_us_alone(world, folder):
    keep(papers.hwp())
    assert {path.stat().st_mode & 0o077 for path in folder.rglob("*")} == {0}
    shutil.rmtree(folder)
