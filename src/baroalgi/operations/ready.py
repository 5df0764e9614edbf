"""Getting Django ready inside a command, with a sentence instead of a trace when it can't be."""

import os
import sys
import time
from pathlib import Path

from baroalgi.operations.trouble import CannotRun

SETTINGS = "baroalgi.config.settings"
DATABASE_SECONDS = 60.0
# What the server says of itself while it starts, stops or recovers; anything else is not mended by waiting.
_PASSING = ("starting up", "shutting down", "in recovery", "not yet accepting")


def django_ready() -> None:
    """Load the settings and the rooms. Raises CannotRun when the environment is not right."""
    import django
    from django.apps import apps
    from django.core.exceptions import ImproperlyConfigured

    for name, path in os.environ.items():
        if name.startswith("BAROALGI_") and name.endswith("_FILE") and not os.access(path, os.R_OK):
            raise CannotRun(f"{name} names {Path(path)}, which is not there or can't be read.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    try:
        if not apps.ready:
            django.setup()
    except ImproperlyConfigured as wrong:
        raise CannotRun(str(wrong)) from None


def ca_dir() -> Path:
    """Return the folder of the authority; Django is ready. Raises CannotRun when none is named."""
    from django.conf import settings

    if not settings.ENVIRONMENT.ca_dir:
        raise CannotRun("BAROALGI_CA_DIR is not set; `baroalgi doctor` says what it is.")
    return Path(settings.ENVIRONMENT.ca_dir)


def database_ready() -> None:
    """Wait while the database is starting or recovering, a minute at most: after a power cut it may take
    longer than we. What is wrong otherwise is for the checks to say.
    """
    from baroalgi.operations import checks

    deadline = time.monotonic() + DATABASE_SECONDS
    said = False
    while any(words in checks.database().sentence for words in _PASSING) and time.monotonic() < deadline:
        if not said:
            sys.stderr.write("The database is not ready yet; waiting for it.\n")
            said = True
        time.sleep(0.2)
