"""The second wall of staff sign-in, by SQL as the app role: what the program forgets the database refuses."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection

from baroalgi.platform import crypto
from baroalgi.platform.unit import unit_of_work
from tests.accounts.authenticator import Device
from tests.accounts.staff import GOOD, SECOND, SIGN_IN, half, no_demo, set_up

BEGIN = "SELECT policy.session_begin(%s, %s, %s, %s, '', '{}', %s)"
NO_FACTOR = "session without second factor"


def begun(person, strength, factor="", *, key=None, before=""):
    """Begin a session as the program would, with its proof; returns who acts then."""
    key_hash = "b" * 64
    said = [person.id, strength] + ([factor] if factor else [])
    proof = crypto.door_proof("session", key_hash, *said)
    with unit_of_work(key), connection.cursor() as cursor:
        if before:
            cursor.execute(before)
        cursor.execute(BEGIN, [key_hash, person.id, strength, factor, proof])
        cursor.execute("SELECT policy.known_person()")
        return cursor.fetchone()[0]


def key_of(browser):
    return browser.cookies["baroalgi_session"].value


def test_a_password_alone_gives_full_rights_in_a_demo_only(world):
    assert begun(world.officer, "password") == world.officer.id
    no_demo()
    with pytest.raises(DatabaseError, match=NO_FACTOR):
        begun(world.officer, "password")
    with pytest.raises(DatabaseError, match=NO_FACTOR):
        begun(world.officer, "password", "something")


def test_what_the_version_before_asks_gives_no_more(world):
    """Between `migrate` and the restart the program of before still runs."""
    from baroalgi.accounts.models import Session

    no_demo()
    ask = "SELECT policy.session_begin(%s, %s, %s, '', '{}', %s)"
    for person, strength in ((world.seoyeon, "certificate"), (world.officer, "password")):
        values = ["c" * 64, person.id, strength, crypto.door_proof("session", "c" * 64, person.id, strength)]
        if strength == "certificate":
            world.sql_as_app(ask, values)
        else:
            with pytest.raises(DatabaseError, match=NO_FACTOR):
                world.sql_as_app(ask, values)
    (begun_then,) = Session.objects.using("owner").all()
    assert (begun_then.person_id, begun_then.strength) == (world.seoyeon.id, "certificate")


def test_where_one_is_registered_it_is_asked_in_the_demo_too(world, visitor):
    visitor.post(SIGN_IN, GOOD)
    set_up(visitor)
    with pytest.raises(DatabaseError, match=NO_FACTOR):
        begun(world.homeroom_teacher, "password")
    assert begun(world.homeroom_teacher, "half") == world.homeroom_teacher.id


def test_a_factor_counts_in_the_transaction_that_used_it_and_in_its_half_session_only(world):
    no_demo()
    set_up(half())
    me, other = world.homeroom_teacher, world.next_door_teacher
    next_step = "SELECT policy.use_totp(9999999999)"
    with pytest.raises(DatabaseError, match=NO_FACTOR):
        begun(me, "password", "totp", key=key_of(half()))  # not used
    with pytest.raises(DatabaseError, match=NO_FACTOR):
        begun(me, "password", "recovery", key=key_of(half()), before=next_step)  # another one used
    with pytest.raises(DatabaseError, match=NO_FACTOR):
        begun(me, "password", "passkey", key=key_of(half()), before=next_step)
    with pytest.raises(DatabaseError, match=NO_FACTOR):
        begun(me, "password", "totp", before=next_step)  # no half session
    with pytest.raises(DatabaseError, match=NO_FACTOR):
        begun(me, "password", "totp", key=key_of(half("yujin")), before=next_step)
    with pytest.raises(DatabaseError, match=NO_FACTOR):
        begun(other, "password", "totp", key=key_of(half()), before=next_step)
    assert begun(me, "password", "totp", key=key_of(half()), before=next_step) == me.id


def test_the_proof_names_the_factor(world):
    no_demo()
    set_up(half())
    proof = crypto.door_proof("session", "b" * 64, world.homeroom_teacher.id, "half")
    for strength, factor in (("password", ""), ("password", "totp"), ("half", "totp")):
        with pytest.raises(DatabaseError, match="session without proof"):
            world.sql_as_app(BEGIN, ["b" * 64, world.homeroom_teacher.id, strength, factor, proof])


def test_who_has_no_login_gets_no_session_of_staff(world):
    for strength in ("half", "password"):
        with pytest.raises(DatabaseError, match="session without login"):
            begun(world.seoyeon, strength)


def test_a_half_session_sees_no_row_of_a_person(world):
    world.link(guardian=world.seoyeon, child=world.garam, state="requested")
    world.application(applicant=world.seoyeon, place=world.hwanggan_counter)
    for person in (world.homeroom_teacher, world.officer):
        for table in ("organisation_student", "guardianship_childlink", "registration_application"):
            seen = world.sql_as_app(f"SELECT 1 FROM {table}", person=person, strength="half")
            assert seen == [], table


def test_a_half_session_is_nobody_to_the_own_rows_too(world):
    """Who stole a password reads no contact, no trail, no child's request, and revokes no certificate."""
    me = world.homeroom_teacher
    world.link(guardian=me, child=world.garam, state="requested")
    half()  # leaves rows of the trail
    whole = {table for table in protected_tables() if rows_seen(world, table, me, "password")}
    assert {"organisation_person", "organisation_staffpost", "platform_auditentry"} < whole
    assert [table for table in protected_tables() if rows_seen(world, table, me, "half")] == []
    change = "UPDATE organisation_person SET email = 'thief@example.kr'"
    assert world.sql_as_app(change, person=me, strength="half") == 0
    assert world.sql_as_app("SELECT policy.actor()", person=me, strength="half") == [(None,)]


def protected_tables():
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(
            """SELECT relname FROM pg_class WHERE relkind = 'r' AND relforcerowsecurity
               AND has_any_column_privilege('baroalgi_app', oid, 'SELECT')"""
        )
        return sorted(name for (name,) in cursor.fetchall())


def rows_seen(world, table, person, strength):
    ((count,),) = world.sql_as_app(f"SELECT count(*) FROM {table}", person=person, strength=strength)
    return count


def test_the_trail_names_who_guessed_at_the_second_factor(world):
    no_demo()
    browser = half()
    app, _codes = set_up(browser)
    other = half()
    assert other.post(SECOND, {"digits": app.wrong()}).status_code == 422
    refused = [row for row in world.audit() if row.act == "finish_by_digits.refused"]
    assert [(row.actor_id, row.strength) for row in refused] == [(world.homeroom_teacher.id, "half")]


def test_sql_alone_begins_no_count_of_the_doors_anew(world):
    from baroalgi.accounts.models import Attempt

    for _try in range(7):
        world.sql_as_app("SELECT policy.match_student(1, 'x')", person=world.seoyeon, strength="certificate")
    for name in (f"match:{world.seoyeon.id}", "login:jihun", f"factor:{world.homeroom_teacher.id}"):
        world.sql_as_app("SELECT policy.count_try(%s, 0)", [name], person=world.seoyeon)
    counted = Attempt.objects.using("owner").get(key=crypto.token_hash(f"match:{world.seoyeon.id}"))
    assert counted.n == 7


def test_sql_alone_reads_no_hash_of_a_password(world):
    for call in (
        "policy.try_login('jihun', '', '', 'guess')",
        "policy.try_own('', '', '', 'guess')",
        "policy.confirm_session('guess')",
        "policy.use_passkey('x', 1, 'guess')",
    ):
        with pytest.raises(DatabaseError, match="without proof"):
            world.sql_as_app(f"SELECT {call}", person=world.homeroom_teacher)
    for call in (
        "has_factor(1)",
        "factor_demanded(1)",
        "guess('x', 1, '1 minute')",
        "reset_factors('jihun')",
        "proof('x')",
        "counted('x', 1)",
    ):
        with pytest.raises(DatabaseError, match="permission denied"):
            world.sql_as_app(f"SELECT policy.{call}", person=world.homeroom_teacher)


def test_a_guess_of_a_session_that_was_just_ended_finds_nothing(world):
    proof = crypto.door_proof("own", "", "", "")
    assert world.sql_as_app("SELECT policy.try_own('', '', '', %s)", [proof]) == [(None,)]


FRESH = "factors change only after a fresh confirmation"
CHANGES = (
    "policy.set_totp('x', 1)",
    "policy.set_codes('{x}')",
    "policy.add_passkey('x', 'x', 0, 'x')",
    "policy.remove_factor(NULL)",
    "policy.set_password('jihun', 'x')",
)


def test_factors_change_only_in_a_fresh_session_or_at_the_first_set_up(world):
    no_demo()
    set_up(half())
    for call in CHANGES:
        for person, strength in ((world.homeroom_teacher, "half"), (world.officer, "password"), (None, "")):
            # A half session beside a registered factor; one that was not confirmed; nobody.
            with pytest.raises(DatabaseError, match=FRESH):
                world.sql_as_app(f"SELECT {call}", person=person, strength=strength)
    with pytest.raises(DatabaseError, match=FRESH):
        world.sql_as_app(f"SELECT {CHANGES[0]}", person=world.seoyeon, strength="certificate")


def test_nobody_gives_a_colleague_another_password(world, visitor):
    visitor.post(SIGN_IN, GOOD)
    with (
        pytest.raises(DatabaseError, match="no such own login"),
        unit_of_work(key_of(visitor)),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT policy.set_password('yujin', 'x')")


def test_a_passkey_of_the_first_set_up_belongs_to_who_acts(world):
    from baroalgi.accounts.models import Passkey
    from tests.accounts.test_passkeys import made

    no_demo()
    made(half("yujin"), Device())
    assert Passkey.objects.using("owner").get().person_id == world.next_door_teacher.id


def test_guessing_own_digits_by_sql_tells_nothing_of_others(world):
    no_demo()
    set_up(half())
    asked = "SELECT policy.own_factors() ->> 'totp_since', policy.use_totp(9999999999), policy.use_code('x')"
    assert world.sql_as_app(asked, person=world.officer) == [(None, False, None)]
