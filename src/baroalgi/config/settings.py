"""Django's settings. Importable without an installation, so that tools can run."""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from baroalgi.config.environment import Environment

ENVIRONMENT = Environment.read()
PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = ENVIRONMENT.secret_key()
DEBUG = False
ALLOWED_HOSTS = [ENVIRONMENT.host, "localhost", "127.0.0.1", "[::1]"]

INSTALLED_APPS = [
    "django.contrib.messages",
    "procrastinate.contrib.django",
    "baroalgi.platform",
    "baroalgi.organisation",
    "baroalgi.pki",
    "baroalgi.accounts",
    "baroalgi.registration",
    "baroalgi.guardianship",
    "baroalgi.schoolinfo",
    "baroalgi.letters",
    "baroalgi.records",
    "baroalgi.portal",
    "baroalgi.exchange",
    "baroalgi.operations",
    *(["baroalgi.demo"] if ENVIRONMENT.is_demo else []),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "baroalgi.exchange.shortcut.Shortcut",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "baroalgi.platform.http.RequestFacts",
    "baroalgi.platform.http.UnitOfWork",
    "baroalgi.platform.in_app.InAppBrowsers",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "baroalgi.platform.http.Gate",
]

ROOT_URLCONF = "baroalgi.config.urls"
WSGI_APPLICATION = "baroalgi.config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "baroalgi.platform.templates.environment",
            "context_processors": [
                "baroalgi.platform.templates.frame",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


# A machine that does not answer any more is given up within seconds (libpq; no effect on a socket).
_LIMITS = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "tcp_user_timeout": "8000",
}


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        # One connection for each thread, looked at before each request: after a restart of the database
        # the next request has a new one at once. (A pool tries again with pauses that grow to minutes, and
        # lets everybody wait meanwhile.)
        "CONN_MAX_AGE": 3600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**_LIMITS, **options},
        # Safe behind PgBouncer in transaction mode: facts are set with is_local (stack.md §2).
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


DATABASES = {"default": _database(ENVIRONMENT.database_url or "postgresql:///baroalgi")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.Login"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", "한국어")]
TIME_ZONE = "Asia/Seoul"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = PACKAGE / "platform" / "static"
# The bundle carries content hashes in its names and lies beside its compressed forms (frontend/build.mjs).
WHITENOISE_IMMUTABLE_FILE_TEST = r"-[0-9A-Za-z]{8}\.\w+$"

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_NAME = "baroalgi_session"
SESSION_COOKIE_SECURE = ENVIRONMENT.is_https
CSRF_COOKIE_SECURE = ENVIRONMENT.is_https
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "baroalgi.platform.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.url]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
# Only our own proxy says so: it must set this header itself, whatever a visitor sent (docs/operating.md).
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.proxy_count else None
# A demo's certificate is nobody's, and its address may be plain http the next time.
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.is_https and not ENVIRONMENT.is_demo else 0

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "require-trusted-types-for": ["'script'"],
        # One policy, which names one address: the Worker of the certificate module (rounds-worker.ts).
        "trusted-types": ["baroalgi-worker"],
    }
}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": f"baroalgi.platform.logs.{'Json' if ENVIRONMENT.logs_json else 'Text'}"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Django's own line for a bad request would carry the address with what people typed.
        "django.request": {"level": "CRITICAL"},
        "django.security": {"level": "CRITICAL"},
        "procrastinate": {"level": "WARNING"},
        "fido2": {"level": "WARNING"},
    },
}
