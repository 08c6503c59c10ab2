"""Reads a table of text: any of the usual separators, UTF-8 or UTF-16 (or an encoding that the caller chose).

The geometry is in a column with WKT, or in two columns with longitude and latitude. Rows are numbered as a
spreadsheet shows them. Called by `checking.py`; `unquoted` and `quoted` are also used by the writer.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from amur.formats.errors import ProblemList, shortened
from amur.formats.wdpca.columns import GEOMETRY_COLUMNS, LATITUDE_COLUMNS, LONGITUDE_COLUMNS, understood
from amur.formats.wdpca.geometries import KINDS
from amur.formats.wdpca.rows import RawRow
from amur.formats.wdpca.sources import RawTable, Request, chosen_codec, give_up
from amur.formats.wdpca.values import Cell, number_of

_SEPARATORS = ",;\t|"
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FORMULA_START = re.compile(r"'*[=+\-@\t\r]")
_WKT_KIND = re.compile(r"\s*(?:SRID\s*=\s*(\d+)\s*;\s*)?([A-Za-z]+)")
_WKT_HINT = "Write WKT such as POLYGON ((130 48, 131 48, 131 49, 130 48)), longitude first, rings closed."


def quoted(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe stands before = + - @ tab and CR.

    >>> quoted("=1+1"), quoted("'=1+1"), quoted("Khanka")
    ("'=1+1", "''=1+1", 'Khanka')
    """
    return "'" + text if _FORMULA_START.match(text) else text


def unquoted(text: str) -> str:
    """The text that `quoted` was given; the inverse for every text.

    >>> unquoted("'=1+1"), unquoted("'s Graveland")
    ('=1+1', "'s Graveland")
    """
    return text[1:] if text.startswith("'") and _FORMULA_START.match(text) else text


def read_csv(path: Path, request: Request, problems: ProblemList) -> RawTable:
    """The rows of a table of text; raises `Hopeless` when it is none."""
    text = _decoded(path.read_bytes(), chosen_codec(request, problems), problems)
    # The limit is one number for the whole process: it is only ever raised, so that no other reader suffers.
    csv.field_size_limit(max(csv.field_size_limit(), request.limits.geometry_text))
    records = _records(text, _separator(text), problems)
    _, header = next(records, (1, []))
    names = [unquoted(name).strip() for name in header]
    _check_names(names, request, problems)
    finder = _GeometryFinder(names, problems)
    kept = [(index, name) for index, name in enumerate(names) if index not in finder.used]
    rows: list[RawRow] = []
    for number, record in records:
        if not any(cell.strip() for cell in record):
            continue
        if len(rows) >= request.limits.rows:
            give_up(problems, "too-many-rows", limit=request.limits.rows)
        if len(record) < len(names) or any(cell.strip() for cell in record[len(names) :]):
            problems.error("row-length", row=number, cells=len(record), columns=len(names))
            continue
        geometry, broken = finder.geometry(record, number)
        rows.append(RawRow(number, {name: unquoted(record[index]) for index, name in kept}, geometry, broken))
    return RawTable(
        problems.file, tuple(name for _, name in kept), rows, geometry_column=finder.column, header_row=1
    )


class _GeometryFinder:
    """Knows which cells of a record make its geometry."""

    def __init__(self, names: Sequence[str], problems: ProblemList) -> None:
        self._problems = problems
        folded = [name.casefold() for name in names]
        self._names = names
        self._wkt = _first(folded, GEOMETRY_COLUMNS)
        self._longitude = _first(folded, LONGITUDE_COLUMNS)
        self._latitude = _first(folded, LATITUDE_COLUMNS)
        if self._wkt is None and (self._longitude is None or self._latitude is None):
            give_up(problems, "geometry-column-missing", row=1)
        self.column = names[self._wkt if self._wkt is not None else self._longitude or 0]
        # Beside WKT, columns with a longitude and a latitude are columns like any other.
        self.used = {self._longitude, self._latitude} if self._wkt is None else {self._wkt}

    def geometry(self, record: Sequence[str], number: int) -> tuple[BaseGeometry | None, bool]:
        if self._wkt is not None:
            return _from_wkt(record[self._wkt], number, self.column, self._problems)
        cells = [
            Cell(unquoted(record[index]), number, self._names[index], self._problems)
            for index in (self._longitude, self._latitude)
            if index is not None
        ]
        filled = [cell for cell in cells if cell.text]
        if not filled:
            return None, False
        if len(filled) == 1:
            self._problems.error("coordinate-pair-incomplete", row=number, column=self.column)
            return None, True
        longitude, latitude = (number_of(cell) for cell in cells)
        if longitude is None or latitude is None:
            return None, True
        return shapely.Point(longitude, latitude), False


def _from_wkt(text: str, number: int, column: str, problems: ProblemList) -> tuple[BaseGeometry | None, bool]:
    if not text.strip():
        return None, False
    start = _WKT_KIND.match(text)
    srid, kind = (start[1], start[2]) if start else (None, "")
    known = {name.casefold(): name for name in KINDS}
    plain = re.sub(r"z?m?$", "", kind.casefold()) if kind.casefold() not in known else kind.casefold()
    # Only the four kinds reach the parser: it follows nested collections until the stack ends.
    if plain not in known:
        problems.error("geometry-type", row=number, column=column, kind=shortened(kind or text, 40))
        return None, True
    if srid not in (None, "4326"):
        problems.error("crs-unknown", row=number, column=column, crs=f"SRID {srid}")
        return None, True
    try:
        return shapely.from_wkt(text.split(";", 1)[-1]), False
    except shapely.errors.ShapelyError as broken:
        problems.error(
            "geometry-unreadable", row=number, column=column, reason=shortened(broken, 120), hint=_WKT_HINT
        )
        return None, True


def _decoded(data: bytes, encoding: str | None, problems: ProblemList) -> str:
    marked = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), None)
    codec = marked or encoding or "utf-8"
    try:
        return data.decode(codec)
    except UnicodeDecodeError as broken:
        before = data[: broken.start].decode(codec, errors="replace")
        row = sum(1 for _ in csv.reader(io.StringIO(before, newline=""), delimiter=_separator(before)))
        give_up(
            problems,
            "not-in-encoding",
            row=max(row, 1),
            byte=f"{data[broken.start]:02X}",
            position=broken.start + 1,
            encoding=codec.removesuffix("-sig").upper(),
        )


def _separator(text: str) -> str:
    head = text[:20_000]

    def score(separator: str) -> tuple[int, int]:
        first = next(csv.reader(io.StringIO(head, newline=""), delimiter=separator), [])
        known = understood(name for name in first).columns
        return len(known), len(first)

    try:
        return max(_SEPARATORS, key=score)
    except csv.Error:
        return ","


def _records(text: str, separator: str, problems: ProblemList) -> Iterator[tuple[int, list[str]]]:
    number = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for record in reader:
            number += 1
            yield number, record
    except csv.Error as broken:
        give_up(problems, "csv-damaged", row=number + 1, reason=shortened(broken, 120))


def _check_names(names: Sequence[str], request: Request, problems: ProblemList) -> None:
    if not any(names):
        give_up(problems, "header-missing", row=1)
    if len(names) > request.limits.columns:
        give_up(problems, "too-many-columns", row=1, count=len(names), limit=request.limits.columns)
    for position, name in enumerate(names, start=1):
        if not name:
            problems.error("column-unnamed", row=1, position=position)


def _first(folded: Sequence[str], wanted: Sequence[str]) -> int | None:
    return next((folded.index(name) for name in wanted if name in folded), None)
