"""The pages of results: the list, one result, and its files. The public sees what is released; people of an
office its own as well.
"""

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amur.portal.connectivity import downloads, drawing, queries, tables
from amur.portal.connectivity.queries import Shown
from amur.portal.connectivity.seeing import shown_or_404
from amur.portal.languages.text import MultilingualText
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.website.answers import for_all_or_one
from amur.portal.website.shell import addresses, current_language, show


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """All results that may be seen, newest first."""

    def answer() -> HttpResponse:
        found = queries.visible(request.user)
        return show(
            request,
            "connectivity/results.html",
            title=_("Connectivity between areas"),
            description=_("Where animals can pass between the areas of the register, by circuit theory"),
            section="connectivity",
            links=addresses("connectivity"),
            results=found,
            may_compute=queries.offices_for(request.user).exists(),
        )

    return for_all_or_one(request, answer, whole=request.user.is_authenticated)


@require_safe
def result(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One result: map, resistances, corridors, how it was computed, and its files."""
    shown = shown_or_404(request, uuid)

    def answer() -> HttpResponse:
        language = current_language()
        return show(
            request,
            "connectivity/result.html",
            title=shown.names.text(language),
            description=_("Cumulative current, effective resistances and corridors between areas"),
            section="connectivity",
            links=addresses("connectivity-result", lambda code: {"uuid": uuid}),
            names=shown.names,
            **context_of(request, shown),
        )

    return for_all_or_one(request, answer, whole=shown.is_whole)


def context_of(request: HttpRequest, shown: Shown) -> dict[str, Any]:
    """What the page of a result shows."""
    language = current_language()
    pairs = tables.pairs(shown)
    office = shown.result.office if shown.result is not None else None
    return {
        "shown": shown,
        "fields": shown.fields,
        "areas": [
            {**area, "name": MultilingualText.from_json(area["names"])} for area in shown.fields["areas"]
        ],
        "pairs": pairs[: tables.PAIRS_LISTED],
        "pairs_hidden": max(len(pairs) - tables.PAIRS_LISTED, 0),
        "apart": [pair for pair in pairs if pair.resistance is None],
        "corridors": sorted(
            (pair for pair in pairs if pair.cost is not None), key=lambda pair: pair.cost or 0.0
        ),
        "matrix": tables.matrix(shown),
        "legend": drawing.legend(shown.fields["breaks"] or [], language),
        "switches": [("current", drawing.RASTER), ("areas", drawing.AREAS), ("corridors", drawing.CORRIDORS)],
        "style": reverse("connectivity-map:style", args=(shown.uuid, language)),
        "may_change": office is not None and may(request.user, Verb.CHANGE, Subject.CONNECTIVITY, office),
        "may_delete": office is not None and may(request.user, Verb.DELETE, Subject.CONNECTIVITY, office),
        "edit_route": "connectivity:edit",
        "facts": queries.counted_facts(shown.result) if shown.result is not None else 0,
    }


@require_safe
def current_tif(request: HttpRequest, uuid: UUID) -> FileResponse:
    """The map of current as a GeoTIFF."""
    shown = shown_or_404(request, uuid)
    if not shown.fields["current"]:
        raise Http404
    return for_all_or_one(request, lambda: downloads.current_tif(shown), whole=shown.is_whole)


@require_safe
def corridors_gpkg(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Areas and corridors as a GeoPackage."""
    shown = shown_or_404(request, uuid)
    return for_all_or_one(
        request, lambda: downloads.corridors_gpkg(shown, current_language()), whole=shown.is_whole
    )


@require_safe
def resistances_csv(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The effective resistances as a table."""
    shown = shown_or_404(request, uuid)
    return for_all_or_one(
        request, lambda: downloads.resistances_csv(shown, current_language()), whole=shown.is_whole
    )
