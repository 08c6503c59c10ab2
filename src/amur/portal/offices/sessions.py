"""How long somebody stays logged in. Field computers are shared, so short is the default.

A session carries when it began and when it was last used; `limits` ends it on the server, whatever the
browser keeps. `clock` is the only reader of the time here, and tests replace it.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout, signals
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

Next = Callable[[HttpRequest], HttpResponse]

clock: Callable[[], datetime.datetime] = timezone.now

OWN, BEGAN, USED = "own_computer", "login_began", "last_used"
STEP: Final = 60.0  # seconds: the last use is stored no more often, and so counts at most this much too early
# Requests that a page makes by itself while nobody sits there.
UNATTENDED: Final = ("/admin/editing-sessions/",)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds without use, and seconds in all, after which somebody has to log in again."""

    idle: float
    absolute: float


SHARED: Final = Limits(idle=15 * 60, absolute=8 * 3600)
OWN_COMPUTER: Final = Limits(idle=8 * 3600, absolute=7 * 86400)


def limits_of(session: SessionBase) -> Limits:
    """The limits of a session; without a word from the person the computer counts as shared."""
    return OWN_COMPUTER if session.get(OWN) is True else SHARED


def remember_computer(session: SessionBase, *, own: bool) -> None:
    """Note at login whether the computer is the person's own, and how long the browser keeps the cookie."""
    session[OWN] = own
    session.set_expiry(int(OWN_COMPUTER.absolute) if own else 0)


def is_over(session: SessionBase) -> bool:
    """Whether a login has come to its end. One that does not tell its times has."""
    now, began, used = clock().timestamp(), session.get(BEGAN), session.get(USED)
    if not isinstance(began, float) or not isinstance(used, float):
        return True
    bound = limits_of(session)
    # A clock that was set back must not make a session live longer.
    return not (0 <= now - began < bound.absolute and -STEP <= now - used < bound.idle)


def limits(get_response: Next) -> Next:
    """End logins that are over, keep the pages of people out of caches, and clear the browser at logout.

    Stands after Django's AuthenticationMiddleware. Visitors without a session cookie cost nothing.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
            if is_over(request.session):
                request.login_is_over = True  # type: ignore[attr-defined]  # read by the audit log
                logout(request)
            else:
                _note_use(request)
        response = get_response(request)
        if getattr(request, "has_logged_out", False):
            # Everything that this browser keeps of the centre: pages, stored drafts, offline copies.
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        if is_personal(request.path):
            response.headers["Cache-Control"] = "no-store, private"
        return response

    return middleware


def is_personal(path: str) -> bool:
    """Whether an address shows something of a person: editing pages and the account's own."""
    return path.startswith("/admin/") or is_account(path)


def is_account(path: str) -> bool:
    """Whether an address is one of the account pages, in any language.

    >>> is_account("/ru/account/login/"), is_account("/ru/areas/account/")
    (True, False)
    """
    return path.split("/")[2:3] == ["account"]


def connect() -> None:
    """Start the times at login, and mark the request that logs out."""
    signals.user_logged_in.connect(_begin, dispatch_uid="session-begins")
    signals.user_logged_out.connect(_end, dispatch_uid="session-ends")


def _note_use(request: HttpRequest) -> None:
    now = clock().timestamp()
    if now - request.session[USED] >= STEP and not request.path.startswith(UNATTENDED):
        request.session[USED] = now


def _begin(request: HttpRequest | None, **_: Any) -> None:
    if request is not None:
        request.session[BEGAN] = request.session[USED] = clock().timestamp()


def _end(request: HttpRequest | None, **_: Any) -> None:
    if request is not None:
        request.has_logged_out = True  # type: ignore[attr-defined]  # read by `limits` above
