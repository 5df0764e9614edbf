"""The second wall, tried by raw SQL as the app role: what the program forgets, the database refuses."""

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction

PERSONAL = [
    "organisation_person",
    "organisation_student",
    "organisation_staffpost",
    "registration_application",
    "guardianship_childlink",
    "guardianship_restriction",
    "records_attendanceday",
    "records_score",
    "pki_certificate",
    "platform_auditentry",
]


def test_every_table_is_protected_and_forced_or_says_why_it_is_public(world):
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            """SELECT relname, relrowsecurity AND relforcerowsecurity, obj_description(oid)
               FROM pg_class WHERE relkind IN ('r', 'p')
                 AND relnamespace IN ('public'::regnamespace, 'policy'::regnamespace)"""
        )
        tables = cursor.fetchall()
    assert len(tables) > 25
    bare = [
        name for name, forced, comment in tables if not forced and not (comment or "").startswith("public: ")
    ]
    assert bare == []


def test_every_door_names_its_search_path_with_pg_temp_last(world):
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            """SELECT proname, proconfig FROM pg_proc
               WHERE prosecdef AND pronamespace NOT IN ('pg_catalog'::regnamespace)"""
        )
        doors = cursor.fetchall()
    assert len(doors) > 20
    path = "search_path=pg_catalog, public, pg_temp"
    assert {name for name, config in doors if path not in (config or [])} == set()


@pytest.mark.parametrize("table", PERSONAL)
def test_a_forgotten_context_shows_nothing(world, table):
    world.link(guardian=world.seoyeon, child=world.garam)
    world.application(applicant=world.seoyeon, place=world.hwanggan_counter)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone() == (0,)


def test_a_guardian_sees_the_own_child_and_no_other(world):
    world.link(guardian=world.seoyeon, child=world.garam)
    world.link(guardian=world.stranger, child=world.harin)
    seen = world.sql_as_app(
        "SELECT name FROM organisation_student", person=world.seoyeon, strength="certificate"
    )
    assert seen == [("김가람",)]


def test_a_barred_guardian_sees_nothing(world):
    from baroalgi.guardianship.models import Restriction

    world.link(guardian=world.seoyeon, child=world.garam)
    Restriction.objects.using("owner").create(
        student=world.garam,
        guardian=world.seoyeon,
        school_id=world.hwanggan.id,
        kind="no_view",
        reason="판결문",
        valid_from="2026-03-04",
    )
    seen = world.sql_as_app(
        "SELECT name FROM organisation_student", person=world.seoyeon, strength="certificate"
    )
    assert seen == []


def test_a_forged_fact_opens_nothing(world):
    world.link(guardian=world.seoyeon, child=world.garam)
    for fact in (str(world.seoyeon.id), "0" * 64, "' OR true --"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('baroalgi.session', %s, true)", [fact])
            cursor.execute("SELECT policy.actor(), (SELECT count(*) FROM organisation_student)")
            assert cursor.fetchone() == (None, 0)


def test_a_temporary_table_of_the_same_name_opens_nothing(world):
    with pytest.raises(DatabaseError, match="permission denied"):
        world.sql_as_app(
            "CREATE TEMPORARY TABLE accounts_session (key_hash text, person_id bigint)", person=world.stranger
        )


def test_sql_alone_opens_no_session(world):
    with pytest.raises(DatabaseError, match="session without proof"):
        world.sql_as_app(
            "SELECT policy.session_begin(%s, %s, 'certificate', '', '', '{}', %s)",
            ["a" * 64, world.seoyeon.id, b"guess"],
        )


@pytest.mark.parametrize(
    "table",
    [
        "accounts_session",
        "accounts_attempt",
        "accounts_login",
        "accounts_totp",
        "accounts_passkey",
        "accounts_recoverycode",
        "policy.door_key",
    ],
)
def test_nobody_reads_what_only_doors_may(world, table):
    with pytest.raises(DatabaseError, match="permission denied"):
        world.sql_as_app(f"SELECT * FROM {table}")


def test_a_guardian_cannot_approve_the_own_link(world):
    link = world.link(guardian=world.seoyeon, child=world.garam, state="requested")
    with pytest.raises(DatabaseError, match="row-level security"):
        world.sql_as_app(
            "UPDATE guardianship_childlink SET state = 'approved' WHERE id = %s",
            [link.id],
            person=world.seoyeon,
            strength="certificate",
        )
    assert world.state_of(link) == "requested"


def test_a_teacher_cannot_approve_the_own_link_either(world):
    link = world.link(guardian=world.homeroom_teacher, child=world.garam, state="requested")
    with pytest.raises(DatabaseError, match="row-level security"):
        world.sql_as_app(
            "UPDATE guardianship_childlink SET state = 'approved' WHERE id = %s",
            [link.id],
            person=world.homeroom_teacher,
        )


def test_a_teacher_touches_no_request_of_another_class(world):
    link = world.link(guardian=world.seoyeon, child=world.garam, state="requested")
    touched = world.sql_as_app(
        "UPDATE guardianship_childlink SET state = 'approved' WHERE id = %s",
        [link.id],
        person=world.next_door_teacher,
    )
    assert (touched, world.state_of(link)) == (0, "requested")


def test_an_officer_cannot_approve_the_own_application(world):
    application = world.application(
        applicant=world.officer, place=world.hwanggan_counter, state="papers_received"
    )
    with pytest.raises(DatabaseError, match="row-level security"):
        world.sql_as_app(
            "INSERT INTO registration_approval (application_id, officer_id, officer_name, approved_at)"
            " VALUES (%s, %s, '', now())",
            [application.id, world.officer.id],
            person=world.officer,
        )
    with pytest.raises(DatabaseError):
        world.sql_as_app(
            "UPDATE registration_application SET state = 'approved' WHERE id = %s",
            [application.id],
            person=world.officer,
        )
    assert world.state_of(application) == "papers_received"


def test_nothing_is_approved_without_an_approval(world):
    application = world.application(
        applicant=world.seoyeon, place=world.hwanggan_counter, state="papers_received"
    )
    with pytest.raises(DatabaseError, match="approved without approval"):
        world.sql_as_app(
            "UPDATE registration_application SET state = 'approved' WHERE id = %s",
            [application.id],
            person=world.officer,
        )


def test_another_schools_queue_is_empty_for_an_officer(world):
    world.application(applicant=world.seoyeon, place=world.hwanggan_counter)
    seen = world.sql_as_app("SELECT id FROM registration_application", person=world.other_school_officer)
    assert seen == []


@pytest.mark.parametrize(("source", "target"), [("refused", "approved"), ("ended", "requested")])
def test_no_state_changes_but_by_a_listed_way(world, source, target):
    link = world.link(guardian=world.seoyeon, child=world.garam, state=source)
    with pytest.raises(DatabaseError, match="no transition"):
        world.sql_as_app(
            "UPDATE guardianship_childlink SET state = %s WHERE id = %s",
            [target, link.id],
            person=world.homeroom_teacher,
        )


def test_the_audit_trail_only_grows(world, server, database):
    with server.admin(database) as admin:
        admin.execute(
            "INSERT INTO platform_auditentry (act, strength, posts, facts, address, request_id)"
            " VALUES ('x', 'none', '[]', '{}', '', '')"
        )
        for statement in (
            "UPDATE platform_auditentry SET act = 'y'",
            "DELETE FROM platform_auditentry",
            "TRUNCATE platform_auditentry",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
                admin.execute(statement)


def test_an_idle_session_of_staff_ends_after_ten_minutes(world, server, database):
    ask = "SELECT policy.actor()"
    key = world.staff_browser(world.officer).cookies["baroalgi_session"].value
    from baroalgi.platform.unit import unit_of_work

    for minutes, person in ((9, world.officer.id), (11, None)):
        with server.admin(database) as admin:
            admin.execute(
                "UPDATE accounts_session SET seen_at = now() - make_interval(mins => %s)", [minutes]
            )
        with unit_of_work(key) as unit, connection.cursor() as cursor:
            cursor.execute(ask)
            assert cursor.fetchone() == (person,)
            assert unit.actor.person_id == person


# Rows that nobody may make up ---------------------------------------------------------------------

LINK = (
    "INSERT INTO guardianship_childlink (public_id, guardian_id, student_id, school_id, state, relationship,"
    " relationship_text, typed_name, typed_grade, guardian_name, guardian_mobile, guardian_email, reason,"
    " requested_at, decided_by_name) VALUES (gen_random_uuid(), %s, %s, %s, %s, 'mother', '', '', 3, %s,"
    " '', '', '', now(), '')"
)


def test_a_teacher_makes_up_no_link_that_nobody_asked_for(world):
    for guardian, state in ((world.stranger, "approved"), (world.stranger, "requested")):
        with pytest.raises(DatabaseError, match="row-level security"):
            world.sql_as_app(
                LINK,
                [guardian.id, world.garam.id, world.hwanggan.id, state, guardian.name],
                person=world.homeroom_teacher,
            )


def test_a_guardian_asks_for_no_child_without_its_number_and_under_no_other_name(world):
    from baroalgi.platform import crypto

    mac = crypto.identity_mac(world.number_of(world.garam))
    match = f"SELECT policy.match_student({world.hwanggan.id}, '{mac}');"
    own = [world.stranger.id, world.garam.id, world.hwanggan.id, "requested", "오낯선"]
    matched_other = [world.stranger.id, world.harin.id, world.hwanggan.id, "requested", "오낯선"]
    other_name = [*own[:4], "이서연"]
    other_school = [*own[:2], world.saeneoul.id, *own[3:]]
    for statement, values in (
        (LINK, own),  # no number
        (match + LINK, matched_other),
        (match + LINK, other_name),
        (match + LINK, other_school),
    ):
        with pytest.raises(DatabaseError, match="row-level security"):
            world.sql_as_app(statement, values, person=world.stranger, strength="certificate")
    world.sql_as_app(match + LINK, own, person=world.stranger, strength="certificate")


APPLICATION = (
    "INSERT INTO registration_application (id, number, state, place_id, name, identity_mac, identity_mask,"
    " birth_date, issue_password_hash, phone_home, mobile, email, postcode, address1, address2, wants_news,"
    " terms_version, reason, identity_tries, identity_seen_at, identity_seen_by, decided_by_name,"
    " submitted_at, changed_at) VALUES ({id}, '202611240000016', '{state}', %s, '', 'v1:x', '', '1984-03-12',"
    " '', '', '', '', '', '', '', false, '', '', {tries}, {seen}, {by}, '', now(), now())"
)


def test_an_officer_makes_up_no_approved_application(world):
    with pytest.raises(DatabaseError, match="row-level security"):
        world.sql_as_app(
            APPLICATION.format(id=900, state="approved", tries=0, seen="now()", by="NULL"),
            [world.hwanggan_counter.id],
            person=world.officer,
        )


@pytest.mark.parametrize(
    "forged",
    [
        {"tries": 0, "seen": "now()", "by": "NULL"},
        {"tries": 0, "seen": "NULL", "by": "1"},
        {"tries": -30000, "seen": "NULL", "by": "NULL"},
    ],
)
def test_an_applicant_does_not_say_that_the_id_card_was_seen(world, forged):
    begin = "SELECT policy.session_save('x', '{{}}'), policy.application_begin();"
    carried = "(SELECT policy.carried_application())"
    with pytest.raises(DatabaseError, match="row-level security"):
        world.sql_as_app(
            (begin + APPLICATION).format(id=carried, state="submitted", **forged), [world.hwanggan_counter.id]
        )


def test_a_new_application_never_takes_the_number_of_one_that_is_there(world, server, database):
    there = world.application(applicant=world.seoyeon, place=world.hwanggan_counter)
    with server.admin(database) as admin:  # as after rows were brought in from elsewhere
        admin.execute(f"ALTER TABLE registration_application ALTER COLUMN id RESTART WITH {there.id}")
    ((_, begun),) = world.sql_as_app("SELECT policy.session_save('x', '{}'), policy.application_begin()")
    assert begun != there.id


def test_an_officer_gives_no_link_more_tries(world):
    application = world.application(
        applicant=world.seoyeon, place=world.hwanggan_counter, state="papers_received"
    )
    with pytest.raises(DatabaseError, match="row-level security"):
        world.sql_as_app(
            "INSERT INTO registration_enrolmentlink (application_id, token_hash, valid_to, tries, created_at)"
            " VALUES (%s, 'x', now() + interval '1 day', -1000, now())",
            [application.id],
            person=world.officer,
        )


@pytest.mark.parametrize(
    "column",
    [
        "registration_application.identity_mac",
        "registration_application.issue_password_hash",
        "organisation_student.identity_mac",
    ],
)
def test_nobody_reads_the_hashes_that_doors_compare(world, column):
    world.application(applicant=world.seoyeon, place=world.hwanggan_counter)
    table, name = column.split(".")
    for person in (world.officer, world.homeroom_teacher):
        with pytest.raises(DatabaseError, match="permission denied"):
            world.sql_as_app(f"SELECT {name} FROM {table}", person=person)


def test_an_officer_whose_number_is_not_known_approves_nothing_in_the_own_name(world):
    application = world.application(
        applicant=world.seoyeon, place=world.hwanggan_counter, name=world.officer.name
    )
    type(world.officer).objects.using("owner").filter(id=world.officer.id).update(identity_mac=None)
    assert world.sql_as_app("SELECT policy.approvable_applications()", person=world.officer) == [([],)]
    ask = "SELECT %s = ANY (policy.approvable_applications())"
    assert world.sql_as_app(ask, [application.id], person=world.second_officer) == [(True,)]


# Sessions -----------------------------------------------------------------------------------------


def test_what_is_signed_does_not_name_the_session(world, as_guardian):
    browser = as_guardian(world.seoyeon)
    browser.get("/sign-in/")
    content = browser.post("/sign-in/challenge/").json()
    ((stored,),) = world.sql_as_app("SELECT session_hash FROM accounts_challenge")
    from baroalgi.platform.crypto import token_hash

    key_hash = token_hash(browser.cookies["baroalgi_session"].value)
    assert key_hash not in (stored, content["sid"])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('baroalgi.session', %s, true)", [stored])
        cursor.execute("SELECT policy.actor()")
        assert cursor.fetchone() == (None,)


def test_a_used_challenge_stays_used(world, visitor):
    visitor.post("/sign-in/challenge/")
    world.sql_as_app("UPDATE accounts_challenge SET used_at = now()")
    with pytest.raises(DatabaseError, match="used"):
        world.sql_as_app("UPDATE accounts_challenge SET used_at = NULL")


def test_the_web_process_does_not_see_what_another_one_runs(world, server, database):
    """Statements carry keys' hashes and what people typed; PostgreSQL shows them to the same role."""
    with psycopg.connect(server.url("app", database)) as other:
        other.execute("SELECT 'a secret of somebody else'")
        shown = world.sql_as_app(
            "SELECT query FROM pg_stat_activity WHERE pid = %s", [other.info.backend_pid]
        )
    assert "secret" not in str(shown)


def test_nobody_writes_a_line_of_the_trail_at_another_time(world):
    with pytest.raises(DatabaseError, match="permission denied"):
        world.sql_as_app(
            "INSERT INTO platform_auditentry (act, strength, posts, address, request_id, facts, at)"
            " VALUES ('x', 'none', '[]', '', '', '{}', '2020-01-01')"
        )


def test_a_guardian_reads_no_address_of_another_one_in_the_trail(world):
    with pytest.raises(DatabaseError, match="permission denied"):
        world.sql_as_app(
            "SELECT address FROM platform_auditentry", person=world.seoyeon, strength="certificate"
        )
