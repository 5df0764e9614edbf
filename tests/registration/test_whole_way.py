"""The way of one application, from the terms to the mail with the issuing address."""

import re

from tests.registration.parent import NUMBER, PASSWORD, answers, applied, at_the_form, ticks


def test_from_the_terms_to_the_issuing_address(world, visitor, as_staff):
    at_the_form(visitor, wants_news="on")
    saved = visitor.post("/certificate/apply/form/", answers(world.hwanggan_counter))
    assert (saved.status_code, saved["Location"]) == (302, "/certificate/apply/done/")

    done = visitor.get("/certificate/apply/done/")
    number = re.search(r'data-number="(\d{15})"', done.text)[1]
    assert "온라인 신청이 완료되었습니다" in done.text
    assert "황간초등학교" in done.text

    paper = visitor.get("/certificate/apply/paper/")
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")

    desk = as_staff(world.officer)
    found = desk.post("/desk/certificates/", {"q": f"{number[:8]} {number[8:14]} {number[14:]}"})
    assert found["Location"] == f"/desk/certificates/{number}/"
    assert "이은정" in desk.get(f"/desk/certificates/{number}/").text

    approved = desk.post(f"/desk/certificates/{number}/approve/", ticks())
    assert (approved.status_code, approved["Location"]) == (302, "/desk/certificates/"), approved.text
    assert "이은정 님의 신청을 승인했습니다." in desk.get("/desk/certificates/").text

    first, second = world.mails()
    assert (first.to, second.to) == ("eunjeong@example.kr", "eunjeong@example.kr")
    assert f"{number[:8]} {number[8:14]} {number[14:]}" in first.text
    assert re.search(r"http://localhost:8000/certificate/issue/[\w-]{43}/", second.text)
    status = visitor.get("/certificate/status/").text
    assert "학부모님이 인증서를 받으실 차례입니다" in status
    assert "eun*****@example.kr" in status
    assert world.audit_names() == [
        "application.submitted",
        "application.printed",
        "application.viewed",
        "application.identity_checked",
        "application.papers_received",
        "application.approved",
        "application.list_viewed",
    ]


def test_neither_number_nor_password_is_kept_or_told(world, visitor, as_staff, server, database):
    number = applied(visitor, world.hwanggan_counter)
    desk = as_staff(world.officer)
    pages = [
        visitor.get("/certificate/apply/done/").text,
        visitor.get("/certificate/status/").text,
        desk.get(f"/desk/certificates/{number}/").text,
        desk.post(f"/desk/certificates/{number}/approve/", ticks(id_copy="")).text,
        *(mail.subject + mail.text for mail in world.mails()),
    ]
    with server.admin(database) as admin:
        tables = admin.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for (table,) in tables:
            pages += [str(row) for row in admin.execute(f"SELECT t::text FROM {table} t").fetchall()]
    whole = "\n".join(pages)
    assert "850707-2" in whole  # the mask is there
    for secret in (NUMBER, NUMBER[6:], PASSWORD):
        assert secret not in whole
