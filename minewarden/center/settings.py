"""Settings of the office. Everything an office changes comes from the environment; the defaults need no server.

``MINEWARDEN_HOME`` is the one folder that must be backed up: database, evidence, proof, secret key.
"""

from __future__ import annotations

import os
from pathlib import Path

import dj_database_url
import django_stubs_ext
from django.utils.translation import gettext_lazy as _

from .secret import secret_key

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent
HOME = Path(os.environ.get("MINEWARDEN_HOME", "var")).resolve()
DEBUG = os.environ.get("MINEWARDEN_DEBUG") == "1"
SECRET_KEY = secret_key(HOME)
ALLOWED_HOSTS = os.environ.get("MINEWARDEN_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("MINEWARDEN_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "axes",
    "minewarden.center.audit",
    "minewarden.center.registry",
    "minewarden.center.accounts",
    "minewarden.center.cases",
    "minewarden.center.video",
    "minewarden.center.jobs",
    "minewarden.center.hazards",
    "minewarden.center.major_hazards",
    "minewarden.center.lookback",
    "minewarden.center.ledgers",
    "minewarden.center.enforcement",
    "minewarden.center.accidents",
    "minewarden.center.problems",
    "minewarden.center.ranking",
    "minewarden.center.resident_teams",
    "minewarden.center.workbooks",
    "minewarden.center.documents",
    "minewarden.center.escalation",
    "minewarden.center.notices",
    "minewarden.center.lists",
    "minewarden.center.scene_setup",
    "minewarden.center.ui",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "minewarden.center.ui.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "minewarden.center.ui.language.ChosenLanguageMiddleware",
    "minewarden.center.ui.body_limit.BodyLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "minewarden.center.audit.origin.RequestOriginMiddleware",
    "minewarden.center.accounts.middleware.AccountInOrderMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "minewarden.center.urls"
WSGI_APPLICATION = "minewarden.center.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "minewarden.center.registry.shell.shell",
            ],
        },
    },
]

DATABASES = {
    "default": dj_database_url.parse(os.environ.get("DATABASE_URL", f"sqlite:///{HOME / 'minewarden.sqlite3'}"))
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # FULL, not NORMAL: these are legal records and must survive a power cut after the answer was given.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        # Lists over a gigabyte of records want more than the 2 MB of pages that SQLite keeps by itself.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; "
        "PRAGMA cache_size=-32768; PRAGMA mmap_size=1073741824;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "registry.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "minewarden.center.accounts.passwords.NotUsedBefore"},
]
# Roles whose accounts must have a second factor, apart by commas; after how many days a password is too old (0: never).
SECOND_FACTOR_ROLES = [role for role in os.environ.get("MINEWARDEN_SECOND_FACTOR_ROLES", "").split(",") if role]
PASSWORD_DAYS = int(os.environ.get("MINEWARDEN_PASSWORD_DAYS", "0"))
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "ui/locked_out.html"
AXES_RESET_ON_SUCCESS = True
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# Behind TLS an office sets MINEWARDEN_HTTPS=1; the demonstration speaks plain HTTP on the loopback address only.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("MINEWARDEN_HTTPS") == "1"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
USE_I18N = True
TIME_ZONE = os.environ.get("MINEWARDEN_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True

STATIC_URL = "static/"
# Nothing is collected: whitenoise reads the files where they are, so that there is no step to forget.
STATIC_ROOT = None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

# Where proof and evidence lie, each file under its SHA-256.
RECORDS_DIR = HOME / "records"
SUGGESTION_DIR = HOME / "suggestion"  # the model that proposes clauses
SETUP_DIR = HOME / "setup"  # pictures to draw zones on; deleted after some days
EVIDENCE_MAX_BYTES = 256 * 1024 * 1024
# After so many seconds without a heartbeat nobody knows what an edge's cameras do.
EDGE_SILENT_SECONDS = int(os.environ.get("MINEWARDEN_EDGE_SILENT_SECONDS", "90"))
# Who may read /metrics: with a token whoever sends it, without one this machine only.
METRICS_TOKEN = os.environ.get("MINEWARDEN_METRICS_TOKEN", "")
# A worker that is silent for so long is gone, and its job is taken up again.
JOB_LEASE_SECONDS = int(os.environ.get("MINEWARDEN_JOB_LEASE_SECONDS", "60"))
# Jobs that are over are forgotten after so many days; what they did to records is in the audit for ever.
JOB_KEEP_DAYS = int(os.environ.get("MINEWARDEN_JOB_KEEP_DAYS", "90"))
# Messages to the outside go to these apprise URLs (blanks between them); none: nothing leaves the office.
APPRISE_URLS = os.environ.get("MINEWARDEN_APPRISE_URLS", "").split()
# What stands before the path in links of messages, such as https://office.example: without it they have no link.
PUBLIC_URL = os.environ.get("MINEWARDEN_PUBLIC_URL", "").rstrip("/")
NOTICE_KEEP_DAYS = int(os.environ.get("MINEWARDEN_NOTICE_KEEP_DAYS", "400"))
PROOF_MAX_BYTES = 20 * 1024 * 1024
# Nine files of proof at once and the form around them; more is refused before it is read.
BODY_MAX_BYTES = 9 * PROOF_MAX_BYTES + 10 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("MINEWARDEN_LOG", "WARNING")},
}
