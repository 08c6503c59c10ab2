"""Tiles of the room's maps: rasters as PNG in classes, areas and corridors as vector tiles."""

import io
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from PIL import Image
from shapely import Point, from_wkb, get_parts
from shapely.geometry import shape

from amur.portal.connectivity.queries import Shown, shapes_of
from amur.portal.languages.codes import LANGUAGES
from amur.portal.languages.text import MultilingualText
from amur.portal.maps.colours import Rgb
from amur.portal.maps.grid import Tile
from amur.portal.maps.tiles import Feature, LayerContent, encode

SIDE: Final = 256
MAXIMUM_ZOOM: Final = 9
LAYER: Final = "connectivity"
_HALF_WORLD: Final = math.pi * 6_378_137.0


def raster_tile(file: Path, tile: Tile, breaks: Sequence[float], colours: Sequence[Rgb]) -> bytes:
    """A PNG of 256 by 256 pixels: each in the colour of its cell's class, clear where there is no data.

    `breaks` are the bounds between the classes: a value on a bound belongs to the class above it.
    """
    values = _values(file, tile)
    there = np.isfinite(values)
    classes = np.searchsorted(
        np.asarray(breaks, dtype=np.float64), np.where(there, values, 0.0), side="right"
    )
    clear = len(colours)
    numbers = np.where(there, np.minimum(classes, clear - 1), clear).astype(np.uint8)
    picture = Image.fromarray(numbers)  # grey until it has its palette
    picture.putpalette([part for colour in (*colours, (0, 0, 0)) for part in colour])
    out = io.BytesIO()
    picture.save(out, "PNG", transparency=clear)
    return out.getvalue()


def vector_tile(shown: Shown, tile: Tile) -> bytes:
    """The gzipped vector tile of a result's areas, corridors and changes of the landscape."""
    return encode(tile, [LayerContent(LAYER, list(features(shown)))])


def features(shown: Shown) -> Iterable[Feature]:
    """What a result has on the map besides its raster, as `maps.layers` describes features."""
    for change in shown.fields["changes"]:
        yield shape(change["geometry"]), {**_change(change["factor"]), "kind": "change", "accuracy": "known"}
    areas = shown.fields["areas"]
    names = [MultilingualText.from_json(area["names"]) for area in areas]
    if shown.paths is not None:
        lines = get_parts(from_wkb(bytes(shown.paths.wkb)))
        for (one, other, *_rest), line in zip(shown.fields["links"], lines, strict=True):
            yield line, _link(one, other, names)
    outlines = shapes_of(shown)
    for area, name in zip(areas, names, strict=True):
        yield outlines.get(area["key"], Point(area["place"])), _area(area, name)


def _change(factor: float) -> dict[str, Any]:
    found: dict[str, Any] = {"uuid": f"change-{factor:g}"}
    for code in LANGUAGES:
        with translation.override(code):
            found[f"name_{code}"] = _("Resistance × %(factor)s") % {"factor": f"{factor:g}"}
    return found


def _link(one: int, other: int, names: Sequence[MultilingualText]) -> dict[str, Any]:
    found: dict[str, Any] = {"uuid": f"link-{one}-{other}", "kind": "corridor", "accuracy": "known"}
    for code in LANGUAGES:
        found[f"name_{code}"] = f"{names[one].text(code)} – {names[other].text(code)}"
        with translation.override(code):
            found[f"designation_{code}"] = _("Least-cost corridor")
    return found


def _area(area: dict[str, Any], names: MultilingualText) -> dict[str, Any]:
    accuracy = "known" if area["has_boundary"] else "approximate"
    found: dict[str, Any] = {
        "uuid": area["uuid"],
        "kind": area["kind"].replace("-", "_"),
        "accuracy": accuracy,
    }
    for code in LANGUAGES:
        found[f"name_{code}"] = names.text(code)
        if area.get("released", True):
            with translation.override(code):
                found[f"url_{code}"] = reverse("area-by-key", kwargs={"key": area["key"]})
    return found


def _values(file: Path, tile: Tile) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The values of a raster at the pixels of a tile (Web Mercator), the nearest cell each, NaN outside."""
    import rasterio
    from rasterio.transform import from_bounds
    from rasterio.vrt import WarpedVRT

    side = 2 * _HALF_WORLD / (1 << tile.zoom)
    west, north = tile.column * side - _HALF_WORLD, _HALF_WORLD - tile.row * side
    with (
        rasterio.open(file) as source,
        WarpedVRT(
            source,
            crs="EPSG:3857",
            transform=from_bounds(west, north - side, west + side, north, SIDE, SIDE),
            width=SIDE,
            height=SIDE,
        ) as warped,
    ):
        found = warped.read(1, masked=True)
    return np.asarray(np.ma.filled(found.astype(np.float64), np.nan))
