"""When each process last said that it is alive."""

from datetime import datetime

from baroalgi.platform.models import Heartbeat


def beat(name: str, *, now: datetime) -> None:
    """Say that a process is alive. Two statements at most."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})


def last(name: str) -> datetime | None:
    """Return when a process last said so, None for never. One statement."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
