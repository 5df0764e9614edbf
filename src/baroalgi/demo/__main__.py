"""`python -m baroalgi.demo DATA_DIR`: load the demo, as the owner of the database (DATABASE_URL)."""

import os
import sys
from pathlib import Path

import django


def main(data_dir: Path) -> int:
    """Load what is missing; status 1 with a sentence when it can't be."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "baroalgi.config.settings")
    django.setup()

    from django.conf import settings
    from django.utils import timezone

    from baroalgi.demo.load import load
    from baroalgi.demo.papers import NoCertificate

    try:
        load(data_dir, settings.ENVIRONMENT.url, timezone.now())
    except NoCertificate as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
