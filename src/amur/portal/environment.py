"""Typed readers of environment variables that fail loudly. Called by settings only."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str) -> str:
    """The variable's text, or the default when it is unset or empty."""
    return os.environ.get(name) or default


def flag(name: str, default: bool) -> bool:
    """A yes/no variable. Raises ImproperlyConfigured for anything but 1/0, true/false, yes/no."""
    value = text(name, "1" if default else "0").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; write 1 or 0")


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list without empty members."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def pairs(name: str) -> dict[str, str]:
    """A comma-separated list of `key=value`. Raises ImproperlyConfigured for a member without both."""
    found = {}
    for word in words(name):
        key, sign, value = (part.strip() for part in word.partition("="))
        if not (key and sign and value):
            raise ImproperlyConfigured(f"{name} has {word!r}; write key=value, with commas between")
        found[key] = value
    return found


def secret(file: Path) -> str:
    """The installation's secret key, made once, readable by its owner only."""
    try:
        return file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        key = secrets.token_urlsafe(64)
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as out:
                out.write(key)
        except FileExistsError:  # another process made it in the meantime
            return file.read_text(encoding="ascii").strip()
        return key


def database(url: str, default_file: Path) -> Mapping[str, object]:
    """Django's DATABASES entry: PostGIS for a postgres address, else one SQLite file.

    >>> database("postgis://me:se%40cret@db.example:5433/amur", Path("a.sqlite3"))["PASSWORD"]
    'se@cret'
    """
    if not url:
        return {
            "ENGINE": "amur.portal.geosqlite",
            "NAME": default_file,
            "ATOMIC_REQUESTS": False,
            # Opening the file and registering the spatial functions costs as much as a small page.
            "CONN_MAX_AGE": 600,
            "OPTIONS": {
                # Writers queue at BEGIN instead of failing half-way with "database is locked".
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql", "postgis"}:
        raise ImproperlyConfigured(
            f"DATABASE_URL begins with {parts.scheme!r}; write postgis://USER:PASSWORD@HOST:PORT/NAME, "
            "or leave it unset for SQLite"
        )
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def mail(url: str, folder: Path) -> Mapping[str, object]:
    """Django's settings of e-mail for an address; without one letters are written into a folder.

    >>> mail("smtp+starttls://me:se%40cret@mail.example:587", Path("mail"))["EMAIL_HOST_PASSWORD"]
    'se@cret'
    """
    backends = "django.core.mail.backends"
    if not url:
        return {"EMAIL_BACKEND": f"{backends}.filebased.EmailBackend", "EMAIL_FILE_PATH": folder}
    parts = urlsplit(url)
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": f"{backends}.console.EmailBackend"}
    if parts.scheme == "file" and parts.path:
        return {
            "EMAIL_BACKEND": f"{backends}.filebased.EmailBackend",
            "EMAIL_FILE_PATH": Path(unquote(parts.path)),
        }
    ports = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
    if parts.scheme not in ports or not parts.hostname:
        raise ImproperlyConfigured(
            "EMAIL_URL is no address of a mail server; write smtp+starttls://USER:PASSWORD@HOST:587, "
            "smtps://USER:PASSWORD@HOST, smtp://HOST, file:///FOLDER or console:"
        )
    return {
        "EMAIL_BACKEND": f"{backends}.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or ports[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 30,
    }
