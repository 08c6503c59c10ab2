"""Writes areas as GeoPackage, zipped Shapefile, GeoJSON or CSV; reading the file back gives equal rows.

Called by the portal's export and by the command line. The same rows give the same bytes. The file appears
whole or not at all.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from amur.formats.errors import ProblemList, shortened
from amur.formats.files import replacing
from amur.formats.wdpca.checking import FORMATS
from amur.formats.wdpca.columns import COLUMNS, LONGEST_NAME, RESERVED, is_usable_name
from amur.formats.wdpca.csv_source import quoted
from amur.formats.wdpca.gis_writing import write_gpkg, write_shapefile
from amur.formats.wdpca.messages import WORDINGS
from amur.formats.wdpca.rows import AreaRow, Format, Progress
from amur.formats.wdpca.values import CONTROL_CHARACTER


def write(
    path: Path, rows: Sequence[AreaRow], format: Format | None = None, *, progress: Progress | None = None
) -> None:
    """Write areas to `path`; the format follows the suffix unless it is given (a Shapefile is a `.zip`).

    Polygons and points become two layers in a GeoPackage or Shapefile archive, polygons first. Columns that
    the schema has are written in capitals, as in the public files; extra columns follow in the order of their
    names.

    Raises `FormatErrors` (row = place in `rows`, from 1) when the format cannot hold a value, and
    `ValueError` for an unknown suffix. Nothing is written then.
    """
    path = Path(path)
    chosen = format or FORMATS.get(path.suffix.casefold())
    if chosen is None:
        raise ValueError(
            f"The suffix of {path.name} names no format; give one of gpkg, shapefile, geojson, csv."
        )
    problems = ProblemList(WORDINGS, path.name)
    extras = _extra_names(rows, problems)
    _check_texts(rows, problems)
    problems.raise_if_errors()
    if progress:
        progress(0.0, f"Writing {len(rows)} areas")
    with replacing(path) as temporary:
        if chosen == "gpkg":
            write_gpkg(temporary, rows, extras)
        elif chosen == "shapefile":
            write_shapefile(temporary, path.stem, rows, extras, problems)
        elif chosen == "geojson":
            temporary.write_text(_geojson(rows, extras), encoding="utf-8", newline="\n")
        else:
            # Spreadsheets take a file without this mark for the alphabet of their country.
            temporary.write_bytes(_csv(rows, extras).encode("utf-8-sig"))
    if progress:
        progress(1.0, "Written")


def _extra_names(rows: Sequence[AreaRow], problems: ProblemList) -> list[str]:
    names = sorted({name for row in rows for name in row.extra})
    folded: dict[str, str] = {}
    for name in names:
        plain = name.strip().casefold()
        if plain in RESERVED or plain in folded or plain != name.casefold():
            problems.error("name-reserved", column=name, name=shortened(name))
        if not is_usable_name(name):
            problems.error("column-name-unusable", name=shortened(name), limit=LONGEST_NAME)
        folded[plain] = name
    return names


def _check_texts(rows: Sequence[AreaRow], problems: ProblemList) -> None:
    for number, row in enumerate(rows, start=1):
        texts = {column.name: getattr(row, column.name) for column in COLUMNS} | dict(row.extra)
        for name, text in texts.items():
            if isinstance(text, str) and (found := CONTROL_CHARACTER.search(text)):
                sign = f"U+{ord(found[0]):04X}"
                problems.error("character-control", row=number, column=name, character=sign)


def _csv(rows: Sequence[AreaRow], extras: Sequence[str]) -> str:
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow([*(column.name.upper() for column in COLUMNS), *map(quoted, extras), "geometry"])
    for row in rows:
        values = [getattr(row, column.name) for column in COLUMNS]
        texts = [quoted(value) if isinstance(value, str) else _number(value) for value in values]
        kept = [quoted(row.extra.get(name, "")) for name in extras]
        writer.writerow([*texts, *kept, wkt(row.geometry)])
    return sink.getvalue()


def _number(value: float | int | None) -> str:
    return "" if value is None else repr(value)


def _geojson(rows: Sequence[AreaRow], extras: Sequence[str]) -> str:
    lines = [json.dumps(_feature(row, extras), ensure_ascii=False, allow_nan=False) for row in rows]
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"


def _feature(row: AreaRow, extras: Sequence[str]) -> dict[str, object]:
    properties: dict[str, object] = {column.name.upper(): getattr(row, column.name) for column in COLUMNS}
    properties |= {name: row.extra[name] for name in extras if name in row.extra}
    geometry = {"type": row.geometry.geom_type, "coordinates": _coordinates(row.geometry)}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _coordinates(geometry: BaseGeometry) -> list[object]:
    """Coordinates as RFC 7946 wants them; `AreaRow` has turned the shells counter-clockwise already."""
    if isinstance(geometry, shapely.Point):
        return list(geometry.coords[0])
    if isinstance(geometry, shapely.Polygon):
        return [
            [list(position) for position in ring.coords] for ring in (geometry.exterior, *geometry.interiors)
        ]
    return [_coordinates(part) for part in shapely.get_parts(geometry)]


def wkt(geometry: BaseGeometry) -> str:
    """Well-known text with every digit: the shortest decimals that read back as the same floats.

    >>> wkt(shapely.Point(0.1 + 0.2, 48.98))
    'POINT (0.30000000000000004 48.98)'
    """
    return f"{geometry.geom_type.upper()} {_bracketed(_coordinates(geometry))}"


def _bracketed(coordinates: list[object]) -> str:
    if coordinates and isinstance(coordinates[0], float):
        return f"({_position(coordinates)})"
    parts = [
        _position(each) if isinstance(each[0], float) else _bracketed(each)
        for each in coordinates
        if isinstance(each, list)
    ]
    return f"({', '.join(parts)})"


def _position(numbers: list[object]) -> str:
    return " ".join(repr(number) for number in numbers)
