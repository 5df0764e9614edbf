"""Roles, their passwords, and databases with their grants (design.md §3, roles in the database)."""

import secrets
from pathlib import Path

import psycopg
from psycopg import sql

from baroalgi.platform import private_file

DATABASE = "baroalgi"
SUPERUSER = "postgres"
# owner: migrations. app: web, sees what its actor may see. worker: jobs. signer: pki only. read: metrics.
ROLES = ("owner", "app", "worker", "signer", "read")


def login_of(role: str) -> str:
    """Return the name in the database: `app` → `baroalgi_app`; the superuser keeps its own."""
    return role if role == SUPERUSER else f"baroalgi_{role}"


def password_file(secrets_dir: Path, role: str) -> Path:
    """Return the file that holds the password of a role."""
    return secrets_dir / f"postgres-{role}"


def password(secrets_dir: Path, role: str) -> str:
    """Return the password of a role, made (and written, 0600) when there is none yet."""
    path = password_file(secrets_dir, role)
    if not path.exists():
        private_file.write(path, secrets.token_urlsafe(32).encode())
    return path.read_text()


def settle(admin: psycopg.Connection, secrets_dir: Path) -> None:
    """Make the roles and the database what they should be; safe to run at every start."""
    present = {name for (name,) in admin.execute("SELECT rolname FROM pg_roles")}
    for role in ROLES:
        login = login_of(role)
        if login not in present:
            admin.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(login)))
        # The verifier, not the password: a statement may end up in a log.
        verifier = admin.pgconn.encrypt_password(
            password(secrets_dir, role).encode(), login.encode(), b"scram-sha-256"
        )
        alter = (
            "ALTER ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD {}"
        )
        admin.execute(sql.SQL(alter).format(sql.Identifier(login), sql.Literal(verifier.decode())))
        # Statements hold what people typed, and a role may read its own ones of all processes.
        admin.execute(sql.SQL("ALTER ROLE {} SET track_activities = off").format(sql.Identifier(login)))
    if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
        create_database(admin, DATABASE)
    else:
        _close(admin, DATABASE)  # the start before may have been cut off between making and closing it


def create_database(admin: psycopg.Connection, name: str, template: str | None = None) -> None:
    """Create a database of the owner's, empty or as a copy; nobody may connect but our roles."""
    create = sql.SQL("CREATE DATABASE {} OWNER baroalgi_owner").format(sql.Identifier(name))
    if template is not None:
        create += sql.SQL(" TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(template))
    admin.execute(create)
    _close(admin, name)  # a copy does not bring the grants of its template


def _close(admin: psycopg.Connection, name: str) -> None:
    for grant in (
        "REVOKE ALL ON DATABASE {} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {} TO baroalgi_app, baroalgi_worker, baroalgi_signer, baroalgi_read",
        # Imports copy into a temporary table; the web process has no business with one.
        "GRANT TEMPORARY ON DATABASE {} TO baroalgi_worker",
    ):
        admin.execute(sql.SQL(grant).format(sql.Identifier(name)))


def drop_database(admin: psycopg.Connection, name: str) -> None:
    """Drop a database if it is there, whoever is still connected."""
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
