"""The served copies of files. Each request is authorised anew; what may not be seen is not there.

A published file is public: browsers may keep it, and no session is touched for it. A file that
is not published is given to people of its office only, and kept nowhere.
"""

import re
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_safe

from amur.portal.languages.codes import HTML_TAGS, as_language
from amur.portal.media import store
from amur.portal.media.models import Kind, MediaFile
from amur.portal.media.queries import may_see

PUBLIC: Final = "public, max-age=86400, stale-while-revalidate=604800"
PRIVATE: Final = "private, no-store"
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
RANGE: Final = re.compile(r"bytes=(\d*)-(\d*)")
SUBTITLES: Final = re.compile(r"captions-(en|ru|zh-hans|mn)\.vtt")


@require_safe
def file(request: HttpRequest, uuid: UUID, variant: str) -> HttpResponseBase:
    """A served copy, or 404."""
    row = MediaFile.objects.filter(uuid=uuid).first()
    if row is None or not (row.is_published or may_see(request.user, row)):
        raise Http404
    if match := SUBTITLES.fullmatch(variant):
        return _subtitles(row, match[1])
    known = row.variant(variant)
    if known is None:
        raise Http404
    response = _answer(request, known)
    headers = response.headers
    headers["Cache-Control"] = PUBLIC if row.is_published else PRIVATE
    headers["ETag"] = quote_etag(known["sha256"])
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Content-Security-Policy"] = POLICY
    headers["Accept-Ranges"] = "bytes"
    suffix = variant.rsplit(".", 1)[-1]
    headers["Content-Disposition"] = f'inline; filename="{row.key}.{suffix}"'
    return response


def _answer(request: HttpRequest, known: dict[str, Any]) -> HttpResponseBase:
    """The bytes that were asked for: nothing new (304), all (200), a part (206), or no such part (416)."""
    etag, size, media_type = quote_etag(known["sha256"]), int(known["size"]), str(known["media_type"])
    wanted = parse_etags(request.headers.get("If-None-Match", ""))
    if etag in wanted or "*" in wanted:
        return HttpResponse(status=304)
    first, last, status = 0, size - 1, 200
    if request.headers.get("If-Range", etag) == etag and "Range" in request.headers:
        part = part_of(request.headers["Range"], size)
        if part is None:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        first, last = part
        status = 206 if (first, last) != (0, size - 1) or RANGE.fullmatch(request.headers["Range"]) else 200
    length = last - first + 1
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse(status=status, content_type=media_type)
    else:
        response = StreamingHttpResponse(_bytes(known, first, length), status=status, content_type=media_type)
    response.headers["Content-Length"] = str(length)
    if status == 206:
        response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _bytes(known: dict[str, Any], first: int, length: int) -> Iterator[bytes]:
    return store.read(known["sha256"], first, length)


def part_of(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of the part asked for; all for what is no single range; None when there is no such.

    >>> part_of("bytes=0-99", 1000), part_of("bytes=-10", 1000), part_of("bytes=990-", 1000)
    ((0, 99), (990, 999), (990, 999))
    >>> part_of("bytes=1000-", 1000), part_of("bytes=0-1,5-6", 1000)
    (None, (0, 999))
    """
    match = RANGE.fullmatch(header.strip())
    if match is None or match[0] == "bytes=-":
        return 0, size - 1
    if not match[1]:
        length = min(int(match[2]), size)
        return (size - length, size - 1) if length else None
    first = int(match[1])
    last = min(int(match[2]), size - 1) if match[2] else size - 1
    return (first, last) if first <= last and first < size else None


def _subtitles(row: MediaFile, code: str) -> HttpResponse:
    language = as_language(code)
    text = row.captions.texts.get(language)
    if text is None or row.kind not in {Kind.VIDEO, Kind.AUDIO}:
        raise Http404
    return HttpResponse(
        text.text.lstrip("\ufeff"),
        content_type="text/vtt; charset=utf-8",
        headers={
            "Cache-Control": "public, max-age=0, must-revalidate" if row.is_published else PRIVATE,
            "Content-Language": HTML_TAGS[language],
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
        },
    )
