"""What this backend can do; Django and its test suite read it."""

from __future__ import annotations

from django.contrib.gis.db.backends.base.features import BaseSpatialFeatures
from django.db.backends.sqlite3.features import DatabaseFeatures as SQLiteFeatures


class DatabaseFeatures(BaseSpatialFeatures, SQLiteFeatures):
    """As PostGIS without rasters; reference systems come from PROJ, not from a table."""

    has_spatialrefsys_table = False
    supports_add_srs_entry = False
    supports_geography = True
    supports_3d_storage = True
    supports_3d_functions = True
    supports_empty_geometries = True
    empty_intersection_returns_none = False
