"""Looks a page that is not found up in the table of old addresses. Pages that are found pay nothing."""

from collections.abc import Callable

from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils import timezone

from amur.portal.redirects.models import Hits, OldAddress
from amur.portal.redirects.queries import find

OUR_OWN = ("/admin/", "/api/", "/server/api/", "/static/", "/media/", "/tiles/")


def old_addresses(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: 404 becomes 301 or 410 where the table has the address."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 404 or request.method not in {"GET", "HEAD"}:
            return response
        if request.path.startswith(OUR_OWN):
            return response
        row = find(request.path_info, request.META.get("QUERY_STRING", ""))
        if row is None:
            return response
        _count(row)
        if row.target:
            return HttpResponsePermanentRedirect(row.target)
        response.status_code = 410
        response.reason_phrase = "Gone"
        return response

    return middleware


def _count(row: OldAddress) -> None:
    month = timezone.now().strftime("%Y-%m")
    if not Hits.objects.filter(address=row, month=month).update(count=F("count") + 1):
        Hits.objects.get_or_create(address=row, month=month, defaults={"count": 1})
