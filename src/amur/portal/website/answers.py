"""Answers over HTTP: what everybody gets may be kept by caches, an office's own by nobody."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import quote_etag

from amur.portal.maps.cache import content_hash
from amur.portal.website.middleware import public

Answer = TypeVar("Answer", bound=HttpResponseBase)


def for_all_or_one(request: HttpRequest, answer: Callable[[], Answer], *, whole: bool) -> Answer:
    """The answer with its headers: public, or only for the person who asked."""
    if whole or request.user.is_authenticated:
        response = answer()
        response.headers["Cache-Control"] = "private, no-store"
        return response
    view: Any = lambda _request: answer()  # noqa: E731  # `public` knows responses that are no streams
    found: Answer = public(view)(request)  # type: ignore[assignment]
    return found


def small_file(request: HttpRequest, content: bytes, media_type: str, *, whole: bool) -> HttpResponse:
    """A tile or style, which browsers ask for again and mostly get 304."""
    etag = quote_etag(content_hash(content))
    response: HttpResponse
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(content, content_type=media_type)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache" if whole else "public, max-age=0, must-revalidate"
    if whole:
        patch_vary_headers(response, ["Cookie"])
    return response
