"""Coordinate reference systems: from PROJ by their SRID, instead of a table ``spatial_ref_sys``.

SRIDs are EPSG codes; those from 100,000 on are looked up among ESRI's, as in the table of PostGIS.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any, Self

import numpy as np
import pyproj
import shapely
from django.contrib.gis.db.backends.base.models import SpatialRefSysMixin
from django.contrib.gis.geos import GEOSGeometry
from shapely.geometry.base import BaseGeometry

from amur.portal.geosqlite import codec

# Objects of pyproj must not be shared by threads.
_local = threading.local()


def authority_code(srid: int) -> str:
    """PROJ's name of a reference system.

    >>> authority_code(32652), authority_code(102025)
    ('EPSG:32652', 'ESRI:102025')
    """
    return f"{'ESRI' if srid >= 100_000 else 'EPSG'}:{srid}"


def _crs(srid: int) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_user_input(authority_code(srid))
    except pyproj.exceptions.CRSError as error:
        raise codec.SpatialError(f"SRID {srid} is not known to PROJ as {authority_code(srid)}.") from error


def transformer(source: int, target: int) -> pyproj.Transformer:
    """Transformer between two SRIDs, easting before northing, kept per thread; SpatialError if unknown."""
    kept: dict[tuple[int, int], pyproj.Transformer] = _local.__dict__.setdefault("transformers", {})
    if (source, target) not in kept:
        kept[source, target] = pyproj.Transformer.from_crs(_crs(source), _crs(target), always_xy=True)
    return kept[source, target]


def transform(geometry: BaseGeometry, source: int, target: int) -> BaseGeometry:
    """Move a geometry to another reference system; heights follow.

    Raises SpatialError where SRIDs are unknown or a place is outside the area of the projection.
    """
    if source == target or geometry.is_empty:
        return geometry
    if source == 0:
        raise codec.SpatialError("ST_Transform: the geometry has no SRID, so it cannot be transformed.")
    change = transformer(source, target)

    def move(coordinates: Any) -> Any:
        moved = np.column_stack(change.transform(*coordinates.T))
        if not np.isfinite(moved).all():
            raise codec.SpatialError(
                f"ST_Transform: a place lies outside the area of {authority_code(target)}."
            )
        return moved

    return shapely.transform(geometry, move, include_z=bool(geometry.has_z))


def transformed(geometry: GEOSGeometry, target: int) -> GEOSGeometry:
    """The same for a geometry of GeoDjango, which stays as it is."""
    decoded = codec.decode(bytes(geometry.ewkb))
    moved = transform(decoded.geometry, int(geometry.srid or 0), target)
    return GEOSGeometry(memoryview(codec.encode(moved, target)))


@lru_cache(maxsize=64)
def ellipsoid(srid: int) -> pyproj.Geod:
    """Ellipsoid of a longitude/latitude system (WGS 84 where the SRID is 0 or 4326)."""
    if srid in (0, 4326):
        return pyproj.Geod(ellps="WGS84")
    return _geod(_crs(srid), srid)


def _geod(crs: pyproj.CRS, srid: int) -> pyproj.Geod:
    geod = crs.get_geod()
    if geod is None:
        raise codec.SpatialError(f"SRID {srid} has no ellipsoid.")
    return geod


class SpatialRefSys(SpatialRefSysMixin):
    """What GeoDjango wants to know of a reference system, without a table."""

    class Manager:
        """Answers the two calls that GeoDjango makes: ``using`` and ``get``."""

        def using(self, alias: str) -> Self:
            """All databases have the same reference systems."""
            return self

        def get(self, srid: int) -> SpatialRefSys:
            """The reference system; raises SpatialError where PROJ has none."""
            return SpatialRefSys(srid)

    objects = Manager()

    def __init__(self, srid: int) -> None:
        self.srid = srid
        crs = _crs(srid)
        authority: tuple[str, str] = crs.to_authority() or ("EPSG", str(srid))
        self.auth_name, self.auth_srid = authority
        self.wkt: str = crs.to_wkt("WKT1_GDAL")
        self.proj4text = ""
