"""Reads of the registration authority. Row policies limit what each of them finds."""

import json
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet
from django.db.models.expressions import RawSQL

from baroalgi.platform import gate
from baroalgi.registration.models import Application, Approval, EnrolmentLink
from baroalgi.registration.period import COLLECT, HAND_IN, start_of_day
from baroalgi.registration.types import (
    Deed,
    FiledApplication,
    GivenLink,
    Handled,
    OwnLink,
    Totals,
    WaitingApplication,
)
from baroalgi.registration.workflow import CLOSED, State

# As `FiledApplication.is_withdrawn`: what a parent cancels has no reason, or no identity seen.
WITHDRAWN = Q(state=State.CANCELLED, identity_seen_at__isnull=False) & ~Q(reason="")
WAITING = (State.SUBMITTED, State.PAPERS_RECEIVED, State.RETURNED)


def own(application_id: int | None) -> FiledApplication | None:
    """Return the application this session carries, or None when nothing was handed in. One statement."""
    return _filed(_all().filter(id=application_id)) if application_id else None


def own_link() -> OwnLink | None:
    """Return the newest one-time address of the carried application, without what opens it. One statement."""
    row = gate.ask("carried_link")
    if row is None:
        return None
    found = json.loads(row)
    moments = {key: gate.moment(found[key]) for key in ("valid_to", "certificate_until")}
    return OwnLink(**found | moments)


def at_counter(number: str, place_ids: Collection[int]) -> FiledApplication | None:
    """Return an application of these counters by its number, or None. One statement."""
    return _filed(_all().filter(number=number, place_id__in=place_ids))


def to_print(
    place_ids: Collection[int], *, number: str = "", name: str = "", born: Collection[date] = ()
) -> list[WaitingApplication]:
    """Return the open applications of these counters with this number, or this name and birth date.

    One statement.
    """
    wanted = Q(number=number) if number else Q(name=name, birth_date__in=born)
    rows = _all().filter(wanted, place_id__in=place_ids).exclude(state__in=CLOSED).order_by("-submitted_at")
    return _lines(rows, 10)


def newest_link(application_id: int) -> GivenLink | None:
    """Return the newest one-time address of an approved application, without its secret. One statement."""
    rows = EnrolmentLink.objects.filter(application_id=application_id).order_by("-id")
    row = rows.values("id", "created_at", "valid_to").first()
    return GivenLink(**row) if row else None


def open_since(identity_mac: str) -> datetime | None:
    """Return when an open application of this identity was made, or None. One statement."""
    since: datetime | None = gate.ask("application_open_since", identity_mac)
    return since


def waiting_at(place_ids: Collection[int], *, limit: int = 50) -> list[WaitingApplication]:
    """Return the counters' open queue, longest waiting first. One statement."""
    rows = _all().filter(place_id__in=place_ids, state__in=WAITING).order_by("changed_at", "id")
    return _lines(rows, limit)


def named(name: str, place_ids: Collection[int], *, limit: int = 50) -> list[WaitingApplication]:
    """Return applications of these counters whose name contains the text, newest first. One statement."""
    rows = _all().filter(place_id__in=place_ids, name__icontains=name).order_by("-submitted_at", "-id")
    return _lines(rows, limit)


def totals(place_ids: Collection[int], *, now: datetime) -> Totals:
    """Return today's figures of these counters. Two statements."""
    today = start_of_day(now)
    counted = Application.objects.filter(place_id__in=place_ids).aggregate(
        returned=Count("id", filter=Q(state=State.RETURNED, changed_at__gte=today)),
        withdrawn=Count("id", filter=WITHDRAWN & Q(changed_at__gte=today)),
        waiting=Count("id", filter=Q(state__in=WAITING)),
    )
    approved = Approval.objects.filter(application__place_id__in=place_ids, approved_at__gte=today).aggregate(
        approved=Count("id"), on_paper=Count("id", filter=Q(application__email=""))
    )
    return Totals(**approved, **counted)


def handled_today(place_ids: Collection[int], *, now: datetime) -> list[Handled]:
    """Return what these counters decided today, in order. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT approval.approved_at AS at, application.number, application.name,
                      application.birth_date, coalesce(paper.id_card, '') AS id_card,
                      'approved' AS deed, application.email = '' AS on_paper, '' AS reason,
                      approval.officer_name
               FROM registration_approval approval
               JOIN registration_application application ON application.id = approval.application_id
               LEFT JOIN registration_paper paper
                 ON paper.application_id = application.id AND paper.kind = 'form'
               WHERE approval.approved_at >= %(today)s AND application.place_id = ANY (%(places)s)
               UNION ALL
               SELECT changed_at, number, name, birth_date, '',
                      CASE state WHEN 'returned' THEN 'returned' ELSE 'withdrawn' END, false, reason,
                      decided_by_name
               FROM registration_application
               WHERE changed_at >= %(today)s AND place_id = ANY (%(places)s)
                 AND (state = 'returned'
                      OR state = 'cancelled' AND reason <> '' AND identity_seen_at IS NOT NULL)
               ORDER BY at, number""",
            {"today": start_of_day(now), "places": list(place_ids)},
        )
        return [
            Handled(at, number, name, born, id_card, Deed(deed), on_paper, reason, officer)
            for at, number, name, born, id_card, deed, on_paper, reason, officer in cursor.fetchall()
        ]


def overdue(*, now: datetime, limit: int = 500) -> list[FiledApplication]:
    """Return applications whose time is over: 30 days to hand in, 30 days to collect. One statement.

    Only the worker sees them all.
    """
    day = start_of_day(now)
    to_hand_in = Q(state__in=(State.SUBMITTED, State.RETURNED), submitted_at__lt=day - HAND_IN)
    to_collect = Q(state=State.APPROVED, changed_at__lt=day - COLLECT)
    rows = _all().filter(to_hand_in | to_collect).order_by("id")[:limit]
    return [_row(row) for row in rows]


_FIELDS = (
    "id",
    "number",
    "state",
    "place_id",
    "name",
    "identity_mask",
    "birth_date",
    "phone_home",
    "mobile",
    "email",
    "postcode",
    "address1",
    "address2",
    "wants_news",
    "terms_version",
    "reason",
    "decided_by_name",
    "submitted_at",
    "changed_at",
    "identity_tries",
    "identity_seen_at",
    "identity_seen_by",
)


def _all() -> QuerySet[Application, dict[str, Any]]:
    rows: QuerySet[Application, dict[str, Any]] = Application.objects.order_by("id").values(
        *_FIELDS,
        place_name=F("place__name"),
        place_address=F("place__address"),
        place_phone=F("place__phone"),
        is_own=RawSQL("registration_application.id = ANY ((SELECT policy.own_applications())::bigint[])", ()),
    )
    return rows


def _filed(rows: QuerySet[Application, dict[str, Any]]) -> FiledApplication | None:
    row = rows.first()
    return _row(row) if row else None


def _row(row: dict[str, Any]) -> FiledApplication:
    return FiledApplication(**row | {"state": State(row["state"])})


def _lines(rows: QuerySet[Application, dict[str, Any]], limit: int) -> list[WaitingApplication]:
    return [
        WaitingApplication(
            number=row["number"],
            name=row["name"],
            birth_date=row["birth_date"],
            state=State(row["state"]),
            changed_at=row["changed_at"],
            is_own=row["is_own"],
        )
        for row in rows[:limit]
    ]
