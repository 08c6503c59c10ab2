"""The page of privacy choices: choose, see, export and withdraw. Works without JavaScript.

It sets no cookie before somebody has chosen, not even one that guards the form: that a choice comes from
this site is seen by what browsers say of where a form was sent from.
"""

import json
import threading
import time
import uuid
from typing import Any, Final

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from amur.portal.visitors import consent, notice
from amur.portal.visitors.consent import Choice, Shown
from amur.portal.visitors.models import Receipt
from amur.portal.website.shell import addresses, current_language, show

MAX_AGE: Final = int(consent.VALID.total_seconds())


class Bucket:
    """Lets so many through at once, and so many a second after that: nobody fills the log in a loop."""

    def __init__(self, most: float, a_second: float) -> None:
        self._most, self._a_second = most, a_second
        self._left, self._seen = most, time.monotonic()
        self._lock = threading.Lock()

    def take(self) -> bool:
        with self._lock:
            now = time.monotonic()
            self._left = min(self._most, self._left + (now - self._seen) * self._a_second)
            self._seen = now
            if self._left < 1:
                return False
            self._left -= 1
            return True


bucket = Bucket(most=200, a_second=10)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The form and the visitor's own receipts; personal, so never cached."""
    response = _answer(request) if request.method == "POST" else _show(request)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _answer(request: HttpRequest) -> HttpResponse:
    if not is_from_here(request):
        return _show(request, problem=_("This form was not sent from this site."), status=403)
    if not bucket.take():
        return _show(request, problem=_("Too many choices at once. Try again in a minute."), status=429)
    verb = request.POST.get("do", "")
    if verb in {"accept", "refuse", "save"}:
        return _choose(request, verb)
    if verb in {"show", "export", "withdraw"}:
        return _receipt(request, verb)
    return _show(request, problem=_("This form was not filled in."), status=400)


def _choose(request: HttpRequest, verb: str) -> HttpResponse:
    wanted = {"accept": set(notice.KEYS), "refuse": set()}.get(verb, set(request.POST.getlist("purpose")))
    if not wanted <= set(notice.KEYS):
        return _show(request, problem=_("This form was not filled in."), status=400)
    held = _held(request)
    on_page = request.POST.get("source") == Receipt.Source.NOTICE
    shown = _shown(request, Receipt.Source.NOTICE if on_page else Receipt.Source.PAGE)
    receipt = consent.choose(wanted, shown, before=held.receipt if held else None)
    response = HttpResponseRedirect(_back(request), status=303)
    _set(response, settings.VISITORS_CHOICES_COOKIE, consent.cookie_of(receipt))
    if "preferences" not in wanted:
        _delete(response, settings.VISITORS_LANGUAGE_COOKIE)
    elif settings.VISITORS_LANGUAGE_COOKIE not in request.COOKIES:
        _set(response, settings.VISITORS_LANGUAGE_COOKIE, current_language())
    return response


def _receipt(request: HttpRequest, verb: str) -> HttpResponse:
    try:
        number = uuid.UUID(request.POST.get("receipt", "").strip())
    except ValueError:
        return _show(
            request, problem=_("A receipt's number has 32 digits and letters from a to f."), status=400
        )
    chain = consent.history(number)
    if not chain:
        return _show(request, problem=_("There is no receipt with this number."), status=404)
    if verb == "show":
        return _show(request, chain=chain)
    if verb == "export":
        return HttpResponse(
            json.dumps(consent.exported(chain), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2),
            content_type="application/json",
            headers={"Content-Disposition": f'attachment; filename="receipt-{number}.json"'},
        )
    consent.withdraw(number, _shown(request, Receipt.Source.RECEIPT))
    held = _held(request)
    response = HttpResponseRedirect(f"{reverse('privacy-choices')}?withdrawn", status=303)
    if held is None or held.receipt in {one.uuid for one in chain}:
        _delete(response, settings.VISITORS_LANGUAGE_COOKIE)
        _delete(response, settings.VISITORS_CHOICES_COOKIE)
    return response


def _show(
    request: HttpRequest, *, problem: str = "", chain: list[Receipt] | None = None, status: int = 200
) -> HttpResponse:
    held = _held(request)
    own = consent.history(held.receipt) if held else []
    # Withdrawn on another device, with the receipt: then this browser's cookie says nothing any more.
    valid = held if held and held.is_current and own and own[-1].uuid == held.receipt else None
    return show(
        request,
        "visitors/choices.html",
        title=str(notice.TITLE),
        description=str(notice.INTRODUCTION),
        links=addresses("privacy-choices"),
        status=status,
        notice=notice,
        purposes=[(one, valid is not None and one.key in valid.purposes) for one in notice.PURPOSES],
        choice=valid,
        is_old=held is not None and valid is None,
        chain=chain if chain is not None else own,
        purpose_names={one.key: one.name for one in notice.PURPOSES},
        problem=problem,
        withdrawn="withdrawn" in request.GET,
        gpc=request.headers.get("Sec-GPC") == "1",
    )


def is_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that this form was on a page of this site.

    All browsers send Origin or Sec-Fetch-Site with a form; who sends neither is told so.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _held(request: HttpRequest) -> Choice | None:
    return Choice.read(request.COOKIES.get(settings.VISITORS_CHOICES_COOKIE))


def _shown(request: HttpRequest, source: Receipt.Source) -> Shown:
    return Shown(current_language(), source, gpc=request.headers.get("Sec-GPC") == "1")


def _back(request: HttpRequest) -> str:
    """The page that the notice was on, or the page of choices."""
    wanted = request.POST.get("next", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse("privacy-choices") + "?saved"


def _set(response: HttpResponse, name: str, value: str) -> None:
    """A cookie of this site alone, which its own scripts can read."""
    more: dict[str, Any] = {"secure": settings.AMUR_HTTPS, "samesite": "Lax", "path": "/"}
    response.set_cookie(name, value, max_age=MAX_AGE, **more)


def _delete(response: HttpResponse, name: str) -> None:
    response.delete_cookie(name, path="/", samesite="Lax")
