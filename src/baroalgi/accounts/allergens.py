"""The allergens that a guardian wants to be told of, kept with the account; a visitor's stay in the browser.

What is public of school meals stays the same for everybody: the script of the page asks for these numbers and
marks the dishes (frontend/src/allergens.ts).
"""

from collections.abc import Collection
from datetime import datetime

from baroalgi.accounts.models import OwnAllergens
from baroalgi.platform import audit, crypto
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.policy import Actor

NUMBERS = range(1, 20)
"""Numbers that a menu may carry (domain.md §6.6)."""


def own(person_id: int) -> list[int] | None:
    """Return the numbers in their order, None when none are kept. One statement."""
    row = OwnAllergens.objects.filter(person_id=person_id).values("numbers_sealed").first()
    if row is None:
        return None
    return [int(n) for n in crypto.open_sealed(bytes(row["numbers_sealed"]), about=_about(person_id)).split()]


@action
def keep(*, by: Actor, numbers: Collection[int], now: datetime) -> None:
    """Keep these numbers in place of what was kept; none of them: nothing of it stays."""
    if not numbers:
        OwnAllergens.objects.filter(person_id=by.me).delete()
        audit.record(by, Audit.ALLERGENS_REMOVED, person_id=by.me)
        return
    text = " ".join(str(n) for n in sorted(numbers))
    OwnAllergens.objects.update_or_create(
        person_id=by.me,
        defaults={"numbers_sealed": crypto.seal(text, about=_about(by.me)), "changed_at": now},
    )
    audit.record(by, Audit.ALLERGENS_KEPT, person_id=by.me)


def _about(person_id: int) -> str:
    return f"accounts_ownallergens:{person_id}"
