"""The product's settings, with a second connection for arranging and a cheap hasher."""

from baroalgi.config.settings import *  # noqa: F403
from baroalgi.config.settings import DATABASES

DATABASES["owner"] = {**DATABASES["default"], "USER": "", "PASSWORD": ""}  # filled by conftest
# The first one for the cast's passwords (tests.world); the product's own must be known too.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
ALLOWED_HOSTS = ["localhost", "testserver"]
