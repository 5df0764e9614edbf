"""Writes of this room."""

from baroalgi.platform import gate


def count_view(letter_id: int, *, line: str, agent: str) -> bool:
    """Count a reading, once for a visitor and day; tell whether it was one. One statement.

    `line` and `agent` tell visitors apart under a secret of the day and are not kept (ADR 0012).
    Nobody's data, and no decision: hence no audit row. Holds the row until the transaction ends, so
    it comes last.
    """
    return bool(gate.ask("count_view", letter_id, line, agent))
