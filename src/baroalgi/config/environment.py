"""The environment of a process, read once into typed values.

Configuration comes from here only. Every value has a sentence, which `baroalgi doctor` prints;
a `BAROALGI_*` name that is not listed is an error, so that a misspelt setting cannot go unnoticed.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


class WrongEnvironment(ImproperlyConfigured):
    """The environment cannot be used; the message is a sentence for the operator."""


def _setting(name: str, says: str, default: str = "") -> Any:
    return field(default=default, metadata={"name": name, "says": says})


@dataclass(frozen=True, slots=True)
class Environment:
    """All settings, as text; the properties give the typed values."""

    database_url: str = _setting(
        "DATABASE_URL", "PostgreSQL address; its role decides what this process may see."
    )
    office: str = _setting("BAROALGI_OFFICE", "NEIS code of the education office served here, e.g. M10.")
    office_name: str = _setting("BAROALGI_OFFICE_NAME", "Name of that office as people read it.")
    url: str = _setting("BAROALGI_URL", "Address under which people reach the site.", "http://localhost:8000")
    secret_key_file: str = _setting(
        "BAROALGI_SECRET_KEY_FILE", "File with the secret of sessions, forms and the doors of the database."
    )
    identity_key_file: str = _setting(
        "BAROALGI_IDENTITY_KEY_FILE", "File with the key under which resident numbers are matched."
    )
    master_key_file: str = _setting(
        "BAROALGI_MASTER_KEY_FILE", "File with the key of values that must be read again."
    )
    ca_dir: str = _setting(
        "BAROALGI_CA_DIR", "Folder with the keys of the authority; only the signer has it."
    )
    files_dir: str = _setting("BAROALGI_FILES_DIR", "Folder of stored files.")
    file_mb: str = _setting("BAROALGI_FILE_MB", "How large one attached file may be, in MB.", "20")
    smtp_url: str = _setting(
        "BAROALGI_SMTP_URL", "Mail server, e.g. smtp://user:password@host:587.", "smtp://127.0.0.1:25"
    )
    mail_from: str = _setting("BAROALGI_MAIL_FROM", "Sender of mails.", "noreply@localhost")
    policy_oid: str = _setting(
        "BAROALGI_POLICY_OID",
        "Certificate policy under the operator's own enterprise number.",
        # An example arc that nobody owns (ITU-T X.667 example); refused outside the demo.
        "2.999.1.1",
    )
    help_phone: str = _setting("BAROALGI_HELP_PHONE", "Telephone in the footer.", "")
    help_unit: str = _setting("BAROALGI_HELP_UNIT", "Who answers that telephone, and when.", "")
    share_kakaostory: str = _setting(
        "BAROALGI_SHARE_KAKAOSTORY",
        "Whether letters offer 카카오스토리 for sharing: 1, or 0 once it is gone.",
        "1",
    )
    proxies: str = _setting(
        "BAROALGI_PROXIES",
        "How many proxies of yours stand in front; visitors' addresses then come from X-Forwarded-For.",
        "0",
    )
    log: str = _setting(
        "BAROALGI_LOG",
        "How logs are written: json (a real installation's default) or text (a demo's, and a terminal's).",
    )
    operator_email: str = _setting(
        "BAROALGI_OPERATOR_EMAIL",
        "Who gets a mail each day about what `baroalgi doctor` finds wrong.",
    )
    backup_passphrase_file: str = _setting(
        "BAROALGI_BACKUP_PASSPHRASE_FILE", "File with the passphrase that `backup` and `restore` use."
    )
    neis_key: str = _setting("BAROALGI_NEIS_KEY", "Key with which `import` asks the Open API of NEIS.")
    neis_key_file: str = _setting("BAROALGI_NEIS_KEY_FILE", "File with that key, instead of the key itself.")
    hub_quota: str = _setting(
        "BAROALGI_HUB_QUOTA",
        "How often a key of the open interface /hub/ may be used a day; 0 = as often as one likes.",
        "100000",
    )
    demo: str = _setting("BAROALGI_DEMO", "Set by `baroalgi demo`: synthetic people, demo numbers accepted.")
    mail_dir: str = _setting(
        "BAROALGI_MAIL_DIR", "Demo only: folder in which the demo's mail server keeps mails."
    )

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read the process environment. Raises WrongEnvironment for an unknown BAROALGI_* name."""
        known = {item.metadata["name"]: item.name for item in fields(cls)}
        unknown = sorted(name for name in environ if name.startswith("BAROALGI_") and name not in known)
        unknown = [name for name in unknown if name != "BAROALGI_REBUILD"]  # read by the build hook
        if unknown:
            raise WrongEnvironment(f"Unknown setting {unknown[0]}: see `baroalgi doctor` for all names.")
        return cls(**{attribute: environ[name] for name, attribute in known.items() if environ.get(name)})

    @classmethod
    def sentences(cls) -> list[tuple[str, str]]:
        """Return every setting's name with its sentence."""
        return [(item.metadata["name"], item.metadata["says"]) for item in fields(cls)]

    @property
    def is_demo(self) -> bool:
        return self.demo == "1"

    @property
    def proxy_count(self) -> int:
        """Return how many proxies stand in front. Raises WrongEnvironment."""
        if not (self.proxies.isascii() and self.proxies.isdigit()):
            raise WrongEnvironment(f"BAROALGI_PROXIES is a number, not {self.proxies!r}.")
        return int(self.proxies)

    @property
    def file_bytes(self) -> int:
        """Return how large one attached file may be, in bytes. Raises WrongEnvironment."""
        if not (self.file_mb.isascii() and self.file_mb.isdigit() and 1 <= int(self.file_mb) <= 1000):
            raise WrongEnvironment(f"BAROALGI_FILE_MB is a number of MB up to 1000, not {self.file_mb!r}.")
        return int(self.file_mb) * 2**20

    @property
    def hub_calls(self) -> int:
        """Return how many calls a key has a day, 0 for no limit. Raises WrongEnvironment."""
        if not (self.hub_quota.isascii() and self.hub_quota.isdigit() and len(self.hub_quota) <= 9):
            raise WrongEnvironment(f"BAROALGI_HUB_QUOTA is a number, not {self.hub_quota!r}.")
        return int(self.hub_quota)

    @property
    def logs_json(self) -> bool:
        """Tell whether logs are JSON lines. Raises WrongEnvironment."""
        if self.log not in ("", "json", "text"):
            raise WrongEnvironment(f"BAROALGI_LOG is json or text, not {self.log!r}.")
        return self.log == "json" or (not self.log and not self.is_demo and not sys.stderr.isatty())

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or "localhost"

    @property
    def is_https(self) -> bool:
        return self.url.startswith("https://")

    def secret_key(self) -> str:
        """Return Django's secret, or nothing when this process has none (type checker, makemigrations)."""
        return Path(self.secret_key_file).read_text().strip() if self.secret_key_file else ""
