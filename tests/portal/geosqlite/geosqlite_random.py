"""Random geometries for the differential test and the property tests (seeded)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
from django.contrib.gis.geos import (
    GEOSGeometry,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
)

Corner = tuple[float, float]
Grid = Callable[[], Corner]


class Geometries:
    """Makes geometries of all simple types inside a window, half of them on whole numbers of a grid.

    On the grid, geometries touch, share edges and equal each other, which random numbers never do.
    """

    def __init__(self, seed: int, window: tuple[float, float, float, float], srid: int, grid: float) -> None:
        self.random = np.random.default_rng(seed)
        self.west, self.south, self.east, self.north = window
        self.srid, self.grid = srid, grid

    def many(self, count: int) -> Iterator[GEOSGeometry]:
        kinds = [self.point, self.multipoint, self.line, self.multiline, self.polygon, self.multipolygon]
        for i in range(count):
            snapped = bool(self.random.integers(2))
            yield kinds[i % len(kinds)](snapped)

    def corner(self, snapped: bool) -> Corner:
        east = float(self.random.uniform(self.west, self.east))
        north = float(self.random.uniform(self.south, self.north))
        if snapped:
            return round(east / self.grid) * self.grid, round(north / self.grid) * self.grid
        return east, north

    def size(self) -> float:
        return float(self.random.uniform(0.5, 3)) * self.grid

    def point(self, snapped: bool) -> Point:
        return Point(*self.corner(snapped), srid=self.srid)

    def multipoint(self, snapped: bool) -> MultiPoint:
        return MultiPoint(
            [self.point(snapped) for _ in range(int(self.random.integers(1, 5)))], srid=self.srid
        )

    def line(self, snapped: bool) -> LineString:
        places = [self.corner(snapped)]
        while len(places) < int(self.random.integers(2, 6)) or len(set(places)) < 2:
            east, north = places[-1]
            step = [float(value) * self.grid for value in self.random.integers(-2, 3, 2)]
            if not snapped:
                step = [value * float(self.random.uniform(0.2, 1)) for value in step]
            places.append(
                (
                    self._inside(east + step[0], self.west, self.east),
                    self._inside(north + step[1], self.south, self.north),
                )
            )
        return LineString(places, srid=self.srid)

    @staticmethod
    def _inside(value: float, low: float, high: float) -> float:
        return min(max(value, low), high)

    def multiline(self, snapped: bool) -> MultiLineString:
        return MultiLineString([self.line(snapped) for _ in range(2)], srid=self.srid)

    def polygon(self, snapped: bool) -> Polygon:
        east, north = self.corner(snapped)
        size = max(1, round(self.size() / self.grid)) * self.grid if snapped else self.size()
        east, north = min(east, self.east - size), min(north, self.north - size)
        if snapped:
            shell = [(east, north), (east + size, north), (east + size, north + size), (east, north + size)]
        else:
            turns = np.sort(self.random.uniform(0, 2 * math.pi, 8))
            shell = [
                (east + size / 2 * (1 + math.cos(turn)), north + size / 2 * (1 + math.sin(turn)))
                for turn in turns
            ]
        rings = [[*shell, shell[0]]]
        if snapped and size >= 3 * self.grid:
            hole = [(1, 1), (1, 2), (2, 2), (2, 1), (1, 1)]
            rings.append([(east + i * self.grid, north + j * self.grid) for i, j in hole])
        return Polygon(*rings, srid=self.srid)

    def multipolygon(self, snapped: bool) -> MultiPolygon:
        first = self.polygon(snapped)
        second = self.polygon(snapped)
        if first.intersects(second):
            return MultiPolygon([first], srid=self.srid)
        return MultiPolygon([first, second], srid=self.srid)
