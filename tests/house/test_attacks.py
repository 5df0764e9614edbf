"""What an attacker tries by HTTP and by SQL on the way of a certificate, from the link to the session."""

import pytest
from django.db import DatabaseError
from django.test import Client

from baroalgi.platform.crypto import token_hash
from tests.issuing import Parent, approved, link

BARE_ORDER = (
    "INSERT INTO pki_issuance (application_id, round, person_id, name, identity_mac, csr, spki_hash, sealed,"
    " state, reason, serial, virtual_id, ordered_at) SELECT %s, 1, %s, %s, {mac}, '', 'x', '',"
    " 'ordered', '', '', '', now()"
)
ORDER = BARE_ORDER.format(mac="identity_mac") + " FROM organisation_person WHERE id = %s"


@pytest.fixture
def seoyeon(world, authority):
    return approved(world, world.seoyeon)


def issued(parent: Parent, sign) -> Parent:
    assert parent.order().status_code == 202
    sign()
    assert parent.wait()["state"] == "valid"
    assert parent.confirm().status_code == 200
    return parent


def as_owner(statement, values=()):
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, values)


def guardian_carrying(world, person, application, *, link_id=None):
    """A guardian's session that carries an application, and opened its link if one is given."""
    from baroalgi.accounts.models import Session
    from baroalgi.platform import crypto

    browser = world.guardian_browser(person)
    key = browser.cookies["baroalgi_session"].value
    key_hash = crypto.token_hash(key)
    Session.objects.using("owner").filter(key_hash=key_hash).update(
        application_id=application.id, opened_link_id=link_id
    )
    return key


def newest_link():
    from baroalgi.registration.models import EnrolmentLink

    return EnrolmentLink.objects.using("owner").order_by("id").last().id


def run(key, statement, values=None):
    from django.db import connection

    from baroalgi.platform.unit import unit_of_work

    with unit_of_work(key), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def test_no_certificate_is_ordered_for_another_person_or_another_name(world, seoyeon):
    key = guardian_carrying(world, world.seoyeon, seoyeon.application, link_id=newest_link())
    me, other = world.seoyeon, world.homeroom_teacher
    for person, name in ((other, me.name), (me, other.name)):
        with pytest.raises(DatabaseError, match="order without approved application"):
            run(key, ORDER, [seoyeon.application.id, person.id, name, me.id])
    assert run(key, ORDER, [seoyeon.application.id, me.id, me.name, me.id]) == 1


def test_who_knows_number_and_password_but_not_the_link_orders_and_confirms_nothing(world, seoyeon, sign):
    application, me = seoyeon.application, world.seoyeon
    claimed = Client()
    asked = {"number": application.number, "issue_password": seoyeon.issue_password}
    assert claimed.post("/certificate/status/", asked).status_code == 302
    key = claimed.cookies["baroalgi_session"].value
    order = [application.id, me.id, me.name, application.identity_mac]
    with pytest.raises(DatabaseError, match="row-level security"):
        run(key, BARE_ORDER.format(mac="%s"), order)
    with pytest.raises(DatabaseError, match="issued without certificate"):
        run(key, "UPDATE registration_application SET state = 'issued' WHERE id = %s", [application.id])
    assert run(key, "SELECT policy.application_person(), policy.carried_identity()") == [(None, None)]
    # What the owner of the link has received meanwhile is neither seen nor put into use by it.
    assert seoyeon.order().status_code == 202
    sign()
    assert seoyeon.wait()["state"] == "valid"
    assert run(key, "SELECT id FROM pki_certificate") == run(key, "SELECT id FROM pki_issuance") == []
    assert run(key, "UPDATE pki_certificate SET confirmed_at = now()") == 0
    assert run(key, "SELECT policy.link_use(%s)", [token_hash(seoyeon.token)]) == [(False,)]
    assert seoyeon.confirm().status_code == 200


def test_a_link_that_was_replaced_orders_nothing_in_the_session_that_had_opened_it(world, seoyeon):
    opened = newest_link()
    link(seoyeon.application)
    key = guardian_carrying(world, world.seoyeon, seoyeon.application, link_id=opened)
    order = [seoyeon.application.id, world.seoyeon.id, world.seoyeon.name, world.seoyeon.id]
    with pytest.raises(DatabaseError, match="row-level security"):
        run(key, ORDER, order)


def test_a_revoked_certificate_is_left_as_it_is(world, seoyeon, sign):
    issued(seoyeon, sign)
    key = guardian_carrying(world, world.seoyeon, seoyeon.application)
    revoke = "UPDATE pki_certificate SET state = 'revoked', revoked_at = {at}, revocation_reason = '{reason}'"
    for at, reason in (("now()", "nonsense"), ("'0001-01-01'", "superseded"), ("'2999-01-01'", "superseded")):
        with pytest.raises(DatabaseError, match="pki_certificate"):
            run(key, revoke.format(at=at, reason=reason))
    assert run(key, revoke.format(at="now()", reason="keyCompromise")) == 1
    for change in (
        "state = 'valid'",
        "revocation_reason = 'superseded'",
        "revoked_at = now() - interval '1 day'",
        "confirmed_at = NULL",
    ):
        with pytest.raises(DatabaseError, match="pki_certificate"):
            run(key, f"UPDATE pki_certificate SET {change}")
    assert sign() > 0  # the list is published


def test_a_revoked_certificate_ends_the_sessions_of_its_owner(world, seoyeon, sign):
    issued(seoyeon, sign)
    world.link(guardian=world.seoyeon, child=world.garam)
    open_session, at_the_desk = world.guardian_browser(world.seoyeon), world.staff_browser(world.officer)
    assert open_session.get("/children/").status_code == 302
    as_owner(
        "UPDATE pki_certificate SET state = 'revoked', revoked_at = now(),"
        " revocation_reason = 'keyCompromise'"
    )
    assert open_session.get("/children/").headers["Location"].startswith("/sign-in/")
    assert at_the_desk.get("/desk/certificates/").status_code == 200


def test_a_session_goes_on_under_a_new_key_once_it_carries_an_application(world, seoyeon, visitor):
    """Who planted a key in this browser does not read what its owner hands in or opens."""
    visitor.post("/sign-in/challenge/")
    for carry in (
        lambda: visitor.post("/certificate/apply/", {"agree": "on"}),
        lambda: visitor.post(
            "/certificate/status/", {"number": seoyeon.application.number, "issue_password": "Abcde12345"}
        ),
    ):
        planted = visitor.cookies["baroalgi_session"].value
        assert carry().status_code == 302
        assert visitor.cookies["baroalgi_session"].value != planted
        thief = Client()
        thief.cookies["baroalgi_session"] = planted
        assert "이서연" not in thief.get("/certificate/status/").text
    assert "이서연" in visitor.get("/certificate/status/").text
    seoyeon.browser.cookies["baroalgi_session"] = planted = visitor.cookies["baroalgi_session"].value
    assert seoyeon.order().status_code == 202
    assert seoyeon.browser.cookies["baroalgi_session"].value != planted


@pytest.mark.parametrize(
    "address",
    [
        "http://testserver//evil.example/",
        "http://testserver/\\evil.example/",
        "/x?y=//testserver//evil.example",
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
    ],
)
def test_a_sign_in_leads_to_no_foreign_page(world, visitor, address):
    visitor.get("/sign-in/staff/", {"next": address})
    answer = visitor.post("/sign-in/staff/", {"login": "minho", "password": "Teach-er-2026"})
    target = answer.headers["Location"]
    assert answer.status_code == 302
    assert target.startswith("/")
    assert not target.startswith(("//", "/\\"))
    assert "//evil" not in target.split("?")[0]


def test_a_sign_in_over_another_ones_session_takes_nothing_along(world, as_guardian):
    browser = as_guardian(world.seoyeon)
    browser.post("/certificate/apply/form/", {"name": "이서연"})
    browser.post("/sign-in/staff/", {"login": "minho", "password": "Teach-er-2026"})
    from baroalgi.accounts.models import Session

    (row,) = Session.objects.using("owner").filter(person=world.officer)
    assert "certificate_typed" not in row.data
    assert not Session.objects.using("owner").filter(person=world.seoyeon).exists()


SHOWN = "김서식"


@pytest.mark.parametrize(
    ("method", "act"),
    [
        *[
            ("get", "identity"),
            ("post", "identity"),
            ("get", "approve"),
            ("post", "approve"),
            ("get", "return"),
        ],
        *[("get", "withdraw"), ("post", "withdraw"), ("get", "email"), ("post", "link"), ("post", "slip")],
    ],
)
def test_whatever_shows_an_application_leaves_a_line(world, as_staff, method, act):
    application = world.application(applicant=world.seoyeon, place=world.hwanggan_counter, name=SHOWN)
    page = getattr(as_staff(world.officer), method)(f"/desk/certificates/{application.number}/{act}/")
    assert SHOWN in page.text
    assert "application.viewed" in world.audit_names()


def test_whatever_shows_a_request_leaves_a_line(world, as_staff):
    link = world.link(guardian=world.seoyeon, child=world.garam, state="requested")
    page = as_staff(world.homeroom_teacher).get(f"/desk/child-links/{link.id}/refuse/")
    assert "이서연" in page.text
    assert "child_link.viewed" in world.audit_names()


def test_lists_of_the_counter_leave_a_line(world, as_staff):
    world.application(applicant=world.seoyeon, place=world.hwanggan_counter)
    desk = as_staff(world.officer)
    for address in ("/desk/certificates/", "/desk/certificates/totals/"):
        assert desk.get(address).status_code == 200
    assert world.audit_names() == ["application.list_viewed"] * 2


@pytest.mark.parametrize(
    "address",
    [
        "/schools/%00/",
        "/schools/8071028/boards/%00/",
        "/schools/8071028/boards/home-letters/99999999999999999999999/",
        "/pki/%00/ca.cer",
        "/certificate/issue/%00/",
        "/certificate/issue/%ff%fe/",
        "/sign-in/staff/invited/%00/",
        "/children/apply/%00/",
        "/desk/certificates/%00/",
        "/desk/child-links/99999999999999999999999/",
        "/offices/%00/",
        "/certificate/?school=%00",
        "/sign-in/?next=%00/x",
        "/sign-in/?next=/%00",
        "/schools/?q=%00",
        "/certificate/apply/places/?q=%00%00%00",
        "/certificate/apply/addresses/?q=%00%00%00",
        "/children/?post=%00",
    ],
)
def test_no_address_breaks_a_page(world, visitor, as_staff, as_guardian, address):
    world.link(guardian=world.seoyeon, child=world.garam)
    for browser in (
        visitor,
        as_staff(world.officer),
        as_staff(world.homeroom_teacher),
        as_guardian(world.seoyeon),
    ):
        assert browser.get(address).status_code < 500
        browser.get("/")  # whatever was put into the session does not break the next page


def test_no_header_breaks_a_page(world, visitor):
    for header in (
        {"CONTENT_LENGTH": "²"},
        {"HTTP_COOKIE": "baroalgi_session=\x00\xff; csrftoken=\x00"},
        {"HTTP_COOKIE": "baroalgi_session=" + "x" * 100_000},
        {"HTTP_USER_AGENT": "\udcff\x00"},
        {"HTTP_HOST": "evil.example"},
        {"CONTENT_TYPE": "application/x-www-form-urlencoded; charset=utf-16"},
        {"CONTENT_TYPE": "multipart/form-data"},
    ):
        for method in (visitor.get, visitor.post, visitor.head, visitor.options):
            assert method("/sign-in/staff/", **header).status_code < 500, (header, method)


def test_a_body_of_unsaid_length_is_too_large(visitor):
    answer = visitor.post("/sign-in/staff/", HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH="")
    assert answer.status_code == 413


def test_a_forged_post_opens_nothing(world):
    """Each address that changes something, without the token that our pages carry."""
    from django.urls import reverse

    application = world.application(applicant=world.seoyeon, place=world.hwanggan_counter)
    link = world.link(guardian=world.seoyeon, child=world.garam, state="requested")
    for person, strength, address in (
        (world.officer, "password", reverse("registration:approve", args=[application.number])),
        (world.officer, "password", reverse("registration:identity", args=[application.number])),
        (world.officer, "password", reverse("registration:send_back", args=[application.number])),
        (world.homeroom_teacher, "password", reverse("guardianship:approve", args=[link.id])),
        (world.seoyeon, "certificate", reverse("guardianship:withdraw", args=[link.public_id])),
        (world.seoyeon, "certificate", reverse("accounts:challenge")),
        (world.seoyeon, "certificate", reverse("accounts:sign_in")),
        (world.seoyeon, "certificate", reverse("registration:issue_order", args=["x"])),
        (world.seoyeon, "certificate", reverse("registration:issue_confirm", args=["x"])),
    ):
        browser = Client(enforce_csrf_checks=True)
        browser.cookies = world._browser(person, strength).cookies
        assert browser.post(address).status_code == 403, address
    assert (world.state_of(application), world.state_of(link)) == ("submitted", "requested")


@pytest.mark.parametrize(
    "address", ["/certificate/issue/x/", "/sign-in/staff/invited/x/", "/certificate/status/cancel/"]
)
def test_nobody_fills_the_trail_by_repeating_an_address(world, visitor, monkeypatch, address):
    from baroalgi.platform import audit

    monkeypatch.setattr(audit, "MOST_IN_PASSING", 3)
    answers = {visitor.get(address).status_code for _time in range(5)}
    assert len(answers) == 1
    assert answers < {302, 410}
    assert len(world.audit()) == 3
    visitor.get(address, REMOTE_ADDR="192.0.2.77")  # others are still written down
    assert len(world.audit()) == 4
