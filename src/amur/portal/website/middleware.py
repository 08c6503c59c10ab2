"""Language from the path, security headers, and the mark that lets a public page be cached."""

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.http import quote_etag
from django.utils.translation.trans_real import parse_accept_lang_header

from amur.portal.languages.codes import HTML_TAGS, as_language, is_language

Next = Callable[[HttpRequest], HttpResponse]

PUBLIC_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# Wagtail's editor sets styles and runs small scripts inline, and previews pages in a frame.
EDITOR_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'self'",
    )
)


def security_headers(get_response: Next) -> Next:
    """A strict content policy on every page, a looser one in the editing pages only."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        policy = EDITOR_POLICY if request.path.startswith("/admin/") else PUBLIC_POLICY
        if getattr(request, "is_preview", False):  # drawn in a frame beside the form
            policy = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        return response

    return middleware


def wanted_language(request: HttpRequest) -> str:
    """The best of the four for an address without a language: the browser's wish, else English."""
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        base = str(code).split("-")[0]
        if base == "zh":
            return "zh-hans"
        if is_language(base):
            return base
    return "en"


class LanguageFromPath:
    """The first part of the path alone decides the language; pages without one follow the browser."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        first = request.path_info.split("/", 2)[1]
        in_path = is_language(first)
        code = first if in_path else wanted_language(request)
        request.LANGUAGE_CODE = code
        with translation.override(code):
            response = self.get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()
        response.headers.setdefault("Content-Language", HTML_TAGS[as_language(code)])
        return response


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view's pages as the same for every visitor, so that they may be cached."""

    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method in {"GET", "HEAD"} and response.status_code == 200 and not settings.DEBUG:
            response.headers.setdefault("Cache-Control", "public, max-age=0, must-revalidate")
            if not response.streaming and "ETag" not in response.headers:
                response.headers["ETag"] = quote_etag(_digest(response.content))
        return response

    return wrapped


def _digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=12).hexdigest()
