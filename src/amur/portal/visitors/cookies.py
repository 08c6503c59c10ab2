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


YEAR: Final = _("12 months")
UNTIL_CLOSED: Final = _("Until the browser is closed")
UNTIL_LOGOUT: Final = _("Until log-out")
IN_EDITING: Final = _("In the editing pages, when this is used.")


def _editing(name: str, purpose: Any) -> Stored:
    """What the editing pages remember in the browser; wiped at log-out (`Clear-Site-Data`)."""
    return Stored(name, Kind.LOCAL, Who.STAFF, purpose, IN_EDITING, UNTIL_LOGOUT)


STORED: Final = (
    Stored(
        settings.VISITORS_CHOICES_COOKIE,
        Kind.COOKIE,
        Who.CHOOSER,
        _("Holds your privacy choices and the number of your receipt."),
        _("When you accept, refuse or choose."),
        YEAR,
    ),
    Stored(
        settings.VISITORS_LANGUAGE_COOKIE,
        Kind.COOKIE,
        Who.CONSENTING,
        _("Holds the language that you chose last."),
        _("When you agree, and when you then change the language."),
        YEAR,
    ),
    Stored(
        settings.CSRF_COOKIE_NAME,
        Kind.COOKIE,
        Who.STAFF,
        _("Protects forms from being sent by another site."),
        _("When the log-in page is opened."),
        YEAR,
    ),
    Stored(
        settings.SESSION_COOKIE_NAME,
        Kind.COOKIE,
        Who.STAFF,
        _("Keeps somebody logged in."),
        _("At log-in."),
        _("Until log-out or the browser is closed; on one's own computer 7 days at most"),
    ),
    Stored(
        "messages",
        Kind.COOKIE,
        Who.STAFF,
        _("Carries a short message, such as “saved”, to the next page."),
        _("After something was saved, and at log-out."),
        UNTIL_CLOSED,
    ),
    Stored(
        "wagtail_sidebar_collapsed",
        Kind.COOKIE,
        Who.STAFF,
        _("Whether the side bar is narrow."),
        IN_EDITING,
        UNTIL_CLOSED,
    ),
    _editing("wagtail:spriteData", _("The symbols of the editing pages, so that they are loaded once.")),
    _editing("wagtail:spriteRevision", _("Which version of the symbols this is.")),
    _editing("wagtail:w-breadcrumbs:header", _("Whether the path above a form is unfolded.")),
    _editing("wagtail:side-panel-open", _("Which panel beside a form is open.")),
    _editing("wagtail:side-panel-width", _("How wide the panel beside a form is.")),
    _editing("wagtail:minimap-expanded", _("Whether the small overview of a form is open.")),
    _editing("wagtail:preview-panel-device", _("For which screen the preview is drawn.")),
    _editing("wagtail:draftail-toolbar", _("Whether the bar of the text editor stays in place.")),
)
