"""Who was counted as a visitor today (ADR 0012): hashes under a secret of the day, gone with it."""

from datetime import date

from baroalgi.letters.models import Visit, VisitKey


def forget_before(day: date) -> None:
    """Throw away the visits of earlier days, and their secrets where the first visitor of a day did not."""
    VisitKey.objects.filter(day__lt=day).delete()
    Visit.objects.filter(day__lt=day).delete()
