"""SQL of spatial look-ups and functions.

A look-up such as ``area.boundary__contains`` becomes ``ST_Contains(...)`` with, in front of it, the rows
that the R*Tree of the column finds::

    "area"."id" IN (SELECT id FROM "rtree_area_boundary" WHERE west <= ? AND ...) AND ST_Contains(...)

A constant in another reference system is transformed once, a distance widens the search box.  Where the
other side is a column of an outer query (a join by ``OuterRef``), its box is taken row by row, which lets
SQLite walk the R*Tree inside the loop; where it is a column of the same query, the row is looked up in
the R*Tree by its key.  Django loads this module by the name in ``DatabaseOperations.compiler_module``.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib.gis.db.models import GeometryField, PointField, functions
from django.contrib.gis.db.models.lookups import GISLookup
from django.contrib.gis.geos import GEOSGeometry
from django.db import NotSupportedError
from django.db.models import Expression
from django.db.models.expressions import Col, Func
from django.db.models.functions import Cast
from django.db.models.sql import compiler
from django.db.models.sql.query import Query
from django.db.models.sql.where import WhereNode

from amur.portal.geosqlite import boxes, picking, references
from amur.portal.geosqlite.spatial_index import SpatialIndex, index_of

Compiled = tuple[str, list[Any]]

if TYPE_CHECKING:
    _Compiler = compiler.SQLCompiler
else:
    _Compiler = object

#: Look-ups that can only be true where the boxes meet (or come within the distance).
DISTANCE_LOOKUPS = ("dwithin", "distance_lt", "distance_lte")
INDEXED_LOOKUPS = frozenset(
    (
        *DISTANCE_LOOKUPS,
        "bbcontains",
        "bboverlaps",
        "contained",
        "contains",
        "contains_properly",
        "coveredby",
        "covers",
        "crosses",
        "equals",
        "exact",
        "intersects",
        "overlaps",
        "same_as",
        "touches",
        "within",
    )
)

#: SQL functions for geography columns; other functions of a geography are not offered (see below).
GEOGRAPHY_FUNCTIONS = {
    "Area": "AmurGeogArea",
    "AsGeoJSON": None,
    "AsGML": None,
    "AsKML": None,
    "AsSVG": None,
    "AsWKB": None,
    "AsWKT": None,
    "Azimuth": "AmurGeogAzimuth",
    "Distance": "AmurGeogDistance",
    "GeometryDistance": "AmurGeogDistanceSphere",
    "Length": "AmurGeogLength",
    "Perimeter": "AmurGeogPerimeter",
}


class SpatialCompilerMixin(_Compiler):
    """Adds the two spatial cases to ``SQLCompiler.compile``."""

    connection: Any
    _negations = 0

    def compile(self, node: Any) -> Any:
        if isinstance(node, WhereNode) and node.negated:
            self._negations += 1
            try:
                return self._compile_plain(node)
            finally:
                self._negations -= 1
        if isinstance(node, GISLookup):
            return self._compile_lookup(node)
        if isinstance(node, functions.GeoFuncMixin):
            return self._compile_function(node)
        if isinstance(node, Cast) and isinstance(node.output_field, GeometryField):
            # Between geometry and geography the blob is the same; SQLite's CAST would destroy it.
            return self.compile(node.source_expressions[0])
        return self._compile_plain(node)

    def _compile_plain(self, node: Any) -> Compiled:
        sql, params = super().compile(node)
        return sql, list(params)

    # Functions

    def _compile_function(self, node: Any) -> Compiled:
        name, connection = node.name, self.connection
        field = node.geo_field if node.geom_param_pos else None
        extra: dict[str, Any] = {}
        if field is not None and field.geography:
            if name not in GEOGRAPHY_FUNCTIONS:
                raise NotSupportedError(
                    f"{name} is not defined for geography columns; cast to geometry first: "
                    f"{name}(Cast(..., GeometryField(srid={field.srid})))."
                )
            extra["function"] = GEOGRAPHY_FUNCTIONS[name]
        elif name in ("Distance", "Length", "Perimeter"):
            extra["function"] = self._measure(node, field)
        if isinstance(node, functions.GeometryDistance):
            extra.setdefault("function", "ST_Distance")
            extra["arg_joiner"] = ", "
        # These two say something else to SpatiaLite than to PostGIS.
        spatialite_only = isinstance(node, functions.BoundingCircle | functions.Area)
        if not extra and not spatialite_only:
            return self._compile_plain(node)
        if extra.get("function") is None:
            extra.pop("function", None)
        sql, params = node.as_sql(self, connection, **extra)
        return sql, list(params)

    def _measure(self, node: Any, field: Any) -> str | None:
        """SQL function for distance, length or perimeter of a geometry column, as PostGIS chooses it."""
        if field.geodetic(self.connection):
            if isinstance(node, functions.Perimeter):
                raise NotSupportedError("Perimeter cannot use a non-projected non-geography field.")
            if isinstance(node, functions.Length):
                return "ST_LengthSpheroid"
            return "ST_DistanceSpheroid" if node.spheroid else "ST_DistanceSphere"
        high = min(each.dim for each in node.get_source_fields() if each) > 2
        if high and not isinstance(node, functions.Distance):
            return f"ST_3D{node.name}"
        return None

    # Look-ups

    def _compile_lookup(self, node: Any) -> Compiled:
        field = node.lhs.output_field
        alone = self._is_alone(node)
        if isinstance(node.rhs, GEOSGeometry) and node.rhs.srid and node.rhs.srid != field.srid:
            node = copy.copy(node)
            node.rhs = references.transformed(node.rhs, field.srid)
        picked = self._picked(node) if alone else None
        if picked is not None:
            return picked
        sql, params = self._compile_plain(node)
        if self._negations and node.lookup_name.startswith("distance"):
            # The distance of an empty geometry is NULL, and so is NOT NULL; the R*Tree says no more than no.
            return sql, params
        found = self._prefilter(node)
        if found is None:
            return sql, params
        return f"({found[0]} AND {sql})", [*found[1], *params]

    def _picked(self, node: Any) -> Compiled | None:
        """The whole look-up in array operations, where it is on points and alone; see ``picking``."""
        field = node.lhs.output_field
        plain_points = isinstance(field, PointField) and field.dim == 2 and not field.geography
        if node.lookup_name not in picking.TESTS or not plain_points:
            return None
        index, search = self._search(node)
        if index is None or search is None or self._of_this_query(node.rhs):
            return None
        rhs_sql, rhs_params = node.process_rhs(self, self.connection)
        key, point = self._quoted(index.key), self._quoted(index.column)
        gathered = (
            f"SELECT AmurGather(held.{key}, held.{point}) FROM ({search[0]}) AS found "  # noqa: S608  # names
            f"CROSS JOIN {self._quoted(index.table)} AS held ON held.{key} = found.id"
        )
        sql = (
            f"{self._quoted(node.lhs.alias)}.{key} IN (SELECT value FROM "  # noqa: S608
            f"json_each(AmurPick('{node.lookup_name}', {rhs_sql}, ({gathered}))))"
        )
        return sql, [*rhs_params, *search[1]]

    def _is_alone(self, node: Any) -> bool:
        """True where no other condition or limit may leave most candidates untested."""
        query = self.query
        only_condition = len(query.where.children) == 1 and query.where.children[0] is node
        return only_condition and not query.is_sliced and len(query.alias_map) == 1

    def _prefilter(self, node: Any) -> Compiled | None:
        """Condition that takes the candidates from the R*Tree, or None where there is no help in it."""
        index, search = self._search(node)
        if index is None or search is None:
            return None
        sql, params = search
        key = f"{self._quoted(node.lhs.alias)}.{self._quoted(index.key)}"
        if self._of_this_query(node.rhs, *node.rhs_params):
            return f"EXISTS ({sql} AND id = {key})", params
        return f"{key} IN ({sql})", params

    def _search(self, node: Any) -> tuple[SpatialIndex | None, Compiled | None]:
        """The R*Tree of the column and the SELECT of candidate keys, where there are such."""
        if node.lookup_name not in INDEXED_LOOKUPS or not isinstance(node.lhs, Col):
            return None, None
        index = self._index(node.lhs)
        if index is None:
            return None, None
        if isinstance(node.rhs, GEOSGeometry):
            searches = self._constant_searches(node, index)
            sql = " UNION ALL ".join(search for search, _ in searches)
            values = [value for _, values in searches for value in values]
            return index, (sql, values) if searches else None
        return index, self._expression_search(node, index)

    def _index(self, column: Any) -> SpatialIndex | None:
        table = self.query.alias_map.get(column.alias)
        model = column.target.model._meta.concrete_model
        if table is None or table.table_name != model._meta.db_table:
            return None
        index = index_of(model, column.target, self.connection)
        if index is None or not self.connection.has_spatial_index(index.name):
            return None
        return index

    def _constant_searches(self, node: Any, index: SpatialIndex) -> list[Compiled]:
        distance = self._constant_distance(node)
        geodesic = self._is_geodesic(node)
        box = boxes.row_box(bytes(node.rhs.ewkb), geodesic)
        if box is None or distance is None or not math.isfinite(distance) or distance < 0:
            return []
        return [
            (self._search_sql(index, "%s", "%s", "%s", "%s"), [each.east, each.west, each.north, each.south])
            for each in boxes.search_boxes(box, geodesic, distance)
        ]

    def _expression_search(self, node: Any, index: SpatialIndex) -> Compiled | None:
        if isinstance(node.rhs, Query) or not isinstance(node.rhs, Expression | Func | Col):
            return None
        sql, params = self.compile(node.rhs)
        rhs_field: Any = node.rhs.output_field
        if rhs_field.srid != node.lhs.output_field.srid:
            sql = f"ST_Transform({sql}, {int(node.lhs.output_field.srid)})"
        distance_sql, distance_params = self._distance_sql(node)
        geodesic = int(self._is_geodesic(node))
        bounds = [
            f"AmurSearchBound({sql}, {geodesic}, {distance_sql}, '{side}')"
            for side in ("east", "west", "north", "south")
        ]
        return self._search_sql(index, *bounds), [*params, *distance_params] * 4

    def _search_sql(self, index: SpatialIndex, east: str, west: str, north: str, south: str) -> str:
        return (
            f"SELECT id FROM {self._quoted(index.name)} "  # noqa: S608
            f"WHERE west <= {east} AND east >= {west} AND south <= {north} AND north >= {south}"
        )

    def _is_geodesic(self, node: Any) -> bool:
        field = node.lhs.output_field
        if field.geography:
            return True
        return node.lookup_name.startswith("distance") and bool(field.geodetic(self.connection))

    def _constant_distance(self, node: Any) -> float | None:
        """The distance of a look-up as a number; 0 for look-ups without; None for an expression."""
        if node.lookup_name not in DISTANCE_LOOKUPS:
            return 0.0
        if hasattr(node.rhs_params[0], "resolve_expression"):
            return None
        (value,) = self.connection.ops.get_distance(node.lhs.output_field, node.rhs_params, node.lookup_name)
        return float(value)

    def _distance_sql(self, node: Any) -> Compiled:
        distance = self._constant_distance(node)
        if distance is None:
            found: Compiled = self.compile(node.rhs_params[0].resolve_expression(self.query))
            return found
        return "%s", [distance]

    def _of_this_query(self, *expressions: Any) -> bool:
        """True where an expression reads a table of this query, not only of an outer one."""
        return any(
            column.alias in self.query.alias_map
            for expression in expressions
            for column in _columns(expression)
        )

    def _quoted(self, name: str) -> str:
        quoted: str = self.connection.ops.quote_name(name)
        return quoted


def _columns(expression: Any) -> Iterator[Any]:
    if isinstance(expression, Col):
        yield expression
    if not hasattr(expression, "get_source_expressions"):
        return
    for source in expression.get_source_expressions():
        if source is not None:
            yield from _columns(source)


class SQLCompiler(SpatialCompilerMixin, compiler.SQLCompiler):
    """SELECT."""


class SQLInsertCompiler(SpatialCompilerMixin, compiler.SQLInsertCompiler):
    """INSERT."""


class SQLDeleteCompiler(SpatialCompilerMixin, compiler.SQLDeleteCompiler):
    """DELETE."""


class SQLUpdateCompiler(SpatialCompilerMixin, compiler.SQLUpdateCompiler):
    """UPDATE."""


class SQLAggregateCompiler(SpatialCompilerMixin, compiler.SQLAggregateCompiler):
    """SELECT of aggregates over a subquery."""
