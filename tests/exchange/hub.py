"""Asking the hub in tests, and rows for it."""

import json
from typing import Any


def ask(browser: Any, service: str, **asked: Any) -> Any:
    """Return what a service says, as JSON."""
    response = browser.get(f"/hub/{service}", {"Type": "json", **asked})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json;charset=UTF-8"
    return json.loads(response.content)


def rows(said: Any) -> Any:
    """Return the rows of an answer."""
    ((_root, (_head, body)),) = said.items()
    return body["row"]


def names(fields: Any) -> tuple[str, ...]:
    """Return the names of fields of a service, in order."""
    return tuple(one.name for one in fields)


def code(said: Any) -> str:
    """Return the code of an answer without rows."""
    return str(said["RESULT"]["CODE"])


def key(world: Any, person: Any = None, **facts: Any) -> str:
    """Arrange a key; returns it."""
    import secrets

    from baroalgi.platform import crypto
    from baroalgi.platform.models import ApiKey

    made = secrets.token_hex(16)
    ApiKey.objects.using("owner").create(
        **{
            "person_id": (person or world.seoyeon).id,
            "key_hash": crypto.token_hash(made),
            "ending": made[-4:],
            "name": "시험",
            "purpose": "시험",
        }
        | facts
    )
    return made
