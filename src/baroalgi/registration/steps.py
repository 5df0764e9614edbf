"""One step of an application to its next state, and what is said to whoever came too late for it."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from baroalgi.platform.refusal import Refused
from baroalgi.platform.templates import moment
from baroalgi.policy import Act, Actor, Subject, allows
from baroalgi.registration import queries
from baroalgi.registration.models import Application
from baroalgi.registration.types import FiledApplication
from baroalgi.registration.workflow import State


class AlreadyDecided(Refused):
    message = _("이미 처리된 신청입니다. 목록을 다시 확인해 주세요.")


class DecidedByOther(AlreadyDecided):
    message = _("%(officer)s 선생님이 %(time)s에 먼저 처리했습니다.")


class OwnApplication(Refused):
    message = _("내 신청은 내가 승인할 수 없습니다. 다른 담당자에게 부탁해 주세요.")


def deciding_officer(by: Actor, row: FiledApplication) -> int:
    """Return the officer, who may decide about this application. Raises OwnApplication."""
    owner = by.person_id if row.is_own else None
    if not allows(by, Act.APPLICATION_DECIDE, Subject(place_id=row.place_id, owner_id=owner)):
        raise OwnApplication
    return by.me


def advance(row: FiledApplication, to: State, *, now: datetime, **facts: object) -> None:
    """Compare and set on what was read: of two who press at once, the database lets one through.

    Raises AlreadyDecided.
    """
    changed = Application.objects.filter(id=row.id, state=row.state, changed_at=row.changed_at).update(
        state=to, changed_at=max(now, row.changed_at + timedelta(microseconds=1)), **facts
    )
    if not changed:
        raise decided(reread(row), now)


def hold(row: FiledApplication) -> bool:
    """Keep the application as it was read until the commit; False when it has changed. One statement."""
    same = Application.objects.filter(id=row.id, state=row.state, changed_at=row.changed_at)
    return bool(same.select_for_update().values_list("id", flat=True))


def decided(row: FiledApplication, now: datetime) -> AlreadyDecided:
    """Return what to say to the officer who comes second."""
    if not row.decided_by_name:
        return AlreadyDecided()
    local = timezone.localtime(row.changed_at)
    if local.date() != timezone.localdate(now):
        return DecidedByOther(officer=row.decided_by_name, time=moment(local))
    time = say("%(hour)s시 %(minute)s분") % {"hour": local.hour, "minute": f"{local.minute:02}"}
    return DecidedByOther(officer=row.decided_by_name, time=time)


def reread(row: FiledApplication) -> FiledApplication:
    """Return the application as it stands now, or as it was if it is out of sight. One statement."""
    return queries.at_counter(row.number, [row.place_id]) or row
