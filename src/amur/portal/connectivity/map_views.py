"""Tiles and styles of results over HTTP. Each request is asked whether its sender may see the result."""

import gzip
import json
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from amur.portal.connectivity import drawing, files, tiles
from amur.portal.connectivity.seeing import shown_or_404
from amur.portal.languages.codes import as_language, is_language
from amur.portal.maps.atlas import AtlasMissing
from amur.portal.maps.grid import Tile
from amur.portal.website.answers import small_file

NO_TILE = "no such tile"


@require_safe
def raster_tile(request: HttpRequest, uuid: UUID, zoom: int, column: int, row: int) -> HttpResponse:
    """The map of current in classes, as a PNG."""
    shown = shown_or_404(request, uuid)
    tile = tile_of(zoom, column, row)
    if tile is None or not shown.fields["current"]:
        return HttpResponse(NO_TILE, status=404, content_type="text/plain")
    breaks = shown.fields["breaks"]
    content = tiles.raster_tile(files.path_of(shown.fields["current"]), tile, breaks, drawing.palette(breaks))
    return small_file(request, content, "image/png", whole=shown.is_whole)


@require_safe
def vector_tile(request: HttpRequest, uuid: UUID, zoom: int, column: int, row: int) -> HttpResponse:
    """Areas, corridors and changes of the landscape."""
    shown = shown_or_404(request, uuid)
    tile = tile_of(zoom, column, row)
    if tile is None:
        return HttpResponse(NO_TILE, status=404, content_type="text/plain")
    content = tiles.vector_tile(shown, tile)
    if not content:
        return HttpResponse(status=204)
    media_type = "application/vnd.mapbox-vector-tile"
    return small_file(request, gzip.decompress(content), media_type, whole=shown.is_whole)


@require_safe
def result_style(request: HttpRequest, uuid: UUID, language: str) -> HttpResponse:
    """The style of a result's map in a language; `?cjk=1` adds Chinese fonts."""
    shown = shown_or_404(request, uuid)
    raster = address_of("raster", uuid, "png") if shown.fields["current"] else None
    return style_response(
        request, language, address_of("features", uuid, "pbf"), raster, shown.fields["bounds"], shown.is_whole
    )


def style_response(
    request: HttpRequest,
    language: str,
    features: str | None,
    raster: str | None,
    bounds: list[float],
    whole: bool,
) -> HttpResponse:
    """A style as JSON."""
    if not is_language(language):
        raise Http404
    try:
        document = drawing.style(
            as_language(language), features, raster, bounds, chinese_fonts=request.GET.get("cjk") == "1"
        )
    except AtlasMissing as error:
        return HttpResponse(str(error), status=503, content_type="text/plain; charset=utf-8")
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return small_file(request, body, "application/json", whole=whole)


def tile_of(zoom: int, column: int, row: int) -> Tile | None:
    """The tile, None where there is none or none so near."""
    try:
        return Tile(zoom, column, row) if zoom <= tiles.MAXIMUM_ZOOM else None
    except ValueError:
        return None


def address_of(name: str, uuid: UUID, suffix: str) -> str:
    """The address of tiles with places for zoom, column and row."""
    found = reverse(f"connectivity-map:{name}", args=(uuid, 0, 0, 0))
    return found.removesuffix(f"0/0/0.{suffix}") + f"{{z}}/{{x}}/{{y}}.{suffix}"
