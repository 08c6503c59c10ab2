"""Many rows of waypoints and observations at once, without instances of models. Called by `storing`.

Primary keys are taken in advance, so that the rows of two tables can be made side by side. On PostgreSQL the
rows are copied, on SQLite they go through one prepared statement.
"""

import struct
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Model

_POINT: Final = struct.Struct("<BIIdd")
_POINT_WITH_SRID: Final = 0x20000001
_WGS_84: Final = 4326


def keys(model: type[Model], count: int) -> range | list[int]:
    """So many primary keys of a model that no row has and no other one will get.

    On SQLite they are free as long as the transaction lives, which alone may write.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [key for (key,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        (last,) = cursor.fetchone() or (0,)
        return range(last + 1, last + 1 + count)


def insert(model: type[Model], fields: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows, each with a value for each field as the database takes it: see `place` and `moments`."""
    quote = connection.ops.quote_name
    columns_of = {field.name: str(field.column) for field in model._meta.concrete_fields}
    columns = ", ".join(quote(columns_of[name]) for name in fields)
    target = f"{quote(model._meta.db_table)} ({columns})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {target} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        words = ", ".join(["%s"] * len(fields))
        cursor.executemany(f"INSERT INTO {target} VALUES ({words})", rows)  # noqa: S608  # own names


def place(longitude: float, latitude: float) -> bytes | str:
    """A point in degrees of WGS 84 as EWKB.

    >>> place(135.0, 48.0) == place(135, 48)
    True
    """
    blob = _POINT.pack(1, _POINT_WITH_SRID, _WGS_84, longitude, latitude)
    return blob.hex() if connection.vendor == "postgresql" else blob


def moments(instants: Sequence[datetime]) -> list[datetime] | list[str]:
    """Instants in UTC without a zone."""
    if connection.vendor == "postgresql":
        return [one.replace(tzinfo=UTC) for one in instants]
    return [str(one) for one in instants]
