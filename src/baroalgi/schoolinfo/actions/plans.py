"""주간학습안내."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from baroalgi.platform import audit
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Actor
from baroalgi.schoolinfo.entry.types import Plan
from baroalgi.schoolinfo.models import WeekPlan


class PlanTaken(Refused):
    message = _("그사이 다른 분이 이 주의 안내를 고쳤습니다. 지금 적힌 것을 보고 다시 정해 주세요.")


@action
def write_plan(*, by: Actor, school_id: int, plan: Plan, now: datetime) -> None:
    """Write the plan of a week of a class. `plan.seen`: as it was opened. Raises PlanTaken."""
    says: dict[str, Any] = {
        "notice": plan.notice,
        "lessons": [
            {
                "weekday": weekday,
                "period": period,
                "subject": lesson.subject,
                "unit": lesson.unit,
                "pages": lesson.pages,
                "materials": lesson.materials,
            }
            for (weekday, period), lesson in sorted(plan.lessons.items())
            if lesson
        ],
        "changed_at": now,
    }
    which: dict[str, Any] = {
        "school_id": school_id,
        "monday": plan.monday,
        "grade": plan.of.grade,
        "class_name": plan.of.name,
    }
    if plan.seen:
        seen = datetime.fromisoformat(plan.seen)
        if not WeekPlan.objects.filter(**which, changed_at=seen).update(**says):
            raise PlanTaken
    else:
        try:
            WeekPlan.objects.create(**which, **says)
        except IntegrityError:
            raise PlanTaken from None
    audit.record(
        by,
        Audit.WEEK_PLAN_CHANGED,
        school_id=school_id,
        grade=plan.of.grade,
        monday=plan.monday.isoformat(),
        lessons=len(says["lessons"]),
    )
