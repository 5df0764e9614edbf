"""What must be true in the end, whatever was killed when."""

from __future__ import annotations

from tests.crash.family import Family
from tests.crash.house import House, until


def settle(house: House) -> None:
    """Let everything come to rest that the installation still owes: orders, mails, revocations."""

    def owed() -> list[tuple[object, ...]]:
        house.pass_time()
        return house.rows(
            """SELECT 'issuance', state, reason FROM pki_issuance WHERE state IN ('ordered', 'prepared')
               UNION ALL SELECT 'mail', split_part(key, ':', 3), trouble FROM platform_outbox
                         WHERE state = 'waiting'
               UNION ALL SELECT 'certificate', state, 'not listed' FROM pki_certificate
                         WHERE state = 'revoked' AND listed_in IS NULL"""
        )

    try:
        until(lambda: not owed(), "something never comes to its end")
    except AssertionError:
        raise AssertionError(f"never comes to its end: {owed()}") from None


def check(house: House, families: list[Family]) -> None:
    """Exactly one valid certificate for each, every acknowledged step there, nothing twice."""
    for family in families:
        _check_family(house, family)
    # Of any person, also of those who have applied more than once.
    assert (
        house.rows(
            "SELECT person_id FROM pki_certificate WHERE state = 'valid' GROUP BY 1 HAVING count(*) > 1"
        )
        == []
    )
    # What is signed has its row, and once.
    assert (
        house.rows(
            """SELECT i.id FROM pki_issuance i LEFT JOIN pki_certificate c ON c.issuance_id = i.id
           WHERE (i.state = 'signed') <> (c.id IS NOT NULL)"""
        )
        == []
    )
    # Each thing that was done stands in the trail once.
    for act, of in (("ordered", "issuance_id"), ("issued", "issuance_id"), ("confirmed", "serial")):
        assert (
            house.rows(
                f"""SELECT facts ->> '{of}' FROM platform_auditentry
                WHERE act = 'certificate.{act}' AND NOT facts ? 'again' GROUP BY 1 HAVING count(*) > 1"""
            )
            == []
        )
    # Of each child one link for each guardian.
    assert (
        house.rows(
            "SELECT guardian_id, student_id FROM guardianship_childlink "
            "WHERE state IN ('requested', 'approved') GROUP BY 1, 2 HAVING count(*) > 1"
        )
        == []
    )
    # Each mail was told once, and lies in a box once.
    ((mails, unsent),) = house.rows(
        "SELECT count(*), count(*) FILTER (WHERE state <> 'sent') FROM platform_outbox"
    )
    assert unsent == 0
    assert len(list((house.data_dir / "mail").glob("*.eml"))) == mails


def _check_family(house: House, family: Family) -> None:
    ((number, state),) = house.rows(
        "SELECT id, state FROM registration_application WHERE number = %s", family.yes.number
    )
    assert state == "issued", family
    rows = house.rows(
        """SELECT fingerprint, state, confirmed_at IS NOT NULL, revocation_reason, issuance_id
           FROM pki_certificate WHERE application_id = %s""",
        number,
    )
    in_use = [mark for mark, state, confirmed, *_ in rows if state == "valid" and confirmed]
    assert in_use == [family.yes.confirmed], family
    assert all(row[1:4] == ("revoked", False, "superseded") for row in rows if row[0] not in in_use), family
    assert set(family.yes.delivered) <= {row[0] for row in rows}, family
    orders = house.rows("SELECT id, round, state, reason FROM pki_issuance WHERE application_id = %s", number)
    assert set(family.yes.orders) <= {order[0] for order in orders}, family
    assert all(state == "signed" or reason == "given_up" for _id, _round, state, reason in orders), family
    assert sorted(order[1] for order in orders) == list(range(1, len(orders) + 1)), family
    links = house.rows(
        "SELECT count(*), count(used_at) FROM registration_enrolmentlink WHERE application_id = %s", number
    )
    assert links == [(1, 1)], family
    confirmed = house.rows(
        """SELECT count(*) FROM platform_auditentry
           WHERE act = 'certificate.confirmed' AND application_id = %s AND NOT facts ? 'again'""",
        number,
    )
    assert confirmed == [(1,)], family
    told = house.rows(
        "SELECT key, state FROM platform_outbox WHERE key LIKE %s ORDER BY 1", f"application:{number}:%"
    )
    assert [(str(key).split(":")[2], state) for key, state in told] == [
        ("issued", "sent"),
        ("link", "sent"),
        ("submitted", "sent"),
    ], family
