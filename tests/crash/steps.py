"""The named steps of issuing, and how a process is made to stand at one of them while it is killed.

Nothing of it is in the program. Triggers of ours hold the transaction that takes a step

    before  in the middle: its statement waits for a lock that the test has;
    after   at its end: the commit is on the disk, and its answer waits for a standby that does not exist.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from baroalgi.operations.postgres import Server

LOCK = 4711
SECONDS = 60.0  # of patience on a busy machine


@dataclass(frozen=True)
class Step:
    """A row that is written. `who` writes it; `when` tells it from other writes of the same table."""

    name: str
    who: str
    table: str
    event: str
    when: str = "true"


STEPS = {
    step.name: step
    for step in (
        Step("try counted", "web", "registration_enrolmentlink", "UPDATE", "NEW.tries > OLD.tries"),
        Step("order stored", "web", "pki_issuance", "INSERT"),
        Step("prepared", "signer", "pki_issuance", "UPDATE", "NEW.state = 'prepared'"),
        Step("signed", "signer", "pki_certificate", "INSERT"),
        Step("delivered", "web", "accounts_challenge", "INSERT", "NEW.purpose = 'first'"),
        Step("challenge used", "web", "accounts_challenge", "UPDATE", "NEW.purpose = 'first'"),
        Step(
            "put into use", "web", "registration_application", "UPDATE",
            "NEW.state = 'issued' AND OLD.state <> 'issued'",
        ),
        Step("mail claimed", "worker", "platform_outbox", "UPDATE", "NEW.tries > OLD.tries"),
        Step("mail sent", "worker", "platform_outbox", "UPDATE", "NEW.state = 'sent'"),
    )
}  # fmt: skip

_SET_UP = f"""
    CREATE SCHEMA crash;
    GRANT USAGE ON SCHEMA crash TO PUBLIC;
    CREATE TABLE crash.armed (step text PRIMARY KEY, mode text NOT NULL);
    GRANT SELECT ON crash.armed TO PUBLIC;
    CREATE FUNCTION crash.stand() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        mode text := (SELECT armed.mode FROM crash.armed WHERE step = TG_ARGV[0]);
    BEGIN
        IF mode = 'before' THEN
            PERFORM pg_advisory_xact_lock_shared({LOCK});
        ELSIF mode = 'after' THEN
            PERFORM set_config('synchronous_commit', 'remote_write', true);
        END IF;
        RETURN NULL;
    END $$;
"""


class Stand:
    """The triggers on one database."""

    def __init__(self, server: Server) -> None:
        self.server = server
        with self.server.admin("baroalgi") as admin:
            admin.execute("ALTER SYSTEM SET synchronous_commit = 'local'")
            admin.execute(_SET_UP)
            for number, step in enumerate(STEPS.values()):
                admin.execute(
                    f"CREATE TRIGGER crash_{number} AFTER {step.event} ON {step.table} FOR EACH ROW "
                    f"WHEN ({step.when}) EXECUTE FUNCTION crash.stand('{step.name}')"
                )
        self._standby("")

    def rows(self, statement: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        """Run a statement as superuser, on a connection of its own."""
        with self.server.admin("baroalgi") as admin:
            cursor = admin.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def armed(self, step: str, mode: str) -> Iterator[None]:
        """Let whoever takes the step stand there until the end of the block."""
        with self.server.admin("baroalgi") as lock:
            lock.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            if mode == "after":
                self._standby("nobody")
            lock.execute("INSERT INTO crash.armed VALUES (%s, %s)", [step, mode])
            yield
        # The lock is gone with its connection, if the database itself was not.

    def wait(self) -> int:
        """Wait until somebody stands; returns its backend."""
        deadline = time.monotonic() + SECONDS
        while True:
            found = self.rows(
                """SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'
                   UNION SELECT pid FROM pg_locks
                   WHERE locktype = 'advisory' AND NOT granted AND objid = %s""",
                [LOCK],
            )
            if found:
                return int(found[0][0])
            assert time.monotonic() < deadline, "nobody comes to the step"
            time.sleep(0.02)

    def disarm(self) -> None:
        """Let nobody stand any more, and those who do go on."""
        self.rows("DELETE FROM crash.armed")
        self._standby("")

    def _standby(self, name: str) -> None:
        with self.server.admin("baroalgi") as admin:
            admin.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
            admin.execute("SELECT pg_reload_conf()")

    def remove(self) -> None:
        self.disarm()
        with self.server.admin("baroalgi") as admin:
            admin.execute("DROP SCHEMA crash CASCADE")
            admin.execute("ALTER SYSTEM RESET synchronous_commit")
            admin.execute("ALTER SYSTEM RESET synchronous_standby_names")
            admin.execute("SELECT pg_reload_conf()")
