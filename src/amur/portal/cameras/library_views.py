"""The library of pictures of a project, one picture with everything that was ever said about it, and CSV."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amur.portal.cameras import library, queries
from amur.portal.cameras.forms import LibraryForm
from amur.portal.cameras.models import CameraProject, Media
from amur.portal.cameras.pictures import url_of
from amur.portal.cameras.seeing import media_or_404, private, project_or_404
from amur.portal.website.shell import addresses, current_language, show

MOST_CHOICES = 2_000


@dataclass(frozen=True, slots=True)
class Card:
    """A picture in the library; `thumb` is its address, "" where only the row came in."""

    media: Media
    thumb: str
    said: list[str]


@require_safe
@login_required
@private
def pictures(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A page of the library, newest first."""
    project = project_or_404(request, uuid)
    form = _form(request, project)
    filters = form.filters
    found = library.page(project, filters, library.cursor_of(request.GET.get("after", "")))
    onward = urlencode({**filters.query, "after": found.after.text}) if found.after else ""
    return show(
        request,
        "cameras/library.html",
        title=_("Library of pictures"),
        section="cameras",
        links=addresses("cameras-library", lambda code: {"uuid": uuid}),
        project=project,
        name=project.names.text(current_language()) or project.key,
        form=form,
        cards=[Card(one, url_of(one), _words(one)) for one in found.media],
        onward=onward,
        query=urlencode(filters.query),
        is_first="after" not in request.GET,
    )


def _form(request: HttpRequest, project: CameraProject) -> LibraryForm:
    stations = list(project.stations.order_by("code").values_list("code", flat=True)[:MOST_CHOICES])
    deployments = list(project.deployments.order_by("code").values_list("code", flat=True)[:MOST_CHOICES])
    return LibraryForm(stations, deployments, library.species_of(project), request.GET)


def _words(media: Media) -> list[str]:
    """What stands about a picture itself."""
    said: list[Any] = getattr(media, "said", [])
    return [one.scientific_name or str(one.get_type_display()) for one in said]


@require_safe
@login_required
@private
def as_csv(request: HttpRequest, uuid: UUID) -> StreamingHttpResponse:
    """What a search finds, as a stream."""
    project = project_or_404(request, uuid)
    filters = _form(request, project).filters
    return StreamingHttpResponse(
        (piece.encode() for piece in library.csv_of(project, filters)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{project.key}-media.csv"'},
    )


@require_safe
@login_required
@private
def picture(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One picture: what it is, and the history of everything that was said about it."""
    media = media_or_404(request, uuid)
    return show(
        request,
        "cameras/media.html",
        title=media.name or media.code,
        section="cameras",
        links=addresses("cameras-media", lambda code: {"uuid": uuid}),
        media=media,
        project=media.project,
        preview=url_of(media, "preview"),
        history=queries.history_of(media),
    )
