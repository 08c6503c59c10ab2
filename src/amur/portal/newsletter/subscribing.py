"""Subscribing, confirming, leaving: pages for one person each, never cached, without any cookie.

Why these views take no CSRF cookie: the form stands on pages that are the same for everybody and are cached,
and the site promises not to set a cookie. What a forged form could do is bounded otherwise: a request that
a browser says comes from another site is refused (Sec-Fetch-Site, Origin), the form carries a signed word of
the day, and all that a sign-up does is one letter that its receiver has to confirm. Confirming and leaving
need the long random word of that letter, which a foreign page does not know; leaving must also work for a
mail program that posts without any page (RFC 8058).
"""

import datetime
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from amur.portal.audit.actor import VISITOR, acting
from amur.portal.languages.codes import Language, is_language
from amur.portal.newsletter import actions, lists
from amur.portal.newsletter.letters import is_ready
from amur.portal.newsletter.models import Subscriber
from amur.portal.offices.models import Office
from amur.portal.website.shell import addresses, current_language, show

private = cache_control(private=True, no_store=True)
SIGNER = Signer(salt="newsletter-form")
HONEYPOT = "website"
WITH_FORM = frozenset({"no-address", "stale", "later"})
DAYS = 2  # a page may lie open over midnight


def form_token() -> str:
    """The signed word of the day (UTC): the same for every visitor, so that the page can be cached."""
    return SIGNER.sign(timezone.now().strftime("%Y-%m-%d"))


def is_own_form(request: HttpRequest) -> bool:
    """Whether the request comes from a page of this site that was fetched today or yesterday."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.get_host():
        return False
    try:
        day = datetime.date.fromisoformat(SIGNER.unsign(str(request.POST.get("token", ""))))
    except (BadSignature, ValueError):
        return False
    return 0 <= (timezone.now().date() - day).days < DAYS


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def subscribe(request: HttpRequest) -> HttpResponse:
    """Take a wish to subscribe. The answer is the same whether the address is known or not."""
    if request.method != "POST":
        return redirect("newsletter")
    language = _list_of(request)
    if not is_ready() or language is None:
        return _say(request, "unavailable", 503)
    if not is_own_form(request):
        return _say(request, "stale", 403)
    if request.POST.get(HONEYPOT):  # a field that people do not see
        return _say(request, "asked")
    try:
        lists.ask(str(request.POST.get("address", ""))[:254], language)
    except ValidationError:
        return _say(request, "no-address", 422)
    except lists.TooMany:
        return _say(request, "later", 429)
    with acting(VISITOR):  # so that no session is looked up, and the answer does not vary with a cookie
        actions.send_letters(Office.objects.get(pk=lists.offices()[language]))
    return _say(request, "asked")


def _list_of(request: HttpRequest) -> Language | None:
    wanted = str(request.POST.get("language", ""))
    return wanted if is_language(wanted) and wanted in lists.offices() else None  # type: ignore[return-value]


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST confirms: programs that look at the links of a letter must not subscribe anybody."""
    if request.method != "POST":
        waiting = Subscriber.objects.filter(token=token).exclude(state=Subscriber.State.UNSUBSCRIBED).exists()
        return _say(request, "confirm" if waiting else "gone", 200 if waiting else 404)
    return _say(request, "confirmed") if lists.confirm(token) else _say(request, "gone", 404)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST ends it, also the bare POST of a mail program; any word is answered alike."""
    if request.method != "POST":
        return _say(request, "leave")
    lists.leave(token)
    return _say(request, "left")


TITLES = {
    "asked": _("Look into your mailbox"),
    "no-address": _("This is no e-mail address"),
    "later": _("Too many sign-ups in this hour"),
    "stale": _("The form was open for too long"),
    "unavailable": _("No newsletter by e-mail"),
    "confirm": _("Receive the newsletter?"),
    "confirmed": _("You will receive the newsletter"),
    "gone": _("This link is no longer valid"),
    "leave": _("Receive the newsletter no more?"),
    "left": _("You will receive nothing more"),
}


def _say(request: HttpRequest, what: str, status: int = 200) -> HttpResponse:
    from amur.portal.newsletter.views import form_context

    more: dict[str, Any] = form_context(current_language()) if what in WITH_FORM else {}
    response = show(
        request,
        "newsletter/subscription.html",
        title=str(TITLES[what]),
        section="newsletter",
        links=addresses("newsletter"),
        status=status,
        what=what,
        **more,
    )
    if what in {"confirm", "confirmed", "gone", "leave", "left"}:
        response.headers["Referrer-Policy"] = "no-referrer"  # the address of the page is the reader's secret
    response.headers["X-Robots-Tag"] = "noindex"
    return response
