"""Jobs of this room, run by the worker.

Who must decide is told at once, again on each school day from the second, and when a class changes
hands. A key per person and day, or per request and person, keeps every mail from going out twice.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as say

from baroalgi.guardianship import actions, queries, reminders
from baroalgi.guardianship.types import OpenRequest
from baroalgi.organisation import queries as organisation
from baroalgi.platform import outbox
from baroalgi.platform.outbox import Mail
from baroalgi.platform.queue import job
from baroalgi.platform.templates import day
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
        (_reminder(rows), f"child_link:remind:{person_id}:{today:%Y%m%d}", person_id)
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
        (_handed(rows), f"child_link:handed:{person_id}:{since:%Y%m%d}", person_id)
        for (person_id, since), rows in came_with.items()
    )


@job(cron="40 * * * *")
def close_left_behind(*, now: datetime, **_later: object) -> None:
    """End the links of children who have left their school. Their guardians see nothing since then."""
    for link_id in queries.left_behind():
        actions.close(by=SYSTEM, link_id=link_id, now=now)


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
                outbox.put(_from_the_office(rows), key=key, person_id=actor.me)


def _tell_at_once(requests: Iterable[OpenRequest]) -> None:
    rows = list(requests)
    staff = organisation.in_charge({row.school_id for row in rows})
    outbox.put_new(
        (_new(row), f"child_link:{row.id}:requested:{person_id}", person_id)
        for person_id, asked in reminders.by_person(rows, staff).items()
        for row in asked
    )


def _tell_offices(late: list[OpenRequest], today: date) -> None:
    for office in organisation.office_administrators() if late else ():
        region = office.regional_office_id
        schools = {row.school_id for row in late if region is None or row.regional_office_id == region}
        if schools:
            key = f"office_late:{office.person_id}:{today:%Y%m%d}"
            outbox.put(_late_schools(len(schools)), key=key, person_id=office.person_id)


def _new(row: OpenRequest) -> Mail:
    why = {
        "led": say("우리 반 학생의 보호자가 학부모서비스를 신청했습니다. 확인해 주세요."),
        "none": say("담임선생님이 없는 학급에 학부모서비스 신청이 왔습니다. 대신 확인해 주세요."),
        "applicant": say("담임선생님이 보호자로서 학부모서비스를 신청했습니다. 대신 확인해 주세요."),
    }
    return _mail(say("[바로알기] 학부모서비스 신청이 왔습니다"), why[row.homeroom], "guardianship:desk")


def _reminder(rows: list[OpenRequest]) -> Mail:
    text = say(
        "학부모서비스 신청 %(n)s건이 기다리고 있습니다. "
        "가장 오래 기다린 신청은 %(day)s부터, 오늘이 %(days)s일째입니다."
    )
    return _mail(
        say("[바로알기] 기다리는 학부모서비스 신청 %(n)s건") % {"n": len(rows)},
        text % {"n": len(rows), "day": day(rows[0].requested_on), "days": rows[0].school_day},
        "guardianship:desk",
    )


def _handed(rows: list[OpenRequest]) -> Mail:
    return _mail(
        say("[바로알기] 넘겨받으신 반에 학부모서비스 신청 %(n)s건이 있습니다") % {"n": len(rows)},
        say("새로 맡으신 반의 보호자가 신청하고 기다리고 있습니다. 확인해 주세요."),
        "guardianship:desk",
    )


def _from_the_office(rows: list[OpenRequest]) -> Mail:
    text = say(
        "교육청에서 다시 알려 드립니다. 등교일 사흘이 넘도록 기다리는 신청이 %(n)s건 있습니다(%(day)s부터)."
    )
    return _mail(
        say("[바로알기] 늦어진 학부모서비스 신청 %(n)s건") % {"n": len(rows)},
        text % {"n": len(rows), "day": day(rows[0].requested_on)},
        "guardianship:desk",
    )


def _late_schools(n: int) -> Mail:
    return _mail(
        say("[바로알기] 승인이 늦어진 학교 %(n)s곳") % {"n": n},
        say("등교일 사흘이 넘도록 승인하지 않은 신청이 있는 학교가 %(n)s곳 있습니다.") % {"n": n},
        "portal:office_desk",
    )


def _mail(subject: str, text: str, page: str) -> Mail:
    return Mail(subject, f"{text}\n\n{settings.ENVIRONMENT.url}{reverse(page)}\n")
