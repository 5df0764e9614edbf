"""Getting Django ready inside a command, with a sentence instead of a trace when it can't be."""

import os
from pathlib import Path

from baroalgi.operations.trouble import CannotRun

SETTINGS = "baroalgi.config.settings"


def django_ready() -> None:
    """Load the settings and the rooms. Raises CannotRun when the environment is not right."""
    import django
    from django.core.exceptions import ImproperlyConfigured

    for name, path in os.environ.items():
        if name.startswith("BAROALGI_") and name.endswith("_FILE") and not os.access(path, os.R_OK):
            raise CannotRun(f"{name} names {Path(path)}, which is not there or can't be read.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    try:
        django.setup()
    except ImproperlyConfigured as wrong:
        raise CannotRun(str(wrong)) from None
