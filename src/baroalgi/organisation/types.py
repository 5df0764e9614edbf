"""What other rooms get from the organisation: frozen rows, no models."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counter:
    """A place where certificate papers are handed in (등록기관)."""

    id: int
    kind: str  # "school", "regional" or "office"
    name: str
    postcode: str
    address: str
    phone: str


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """A postcode with the address it belongs to."""

    postcode: str
    address: str
