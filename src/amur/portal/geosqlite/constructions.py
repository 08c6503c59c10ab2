"""SQL functions that give a geometry: set operations, envelopes, snapping, moving.

Each takes decoded geometries and gives a shapely geometry; ``registry`` encodes it with the SRID of the
first argument.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from amur.portal.geosqlite import boxes, codec, references

Array = npt.NDArray[np.float64]
Decoded = codec.Decoded


def two(name: str, operation: Callable[[BaseGeometry, BaseGeometry], Any]) -> Callable[..., Any]:
    """A set operation of two geometries of one reference system."""

    def combined(first: Decoded, second: Decoded) -> Any:
        codec.common_srid(first.srid, second.srid, name)
        return operation(first.geometry, second.geometry)

    return combined


def closest_point(first: BaseGeometry, second: BaseGeometry) -> BaseGeometry | None:
    """The place of the first geometry that is nearest to the second; None where one is empty."""
    if first.is_empty or second.is_empty:
        return None
    return shapely.get_point(shapely.shortest_line(first, second), 0)


def bounding_circle(value: Decoded, segments: int = 48) -> BaseGeometry:
    """Smallest circle round the geometry, with ``segments`` edges per quarter."""
    if value.geometry.is_empty:
        return shapely.Polygon()
    circle = shapely.minimum_bounding_circle(value.geometry)
    if isinstance(circle, shapely.Point):
        return circle
    radius = float(shapely.minimum_bounding_radius(value.geometry))
    return circle.centroid.buffer(radius, quad_segs=segments)


def envelope(value: Decoded) -> BaseGeometry:
    """The box as polygon, or as point or line where it has no area."""
    box = boxes.box_of(value.geometry)
    if box is None:
        return value.geometry
    west, south, east, north = box
    if west == east and south == north:
        return shapely.Point(west, south)
    if west == east or south == north:
        return shapely.LineString([(west, south), (east, north)])
    return shapely.Polygon([(west, south), (west, north), (east, north), (east, south)])


def from_wkb(blob: bytes | None, srid: int = 0) -> bytes | None:
    """SQL ``ST_GeomFromWKB``."""
    return None if blob is None else codec.encode(codec.decode(blob).geometry, srid)


def from_text(text: str | None, srid: int = 0) -> bytes | None:
    """SQL ``ST_GeomFromText``; raises SpatialError where the text is no WKT."""
    if text is None:
        return None
    try:
        return codec.encode(shapely.from_wkt(text), srid)
    except shapely.errors.ShapelyError as error:
        raise codec.SpatialError(f"ST_GeomFromText: {text[:60]!r} is not WKT: {error}") from error


def transform(value: Decoded, srid: int) -> bytes:
    """SQL ``ST_Transform``."""
    return codec.encode(references.transform(value.geometry, value.srid, srid), srid)


def make_valid(value: Decoded) -> BaseGeometry:
    """SQL ``ST_MakeValid`` (method linework, as PostGIS has it by default)."""
    return shapely.make_valid(value.geometry)


def scale(value: Decoded, east: float, north: float, up: float = 1.0) -> BaseGeometry:
    """SQL ``ST_Scale``: multiply the coordinates."""
    return affinity.scale(value.geometry, east, north, up, origin=(0, 0, 0))


def translate(value: Decoded, east: float, north: float, up: float = 0.0) -> BaseGeometry:
    """SQL ``ST_Translate``: shift the coordinates."""
    return affinity.translate(value.geometry, east, north, up)


def snap_to_grid(value: Decoded, *arguments: float) -> BaseGeometry:
    """SQL ``ST_SnapToGrid``: (size), (size, size), or (origin, origin, size, size).

    Places that fall together become one; a line or ring with too few places becomes empty.
    """
    origin = arguments[:2] if len(arguments) == 4 else (0.0, 0.0)
    size = arguments[-2:] if len(arguments) > 1 else (arguments[0], arguments[0])
    return _snapped(value.geometry, np.array(origin, dtype=float), np.array(size, dtype=float))


def _snapped(geometry: BaseGeometry, origin: Array, size: Array) -> BaseGeometry:
    if geometry.is_empty:
        return geometry
    if isinstance(geometry, shapely.Point):
        return shapely.Point(_grid(geometry, origin, size)[0])
    if isinstance(geometry, shapely.LineString):
        places = _grid(geometry, origin, size)
        return shapely.LineString(places if len(places) > 1 else None)
    if isinstance(geometry, shapely.Polygon):
        shell, *holes = (_grid(ring, origin, size) for ring in (geometry.exterior, *geometry.interiors))
        if len(shell) < 4:
            return shapely.Polygon()
        return shapely.Polygon(shell, [hole for hole in holes if len(hole) > 3])
    if isinstance(geometry, shapely.MultiPoint):
        # Their coordinates are one sequence: only neighbours that fall together become one.
        return shapely.MultiPoint(_grid(geometry, origin, size))
    parts = [_snapped(part, origin, size) for part in shapely.get_parts(geometry)]
    collection: Any = type(geometry)
    made: BaseGeometry = collection([part for part in parts if not part.is_empty])
    return made


def _grid(geometry: BaseGeometry, origin: Array, size: Array) -> Array:
    places = shapely.get_coordinates(geometry, include_z=bool(geometry.has_z))
    for axis in range(2):
        if size[axis] > 0:
            steps = np.rint((places[:, axis] - origin[axis]) / size[axis])
            places[:, axis] = steps * size[axis] + origin[axis]
    again = np.concatenate(([False], (np.diff(places, axis=0) == 0).all(axis=1)))
    kept: Array = places[~again]
    return kept


def force_3d(value: Decoded) -> BaseGeometry:
    """SQL ``ST_Force3D``: add height 0 where there is none."""
    return value.geometry if value.geometry.has_z else shapely.force_3d(value.geometry, 0.0)


def force_2d(value: Decoded) -> BaseGeometry:
    """SQL ``ST_Force2D``: take heights away."""
    return shapely.force_2d(value.geometry)


def shape_name(blob: bytes | None) -> str | None:
    """SQL ``AmurShape(geometry)`` for the check of geometry columns: for instance ``POINT 4326 2``.

    An empty geometry carries no height, so it says ``23`` for its dimension and fits both.
    """
    if blob is None:
        return None
    if not isinstance(blob, bytes) or len(blob) < codec.SHORTEST:
        return "no geometry"
    found = codec.header(blob)
    dimension = "23" if boxes.planar_box(blob) is None else str(found.dim)
    return f"{found.type_name} {found.srid} {dimension}"


def line_locate_point(line: Decoded, place: Decoded) -> float | None:
    """SQL ``ST_LineLocatePoint``: share of the line's length, 0 to 1."""
    codec.common_srid(line.srid, place.srid, "ST_LineLocatePoint")
    if not isinstance(line.geometry, shapely.LineString) or not isinstance(place.geometry, shapely.Point):
        raise codec.SpatialError("ST_LineLocatePoint: a line and a point are needed.")
    found = float(shapely.line_locate_point(line.geometry, place.geometry, normalized=True))
    return None if math.isnan(found) else found


def count_geometries(value: Decoded) -> int:
    """SQL ``ST_NumGeometries``: 0 where empty, 1 for a simple geometry."""
    if value.geometry.is_empty:
        return 0
    return len(value.geometry.geoms) if hasattr(value.geometry, "geoms") else 1
