"""The `baroalgi` command.

Each command is a file in `commands/` with `main(arguments) -> status`; it is imported when it is
asked for, and imports Django inside its functions: `--help` must not wait for it.
"""

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from baroalgi import __version__
from baroalgi.operations.trouble import CannotRun

# In the order in which somebody meets them. The file of `ca` is commands/ca.py.
COMMANDS = {
    "demo": "run the whole service with invented people, database included",
    "serve": "serve the pages; everything comes from the environment",
    "worker": "run the jobs: mails, reminders, schedules",
    "signer": "sign certificates and revocation lists; the only one with the keys",
    "ca": "make the authority, publish its list, tell how it stands",
    "migrate": "make or renew the tables, as the owner of the database",
    "staff": "invite the first administrator of an installation, or any member of staff",
    "school": "begin a school year: new classes for pupils, new classes for teachers",
    "import": "take in what NEIS tells of schools: lists, meals, calendars, timetables",
    "evidence": "look whether the answers of reply slips, signed ones too, are as they were given",
    "mail": "list the mails that could not be delivered, and try them again",
    "doctor": "say what is wrong with this installation, and what each setting means",
    "backup": "write database, files and keys into one encrypted file, or look whether one is whole",
    "restore": "bring a backup back into an empty place",
    "journey": "walk the whole main job on a running demo, as a parent, an officer and a teacher do",
    "bench": "measure the figures of docs/figures.md on a demo made for it",
    "manage": "pass the rest on to Django's own commands",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status. What it cannot do it says in one sentence."""
    chosen = _parser().parse_args(argv)
    command = import_module(f"baroalgi.operations.commands.{chosen.command}")
    try:
        return int(command.main(chosen.arguments))
    except CannotRun as reason:
        sentence = str(reason)
    except BrokenPipeError:
        # Whoever read us has gone (`| head`); Python would complain while it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sentence = f"The disk is full ({error.filename or 'while writing'}); make room and try again."
    except KeyboardInterrupt:
        return 130
    print(f"baroalgi: {sentence}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    width = max(map(len, COMMANDS))
    parser = argparse.ArgumentParser(
        prog="baroalgi",
        usage="baroalgi COMMAND [ARGUMENT…]",
        description="The parents' service for schools, 「내 자녀 바로알기」.",
        epilog="commands:\n"
        + "\n".join(f"  {name:{width}}  {summary}" for name, summary in COMMANDS.items())
        + "\n\n`baroalgi COMMAND --help` says more about one of them.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"baroalgi {__version__}")
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help=argparse.SUPPRESS)
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser
