"""Encodes features as Mapbox Vector Tiles: clipped to the tile, thinned to what a screen can show.

Called by `basemap` and `views`. Format: Mapbox Vector Tile 2.1, written by the `mapbox-vector-tile` library.
"""

import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import mapbox_vector_tile
from shapely import (
    GeometryCollection,
    clip_by_rect,
    get_dimensions,
    make_valid,
    multilinestrings,
    multipoints,
    multipolygons,
    set_precision,
)
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry, BaseMultipartGeometry

from amur.portal.maps.grid import BUFFER, EXTENT, Bounds, Tile

Value = str | int | float | bool
Feature = tuple[BaseGeometry, Mapping[str, Value | None]]

# A screen shows a tile at 512 pixels, so 8 units are one pixel: half a pixel of thinning is not seen.
_TOLERANCE: Final = 4.0


@dataclass(frozen=True, slots=True)
class LayerContent:
    """The features of one layer of a tile, geometries in degrees (WGS 84)."""

    name: str
    features: Sequence[Feature]


def encode(tile: Tile, layers: Iterable[LayerContent]) -> bytes:
    """The gzipped vector tile, or no bytes at all when nothing lies in the tile."""
    encoded = []
    for layer in layers:
        features = [
            {
                "geometry": part,
                "properties": {key: value for key, value in properties.items() if value is not None},
            }
            for geometry, properties in layer.features
            if (part := to_tile(tile, geometry)) is not None
        ]
        if features:
            encoded.append({"name": layer.name, "features": features})
    if not encoded:
        return b""
    body: bytes = mapbox_vector_tile.encode(
        encoded, default_options={"y_coord_down": True, "extents": EXTENT}
    )
    # mtime=0: the same content gives the same bytes, hence the same ETag on every server.
    return gzip.compress(body, compresslevel=6, mtime=0)


def subject_tile(zoom: int, column: int, row: int, name: str, features: Iterable[Feature]) -> bytes:
    """A gzipped tile with one layer `name`. Raises ValueError when there is no such tile."""
    return encode(Tile(zoom, column, row), [LayerContent(name, list(features))])


def decode(tile: bytes) -> dict[str, Any]:
    """What `encode` wrote, as layers of GeoJSON-like features in tile units, rows counted southwards."""
    if not tile:
        return {}
    layers: dict[str, Any] = mapbox_vector_tile.decode(
        gzip.decompress(tile), default_options={"y_coord_down": True}
    )
    return layers


def to_tile(tile: Tile, geometry: BaseGeometry) -> BaseGeometry | None:
    """The part of a geometry (degrees) that the tile shows, in whole tile units; None when there is none."""
    window = tile.bounds(BUFFER)
    part = _clip(geometry, window)
    if part.is_empty:
        return None
    units = tile.to_units(part)
    if units.geom_type in {"Point", "MultiPoint"}:
        return set_precision(units, 1)
    thinned = units.simplify(_TOLERANCE, preserve_topology=True)
    if thinned.geom_type in {"Polygon", "MultiPolygon"} and not thinned.is_valid:
        thinned = make_valid(thinned)
    whole = _only([set_precision(thinned, 1)], _dimension(units))
    return None if whole.is_empty else whole


def _clip(geometry: BaseGeometry, window: Bounds) -> BaseGeometry:
    """What lies in the window, also one turn of the globe away: both may reach beyond the antimeridian."""
    west, south, east, north = window
    left, bottom, right, top = geometry.bounds
    parts = []
    for turn in (-360, 0, 360):
        # A geometry without any coordinate has bounds of NaN, for which every comparison is false.
        if left + turn <= east and west <= right + turn and bottom <= north and south <= top:
            turned = translate(geometry, xoff=turn) if turn else geometry
            inside = west <= left + turn and right + turn <= east and south <= bottom and top <= north
            parts.append(turned if inside else clip_by_rect(turned, west, south, east, north))
    return _only(parts, _dimension(geometry))


def _dimension(geometry: BaseGeometry) -> int:
    """0 for points, 1 for lines, 2 for areas: the highest in a collection; -1 when empty."""
    return int(get_dimensions(geometry))


def _only(geometries: Iterable[BaseGeometry], dimension: int) -> BaseGeometry:
    """The parts of one dimension: clipping, repair and rounding may leave stray points and lines behind."""
    parts = [
        part for geometry in geometries for part in _simple_parts(geometry) if _dimension(part) == dimension
    ]
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return GeometryCollection()
    collect: Any = (multipoints, multilinestrings, multipolygons)[dimension]
    collected: BaseGeometry = collect(parts)
    return collected


def _simple_parts(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    if isinstance(geometry, BaseMultipartGeometry):
        for member in geometry.geoms:
            yield from _simple_parts(member)
    elif not geometry.is_empty:
        yield geometry
