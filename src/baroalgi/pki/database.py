"""What this room asks of PostgreSQL itself: locks, the signer's bell, names of constraints."""

from django.db import IntegrityError, connection

CHANNEL = "pki_order"


def lock_application(application_id: int) -> None:
    """Wait until nobody else orders, signs or confirms for this application; until the commit.

    Without it a round could begin while the one before is being signed, and both would stay valid.
    """
    _lock(f"pki application {application_id}")


def lock_list(authority_id: int) -> None:
    """Wait until nobody else makes a revocation list of this authority; until the commit."""
    _lock(f"pki list {authority_id}")


def wake_signer() -> None:
    """Tell the signer at the commit that there is something to do; it looks by itself too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def constraint_of(error: IntegrityError) -> str:
    """Return the name of the constraint that the database stood on."""
    return str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", ""))


def _lock(what: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])
