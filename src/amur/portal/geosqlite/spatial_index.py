"""One R*Tree per geometry column: its name, the SQL that makes, fills and drops it, and its triggers.

The triggers call ``AmurBound`` (see ``registry``), so rows can only be written by a program that has the
functions of this package; every program can read.  Called by ``schema`` and ``compiler``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

SIDES = ("west", "east", "south", "north")


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


@dataclass(frozen=True)
class SpatialIndex:
    """The R*Tree of one column; ``geodetic`` boxes hold the bulge of great circles too."""

    table: str
    column: str
    key: str
    geodetic: bool

    @property
    def name(self) -> str:
        """Name of the R*Tree table: ``rtree_<table>_<column>``."""
        return f"rtree_{self.table}_{self.column}"

    def _trigger(self, event: str) -> str:
        return _quoted(f"{self.name}_{event}")

    def _values(self, row: str) -> str:
        column = f"{row}{_quoted(self.column)}"
        bounds = ", ".join(f"AmurBound({column}, {int(self.geodetic)}, '{side}')" for side in SIDES)
        return f"INSERT OR REPLACE INTO {_quoted(self.name)} SELECT {row}{_quoted(self.key)}, {bounds}"

    def _filled(self, row: str) -> str:
        return f"AmurBound({row}{_quoted(self.column)}, {int(self.geodetic)}, 'west') IS NOT NULL"

    def create_sql(self) -> list[str]:
        """Statements that make the R*Tree and its triggers and fill it from the table."""
        table, tree, key = _quoted(self.table), _quoted(self.name), _quoted(self.key)
        column = _quoted(self.column)
        delete_old = f"DELETE FROM {tree} WHERE id = OLD.{key}"  # noqa: S608  # quoted names
        insert_new = f"{self._values('NEW.')} WHERE {self._filled('NEW.')}"
        return [
            f"CREATE VIRTUAL TABLE {tree} USING rtree(id, west, east, south, north)",
            f"{self._values('')} FROM {table} WHERE {self._filled('')}",
            f"CREATE TRIGGER {self._trigger('insert')} AFTER INSERT ON {table} "
            f"WHEN NEW.{column} IS NOT NULL BEGIN {insert_new}; END",
            f"CREATE TRIGGER {self._trigger('update')} AFTER UPDATE OF {column}, {key} ON {table} "
            f"WHEN OLD.{column} IS NOT NEW.{column} OR OLD.{key} IS NOT NEW.{key} "
            f"BEGIN {delete_old}; {insert_new}; END",
            f"CREATE TRIGGER {self._trigger('delete')} AFTER DELETE ON {table} BEGIN {delete_old}; END",
        ]

    def drop_sql(self) -> list[str]:
        """Statements that take the R*Tree and its triggers away, whether they are there or not."""
        triggers = [
            f"DROP TRIGGER IF EXISTS {self._trigger(event)}" for event in ("insert", "update", "delete")
        ]
        return [*triggers, f"DROP TABLE IF EXISTS {_quoted(self.name)}"]


def has_integer_key(model: type[models.Model], connection: BaseDatabaseWrapper) -> bool:
    """True where the primary key is a whole number, which the R*Tree needs."""
    key: Any = model._meta.pk
    return key.rel_db_type(connection) in ("integer", "bigint") or key.get_internal_type().endswith(
        ("IntegerField", "AutoField")
    )


def index_of(
    model: type[models.Model], field: models.Field[Any, Any], connection: BaseDatabaseWrapper
) -> SpatialIndex | None:
    """The R*Tree that ``field`` of ``model`` has, or None (no geometry, not wanted, or no integer key)."""
    if not (isinstance(field, GeometryField) and field.spatial_index):
        return None
    key = model._meta.pk
    if key is None or not key.column or not field.column or not has_integer_key(model, connection):
        return None
    geodetic = field.srid > 0 and field.geodetic(connection)
    return SpatialIndex(model._meta.db_table, field.column, key.column, geodetic)


def indexes_of(model: type[models.Model], connection: BaseDatabaseWrapper) -> list[SpatialIndex]:
    """The R*Trees of all geometry columns of the model's own table."""
    found = (index_of(model, field, connection) for field in model._meta.local_fields)
    return [index for index in found if index is not None]
