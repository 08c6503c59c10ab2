"""How a GEOS geometry goes into a SQLite statement: as EWKB."""

from __future__ import annotations

import sqlite3
from typing import Any

from django.contrib.gis.gdal import GDALRaster
from django.contrib.gis.geos import GEOSGeometry


class GeoSQLiteAdapter:
    """Wraps a geometry (or another adapter) for binding; ``geography`` is accepted and not needed."""

    def __init__(self, geometry: Any, geography: bool = False) -> None:
        if isinstance(geometry, GDALRaster):
            raise ValueError("geosqlite stores no rasters; keep them as files beside the database.")
        self.geography = geography
        self.srid: int = geometry.srid or 0
        self.ewkb: bytes = bytes(geometry.ewkb)

    @classmethod
    def of_blob(cls, ewkb: bytes, srid: int) -> GeoSQLiteAdapter:
        """Wrap a blob that is EWKB already."""
        adapter = cls.__new__(cls)
        adapter.geography, adapter.srid, adapter.ewkb = False, srid, ewkb
        return adapter

    @classmethod
    def _fix_polygon(cls, polygon: GEOSGeometry) -> GEOSGeometry:
        # Asked for by GeoDjango's common code; only Oracle turns rings.
        return polygon

    def __conform__(self, protocol: object) -> bytes | None:
        return self.ewkb if protocol is sqlite3.PrepareProtocol else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GeoSQLiteAdapter) and self.ewkb == other.ewkb

    def __hash__(self) -> int:
        return hash(self.ewkb)

    def __str__(self) -> str:
        return self.ewkb.hex()
