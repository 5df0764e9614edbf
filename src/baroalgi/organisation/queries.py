"""Reads of the organisation."""

import re
from collections.abc import Collection
from typing import Any

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.db.models.functions import Replace

from baroalgi.organisation.models import Place
from baroalgi.organisation.types import Counter, PostalAddress

INITIALS = re.compile("[ㄱ-ㅎ]+")
SHORTEST_SEARCH = 2


def counter(place_id: int) -> Counter | None:
    """Return the counter, or None when this place takes no papers. One statement."""
    row = _counters().filter(id=place_id).first()
    return Counter(**row) if row else None


def counters(place_ids: Collection[int]) -> list[Counter]:
    """Return these counters and the one of the education office itself, schools first. One statement."""
    chosen = Q(id__in=place_ids) | Q(school=None, regional_office=None)
    return [Counter(**row) for row in _counters().filter(chosen).order_by("-kind", "name")]


def counter_of_school(code: str) -> Counter | None:
    """Return the counter of the school with this NEIS code. One statement."""
    row = _counters().filter(school__code=code).first() if code else None
    return Counter(**row) if row else None


def counters_named(text: str, *, limit: int = 20) -> list[Counter]:
    """Return counters whose name contains the text, or whose school's initial consonants do (ㅎㄱㅊ).

    Names that begin with it come first. Blanks are ignored; fewer than two letters find nothing.
    One statement.
    """
    wanted = re.sub(r"\s", "", text)[:60]
    if len(wanted) < SHORTEST_SEARCH:
        return []
    rows = _counters().annotate(bare=Replace("name", Value(" "), Value("")))
    if INITIALS.fullmatch(wanted):
        rows = rows.filter(school__initials__contains=wanted).order_by("name")
    else:
        first = Case(When(bare__startswith=wanted, then=Value(0)), default=Value(1))
        rows = rows.filter(bare__icontains=wanted).order_by(first, "name")
    found = rows.values(*_COUNTER, "kind")[:limit]
    return [Counter(**row) for row in found]


def addresses_like(text: str, *, limit: int = 20) -> list[PostalAddress]:
    """Return shipped addresses of schools and offices that contain every word, or stand under the postcode.

    No complete directory: parents may always type their address themselves. One statement.
    """
    words = text.split()[:6]
    if sum(map(len, words)) < SHORTEST_SEARCH:
        return []
    rows = Place.objects.exclude(postcode="").exclude(address="")
    for word in words:
        rows = rows.filter(
            Q(address__icontains=word) | Q(postcode__startswith=word) | Q(name__icontains=word)
        )
    found = rows.values("postcode", "address").distinct().order_by("address")[:limit]
    return [PostalAddress(**row) for row in found]


_COUNTER = ("id", "name", "postcode", "address", "phone")


def _counters() -> QuerySet[Place, dict[str, Any]]:
    kind = Case(
        When(school__isnull=False, then=Value("school")),
        When(regional_office__isnull=False, then=Value("regional")),
        default=Value("office"),
        output_field=CharField(),
    )
    return Place.objects.filter(takes_papers=True).annotate(kind=kind).values(*_COUNTER, "kind")
