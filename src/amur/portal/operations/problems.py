"""Failures that a person can mend, and the words for them. Used by every command of `amur`.

A `Problem` says what is wrong, where, and what would be right; the command line prints it as one
sentence without a traceback.
"""

import errno
import gettext as catalogues
import os
import sqlite3
import sys
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[4]


class Problem(Exception):
    """An expected failure; its text is all that the user is shown. `code` is the exit status."""

    def __init__(self, text: str, code: int = 1) -> None:
        super().__init__(text)
        self.code = code


def language_of(environment: dict[str, str]) -> str:
    """The catalogue of a person's locale settings, by the order of gettext(3); empty when there is none.

    >>> language_of({"LANG": "zh_CN.UTF-8"}), language_of({"LC_ALL": "C", "LANG": "ru_RU.UTF-8"})
    ('zh_Hans', '')
    """
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            base = environment[name].split(":")[0].split(".")[0].split("_")[0].lower()
            return {"ru": "ru", "mn": "mn", "zh": "zh_Hans"}.get(base, "")
    return ""


@cache
def _catalogue() -> catalogues.NullTranslations:
    language = language_of(dict(os.environ))
    return catalogues.translation(
        "django", ROOT / "locale", languages=[language] if language else ["en"], fallback=True
    )


def gettext(text: str) -> str:
    """A sentence in the language of the person at the terminal. Needs no Django, so it is quick."""
    return _catalogue().gettext(text)


_ = gettext


def explain(error: BaseException) -> Problem | None:
    """The problem behind an exception of the system, a database or the settings; None when it is a bug."""
    if isinstance(error, Problem):
        return error
    words = str(error).strip().splitlines() or [type(error).__name__]
    if _is_full(error):
        return Problem(
            _("The disk is full: {reason}. Free some space and start again; nothing was lost.").format(
                reason=words[0]
            )
        )
    if isinstance(error, OSError) and error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return Problem(
            _(
                "{path}: {reason}. Start as the owner of this file, or choose another folder with --data."
            ).format(path=error.filename, reason=error.strerror)
        )
    if _is_a(error, "django.core.exceptions", "ImproperlyConfigured"):
        return Problem(_("Settings: {reason}").format(reason=words[0]))
    if isinstance(error, sqlite3.Error) or _is_a(error, "django.db", "DatabaseError"):
        return Problem(_("Database: {reason}").format(reason=words[0]))
    return None


def _is_full(error: BaseException) -> bool:
    chain: BaseException | None = error
    while chain is not None:
        if isinstance(chain, OSError) and chain.errno in {errno.ENOSPC, errno.EDQUOT}:
            return True
        if isinstance(chain, sqlite3.OperationalError) and "disk is full" in str(chain):
            return True
        chain = chain.__cause__
    return False


def _is_a(error: BaseException, module: str, name: str) -> bool:
    """Whether it is of a class that is only known when Django has been imported."""
    kind = getattr(sys.modules.get(module), name, None)
    return isinstance(kind, type) and isinstance(error, kind)
