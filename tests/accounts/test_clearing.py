"""What opens nothing any more, and counts that nobody adds to, are deleted the day after."""

from datetime import timedelta

from django.utils import timezone

from tests.accounts.staff import GOOD, SIGN_IN, person_at


def test_yesterdays_leftovers_go_and_nothing_else(world, visitor, as_role):
    from baroalgi.accounts import jobs
    from baroalgi.accounts.models import Attempt, Challenge, Session

    visitor.post("/sign-in/challenge/")
    visitor.post(SIGN_IN, GOOD | {"password": "guess"})
    visitor.post(SIGN_IN, GOOD)
    world.guardian_browser(world.seoyeon)
    Session.objects.using("owner").filter(person=world.seoyeon).update(
        created_at=timezone.now() - timedelta(days=1, minutes=1)
    )
    rows = [Session.objects.using("owner"), Challenge.objects.using("owner"), Attempt.objects.using("owner")]

    as_role("worker")
    before = [kind.count() for kind in rows]
    jobs.clear_old()
    assert [kind.count() for kind in rows] == [before[0] - 1, *before[1:]]
    as_role("app")
    assert person_at(visitor) == 200

    long_ago = timezone.now() - timedelta(days=3)
    rows[1].update(expires_at=long_ago)
    rows[2].update(first_at=long_ago)
    as_role("worker")
    jobs.clear_old()
    # A bucket of guesses that was added to today stays, however long ago it was begun.
    assert [kind.count() for kind in rows] == [before[0] - 1, 0, 1]
