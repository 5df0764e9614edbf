"""What checking a certificate sign-in costs beside its raw signature verifications."""

from baroalgi.operations.bench.place import Place
from baroalgi.operations.bench.types import Figure


def measure(place: Place) -> Figure:
    """Compare the two with the certificate of a demo family."""
    family = next(row for row in place.sheet["families"] if row["state"] == "linked")
    said = place.part("sign_in", "app", rrn=family["guardian"]["rrn"], **family["certificate"])
    whole, raw = said["whole"] * 1e3, said["raw"] * 1e3
    return Figure(
        name="sign-in",
        what="sign-in verification, server CPU",
        value=whole / raw,
        sense="at most",
        limit=4,
        unit="× its raw signature verifications",
        said=f"{whole:.2f} ms, of which {raw:.2f} ms are {said['n']} verifications",
    )
