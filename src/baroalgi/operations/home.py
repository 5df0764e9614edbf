"""The home of a demo: where its parts lie, its secrets, and the environment of its processes."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from baroalgi.operations.postgres import Server
from baroalgi.operations.trouble import CannotRun
from baroalgi.platform import private_file

# First in every secret file of a demo, so that a real installation knows it and refuses it.
DEMO_MARK = "demo:"
OFFICE, OFFICE_NAME = "M10", "충청북도교육청"
# As printed in the parents' letter of 2009-04-24; whether they answer today nobody has checked.
HELP_PHONE, HELP_UNIT = "043-290-2236~2237", "충청북도교육청 전산정보담당 · 평일 9시~18시"


@dataclass(frozen=True, slots=True)
class Home:
    """A data directory, seen as the home of a demo."""

    data_dir: Path

    @property
    def mail_dir(self) -> Path:
        return self.data_dir / "mail"

    @property
    def log_dir(self) -> Path:
        return self.data_dir / "log"

    @property
    def run_dir(self) -> Path:
        return self.data_dir / "run"

    @property
    def files_dir(self) -> Path:
        return self.data_dir / "files"

    @property
    def ca_dir(self) -> Path:
        return self.data_dir / "ca"

    @property
    def secrets_dir(self) -> Path:
        return self.data_dir / "secrets"

    @property
    def people(self) -> Path:
        """The file that tells who can sign in how."""
        return self.data_dir / "demo.json"

    def furnish(self) -> None:
        """Make the directories and the secrets that are not there yet."""
        for folder in (self.mail_dir, self.run_dir, self.files_dir, self.ca_dir):
            folder.mkdir(mode=0o700, exist_ok=True)
        for name in ("secret", "identity", "master"):
            path = self.key_file(name)
            if not path.exists():
                private_file.write(path, f"{DEMO_MARK}{secrets.token_hex(32)}\n".encode())

    def environ(self, server: Server, role: str, *, url: str, smtp_url: str = "") -> dict[str, str]:
        """Return the whole environment of one of the demo's processes, acting in one database role."""
        environ = {
            name: value
            for name, value in os.environ.items()
            if name == "BAROALGI_LOG"
            or (name != "DATABASE_URL" and not name.startswith(("BAROALGI_", "PG", "DJANGO_", "GRANIAN_")))
        }
        environ |= {
            "DATABASE_URL": server.url(role),
            "BAROALGI_OFFICE": OFFICE,
            "BAROALGI_OFFICE_NAME": OFFICE_NAME,
            "BAROALGI_HELP_PHONE": HELP_PHONE,
            "BAROALGI_HELP_UNIT": HELP_UNIT,
            "BAROALGI_URL": url,
            "BAROALGI_SECRET_KEY_FILE": str(self.key_file("secret")),
            "BAROALGI_IDENTITY_KEY_FILE": str(self.key_file("identity")),
            "BAROALGI_MASTER_KEY_FILE": str(self.key_file("master")),
            "BAROALGI_FILES_DIR": str(self.files_dir),
            "BAROALGI_MAIL_DIR": str(self.mail_dir),
            "BAROALGI_DEMO": "1",
            "PYTHONUNBUFFERED": "1",  # logs are complete when a process is killed
        }
        if role == "signer":
            environ["BAROALGI_CA_DIR"] = str(self.ca_dir)
        if smtp_url:
            environ["BAROALGI_SMTP_URL"] = smtp_url
        return environ

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only demo in this home. Raises CannotRun when another one lives in it."""
        with (self.data_dir / "demo.lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise CannotRun(
                    f"A demo already runs on {self.data_dir} (process {file.read().strip() or 'unknown'}); "
                    "stop it, or name another place by --data-dir."
                ) from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield

    def key_file(self, name: str) -> Path:
        """The file of one secret: `secret`, `identity` or `master`."""
        return self.secrets_dir / f"{name}.key"
