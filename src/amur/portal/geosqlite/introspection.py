"""What ``inspectdb``, migrations and tests see of a database of this backend.

The declared column type carries everything: ``geometry point(4326)`` or ``geography polygon z(4326)``.
"""

from __future__ import annotations

import re
from typing import Any

from django.db.backends.base.introspection import TableInfo
from django.db.backends.sqlite3 import introspection as sqlite_introspection

_TYPE = re.compile(r"(geometry|geography) (\w+)( z)?\((-?\d+)\)", re.IGNORECASE)

FIELD_NAMES = {
    "geometry": "GeometryField",
    "point": "PointField",
    "linestring": "LineStringField",
    "polygon": "PolygonField",
    "multipoint": "MultiPointField",
    "multilinestring": "MultiLineStringField",
    "multipolygon": "MultiPolygonField",
    "geometrycollection": "GeometryCollectionField",
}


class SpatialFieldLookup(sqlite_introspection.FlexibleFieldLookupDict):
    """Column type to field, with the two spatial types."""

    def __getitem__(self, key: str) -> str:
        kind = key.lower().split(" ", 1)[0]
        return "GeometryField" if kind in ("geometry", "geography") else super().__getitem__(key)


class DatabaseIntrospection(sqlite_introspection.DatabaseIntrospection):
    """Knows geometry columns, and hides the tables of the R*Trees."""

    data_types_reverse = SpatialFieldLookup()

    def get_table_list(self, cursor: Any) -> list[TableInfo]:
        """Tables and views without the R*Trees and the three tables inside each."""
        hidden = set()
        for name in self.spatial_index_names(cursor):
            hidden |= {name, f"{name}_node", f"{name}_rowid", f"{name}_parent"}
        return [table for table in super().get_table_list(cursor) if table.name not in hidden]

    def spatial_index_names(self, cursor: Any) -> list[str]:
        """Names of all R*Trees that this backend made."""
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'rtree\\_%%' ESCAPE '\\' "
            "AND sql LIKE 'CREATE VIRTUAL TABLE%%USING rtree(%%'"
        )
        return [row[0] for row in cursor.fetchall()]

    def get_geometry_type(self, table_name: str, description: Any) -> tuple[str, dict[str, Any]]:
        """Field class name and arguments of a geometry column, from its declared type."""
        match = _TYPE.fullmatch(description.type_code)
        if match is None:
            raise ValueError(
                f"Column {description.name!r} of table {table_name!r} is declared "
                f"{description.type_code!r}, not as geometry TYPE(SRID) or geography TYPE(SRID)."
            )
        kind, type_name, height, srid = match.groups()
        arguments: dict[str, Any] = {}
        if kind.lower() == "geography":
            arguments["geography"] = True
        if int(srid) != 4326:
            arguments["srid"] = int(srid)
        if height:
            arguments["dim"] = 3
        return FIELD_NAMES[type_name.lower()], arguments

    def get_constraints(self, cursor: Any, table_name: str) -> Any:
        """Django's constraints and the spatial indexes.

        The check of a geometry column is left out: it belongs to the type of the column.
        """
        geometry_columns = {
            row.name
            for row in self.get_table_description(cursor, table_name)
            if _TYPE.fullmatch(str(row.type_code))
        }
        found = super().get_constraints(cursor, table_name)
        constraints: dict[str, Any] = {
            name: about
            for name, about in found.items()
            if not (name.startswith("__unnamed_constraint") and geometry_columns & set(about["columns"]))
        }
        indexes = set(self.spatial_index_names(cursor))
        for column in sorted(geometry_columns):
            name = f"rtree_{table_name}_{column}"
            if name in indexes:
                constraints[name] = {
                    "columns": [column],
                    "primary_key": False,
                    "unique": False,
                    "foreign_key": None,
                    "check": False,
                    "index": True,
                    "orders": [],
                    "type": "rtree",
                }
        return constraints
