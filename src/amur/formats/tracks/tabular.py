"""CSV, GeoJSON and GeoPackage: fixes out of rows and features."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyogrio
import shapely

from amur.formats.errors import FileProblems, ProblemList, shortened
from amur.formats.texts import text_of
from amur.formats.tracks.messages import WORDINGS
from amur.formats.tracks.track import USUAL, Builder, Columns, Tracks, column_of

_MAGIC = b"SQLite format 3\x00"


class _Named:
    """One builder for each name, in the order in which they come."""

    def __init__(self, zone: ZoneInfo | None, problems: ProblemList) -> None:
        self._made: dict[str, Builder] = {}
        self._zone = zone
        self._problems = problems

    def of(self, name: object) -> Builder:
        key = "" if name is None else str(name)
        return self._made.setdefault(key, Builder(key, self._problems, self._zone))

    def tracks(self, losses: tuple[str, ...] = ()) -> Tracks:
        return Tracks(tuple(builder.track() for builder in self._made.values()), losses)


def read_csv(path: Path, zone: ZoneInfo | None, columns: Columns, problems: ProblemList) -> Tracks:
    """A row for each fix; the separator is a comma, a semicolon or a tab."""
    files = FileProblems(WORDINGS)
    text = text_of(path, files)
    if text is None:
        raise files.found
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    rows = csv.reader(text.splitlines(), delimiter=separator)
    titles = next(rows, [])
    chosen = _chosen(columns, titles, problems)
    named = _Named(zone, problems)
    if problems.error_count:
        return Tracks(())
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(titles):
            problems.error("row-columns", row=rows.line_num, found=len(row), wanted=len(titles))
            continue
        _add_row(named, rows.line_num, dict(zip(titles, row, strict=True)), chosen)
    return named.tracks(_unused(titles, chosen))


def read_geojson(path: Path, zone: ZoneInfo | None, columns: Columns, problems: ProblemList) -> Tracks:
    """Points with a time, and lines whose property `coordTimes` (or `times`) has a time for each place."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        problems.error("json-broken", row=getattr(error, "lineno", None), reason=shortened(error, 120))
        return Tracks(())
    features = content.get("features", [content]) if isinstance(content, dict) else None
    if not isinstance(features, list):
        problems.error("json-shape", name="features", found="no list", wanted="a list of features")
        return Tracks(())
    named = _Named(zone, problems)
    lost = 0
    for number, feature in enumerate(features, start=1):
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        geometry = geometry if isinstance(geometry, dict) else {}
        kind = geometry.get("type")
        properties = feature.get("properties") if isinstance(feature, dict) else None
        properties = properties if isinstance(properties, dict) else {}
        if kind in ("LineString", "MultiLineString"):
            _add_lines(named, number, geometry, properties, columns, problems)
        elif kind == "Point" and isinstance(geometry.get("coordinates"), list):
            place = dict(zip(("longitude", "latitude", "altitude"), geometry["coordinates"], strict=False))
            chosen = {
                what: column_of(what, getattr(columns, what), list(properties))
                for what in ("time", "accuracy", "track")
            }
            values = {what: properties.get(name) for what, name in chosen.items() if name}
            _add_values(named, number, {**place, **values})
        else:
            lost += 1
    return named.tracks((f"features that are no points or lines: {lost}",) if lost else ())


def read_gpkg(path: Path, zone: ZoneInfo | None, columns: Columns, problems: ProblemList) -> Tracks:
    """The first layer of points of a GeoPackage in WGS 84. Views are refused before GDAL opens the file."""
    layer = _point_layer(path, problems)
    if layer is None:
        return Tracks(())
    about = pyogrio.read_info(path, layer=layer)
    if str(about["crs"] or "").upper() not in ("EPSG:4326", "OGC:CRS84"):
        problems.error("layer-crs", found=shortened(about["crs"] or "no system"))
        return Tracks(())
    meta, numbers, geometry, values = pyogrio.raw.read(
        path, layer=layer, return_fids=True, datetime_as_string=True
    )
    titles = [str(title) for title in meta["fields"]]
    chosen = {
        what: column_of(what, getattr(columns, what), titles)
        for what in ("time", "accuracy", "altitude", "track")
    }
    points = shapely.get_coordinates(shapely.from_wkb(geometry), include_z=False)
    present = ~(shapely.is_missing(shapely.from_wkb(geometry)) | shapely.is_empty(shapely.from_wkb(geometry)))
    places = np.full((len(geometry), 2), np.nan)
    places[present] = points
    cells = dict(zip(titles, values, strict=True))
    named = _Named(zone, problems)
    for k, number in enumerate(numbers.tolist()):
        row = {what: _plain(cells[name][k]) for what, name in chosen.items() if name}
        _add_values(named, number, {"longitude": places[k, 0], "latitude": places[k, 1], **row})
    return named.tracks(_unused(titles, chosen))


def _point_layer(path: Path, problems: ProblemList) -> str | None:
    with path.open("rb") as opened:
        if opened.read(len(_MAGIC)) != _MAGIC:
            problems.error("file-unreadable", reason="it is no GeoPackage")
            return None
    query = (
        "SELECT g.table_name, m.type FROM gpkg_geometry_columns g"
        " LEFT JOIN sqlite_master m ON lower(m.name) = lower(g.table_name)"
        " WHERE upper(g.geometry_type_name) = 'POINT' ORDER BY g.table_name"
    )
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            found = database.execute(query).fetchall()
    except (sqlite3.Error, ValueError) as error:
        problems.error("file-unreadable", reason=shortened(error, 120))
        return None
    if not found:
        problems.error("layer-none")
        return None
    layer, kind = found[0]
    if kind != "table":
        problems.error("layer-unsafe", layer=shortened(layer))
        return None
    return str(layer)


def _chosen(columns: Columns, titles: list[str], problems: ProblemList) -> Mapping[str, str | None]:
    chosen = {what: column_of(what, wished, titles) for what, wished in asdict(columns).items()}
    for what in ("longitude", "latitude"):
        if chosen[what] is None:
            problems.error(
                "columns-missing", row=1, what=what, found=shortened(", ".join(titles)), wanted=USUAL[what][0]
            )
    for what, wished in asdict(columns).items():
        if wished is not None and chosen[what] is None and what not in ("longitude", "latitude"):
            problems.error(
                "columns-missing", row=1, what=what, found=shortened(", ".join(titles)), wanted=wished
            )
    return chosen


def _unused(titles: list[str], chosen: Mapping[str, str | None]) -> tuple[str, ...]:
    return tuple(f"column {title}" for title in titles if title not in chosen.values())


def _add_row(named: _Named, row: int, cells: Mapping[str, str], chosen: Mapping[str, str | None]) -> None:
    _add_values(named, row, {what: cells[name] for what, name in chosen.items() if name})


def _add_values(named: _Named, row: int, values: Mapping[str, object]) -> None:
    named.of(values.get("track")).add(
        row,
        values.get("longitude"),
        values.get("latitude"),
        values.get("time"),
        accuracy=values.get("accuracy"),
        altitude=values.get("altitude"),
    )


def _add_lines(
    named: _Named,
    number: int,
    geometry: Mapping[str, Any],
    properties: Mapping[str, Any],
    columns: Columns,
    problems: ProblemList,
) -> None:
    lines = geometry.get("coordinates")
    times = properties.get("coordTimes", properties.get("times"))
    if geometry["type"] == "LineString":
        lines, times = [lines], None if times is None else [times]
    name = column_of("track", columns.track, list(properties))
    builder = named.of(properties[name] if name else number)
    for part, (places, moments) in enumerate(_paired(lines, times, number, problems)):
        for place, moment in zip(places, moments, strict=True):
            padded = (*place, None, None, None)[:3] if isinstance(place, list) else ("", "?", None)
            builder.add(number, padded[0], padded[1], moment, altitude=padded[2], part=part)


def _paired(
    lines: Any, times: Any, number: int, problems: ProblemList
) -> Iterator[tuple[list[Any], list[Any]]]:
    """Each line with its times, which are all None where there are none."""
    if not isinstance(lines, list) or not all(isinstance(line, list) for line in lines):
        problems.error(
            "json-shape", row=number, name="coordinates", found="no list", wanted="lists of places"
        )
        return
    for k, line in enumerate(lines):
        moments = [None] * len(line)
        if times is not None:
            moments = times[k] if isinstance(times, list) and k < len(times) else []
        if not isinstance(moments, list) or len(moments) != len(line):
            count = len(moments) if isinstance(moments, list) else 0
            problems.error("times-count", row=number, places=len(line), times=count)
            continue
        yield line, moments


def _plain(value: Any) -> object:
    return value.item() if isinstance(value, np.generic) else value
