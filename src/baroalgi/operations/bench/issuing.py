"""What the signer takes for a certificate beside a raw signature and two empty commits."""

from baroalgi.operations.bench.place import Place
from baroalgi.operations.bench.types import Figure

ORDERS = 60


def measure(place: Place) -> Figure:
    """Have the demo's own signer stand still, and do its work in a process of its role."""
    with place.holding("signer"):
        place.part("crowd", "owner", kind="orders", n=ORDERS)
        said = place.part("issuing", "signer", orders=ORDERS)
    whole, signature, commit = (said[name] * 1e3 for name in ("certificate", "signature", "commit"))
    return Figure(
        name="issuing",
        what="issuing (signer)",
        value=whole / (signature + 2 * commit),
        sense="at most",
        limit=3,
        unit="× (raw signature + two empty commits)",
        said=f"{whole:.2f} ms a certificate; signature {signature:.2f} ms, empty commit {commit:.2f} ms",
    )
