"""Meals of a month."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from baroalgi.platform import audit
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Actor
from baroalgi.schoolinfo.models import Meal
from baroalgi.schoolinfo.types import as_lines

SAID = ("dishes", "calories", "nutrients", "origins")
STAMP = ("moved_from", "note", "sequence", "changed_at", "verbatim", "cancelled", "own")


@dataclass(frozen=True, slots=True)
class MealChange:
    """What somebody made of a day's meal, and how it stood when they began (None: there was none)."""

    day: date
    sequence: int | None
    dishes: list[dict[str, Any]] | None  # None: as they are
    calories: Decimal | None
    nutrients: list[dict[str, str]] | None
    origins: list[dict[str, str]] | None


class MealsTaken(Refused):
    """Somebody else was faster. `meals`: what stands now on the days that are meant, as lines."""

    message = _("그사이 다른 분이 같은 날의 식단을 고쳤습니다. 지금 적힌 것을 보고 다시 정해 주세요.")

    def __init__(self, meals: Mapping[date, str]) -> None:
        self.meals = meals
        super().__init__()


@action
def put_meals(
    *, by: Actor, school_id: int, kind: int, changes: Collection[MealChange], now: datetime
) -> None:
    """Write the meals of days; without dishes one is taken back. Raises MealsTaken, then none is."""
    rows = Meal.objects.filter(school_id=school_id, kind=kind, day__in=[change.day for change in changes])
    there = {row.day: row for row in rows.select_for_update().order_by("id")}
    taken = {
        change.day: as_lines(there[change.day].dishes) if _seen(there.get(change.day)) is not None else ""
        for change in changes
        if _seen(there.get(change.day)) != change.sequence
    }
    if taken:
        raise MealsTaken(taken)
    fresh, changed = [], []
    for change in changes:
        says: dict[str, Any] = {"calories": change.calories}
        if change.dishes is not None:
            says["cancelled"] = not change.dishes
        for part in ("dishes", "nutrients", "origins"):
            if (told := getattr(change, part)) is not None:
                says[part] = told
        row = there.get(change.day)
        if row is None:
            fresh.append(
                Meal(school_id=school_id, kind=kind, day=change.day, own=True, changed_at=now, **says)
            )
            continue
        for part, value in says.items():
            setattr(row, part, value)
        row.sequence += 1
        row.changed_at, row.verbatim, row.own = now, {}, True
        row.moved_from, row.note = None, ""  # it is the school's own now
        changed.append(row)
    try:
        Meal.objects.bulk_create(fresh)
    except IntegrityError:
        raise MealsTaken({}) from None  # the same day, entered by two at the same moment
    if changed:
        Meal.objects.bulk_update(changed, [*SAID, *STAMP])
    audit.record(by, Audit.MEALS_CHANGED, school_id=school_id, kind=kind, days=len(changes))


def _seen(row: Meal | None) -> int | None:
    """Return what the page shows of a row: one that was taken back is as good as none."""
    return None if row is None or row.cancelled else row.sequence
