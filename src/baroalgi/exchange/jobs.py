"""Jobs of the open interfaces."""

from datetime import datetime, timedelta

from django.utils import timezone

from baroalgi.platform.models import ApiUse
from baroalgi.platform.queue import job

KEPT = timedelta(days=40)


@job(cron="40 18 * * *")
def forget_calls(*, now: datetime, **_later: object) -> None:
    """Forget how often keys were used more than 40 days ago."""
    ApiUse.objects.filter(day__lt=timezone.localdate(now) - KEPT).delete()
