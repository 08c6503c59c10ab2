"""One shape for every refusal: `{"error": {"code", "message", "where"}}`.

`code` is for programs and never translated, `message` for people, `where` names the field or parameter or is
null. What may not be seen is answered as what does not exist.
"""

import functools
import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError

logger = logging.getLogger(__name__)
View = Callable[..., HttpResponse]


class ErrorBody(Schema):
    """What went wrong."""

    code: str
    message: str
    where: str | None = None


class ErrorAnswer(Schema):
    """The body of every answer that is not a success."""

    error: ErrorBody


class Refusal(Exception):
    """An answer other than success, raised by an operation."""

    def __init__(self, status: int, code: str, message: str, where: str | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.where = status, code, message, where


def answer(status: int, code: str, message: str, where: str | None = None) -> HttpResponse:
    """The refusal as a response that nothing may keep."""
    return JsonResponse(
        {"error": {"code": code, "message": message, "where": where}},
        status=status,
        headers={"Cache-Control": "private, no-store"},
    )


def not_found() -> HttpResponse:
    """The same bytes for what does not exist and for what this person may not see."""
    return answer(404, "not-found", _("There is nothing here that you may see."))


def unknown_address(request: HttpRequest) -> HttpResponse:
    """The view of every other address below the API's."""
    return not_found()


def shaped(view: View) -> View:
    """Give the refusals that come from before the operations our shape."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            return not_found()
        if response.status_code != 405:
            return response
        allowed = response.headers.get("Allow", "")
        refusal = answer(405, "method-not-allowed", _("This address answers to %s.") % allowed)
        refusal.headers["Allow"] = allowed
        return refusal

    return wrapped


def install(api: NinjaAPI) -> None:
    """Teach the API its error shape."""
    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        Refusal: lambda _request, error: answer(error.status, error.code, error.message, error.where),
        Http404: lambda _request, _error: not_found(),
        PermissionDenied: lambda _request, _error: not_found(),
        ValidationError: lambda _request, error: _invalid(error),
        RequestDataTooBig: lambda _request, _error: answer(413, "too-large", _("The request is too large.")),
        HttpError: lambda _request, error: _plain(error),
        Exception: _unexpected,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _invalid(error: ValidationError) -> HttpResponse:
    """The first thing that is wrong, with its place without the transport's own prefix."""
    first = error.errors[0]
    place = [str(part) for part in first.get("loc", ()) if part not in {"body", "query", "path"}]
    where = ".".join(place[1:] if place[:1] == ["change"] else place)
    return answer(422, "invalid", str(first.get("msg", "")), where or None)


def _plain(error: HttpError) -> HttpResponse:
    if error.status_code == 403:
        return answer(403, "csrf", _("The request lacks the token of its session (header X-CSRFToken)."))
    return answer(error.status_code, "bad-request", str(error))


def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("%s %s", request.method, request.path, exc_info=error)
    return answer(500, "internal", _("Something went wrong here; it has been noted."))
