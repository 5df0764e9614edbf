"""Where the parts of an installation lie that a backup keeps: database, keys, authority, files."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from baroalgi.operations.home import Home
from baroalgi.operations.trouble import CannotRun

KEYS = ("secret", "identity", "master")


@dataclass(frozen=True, slots=True)
class Place:
    """An installation, seen as what must not be lost. `url` is the owner's."""

    url: str
    keys: dict[str, Path]
    ca_dir: Path | None
    files_dir: Path | None
    demo_dir: Path | None = None  # a demo's home: its sheet, and the certificates of its people


def of_environment(environ: Mapping[str, str] = os.environ, *, without_ca: bool) -> Place:
    """Return the installation of the environment. Raises CannotRun for a setting that is missing.

    The names are read here, since the settings can't be loaded before the keys are back.
    """

    def needed(name: str, more: str = "") -> str:
        if not environ.get(name):
            raise CannotRun(f"{name} is not set, and without it a backup is not whole{more}.")
        return environ[name]

    outside = "; say --without-ca if the keys of the authority are kept otherwise"
    files_dir = environ.get("BAROALGI_FILES_DIR")
    return Place(
        url=needed("DATABASE_URL"),
        keys={name: Path(needed(f"BAROALGI_{name.upper()}_KEY_FILE")) for name in KEYS},
        ca_dir=None if without_ca else Path(needed("BAROALGI_CA_DIR", outside)),
        files_dir=Path(files_dir) if files_dir else None,
    )


def of_home(home: Home, url: str) -> Place:
    """Return the installation of a demo's home."""
    return Place(
        url=url,
        keys={name: home.key_file(name) for name in KEYS},
        ca_dir=home.ca_dir,
        files_dir=home.files_dir,
        demo_dir=home.data_dir,
    )
