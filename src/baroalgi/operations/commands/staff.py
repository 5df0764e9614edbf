"""Invite a member of staff: makes person and post, and prints the one-time address of the login.

Runs as a role that may write persons: DATABASE_URL of baroalgi_owner or baroalgi_worker.
"""

import argparse
from collections.abc import Sequence

from baroalgi.operations.ready import django_ready
from baroalgi.operations.trouble import CannotRun
from baroalgi.policy.actor import SYSTEM, Role


def main(arguments: Sequence[str]) -> int:
    """Run `baroalgi staff invite`."""
    chosen = _parser().parse_args(arguments)
    django_ready()

    from django.conf import settings
    from django.db import DatabaseError
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
    except DatabaseError as error:
        raise CannotRun(
            f"The database refused ({type(error).__name__}); use the role baroalgi_owner or baroalgi_worker."
        ) from None
    print(f"{chosen.name} can make a login within seven days at:")
    print(settings.ENVIRONMENT.url + reverse("accounts:invitation", args=[token]))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="baroalgi staff", description=__doc__)
    invite = parser.add_subparsers(required=True, metavar="invite").add_parser(
        "invite", help="invite somebody"
    )
    invite.add_argument("--name", required=True, help="name as on the ID card")
    invite.add_argument("--email", required=True, help="mail address at work")
    roles = [role.value for role in Role if role not in (Role.HOMEROOM_TEACHER, Role.SUBJECT_TEACHER)]
    invite.add_argument("--role", choices=roles, default=Role.OFFICE_ADMIN.value, help="default: %(default)s")
    where = invite.add_mutually_exclusive_group()
    where.add_argument("--school", default="", metavar="CODE", help="NEIS code of the school")
    where.add_argument("--regional-office", default="", metavar="NAME", help="e.g. 영동교육지원청")
    return parser
