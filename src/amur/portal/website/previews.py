"""What an editor sees of a page before it is published. Called by the page itself, as Wagtail wants it."""

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from amur.portal.website import views
from amur.portal.website.models import CentrePage, HomePage
from amur.portal.website.queries import LISTS, row_of, tree


def preview(request: HttpRequest, page: CentrePage) -> HttpResponse:
    """The page in its own language, drawn as the public will see it."""
    row = row_of(page)
    others = {**tree().by_subject.get(row.subject, {}), row.language: row}
    request.LANGUAGE_CODE = row.language
    with translation.override(row.language):
        if isinstance(page, HomePage):
            return views.draw_home(request, page, others)
        links = views.links_between(others)
        if row.model in LISTS:
            return views.draw_list(request, row, others, links)
        return views.draw_text(request, row, page, others, links)
