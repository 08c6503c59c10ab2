"""The pictures of camera traps. Each request is authorised anew; what may not be seen is not there."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_safe

from amur.portal.cameras import pictures

POLICY: Final = "default-src 'none'; sandbox"


@require_safe
def picture(request: HttpRequest, uuid: UUID, variant: pictures.Variant) -> HttpResponseBase:
    """A variant as JPEG, or 404. A browser keeps it for itself and asks before it shows it again."""
    media = pictures.media_for(request.user, uuid)
    if media is None or not media.sha256:
        raise Http404
    etag = quote_etag(f"{uuid.hex}-{variant}")
    headers = {
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": POLICY,
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponse(status=304, headers=headers)
    file = pictures.file_of(media.sha256, media.media_type, variant)
    if file is None:
        raise Http404
    response = FileResponse(file.open("rb"), content_type="image/jpeg", headers=headers)
    response.headers["Content-Disposition"] = "inline"
    return response
