"""Django's settings, made from the typed table in `options.py`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from haidang.project.cli.words import _ as _text
from haidang.project.options import BadOption, read_options, read_secret_key

OPTIONS = read_options()
HOME = OPTIONS.home
PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = read_secret_key(HOME)
DEBUG = False
BASE_URL: str = OPTIONS["BASE_URL"]
_base_host = urlsplit(BASE_URL).hostname
ALLOWED_HOSTS = [
    "127.0.0.1", "localhost", "[::1]", OPTIONS["HOST"].strip("[]"), *OPTIONS["ALLOWED_HOSTS"],
    *([_base_host] if _base_host else []),
]  # fmt: skip
if "0.0.0.0" in ALLOWED_HOSTS:  # noqa: S104 -- a test of the operator's choice, not a binding
    ALLOWED_HOSTS.remove("0.0.0.0")  # noqa: S104 -- see above
CSRF_TRUSTED_ORIGINS = [BASE_URL] if BASE_URL else []

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "django_tasks",
    "django_tasks_db",
    "haidang.core",
    "haidang.watch",
    "haidang.project",
]

MIDDLEWARE = [
    "haidang.project.proxies.TrustedProxies",
    "haidang.project.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "haidang.core.keeping.KeptPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "haidang.project.middleware.ChosenLanguage",
    "haidang.project.uploads.RequestLimit",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "haidang.project.urls"
WSGI_APPLICATION = "haidang.project.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "project" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "haidang.project.pages.about_the_desk",
            ],
        },
    }
]


CONNECTION_S = 60  # how long a connection is used before a new one is opened
DATABASE_FILE = HOME / "haidang.sqlite3"


def database_at(url: str, *, file: Path = DATABASE_FILE) -> dict[str, Any]:
    """Django's table for SQLite in `file`, or for the PostgreSQL that `url` names."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": file,
            "OPTIONS": {
                # A writer takes the lock at once (no deadlock on upgrade) and waits for its turn.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                    "PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;"
                ),
            },
            "TEST": {"NAME": None},
            # Opening the file and setting it up costs more than most questions: each thread keeps its own.
            "CONN_MAX_AGE": CONNECTION_S,
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise BadOption(
            _text("setting HAIDANG_DATABASE_URL: postgres://user:password@host:port/name is wanted")
        )
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": query,
        "CONN_MAX_AGE": CONNECTION_S,
    }


DATABASES = {"default": database_at(OPTIONS["DATABASE_URL"])}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "core.Member"
LOGIN_URL = "core:sign_in"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# Signing in (allauth), for invited members only, and locking out who guesses (axes). What is counted
# for limits lies in the memory of the one web process: no address of anyone is kept.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesBackend",
    "django.contrib.auth.backends.ModelBackend",
]
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
LOGIN_REDIRECT_URL = "watch:today"
ACCOUNT_ADAPTER = "haidang.core.signing.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = False
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "60/m/ip,40/h/key"}
MFA_ADAPTER = "haidang.core.signing.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
SOCIALACCOUNT_ADAPTER = "haidang.core.signing.OutsideAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = True  # the way out is a link on our own page: `core/views/signing.py`
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": OPTIONS["OIDC_NAME"] or "OpenID Connect",
                "client_id": OPTIONS["OIDC_CLIENT"],
                "secret": OPTIONS["OIDC_KEY"],
                "settings": {"server_url": OPTIONS["OIDC_URL"]},
            }
        ]
        if OPTIONS["OIDC_URL"]
        else [],
        "OAUTH_PKCE_ENABLED": True,
    }
}
# The library fears several web processes with a memory each; there is one (`project/web.py`).
SILENCED_SYSTEM_CHECKS = ["axes.W001"]
AXES_HANDLER = "axes.handlers.cache.AxesCacheHandler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 7
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "haidang.core.signing.tell_locked_out"
AXES_CLIENT_STR_CALLABLE = "haidang.core.signing.tell_nobody"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["fetch", "desk"]}}

LANGUAGE_CODE = OPTIONS["LANGUAGE"]
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
FORMAT_MODULE_PATH = ["haidang.project.formats"]
USE_I18N = True
USE_THOUSAND_SEPARATOR = True
USE_TZ = True
TIME_ZONE = OPTIONS["TIME_ZONE"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "project" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 300
# Fonts never change under their name; everything else may with an upgrade.
WHITENOISE_IMMUTABLE_FILE_TEST = r"\.woff2$"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "haidang.project.logs.Lines"},
        "json": {"()": "haidang.project.logs.JsonLines"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": OPTIONS["LOG_FORMAT"]}},
    "root": {"handlers": ["stderr"], "level": OPTIONS["LOG_LEVEL"]},
    "loggers": {"django.server": {"propagate": True}, "pyhtml": {"level": "ERROR"}},
}
