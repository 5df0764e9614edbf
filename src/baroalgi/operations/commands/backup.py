"""Take a backup: database, files, and the keys without which everyone is lost, in one encrypted file.

Runs as the owner of the database (DATABASE_URL of baroalgi_owner) where the key files and BAROALGI_CA_DIR
are. Nothing has to stop for it.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from baroalgi.operations import backup, passphrase, place
from baroalgi.operations.home import Home
from baroalgi.operations.interrupts import Interrupts
from baroalgi.operations.postgres import running
from baroalgi.operations.ready import django_ready


def main(arguments: Sequence[str]) -> int:
    """Write a backup, or look at one."""
    chosen = _parser().parse_args(arguments)
    word = passphrase.read(chosen.passphrase_file, new=not chosen.verify)
    if chosen.verify:
        _, told = backup.look(chosen.target, word)
        print(f"{chosen.target} is whole: {told.sentence()}.")
        return 0
    with Interrupts():
        if chosen.data_dir:
            with running(chosen.data_dir) as server:
                where = place.of_home(Home(server.data_dir), server.url("owner"))
                written = backup.take(chosen.target, where, word)
        else:
            django_ready()  # says which setting is misspelt
            written = backup.take(chosen.target, place.of_environment(without_ca=chosen.without_ca), word)
    print(f"{written}: {written.stat().st_size / 2**20:.1f} MB. Keep its passphrase apart from it.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="baroalgi backup", description=__doc__)
    parser.add_argument("target", type=Path, metavar="FILE|DIR", help="file to write, or directory for it")
    parser.add_argument("--verify", action="store_true", help="write nothing: look whether FILE is whole")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="of a demo, which may run or not")
    parser.add_argument(
        "--without-ca", action="store_true", help="leave the authority's keys out; they are kept otherwise"
    )
    passphrase.add_argument(parser)
    return parser
