"""Tiles and styles over HTTP. Everything here is public, the same for every visitor, and needs no session."""

import gzip
import json
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from amur.portal.languages.codes import as_language, is_language
from amur.portal.maps import basemap, layers
from amur.portal.maps.atlas import AtlasMissing
from amur.portal.maps.cache import TileCache, content_hash
from amur.portal.maps.grid import BUFFER, Bounds, Tile
from amur.portal.maps.style import build_style
from amur.portal.maps.tiles import LayerContent, encode

_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"
_TILE_TYPE: Final = "application/vnd.mapbox-vector-tile"


@require_safe
def basemap_tile(request: HttpRequest, zoom: int, column: int, row: int) -> HttpResponse:
    """A tile of land, water and names; kept for ever by browsers that ask for the present version."""
    tile = _tile(zoom, column, row, basemap.MAXIMUM_ZOOM)
    if tile is None:
        return _plain(404, f"no such tile; they end at zoom {basemap.MAXIMUM_ZOOM}")
    try:
        content = basemap.cached(tile, Path(settings.AMUR_DATA))
        current = request.GET.get("v") == basemap.version()
    except AtlasMissing as error:
        return _plain(503, str(error))
    return _tile_response(request, content, _FOR_EVER if current else _ASK_AGAIN)


@require_safe
def layer_tile(
    request: HttpRequest, name: str, generation: int, zoom: int, column: int, row: int
) -> HttpResponse:
    """A tile of a subject's layer in one generation of the released data.

    An address of another generation gets today's data, never what was public then, and is not kept.
    """
    layer = layers.find(name)
    if layer is None:
        return _plain(404, "no such map layer")
    tile = _tile(zoom, column, row, layer.maximum_zoom)
    if tile is None:
        return _plain(404, f"no such tile; they end at zoom {layer.maximum_zoom}")
    current = layer.generation()
    if generation != current:
        return _tile_response(request, _build(layer, tile), "no-store")
    cache = TileCache(Path(settings.AMUR_DATA), name, str(current))
    return _tile_response(request, cache.get(tile, lambda: _build(layer, tile)), _FOR_EVER)


@require_safe
def map_style(request: HttpRequest, language: str) -> HttpResponse:
    """The MapLibre style in a language; `?layers=a,b` names the layers, `?cjk=1` adds Chinese fonts.

    It carries the generation of each layer, so browsers ask for it anew each time (and mostly get 304).
    """
    if not is_language(language):
        return _plain(404, "no such language")
    wanted = request.GET.get("layers")
    found = layers.registered()
    if wanted is not None:
        names = [name for name in wanted.split(",") if name]
        chosen = [layers.find(name) for name in names]
        found = tuple(layer for layer in chosen if layer is not None)
        if len(found) != len(names):
            return _plain(404, "no such map layer")
    try:
        style = build_style(as_language(language), found, chinese_fonts=request.GET.get("cjk") == "1")
    except AtlasMissing as error:
        return _plain(503, str(error))
    body = json.dumps(style, ensure_ascii=False, separators=(",", ":")).encode()
    return _with_etag(request, HttpResponse(body, content_type="application/json"), _ASK_AGAIN)


def _tile(zoom: int, column: int, row: int, maximum_zoom: int) -> Tile | None:
    try:
        return Tile(zoom, column, row) if zoom <= maximum_zoom else None
    except ValueError:
        return None


def _plain(status: int, reason: str) -> HttpResponse:
    """A refusal for programs: the site's own error page would ask the database for its menus."""
    return HttpResponse(reason, status=status, content_type="text/plain; charset=utf-8")


def _build(layer: layers.Layer, tile: Tile) -> bytes:
    return encode(tile, [LayerContent(layer.name, list(layer.query(_on_the_globe(tile.bounds(BUFFER)))))])


def _on_the_globe(window: Bounds) -> Bounds:
    """A window that a database understands; one that crosses the antimeridian becomes a whole belt."""
    west, south, east, north = window
    return (-180.0, south, 180.0, north) if west < -180 or east > 180 else window


def _tile_response(request: HttpRequest, content: bytes, cache_control: str) -> HttpResponse:
    """The tile as it is kept (gzipped), unpacked for the rare reader that cannot; 204 when it is empty."""
    if not content:
        response = HttpResponse(status=204)
        response.headers["Cache-Control"] = cache_control
        return response
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(content, content_type=_TILE_TYPE)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(gzip.decompress(content), content_type=_TILE_TYPE)
    patch_vary_headers(response, ["Accept-Encoding"])
    return _with_etag(request, response, cache_control)


def _with_etag(request: HttpRequest, response: HttpResponse, cache_control: str) -> HttpResponse:
    etag = quote_etag(content_hash(response.content))
    answer: HttpResponse = response
    if request.headers.get("If-None-Match") == etag:
        answer = HttpResponseNotModified()
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = cache_control
    return answer
