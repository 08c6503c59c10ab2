"""What the readers of the four formats share: their product, the way out, layers, projection.

Called by `csv_source.py`, `geojson_source.py`, `gpkg_source.py` and `shapefile_source.py`; used by
`checking.py`.
"""

from __future__ import annotations

import codecs
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pyogrio
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from amur.formats.errors import ProblemList, shortened
from amur.formats.wdpca.rows import Limits, RawRow

_NOT_FOR_FILES = frozenset(("idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf-7"))


@dataclass(frozen=True, slots=True)
class RawTable:
    """The rows of one layer as found.

    `names` are the columns without those of the geometry; `geometry_column` is the name to give in messages;
    `header_row` is the number of the row that holds the names, `None` where names are not a row.
    """

    file: str
    names: tuple[str, ...]
    rows: Sequence[RawRow]
    geometry_column: str | None = None
    header_row: int | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What the caller chose: a layer (or `None`), an encoding (or `None`), and the limits."""

    layer: str | None
    encoding: str | None
    limits: Limits


class Hopeless(Exception):
    """Nothing more can be told of this file; the reason is in the list of problems already."""


def give_up(
    problems: ProblemList, code: str, *, row: int | None = None, column: str | None = None, **params: object
) -> NoReturn:
    """Note an error and leave the reader."""
    problems.error(code, row=row, column=column, **params)
    raise Hopeless


def text_codec(name: str) -> str | None:
    """Python's name of a text encoding, `None` if it is none that files are in.

    >>> text_codec("windows-1251"), text_codec("hex"), text_codec("UTF-7")
    ('cp1251', None, None)
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 _.:-]*", name):
        return None
    try:
        codec = codecs.lookup(name).name
        b"four".decode(codec)
    except (LookupError, ValueError):
        return None
    return None if codec in _NOT_FOR_FILES else codec


def chosen_codec(request: Request, problems: ProblemList) -> str | None:
    """The encoding that the caller chose, `None` where the file is to tell."""
    if request.encoding is None:
        return None
    codec = text_codec(request.encoding)
    if codec is None:
        give_up(problems, "encoding-not-known", encoding=shortened(request.encoding))
    return codec


def chosen_layers(names: Sequence[str], request: Request, problems: ProblemList) -> list[str]:
    """The layers to read: the chosen one, the only one, or a pair of one polygon and one point layer."""
    if request.layer is not None:
        if request.layer not in names:
            give_up(problems, "layer-missing", layer=shortened(request.layer), layers=_listed(names))
        return [request.layer]
    stems = {re.sub(r"poly(gon)?s?|points?", "#", name.casefold()) for name in names}
    is_pair = len(names) == 2 and len(stems) == 1 and "#" in next(iter(stems))
    if len(names) > 1 and not is_pair:
        give_up(problems, "layer-choice", layers=_listed(names))
    return sorted(names, key=lambda name: "point" in name.casefold())


def read_layer(
    path: Path, layer: str | None, label: str, encoding: str | None, first_fid: int, problems: ProblemList
) -> RawTable:
    """Read a layer through GDAL.

    Rows are numbered by the feature's own number, so that a deleted record does not shift the others;
    `first_fid` is the number that the format gives to its first feature.
    """
    problems.file = label
    try:
        with warnings.catch_warnings(record=True) as remarks:
            warnings.simplefilter("always")
            meta, fids, geometries, data = pyogrio.raw.read(
                str(path.resolve()), layer=layer, encoding=encoding, return_fids=True, datetime_as_string=True
            )
    except UnboundLocalError:
        # How pyogrio 0.13 fails on a coordinate system that GDAL cannot turn into text.
        give_up(problems, "crs-unknown", crs="its definition is damaged")
    except (ValueError, RuntimeError, OSError) as broken:
        give_up(problems, "file-unreadable", reason=shortened(broken, 200))
    _tell_remarks({str(remark.message) for remark in remarks}, problems)
    names = tuple(str(name) for name in meta["fields"])
    columns = [column.tolist() for column in data]
    rows = []
    for index, (fid, encoded) in enumerate(zip(fids.tolist(), geometries, strict=True)):
        number = int(fid) + 1 - first_fid
        geometry, broken_geometry = _decoded(encoded, number, problems)
        cells = {name: column[index] for name, column in zip(names, columns, strict=True)}
        rows.append(RawRow(number, cells, geometry, broken_geometry))
    return RawTable(label, names, _in_wgs84(rows, meta.get("crs"), problems))


def _tell_remarks(remarks: set[str], problems: ProblemList) -> None:
    """Pass on what GDAL says beside the data; a ring that it closed by itself is an error here."""
    for remark in sorted(remarks):
        if "closed ring" in remark:
            reason, hint = (
                "a ring is not closed",
                "Close it in a GIS, so that its last position is its first.",
            )
            give_up(problems, "geometry-unreadable", reason=reason, hint=hint)
        else:
            problems.warn("reader-remark", remark=shortened(remark, 160))


def _decoded(encoded: Any, number: int, problems: ProblemList) -> tuple[BaseGeometry | None, bool]:
    if encoded is None:
        return None, False
    try:
        return shapely.from_wkb(encoded), False
    except shapely.errors.ShapelyError as broken:
        problems.error(
            "geometry-unreadable", row=number, reason=shortened(broken, 120), hint="Export the layer again."
        )
        return None, True


def _in_wgs84(rows: list[RawRow], crs_text: str | None, problems: ProblemList) -> list[RawRow]:
    if not crs_text or re.search(r"undefined|unknown", crs_text, re.IGNORECASE):
        give_up(problems, "crs-missing")
    try:
        crs = pyproj.CRS.from_user_input(crs_text)
        if is_wgs84(crs):
            return rows
        transformer = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    except CRSError:
        give_up(problems, "crs-unknown", crs=shortened(crs_text, 80))

    def moved(positions: NDArray[np.float64]) -> NDArray[np.float64]:
        longitude, latitude = transformer.transform(positions[:, 0], positions[:, 1])
        return np.column_stack((longitude, latitude, positions[:, 2:]))

    problems.warn("crs-transformed", crs=shortened(crs.name, 80))
    return [
        row
        if row.geometry is None
        else RawRow(
            row.number, row.cells, shapely.transform(row.geometry, moved, include_z=row.geometry.has_z)
        )
        for row in rows
    ]


def is_wgs84(crs: pyproj.CRS) -> bool:
    """Whether a coordinate system is WGS 84 in degrees, whatever the order of its axes.

    >>> is_wgs84(pyproj.CRS("OGC:CRS84")), is_wgs84(pyproj.CRS("EPSG:4284"))
    (True, False)
    """
    return crs.equals("EPSG:4326", ignore_axis_order=True) or crs.to_epsg(min_confidence=70) == 4326


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{shortened(name)}”" for name in names[:20])
