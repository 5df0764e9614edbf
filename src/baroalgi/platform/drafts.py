"""What was typed when the session ended: it comes back to the same person after sign-in, secrets excepted."""

import re

from baroalgi.platform.request import Request

SECRET = re.compile(r"password|rrn|resident|token|cms|csr|sealed|h1|(?<!post)code", re.IGNORECASE)
LONGEST = 150_000  # characters; the longest form of ours is a letter with its slip


def keep(request: Request, *, of: int) -> None:
    """Keep what a form sent, for its address and its person. Passwords and numbers are left out."""
    typed = {name: value for name, value in request.POST.items() if not SECRET.search(name)}
    if typed and sum(map(len, typed.values())) <= LONGEST:
        request.session["draft"] = {"path": request.path, "person": of, "typed": typed}


def take(request: Request) -> dict[str, str]:
    """Return what was kept for this address, once; empty if nothing was.

    Whoever signs in next on a shared device does not see it: then it is thrown away.
    """
    draft = request.session.get("draft")
    if not draft or request.method != "GET":
        return {}
    if draft["person"] != request.actor.person_id:
        del request.session["draft"]
        return {}
    if draft["path"] != request.path:
        return {}
    del request.session["draft"]
    typed: dict[str, str] = draft["typed"]
    return typed
