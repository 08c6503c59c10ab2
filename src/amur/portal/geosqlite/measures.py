"""Distance, length, perimeter, area and direction, in the plane and over ground.

``ST_...`` are planar unless PostGIS defines them otherwise; ``AmurGeog...`` stand for the PostGIS
functions of the same name on ``geography``.  Lengths in the unit of the coordinates, or in metres over
ground; areas in its square, or in square metres.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from amur.portal.geosqlite import boxes, codec, geodesy, references

Blob = bytes | None

#: Mean radius (2a + b) / 3 of WGS 84, which PostGIS uses for its sphere; metres.
MEAN_RADIUS = (2 * 6378137.0 + 6356752.314245179) / 3
#: Places nearer than this (metres) touch, as in PostGIS' geography functions.
TOUCH = 1e-5

POLYGONS = (shapely.Polygon, shapely.MultiPolygon)
LINES = (shapely.LineString, shapely.MultiLineString)


class Shapes:
    """The last shapes on the sphere, by their blob; see ``codec.Recent``."""

    SIZE = 4

    def __init__(self) -> None:
        self._entries: list[tuple[bytes, geodesy.Shape, int]] = []

    def __call__(self, blob: bytes) -> tuple[geodesy.Shape, int]:
        for entry in self._entries:
            if entry[0] == blob:
                return entry[1], entry[2]
        decoded = codec.decode(blob)
        self._entries.insert(0, (blob, geodesy.shape_of(decoded.geometry), decoded.srid))
        del self._entries[self.SIZE :]
        return self._entries[0][1], self._entries[0][2]


def _on_sphere(longitude: float, latitude: float, longitude_2: float, latitude_2: float) -> float:
    """Angle between two places (radians in and out), exact for near and far."""
    step = longitude_2 - longitude
    sine, cosine = math.sin(latitude), math.cos(latitude)
    sine_2, cosine_2 = math.sin(latitude_2), math.cos(latitude_2)
    across = cosine_2 * math.sin(step)
    along = cosine * sine_2 - sine * cosine_2 * math.cos(step)
    return math.atan2(math.hypot(across, along), sine * sine_2 + cosine * cosine_2 * math.cos(step))


def geodesic_distance(name: str, spheroid: bool) -> Callable[..., float | None]:
    """Build the SQL function ``name(first, second)``: metres on the ellipsoid or on the sphere."""
    first_shapes, second_shapes = Shapes(), Shapes()

    def measure(first: Blob, second: Blob) -> float | None:
        if first is None or second is None:
            return None
        if codec.is_plain_point(first) and codec.is_plain_point(second):
            srid, longitude, latitude = codec.point(first)
            srid_2, longitude_2, latitude_2 = codec.point(second)
            codec.common_srid(srid, srid_2, name)
            if math.isnan(longitude) or math.isnan(longitude_2):
                return None
            if spheroid:
                return _ellipsoid_metres(srid, longitude, latitude, longitude_2, latitude_2)
            places = map(math.radians, (longitude, latitude, longitude_2, latitude_2))
            return _on_sphere(*places) * MEAN_RADIUS
        (one, srid), (other, srid_2) = first_shapes(first), second_shapes(second)
        codec.common_srid(srid, srid_2, name)
        if one.is_empty or other.is_empty:
            return None
        found = geodesy.nearest(one, other)
        if not spheroid:
            return found.angle * MEAN_RADIUS
        if found.angle == 0.0:
            return 0.0
        return _ellipsoid_metres(
            srid, *geodesy.longitude_latitude(found.first), *geodesy.longitude_latitude(found.second)
        )

    return measure


def _ellipsoid_metres(
    srid: int, longitude: float, latitude: float, longitude_2: float, latitude_2: float
) -> float:
    _, _, metres = references.ellipsoid(srid).inv(longitude, latitude, longitude_2, latitude_2)
    return float(metres)


def geography_within(first: Blob, second: Blob, distance: float | None) -> bool | None:
    """SQL ``AmurGeogDWithin``: within so many metres on the ellipsoid."""
    metres = _GEOGRAPHY_DISTANCE(first, second)
    if first is None or second is None or distance is None:
        return None
    if distance < 0:
        raise codec.SpatialError("ST_DWithin: the distance must not be less than zero.")
    # PostGIS lets a hundred-thousandth of a millimetre pass, as its own distances are rounded so.
    return metres is not None and metres <= distance + 1e-8


def geography_intersects(first: Blob, second: Blob) -> bool | None:
    """SQL ``AmurGeogIntersects``: a common place, give or take ``TOUCH``."""
    if first is None or second is None:
        return None
    metres = _GEOGRAPHY_DISTANCE(first, second)
    return metres is not None and metres < TOUCH


_GEOGRAPHY_DISTANCE = geodesic_distance("ST_Distance", spheroid=True)


def geography_covers(first: Blob, second: Blob) -> bool | None:
    """SQL ``AmurGeogCovers``: on great circles, one part of the first has all parts of the second in it.

    As in PostGIS, the parts of a multi-geometry are not taken together, and points must be equal.
    """
    if first is None or second is None:
        return None
    one, other = codec.decode(first), codec.decode(second)
    codec.common_srid(one.srid, other.srid, "ST_Covers")
    return geodesy.covers(one.geometry, other.geometry, TOUCH / MEAN_RADIUS)


def geography_covered_by(first: Blob, second: Blob) -> bool | None:
    """SQL ``AmurGeogCoveredBy``."""
    return geography_covers(second, first)


def geography_box_overlaps(first: Blob, second: Blob) -> bool | None:
    """SQL ``AmurGeogBoxOverlaps``: the boxes of the great-circle edges meet."""
    if first is None or second is None:
        return None
    one, other = boxes.row_box(first, True), boxes.row_box(second, True)
    if one is None or other is None:
        return False
    return (
        one.west <= other.east
        and other.west <= one.east
        and one.south <= other.north
        and other.south <= one.north
    )


def distance(first: codec.Decoded, second: codec.Decoded) -> float | None:
    """SQL ``ST_Distance`` in the plane; NULL where one is empty."""
    codec.common_srid(first.srid, second.srid, "ST_Distance")
    found = float(shapely.distance(first.geometry, second.geometry))
    return None if math.isnan(found) else found


def within_distance(first: codec.Decoded, second: codec.Decoded, limit: float) -> bool:
    """SQL ``ST_DWithin`` in the plane, in the unit of the coordinates (degrees for 4326)."""
    codec.common_srid(first.srid, second.srid, "ST_DWithin")
    if limit < 0:
        raise codec.SpatialError("ST_DWithin: the distance must not be less than zero.")
    return bool(shapely.dwithin(first.geometry, second.geometry, limit))


def area(value: codec.Decoded) -> float:
    """SQL ``ST_Area`` in the plane."""
    return float(shapely.area(value.geometry))


def length(value: codec.Decoded) -> float:
    """SQL ``ST_Length`` in the plane: lines only, as in PostGIS."""
    return sum(_flat_length(line) for line in _parts(value.geometry, shapely.LineString))


def perimeter(value: codec.Decoded) -> float:
    """SQL ``ST_Perimeter`` in the plane: polygons only."""
    return sum(float(part.length) for part in _parts(value.geometry, shapely.Polygon))


def length_3d(value: codec.Decoded) -> float:
    """SQL ``ST_3DLength``: with heights."""
    return sum(_high_length(line) for line in _parts(value.geometry, shapely.LineString))


def perimeter_3d(value: codec.Decoded) -> float:
    """SQL ``ST_3DPerimeter``: with heights."""
    return sum(
        _high_length(ring)
        for part in _parts(value.geometry, shapely.Polygon)
        for ring in (part.exterior, *part.interiors)
    )


def geodesic_length(value: codec.Decoded, spheroid: int | bool = True) -> float:
    """SQL ``AmurGeogLength``: metres of lines over ground, with heights."""
    lines = _parts(value.geometry, shapely.LineString)
    return sum(_ground_length(line, value.srid, bool(spheroid)) for line in lines)


def spheroid_length(value: codec.Decoded) -> float:
    """SQL ``ST_LengthSpheroid``: metres of lines and, unlike ``ST_Length``, of rings of polygons."""
    return geodesic_length(value) + geodesic_perimeter(value)


def geodesic_perimeter(value: codec.Decoded) -> float:
    """SQL ``AmurGeogPerimeter``: metres over ground."""
    return sum(
        _ground_length(ring, value.srid, True)
        for part in _parts(value.geometry, shapely.Polygon)
        for ring in (part.exterior, *part.interiors)
    )


def geodesic_area(value: codec.Decoded) -> float:
    """SQL ``AmurGeogArea``: square metres on the ellipsoid, holes taken away."""
    ellipsoid = references.ellipsoid(value.srid)
    total = 0.0
    for part in _parts(value.geometry, shapely.Polygon):
        shell, *holes = (abs(_ring_area(ellipsoid, ring)) for ring in (part.exterior, *part.interiors))
        total += shell - sum(holes)
    return total


def _ring_area(ellipsoid: Geod, ring: BaseGeometry) -> float:
    coordinates = shapely.get_coordinates(ring)
    found, _ = ellipsoid.polygon_area_perimeter(coordinates[:, 0], coordinates[:, 1])
    return float(found)


def _ground_length(line: BaseGeometry, srid: int, spheroid: bool) -> float:
    coordinates = shapely.get_coordinates(line, include_z=True)
    if len(coordinates) < 2:
        return 0.0
    longitude, latitude, height = coordinates.T
    if spheroid:
        _, _, steps = references.ellipsoid(srid).inv(
            longitude[:-1], latitude[:-1], longitude[1:], latitude[1:]
        )
    else:
        places = np.radians(coordinates[:, :2])
        steps = [_on_sphere(*a, *b) * MEAN_RADIUS for a, b in pairwise(places)]
    rise = np.diff(height) if line.has_z else 0.0
    return float(np.hypot(np.asarray(steps), rise).sum())


def _flat_length(line: BaseGeometry) -> float:
    return float(line.length)


def _high_length(line: BaseGeometry) -> float:
    coordinates = shapely.get_coordinates(line, include_z=bool(line.has_z))
    return float(np.linalg.norm(np.diff(coordinates, axis=0), axis=1).sum())


def _parts(geometry: BaseGeometry, kind: type[BaseGeometry]) -> list[Any]:
    """Simple parts of one kind, at any depth."""
    if isinstance(geometry, kind):
        return [geometry]
    if not hasattr(geometry, "geoms"):
        return []
    return [found for part in shapely.get_parts(geometry) for found in _parts(part, kind)]


def azimuth(first: codec.Decoded, second: codec.Decoded) -> float | None:
    """SQL ``ST_Azimuth``: radians clockwise from north, 0 to 2 pi; NULL for the same place."""
    codec.common_srid(first.srid, second.srid, "ST_Azimuth")
    start, end = _points(first, second)
    if start == end:
        return None
    return math.atan2(end[0] - start[0], end[1] - start[1]) % (2 * math.pi)


def geodesic_azimuth(first: codec.Decoded, second: codec.Decoded) -> float | None:
    """SQL ``AmurGeogAzimuth``: the direction in which the geodesic leaves, radians from north."""
    codec.common_srid(first.srid, second.srid, "ST_Azimuth")
    start, end = _points(first, second)
    if start == end:
        return None
    forward, _, _ = references.ellipsoid(first.srid).inv(*start, *end)
    return math.radians(forward) % (2 * math.pi)


def _points(first: codec.Decoded, second: codec.Decoded) -> tuple[tuple[float, float], tuple[float, float]]:
    places = []
    for value in (first, second):
        if not isinstance(value.geometry, shapely.Point) or value.geometry.is_empty:
            raise codec.SpatialError("ST_Azimuth: both arguments must be points that are not empty.")
        places.append((value.geometry.x, value.geometry.y))
    return places[0], places[1]
