"""The signer: its own process under its own role, killed and doubled, and one certificate in the end."""

import stat
import time
from datetime import timedelta

import pytest
from cryptography import x509
from django.db import DatabaseError, connection
from django.utils import timezone

from baroalgi.pki.keys import KeyTrouble
from tests.issuing import SignerProcess, approved, environ_of_signer


@pytest.fixture
def seoyeon(world, authority):
    return approved(world, world.seoyeon)


def issuances():
    from baroalgi.pki.models import Issuance

    return list(Issuance.objects.using("owner").order_by("id"))


def certificates():
    from baroalgi.pki.models import Certificate

    return list(Certificate.objects.using("owner").order_by("id"))


def lists():
    from baroalgi.pki.models import RevocationList

    rows = RevocationList.objects.using("owner").order_by("number")
    return [x509.load_der_x509_crl(bytes(row.der)) for row in rows]


def test_the_process_signs_tells_that_it_lives_and_stops_when_asked(world, seoyeon, signer):
    from baroalgi.platform.models import Heartbeat

    signer.start()
    seoyeon.order()
    seoyeon.wait()
    assert seoyeon.confirm().status_code == 200
    assert Heartbeat.objects.get(name="signer").at > timezone.now() - timedelta(seconds=60)
    status, said = signer.stop()
    assert status == 0
    # Of its own it says only which order it did what with.
    assert [line.split(" ", 3)[3] for line in said.splitlines()] == [
        "order prepared request=order:1",
        "certificate signed request=order:1",
    ]


def test_a_bell_is_heard_at_once(world, seoyeon, signer):
    signer.start()
    while not lists():  # its first work: it is up
        time.sleep(0.1)
    seoyeon.order()
    begin = time.monotonic()
    seoyeon.wait()
    assert time.monotonic() - begin < 1


def test_killed_after_preparing_it_goes_on_to_the_same_certificate(world, seoyeon, sign, signer):
    seoyeon.order()
    assert sign(steps=1) == 1  # here the process would be gone
    (prepared,) = issuances()
    assert (prepared.state, prepared.sealed, certificates()) == ("prepared", None, [])
    signer.start()
    assert seoyeon.wait()["state"] == "valid"
    (only,) = certificates()
    assert bytes(prepared.tbs) == x509.load_der_x509_certificate(bytes(only.der)).tbs_certificate_bytes
    assert only.serial == prepared.serial


def test_killed_again_and_again_each_order_ends_in_one_certificate(world, authority, signer):
    people = (world.seoyeon, world.stranger, world.officer, world.homeroom_teacher, world.next_door_teacher)
    parents = [approved(world, person) for person in people]
    for parent in parents:
        parent.order()
    progress = [row.state for row in issuances()]
    for _kill in range(4):
        signer.start()
        while (states := [row.state for row in issuances()]) == progress:
            time.sleep(0.001)
        signer.kill()
        progress = states
    signer.start()
    assert [parent.wait()["state"] for parent in parents] == ["valid"] * 5
    assert [row.issuance_id for row in certificates()] == [row.id for row in issuances()]


def test_two_signers_do_not_sign_the_same_order_twice(world, authority, signer):
    second = SignerProcess(signer.environ)
    parents = [approved(world, person) for person in (world.seoyeon, world.stranger, world.officer)]
    for parent in parents:
        parent.order()
    try:
        signer.start()
        second.start()
        assert [parent.wait()["state"] for parent in parents] == ["valid"] * 3
    finally:
        second.kill()
    assert len(certificates()) == 3


def test_a_round_given_up_while_it_was_prepared_is_revoked_as_it_is_signed(world, seoyeon, sign):
    seoyeon.order()
    sign(steps=1)
    seoyeon.make_key()
    seoyeon.order()
    sign()
    assert [row.state for row in certificates()] == ["revoked", "valid"]
    assert seoyeon.wait()["state"] == "valid"
    assert seoyeon.confirm().status_code == 200


def test_a_database_that_went_away_is_waited_for(world, seoyeon, signer, server, database):
    signer.start()
    while not lists():
        time.sleep(0.1)
    with server.admin(database) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'baroalgi_signer'"
        )
    seoyeon.order()
    assert seoyeon.wait()["state"] == "valid"


# Revocation lists --------------------------------------------------------------------------------------


def test_a_revocation_is_listed_at_once_with_its_reason(world, seoyeon, sign):
    from baroalgi.pki import actions
    from baroalgi.platform.unit import unit_of_work

    seoyeon.order()
    sign()
    seoyeon.wait()
    seoyeon.confirm()
    (mine,) = certificates()
    key = world.guardian_browser(world.seoyeon).cookies["baroalgi_session"].value
    with unit_of_work(key) as unit:
        actions.revoke(
            by=unit.actor,
            certificate_id=mine.id,
            reason=actions.RevocationReason.KEY_COMPROMISE,
            now=timezone.now(),
        )
    with pytest.raises(actions.NotValid), unit_of_work(key) as unit:
        actions.revoke(
            by=unit.actor,
            certificate_id=mine.id,
            reason=actions.RevocationReason.KEY_COMPROMISE,
            now=timezone.now(),
        )
    assert sign() == 1
    (entry,) = lists()[-1]
    assert (f"{entry.serial_number:x}", entry.extensions[0].value.reason) == (
        mine.serial,
        x509.ReasonFlags.key_compromise,
    )
    assert sign() == 0  # and not again


def test_nobody_revokes_what_is_not_the_own(world, seoyeon, sign):
    from baroalgi.pki import actions
    from baroalgi.platform.unit import unit_of_work

    seoyeon.order()
    sign()
    seoyeon.wait()
    seoyeon.confirm()
    key = world.guardian_browser(world.stranger).cookies["baroalgi_session"].value
    with pytest.raises(actions.NotValid), unit_of_work(key) as unit:
        actions.revoke(
            by=unit.actor,
            certificate_id=certificates()[0].id,
            reason=actions.RevocationReason.CESSATION,
            now=timezone.now(),
        )
    assert certificates()[0].state == "valid"


def test_a_list_comes_each_day_and_drops_what_expired_before_the_last_one(
    world, seoyeon, sign, as_role, ca_dir
):
    from baroalgi.pki.signer import Signer

    seoyeon.order()
    sign()
    seoyeon.make_key()
    seoyeon.order()  # revokes the first
    sign()
    as_role("signer")
    signer, now = Signer(ca_dir), timezone.now()
    assert not signer.list_if_due(now + timedelta(hours=23))
    after_its_end = now + timedelta(days=400)
    for day in range(3):
        assert signer.list_if_due(after_its_end + timedelta(days=day))
    as_role("app")
    newest = lists()[-4:]
    assert [len(list(each)) for each in newest] == [1, 1, 0, 0]
    numbers = [each.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number for each in lists()]
    assert numbers == list(range(1, len(numbers) + 1))


# Keys and walls ----------------------------------------------------------------------------------------


def test_the_signer_sees_nothing_but_its_own_tables(world, authority, as_role):
    as_role("signer")
    for table in (
        "registration_application",
        "organisation_person",
        "organisation_student",
        "accounts_session",
        "platform_outbox",
        "policy.door_key",
    ):
        with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")


def test_the_signer_changes_no_order_and_revokes_nothing(world, authority, as_role):
    as_role("signer")
    for statement in (
        "UPDATE pki_issuance SET identity_mac = ''",
        "UPDATE pki_issuance SET csr = ''",
        "UPDATE pki_certificate SET state = 'valid'",
        "DELETE FROM pki_certificate",
        "DELETE FROM pki_revocationlist",
        "UPDATE pki_authority SET certificate = ''",
    ):
        with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_web_process_signs_nothing_and_publishes_nothing(world, seoyeon):
    for statement in (
        "INSERT INTO pki_certificate (serial) VALUES ('1')",
        "INSERT INTO pki_revocationlist (number) VALUES (1)",
        "UPDATE pki_issuance SET state = 'prepared'",
        "INSERT INTO pki_authority (name) VALUES ('2')",
        "UPDATE pki_certificate SET person_id = 1",
    ):
        with pytest.raises(DatabaseError, match="permission denied"):
            world.sql_as_app(statement)


@pytest.fixture
def fresh(server, database, world, tmp_path):
    """A signer's environment before its authority is made."""
    return SignerProcess(environ_of_signer(server.url("signer", database), tmp_path / "ca"))


def test_the_ceremony_can_be_repeated_and_cut_off(fresh, tmp_path):
    folder = tmp_path / "ca"
    without = fresh.ca("status")
    assert (without.returncode, "run `baroalgi ca init`" in without.stderr) == (1, True)
    made = fresh.ca("init")
    assert (made.returncode, "is made" in made.stdout) == (0, True)
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert all("ENCRYPTED" in path.read_text() for path in folder.glob("*.pem"))
    content = {path.name: path.read_bytes() for path in folder.iterdir()}
    again = fresh.ca("init")
    assert (again.returncode, "nothing was changed" in again.stdout) == (0, True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == content
    first = fresh.ca("crl")
    assert (first.returncode, first.stdout) == (0, "List 1 is published.\n")
    root = fresh.ca("crl", "--root")
    assert (root.returncode, root.stdout) == (0, "List 2 of the root is published.\n")
    status = fresh.ca("status")
    assert (status.returncode, "No signer has run yet" in status.stdout) == (1, True)


def test_another_folder_than_the_databases_is_refused(fresh, tmp_path):
    assert fresh.ca("init").returncode == 0
    (tmp_path / "ca").rename(tmp_path / "kept")
    other = fresh.ca("init")
    assert (other.returncode, "The database knows another authority" in other.stderr) == (1, True)
    fresh.start()
    _out, errors = fresh.process.communicate(timeout=20)
    assert (fresh.process.returncode, "is not there" in errors) == (1, True)


def test_a_lost_passphrase_is_told_and_no_new_one_made(tmp_path):
    from baroalgi.pki.keys import Key, KeyFolder

    keys = KeyFolder(tmp_path)
    keys.create(Key.ROOT)
    (tmp_path / "passphrase").unlink()
    with pytest.raises(KeyTrouble, match="passphrase"):
        keys.create(Key.ISSUING)
    (tmp_path / "passphrase").write_text("another")
    with pytest.raises(KeyTrouble, match="can't be opened"):
        keys.signing_key(Key.ROOT)
