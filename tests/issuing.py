"""A parent at step ⑤, doing with `certs.client` what the browser does, and the signer beside."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from base64 import b64decode, b64encode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from baroalgi import certs
from baroalgi.certs import client

ROOT = Path(__file__).parents[1]
ISSUE_PASSWORD = "Abcde12345"


@dataclass
class Parent:
    """A browser at an issuing link. `answer`: the last state of the order that was not `ordered`."""

    browser: Any
    token: str
    application: Any
    rrn: str
    issue_password: str = ISSUE_PASSWORD

    def address(self, act: str = "") -> str:
        return f"/certificate/issue/{self.token}/{act}"

    def make_key(self) -> None:
        self.key, self.r = client.generate_key(), client.new_r()
        self.csr = client.make_csr(self.key)

    def order(self, **changes: str | bytes) -> Any:
        """Open the page, make a key unless there is one, and order."""
        if not hasattr(self, "key"):
            self.make_key()
        csr = changes.get("csr", self.csr)
        sealed = certs.seal(self.sealing_key(), self.rrn, self.r, certs.read_csr(self.csr).sha256)
        return self.browser.post(
            self.address("order/"),
            {
                "number": self.application.number,
                "issue_password": self.issue_password,
                "sealed": b64encode(sealed).decode(),
            }
            | changes
            | {"csr": b64encode(csr).decode() if isinstance(csr, bytes) else csr},
        )

    def sealing_key(self) -> Any:
        from cryptography.hazmat.primitives.serialization import load_der_public_key

        from baroalgi.pki.models import Authority

        return load_der_public_key(bytes(Authority.objects.using("owner").get().sealing_key))

    def state(self) -> dict[str, Any]:
        response = self.browser.get(self.address("order/"))
        return dict(response.json()) | {"status": response.status_code}

    def wait(self, seconds: float = 15) -> dict[str, Any]:
        """Ask until the signer has answered."""
        end = time.monotonic() + seconds
        while (state := self.state()).get("state") == "ordered":
            assert time.monotonic() < end, "the signer does not answer"
            time.sleep(0.1)
        self.answer = state
        return state

    @property
    def certificate(self) -> bytes:
        return b64decode(self.answer["certificate"])

    def confirm(self, **changes: Any) -> Any:
        """Sign the first challenge with the new key and send it."""
        h1 = certs.vid.h1(self.rrn, self.r)
        challenge = self.answer["challenge"]
        content = certs.challenge_content(challenge, h1)
        cms = client.sign(changes.pop("key", self.key), self.certificate, content, at=datetime.now(UTC))
        return self.browser.post(
            self.address("confirm/"),
            {
                "nonce": challenge["nonce"],
                "h1": urlsafe_b64encode(h1).rstrip(b"=").decode(),
                "cms": b64encode(cms).decode(),
            }
            | changes,
        )


def approved(world: Any, applicant: Any, *, days: int = 14, **facts: Any) -> Parent:
    """Arrange an approved application with its link, and a browser that knows both."""
    from django.test import Client

    from baroalgi.registration.models import Approval

    application = world.application(
        applicant=applicant, place=world.hwanggan_counter, state="approved", **facts
    )
    Approval.objects.using("owner").create(
        application=application,
        officer=world.second_officer,
        officer_name=world.second_officer.name,
        approved_at=datetime.now(UTC),
    )
    return Parent(Client(), link(application, days=days), application, world.number_of(applicant))


def link(application: Any, *, days: int = 14) -> str:
    """Make a further link for an application and return its token."""
    from baroalgi.platform import crypto
    from baroalgi.registration.models import EnrolmentLink

    token = secrets.token_urlsafe(32)
    now = datetime.now(UTC)
    EnrolmentLink.objects.using("owner").create(
        application=application,
        token_hash=crypto.token_hash(token),
        valid_to=now + timedelta(days=days),
        created_at=now,
    )
    return token


@dataclass
class SignerProcess:
    """`baroalgi signer` under its own role."""

    environ: dict[str, str]
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "baroalgi", "signer"],
            env=self.environ,
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )

    def kill(self) -> None:
        """End it without a chance to tidy up."""
        assert self.process is not None
        self.process.kill()
        self.process.communicate()

    def stop(self) -> tuple[int, str]:
        """End it by SIGTERM; returns its status and last words."""
        assert self.process is not None
        self.process.terminate()
        _out, errors = self.process.communicate(timeout=15)
        return self.process.returncode, errors

    def ca(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `baroalgi ca …` in the signer's environment."""
        return subprocess.run(
            [sys.executable, "-m", "baroalgi", "ca", *arguments],
            env=self.environ,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


def environ_of_signer(database_url: str, ca_dir: Path) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": database_url,
        "BAROALGI_CA_DIR": str(ca_dir),
        "BAROALGI_OFFICE_NAME": "충청북도교육청",
        "DJANGO_SETTINGS_MODULE": "baroalgi.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
