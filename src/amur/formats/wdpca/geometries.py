"""Checks the geometry of a row. Problems are reported with their place; nothing is ever repaired here.

Called by `checking.py`. Coordinates are longitude, latitude in degrees. Areas on the ellipsoid follow
C. F. F. Karney, “Algorithms for geodesics”, Journal of Geodesy 87 (2013), as computed by PROJ.
"""

from __future__ import annotations

import math
import re

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from amur.formats.errors import ProblemList
from amur.formats.wdpca.rows import Limits

KINDS = frozenset(("Point", "MultiPoint", "Polygon", "MultiPolygon"))
SCHEMA_VERTICES = 50_000
AREA_TOLERANCE = 0.2

_ELLIPSOID = pyproj.Geod(ellps="WGS84")

_COUNTRY_BOXES = {
    "CHN": ((73.0, 3.0, 135.5, 54.0),),
    "MNG": ((87.5, 41.5, 120.0, 52.5),),
    "RUS": ((19.0, 41.0, 180.0, 82.0), (-180.0, 60.0, -168.0, 73.0)),
}
"""Generous boxes (west, south, east, north), used only to suspect exchanged coordinates."""


def checked_geometry(
    geometry: BaseGeometry, number: int, limits: Limits, problems: ProblemList, column: str | None = None
) -> BaseGeometry | None:
    """The geometry in two dimensions when nothing is wrong with it, else `None` with the problems noted."""
    before = problems.error_count
    if geometry.geom_type not in KINDS:
        problems.error("geometry-type", row=number, column=column, kind=geometry.geom_type)
    elif geometry.is_empty:
        problems.error("geometry-empty", row=number, column=column)
    elif (count := int(shapely.get_num_coordinates(geometry))) > limits.vertices:
        problems.error("vertices-too-many", row=number, column=column, count=count, limit=limits.vertices)
    else:
        if count > SCHEMA_VERTICES:
            problems.warn("vertices-many", row=number, column=column, count=count, limit=SCHEMA_VERTICES)
        if shapely.has_z(geometry) or shapely.has_m(geometry):
            problems.warn("geometry-height", row=number, column=column)
            geometry = shapely.force_2d(geometry)
        if _positions_are_on_earth(geometry, number, problems, column):
            _check_shape(geometry, number, problems, column)
    return geometry if problems.error_count == before else None


def geodesic_area_km2(geometry: BaseGeometry) -> float:
    """Area of a polygon or multipolygon on the WGS 84 ellipsoid, in km²; 0 for points.

    >>> round(geodesic_area_km2(shapely.box(130.0, 48.0, 131.0, 49.0)))
    8218
    """
    if geometry.geom_type not in ("Polygon", "MultiPolygon"):
        return 0.0
    parts = [shapely.get_rings(part) for part in shapely.get_parts(geometry)]
    return sum(_ring_km2(shell) - sum(map(_ring_km2, holes)) for shell, *holes in parts)


def check_reported_area(
    reported_km2: float, geometry: BaseGeometry, number: int, column: str, problems: ProblemList
) -> None:
    """Warn when the reported area and the polygon's own differ by more than a fifth of the larger."""
    measured = geodesic_area_km2(geometry)
    if measured and abs(reported_km2 - measured) > AREA_TOLERANCE * max(reported_km2, measured):
        problems.warn(
            "area-differs",
            row=number,
            column=column,
            reported=f"{reported_km2:g}",
            measured=f"{measured:.6g}",
        )


def check_country(
    geometry: BaseGeometry,
    iso3: tuple[str, ...],
    number: int,
    problems: ProblemList,
    column: str | None = None,
) -> None:
    """Warn when a place fits its country only with longitude and latitude exchanged."""
    boxes = [box for code in iso3 for box in _COUNTRY_BOXES.get(code, ())]
    if not boxes or any(code not in _COUNTRY_BOXES for code in iso3):
        return
    west, south, east, north = geometry.bounds
    longitude, latitude = (west + east) / 2, (south + north) / 2
    if not _is_in(boxes, longitude, latitude) and _is_in(boxes, latitude, longitude):
        problems.warn(
            "coordinate-swap-suspected",
            row=number,
            column=column,
            longitude=f"{longitude:g}",
            latitude=f"{latitude:g}",
            iso3=";".join(iso3),
        )


def _positions_are_on_earth(
    geometry: BaseGeometry, number: int, problems: ProblemList, column: str | None
) -> bool:
    positions = shapely.get_coordinates(geometry)
    if not np.isfinite(positions).all():
        problems.error("coordinate-not-finite", row=number, column=column)
        return False
    limit = np.array([180.0, 90.0])
    outside = (np.abs(positions) > limit).any(axis=1)
    if not outside.any():
        return True
    longitude, latitude = (float(value) for value in positions[int(np.argmax(outside))])
    exchanged = bool((np.abs(positions[:, ::-1]) <= limit).all())
    problems.error(
        "coordinate-swapped" if exchanged else "coordinate-range",
        row=number,
        column=column,
        longitude=f"{longitude:.10g}",
        latitude=f"{latitude:.10g}",
    )
    return False


def _check_shape(geometry: BaseGeometry, number: int, problems: ProblemList, column: str | None) -> None:
    if geometry.geom_type not in ("Polygon", "MultiPolygon"):
        return
    if geometry.is_valid:
        return
    # The plain area will not do: the two halves of a bow tie cancel each other out.
    if geometry.convex_hull.area == 0.0:
        problems.error("geometry-zero-area", row=number, column=column)
        return
    reason = str(shapely.is_valid_reason(geometry))
    found = re.fullmatch(r"(.*?)\s*\[(\S+) (\S+)\]", reason)
    place = (float(found[2]), float(found[3])) if found else (math.nan, math.nan)
    problems.error(
        "geometry-invalid",
        row=number,
        column=column,
        reason=(found[1] if found else reason).lower(),
        longitude=f"{place[0]:.7g}",
        latitude=f"{place[1]:.7g}",
    )


def _ring_km2(ring: BaseGeometry) -> float:
    # The sign of PROJ's area tells which way the ring turns; here only its size counts.
    positions = shapely.get_coordinates(ring)
    area, _ = _ELLIPSOID.polygon_area_perimeter(positions[:, 0], positions[:, 1])
    return abs(float(area)) / 1e6


def _is_in(boxes: list[tuple[float, float, float, float]], longitude: float, latitude: float) -> bool:
    return any(west <= longitude <= east and south <= latitude <= north for west, south, east, north in boxes)
