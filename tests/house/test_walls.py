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
    assert {name for name, config in doors if config != ["search_path=pg_catalog, public, pg_temp"]} == set()


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
            "SELECT policy.session_begin(%s, %s, 'certificate', '', '{}', %s)",
            ["a" * 64, world.seoyeon.id, b"guess"],
        )


@pytest.mark.parametrize("table", ["accounts_session", "accounts_attempt", "policy.door_key"])
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
