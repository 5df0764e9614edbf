"""When periods begin and end."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from baroalgi.platform import audit
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Actor
from baroalgi.schoolinfo import facts
from baroalgi.schoolinfo.models import BellTime
from baroalgi.schoolinfo.timetables import PeriodTime


class BellsTaken(Refused):
    message = _("그사이 다른 분이 교시 시각을 고쳤습니다. 지금 적힌 것을 보고 다시 정해 주세요.")


@action
def put_bells(
    *, by: Actor, school_id: int, times: Mapping[int, PeriodTime], seen: str, now: datetime
) -> None:
    """Say when the periods of a school begin and end; those not named have no time.

    `seen`: the lines as they stood when the page was opened. Raises BellsTaken.
    """
    rows = BellTime.objects.filter(school_id=school_id)
    there = {
        row.period: PeriodTime(row.begins, row.ends) for row in rows.select_for_update().order_by("period")
    }
    if facts.bell_lines(there) != seen:
        raise BellsTaken
    rows.exclude(period__in=times).delete()
    try:
        BellTime.objects.bulk_create(
            [
                BellTime(school_id=school_id, period=period, begins=one.begins, ends=one.ends)
                for period, one in times.items()
                if period not in there
            ]
        )
    except IntegrityError:
        raise BellsTaken from None  # the first times of a school, entered by two at the same moment
    for period, one in times.items():
        if there.get(period, one) != one:
            rows.filter(period=period).update(begins=one.begins, ends=one.ends)
    audit.record(by, Audit.BELL_TIMES_CHANGED, school_id=school_id, periods=len(times))
