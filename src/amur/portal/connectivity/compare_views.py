"""The pages of a comparison: two results chosen, the map of the change, the table of pairs, and files."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from amur.portal.connectivity import comparing, drawing, queries, tiles
from amur.portal.connectivity.map_views import NO_TILE, style_response, tile_of
from amur.portal.connectivity.queries import Shown
from amur.portal.connectivity.seeing import shown_or_404
from amur.portal.website.answers import for_all_or_one, small_file
from amur.portal.website.shell import addresses, current_language, show
from amur.portal.website.spreadsheets import table

GRID = {
    "rows": gettext_lazy("number of rows"),
    "columns": gettext_lazy("number of columns"),
    "west": gettext_lazy("western edge"),
    "north": gettext_lazy("northern edge"),
    "cell_width": gettext_lazy("width of a cell"),
    "cell_height": gettext_lazy("height of a cell"),
    "crs": gettext_lazy("reference system"),
}


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Choose two results, and see what changes from the one to the other."""

    def answer() -> HttpResponse:
        results = queries.visible(request.user)
        given = (request.GET.get("before", "")[:40], request.GET.get("after", "")[:40])
        before, after = comparing.chosen(results, *given)
        context: dict[str, Any] = {}
        problem = ""
        if before is not None and after is not None:
            problem = _problem(before, after)
            context = {} if problem else _context(before, after)
        elif any(given):
            problem = _("Choose two results.")
        return show(
            request,
            "connectivity/compare.html",
            title=_("Compare two scenarios"),
            description=_("How current and effective resistances change between two results"),
            section="connectivity",
            links=addresses("connectivity-compare"),
            results=results,
            chosen=given,
            problem=problem,
            **context,
        )

    return for_all_or_one(request, answer, whole=request.user.is_authenticated)


def _problem(before: Shown, after: Shown) -> str:
    if before.uuid == after.uuid:
        return _("Both are the same result; choose two.")
    differing = comparing.unlike(before, after)
    if not differing:
        return ""
    names = ", ".join(str(GRID.get(name, name)) for name in differing)
    return _(
        "The results lie on different cells, so they cannot be compared cell by cell: "
        "they differ in %(names)s."
    ) % {"names": names}


def _context(before: Shown, after: Shown) -> dict[str, Any]:
    language = current_language()
    arguments = comparing.pair_key(before.uuid, after.uuid)
    mapped = comparing.difference(before, after) is not None
    return {
        "before": before,
        "after": after,
        "fields": after.fields,
        "synthetic": before.fields["synthetic"] or after.fields["synthetic"],
        "changes": comparing.changes(before, after),
        "areas": len(after.fields["areas"]),
        "mapped": mapped,
        "legend": comparing.legend(language) if mapped else [],
        "switches": [("change", drawing.RASTER), ("areas", drawing.AREAS), ("corridors", drawing.CORRIDORS)],
        "style": reverse("connectivity-map:change-style", kwargs={**arguments, "language": language}),
    }


@require_safe
def change_csv(request: HttpRequest, before: UUID, after: UUID) -> HttpResponse:
    """The change of effective resistance of each pair as a table."""
    one, other = _both(request, before, after)
    language = current_language()
    heading = (
        "area_1", "area_2", "name_1", "name_2", "before_ohm", "after_ohm", "change_percent",
    )  # fmt: skip
    rows = [
        (*row.keys, row.one.text(language), row.other.text(language), row.before, row.after, row.percent)
        for row in comparing.changes(one, other)
    ]
    return for_all_or_one(
        request,
        lambda: table(f"{comparing.name_of(one, other)}.csv", heading, rows),
        whole=one.is_whole or other.is_whole,
    )


@require_safe
def change_tif(request: HttpRequest, before: UUID, after: UUID) -> FileResponse:
    """The map of the change as a GeoTIFF: the binary logarithm of the ratio of currents."""
    one, other = _both(request, before, after)
    path = comparing.difference(one, other)
    if path is None:
        raise Http404
    return for_all_or_one(
        request,
        lambda: FileResponse(
            path.open("rb"),
            as_attachment=True,
            filename=f"{comparing.name_of(one, other)}-log2-ratio.tif",
            content_type="image/tiff; application=geotiff",
        ),
        whole=one.is_whole or other.is_whole,
    )


@require_safe
def change_tile(
    request: HttpRequest, before: UUID, after: UUID, zoom: int, column: int, row: int
) -> HttpResponse:
    """The map of the change in classes, as a PNG."""
    one, other = _both(request, before, after)
    tile = tile_of(zoom, column, row)
    path = comparing.difference(one, other)
    if tile is None or path is None:
        return HttpResponse(NO_TILE, status=404, content_type="text/plain")
    content = tiles.raster_tile(path, tile, comparing.BREAKS, comparing.palette())
    return small_file(request, content, "image/png", whole=one.is_whole or other.is_whole)


@require_safe
def change_style(request: HttpRequest, before: UUID, after: UUID, language: str) -> HttpResponse:
    """The style of a comparison's map: the change, with the areas and corridors of the later result."""
    one, other = _both(request, before, after)
    raster = None
    if comparing.difference(one, other) is not None:
        found = reverse("connectivity-map:change", args=(before, after, 0, 0, 0))
        raster = found.removesuffix("0/0/0.png") + "{z}/{x}/{y}.png"
    features = reverse("connectivity-map:features", args=(after, 0, 0, 0)).removesuffix("0/0/0.pbf")
    whole = one.is_whole or other.is_whole
    return style_response(
        request, language, features + "{z}/{x}/{y}.pbf", raster, other.fields["bounds"], whole
    )


def _both(request: HttpRequest, before: UUID, after: UUID) -> tuple[Shown, Shown]:
    return shown_or_404(request, before), shown_or_404(request, after)
