"""A system check: a spatial index needs an integer primary key."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.core.checks import CheckMessage, Warning
from django.db.backends.base.validation import BaseDatabaseValidation
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLiteWrapper
from django.db.models import Field

from amur.portal.geosqlite.spatial_index import has_integer_key


class DatabaseValidation(BaseDatabaseValidation):
    """Called by ``manage.py check --database`` and ``migrate``."""

    connection: SQLiteWrapper

    def check_field(self, field: Field[Any, Any], **kwargs: Any) -> list[CheckMessage]:
        """Warn where the index that a field asks for cannot be made."""
        if not (isinstance(field, GeometryField) and field.spatial_index):
            return []
        if has_integer_key(field.model, self.connection):
            return []
        return [
            Warning(
                f"{field.model.__name__}.{field.name} gets no spatial index, because the primary key of "
                f"{field.model.__name__} is not an integer.",
                hint="Use an integer primary key, or say spatial_index=False.",
                obj=field,
                id="geosqlite.W001",
            )
        ]
