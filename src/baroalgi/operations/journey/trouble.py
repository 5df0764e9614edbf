"""What stops a journey."""


class Unexpected(Exception):
    """Something else came than a person at this place may expect. Holds nothing secret."""

    def __init__(self, expected: str, came: str) -> None:
        super().__init__(f"expected {expected}, but {came}")
        self.expected, self.came = expected, came


class Taken(Exception):
    """This family can't begin: somebody has used it before."""
