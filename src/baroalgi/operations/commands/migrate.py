"""Make or renew the tables, as the owner of the database (DATABASE_URL of baroalgi_owner)."""

import argparse
import sys
from collections.abc import Sequence

from baroalgi.operations.ready import django_ready
from baroalgi.operations.trouble import CannotRun


def main(arguments: Sequence[str]) -> int:
    """Run the command; 0 when the tables are up to date afterwards."""
    parser = argparse.ArgumentParser(prog="baroalgi migrate", description=__doc__)
    parser.add_argument("--quiet", action="store_true", help="say nothing but errors")
    chosen = parser.parse_args(arguments)
    django_ready()

    from django.conf import settings
    from django.core.management import call_command

    from baroalgi.operations import checks
    from baroalgi.organisation import actions as organisation

    if trouble := checks.before_migrating():
        raise CannotRun(trouble)
    # `platform` applies the gate before the first migration and gives the doors their key after the last.
    call_command("migrate", verbosity=0 if chosen.quiet else 1, interactive=False, stdout=sys.stderr)
    if not (belongs := checks.installation()).ok:
        raise CannotRun(belongs.sentence)
    organisation.ship_facts(settings.ENVIRONMENT.office)
    return 0
