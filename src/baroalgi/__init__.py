"""baroalgi: the parents' service for schools, 「내 자녀 바로알기」."""

__version__ = "0.1.0"
