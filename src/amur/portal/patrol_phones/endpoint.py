"""The addresses of SMART Connect that its phones and other programs use, below `/server/api/`.

No cookie is read or set; the right is the token of the phone: as the password of basic authentication with
any name, as `api_key` in the address (SMART Mobile sends either), or as a bearer token. That is why these
views alone need no token against forged forms. Answers are JSON in English: programs read them.
"""

import base64
import binascii
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from amur import __version__
from amur.formats.errors import FormatErrors
from amur.formats.smart import text_of
from amur.portal.patrol_phones import receiving, tokens
from amur.portal.patrol_phones.models import Delivery, Phone
from amur.portal.patrols import gathering
from amur.portal.patrols.models import Form
from amur.portal.patrols.records import document_of_form

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Phone, P], HttpResponse]
GAPS_SHOWN: Final = 100


def refusal(status: int, text: str, **more: Any) -> JsonResponse:
    """An answer that tells what is wrong."""
    return JsonResponse({"error": text, **more}, status=status)


def for_phones(*methods: str) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """A view for whoever has the token of a phone."""

    def decorate(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            response = _answer(request, *args, **kwargs)
            response.headers["Cache-Control"] = "private, no-store"
            return response

        def _answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method not in methods:
                wrong = refusal(405, f"Ask with {' or '.join(methods)}.")
                wrong.headers["Allow"] = ", ".join(methods)
                return wrong
            phone = tokens.phone_of(_token(request))
            if phone is None and tokens.too_many(request):
                wrong = refusal(429, "Too many wrong tokens from here; try again in an hour.")
                wrong.headers["Retry-After"] = str(tokens.HOUR_S)
                return wrong
            if phone is None:
                tokens.note_wrong(request)
                wrong = refusal(401, "The token is missing, wrong or revoked.")
                wrong.headers["WWW-Authenticate"] = 'Basic realm="phones", charset="UTF-8"'
                return wrong
            return view(request, phone, *args, **kwargs)

        return csrf_exempt(answer)  # type: ignore[return-value]  # a wrapper without the phone

    return decorate


def _token(request: HttpRequest) -> str:
    kind, _, rest = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return rest.strip()
    if kind.lower() == "basic":
        try:
            return base64.b64decode(rest, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return request.GET.get("api_key", "")


def _is_own(phone: Phone, area: str) -> bool:
    """Whether a conservation area is the phone's office; its UUID may come without dashes."""
    try:
        return UUID(area) == phone.office.uuid
    except ValueError:
        return False


def _unknown() -> JsonResponse:
    return refusal(404, "There is no such thing here for this phone.")


@for_phones("GET", "HEAD")
def info(request: HttpRequest, phone: Phone) -> HttpResponse:
    """What answers here."""
    return JsonResponse(
        {"server": "AmurInfoCenter", "version": __version__, "compatible": "SMART Connect 7.5"}
    )


@for_phones("GET", "HEAD")
def areas(request: HttpRequest, phone: Phone) -> HttpResponse:
    """The conservation areas that the phone may send to: its office."""
    office = phone.office
    name = str(office.names)
    area = {"uuid": str(office.uuid), "id": office.key[:8], "label": name, "name": name, "status": "DATA"}
    return JsonResponse([area], safe=False)


@for_phones("GET", "HEAD")
def forms(request: HttpRequest, phone: Phone) -> HttpResponse:
    """The configurable models of the office."""
    if "ca_uuid" in request.GET and not _is_own(phone, request.GET["ca_uuid"]):
        return _unknown()
    rows = Form.objects.filter(office=phone.office, ended=None, kind=Form.Kind.FORM).defer("content")
    area = str(phone.office.uuid)
    return JsonResponse(
        [{"uuid": str(row.uuid), "name": row.code, "ca_uuid": area} for row in rows], safe=False
    )


@for_phones("GET", "HEAD")
def form(request: HttpRequest, phone: Phone, uuid: str) -> HttpResponse:
    """A configurable model as XML."""
    try:
        row = Form.objects.filter(
            uuid=UUID(uuid), office=phone.office, ended=None, kind=Form.Kind.FORM
        ).first()
    except ValueError:
        row = None
    if row is None:
        return _unknown()
    return HttpResponse(text_of(document_of_form(row)), content_type="application/xml; charset=utf-8")


@for_phones("GET", "HEAD")
def words(request: HttpRequest, phone: Phone, area: str) -> HttpResponse:
    """The teams, stations, transports, mandates and people of patrols."""
    rows = Form.objects.filter(office=phone.office, ended=None, kind=Form.Kind.WORDS)
    found = next((row for row in rows if "SMART_PatrolTransport" in json.dumps(row.content)), None)
    if found is None or not _is_own(phone, area):
        return _unknown()
    return JsonResponse(found.content, safe=False)


@for_phones("POST", "PUT")
def data(request: HttpRequest, phone: Phone, area: str) -> HttpResponse:
    """Take messages: kept first, then answered. What comes again is answered as before."""
    if not _is_own(phone, area):
        return _unknown()
    encoding = request.headers.get("Content-Encoding", "").strip().lower().replace("identity", "")
    if encoding not in receiving.ENCODINGS:
        return refusal(415, "The content may be packed with deflate or gzip.")
    body = _body(request)
    if isinstance(body, HttpResponse):
        return body
    try:
        content: Any = receiving.content_of(receiving.unpacked(body, encoding), phone.name)
    except receiving.TooLarge:
        return refusal(413, f"Send at most {receiving.MOST_BYTES} bytes at a time.")
    except ValueError as error:
        return refusal(400, f"The content is not packed as it says: {error}.")
    except FormatErrors as wrong:
        content = wrong
    try:
        delivery, is_new = receiving.keep(phone, body, encoding, content)
    except OSError:
        return refusal(503, "Nothing can be kept here now; try again later.")
    if isinstance(content, FormatErrors):
        return refusal(400, "The content cannot be understood.", problems=delivery.problems)
    if delivery.state == Delivery.State.KEPT and not receiving.may_wait(phone, content):
        receiving.settle(phone.office)
    return JsonResponse(_receipt(delivery, content, is_new=is_new))


def _body(request: HttpRequest) -> bytes | HttpResponse:
    """The whole body, or what is wrong with it."""
    size = str(request.META.get("CONTENT_LENGTH") or "0")
    if not size.isascii() or not size.isdigit():
        return refusal(411, "Tell the length of the content.")
    if int(size) > receiving.MOST_BYTES:
        return refusal(413, f"Send at most {receiving.MOST_BYTES} bytes at a time.")
    try:
        body = request.read(int(size))
    except (UnreadablePostError, OSError):
        body = b""
    if len(body) != int(size):
        return refusal(400, "The content is cut off; send it again.")
    return body


def _receipt(delivery: Delivery, content: receiving.Content, *, is_new: bool) -> dict[str, Any]:
    """The answer: what Connect says, and our receipt with the numbers that are missing."""
    rows = gathering.standing(delivery.phone.office)
    mine = list(content.messages)[: gathering.BATCH]
    some = rows.filter(digest__in=mine)
    patrols = set(some.exclude(patrol="").values_list("patrol", flat=True))
    gaps = gathering.gaps_of(rows.filter(patrol__in=patrols))
    waiting = list(some.exclude(waits="").values_list("waits", "about").distinct()[:GAPS_SHOWN])
    warnings = [f"{code} {about}".strip() for code, about in waiting]
    warnings += [str(one.get("text", "")) for one in delivery.problems]
    return {
        "message": f"Received {delivery.messages} messages" + ("" if is_new else ", as before"),
        "warnings": warnings or None,
        "receipt": {
            "uuid": str(delivery.uuid),
            "sha256": delivery.sha256,
            "messages": delivery.messages,
            "missing": {patrol: spans[:GAPS_SHOWN] for patrol, spans in gaps.items()},
        },
    }
