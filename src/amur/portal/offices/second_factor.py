"""Nobody edits with a password alone. A middleware, after Django's AuthenticationMiddleware and `sessions`.

Until a one-time-code app or a security key is set up, a person is a visitor everywhere but in the
account pages, and the editing pages lead to the set-up. Demonstration accounts are exempt.
"""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from amur.portal.offices.models import Person
from amur.portal.offices.sessions import is_account

Next = Callable[[HttpRequest], HttpResponse]

STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
EXEMPT = ("/static/", "/admin/logout/", "/health")


def has_second_factor(person: Person) -> bool:
    """Whether a person set up something besides the password; recovery codes alone do not count."""
    return bool(Authenticator.objects.filter(user=person, type__in=STRONG).exists())


def may_act(person: Person) -> bool:
    """Whether a person is more than a visitor by now."""
    return person.is_demo or has_second_factor(person)


def required(get_response: Next) -> Next:
    """Treat a person without a second factor as a visitor, and show the way to set one up."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return get_response(request)
        if is_account(request.path) or request.path.startswith(EXEMPT):
            return get_response(request)
        person = request.user
        if isinstance(person, Person) and not may_act(person):
            if request.path.startswith("/admin/") and request.method == "GET":
                messages.info(request, _("Set up a second factor first; then the editing pages open."))
                return redirect("mfa_index")
            request.user = AnonymousUser()
        return get_response(request)

    return middleware
