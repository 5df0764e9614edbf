"""The embedded PostgreSQL: the programs of a wheel under our own runner (stack.md §2).

    with running(data_dir) as server:
        server.url("app")                       # postgresql://baroalgi_app:…@/baroalgi?host=…
        server.create_database("copy", template="baroalgi")

An installation with a database server of its own sets DATABASE_URL and needs nothing of this.
"""

from baroalgi.operations.postgres.roles import DATABASE, ROLES
from baroalgi.operations.postgres.server import Server, running, stop_leftover

__all__ = ["DATABASE", "ROLES", "Server", "running", "stop_leftover"]
