"""Writes the formats that need GDAL: GeoPackage, and Shapefiles in a ZIP archive. Called by `writing.py`."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyogrio
import shapely

from amur.formats.errors import ProblemList
from amur.formats.gdal import FIXED_DAY, fixed_date
from amur.formats.wdpca.columns import COLUMNS, SHORT_NAMES
from amur.formats.wdpca.rows import AreaRow

_DBF_TEXT = 254
_SHORT = 10
_KINDS = (("polygons", ("Polygon", "MultiPolygon")), ("points", ("Point", "MultiPoint")))


@dataclass(frozen=True, slots=True)
class _Layer:
    """Rows of one kind of geometry."""

    name: str
    geometry_type: str
    rows: Sequence[AreaRow]


def write_gpkg(path: Path, rows: Sequence[AreaRow], extras: Sequence[str]) -> None:
    """A GeoPackage with the layers `areas_polygons` and `areas_points`, as far as there are any."""
    with TemporaryDirectory(prefix="wdpca-") as folder, fixed_date():
        built = Path(folder) / "areas.gpkg"
        for index, layer in enumerate(_layers("areas", rows)):
            names = [*(column.name.upper() for column in COLUMNS), *extras]
            _write_layer(built, layer, names, extras, "GPKG", append=index > 0)
        path.write_bytes(built.read_bytes())


def write_shapefile(
    path: Path, stem: str, rows: Sequence[AreaRow], extras: Sequence[str], problems: ProblemList
) -> None:
    """A ZIP archive with one Shapefile for polygons and one for points, as far as there are any.

    Raises `FormatErrors` when a text does not fit into the 254 bytes of a cell: it would be cut without a
    word.
    """
    _check_lengths(rows, problems)
    short = _short_names(extras)
    names = [*(column.name.upper() for column in COLUMNS), *(short[name] for name in extras)]
    with TemporaryDirectory(prefix="wdpca-") as folder:
        for layer in _layers(stem, rows):
            _write_layer(Path(folder) / f"{layer.name}.shp", layer, names, extras, "ESRI Shapefile")
            if extras:
                full_names = Path(folder) / f"{layer.name}.columns.csv"
                full_names.write_text(_names_table(short, extras), encoding="utf-8", newline="")
        _pack(sorted(Path(folder).iterdir()), path)


def _layers(stem: str, rows: Sequence[AreaRow]) -> list[_Layer]:
    layers = []
    for name, kinds in _KINDS:
        chosen = [row for row in rows if row.geometry.geom_type in kinds]
        if chosen:
            types = {row.geometry.geom_type for row in chosen}
            # Points stay points as long as all are single; polygons are always of the multi kind.
            kind = kinds[1] if kinds[1] in types or name == "polygons" else kinds[0]
            layers.append(_Layer(f"{stem}_{name}", kind, chosen))
    return layers or [_Layer(f"{stem}_polygons", "MultiPolygon", [])]


def _write_layer(
    path: Path, layer: _Layer, names: Sequence[str], extras: Sequence[str], driver: str, append: bool = False
) -> None:
    data, masks = _columns(layer.rows, extras)
    geometries = [shapely.to_wkb(row.geometry) for row in layer.rows]
    is_shapefile = driver == "ESRI Shapefile"
    options: dict[str, Any] = (
        {"DBF_DATE_LAST_UPDATE": FIXED_DAY} if is_shapefile else {"SPATIAL_INDEX": "YES"}
    )
    pyogrio.raw.write(
        str(path),
        np.array(geometries, dtype=object),
        data,
        np.array(names, dtype=object),
        field_mask=masks,
        layer=layer.name,
        driver=driver,
        geometry_type=layer.geometry_type,
        crs="EPSG:4326",
        encoding="UTF-8" if is_shapefile else None,
        promote_to_multi=layer.geometry_type.startswith("Multi") and not is_shapefile,
        layer_options=options,
        append=append and path.exists(),
    )


def _columns(rows: Sequence[AreaRow], extras: Sequence[str]) -> tuple[list[Any], list[Any]]:
    data: list[Any] = []
    masks: list[Any] = []
    for column in COLUMNS:
        values = [getattr(row, column.name) for row in rows]
        absent = np.array([value is None for value in values], dtype=bool)
        if column.kind in ("whole", "year"):
            data.append(np.array([value or 0 for value in values], dtype=np.int64))
        elif column.kind == "area":
            data.append(np.array([value or 0.0 for value in values], dtype=np.float64))
        else:
            data.append(np.array(values, dtype=object))
        masks.append(absent)
    for name in extras:
        texts = [row.extra.get(name) for row in rows]
        data.append(np.array(texts, dtype=object))
        masks.append(np.array([text is None for text in texts], dtype=bool))
    return data, masks


def _check_lengths(rows: Sequence[AreaRow], problems: ProblemList) -> None:
    for number, row in enumerate(rows, start=1):
        texts = {column.name: getattr(row, column.name) for column in COLUMNS} | dict(row.extra)
        for name, text in texts.items():
            if isinstance(text, str) and (length := len(text.encode())) > _DBF_TEXT:
                problems.error("cannot-hold", row=number, column=name, length=length, limit=_DBF_TEXT)
    problems.raise_if_errors()


def _short_names(extras: Sequence[str]) -> dict[str, str]:
    taken = {column.name.upper() for column in COLUMNS}
    short: dict[str, str] = {}
    for name in extras:
        letters = "".join(sign for sign in name.upper() if sign.isascii() and (sign.isalnum() or sign == "_"))
        wanted = SHORT_NAMES.get(name, letters[:_SHORT]) or "EXTRA"
        candidate, count = wanted, 1
        while candidate in taken:
            count += 1
            candidate = f"{wanted[: _SHORT - len(str(count)) - 1]}_{count}"
        taken.add(candidate)
        short[name] = candidate
    return short


def _names_table(short: dict[str, str], extras: Sequence[str]) -> str:
    sink = io.StringIO(newline="")
    csv.writer(sink, lineterminator="\r\n").writerows((short[name], name) for name in extras)
    return sink.getvalue()


def _pack(files: Sequence[Path], path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            member = zipfile.ZipInfo(file.name, date_time=(1980, 1, 1, 0, 0, 0))
            member.external_attr = 0o644 << 16
            archive.writestr(member, file.read_bytes(), compress_type=zipfile.ZIP_DEFLATED)
