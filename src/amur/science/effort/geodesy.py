"""Lengths on the WGS 84 ellipsoid, and an equal-area plane for grids; degrees in, metres out.

Lengths of short lines are those of B. R. Bowring, "The direct and inverse problems for short geodesic lines
on the ellipsoid", Surveying and Mapping 41 (1981) 135-141, right to less than a millimetre up to half a
degree; longer ones are computed by pyproj. The plane is the cylindrical equal-area projection of the
ellipsoid (J. P. Snyder, "Map projections: a working manual", 1987, pages 76-85).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from amur.science.effort.compiled import kernel

Floats = NDArray[np.float64]

SEMI_MAJOR = 6_378_137.0
FLATTENING = 1 / 298.257223563
_E2 = FLATTENING * (2 - FLATTENING)
_SECOND_E2 = _E2 / (1 - _E2)
_E = math.sqrt(_E2)
_SHORT = 0.5
"""Degrees up to which a line is short, in latitude and in longitude."""
_GEOD = Geod(ellps="WGS84")


@kernel
def short_length(longitude_1: float, latitude_1: float, longitude_2: float, latitude_2: float) -> float:
    """The length in metres of a line of at most half a degree; for longer ones it is inexact."""
    phi = math.radians(latitude_1)
    d_phi = math.radians(latitude_2 - latitude_1)
    d_lambda = math.radians(longitude_2 - longitude_1)
    cosine, sine = math.cos(phi), math.sin(phi)
    a = math.sqrt(1 + _SECOND_E2 * cosine**4)
    b2 = 1 + _SECOND_E2 * cosine**2
    b = math.sqrt(b2)
    w = a * d_lambda / 2
    d = d_phi / (2 * b) * (1 + 3 * _SECOND_E2 / (4 * b2) * d_phi * math.sin(2 * phi + 2 / 3 * d_phi))
    e = math.sin(d) * math.cos(w)
    f = math.sin(w) * (b * cosine * math.cos(d) - sine * math.sin(d)) / a
    half = min(math.sqrt(e * e + f * f), 1.0)
    return SEMI_MAJOR * math.sqrt(1 + _SECOND_E2) * 2 * math.asin(half) / b2


@kernel
def _short_lengths(lon_1: Floats, lat_1: Floats, lon_2: Floats, lat_2: Floats, out: Floats) -> int:
    """Lengths of short lines into `out`, NaN for the others; how many are not short."""
    others = 0
    for k in range(len(out)):
        if abs(lon_2[k] - lon_1[k]) <= _SHORT and abs(lat_2[k] - lat_1[k]) <= _SHORT:
            out[k] = short_length(lon_1[k], lat_1[k], lon_2[k], lat_2[k])
        else:
            out[k] = np.nan
            others += 1
    return others


def lengths(longitude_1: Floats, latitude_1: Floats, longitude_2: Floats, latitude_2: Floats) -> Floats:
    """The lengths (n,) in metres of geodesics between places (n,) in degrees; NaN where a place is NaN.

    >>> degree = lengths(np.array([135.0]), np.array([48.0]), np.array([135.0]), np.array([48.1]))
    >>> round(float(degree[0]), 2)
    11119.13
    """
    ends = [
        np.ascontiguousarray(each, dtype=float) for each in (longitude_1, latitude_1, longitude_2, latitude_2)
    ]
    found = np.empty(len(ends[0]))
    if _short_lengths(ends[0], ends[1], ends[2], ends[3], found):
        long = np.isnan(found) & np.isfinite(ends[0] + ends[1] + ends[2] + ends[3])
        found[long] = _GEOD.inv(*(each[long] for each in ends))[2]
    return found


@kernel
def _forward(longitude: Floats, latitude: Floats, meridian: float, k0: float, out: Floats) -> None:
    for k in range(len(longitude)):
        away = (longitude[k] - meridian + 180) % 360 - 180
        sine = math.sin(math.radians(latitude[k]))
        logarithm = math.log((1 - _E * sine) / (1 + _E * sine)) / (2 * _E)
        q = (1 - _E2) * (sine / (1 - _E2 * sine * sine) - logarithm)
        out[k, 0] = SEMI_MAJOR * k0 * math.radians(away)
        out[k, 1] = SEMI_MAJOR * q / (2 * k0)


@dataclass(frozen=True, slots=True)
class EqualArea:
    """A plane in which areas are true everywhere, and shapes at the latitude `parallel` (degrees).

    `meridian` is the longitude of easting 0; the plane ends 180 degrees from it.
    """

    parallel: float
    meridian: float

    def __post_init__(self) -> None:
        if not (-80 <= self.parallel <= 80 and -180 <= self.meridian <= 180):
            raise ValueError(
                f"no plane has its true parallel at {self.parallel} and meridian {self.meridian}"
            )

    @property
    def proj(self) -> str:
        """The plane in the words of PROJ."""
        return f"+proj=cea +lat_ts={self.parallel!r} +lon_0={self.meridian!r} +ellps=WGS84 +units=m +no_defs"

    def forward(self, longitude: Floats, latitude: Floats) -> Floats:
        """Eastings and northings (n, 2) in metres of places (n,) in degrees.

        >>> EqualArea(48.0, 135.0).forward(np.array([136.0]), np.array([48.0])).round(3).tolist()
        [[74625.354, 7040567.434]]
        """
        sine = math.sin(math.radians(self.parallel))
        k0 = math.cos(math.radians(self.parallel)) / math.sqrt(1 - _E2 * sine * sine)
        out = np.empty((len(longitude), 2))
        east, north = (np.ascontiguousarray(each, dtype=float) for each in (longitude, latitude))
        _forward(east, north, self.meridian, k0, out)
        return out
