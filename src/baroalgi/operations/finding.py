"""What was looked at, for `doctor`, for processes that start, and for the mails to the operator."""

from dataclasses import dataclass

BACKUP_HEART = "backup"  # a row among the heartbeats: of which moment the last backup is


@dataclass(frozen=True, slots=True)
class Finding:
    """Something looked at. `sentence` says what is so, or what is wrong and what to do."""

    name: str
    ok: bool
    sentence: str
