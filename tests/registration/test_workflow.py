"""Whoever writes: an application changes its state only by the listed ways."""

from itertools import product

import pytest
from django.db import IntegrityError, connections, transaction

from baroalgi.registration.workflow import TRANSITIONS, State


def test_every_other_way_is_refused_by_the_database(world):
    refused = 0
    for source, target in product(State, State):
        if target == source or target in TRANSITIONS[source]:
            continue
        application = world.application(
            applicant=world.seoyeon,
            place=world.hwanggan_counter,
            state=source.value,
            number=f"20261124{refused:07}",
        )
        with (
            pytest.raises(IntegrityError, match="is no transition"),
            transaction.atomic("owner"),
            connections["owner"].cursor() as cursor,
        ):
            cursor.execute(
                "UPDATE registration_application SET state = %s, reason = 'x' WHERE id = %s",
                [target.value, application.id],
            )
        world.fresh(application).delete()
        refused += 1
    assert refused == 7 * 6 - sum(map(len, TRANSITIONS.values()))


@pytest.mark.parametrize("column", ["identity_tries", "identity_seen_at", "identity_mac", "number", "email"])
def test_no_officer_rewrites_what_was_typed_or_counted(world, column):
    from django.db import DatabaseError

    world.application(applicant=world.seoyeon, place=world.hwanggan_counter)
    with pytest.raises(DatabaseError, match="permission denied"):
        world.sql_as_app(f"UPDATE registration_application SET {column} = NULL", person=world.officer)
