"""How a command tells its operator that it can't go on."""


class CannotRun(Exception):
    """One sentence that says what is wrong and what to do; the command prints it and exits with 1."""
