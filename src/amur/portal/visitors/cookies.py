"""Every cookie and every piece of browser storage that this site may set: the one table.

The cookie policy is made of it in four languages; a test in a real browser holds that there is nothing else
and nothing less (`tests/browser/test_visitors.py`).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _


class Kind(StrEnum):
    """Where a browser keeps it."""

    COOKIE = "cookie"
    LOCAL = "localStorage"
    SESSION = "sessionStorage"


class Who(StrEnum):
    """Whose browser gets it."""

    CHOOSER = "chooser"
    CONSENTING = "consenting"
    STAFF = "staff"


WHO: Final[dict[Who, Any]] = {
    Who.CHOOSER: _("Visitors who have chosen"),
    Who.CONSENTING: _("Visitors who have agreed to “Remember my language”"),
    Who.STAFF: _("People of the offices"),
}


@dataclass(frozen=True, slots=True)
class Stored:
    """One name that a browser keeps for this site."""

    name: str
    kind: Kind
    who: Who
    purpose: Any
    when: Any
    lifetime: Any

    @property
    def whose(self) -> Any:
        return WHO[self.who]


STORED: Final = (
    Stored(
        settings.VISITORS_CHOICES_COOKIE,
        Kind.COOKIE,
        Who.CHOOSER,
        _("Holds your privacy choices and the number of your receipt."),
        _("When you accept, refuse or choose."),
        _("12 months"),
    ),
    Stored(
        settings.VISITORS_LANGUAGE_COOKIE,
        Kind.COOKIE,
        Who.CONSENTING,
        _("Holds the language that you chose last."),
        _("When you agree, and when you then change the language."),
        _("12 months"),
    ),
    Stored(
        settings.CSRF_COOKIE_NAME,
        Kind.COOKIE,
        Who.STAFF,
        _("Protects forms from being sent by another site."),
        _("When the log-in page is opened."),
        _("12 months"),
    ),
    Stored(
        settings.SESSION_COOKIE_NAME,
        Kind.COOKIE,
        Who.STAFF,
        _("Keeps somebody logged in."),
        _("At log-in."),
        _("Until log-out or the browser is closed; on one's own computer 7 days at most"),
    ),
)


def stored_by(*who: Who) -> tuple[Stored, ...]:
    """What the browsers of these people get."""
    return tuple(one for one in STORED if one.who in who)
