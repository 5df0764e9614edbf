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


def ca_dir() -> Path:
    """Return the folder of the authority; Django is ready. Raises CannotRun when none is named."""
    from django.conf import settings

    if not settings.ENVIRONMENT.ca_dir:
        raise CannotRun("BAROALGI_CA_DIR is not set; `baroalgi doctor` says what it is.")
    return Path(settings.ENVIRONMENT.ca_dir)
