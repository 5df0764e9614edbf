"""What must hold of the URL map before a process starts."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


def views(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address pattern of the product with its place in the URL map."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry, prefix + str(entry.pattern))
        else:
            yield prefix + str(entry.pattern), entry


def unmarked() -> list[str]:
    """Return the addresses whose view names no act."""
    return [address for address, entry in views() if not _act(entry.callback)]


def _act(view: Any) -> Any:
    return getattr(view, "act", None)
