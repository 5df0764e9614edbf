"""The application of `bench.kept`, for the server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "baroalgi.config.settings")

from django.conf import settings

settings.ROOT_URLCONF = "baroalgi.operations.bench.kept"
application = get_wsgi_application()
