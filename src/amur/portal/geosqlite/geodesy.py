"""Distances and containment over ground, between any two longitude/latitude geometries.

As PostGIS does it for ``geography``: edges are great circles on the sphere of the geographic latitudes;
the nearest two places are found there; the distance between these two is then measured on the ellipsoid
(Karney's geodesic, from PROJ) or on the sphere.  Against a search along the ellipsoid itself the foot of
the perpendicular makes at most 23 millionths of the distance at the equator, 6 at 45 degrees and less
toward the poles; edges longer than about 100 km also run apart (great circle and geodesic).  PostGIS
gives the same numbers.

Pure functions on arrays; used by ``measures``.  Angles in radians unless said otherwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from amur.portal.geosqlite.boxes import lines_of

Array = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]

#: Pairs (place, edge) that are looked at in one step, to bound memory.
_PAIRS_AT_ONCE = 200_000


class Nearest(NamedTuple):
    """Angle between the nearest two places and the places, as unit vectors of shape (3,)."""

    angle: float
    first: Array
    second: Array


@dataclass(frozen=True)
class Ring:
    """A closed line on the sphere: unit vectors of shape (n, 3), the last equal to the first."""

    places: Array
    outside: Array


@dataclass(frozen=True)
class Shape:
    """A geometry on the unit sphere.

    ``places``: all vertices, shape (n, 3); ``starts`` and ``ends`` of all edges, shape (m, 3);
    ``first_places``: one vertex of each part; ``areas``: for each polygon its shell and holes.
    """

    places: Array
    starts: Array
    ends: Array
    first_places: Array
    areas: tuple[tuple[Ring, ...], ...]

    @cached_property
    def normals(self) -> Array:
        """Unit normals of the planes of the edges; 0 for an edge without length, shape (m, 3)."""
        # (start - end) x (start + end) keeps its direction for short edges, where start x end loses it.
        normal = _cross(self.starts - self.ends, self.starts + self.ends)
        length = np.linalg.norm(normal, axis=1, keepdims=True)
        unit: Array = np.divide(normal, length, out=np.zeros_like(normal), where=length > 0)
        return unit

    @property
    def is_empty(self) -> bool:
        """True where there is no vertex."""
        return len(self.places) == 0


def _cross(first: Array, second: Array) -> Array:
    """Cross product along the last axis; a fifth of the time of ``numpy.cross`` on small arrays."""
    a, b, c = first[..., 0], first[..., 1], first[..., 2]
    d, e, f = second[..., 0], second[..., 1], second[..., 2]
    return np.stack((b * f - c * e, c * d - a * f, a * e - b * d), axis=-1)


def unit_vectors(coordinates: Array) -> Array:
    """Longitude/latitude in degrees, shape (n, 2), to unit vectors, shape (n, 3)."""
    longitude, latitude = np.radians(coordinates[:, 0]), np.radians(coordinates[:, 1])
    cosine = np.cos(latitude)
    return np.stack((cosine * np.cos(longitude), cosine * np.sin(longitude), np.sin(latitude)), axis=-1)


def longitude_latitude(place: Array) -> tuple[float, float]:
    """A unit vector back to longitude and latitude in degrees."""
    return (
        math.degrees(math.atan2(place[1], place[0])),
        math.degrees(math.atan2(place[2], math.hypot(place[0], place[1]))),
    )


def shape_of(geometry: BaseGeometry) -> Shape:
    """Put a shapely geometry (degrees) on the sphere."""
    lines = [unit_vectors(line) for line in lines_of(geometry)]
    edges = [line for line in lines if len(line) > 1]
    none = np.empty((0, 3))
    starts = np.vstack([line[:-1] for line in edges]) if edges else none
    ends = np.vstack([line[1:] for line in edges]) if edges else none
    parts = _simple_parts(geometry)
    firsts = [shapely.get_coordinates(part)[:1] for part in parts]
    return Shape(
        places=unit_vectors(shapely.get_coordinates(geometry)),
        starts=starts,
        ends=ends,
        first_places=unit_vectors(np.vstack(firsts)) if firsts else none,
        areas=tuple(_rings(part) for part in parts if isinstance(part, shapely.Polygon)),
    )


def _simple_parts(geometry: BaseGeometry) -> list[BaseGeometry]:
    if geometry.is_empty:
        return []
    if isinstance(geometry, shapely.Point | shapely.LineString | shapely.Polygon):
        return [geometry]
    return [simple for part in shapely.get_parts(geometry) for simple in _simple_parts(part)]


def _rings(polygon: shapely.Polygon) -> tuple[Ring, ...]:
    rings = []
    for ring in (polygon.exterior, *polygon.interiors):
        places = unit_vectors(shapely.get_coordinates(ring))
        middle = places[:-1].mean(axis=0)
        length = float(np.linalg.norm(middle))
        # A ring round half the Earth has no middle; any place far from it then serves.
        outside = -middle / length if length > 1e-9 else np.array([0.0, 0.0, 1.0])
        rings.append(Ring(places, outside))
    return tuple(rings)


def inside(area: tuple[Ring, ...], place: Array) -> bool:
    """True where ``place`` is within the shell and in no hole (the boundary is left to the distance)."""
    shell, *holes = area
    return _in_ring(shell, place) and not any(_in_ring(hole, place) for hole in holes)


def _in_ring(ring: Ring, place: Array) -> bool:
    """Count the edges between ``place`` and a place outside, along their great circle.

    In the frame whose pole is the outside place, that circle is a meridian, and an edge is crossed when
    its ends are on different sides; a vertex on the meridian counts as east, so none counts twice.
    """
    pole = ring.outside
    aside = place - pole * float(place @ pole)
    length = float(np.linalg.norm(aside))
    if length < 1e-12:
        if place @ pole > 0:
            return False
        # Opposite the outside place: every meridian leads there.
        aside = _cross(pole, np.eye(3)[int(np.abs(pole).argmin())])
        ahead = aside / np.linalg.norm(aside)
    else:
        ahead = aside / length
    east = _cross(pole, ahead)
    along, across, up = ring.places @ ahead, ring.places @ east, ring.places @ pole
    is_east = across >= 0
    crossing = np.flatnonzero(is_east[:-1] != is_east[1:])
    latitude = math.atan2(float(place @ pole), length)
    inside_now = False
    for i in crossing:
        share = across[i] / (across[i] - across[i + 1])
        forward = along[i] + share * (along[i + 1] - along[i])
        height = up[i] + share * (up[i + 1] - up[i])
        if forward > 0 and math.atan2(height, forward) > latitude:
            inside_now = not inside_now
    return inside_now


def nearest(first: Shape, second: Shape) -> Nearest:
    """The nearest two places of two shapes that are not empty."""
    common = _common_place(first, second)
    if common is not None:
        return Nearest(0.0, common, common)
    ahead = _nearest_of(first.places, second)
    back = _nearest_of(second.places, first)
    return ahead if ahead.angle <= back.angle else Nearest(back.angle, back.second, back.first)


def _common_place(first: Shape, second: Shape) -> Array | None:
    for area_shape, other in ((first, second), (second, first)):
        for area in area_shape.areas:
            for place in other.first_places:
                if inside(area, place):
                    found: Array = place
                    return found
    return _crossing(first, second)


def _crossing(first: Shape, second: Shape) -> Array | None:
    """A place where edges of both cross, or None."""
    if not len(first.starts) or not len(second.starts):
        return None
    step = max(1, _PAIRS_AT_ONCE // len(second.starts))
    normal_second = second.normals
    for low in range(0, len(first.starts), step):
        starts, ends = first.starts[low : low + step], first.ends[low : low + step]
        normal_first = first.normals[low : low + step]
        parted = ((starts @ normal_second.T) * (ends @ normal_second.T) < 0) & (
            (normal_first @ second.starts.T) * (normal_first @ second.ends.T) < 0
        )
        for i, j in zip(*np.nonzero(parted), strict=True):
            place = _cross(normal_first[i], normal_second[j])
            place /= np.linalg.norm(place)
            for candidate in (place, -place):
                # Both circles meet twice; the edges must meet at the same of the two places.
                if (
                    candidate @ (starts[i] + ends[i]) > 0
                    and candidate @ (second.starts[j] + second.ends[j]) > 0
                ):
                    found: Array = candidate
                    return found
    return None


def _nearest_of(places: Array, target: Shape) -> Nearest:
    """The nearest of ``places`` to the vertices and edges of ``target``."""
    best = Nearest(math.inf, places[0], target.places[0])
    for candidates in (_nearest_vertex, _nearest_on_edge):
        found = candidates(places, target, best)
        if found.angle < best.angle:
            best = found
    return best


def _nearest_vertex(places: Array, target: Shape, best: Nearest) -> Nearest:
    step = max(1, _PAIRS_AT_ONCE // len(target.places))
    for low in range(0, len(places), step):
        some = places[low : low + step]
        chord = np.linalg.norm(some[:, None, :] - target.places[None, :, :], axis=2)
        i, j = divmod(int(chord.argmin()), chord.shape[1])
        angle = _angle(float(chord[i, j]))
        if angle < best.angle:
            best = Nearest(angle, some[i], target.places[j])
    return best


def _nearest_on_edge(places: Array, target: Shape, best: Nearest) -> Nearest:
    """Feet of perpendiculars inside edges; vertices are looked at elsewhere."""
    if not len(target.starts):
        return best
    start, end, normal = target.starts, target.ends, target.normals
    from_start, from_end, middle = _cross(normal, start), _cross(normal, end), start + end
    step = max(1, _PAIRS_AT_ONCE // len(start))
    for low in range(0, len(places), step):
        some = places[low : low + step]
        # Measured from the start of the edge, for the same reason.
        off = np.einsum("pek,ek->pe", some[:, None, :] - start[None, :, :], normal)
        foot = some[:, None, :] - off[:, :, None] * normal[None, :, :]
        foot /= np.linalg.norm(foot, axis=2)[:, :, None]
        after_start = np.einsum("pek,ek->pe", foot - start[None, :, :], from_start) > 0
        before_end = np.einsum("pek,ek->pe", foot - end[None, :, :], from_end) < 0
        ahead = np.einsum("pek,ek->pe", foot, middle) > 0
        chord = np.where(
            after_start & before_end & ahead, np.linalg.norm(foot - some[:, None, :], axis=2), np.inf
        )
        i, j = divmod(int(chord.argmin()), chord.shape[1])
        if math.isfinite(chord[i, j]):
            angle = _angle(float(chord[i, j]))
            if angle < best.angle:
                best = Nearest(angle, some[i], foot[i, j])
    return best


def _angle(chord: float) -> float:
    return 2 * math.asin(min(1.0, chord / 2))


def covers(first: BaseGeometry, second: BaseGeometry, tolerance: float) -> bool:
    """True where one simple part of ``first`` covers every part of ``second`` (tolerance: an angle).

    Three habits of PostGIS are kept: parts of a multi-geometry do not help each other, the edge of a
    hole belongs to the hole, and a point covers only a point with the same coordinates.
    """
    wanted = _simple_parts(second)
    return bool(wanted) and any(
        all(_covers_part(part, other, tolerance) for other in wanted) for part in _simple_parts(first)
    )


def _covers_part(first: BaseGeometry, second: BaseGeometry, tolerance: float) -> bool:
    if isinstance(first, shapely.Point):
        return isinstance(second, shapely.Point) and (first.x, first.y) == (second.x, second.y)
    area, other = shape_of(first), shape_of(second)
    if not area.areas:
        return all(_nearest_of(place[None, :], area).angle <= tolerance for place in other.places)
    held = all(_covers_place(area.areas[0], place, tolerance) for place in other.places)
    return held and _crossing(area, other) is None


def _covers_place(area: tuple[Ring, ...], place: Array, tolerance: float) -> bool:
    shell, *holes = area
    in_shell = _in_closed_ring(shell, place, tolerance)
    return in_shell and not any(_in_closed_ring(hole, place, tolerance) for hole in holes)


def _in_closed_ring(ring: Ring, place: Array, tolerance: float) -> bool:
    if _in_ring(ring, place):
        return True
    edge = Shape(ring.places, ring.places[:-1], ring.places[1:], ring.places[:1], ())
    return _nearest_of(place[None, :], edge).angle <= tolerance
