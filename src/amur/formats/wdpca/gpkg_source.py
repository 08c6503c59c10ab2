"""Reads the feature layers of a GeoPackage (OGC 12-128). Called by `checking.py`.

A GeoPackage is an SQLite database, and a stranger's database can hold views and triggers that run code or
never end. The catalogue is therefore looked at, read-only and without trust, before GDAL opens the file.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from amur.formats.errors import ProblemList, shortened
from amur.formats.wdpca.sources import RawTable, Request, chosen_layers, give_up, read_layer

_SCHEMA_OF = "SELECT type, sql FROM sqlite_master WHERE lower(name) = lower(?)"
_MAGIC = b"SQLite format 3\x00"


def read_gpkg(path: Path, request: Request, problems: ProblemList) -> list[RawTable]:
    """The chosen layers of a GeoPackage; raises `Hopeless` when it cannot be read."""
    name = problems.file
    with path.open("rb") as opened:
        if opened.read(len(_MAGIC)) != _MAGIC:
            give_up(problems, "file-unreadable", reason="it is not a GeoPackage, whatever its name says")
    try:
        layers = _safe_layers(path, request, problems)
    except (sqlite3.Error, ValueError) as broken:  # ValueError: a damaged catalogue holds no UTF-8
        give_up(problems, "file-unreadable", reason=shortened(broken, 120))
    several = len(layers) > 1
    return [
        read_layer(path, layer, f"{name} › {layer}" if several else name, None, 1, problems)
        for layer in layers
    ]


def _safe_layers(path: Path, request: Request, problems: ProblemList) -> list[str]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
        database.execute("PRAGMA trusted_schema = OFF")
        database.execute("PRAGMA cell_size_check = ON")
        found = database.execute(
            "SELECT table_name FROM gpkg_contents WHERE data_type = 'features'"
        ).fetchall()
        layers = chosen_layers([str(layer) for (layer,) in found], request, problems)
        if not layers:
            give_up(problems, "no-rows")
        for layer in layers:
            kinds = dict(database.execute(_SCHEMA_OF, (layer,)).fetchall())
            if set(kinds) != {"table"} or "VIRTUAL" in str(kinds["table"]).upper().split("(")[0]:
                give_up(problems, "layer-unsafe", layer=shortened(layer))
            quoted = layer.replace('"', '""')
            (count,) = database.execute(
                f'SELECT count(*) FROM (SELECT 1 FROM "{quoted}" LIMIT ?)',  # noqa: S608  (quoted above)
                (request.limits.rows + 1,),
            ).fetchone()
            if count > request.limits.rows:
                give_up(problems, "too-many-rows", limit=request.limits.rows)
            columns = len(database.execute(f'PRAGMA table_info("{quoted}")').fetchall())
            if columns > request.limits.columns:
                give_up(problems, "too-many-columns", count=columns, limit=request.limits.columns)
    return layers
