"""What GeoDjango asks of a spatial backend: operators, names, placeholders, converters.

Names and semantics are those of the PostGIS backend, so that the same code gives the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any, ClassVar

from django.contrib.gis.db.backends.base.operations import BaseSpatialOperations
from django.contrib.gis.db.backends.utils import SpatialOperator
from django.contrib.gis.geos.geometry import GEOSGeometryBase
from django.contrib.gis.geos.prototypes.io import wkb_r
from django.contrib.gis.measure import Distance
from django.db import NotSupportedError
from django.db.backends.sqlite3.operations import DatabaseOperations as SQLiteOperations

from amur.portal.geosqlite.adapter import GeoSQLiteAdapter
from amur.portal.geosqlite.references import SpatialRefSys


class Operator(SpatialOperator):
    """A look-up as an SQL function, with another function for geography where PostGIS has one."""

    def __init__(self, func: str, geography: str | None = None) -> None:
        super().__init__(func=func)
        self.geography = geography

    def as_sql(
        self, connection: Any, lookup: Any, template_params: MutableMapping[str, Any], sql_params: Any
    ) -> tuple[str, Any]:
        chosen = self
        if self.geography and lookup.lhs.output_field.geography:
            chosen = Operator(self.geography)
        return super(Operator, chosen).as_sql(connection, lookup, template_params, sql_params)


class DatabaseOperations(BaseSpatialOperations, SQLiteOperations):
    """Used through ``connection.ops``."""

    name = "geosqlite"
    compiler_module = "amur.portal.geosqlite.compiler"
    geom_func_prefix = "ST_"
    Adapter = GeoSQLiteAdapter
    select = "%s"
    select_extent: ClassVar[str | None] = None  # type: ignore[assignment]  # as in Django's PostGIS backend
    unsupported_functions: ClassVar[set[str]] = set()  # type: ignore[misc]  # instance attribute in the stubs

    gis_operators: ClassVar[dict[str, Operator]] = {
        "bbcontains": Operator("AmurBoxContains"),
        "bboverlaps": Operator("AmurBoxOverlaps", geography="AmurGeogBoxOverlaps"),
        "contained": Operator("AmurBoxContained"),
        "overlaps_left": Operator("AmurBoxOverLeft"),
        "overlaps_right": Operator("AmurBoxOverRight"),
        "overlaps_below": Operator("AmurBoxOverBelow"),
        "overlaps_above": Operator("AmurBoxOverAbove"),
        "left": Operator("AmurBoxLeft"),
        "right": Operator("AmurBoxRight"),
        "strictly_below": Operator("AmurBoxBelow"),
        "strictly_above": Operator("AmurBoxAbove"),
        "same_as": Operator("AmurBoxSame"),
        "exact": Operator("AmurBoxSame"),
        "contains": Operator("ST_Contains"),
        "contains_properly": Operator("ST_ContainsProperly"),
        "coveredby": Operator("ST_CoveredBy", geography="AmurGeogCoveredBy"),
        "covers": Operator("ST_Covers", geography="AmurGeogCovers"),
        "crosses": Operator("ST_Crosses"),
        "disjoint": Operator("ST_Disjoint"),
        "equals": Operator("ST_Equals"),
        "intersects": Operator("ST_Intersects", geography="AmurGeogIntersects"),
        "overlaps": Operator("ST_Overlaps"),
        "relate": Operator("ST_Relate"),
        "touches": Operator("ST_Touches"),
        "within": Operator("ST_Within"),
        "dwithin": Operator("ST_DWithin", geography="AmurGeogDWithin"),
    }

    function_names: ClassVar[dict[str, str]] = {  # type: ignore[misc]  # as above
        "AsWKB": "ST_AsBinary",
        "AsWKT": "ST_AsText",
        "BoundingCircle": "ST_MinimumBoundingCircle",
        "FromWKB": "ST_GeomFromWKB",
        "FromWKT": "ST_GeomFromText",
        "NumPoints": "ST_NPoints",
    }

    def geo_db_type(self, f: Any) -> str:
        """Declared column type: ``geometry point(4326)``, ``geography polygon z(4326)``."""
        if f.geom_type == "RASTER":
            raise NotSupportedError("geosqlite stores no rasters; keep them as files beside the database.")
        if f.geography and f.srid != 4326:
            raise NotSupportedError("Geography columns need SRID 4326, as in PostGIS.")
        kind = "geography" if f.geography else "geometry"
        height = " z" if f.dim == 3 else ""
        return f"{kind} {f.geom_type.lower()}{height}({f.srid})"

    def get_distance(self, f: Any, value: Any, lookup_type: str) -> list[Any]:
        """Distance of a look-up in metres (geography, geodetic) or units of the column."""
        distance = value[0]
        if not isinstance(distance, Distance):
            return [distance]
        if f.geography:
            return [distance.m]
        if f.geodetic(self.connection):
            if lookup_type == "dwithin":
                raise ValueError(
                    "Only numeric values of degree units are allowed on geographic DWithin queries."
                )
            return [distance.m]
        return [getattr(distance, Distance.unit_attname(f.units_name(self.connection)))]

    def get_geom_placeholder(self, f: Any, value: Any, compiler: Any) -> str:
        """``%s``, or its transformation where ``value`` has another SRID than the field."""
        field = value.field if hasattr(value, "as_sql") else value
        if field is None or field.srid is None or field.srid == f.srid:
            return "%s"
        return f"ST_Transform(%s, {int(f.srid)})"

    def spatial_aggregate_name(self, agg_name: str) -> str:
        """SQL name of an aggregate."""
        return "ST_3DExtent" if agg_name == "Extent3D" else f"AmurAggregate{agg_name}"

    def convert_extent(self, box: str | None, srid: int | None = None) -> tuple[float, ...] | None:
        """West, south, east, north of what ``Extent`` gave."""
        return None if box is None else tuple(map(float, box.split()))

    def convert_extent3d(self, box: str | None, srid: int | None = None) -> tuple[float, ...] | None:
        """West, south, bottom, east, north, top of what ``Extent3D`` gave."""
        return None if box is None else tuple(map(float, box.split()))

    def spatial_ref_sys(self) -> type[SpatialRefSys]:
        """Reference systems from PROJ."""
        return SpatialRefSys

    def get_geometry_converter(self, expression: Any) -> Callable[[Any, Any, Any], Any]:
        """Blob to the geometry class of the field."""
        read = wkb_r().read
        geom_class = expression.output_field.geom_class

        def converter(value: Any, expression: Any, connection: Any) -> Any:
            if value is None:
                return None
            return GEOSGeometryBase(read(memoryview(value), max_geom_collections=None), geom_class)

        return converter

    def get_area_att_for_field(self, field: Any) -> str:
        """As PostGIS: the area of a longitude/latitude geometry is in square degrees; use geography."""
        return "sq_m"
