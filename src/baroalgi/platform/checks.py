"""What must hold of the URL map before a process starts."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def named_views(
    resolver: URLResolver | None = None, prefix: str = "", namespace: str = ""
) -> Iterator[tuple[str, URLPattern, str]]:
    """Yield every address pattern of the product with its place in the URL map and its room."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from named_views(entry, prefix + str(entry.pattern), entry.namespace or namespace)
        else:
            yield prefix + str(entry.pattern), entry, namespace


def unmarked() -> list[str]:
    """Return the addresses whose view names no act."""
    return [address for address, entry, _ in named_views() if getattr(entry.callback, "act", None) is None]
