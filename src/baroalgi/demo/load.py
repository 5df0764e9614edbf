"""Loading the demo: what is there already stays, what is missing is added, the sheet comes last.

Each school is one transaction, so a load that was cut off goes on with the next school. It needs
the role that owns the tables, and for the families' certificates a running signer.
"""

import json
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from django.contrib.auth.hashers import ScryptPasswordHasher, make_password

from baroalgi.demo import sheet
from baroalgi.demo.bulk import bulk_load
from baroalgi.demo.papers import Officers, load_papers, number_of, token_of
from baroalgi.demo.people import KST
from baroalgi.demo.plan import SEED, OfficePlan, demo_plan
from baroalgi.demo.school_rows import PROTECTED, PasswordOf, load_school, load_staff
from baroalgi.demo.slips import load_slips
from baroalgi.demo.types import Family, Staff
from baroalgi.organisation.models import SchoolClass, StaffPost

SHEET = "demo.json"
CERTIFICATES = "certificates"
_PLAN = "demo-plan.json"


def load(data_dir: Path, url: str, now: datetime) -> None:
    """Load the demo into the database and write its sheet. Safe to repeat. Raises NoCertificate."""
    plan = _plan(data_dir, now)
    staff = list(sheet.staff_rows(plan))
    with _hashing(plan, {row["login"] for row in staff}) as password_of:
        _load_offices(plan, password_of, now)
        loaded = set(SchoolClass.objects.values_list("school__code", flat=True))
        for school in plan.schools():
            if school.code not in loaded:
                load_school(school, password_of=password_of, now=now)
    families = list(plan.families())
    p12s = dict(_p12s(families, data_dir / CERTIFICATES))
    met = {family.application.officer for family in families if family.application}
    met |= {link.decided_by for family in families for link in family.links}
    officers = Officers.of(member for member in _everyone(plan) if member.login in met)
    load_papers(families, officers, p12s, now=now)
    load_slips(families, now=now)
    content = sheet.sheet(
        plan,
        url,
        staff,
        number_of=number_of,
        token_of=token_of,
        p12_of=lambda family: p12s[family.guardian.rrn],
    )
    sheet.write(data_dir / SHEET, content)


def _plan(data_dir: Path, now: datetime) -> OfficePlan:
    """Return the plan of the day on which loading began: a load that goes on must not change it."""
    path = data_dir / _PLAN
    if not path.exists():
        day = now.astimezone(KST).date()
        half = path.with_suffix(".half")
        half.write_text(json.dumps({"day": day.isoformat(), "seed": SEED}) + "\n")
        half.replace(path)
    begun = json.loads(path.read_text())
    return demo_plan(date.fromisoformat(begun["day"]), seed=begun["seed"])


def _load_offices(plan: OfficePlan, password_of: PasswordOf, now: datetime) -> None:
    if StaffPost.objects.filter(place__school=None).exists():
        return
    with bulk_load(*PROTECTED) as into:
        load_staff(into, plan.staff(), plan.posts(), class_ids={}, password_of=password_of, now=now)


def _everyone(plan: OfficePlan) -> Iterator[Staff]:
    yield from plan.staff()
    for school in plan.schools():
        yield from school.staff()


def _p12s(families: list[Family], folder: Path) -> Iterator[tuple[str, Path]]:
    """Name the certificate files, e.g. `linked-1-김민정.p12`."""
    counted: dict[str, int] = {}
    for family in families:
        n = counted[family.state] = counted.get(family.state, 0) + 1
        yield family.guardian.rrn, folder / f"{family.state}-{n}-{family.guardian.name}.p12"


@contextmanager
def _hashing(plan: OfficePlan, logins: set[str]) -> Iterator[PasswordOf]:
    """Hash the passwords of these in threads, beside the loading; all others get one that opens nothing."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        hashes: dict[str, Future[str]] = {
            member.login: pool.submit(_hash, member.password)
            for member in _everyone(plan)
            if member.login in logins
        }

        def password_of(login: str) -> str:
            return hashes[login].result() if login in hashes else make_password(None)

        try:
            yield password_of
        finally:
            pool.shutdown(cancel_futures=True)


def _hash(password: str) -> str:
    # These are drawn, twelve letters and digits: no need of the cost that weak ones want.
    hasher = ScryptPasswordHasher()
    return str(hasher.encode(password, hasher.salt(), p=1))
