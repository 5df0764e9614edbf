"""Migration operations: a table is born with its policies and rights, or as public with its reason."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.migrations.operations import RunSQL


def protect(
    table: str,
    *,
    read: str,
    write: str | None = None,
    insert: str | None = None,
    app: str = "SELECT",
    worker: str = "SELECT, INSERT, UPDATE, DELETE",
    signer: str = "",
) -> RunSQL:
    """Give a table with a person's data its row policies and rights.

    `read` limits what the app role sees and touches; `write` what it may leave behind (without it
    the app role can't write at all), `insert` what it may bring in, where that is less. `app`, `worker`,
    `signer` are the rights granted, columns named where only some may be read or change. Owner and
    worker have policies of their own, since FORCE binds all.
    Scope functions stand inside `(SELECT …)`: evaluated once per statement (stack.md §2).
    """
    policies = [
        f"CREATE POLICY {table}_owner ON {table} TO baroalgi_owner USING (true) WITH CHECK (true)",
        f"CREATE POLICY {table}_worker ON {table} TO baroalgi_worker USING (true) WITH CHECK (true)",
        f"CREATE POLICY {table}_read ON {table} FOR SELECT TO baroalgi_app USING ({read})",
    ]
    if write:
        brought = insert or write
        policies += [
            f"CREATE POLICY {table}_insert ON {table} FOR INSERT TO baroalgi_app WITH CHECK ({brought})",
            f"CREATE POLICY {table}_update ON {table} FOR UPDATE TO baroalgi_app "
            f"USING ({read}) WITH CHECK ({write})",
        ]
    if signer:
        policies.append(
            f"CREATE POLICY {table}_signer ON {table} TO baroalgi_signer USING (true) WITH CHECK (true)"
        )
    return RunSQL(
        ";\n".join(
            [
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
                f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
                *policies,
                *_grants(table, baroalgi_app=app, baroalgi_worker=worker, baroalgi_signer=signer),
            ]
        ),
        reverse_sql=RunSQL.noop,
    )


def public(
    table: str,
    *,
    reason: str,
    app: str = "SELECT",
    worker: str = "SELECT, INSERT, UPDATE, DELETE",
    signer: str = "",
) -> RunSQL:
    """Put a table on the list of public tables: no row policies, for the reason given."""
    quoted = reason.replace("'", "''")
    return RunSQL(
        ";\n".join(
            [
                f"COMMENT ON TABLE {table} IS 'public: {quoted}'",
                *_grants(table, baroalgi_app=app, baroalgi_worker=worker, baroalgi_signer=signer),
            ]
        ),
        reverse_sql=RunSQL.noop,
    )


def published(
    table: str, *, reason: str, write: str, worker: str = "SELECT, INSERT, UPDATE, DELETE"
) -> RunSQL:
    """Give a table that everyone may read the policy of who may write which of its rows.

    Not forced: its owner, who reads all of it anyway, can go on loading rows by COPY.
    """
    quoted = reason.replace("'", "''")
    protected = protect(table, read="true", write=write, app="SELECT, INSERT, UPDATE, DELETE", worker=worker)
    return RunSQL(
        f"""{protected.sql};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        CREATE POLICY {table}_delete ON {table} FOR DELETE TO baroalgi_app USING ({write});
        DROP POLICY {table}_update ON {table};
        CREATE POLICY {table}_update ON {table} FOR UPDATE TO baroalgi_app
            USING ({write}) WITH CHECK ({write});
        COMMENT ON TABLE {table} IS 'public: {quoted}'""",
        reverse_sql=RunSQL.noop,
    )


def transitions(table: str, pairs: Mapping[Any, Sequence[Any]]) -> RunSQL:
    """Let the database refuse every change of `state` that is not in `pairs` (from → to).

    A later migration calls it again when a way is added.
    """
    allowed = " OR ".join(
        f"(OLD.state = '{source}' AND NEW.state = '{target}')"
        for source, targets in pairs.items()
        for target in targets
    )
    return RunSQL(
        f"""
        CREATE OR REPLACE FUNCTION {table}_transition() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, public, pg_temp AS $$
        BEGIN
            IF NEW.state = OLD.state OR {allowed} THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION '{table}: % to % is no transition', OLD.state, NEW.state
                USING ERRCODE = 'check_violation', CONSTRAINT = '{table}_transition';
        END $$;
        CREATE OR REPLACE TRIGGER {table}_transition BEFORE UPDATE OF state ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_transition();
        """,
        reverse_sql=RunSQL.noop,
    )


def append_only(table: str) -> RunSQL:
    """Refuse UPDATE, DELETE and TRUNCATE of a table to everyone, its owner included."""
    return RunSQL(
        f"""
        CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, public, pg_temp AS $$
        BEGIN
            RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'insufficient_privilege';
        END $$;
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only();
        """,
        reverse_sql=RunSQL.noop,
    )


def _grants(table: str, **rights: str) -> list[str]:
    return [f"GRANT {right} ON {table} TO {role}" for role, right in rights.items() if right]
