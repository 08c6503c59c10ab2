"""Bounding boxes: of a geometry, as PostGIS compares them, and as the R*Tree is searched.

Three kinds are told apart:

- the planar box of the coordinates (what ``ST_Extent`` and the box operators mean);
- the same rounded outward to 32-bit floats, because PostGIS stores and compares boxes so;
- the *search box*, which certainly contains every place of a geometry and of all within a distance of
  it.  On longitude/latitude it also holds the bulge of great circles between far vertices, so that
  both planar and geodesic look-ups may use it.

Used by ``predicates`` (box operators), the triggers and the look-ups of ``compiler``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from amur.portal.geosqlite import codec

Coordinates = npt.NDArray[np.float64]

#: Smaller than every radius of curvature of the Earth (metres), so that an angle from it is never
#: too small: the meridian radius of WGS 84 at the equator is 6,335,439 m.
LEAST_RADIUS = 6_335_000.0
#: Degrees added against rounding in the spherical formulas (a millimetre).
_SLACK = 1e-8
#: Stands for every longitude; finite, because the R*Tree computes areas.
ALL_LONGITUDES = (-10_000.0, 10_000.0)


class Box(NamedTuple):
    """West, south, east, north in the units of the coordinates."""

    west: float
    south: float
    east: float
    north: float


def planar_box(blob: bytes) -> Box | None:
    """The box of the coordinates, or None where the geometry is empty."""
    if codec.is_plain_point(blob):
        _, easting, northing = codec.point(blob)
        return None if math.isnan(easting) else Box(easting, northing, easting, northing)
    return box_of(codec.decode(blob).geometry)


def box_of(geometry: BaseGeometry) -> Box | None:
    """The planar box of a shapely geometry, or None where it is empty."""
    west, south, east, north = geometry.bounds
    return None if math.isnan(west) else Box(west, south, east, north)


def _down(value: float) -> float:
    single = np.float32(value)
    # As Python floats: NumPy would round ``value`` before it compares.
    return float(single if float(single) <= value else np.nextafter(single, np.float32(-np.inf)))


def _up(value: float) -> float:
    single = np.float32(value)
    return float(single if float(single) >= value else np.nextafter(single, np.float32(np.inf)))


def outward(box: Box) -> Box:
    """Round outward to 32-bit floats, as PostGIS and the R*Tree store boxes.

    >>> outward(Box(0.1, 0.0, 0.1, 0.5)).east - 0.1 < 1e-8
    True
    """
    return Box(_down(box.west), _down(box.south), _up(box.east), _up(box.north))


def geodesic_box(geometry: BaseGeometry) -> Box | None:
    """A box that holds the geometry with straight and with great-circle edges.

    Longitude and latitude in degrees.  Where an edge is shorter across the antimeridian, a ring goes
    round a pole, or a longitude lies beyond 180 degrees, all longitudes are in it.
    """
    box = box_of(geometry)
    if box is None:
        return None
    south, north = box.south, box.north
    everywhere = _all_round(box) or box.east - box.west > 180
    for line in lines_of(geometry):
        longitude, latitude = np.radians(line[:, 0]), np.radians(line[:, 1])
        step = np.diff(longitude)
        turn = float(np.sum(step - 2 * math.pi * np.round(step / (2 * math.pi))))
        if abs(turn) > math.pi and np.array_equal(line[0], line[-1]):
            south, north, everywhere = -90.0, 90.0, True
        low, high = _great_circle_latitudes(longitude, latitude)
        south, north = min(south, low), max(north, high)
    west, east = ALL_LONGITUDES if everywhere else (box.west, box.east)
    return Box(west, south, east, north)


def _all_round(box: Box) -> bool:
    """True for longitudes beyond 180 degrees and for the poles, which have every longitude."""
    return box.west < -180 or box.east > 180 or box.south <= -90 or box.north >= 90


def lines_of(geometry: BaseGeometry) -> list[Coordinates]:
    """Coordinates of every line and ring in ``geometry``, arrays of shape (n, 2) with n > 1."""
    if isinstance(geometry, shapely.Polygon):
        rings = (geometry.exterior, *geometry.interiors)
        lines = [shapely.get_coordinates(ring) for ring in rings]
    elif isinstance(geometry, shapely.LineString):
        lines = [shapely.get_coordinates(geometry)]
    elif isinstance(geometry, shapely.Point | shapely.MultiPoint):
        lines = []
    else:
        lines = [line for part in shapely.get_parts(geometry) for line in lines_of(part)]
    return [line for line in lines if len(line) > 1]


def _great_circle_latitudes(longitude: Coordinates, latitude: Coordinates) -> tuple[float, float]:
    """Least and greatest latitude (degrees) on the great circles between consecutive places (radians)."""
    cosine = np.cos(latitude)
    place = np.column_stack((cosine * np.cos(longitude), cosine * np.sin(longitude), np.sin(latitude)))
    start, end = place[:-1], place[1:]
    normal = np.cross(start, end)
    length = np.linalg.norm(normal, axis=1)
    proper = length > 1e-14
    start, end, normal = start[proper], end[proper], normal[proper] / length[proper, None]
    # The northernmost place of a great circle is the north pole projected onto its plane.
    top = np.array([0.0, 0.0, 1.0]) - normal * normal[:, 2:3]
    low, high = math.inf, -math.inf
    for sign in (1.0, -1.0):
        inside = (np.einsum("ij,ij->i", np.cross(start, sign * top), normal) > 0) & (
            np.einsum("ij,ij->i", np.cross(sign * top, end), normal) > 0
        )
        if inside.any():
            height = np.degrees(np.arccos(np.clip(np.abs(normal[inside, 2]), 0, 1)))
            if sign > 0:
                high = max(high, float(height.max()))
            else:
                low = min(low, float(-height.max()))
    return low, high


def grown_planar(box: Box, distance: float) -> Box:
    """All places within ``distance`` (units of the coordinates) of the box, in the plane."""
    return Box(box.west - distance, box.south - distance, box.east + distance, box.north + distance)


def grown_geodesic(box: Box, metres: float) -> tuple[Box, ...]:
    """All places within ``metres`` over ground of a longitude/latitude box, as one or two boxes.

    Two boxes where the result goes across the antimeridian; all longitudes near a pole.  Source of the
    longitude margin: the tangent meridians of a spherical cap, asin(sin r / cos latitude).

    >>> [round(box.west, 2) for box in grown_geodesic(Box(179.9, 0, 179.9, 0), 20_000)]
    [179.72, -180.0]
    """
    angle = max(metres, 0.0) / LEAST_RADIUS
    south = box.south - math.degrees(angle) - _SLACK
    north = box.north + math.degrees(angle) + _SLACK
    parallel = math.cos(math.radians(min(max(abs(box.south), abs(box.north)), 90.0)))
    if south <= -90 or north >= 90 or angle >= math.pi / 2 or math.sin(angle) >= parallel:
        return (Box(ALL_LONGITUDES[0], south, ALL_LONGITUDES[1], north),)
    margin = math.degrees(math.asin(math.sin(angle) / parallel)) + _SLACK
    west, east = box.west - margin, box.east + margin
    if east - west >= 360:
        return (Box(ALL_LONGITUDES[0], south, ALL_LONGITUDES[1], north),)
    boxes = [Box(west, south, east, north)]
    if west < -180:
        boxes.append(Box(west + 360, south, 180.0, north))
    if east > 180:
        boxes.append(Box(-180.0, south, east - 360, north))
    return tuple(boxes)


def search_boxes(box: Box, geodesic: bool, distance: float) -> tuple[Box, ...]:
    """Boxes to search the R*Tree with: everything within ``distance`` of ``box``, rounded outward.

    ``distance`` in metres where ``geodesic``, else in the units of the coordinates.
    """
    if not distance:
        grown: tuple[Box, ...] = (box,)
    elif geodesic:
        grown = grown_geodesic(box, distance)
    else:
        grown = (grown_planar(box, distance),)
    return tuple(outward(each) for each in grown)


def row_bound() -> Callable[..., float | None]:
    """Build SQL ``AmurBound(geometry, geodesic, side)``: one side of the box of a row, for the R*Tree.

    A row is asked for five times running, so the last box is remembered.
    """
    last: tuple[bytes | None, int, Box | None] = (None, 0, None)

    def bound_of(blob: bytes | None, geodesic: int, side: str) -> float | None:
        nonlocal last
        if blob is None:
            return None
        known = last  # another thread may write `last` meanwhile
        if known[0] != blob or known[1] != geodesic:
            known = last = blob, geodesic, row_box(blob, bool(geodesic))
        box = known[2]
        return None if box is None else float(getattr(box, side))

    return bound_of


def row_box(blob: bytes, geodesic: bool) -> Box | None:
    """The box under which a row is found; None where the geometry is empty."""
    if geodesic and not codec.is_plain_point(blob):
        return geodesic_box(codec.decode(blob).geometry)
    box = planar_box(blob)
    if box is not None and geodesic and _all_round(box):
        return Box(ALL_LONGITUDES[0], box.south, ALL_LONGITUDES[1], box.north)
    return box


def search_bound() -> Callable[..., float | None]:
    """Build SQL ``AmurSearchBound(geometry, geodesic, distance, side)``: one side of a search box.

    Where the search goes across the antimeridian, it takes all longitudes.  The four sides are asked for
    one after the other, so the last box is kept.
    """
    last: tuple[Any, Box | None] = (None, None)

    def bound_of(blob: bytes | None, geodesic: int, distance: float | None, side: str) -> float | None:
        nonlocal last
        if blob is None or distance is None:
            return None
        if last[0] != (blob, geodesic, distance):
            last = (blob, geodesic, distance), _search_box(blob, bool(geodesic), float(distance))
        return None if last[1] is None else float(getattr(last[1], side))

    return bound_of


def _search_box(blob: bytes, geodesic: bool, distance: float) -> Box | None:
    box = row_box(blob, geodesic)
    if box is None:
        return None
    found = search_boxes(box, geodesic, distance)
    if len(found) > 1:
        return Box(ALL_LONGITUDES[0], found[0].south, ALL_LONGITUDES[1], found[0].north)
    return found[0]
