"""Make the authority (init), publish a revocation list (crl), or tell how it stands (status).

All of it runs where the keys lie: DATABASE_URL of baroalgi_signer, BAROALGI_CA_DIR.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from baroalgi.operations.ready import ca_dir, django_ready
from baroalgi.operations.trouble import CannotRun


def main(arguments: Sequence[str]) -> int:
    """Run one of the three."""
    chosen = _parser().parse_args(arguments)
    django_ready()

    from baroalgi.operations import checks
    from baroalgi.pki.signer import KeyTrouble

    folder = ca_dir()
    if trouble := checks.before_serving():
        raise CannotRun(trouble)
    act: Callable[[Path, argparse.Namespace], int] = chosen.act
    try:
        return act(folder, chosen)
    except KeyTrouble as trouble_with_key:
        raise CannotRun(str(trouble_with_key)) from None


def _init(folder: Path, chosen: argparse.Namespace) -> int:
    from django.conf import settings
    from django.utils import timezone

    from baroalgi.pki import ceremony

    operator = chosen.operator or settings.ENVIRONMENT.office_name
    if not operator:
        raise CannotRun("Nobody is named as operator; set BAROALGI_OFFICE_NAME or say --operator NAME.")
    made = ceremony.initialise(folder, operator=operator, now=timezone.now())
    if made.is_new:
        print(f"Authority {made.name} of {operator} is made; its keys lie in {folder}.")
        print(f"Keep a copy of {folder} elsewhere, then move {folder / 'root.key.pem'} off this machine.")
    else:
        print(f"Authority {made.name} is there already; nothing was changed.")
    return 0


def _crl(folder: Path, chosen: argparse.Namespace) -> int:
    from django.utils import timezone

    from baroalgi.pki import ceremony, signer

    now = timezone.now()
    if chosen.root:
        print(f"List {ceremony.renew_root_list(folder, now=now)} of the root is published.")
    else:
        print(f"List {signer.Signer(folder).publish_list(now)} is published.")
    return 0


def _status(folder: Path, chosen: argparse.Namespace) -> int:
    from django.utils import timezone

    from baroalgi.operations import checks
    from baroalgi.pki import signer

    now = timezone.now()
    standing = signer.standing(folder)
    beat = checks.heartbeat("signer")
    for line in (
        f"Authority {standing.name}: until {standing.not_after:%Y-%m-%d}; keys in {folder} open.",
        f"Certificates: {standing.valid} valid, {standing.revoked} revoked.",
        f"Orders: {standing.waiting} waiting."
        + (f" The oldest since {standing.oldest:%Y-%m-%d %H:%M} UTC." if standing.oldest else ""),
        f"List {standing.list_number}: until {standing.list_until:%Y-%m-%d %H:%M} UTC."
        if standing.list_until
        else "No revocation list is published yet.",
        f"List of the root: until {standing.root_list_until:%Y-%m-%d}.",
        beat.sentence,
    ):
        print(line)
    listed = standing.list_until is not None and standing.list_until > now
    return 0 if beat.ok and listed and standing.root_list_until > now else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="baroalgi ca", description=__doc__)
    acts = parser.add_subparsers(required=True, metavar="init|crl|status")
    init = acts.add_parser("init", help="make root, issuing key and sealing key; safe to repeat")
    init.add_argument(
        "--operator", default="", help="name in all certificates (default: BAROALGI_OFFICE_NAME)"
    )
    init.set_defaults(act=_init)
    crl = acts.add_parser("crl", help="publish a revocation list now")
    crl.add_argument("--root", action="store_true", help="the root's own list; needs the root's key")
    crl.set_defaults(act=_crl)
    status = acts.add_parser("status", help="tell how it stands; exit status 1 when something is wrong")
    status.set_defaults(act=_status)
    return parser
