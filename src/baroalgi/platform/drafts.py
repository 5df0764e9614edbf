"""What was typed when the session ended: it comes back after sign-in, secrets excepted."""

import re

from django.http import HttpRequest

SECRET = re.compile(r"password|rrn|resident|token|cms|csr|sealed|h1|code", re.IGNORECASE)
LONGEST = 20_000  # characters; a form of ours is far shorter


def keep(request: HttpRequest) -> None:
    """Keep what a form sent, for the address it was sent to. Passwords and numbers are left out."""
    typed = {name: value for name, value in request.POST.items() if not SECRET.search(name)}
    if typed and sum(map(len, typed.values())) <= LONGEST:
        request.session["draft"] = {"path": request.path, "typed": typed}


def take(request: HttpRequest) -> dict[str, str]:
    """Return what was kept for this address, once; empty if nothing was."""
    draft = request.session.get("draft")
    if not draft or draft["path"] != request.path or request.method != "GET":
        return {}
    del request.session["draft"]
    typed: dict[str, str] = draft["typed"]
    return typed
