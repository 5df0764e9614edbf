"""Jobs of the certificates. What is signed is the signer's matter alone."""

from datetime import datetime

from baroalgi.pki import actions
from baroalgi.platform.queue import job
from baroalgi.policy.actor import SYSTEM


@job()
def revoke_unused(*, application_id: int, now: datetime, **_later: object) -> None:
    """Revoke what was signed for an application that ended before anybody put it into use."""
    actions.revoke_unused(by=SYSTEM, application_id=application_id, now=now)
