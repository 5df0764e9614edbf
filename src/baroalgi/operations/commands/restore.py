"""Bring a backup back into an empty place: an empty database and paths at which nothing is yet.

Runs as the owner of the database, with the settings of the new installation. The file is read to its end
before anything is written, and what is written is all or nothing. Everybody has to sign in again.
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from baroalgi.operations import backup, passphrase, place
from baroalgi.operations import data_dir as data_dirs
from baroalgi.operations.home import Home
from baroalgi.operations.interrupts import Interrupts
from baroalgi.operations.postgres import running
from baroalgi.operations.trouble import CannotRun


def main(arguments: Sequence[str]) -> int:
    """Look at the archive, then bring it back."""
    chosen = _parser().parse_args(arguments)
    opened, told = backup.look(chosen.source, passphrase.read(chosen.passphrase_file, new=False))
    with Interrupts():
        if chosen.data_dir:
            if not told.is_demo:
                raise CannotRun(f"{chosen.source} is no demo's; name its database by DATABASE_URL.")
            home = Home(data_dirs.claim(chosen.data_dir))
            with home.alone(), running(home.data_dir) as server:
                environ = home.environ(server, "owner", url="http://localhost:8000")
                backup.restore(opened, told, place.of_home(home, server.url("owner")), environ)
        else:
            where = place.of_environment(without_ca=not told.has_ca)
            backup.restore(opened, told, where, os.environ)
    print(f"Back: {told.sentence()}. Start the processes and ask `baroalgi doctor`.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="baroalgi restore", description=__doc__)
    parser.add_argument("source", type=Path, metavar="FILE", help="a file that `baroalgi backup` wrote")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="new home of a demo")
    passphrase.add_argument(parser)
    return parser
