"""What this room asks of PostgreSQL itself: locks and the signer's bell."""

from django.db import connection

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


def _lock(what: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])
