"""The database wrapper: Django's own for SQLite, with spatial functions on every connection.

Settings (documented in ``docs/geosqlite.md``)::

    DATABASES = {
        "default": {
            "ENGINE": "amur.portal.geosqlite",
            "NAME": "amur.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    }
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.db.backends.sqlite3 import base as sqlite_base
from django.utils.asyncio import async_unsafe

from amur.portal.geosqlite.features import DatabaseFeatures
from amur.portal.geosqlite.introspection import DatabaseIntrospection
from amur.portal.geosqlite.operations import DatabaseOperations
from amur.portal.geosqlite.registry import Failure, register
from amur.portal.geosqlite.schema import DatabaseSchemaEditor
from amur.portal.geosqlite.validation import DatabaseValidation

Result = TypeVar("Result")

#: Field class -> geometry type as a pattern.
_GEOMETRY_TYPES = {
    "GeometryField": "*",
    "PointField": "POINT",
    "LineStringField": "LINESTRING",
    "PolygonField": "POLYGON",
    "MultiPointField": "MULTIPOINT",
    "MultiLineStringField": "MULTILINESTRING",
    "MultiPolygonField": "MULTIPOLYGON",
    "GeometryCollectionField": "GEOMETRYCOLLECTION",
}


class SpatialCursor(sqlite_base.SQLiteCursorWrapper):
    """A cursor that says what a spatial function complained about.

    SQLite itself only reports "user-defined function raised exception".
    """

    connection: SpatialConnection

    def _told(self, call: Callable[..., Result], *arguments: Any) -> Result:
        failure: Failure = self.connection.spatial_failure
        failure.error = None
        try:
            return call(*arguments)
        except sqlite3.OperationalError as error:
            if failure.error is None:
                raise
            raise sqlite3.OperationalError(str(failure.error)) from error

    def execute(self, query: str, params: Any = None) -> Any:
        return self._told(super().execute, query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        return self._told(super().executemany, query, param_list)

    def fetchone(self) -> Any:
        return self._told(super().fetchone)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        return self._told(super().fetchmany, self.arraysize if size is None else size)

    def fetchall(self) -> list[Any]:
        return self._told(super().fetchall)


class SpatialConnection(sqlite3.Connection):
    """A connection that remembers the last complaint of a spatial function."""

    spatial_failure: Failure


class DatabaseWrapper(sqlite_base.DatabaseWrapper):
    """ENGINE ``amur.portal.geosqlite``."""

    SchemaEditorClass = DatabaseSchemaEditor
    features_class = DatabaseFeatures
    introspection_class = DatabaseIntrospection
    ops_class = DatabaseOperations
    validation_class = DatabaseValidation

    # Type, SRID and dimension are checked by the table itself, as the typmod of PostGIS does.  No comma
    # in it: Django's introspection splits column definitions there.
    data_type_check_constraints: ClassVar[dict[str, str]] = {  # type: ignore[misc]  # a class attribute in Django
        **sqlite_base.DatabaseWrapper.data_type_check_constraints,
        **{
            field: f"AmurShape(%(qn_column)s) GLOB '{type_name} %(srid)s *%(dim)s*'"
            for field, type_name in _GEOMETRY_TYPES.items()
        },
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: Names of R*Trees that were seen in this database.
        self.known_indexes: set[str] = set()

    def get_connection_params(self) -> dict[str, Any]:
        return {**super().get_connection_params(), "factory": SpatialConnection}

    @async_unsafe
    def get_new_connection(self, conn_params: dict[str, Any]) -> SpatialConnection:
        connection: SpatialConnection = super().get_new_connection(conn_params)
        connection.spatial_failure = register(connection)
        self.known_indexes.clear()
        return connection

    def create_cursor(self, name: str | None = None) -> SpatialCursor:
        cursor: SpatialCursor = self.connection.cursor(factory=SpatialCursor)
        return cursor

    def has_spatial_index(self, name: str) -> bool:
        """True where the R*Tree is in the database; a table that another program made may have none."""
        if name not in self.known_indexes:
            with self.cursor() as cursor:
                cursor.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = %s", [name])
                if cursor.fetchone() is None:
                    return False
            self.known_indexes.add(name)
        return True
