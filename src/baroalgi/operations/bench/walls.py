"""What the walls cost on a page: unit of work, row policies and trail against the bare query.

The query is the one of the attendance page. The other side runs it by a role that no policy concerns,
made for this and gone with the place.
"""

import secrets
from urllib.parse import quote, urlsplit

from psycopg import sql

from baroalgi.operations.bench.place import Place
from baroalgi.operations.bench.types import Figure
from baroalgi.operations.postgres.roles import DATABASE

ROLE = "baroalgi_bench"


def measure(place: Place) -> Figure:
    """Compare both on one child, as its signed-in parent."""
    browser, _family = place.guardian()
    with browser:
        key = browser.cookie("baroalgi_session")
    said = place.part("walls", "app", key=key, bare=_bare_url(place))
    return Figure(
        name="walls",
        what="row policies + unit of work + trail on a page",
        value=(said["walls"] - said["bare"]) * 1e3,
        sense="at most",
        limit=1,
        unit="ms against the same query without policies",
        said=f"{said['walls'] * 1e3:.2f} ms with them, {said['bare'] * 1e3:.2f} ms without "
        f"(of these {said['commit'] * 1e3:.2f} ms wait for the disk at the commit of the trail)",
    )


def _bare_url(place: Place) -> str:
    """Make the role without policies and return its DATABASE_URL."""
    password = secrets.token_urlsafe(16)
    with place.server.admin(DATABASE) as admin:
        role = sql.Identifier(ROLE)
        make = "CREATE ROLE {} LOGIN BYPASSRLS PASSWORD {}"
        admin.execute(sql.SQL(make).format(role, sql.Literal(password)))
        admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(DATABASE), role))
        admin.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(role))
    app = urlsplit(place.server.url("app"))
    return app._replace(netloc=f"{ROLE}:{quote(password)}@").geturl()
