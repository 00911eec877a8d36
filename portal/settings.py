"""The one settings file; everything a site may choose comes from the environment or from secret files.

`NAME_FILE=/run/secrets/name` is read wherever `NAME` may be given (Compose secrets). There is no default secret:
outside the demo and the tests a missing one stops the start with a sentence that names it (SEC-8).
"""

import os
import sys
from ipaddress import ip_network
from pathlib import Path

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str | None = None) -> str:
    """The environment's value of `name`, or the content of the file that `name_FILE` points to."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(
            f"{name} is not set (or {name}_FILE, a file that holds it); see README, Configure. "
            "While `make run` runs in this folder, manage.py takes the settings from there."
        )
    return value


def flag(name: str, default: str = "0") -> bool:
    return env(name, default).lower() in {"1", "true", "yes", "on"}


DEBUG = flag("DEBUG")
DEMO = flag("DEMO")  # plain-text demo sign-ins, e-mail to the console, http without TLS
SECRET_KEY = env("SECRET_KEY")
ALLOWED_HOSTS = env("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in env("CSRF_TRUSTED_ORIGINS", "").split(",") if o]
BASE_URL = env("BASE_URL", "http://127.0.0.1:8000")
TICKET_PREFIX = env("TICKET_PREFIX", "SX")  # numbers read SX-20261121-0007 (APP-5)
DATA_DIR = Path(env("DATA_DIR", str(BASE_DIR / "var")))

INSTALLED_APPS = [
    "portal.people",
    "portal.worktime",
    "portal.lists",
    "portal.trail",
    "portal.outbox",
    "portal.files",
    "portal.deadlines",
    "portal.api",
    "enterprises",
    "requests",
    "policies",
    "inspections",
    "portal.desk",
    "portal.upkeep",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "axes",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
]

MIDDLEWARE = [
    "portal.upkeep.middleware.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.people.middleware.SignedInMiddleware",
    "portal.people.factor.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "portal.files.middleware.KeepsThePage",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "portal.desk.context.shell",
            ],
            "loaders": [
                "django.template.loaders.filesystem.Loader"  # reads a changed template anew
                if DEBUG
                else ("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"]),
            ],
            "libraries": {"sx": "portal.desk.templatetags.sx"},
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "portal.desk.templatetags.sx"],
        },
    },
]

# Two roles (SEC-5): the owner makes tables, the application only reads and writes rows. One URL works too.
OWNER_COMMANDS = {"migrate", "sqlmigrate", "squashmigrations", "backup", "restore"}
DATABASE_URL = env("DATABASE_URL")
DATABASE_OWNER_URL = env("DATABASE_OWNER_URL", DATABASE_URL)
DATABASE_APP_ROLE = dj_database_url.parse(DATABASE_URL)["USER"]
_acts_as_owner = len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS
_database = dj_database_url.parse(DATABASE_OWNER_URL if _acts_as_owner else DATABASE_URL)
if not _acts_as_owner:  # nobody waits for a lock for ever, nor keeps one while he does nothing
    _limits = "-c lock_timeout=30s -c idle_in_transaction_session_timeout=5min"
    # Pages are asked side by side: to start a parallel worker for one that takes milliseconds costs more than it saves.
    _limits += " -c parallel_setup_cost=10000"
    _database["OPTIONS"] = {"options": _limits} | _database.get("OPTIONS", {})
DATABASES = {
    "default": {
        **_database,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "portal.upkeep.cache.Cache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},  # seconds: it only hastens pages
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE = {
    "outbox.deliver": {"task": "portal.outbox.tasks.deliver", "schedule": 5.0},
    "deadlines.sweep": {"task": "portal.deadlines.tasks.sweep", "schedule": 20.0},
    "trail.seal": {"task": "portal.trail.tasks.seal", "schedule": 30.0},
    "api.forget": {"task": "portal.api.tasks.forget", "schedule": 3600.0},
    "enterprises.imports": {"task": "enterprises.imports.tasks.carry_on", "schedule": 10.0},
    "enterprises.facts": {"task": "enterprises.facts.tasks.carry_on", "schedule": 10.0},
    "enterprises.attributes": {"task": "enterprises.attributes.tasks.follow", "schedule": 10.0},
    "enterprises.criteria": {"task": "enterprises.criteria.tasks.follow_the_day", "schedule": 600.0},
    "enterprises.sounds": {"task": "enterprises.tasks.fill_sounds", "schedule": 60.0},
    "inspections.imports": {"task": "inspections.needs.imports.tasks.carry_on", "schedule": 10.0},
    "inspections.plans": {"task": "inspections.planning.tasks.carry_on", "schedule": 10.0},
    "policies.push": {"task": "policies.matching.tasks.push", "schedule": 30.0},
    "policies.imports": {"task": "policies.library.imports.tasks.carry_on", "schedule": 10.0},
    "requests.old_cases": {"task": "requests.old_cases.tasks.carry_on", "schedule": 10.0},
    "deadlines.follow": {"task": "portal.deadlines.following.carry_on_by_beat", "schedule": 10.0},
    "deadlines.reckon_all": {
        "task": "portal.deadlines.following.reckon_all",
        "schedule": crontab(minute="40", hour="3"),
        "options": {"expires": 3600},
    },
    # Three tries: each person's digest goes out once, whichever of them finds the worker awake
    "requests.digest": {
        "task": "requests.tasks.digest",
        "schedule": crontab(minute="30,40,50", hour="8"),
        "options": {"expires": 600},
    },
    "requests.clusters": {
        "task": "requests.tasks.clusters",
        "schedule": crontab(minute="10", hour="3"),
        "options": {"expires": 3600},
    },
    "upkeep.forget": {
        "task": "portal.upkeep.tasks.forget",
        "schedule": crontab(minute="50", hour="3"),
        "options": {"expires": 3600},
    },
    # By the clock: counted from the last time it would be put off by each restart of beat, which keeps nothing
    "files.clean_up": {
        "task": "portal.files.tasks.clean_up",
        "schedule": crontab(minute="20", hour="3"),
        "options": {"expires": 3600},
    },
}
for _tick in CELERY_BEAT_SCHEDULE.values():  # what a sleeping worker missed is not made up: the next tick does it all
    _tick.setdefault("options", {"expires": _tick["schedule"]})

# Sign-in ----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "portal.people.backends.NameOrMobileBackend",
]
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds; the mail says so
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "portal.people.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "portal.people.passwords.NotOnlyDigits"},
    {"NAME": "portal.people.passwords.NotCommon"},
    {
        "NAME": "portal.people.passwords.NotOneself",
        "OPTIONS": {"user_attributes": ("username", "name", "email", "mobile")},
    },
]
LOGIN_URL = "people:sign-in"
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = "desk:public-home"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 12 * 3600
IDLE_MINUTES = int(env("IDLE_MINUTES", "60"))  # SEC-4: sessions end after idle time
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]  # SEC-4: per account and per address
AXES_HANDLER = "portal.people.lockout.Handler"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # trying again while locked does not prolong it
AXES_LOCKOUT_CALLABLE = "portal.people.views.locked_out"
AXES_DISABLE_ACCESS_LOG = True
AXES_CLIENT_IP_CALLABLE = "portal.people.lockout.client_address"
SECOND_FACTOR = flag("SECOND_FACTOR", "0" if DEMO else "1")  # SEC-4: officials sign in with a code as well
OTP_TOTP_ISSUER = env("SECOND_FACTOR_ISSUER", "沙溪企服")  # what the authenticator app calls the portal
SECOND_FACTOR_DAYS = int(env("SECOND_FACTOR_DAYS", "30"))  # a device may be remembered so long; 0: never
INVITATION_DAYS = int(env("INVITATION_DAYS", "14"))  # a firm's invitation holds so long
PROXY_COUNT = int(env("PROXY_COUNT", "0"))  # reverse proxies in front, whose X-Forwarded-For is believed

# Language and time -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Static and uploaded files -----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # For uploads alone: static files are collected by another account than the one that reads them.
        "OPTIONS": {
            "location": DATA_DIR / "files",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_URL = ""  # nothing uploaded is ever served by path (SEC-7)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_HANDLERS = [
    "portal.upkeep.bodies.Limits",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_MAX_BYTES = int(env("FILE_MAX_MB", "20")) * 1024 * 1024
FILES_PER_SUBJECT = int(env("FILES_PER_SUBJECT", "10"))
FILES_PER_DAY = int(env("FILES_PER_DAY", "300"))  # of one person
TABLE_MAX_ROWS = int(env("TABLE_MAX_ROWS", "50000"))  # of one imported table
TABLE_MAX_COLUMNS = int(env("TABLE_MAX_COLUMNS", "200"))
EXPORT_MAX_ROWS = int(env("EXPORT_MAX_ROWS", "20000"))  # SEC-6: exports are limited

# Messages outwards -------------------------------------------------------------------------------------------
EMAIL_BACKEND = (
    "django.core.mail.backends.console.EmailBackend" if DEMO else "django.core.mail.backends.smtp.EmailBackend"
)
EMAIL_HOST = env("EMAIL_HOST", "localhost")
EMAIL_PORT = int(env("EMAIL_PORT", "25"))
EMAIL_HOST_USER = env("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 10  # seconds; without it a silent mail server would hold a worker for ever
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", "portal@localhost")
WEBHOOK_URL = env("WEBHOOK_URL", "")  # the way to SMS and WeChat gateways; empty: not used
WEBHOOK_SECRET = env("WEBHOOK_SECRET", "")
if WEBHOOK_URL and not WEBHOOK_SECRET:
    raise ImproperlyConfigured(
        "WEBHOOK_URL needs WEBHOOK_SECRET, with which the messages are signed (README, Configure)"
    )
CA_CERTIFICATES = env("CA_CERTIFICATES", "")  # in PEM: authorities of our own, believed besides the world's
# Networks of our own to which events may be pushed; all others inside are refused (portal/outbox/guard.py).
PUSH_PRIVATE_NETWORKS = [ip_network(net.strip()) for net in env("PUSH_PRIVATE_NETWORKS", "").split(",") if net]

# Transport and browser (SEC-8) -------------------------------------------------------------------------------
HTTPS = not (DEBUG or DEMO)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("BEHIND_PROXY") else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = False  # the upload script sends it back as a header
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "DEFAULT_SCHEMA_CLASS": "portal.api.schema.Schema",
}
API_KEEP_ANSWERS_HOURS = int(env("API_KEEP_ANSWERS_HOURS", "24"))  # how long an Idempotency-Key holds
API_STRANGERS_PER_MINUTE = int(env("API_STRANGERS_PER_MINUTE", "120"))  # requests of one address without a token
SPECTACULAR_SETTINGS = {
    "TITLE": "沙溪企服 API",
    "VERSION": "1",
    "DESCRIPTION": "诉求、企业和参考数据。Matters, firms and reference data of the town's enterprise-service centre.",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    "TAGS": [{"name": "tickets"}, {"name": "firms"}, {"name": "reference"}],
    "PREPROCESSING_HOOKS": ["portal.api.schema.only_the_api"],
    "POSTPROCESSING_HOOKS": [],  # choices stand where they are used: the same word means other codes elsewhere
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
}

# Logs and figures --------------------------------------------------------------------------------------------
LOG_FORMAT = env("LOG_FORMAT", "json" if HTTPS else "line")
METRICS_TOKEN = env("METRICS_TOKEN", "")  # /metrics answers whoever brings it; without this and METRICS_FROM nobody
METRICS_FROM = [ip_network(network.strip()) for network in env("METRICS_FROM", "").split(",") if network]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"requests": {"()": "portal.upkeep.logs.OfRequests"}},
    "formatters": {
        "json": {"()": "portal.upkeep.logs.Json"},
        "line": {"()": "portal.upkeep.logs.Line", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["requests"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        "axes": {"level": "ERROR"},  # its warnings name who mistyped a password
        "celery": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},  # it names the whole address of what it calls
        "portal.access": {"level": "INFO" if LOG_FORMAT == "json" else "ERROR"},
    },
}
