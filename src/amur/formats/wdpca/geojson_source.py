"""Reads GeoJSON as RFC 7946 defines it, with the place of every fault. Called by `checking.py`.

The geometry is built here and not by a library, because libraries close open rings and drop what they do not
understand without a word.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import NoReturn

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from amur.formats.errors import ProblemList, shortened
from amur.formats.wdpca.geometries import KINDS
from amur.formats.wdpca.rows import RawRow
from amur.formats.wdpca.sources import RawTable, Request, give_up

Position = tuple[float, ...]

_HINT = "Follow RFC 7946: positions as [longitude, latitude], rings of four or more positions and closed."
_WGS84 = re.compile(
    r"(urn:ogc:def:crs:)?OGC:(1\.3|2)?:?CRS84|(urn:ogc:def:crs:)?EPSG:[\d.]*:?4326", re.IGNORECASE
)


def read_geojson(path: Path, request: Request, problems: ProblemList) -> RawTable:
    """The features of a GeoJSON file; raises `Hopeless` when it is none."""
    document = _parsed(path.read_bytes(), problems)
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        give_up(problems, "geojson-shape", reason="the outermost object is not a FeatureCollection")
    _check_crs(document.get("crs"), problems)
    features = document.get("features")
    if not isinstance(features, list):
        give_up(problems, "geojson-shape", reason="the FeatureCollection has no list “features”")
    if len(features) > request.limits.rows:
        give_up(problems, "too-many-rows", limit=request.limits.rows)
    names: dict[str, None] = {}
    rows = []
    for number, feature in enumerate(features, start=1):
        row = _row(feature, number, problems)
        if row is not None:
            rows.append(row)
            names.update(dict.fromkeys(row.cells))
    if len(names) > request.limits.columns:
        give_up(problems, "too-many-columns", count=len(names), limit=request.limits.columns)
    return RawTable(problems.file, tuple(names), rows, geometry_column="geometry")


class _BadGeometry(ValueError):
    """Why a geometry cannot be built."""


def _parsed(data: bytes, problems: ProblemList) -> object:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        give_up(
            problems,
            "not-in-encoding",
            byte=f"{data[broken.start]:02X}",
            position=broken.start + 1,
            encoding="UTF-8",
        )
    try:
        parsed: object = json.loads(text, parse_constant=_refused, object_pairs_hook=_once)
    except RecursionError:
        give_up(problems, "json-damaged", reason="it is nested too deeply")
    except ValueError as broken:
        give_up(problems, "json-damaged", reason=shortened(broken, 160))
    return parsed


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name “{shortened(twice)}” stands twice in one object")
    return found


def _check_crs(crs: object, problems: ProblemList) -> None:
    if crs is None:
        return
    name = str(crs.get("properties", {}).get("name", "")) if isinstance(crs, dict) and _has_name(crs) else ""
    if not _WGS84.fullmatch(name):
        give_up(problems, "crs-not-wgs84", crs=shortened(name or crs, 80))


def _has_name(crs: dict[str, object]) -> bool:
    return isinstance(crs.get("properties"), dict)


def _row(feature: object, number: int, problems: ProblemList) -> RawRow | None:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        problems.error("geojson-shape", row=number, reason="a member of “features” is not a Feature")
        return None
    properties = feature.get("properties")
    if properties is not None and not isinstance(properties, dict):
        problems.error("geojson-shape", row=number, reason="“properties” is not an object")
        return None
    try:
        geometry, broken = _geometry(feature.get("geometry")), False
    except _BadGeometry as why:
        problems.error("geometry-unreadable", row=number, column="geometry", reason=str(why), hint=_HINT)
        geometry, broken = None, True
    except _OtherKind as other:
        problems.error("geometry-type", row=number, column="geometry", kind=str(other))
        geometry, broken = None, True
    return RawRow(number, dict(properties or {}), geometry, broken)


class _OtherKind(Exception):
    """A geometry of a kind that an area cannot have."""


def _geometry(value: object) -> BaseGeometry | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _BadGeometry("it is not an object")
    kind, coordinates = value.get("type"), value.get("coordinates")
    if kind not in KINDS:
        raise _OtherKind(shortened(kind, 40))
    if not isinstance(coordinates, list):
        raise _BadGeometry("it has no list “coordinates”")
    if not coordinates:
        return shapely.from_wkt(f"{kind} EMPTY")
    if kind == "Point":
        return shapely.Point(_position(coordinates))
    if kind == "MultiPoint":
        return shapely.MultiPoint([_position(each) for each in coordinates])
    if kind == "Polygon":
        return _polygon(coordinates)
    return shapely.MultiPolygon([_polygon(each) for each in coordinates])


def _polygon(value: object) -> shapely.Polygon:
    if not isinstance(value, list) or not value:
        raise _BadGeometry("a polygon is not a list of rings")
    shell, *holes = [np.array(_ring(each)) for each in value]
    return shapely.Polygon(shell, holes)


def _ring(value: object) -> list[Position]:
    if not isinstance(value, list) or len(value) < 4:
        raise _BadGeometry("a ring has fewer than four positions")
    ring = [_position(each) for each in value]
    if ring[0] != ring[-1]:
        raise _BadGeometry("a ring is not closed, its last position is not its first")
    if len({len(position) for position in ring}) > 1:
        raise _BadGeometry("some positions of a ring have a height and some have none")
    return ring


def _position(value: object) -> Position:
    if not isinstance(value, list) or len(value) not in (2, 3):
        raise _BadGeometry("a position is not a list of two or three numbers")
    if all(type(number) is float and math.isfinite(number) for number in value):  # almost every position
        return tuple(value)
    for number in value:
        if isinstance(number, bool) or not isinstance(number, int | float) or not _is_finite(number):
            raise _BadGeometry(f"“{shortened(number, 40)}” is not a finite number")
    return tuple(float(number) for number in value)


def _is_finite(number: int | float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:
        return False
