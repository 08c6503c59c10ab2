"""The square grid of web map tiles: where a tile lies, and geometry in the tile's own units. Pure functions.

Called by `tiles` and `basemap`. Web Mercator (EPSG:3857) as in the OGC Two Dimensional Tile Matrix Set
"WebMercatorQuad": row 0 is the northernmost, zoom z has 2**z columns.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from shapely import transform
from shapely.geometry.base import BaseGeometry

EXTENT: Final = 4096  # units along one side of a tile, as the Mapbox Vector Tile specification recommends
BUFFER: Final = 64  # units kept beyond each side, so that line ends and outlines do not show at the seams
MAXIMUM_LATITUDE: Final = math.degrees(math.atan(math.sinh(math.pi)))  # 85.0511, where the square world ends

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile by zoom, column (from the antimeridian eastwards) and row (from the north).

    Raises ValueError when there is no such tile.

    >>> Tile(1, 1, 0).bounds()[:2]
    (0.0, 0.0)
    """

    zoom: int
    column: int
    row: int

    def __post_init__(self) -> None:
        side = 1 << self.zoom if 0 <= self.zoom <= 24 else 0
        if not (0 <= self.column < side and 0 <= self.row < side):
            raise ValueError(f"no tile {self.zoom}/{self.column}/{self.row}")

    def bounds(self, buffer: int = 0) -> Bounds:
        """West, south, east, north in degrees, with `buffer` tile units more on each side.

        Beyond the antimeridian, west is below -180 or east above 180; latitudes stay on the map.
        """
        side, margin = 1 << self.zoom, buffer / EXTENT
        west = (self.column - margin) / side * 360 - 180
        east = (self.column + 1 + margin) / side * 360 - 180
        north = _latitude((self.row - margin) / side)
        south = _latitude((self.row + 1 + margin) / side)
        return west, south, east, north

    def to_units(self, geometry: BaseGeometry) -> BaseGeometry:
        """The geometry (degrees) in units of this tile: 0 to EXTENT eastwards and southwards."""
        side = 1 << self.zoom

        def project(points: NDArray[np.float64]) -> NDArray[np.float64]:
            latitude = np.radians(np.clip(points[:, 1], -MAXIMUM_LATITUDE, MAXIMUM_LATITUDE))
            column = (points[:, 0] + 180) / 360 * side - self.column
            row = (1 - np.arcsinh(np.tan(latitude)) / math.pi) / 2 * side - self.row
            return np.column_stack([column, row]) * EXTENT

        return transform(geometry, project)


def tile_at(longitude: float, latitude: float, zoom: int) -> Tile:
    """The tile that holds a point in degrees; points beyond the map go to its nearest edge.

    >>> tile_at(131.89, 43.12, 5)
    Tile(zoom=5, column=27, row=11)
    """
    side = 1 << zoom
    latitude = math.radians(max(-MAXIMUM_LATITUDE, min(MAXIMUM_LATITUDE, latitude)))
    column = math.floor((longitude + 180) / 360 * side)
    row = math.floor((1 - math.asinh(math.tan(latitude)) / math.pi) / 2 * side)
    return Tile(zoom, max(0, min(side - 1, column)), max(0, min(side - 1, row)))


def tiles_within(bounds: Bounds, zoom: int) -> Iterator[Tile]:
    """All tiles of one zoom that meet west, south, east, north (degrees), from north-west to south-east."""
    west, south, east, north = bounds
    first, last = tile_at(west, north, zoom), tile_at(east, south, zoom)
    for row in range(first.row, last.row + 1):
        for column in range(first.column, last.column + 1):
            yield Tile(zoom, column, row)


def _latitude(fraction: float) -> float:
    """Latitude in degrees at a fraction of the map's height from the north."""
    latitude = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * fraction))))
    return max(-MAXIMUM_LATITUDE, min(MAXIMUM_LATITUDE, latitude))
