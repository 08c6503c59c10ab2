"""Settings of the portal, for one small computer by default; the environment changes what an office needs.

AMUR_DATA       data folder (database, media, keys, caches)           default: ./data
DATABASE_URL    postgis://USER:PASSWORD@HOST:PORT/NAME                default: SQLite in the data folder
AMUR_DEBUG      1 for Django's debug pages                            default: 0
AMUR_HTTPS      1 when visitors come by https (production)            default: 0
AMUR_HOSTS      comma-separated host names that are served            default: local names
AMUR_DEMO       1 lets the demonstration accounts log in              default: 0
EMAIL_URL       smtp+starttls://USER:PASSWORD@HOST:587, smtps://…, smtp://…, file:///FOLDER, console:
                                                                      default: no e-mail leaves the house
AMUR_MAIL_FROM     address that readers see, such as newsletter@example.org
AMUR_MAIL_BOUNCES  mailbox for mail that comes back (sub-addresses with + must reach it)
AMUR_TIME_ZONE  where the visitors' day begins and ends               default: Asia/Vladivostok
AMUR_TRANSLATION_ENGINES   office=package.module.Class,…              default: none, nothing foreign is called
"""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from amur.portal import environment as env
from amur.portal.geosqlite.libraries import gdal_library, geos_library

ROOT = Path(__file__).resolve().parents[3]
AMUR_DATA = Path(env.text("AMUR_DATA", str(ROOT / "data"))).resolve()
AMUR_DEMO = env.flag("AMUR_DEMO", default=False)
AMUR_HTTPS = env.flag("AMUR_HTTPS", default=False)
AMUR_TRANSLATION_ENGINES = env.pairs("AMUR_TRANSLATION_ENGINES")

DEBUG = env.flag("AMUR_DEBUG", default=False)
SECRET_KEY = env.secret(AMUR_DATA / "secret.key")
ALLOWED_HOSTS = env.words("AMUR_HOSTS", "localhost,127.0.0.1,[::1]")
ROOT_URLCONF = "amur.portal.urls"
WSGI_APPLICATION = "amur.portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "offices.Person"
GDAL_LIBRARY_PATH = gdal_library()
GEOS_LIBRARY_PATH = geos_library()

INSTALLED_APPS = [
    "amur.portal.languages",
    "amur.portal.offices",
    "amur.portal.audit",
    "amur.portal.release",
    "amur.portal.runs",
    "amur.portal.facts",
    "amur.portal.areas",
    "amur.portal.species",
    "amur.portal.animals",
    "amur.portal.cameras",
    "amur.portal.identity",
    "amur.portal.review",
    "amur.portal.cards",
    "amur.portal.matching",
    "amur.portal.patrols",
    "amur.portal.patrol_queries",
    "amur.portal.patrol_phones",
    "amur.portal.patrol_reports",
    "amur.portal.connectivity",
    "amur.portal.surveys",
    "amur.portal.population",
    "amur.portal.maps",
    "amur.portal.library",
    "amur.portal.redirects",
    "amur.portal.media",
    "amur.portal.events",
    "amur.portal.search",
    "amur.portal.website",
    "amur.portal.newsletter",
    "amur.portal.visitors",
    "amur.portal.translations",
    "amur.portal.demo",
    "wagtail.contrib.simple_translation",
    "wagtail.locales",
    "wagtail.users",
    "wagtail.admin",
    "wagtail",
    "django_filters",
    "modelcluster",
    "modelsearch",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.gis",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "amur.portal.website.middleware.security_headers",
    "amur.portal.release.memory.one_lookup",
    "amur.portal.redirects.middleware.old_addresses",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "amur.portal.website.middleware.LanguageFromPath",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "amur.portal.audit.middleware.actor",
    "amur.portal.offices.sessions.limits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "amur.portal.offices.second_factor.required",
    "amur.portal.website.insight.OnlyPagesInSight",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "amur.portal.website.context.page",
                "amur.portal.offices.account_pages.shell",
            ],
        },
    },
]

DATABASES = {"default": env.database(env.text("DATABASE_URL", ""), AMUR_DATA / "amur.sqlite3")}
# Small things that all processes must share: counts of failed logins, used one-time codes.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": AMUR_DATA / "cache" / "shared",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

# Languages: the path alone decides (/en/, /ru/, /zh-hans/, /mn/).
LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [
    ("en", _("English")),
    ("ru", _("Russian")),
    ("zh-hans", _("Simplified Chinese")),
    ("mn", _("Mongolian")),
]
LOCALE_PATHS = [ROOT / "locale", ROOT / "locale" / "upstream"]
USE_I18N = WAGTAIL_I18N_ENABLED = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = AMUR_DATA / "static"
STATICFILES_DIRS = [Path(__file__).parent / "static_packages"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": AMUR_DATA / "media", "base_url": None},
    },
    "staticfiles": {"BACKEND": "amur.portal.operations.static_storage.HashedFiles"},
}

# Accounts: a password and a second factor (a one-time code or a passkey).
AUTHENTICATION_BACKENDS = ["amur.portal.offices.accounts.WhoMayEnter"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "amur.portal.offices.accounts.ClosedSignup"
ACCOUNT_FORMS = {"login": "amur.portal.offices.login_forms.PasswordLogin"}
ACCOUNT_SESSION_COOKIE_AGE = 7 * 86400  # on one's own computer; `offices.sessions` holds the limits
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_LOGOUT_REDIRECT_URL = "root"
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if AMUR_HTTPS else 0
MFA_ADAPTER = "amur.portal.offices.accounts.SecretsUnderKey"
MFA_FORMS = {"login_webauthn": "amur.portal.offices.login_forms.PasskeyLogin"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
LOGIN_URL = WAGTAILADMIN_LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_PASSWORD_RESET_ENABLED = False  # the account pages do it
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
LOGIN_REDIRECT_URL = "wagtailadmin_home"

# Sessions: short by default, because field computers are shared.
SESSION_COOKIE_NAME = "__Host-session" if AMUR_HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if AMUR_HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = AMUR_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_HSTS_SECONDS = 31_536_000 if AMUR_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = AMUR_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if AMUR_HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"  # Wagtail itself allows the frame of the editor's page preview

# Visitors: how their day is cut, how many proxies in front may be believed, and their own two cookies.
VISITORS_TIME_ZONE = env.text("AMUR_TIME_ZONE", "Asia/Vladivostok")
VISITORS_TRUSTED_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT
VISITORS_CHOICES_COOKIE = "__Host-choices" if AMUR_HTTPS else "choices"
VISITORS_LANGUAGE_COOKIE = "__Host-language" if AMUR_HTTPS else "language"

# Wagtail
WAGTAIL_SITE_NAME = _("Information centre")
WAGTAILADMIN_BASE_URL = env.text("AMUR_ADDRESS", "http://localhost:8000")
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
TAGGIT_CASE_INSENSITIVE = True

# E-mail: without EMAIL_URL letters of a demonstration lie in the data folder, and others are refused.
globals().update(env.mail(env.text("EMAIL_URL", ""), AMUR_DATA / "mail"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("AMUR_MAIL_FROM", "newsletter@localhost")
AMUR_MAIL_BOUNCES = env.text("AMUR_MAIL_BOUNCES", "")
AMUR_MAIL_READY = AMUR_DEMO or bool(env.text("EMAIL_URL", ""))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
