"""Who gets what at every address: one row each, literal. A new address without a row fails.

Columns: nobody · 김가람's mother · another guardian · 김가람's homeroom teacher · the teacher next door ·
an officer of the counter · an officer of another school.
`in`: sent to sign in · `go`: sent on · `404`: the same answer as for what is not there.
"""

import re

import pytest
from django.test import Client
from django.urls import resolve

from baroalgi.letters.slips.types import Kind, Question
from baroalgi.platform import checks
from baroalgi.schoolinfo.models import CalendarDay
from tests import rows
from tests.guardianship.rows import office, staff, waited
from tests.letters import slip_rows

COLUMNS = ("nobody", "mother", "guardian", "homeroom", "next_door", "officer", "elsewhere")

# Staff come with a password, guardians with a certificate: neither opens the other's doors.
MATRIX = """
GET  /                                        200 200 200 200 200 200 200
GET  /offices/B10/                            404 404 404 404 404 404 404
GET  /sign-in/                                200 200 200 200 200 200 200
POST /sign-in/challenge/                      200 200 200 200 200 200 200
GET  /sign-in/staff/                          200 200 200 200 200 200 200
GET  /sign-in/staff/invited/nothing/          410 410 410 410 410 410 410
GET  /sign-in/staff/second/                   in  in  in  in  in  in  in
GET  /sign-in/staff/second/code/              in  in  in  in  in  in  in
POST /sign-in/passkey/                        422 422 422 422 422 422 422
POST /sign-in/passkey/options/                200 200 200 200 200 200 200
GET  /account/security/                       in  in  in  200 200 200 200
GET  /account/security/app/                   in  in  in  go  go  go  go
POST /account/security/app/remove/            in  in  in  go  go  go  go
POST /account/security/passkeys/              in  in  in  422 422 422 422
POST /account/security/passkeys/options/      in  in  in  409 409 409 409
POST /account/security/passkeys/{uuid}/remove/  in  in  in  go  go  go  go
GET  /account/security/password/              in  in  in  go  go  go  go
GET  /account/security/codes/                 in  in  in  go  go  go  go
POST /account/security/codes/new/             in  in  in  go  go  go  go
GET  /account/security/confirm/               in  in  in  200 200 200 200
POST /account/security/confirm/passkey/       in  in  in  422 422 422 422
GET  /account/sessions/                       in  200 200 200 200 200 200
POST /account/sessions/{uuid}/end/            in  go  go  go  go  go  go
POST /account/sessions/end-others/            in  go  go  go  go  go  go
GET  /account/api-keys/                       in  200 200 200 200 200 200
POST /account/api-keys/                       in  422 422 422 422 422 422
POST /account/api-keys/1/rename/              in  go  go  go  go  go  go
POST /account/api-keys/1/delete/              in  go  go  go  go  go  go
GET  /hub/                                    200 200 200 200 200 200 200
GET  /hub/schoolInfo                          200 200 200 200 200 200 200
GET  /openapi.json                            200 200 200 200 200 200 200
GET  /api/                                    404 404 404 404 404 404 404
GET  /api/nothing/here                         404 404 404 404 404 404 404
GET  /api/schools                              200 200 200 200 200 200 200
GET  /api/schools/8071028                      200 200 200 200 200 200 200
GET  /api/schools/8071028/calendar             200 200 200 200 200 200 200
GET  /api/schools/8071028/meals                200 200 200 200 200 200 200
GET  /api/schools/8071028/classes              200 200 200 200 200 200 200
GET  /api/schools/8071028/timetable            422 422 422 422 422 422 422
GET  /api/schools/8071028/boards               200 200 200 200 200 200 200
GET  /api/schools/8071028/boards/home-letters  200 200 200 200 200 200 200
GET  /api/schools/8071028/boards/home-letters/1 200 200 200 200 200 200 200
GET  /api/schools/8071028/boards/home-letters/2 404 404 404 404 404 404 404
POST /sign-in/refused/                        204 204 204 204 204 204 204
GET  /account/certificates/                   in  200 200 in  in  in  in
GET  /account/move/                           in  200 200 in  in  in  in
POST /account/move/offer/                     in  422 422 in  in  in  in
GET  /account/move/nothing/                   200 200 200 200 200 200 200
POST /account/move/nothing/fetch/             410 410 410 410 410 410 410
POST /sign-out/                               go  go  go  go  go  go  go
GET  /pki/nothing/ca.cer                      404 404 404 404 404 404 404
GET  /pki/nothing/root.cer                    404 404 404 404 404 404 404
GET  /pki/nothing/crl                         404 404 404 404 404 404 404
GET  /pki/nothing/root.crl                    404 404 404 404 404 404 404
GET  /pki/cps/                                200 200 200 200 200 200 200
GET  /certificate/                            200 200 200 200 200 200 200
GET  /certificate/apply/                      200 200 200 200 200 200 200
GET  /certificate/apply/form/                 go  go  go  go  go  go  go
GET  /certificate/apply/addresses/            200 200 200 200 200 200 200
GET  /certificate/apply/places/               200 200 200 200 200 200 200
GET  /certificate/apply/done/                 go  go  go  go  go  go  go
GET  /certificate/apply/paper/                go  go  go  go  go  go  go
GET  /certificate/status/                     200 200 200 200 200 200 200
GET  /certificate/status/correct/             go  go  go  go  go  go  go
POST /certificate/status/link/                go  go  go  go  go  go  go
POST /certificate/status/cancel/              go  go  go  go  go  go  go
GET  /certificate/issue/                      200 200 200 200 200 200 200
GET  /certificate/issue/nothing/              410 410 410 410 410 410 410
GET  /certificate/issue/nothing/order/        422 422 422 422 422 422 422
POST /certificate/issue/nothing/confirm/      422 422 422 422 422 422 422
GET  /healthz                                 200 200 200 200 200 200 200
GET  /readyz                                  200 200 200 200 200 200 200
GET  /demo/outbox/                            200 200 200 200 200 200 200
GET  /schools/                                200 200 200 200 200 200 200
GET  /schools/8071028/                        200 200 200 200 200 200 200
GET  /schools/8071028/meals/                  200 200 200 200 200 200 200
GET  /schools/8071028/calendar/               200 200 200 200 200 200 200
GET  /schools/8071028/calendar/year/          200 200 200 200 200 200 200
GET  /schools/8071028/meals/week/             200 200 200 200 200 200 200
GET  /schools/8071028/meals/day/              200 200 200 200 200 200 200
GET  /schools/8071028/curriculum/             200 200 200 200 200 200 200
GET  /schools/8071028/timetable/              200 200 200 200 200 200 200
GET  /schools/8071028/weekly-plan/            200 200 200 200 200 200 200
GET  /schools/8071028/subscribe/              200 200 200 200 200 200 200
GET  /schools/8071028/calendar.ics            200 200 200 200 200 200 200
GET  /schools/8071028/exams.ics               200 200 200 200 200 200 200
GET  /schools/8071028/timetable.ics           404 404 404 404 404 404 404
GET  /schools/8071028/meals.ics               200 200 200 200 200 200 200
GET  /robots.txt                              200 200 200 200 200 200 200
GET  /sitemap.xml                             200 200 200 200 200 200 200
GET  /sitemap-1.xml                           200 200 200 200 200 200 200
GET  /schools/8071028/boards/home-letters/    200 200 200 200 200 200 200
GET  /schools/8071028/boards/home-letters/1/  200 200 200 200 200 200 200
GET  /schools/8071028/boards/home-letters/1/print/ 200 200 200 200 200 200 200
GET  /schools/8071028/boards/home-letters/1/card.png 200 200 200 200 200 200 200
GET  /schools/8071028/boards/home-letters/2/  in  200 404 200 200 200 404
GET  /schools/8071028/boards/home-letters/2/print/ in 200 404 200 200 200 404
GET  /schools/8071028/boards/home-letters/2/card.png 404 404 404 404 404 404 404
GET  /schools/8071028/boards/home-letters/rss.xml   200 200 200 200 200 200 200
GET  /schools/8071028/boards/home-letters/atom.xml  200 200 200 200 200 200 200
GET  /schools/8071028/rss.xml                 200 200 200 200 200 200 200
GET  /schools/8071028/atom.xml                200 200 200 200 200 200 200
GET  /feeds/nothing/rss.xml                   404 404 404 404 404 404 404
GET  /feeds/nothing/atom.xml                  404 404 404 404 404 404 404
GET  /feeds/nothing/files/{uuid}/             404 404 404 404 404 404 404
GET  /account/feed/                           in  200 200 in  in  in  in
POST /account/feed/make/                      in  go  go  in  in  in  in
POST /account/feed/remove/                    in  go  go  in  in  in  in
GET  /files/{file}/                           200 200 200 200 200 200 200
GET  /files/{class_file}/                     in  200 404 200 200 200 404
GET  /files/{draft_file}/                     404 404 404 200 200 200 404
GET  /files/{file}/1-360.webp                 404 404 404 404 404 404 404
GET  /desk/letters/{draft}/files/             in  in  in  200 404 404 404
POST /desk/letters/{draft}/files/             in  in  in  422 404 404 404
POST /desk/letters/{draft}/files/{uuid}/remove/  in  in  in  go  404 404 404
POST /desk/letters/{draft}/files/{uuid}/up/   in  in  in  go  404 404 404
GET  /children/                               in  go  go  in  in  in  in
GET  /children/{link}/                        in  200 404 in  in  in  in
GET  /children/{link}/attendance/             in  200 404 in  in  in  in
GET  /children/{link}/grades/                 in  200 404 in  in  in  in
GET  /children/apply/                         in  200 200 in  in  in  in
GET  /children/apply/8071028/                 in  200 200 in  in  in  in
GET  /children/apply/8071028/contact/         in  200 200 in  in  in  in
GET  /children/waiting/                       in  go  200 in  in  in  in
POST /children/waiting/{link}/withdraw/       in  go  404 in  in  in  in
GET  /slips/{slip}/                           in  200 404 in  in  in  in
POST /slips/{slip}/challenge/                 in  422 404 in  in  in  in
POST /slips/{slip}/sign/                      in  422 404 in  in  in  in
GET  /slips/{slip}/1/                         in  404 404 in  in  in  in
GET  /slips/{slip}/1/evidence.zip             in  404 404 in  in  in  in
GET  /desk/                                   in  in  in  200 200 go  go
GET  /desk/child-links/                       in  in  in  200 200 404 404
GET  /desk/child-links/{request}/             in  in  in  200 404 404 404
POST /desk/child-links/{request}/refuse/      in  in  in  422 404 404 404
POST /desk/child-links/{request}/approve/     in  in  in  go  404 404 404
POST /desk/child-links/{request}/undo/        in  in  in  422 404 404 404
GET  /desk/letters/                           in  in  in  200 200 404 404
GET  /desk/letters/new/                       in  in  in  200 200 404 404
GET  /desk/letters/reach/                     in  in  in  200 200 404 404
GET  /desk/letters/{letter}/                  in  in  in  200 404 404 404
GET  /desk/letters/{letter}/preview/          in  in  in  200 404 404 404
POST /desk/letters/{letter}/withdraw/         in  in  in  422 404 404 404
GET  /desk/letters/{letter}/answers/          in  in  in  200 404 404 404
POST /desk/letters/{letter}/answers/remind/   in  in  in  go  404 404 404
POST /desk/letters/{letter}/answers/reopen/   in  in  in  422 404 404 404
GET  /desk/letters/{letter}/answers/answers.xlsx  in  in  in  200 404 404 404
GET  /desk/letters/{letter}/answers/print/    in  in  in  200 404 404 404
GET  /desk/letters/{letter}/answers/{slip}/paper/  in  in  in  200 404 404 404
GET  /desk/letters/{letter}/answers/{slip}/1/ in  in  in  404 404 404 404
GET  /desk/letters/{letter}/answers/{slip}/1/evidence.zip  in  in  in  404 404 404 404
GET  /desk/school/                            in  in  in  404 404 404 404
GET  /desk/school/timetable/                  in  in  in  404 404 404 404
GET  /desk/school/timetable/3/1/              in  in  in  404 404 404 404
POST /desk/school/timetable/3/1/publish/      in  in  in  404 404 404 404
GET  /desk/school/timetable/3/1/day/          in  in  in  404 404 404 404
GET  /desk/school/bells/                      in  in  in  404 404 404 404
GET  /desk/school/calendar/                   in  in  in  404 404 404 404
GET  /desk/school/calendar/{uuid}/            in  in  in  404 404 404 404
POST /desk/school/calendar/{uuid}/cancel/     in  in  in  404 404 404 404
GET  /desk/school/meals/                      in  in  in  404 404 404 404
GET  /desk/week-plan/                         in  in  in  200 200 404 404
GET  /desk/import/                            in  in  in  404 404 404 404
GET  /desk/import/meals/                      in  in  in  404 404 404 404
POST /desk/import/meals/save/                 in  in  in  404 404 404 404
POST /desk/import/meals/marked/               in  in  in  404 404 404 404
GET  /desk/import/meals/empty.xlsx            in  in  in  404 404 404 404
GET  /desk/import/meals/filled.xlsx           in  in  in  404 404 404 404
GET  /office/                                 in  in  in  404 404 404 404
POST /office/remind/                          in  in  in  404 404 404 404
GET  /office/api-keys/                        in  in  in  404 404 404 404
POST /office/api-keys/1/block/                in  in  in  404 404 404 404
POST /office/api-keys/1/unblock/              in  in  in  404 404 404 404
GET  /desk/certificates/                      in  in  in  404 404 200 200
GET  /desk/certificates/totals/               in  in  in  404 404 200 200
GET  /desk/certificates/print/                in  in  in  404 404 200 200
GET  /desk/certificates/{application}/        in  in  in  404 404 200 404
POST /desk/certificates/{application}/identity/  in  in  in  404 404 422 404
POST /desk/certificates/{application}/return/  in  in  in  404 404 422 404
POST /desk/certificates/{application}/approve/ in  in  in  404 404 422 404
GET  /desk/certificates/{application}/paper/  in  in  in  404 404 200 404
POST /desk/certificates/{application}/withdraw/ in in in  404 404 422 404
POST /desk/certificates/{application}/email/  in  in  in  404 404 422 404
POST /desk/certificates/{application}/link/   in  in  in  404 404 422 404
POST /desk/certificates/{application}/slip/   in  in  in  404 404 422 404
"""

ROWS = [line.split() for line in MATRIX.strip().splitlines()]

# Deputy of 김가람's class · administrator of her school · of another school · of the office · of the regional
# office. `{request}` came today, `{late}` waits for the third school day.
STANDING_IN = """
GET  /desk/                                   200 200 200 go  go
GET  /desk/child-links/                       200 200 200 404 404
GET  /desk/child-links/{request}/             404 404 404 404 404
POST /desk/child-links/{request}/refuse/      404 404 404 404 404
POST /desk/child-links/{request}/approve/     404 404 404 404 404
POST /desk/child-links/{request}/undo/        404 404 404 404 404
GET  /desk/child-links/{late}/                200 200 404 404 404
POST /desk/child-links/{late}/refuse/         422 422 404 404 404
POST /desk/child-links/{late}/undo/           422 422 404 404 404
POST /desk/child-links/{late}/approve/        go  go  404 404 404
GET  /desk/letters/                           404 200 200 404 404
GET  /desk/letters/new/                       404 200 200 404 404
GET  /desk/letters/{letter}/                  404 200 404 404 404
POST /desk/letters/{letter}/withdraw/         404 422 404 404 404
GET  /desk/letters/{letter}/answers/          404 200 404 404 404
POST /desk/letters/{letter}/answers/reopen/   404 422 404 404 404
GET  /desk/school/                            404 200 200 404 404
GET  /desk/school/timetable/                  404 go  go  404 404
GET  /desk/school/timetable/3/1/              404 200 404 404 404
POST /desk/school/timetable/3/1/              404 go  404 404 404
POST /desk/school/timetable/3/1/publish/      404 422 404 404 404
GET  /desk/school/timetable/3/1/day/          404 200 404 404 404
GET  /desk/school/bells/                      404 200 200 404 404
POST /desk/school/bells/                      404 go  go  404 404
GET  /desk/school/calendar/                   404 200 200 404 404
POST /desk/school/calendar/                   404 422 422 404 404
GET  /desk/school/calendar/{event}/           404 200 404 404 404
POST /desk/school/calendar/{event}/           404 422 404 404 404
POST /desk/school/calendar/{event}/cancel/    404 go  404 404 404
GET  /desk/school/meals/                      404 200 200 404 404
POST /desk/school/meals/                      404 go  go  404 404
GET  /desk/week-plan/                         404 200 200 404 404
GET  /desk/week-plan/?grade=3&class=1         404 200 404 404 404
GET  /desk/import/                            404 200 200 404 404
GET  /desk/import/meals/                      404 200 200 404 404
POST /desk/import/meals/                      404 422 422 404 404
POST /desk/import/meals/save/                 404 422 422 404 404
POST /desk/import/meals/marked/               404 422 422 404 404
GET  /desk/import/meals/empty.xlsx            404 200 200 404 404
GET  /desk/import/meals/filled.xlsx           404 200 200 404 404
GET  /office/                                 404 404 404 200 200
POST /office/remind/                          404 404 404 go  go
GET  /office/api-keys/                        404 404 404 200 200
POST /office/api-keys/1/block/                404 404 404 go  go
POST /office/api-keys/1/unblock/              404 404 404 go  go
GET  /desk/certificates/                      404 404 404 404 404
GET  /children/                               in  in  in  in  in
"""


@pytest.fixture
def browsers(world):
    return {
        "nobody": world.visitor(),
        "mother": world.guardian_browser(world.seoyeon),
        "guardian": world.guardian_browser(world.stranger),
        "homeroom": world.staff_browser(world.homeroom_teacher),
        "next_door": world.staff_browser(world.next_door_teacher),
        "officer": world.staff_browser(world.officer),
        "elsewhere": world.staff_browser(world.other_school_officer),
    }


@pytest.fixture
def places(world, tmp_path, settings_environment):
    settings_environment(mail_dir=str(tmp_path), files_dir=str(tmp_path / "files"))
    return behind(world)


def behind(world):
    """Make the rows behind the addresses: the mother's child, another guardian's request, an application."""
    to_all = rows.letter(world.hwanggan, 1, "안내")
    of_class = rows.letter(
        world.hwanggan,
        2,
        "3학년 1반 안내",
        audience="class",
        school_class=world.class_3_1,
        written_by=world.homeroom_teacher,
    )
    draft = rows.letter(
        world.hwanggan, None, "초안", state="draft", posted_on=None, written_by=world.homeroom_teacher
    )
    question = Question("q1", Kind.TEXT, "학교에 전할 말", required=False)
    return {
        "uuid": "00000000-0000-0000-0000-000000000000",
        "letter": of_class.id,
        "slip": slip_rows.asking(of_class, (question,), child=world.garam).public_id,
        "link": world.link(guardian=world.seoyeon, child=world.garam).public_id,
        "request": world.link(guardian=world.stranger, child=world.garam, state="requested").id,
        "application": world.application(applicant=world.stranger, place=world.hwanggan_counter).number,
        "draft": draft.id,
        "file": rows.attachment(to_all).public_id,
        "class_file": rows.attachment(of_class).public_id,
        "draft_file": rows.attachment(draft).public_id,
        "event": CalendarDay.objects.using("owner")
        .create(
            school=world.hwanggan,
            day="2026-12-01",
            name="학예회",
            kind="school_event",
            day_kind="school_day",
        )
        .uid,
    }


def answer(browser, method, path):
    """Return the status, or where a redirect leads: to a sign-in or on."""
    response = browser.post(path, {"sent": "empty"}) if method == "POST" else browser.get(path)
    if response.status_code not in (301, 302):
        return str(response.status_code)
    return "in" if response["Location"].startswith("/sign-in/") else "go"


def test_everyone_gets_what_the_matrix_says(world, browsers, places):
    wrong = []
    for method, template, *expected in ROWS:
        path = template.format(**places)
        for column, status in zip(COLUMNS, expected, strict=True):
            got = answer(browsers[column], method, path)
            if got != status:
                wrong.append(f"{method} {path} as {column}: {got}, not {status}")
        if "sign-out" in path:
            browsers.update(
                mother=world.guardian_browser(world.seoyeon),
                guardian=world.guardian_browser(world.stranger),
                homeroom=world.staff_browser(world.homeroom_teacher),
                next_door=world.staff_browser(world.next_door_teacher),
                officer=world.staff_browser(world.officer),
                elsewhere=world.staff_browser(world.other_school_officer),
            )
    assert not wrong, "\n".join(wrong)


def standing_in(world):
    """Return the browsers of the columns of STANDING_IN."""
    return [
        world.staff_browser(person)
        for person in (
            staff(world, "남부담", "deputy", world.class_3_1),
            staff(world, "관리자", "school_admin"),
            staff(world, "먼관리", "school_admin", place=world.saeneoul_counter),
            staff(world, "청관리", "office_admin", place=office(world)),
            staff(world, "지원청", "office_admin", place=world.regional_counter),
        )
    ]


def test_everyone_who_stands_in_gets_what_the_matrix_says(world, places):
    browsers = standing_in(world)
    late = world.link(
        guardian=world.seoyeon, child=world.doyun, state="requested", requested_at=waited(world, 3)
    )
    wrong = []
    for method, template, *expected in (line.split() for line in STANDING_IN.strip().splitlines()):
        path = template.format(late=late.id, **places)
        for place, (browser, status) in enumerate(zip(browsers, expected, strict=True)):
            got = answer(browser, method, path)
            if got != status:
                wrong.append(f"{method} {path} as number {place}: {got}, not {status}")
    assert not wrong, "\n".join(wrong)


# What somebody with the right password alone gets besides what everybody gets.
HALF = {
    "GET /sign-in/staff/second/": "go",  # to the set-up
    "GET /sign-in/staff/second/code/": "200",
    "GET /account/security/app/": "200",
    "POST /account/security/passkeys/": "422",
    "POST /account/security/passkeys/options/": "200",
}


def test_the_right_password_alone_gives_nothing_but_the_second_step(world, places):
    """The first set-up here; where a factor is registered, not even that (test_second_factor)."""
    nobody, half = world.visitor(), world._browser(world.homeroom_teacher, "half")
    wrong = []
    for method, template, *_expected in ROWS:
        path = template.format(**places)
        expected = HALF.get(f"{method} {template}") or answer(nobody, method, path)
        got = answer(half, method, path)
        if got != expected:
            wrong.append(f"{method} {path}: {got}, not {expected}")
        if "sign-out" in path:
            half = world._browser(world.homeroom_teacher, "half")
    assert not wrong, "\n".join(wrong)


def test_no_post_is_taken_without_the_token_of_our_pages(world, browsers, places):
    wrong = []
    for method, template, *expected in ROWS:
        able = [
            column for column, status in zip(COLUMNS, expected, strict=True) if status not in ("in", "404")
        ]
        if method == "POST" and able:
            forger = Client(enforce_csrf_checks=True)
            forger.cookies = browsers[able[0]].cookies
            got = forger.post(template.format(**places), {"sent": "elsewhere"}).status_code
            if got != 403:
                wrong.append(f"{template} as {able[0]}: {got}")
    assert wrong == []


def test_every_address_has_a_row():
    example = {
        "link": "0" * 8 + "-0000-0000-0000-" + "0" * 12,
        "uuid": "0" * 8 + "-0000-0000-0000-" + "0" * 12,
        "request": 1,
        "letter": 1,
        "slip": "0" * 8 + "-0000-0000-0000-" + "0" * 12,
        "application": "1" * 15,
        "draft": 1,
        **dict.fromkeys(("file", "class_file", "draft_file"), "0" * 8 + "-0000-0000-0000-" + "0" * 12),
    }
    covered = {resolve(template.format(**example)).view_name for _, template, *_ in ROWS}
    everything = {
        f"{namespace}:{entry.name}" if namespace else entry.name
        for _, entry, namespace in checks.named_views()
    }
    assert everything - covered == set()


def test_foreign_and_absent_are_the_same_answer(world, browsers, places):
    pairs = [
        ("guardian", f"/children/{places['link']}/", "/children/00000000-0000-0000-0000-000000000000/"),
        ("next_door", f"/desk/child-links/{places['request']}/", "/desk/child-links/999999/"),
        (
            "elsewhere",
            f"/desk/certificates/{places['application']}/",
            "/desk/certificates/202611240000000/",
        ),
    ]
    for column, foreign, absent in pairs:
        theirs, nothing = browsers[column].get(foreign), browsers[column].get(absent)
        assert (theirs.status_code, nothing.status_code) == (404, 404)
        assert strip(theirs.text) == strip(nothing.text)
        assert "열람 권한이 없습니다." in theirs.text


def strip(page):
    return re.sub(r"[0-9a-f]{16}", "", page)
