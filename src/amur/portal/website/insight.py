"""Which pages the editing pages may name to a person; a middleware and a hook hold it for all of them.

Wagtail asks for rights where something is done with a page. Forms before that, choosers and notices would
name drafts of other offices; for whoever may not see a page it does not exist.
"""

from collections.abc import Callable
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from wagtail.models import Page
from wagtail.permissions import policy_registry

_ARGUMENTS: Final = ("page_id", "parent_page_id", "page_to_move_id", "destination_id")


def in_sight(pages: "QuerySet[Page]", person: Any) -> "QuerySet[Page]":
    """Those of the pages that the person works on, or that are public as they stand."""
    if person.is_superuser:
        return pages
    own = policy_registry.get_by_type(Page).explorable_instances(person)
    return pages.filter(Q(pk__in=own.values("pk")) | Q(live=True, has_unpublished_changes=False))


class OnlyPagesInSight:
    """Middleware: an address of the editing pages with a page that the person may not see leads nowhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> None:
        """Raises Http404."""
        match = request.resolver_match
        if match is None or not match.view_name.startswith("wagtailadmin") or request.user.is_anonymous:
            return
        wanted = {int(named[name]) for name in _ARGUMENTS if named.get(name) is not None}
        pages = Page.objects.filter(pk__in=wanted)
        if wanted and in_sight(pages, request.user).count() < len(wanted):
            raise Http404
