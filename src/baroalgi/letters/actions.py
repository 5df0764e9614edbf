"""Writes of this room."""

from django.db.models import F

from baroalgi.letters.models import Letter


def count_view(letter_id: int) -> None:
    """Count one reading of a letter. Nobody's data, and no decision: hence no audit row.

    Holds the row until the transaction ends, so it comes last.
    """
    Letter.objects.filter(id=letter_id).update(views=F("views") + 1)
