"""Invite a member of staff, or let one who lost the phone register a second factor anew.

`invite` makes person and post, and prints the one-time address at which the login is made and the second
factor set up. `reset-factor` takes app, passkeys and recovery codes of a login away and ends its sessions.
Runs as a role that may write persons: DATABASE_URL of baroalgi_owner or baroalgi_worker.
"""

import argparse
from collections.abc import Sequence

from baroalgi.operations.ready import django_ready
from baroalgi.operations.trouble import CannotRun
from baroalgi.policy.actor import SYSTEM, Role


def main(arguments: Sequence[str]) -> int:
    """Run `baroalgi staff invite` or `baroalgi staff reset-factor`."""
    chosen = _parser().parse_args(arguments)
    django_ready()

    from django.db import DatabaseError

    try:
        return int(chosen.run(chosen))
    except DatabaseError as error:
        raise CannotRun(
            f"The database refused ({type(error).__name__}); use the role baroalgi_owner or baroalgi_worker."
        ) from None


def _invite(chosen: argparse.Namespace) -> int:
    from django.conf import settings
    from django.urls import reverse
    from django.utils import timezone

    from baroalgi.accounts import actions as accounts
    from baroalgi.organisation import actions as organisation
    from baroalgi.platform.unit import system_unit

    now = timezone.now()
    try:
        with system_unit():
            person_id = organisation.appoint(
                by=SYSTEM,
                name=chosen.name,
                email=chosen.email,
                role=Role(chosen.role),
                place=chosen.school or chosen.regional_office,
                now=now,
            )
            token = accounts.invite(by=SYSTEM, person_id=person_id, now=now)
    except organisation.NoSuchPlace:
        raise CannotRun(
            f"There is no school or office {chosen.school or chosen.regional_office!r} here; "
            "schools are named by their NEIS code, regional offices by their short name."
        ) from None
    print(f"{chosen.name} can make a login within seven days at:")
    print(settings.ENVIRONMENT.url + reverse("accounts:invitation", args=[token]))
    return 0


def _reset_factor(chosen: argparse.Namespace) -> int:
    from django.utils import timezone

    from baroalgi.accounts import actions as accounts
    from baroalgi.platform.unit import system_unit

    try:
        with system_unit():
            accounts.reset_factors(by=SYSTEM, login=chosen.login, now=timezone.now())
    except accounts.NoSuchLogin:
        raise CannotRun(f"There is no login {chosen.login!r}.") from None
    print(
        f"{chosen.login} has no second factor any more and is signed out everywhere. "
        "The next sign-in by password asks to register a new one: let it be done at once."
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="baroalgi staff", description=__doc__)
    what = parser.add_subparsers(required=True, metavar="invite|reset-factor")
    reset = what.add_parser("reset-factor", help="take the second factor away when the phone is lost")
    reset.add_argument("login", help="login of the person, whom you know by sight or by telephone")
    reset.set_defaults(run=_reset_factor)
    invite = what.add_parser("invite", help="invite somebody")
    invite.set_defaults(run=_invite)
    invite.add_argument("--name", required=True, help="name as on the ID card")
    invite.add_argument("--email", required=True, help="mail address at work")
    roles = [role.value for role in Role if role not in (Role.HOMEROOM_TEACHER, Role.SUBJECT_TEACHER)]
    invite.add_argument("--role", choices=roles, default=Role.OFFICE_ADMIN.value, help="default: %(default)s")
    where = invite.add_mutually_exclusive_group()
    where.add_argument("--school", default="", metavar="CODE", help="NEIS code of the school")
    where.add_argument("--regional-office", default="", metavar="NAME", help="e.g. 영동교육지원청")
    return parser
