"""Django settings of every linli deployment; what differs between deployments comes from environment.py."""

from __future__ import annotations

import sys
from pathlib import Path

from linli.config.environment import database_settings, read_environment

ENVIRONMENT = read_environment()
PACKAGE = Path(__file__).resolve().parent.parent
LINLI_HOME = ENVIRONMENT.home
LINLI_MODE = ENVIRONMENT.mode
# What is wrong with the settings of this site where those of the demo stand in for them (linli/config/start.py).
LINLI_STANDS_IN_FOR = ""

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = False
ALLOWED_HOSTS = ["*"] if ENVIRONMENT.mode == "test" else ENVIRONMENT.hosts
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.public_url]

CORE_APPS = [
    "linli.core.platform",
    "linli.core.areas",
    "linli.core.access",
    "linli.core.catalogue",
    "linli.core.grids",
    "linli.core.desk",
    "linli.core.forms",
    "linli.core.ledger",
    "linli.core.exchange",
    "linli.core.configuration",
    "linli.core.search",
    "linli.core.setup",
    "linli.core.accounts",
    "linli.core.people",
    "linli.core.registry",
    "linli.core.staff",
    "linli.core.flow",
    "linli.core.inbox",
    "linli.core.cases",
]
# The installed subsystems. Each adds itself through `descriptor.py`; nothing else in the core names one of them.
SUBSYSTEM_APPS = [
    "linli.subsystems.patrol",
    "linli.subsystems.division",
    "linli.subsystems.office",
    "linli.subsystems.admission",
    "linli.subsystems.dataoffice",
    "linli.subsystems.resources",
    "linli.subsystems.safety",
]  # fmt: skip
if ENVIRONMENT.mode == "test":
    SUBSYSTEM_APPS.append("linli.subsystems.example")
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "linli.web.django_forms.DjangoForms",  # its templates, which the project's engine renders, so that widgets of the desk know our tags
    "ninja",
    *CORE_APPS,
    *SUBSYSTEM_APPS,
    "linli.web",
    "linli.demo",
    "linli.config",
]

MIDDLEWARE = [
    "linli.core.platform.public.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "linli.web.compression.TextCompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "linli.core.access.public.LanguageMiddleware",
    "linli.web.errors.MethodNotAllowedMiddleware",
    "linli.web.errors.RefusalMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "linli.core.access.public.SignInMiddleware",
]
ROOT_URLCONF = "linli.config.urls"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
WSGI_APPLICATION = "linli.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "linli.web.frame.frame",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "linli.web.templatetags.assets"],
        },
    }
]

DATABASES = {
    "default": database_settings(
        ENVIRONMENT.database_url, pool=ENVIRONMENT.mode != "test", busy_s=20 if ENVIRONMENT.mode == "test" else 8
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["linli.core.access.public.PasswordBackend"]
PASSWORD_HASHERS = [
    "linli.core.access.hashing.TurnTakingArgon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if ENVIRONMENT.mode == "test":
    PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "linli.core.access.password_rules.NotLikeTheName"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "linli.core.access.password_rules.NotMadeOfTheName"},
    {"NAME": "linli.core.access.password_rules.NotRepeated"},
]
SESSION_ENGINE = "linli.core.access.session_store"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "linli_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.public_url.startswith("https://")
CSRF_COOKIE_NAME = "linli_csrf"
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "linli.web.errors.csrf_failure"
LOGIN_URL = "/sign-in/"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.trusted_proxies else None
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.public_url.startswith("https://") else 0

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "linli_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = ENVIRONMENT.time_zone

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STATIC_ROOT = None
# The built front end carries content hashes in its names; it is served straight out of the package.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+[.-][0-9A-Za-z_-]{8,}\..+$"

# What a request may bring: its whole body, what of it is no file (kept in memory), and how many of each.
LINLI_MAX_BODY_BYTES = 100 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"structured": {"()": "linli.core.platform.saying.structured_log.StructuredFormatter"}},
    # RequestMiddleware writes a line for every answer; Django's own adds something only where an error came up.
    "filters": {"errors": {"()": "django.utils.log.CallbackFilter", "callback": lambda record: bool(record.exc_info)}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR", "filters": ["errors"]},
        "django.security": {"level": "WARNING"},
        "pyogrio": {"level": "WARNING"},
    },
}

LINLI_FIELD_KEYS = ENVIRONMENT.field_keys
LINLI_FIELD_CIPHER = ENVIRONMENT.field_cipher
LINLI_PUBLIC_URL = ENVIRONMENT.public_url
LINLI_MAIL_URL = ENVIRONMENT.mail_url
LINLI_TILE_URL = ENVIRONMENT.tile_url
LINLI_TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies
LINLI_CLOCK_SHIFT_S = ENVIRONMENT.clock_shift_s
LINLI_STRANGERS_MB = ENVIRONMENT.strangers_mb
LINLI_METRICS_TOKEN = ENVIRONMENT.metrics_token
LINLI_BACKUPS = ENVIRONMENT.backups
LINLI_KEY_MIRROR = ENVIRONMENT.key_mirror
# How a process of linli starts another one; jobs that run in a test start none.
LINLI_COMMAND = [] if ENVIRONMENT.mode == "test" else [sys.executable, "-m", "linli.config.cli"]
