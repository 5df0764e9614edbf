"""Time ends what nobody took further: by the worker, once."""

from datetime import timedelta

import pytest
from django.utils import timezone


def run() -> None:
    from baroalgi.registration.jobs import lapse_overdue

    lapse_overdue()


@pytest.mark.parametrize(
    ("state", "days", "after"),
    [
        ("submitted", 30, "submitted"),
        ("submitted", 31, "lapsed"),
        ("returned", 31, "lapsed"),
        ("approved", 31, "lapsed"),
        ("approved", 30, "approved"),
        ("papers_received", 60, "papers_received"),  # it is the officer's turn: nothing is lost
        ("issued", 60, "issued"),
    ],
)
def test_an_application_lapses_after_thirty_days(world, as_role, state, days, after):
    then = timezone.now() - timedelta(days=days)
    application = world.application(
        applicant=world.seoyeon,
        place=world.hwanggan_counter,
        state=state,
        submitted_at=then,
        changed_at=then,
    )
    as_role("worker")
    run()
    run()
    assert world.state_of(application) == after
    ended = after == "lapsed"
    assert world.audit_names() == ["application.lapsed"] * ended
    assert [mail.to for mail in world.mails()] == ["seoyeon@example.kr"] * ended


def test_after_that_the_parent_may_apply_again(world, as_role, visitor):
    from tests.registration.parent import applied

    number = applied(visitor, world.hwanggan_counter)
    from baroalgi.registration.models import Application

    Application.objects.using("owner").filter(number=number).update(
        submitted_at=timezone.now() - timedelta(days=40)
    )
    as_role("worker")
    run()
    as_role("app")
    assert "기간이 지나 신청이 끝났습니다" in visitor.get("/certificate/status/").text
    applied(visitor, world.hwanggan_counter)
