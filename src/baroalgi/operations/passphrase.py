"""The passphrase of backups: from a file, from standard input or typed, never from a command line."""

import argparse
import getpass
import os
import sys
from pathlib import Path

from baroalgi.operations.trouble import CannotRun

SETTING = "BAROALGI_BACKUP_PASSPHRASE_FILE"
_LEAST = 12  # characters


def add_argument(parser: argparse.ArgumentParser) -> None:
    """Let a command ask where the passphrase is."""
    parser.add_argument(
        "--passphrase-file",
        metavar="FILE",
        default=os.environ.get(SETTING, ""),
        help=f"file with the passphrase, - for standard input (default: {SETTING}, else it is asked for)",
    )


def read(source: str, *, new: bool) -> str:
    """Return the passphrase. `new`: it is going to protect something. Raises CannotRun."""
    if source == "-":
        found = sys.stdin.readline()
    elif source:
        try:
            found = Path(source).read_text()
        except (OSError, UnicodeDecodeError):
            raise CannotRun(f"{source} with the passphrase is not there or can't be read.") from None
    elif sys.stdin.isatty():
        found = getpass.getpass("Passphrase of the backup: ")
        if new and getpass.getpass("Once more: ") != found:
            raise CannotRun("The two passphrases differ; nothing was done.")
    else:
        raise CannotRun(f"There is no passphrase; name its file by --passphrase-file or {SETTING}.")
    found = found.strip()
    if new and len(found) < _LEAST:
        raise CannotRun(
            f"The passphrase is shorter than {_LEAST} characters; make one with 'openssl rand -base64 24'."
        )
    return found
