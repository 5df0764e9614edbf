"""Pass the rest on to Django's own commands."""

from collections.abc import Sequence

from baroalgi.operations.ready import django_ready


def main(arguments: Sequence[str]) -> int:
    """Run one of Django's commands; it ends the process itself when it fails."""
    django_ready()

    from django.core.management import execute_from_command_line

    execute_from_command_line(["baroalgi manage", *arguments])
    return 0
