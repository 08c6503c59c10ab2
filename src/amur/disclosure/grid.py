"""The one grid of the house: floor cells of 1°, 0.5°, 0.1° and 0.01° on WGS 84 longitude and latitude.

Called by the gate, by tile and map code that needs a cell's bounds, and by tests. Two different grids
over the same records cut each other into small pieces, so no other grid may ever be published.

Arithmetic is exact: a float stands for the shortest decimal that names it (0.3 is three tenths, not
0.299999999999999988897769753748), so a value typed, stored, exported and read again keeps its cell.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from pyproj import Geod

from amur.disclosure.levels import Level

Bounds = tuple[float, float, float, float]  # west, south, east, north in degrees

_COORDINATE_TYPES = (int, float, Decimal)
_ELLIPSOID = Geod(ellps="WGS84")
_EDGE_SAMPLES = 8

# A stated uncertainty is rounded up to one of these before it is published: the true value would be
# a fingerprint by which two outputs of one record could be matched.
UNCERTAINTY_BANDS_M = (100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000)


@dataclass(frozen=True, order=True)
class Cell:
    """One cell: the level and the whole numbers of cells east and north of 0°, 0°.

    Everything that is published about a coarsened place is computed from this object alone.
    """

    level: Level
    column: int
    row: int

    @property
    def west(self) -> float:
        return float(self.column * self.level.step)

    @property
    def east(self) -> float:
        return float((self.column + 1) * self.level.step)

    @property
    def south(self) -> float:
        return float(self.row * self.level.step)

    @property
    def north(self) -> float:
        return float((self.row + 1) * self.level.step)

    @property
    def longitude(self) -> float:
        """Longitude of the centre, degrees."""
        return float((self.column + Fraction(1, 2)) * self.level.step)

    @property
    def latitude(self) -> float:
        """Latitude of the centre, degrees."""
        return float((self.row + Fraction(1, 2)) * self.level.step)

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north in degrees."""
        return (self.west, self.south, self.east, self.north)

    def parent(self, level: Level) -> Cell:
        """The cell of a coarser level that holds this one; ValueError when `level` is finer."""
        if level > self.level:
            raise ValueError(f"a cell of {self.level.word}° does not tell its cell of {level.word}°")
        ratio = self.level.cells_per_degree // level.cells_per_degree
        return Cell(level, self.column // ratio, self.row // ratio)

    def half_diagonal_m(self) -> int:
        """Greatest distance in metres from the centre to any place of the cell, rounded up."""
        return _farthest_m(self.level, self.row)


def exact_degrees(value: float | int | Decimal) -> Fraction:
    """The decimal number that a coordinate names, as an exact fraction.

    Raises ValueError for a number that is not finite and TypeError for what is no number.

    >>> exact_degrees(0.3)
    Fraction(3, 10)
    """
    if isinstance(value, bool) or not isinstance(value, _COORDINATE_TYPES):
        raise TypeError(f"a coordinate must be a number in degrees, not {type(value).__name__}")
    decimal = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    if not decimal.is_finite():
        raise ValueError("a coordinate must be a finite number of degrees")
    return Fraction(decimal)


def cell_of(longitude: float | Decimal, latitude: float | Decimal, level: Level) -> Cell:
    """The cell that holds a place; longitude -180 to 180 and latitude -90 to 90, degrees on WGS 84.

    A cell holds its west and south edge. 180° is the meridian -180° and the north pole belongs to
    the last row. Raises ValueError outside these ranges or for a level that is no cell.

    >>> cell = cell_of(134.857, 48.213, Level.TENTH)
    >>> cell.bounds, cell.longitude, cell.latitude
    ((134.8, 48.2, 134.9, 48.3), 134.85, 48.25)
    >>> cell.half_diagonal_m()
    6688
    """
    per_degree = level.cells_per_degree
    east = exact_degrees(longitude)
    north = exact_degrees(latitude)
    if not -180 <= east <= 180:
        raise ValueError("a longitude must lie between -180 and 180 degrees")
    if not -90 <= north <= 90:
        raise ValueError("a latitude must lie between -90 and 90 degrees")
    if east == 180:
        east = Fraction(-180)
    row = min(math.floor(north * per_degree), 90 * per_degree - 1)
    return Cell(level, math.floor(east * per_degree), row)


def coarsest_cell_inside(
    longitude: float | Decimal, latitude: float | Decimal, holds: Callable[[Bounds], bool]
) -> Level:
    """The coarsest level whose cell around a place lies wholly in an area; WITHHELD when none does.

    `holds` tells whether the area contains a box of west, south, east, north degrees. The answer is
    what `Unit.holds` wants: an area may be named beside a cell only when it holds the whole cell.

    >>> coarsest_cell_inside(134.857, 48.213, lambda box: box[2] - box[0] < 0.2).word
    '0.1'
    """
    for level in (Level.DEGREE, Level.HALF, Level.TENTH, Level.HUNDREDTH):
        if holds(cell_of(longitude, latitude, level).bounds):
            return level
    return Level.WITHHELD


@lru_cache(maxsize=4096)
def _farthest_m(level: Level, row: int) -> int:
    """Longest geodesic from the centre to the cell's edge, metres, rounded up (Karney 2013, by PROJ).

    The same in every column, so longitude 0 serves. The edge is sampled as well as the corners
    because next to a pole the farthest place need not be a corner.
    """
    cell = Cell(level, 0, row)
    longitudes: list[float] = []
    latitudes: list[float] = []
    for part in range(_EDGE_SAMPLES + 1):
        share = part / _EDGE_SAMPLES
        along_east = cell.west + share * (cell.east - cell.west)
        along_north = cell.south + share * (cell.north - cell.south)
        longitudes += [along_east, along_east, cell.west, cell.east]
        latitudes += [cell.south, cell.north, along_north, along_north]
    count = len(longitudes)
    _, _, distances = _ELLIPSOID.inv([cell.longitude] * count, [cell.latitude] * count, longitudes, latitudes)
    # One metre on top: the samples, and the last bits of the centre's floats, are not the supremum.
    return math.ceil(float(max(distances))) + 1


def banded_uncertainty_m(uncertainty_m: float) -> int:
    """A stated uncertainty rounded up to its published band, metres.

    >>> banded_uncertainty_m(7.5), banded_uncertainty_m(1000), banded_uncertainty_m(1000.1)
    (100, 1000, 10000)
    """
    for band in UNCERTAINTY_BANDS_M:
        if uncertainty_m <= band:
            return band
    return 2 * UNCERTAINTY_BANDS_M[-1]
