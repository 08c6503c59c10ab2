"""Schema changes: each geometry column gets, keeps and loses its R*Tree with its table.

SQLite's schema editor makes most changes by filling a new table, dropping the old one and renaming the
new one, so the R*Tree is made after the rename, from the rows that are there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.gis.db.models import GeometryField
from django.db import models
from django.db.backends.sqlite3.schema import DatabaseSchemaEditor as SQLiteSchemaEditor

from amur.portal.geosqlite.spatial_index import SpatialIndex, index_of, indexes_of

if TYPE_CHECKING:
    Field = models.Field[Any, Any]


class DatabaseSchemaEditor(SQLiteSchemaEditor):
    """Called by migrations."""

    _remaking = False

    def _run(self, statements: list[str]) -> None:
        for statement in statements:
            self.execute(statement, params=None)
        connection: Any = self.connection
        connection.known_indexes.clear()

    def _make(self, index: SpatialIndex) -> None:
        self._run([*index.drop_sql(), *index.create_sql()])

    def create_model(self, model: type[models.Model]) -> None:
        super().create_model(model)
        if not self._remaking:
            for index in indexes_of(model, self.connection):
                self._make(index)

    def delete_model(self, model: type[models.Model], handle_autom2m: bool = True) -> None:
        for index in indexes_of(model, self.connection):
            self._run(index.drop_sql())
        super().delete_model(model, handle_autom2m=handle_autom2m)

    def _remake_table(self, model: type[models.Model], *args: Any, **kwargs: Any) -> None:
        self._remaking = True
        try:
            super()._remake_table(model, *args, **kwargs)  # type: ignore[misc]  # not in the stubs
        finally:
            self._remaking = False

    def alter_db_table(self, model: type[models.Model], old_db_table: str, new_db_table: str) -> None:
        for index in self._named(model, old_db_table):
            self._run(index.drop_sql())
        super().alter_db_table(model, old_db_table, new_db_table)
        for index in self._named(model, new_db_table):
            self._make(index)

    def _named(self, model: type[models.Model], table: str) -> list[SpatialIndex]:
        return [
            SpatialIndex(table, index.column, index.key, index.geodetic)
            for index in indexes_of(model, self.connection)
        ]

    def add_field(self, model: type[models.Model], field: Field) -> None:
        super().add_field(model, field)
        index = index_of(model, field, self.connection)
        if index is not None:
            self._make(index)

    def remove_field(self, model: type[models.Model], field: Field) -> None:
        # SQLite cannot drop a column that a trigger or a check names.
        if isinstance(field, GeometryField):
            self._remake_table(model, delete_field=field)
        else:
            super().remove_field(model, field)

    def _alter_field(
        self, model: type[models.Model], old_field: Field, new_field: Field, *args: Any, **kwargs: Any
    ) -> None:
        if not (isinstance(old_field, GeometryField) and isinstance(new_field, GeometryField)):
            super()._alter_field(model, old_field, new_field, *args, **kwargs)  # type: ignore[misc]  # as above
            return
        if old_field.dim != new_field.dim:
            self._change_dimension(model, old_field, new_field.dim)
        self._remake_table(model, alter_fields=[(old_field, new_field)])

    def _change_dimension(self, model: type[models.Model], field: Field, dim: int) -> None:
        """Add height 0 to, or take the height from, every geometry, as PostGIS does."""
        table, column = self.quote_name(model._meta.db_table), self.quote_name(field.column or "")
        self.execute("PRAGMA ignore_check_constraints = ON")
        update = f"UPDATE {table} SET {column} = ST_Force{dim}D({column})"  # noqa: S608  # quoted names
        self.execute(update, params=None)
        self.execute("PRAGMA ignore_check_constraints = OFF")
