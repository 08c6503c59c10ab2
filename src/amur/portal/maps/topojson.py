"""A reader of TopoJSON: shared arcs to shapely geometries and to the borders between them. Pure functions.

Called by `atlas`. What crosses the antimeridian goes on beyond 180 degrees instead of jumping to -180.
Format: TopoJSON 1.0 (M. Bostock, C. Metcalf), sections 2.1.3 (arcs) and 2.2 (geometry objects).
"""

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, MultiLineString, MultiPolygon, Polygon, line_merge
from shapely.geometry.base import BaseGeometry

Coordinates = NDArray[np.float64]
_MINIMUM_RING: Final = 4


class Topology:
    """One TopoJSON document of polygons.

    >>> square = {"type": "Topology", "arcs": [[[0, 0], [1, 0], [0, 1], [-1, 0], [0, -1]]],
    ...           "transform": {"scale": [2, 2], "translate": [10, 20]},
    ...           "objects": {"land": {"type": "Polygon", "arcs": [[0]]}}}
    >>> Topology(square).polygons("land")[0].geometry.bounds
    (10.0, 20.0, 12.0, 22.0)
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Decode the arcs. Raises ValueError when the document is not a TopoJSON topology."""
        if document.get("type") != "Topology":
            raise ValueError(f"type is {document.get('type')!r}; a TopoJSON document says 'Topology'")
        self._objects: Mapping[str, Any] = document["objects"]
        self._arcs = [_decode_arc(arc, document.get("transform")) for arc in document["arcs"]]

    def polygons(self, name: str, only: Collection[str] | None = None) -> list["Feature"]:
        """The polygons of the object `name` with their identifiers and properties, in document order;
        `only` are the identifiers that are wanted.
        """
        return [
            Feature(self._polygon(geometry), str(geometry.get("id", "")), geometry.get("properties", {}))
            for geometry in self._geometries(name)
            if only is None or str(geometry.get("id", "")) in only
        ]

    def mesh(self, name: str, wanted: Callable[[frozenset[str]], bool]) -> BaseGeometry:
        """Lines of all arcs whose set of owners (identifiers of geometries) is `wanted`, each arc once.

        One owner: coast. Two owners: a land border.
        """
        owners: dict[int, set[str]] = defaultdict(set)
        for place, geometry in enumerate(self._geometries(name)):
            for arc in _arc_numbers(geometry.get("arcs", ())):
                owners[arc if arc >= 0 else ~arc].add(str(geometry.get("id", f"#{place}")))
        lines = [_unwrap(self._arcs[arc]) for arc, who in owners.items() if wanted(frozenset(who))]
        return line_merge(MultiLineString([LineString(line) for line in lines if len(line) > 1]))

    def _geometries(self, name: str) -> Iterator[Mapping[str, Any]]:
        def walk(geometry: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
            if geometry["type"] == "GeometryCollection":
                for member in geometry["geometries"]:
                    yield from walk(member)
            elif geometry["type"] in {"Polygon", "MultiPolygon"}:
                yield geometry

        return walk(self._objects[name])

    def _polygon(self, geometry: Mapping[str, Any]) -> BaseGeometry:
        parts = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
        polygons = [polygon for part in parts if (polygon := self._rings(part)) is not None]
        return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)

    def _rings(self, arcs: Sequence[Sequence[int]]) -> Polygon | None:
        shell, *holes = (_unwrap(self._ring(ring)) for ring in arcs)
        # Quantisation can flatten a small island to a line: it has no area to draw.
        if len(shell) < _MINIMUM_RING:
            return None
        # Into the turn of the globe where the shell is.
        holes = [_turned(hole, float(shell[:, 0].min())) for hole in holes if len(hole) >= _MINIMUM_RING]
        return Polygon(shell, holes)

    def _ring(self, arcs: Sequence[int]) -> Coordinates:
        """Joined arcs; `~n` is arc n backwards. Neighbours share a point, which is kept once."""
        parts = [self._arcs[arc] if arc >= 0 else self._arcs[~arc][::-1] for arc in arcs]
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


class Feature:
    """A decoded geometry (longitude, latitude) with its TopoJSON `id` and `properties`."""

    __slots__ = ("geometry", "identifier", "properties")

    def __init__(self, geometry: BaseGeometry, identifier: str, properties: Mapping[str, Any]) -> None:
        self.geometry = geometry
        self.identifier = identifier
        self.properties = properties


def _decode_arc(
    arc: Sequence[Sequence[float]], transform: Mapping[str, Sequence[float]] | None
) -> Coordinates:
    points = np.asarray(arc, dtype=np.float64)[:, :2]
    if transform is None:
        return points
    # A quantised arc holds differences from one point to the next.
    decoded: Coordinates = np.cumsum(points, axis=0) * transform["scale"] + transform["translate"]
    return decoded


def _unwrap(line: Coordinates) -> Coordinates:
    """Without the jump where a line crosses the antimeridian: longitudes go on below -180 or above 180.

    A ring around a pole is closed through that pole.
    """
    if len(line) == 0 or np.abs(np.diff(line[:, 0])).max(initial=0) <= 180:
        return line
    longitude = np.unwrap(line[:, 0], period=360)
    unwrapped: Coordinates = np.column_stack([longitude, line[:, 1]])
    if np.array_equal(line[0], line[-1]) and abs(longitude[-1] - longitude[0]) > 180:
        pole = math.copysign(90, float(line[:, 1].mean()))
        corners = [[longitude[-1], pole], [longitude[0], pole], unwrapped[0]]
        unwrapped = np.concatenate([unwrapped, corners])
    return _turned(unwrapped, -180.0)


def _turned(line: Coordinates, west: float) -> Coordinates:
    """Whole turns added or taken away until the line's western end lies within one turn east of `west`."""
    turns = np.floor((line[:, 0].min() - west) / 360)
    turned: Coordinates = line - [360 * turns, 0]
    return turned


def _arc_numbers(arcs: Iterable[Any]) -> Iterator[int]:
    for member in arcs:
        if isinstance(member, int):
            yield member
        else:
            yield from _arc_numbers(member)
