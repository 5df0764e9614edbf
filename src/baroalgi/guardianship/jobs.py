"""Jobs of this room, run by the worker.

Who must decide is told at once, again on each school day from the second, and when a class changes
hands. A key per person and day, or per request and person, keeps every mail from going out twice.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from baroalgi.guardianship import closing, mails, queries, reminders
from baroalgi.guardianship.types import OpenRequest
from baroalgi.organisation import queries as organisation
from baroalgi.platform import outbox
from baroalgi.platform.queue import job
from baroalgi.policy.actor import SYSTEM

REMIND_FROM = 2
"""The school day of waiting from which whoever must decide is reminded each school day."""

# From 7:30 to 16:30 in Seoul, the queue's clock being UTC: a worker that was down catches up.
MORNINGS = "30 22-23,0-7 * * *"


@job()
def tell_homeroom(*, link_id: int, now: datetime, **_later: object) -> None:
    """Tell whoever must decide a new request: the homeroom teacher, or who stands in at once.

    A job, since a guardian's own session sees neither the class nor its teacher.
    """
    _tell_at_once(queries.open_requests(today=timezone.localdate(now), id=link_id))


@job(cron=MORNINGS)
def remind(*, now: datetime, **_later: object) -> None:
    """Remind whoever must decide, each school day from the second: one mail per person and day."""
    today = timezone.localdate(now)
    waiting = queries.open_requests(today=today)
    due = [row for row in waiting if row.is_school_day and row.school_day >= REMIND_FROM]
    staff = organisation.in_charge({row.school_id for row in due})
    outbox.put_new(
        (mails.reminder(rows), f"child_link:remind:{person_id}:{today:%Y%m%d}", person_id)
        for person_id, rows in reminders.by_person(due, staff).items()
    )
    _tell_offices([row for row in due if row.is_late], today)


@job(cron=MORNINGS)
def hand_over(*, now: datetime, **_later: object) -> None:
    """Tell a teacher who has taken over a class of the requests that came with it, once; and the
    administrators of requests that nobody leads any more."""
    waiting = queries.open_requests(today=timezone.localdate(now))
    _tell_at_once(row for row in waiting if row.homeroom != "led")
    came_with: dict[tuple[int, date], list[OpenRequest]] = defaultdict(list)
    for post in organisation.homerooms_since() if waiting else ():
        for row in waiting:
            if row.class_id == post.class_id and row.requested_on < post.valid_from:
                came_with[post.person_id, post.valid_from].append(row)
    outbox.put_new(
        (mails.handed_over(rows), f"child_link:handed:{person_id}:{since:%Y%m%d}", person_id)
        for (person_id, since), rows in came_with.items()
    )


@job(cron="40 * * * *")
def close_left_behind(*, now: datetime, **_later: object) -> None:
    """End the links of children who have left their school. Their guardians see nothing since then."""
    for link_id in queries.left_behind():
        closing.close(by=SYSTEM, link_id=link_id, now=now)


@job()
def remind_late_schools(*, school_ids: list[int], now: datetime, **_later: object) -> None:
    """Remind the administrators of these schools because the office asks for it, once a day."""
    today = timezone.localdate(now)
    late = [row for row in queries.open_requests(today=today, school_id__in=school_ids) if row.is_late]
    for actor in organisation.in_charge(school_ids):
        for school_id in actor.administered_schools:
            rows = [row for row in late if row.school_id == school_id]
            if rows:
                key = f"school_late:{school_id}:{actor.me}:{today:%Y%m%d}"
                outbox.put(mails.from_the_office(rows), key=key, person_id=actor.me)


def _tell_at_once(requests: Iterable[OpenRequest]) -> None:
    rows = list(requests)
    staff = organisation.in_charge({row.school_id for row in rows})
    outbox.put_new(
        (mails.asked(row), f"child_link:{row.id}:requested:{person_id}", person_id)
        for person_id, asked in reminders.by_person(rows, staff).items()
        for row in asked
    )


def _tell_offices(late: list[OpenRequest], today: date) -> None:
    for office in organisation.office_administrators() if late else ():
        region = office.regional_office_id
        schools = {row.school_id for row in late if region is None or row.regional_office_id == region}
        if schools:
            key = f"office_late:{office.person_id}:{today:%Y%m%d}"
            outbox.put(mails.late_schools(len(schools)), key=key, person_id=office.person_id)
