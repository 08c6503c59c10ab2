"""ASCII grids (Esri): read from plain or gzipped text, written with ten significant digits.

The header is read leniently (any case, corner or centre, `dx`/`dy`, no-data line missing), the values
strictly: a text that is no number is named with its row and column.
"""

from __future__ import annotations

import gzip
import math
import re
import warnings
import zlib
from pathlib import Path

import numpy as np

from amur.formats.errors import FormatError, shortened
from amur.formats.files import replacing
from amur.formats.rasters.digits import formatted_rows, plain_numbers
from amur.formats.rasters.messages import problem
from amur.formats.rasters.raster import Floats, Grid, Raster

_KEYS = {
    "ncols",
    "nrows",
    "xllcorner",
    "yllcorner",
    "xllcenter",
    "yllcenter",
    "xllcentre",
    "yllcentre",
    "cellsize",
    "dx",
    "dy",
    "nodata_value",
    "nodata",
}
_LINE = re.compile(rb"[ \t\r\n]*([A-Za-z_]+)[ \t:=]+(\S+)[^\S\n]*\n?")
LONGEST_SIDE = 2_000_000


def read_ascii_grid(path: Path) -> Raster:
    """Read an ASCII grid, gzipped where the name ends with `.gz`. Raises `FormatError`."""
    name = path.name
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        if isinstance(error, FileNotFoundError):
            raise problem("raster-missing", name, path=path) from error
        raise problem("raster-unreadable", name, reason=shortened(error)) from error
    content = content.removeprefix(b"\xef\xbb\xbf")
    header, start, lines = _header(content)
    grid, nodata = _grid(header, name)
    values = _values(content[start:], grid, name, lines)
    if nodata is not None:
        values[values == nodata] = np.nan
    return Raster(values, grid, nodata, name)


def looks_like_ascii_grid(start: bytes) -> bool:
    """Whether the first bytes of a file are the header of a grid."""
    found = _LINE.match(start.removeprefix(b"\xef\xbb\xbf"))
    return found is not None and found[1].decode().lower() in _KEYS


def _header(content: bytes) -> tuple[dict[str, str], int, int]:
    """The keys of the header, where the values begin, and how many lines were read until there."""
    header: dict[str, str] = {}
    position = 0
    while found := _LINE.match(content, position):
        key = found[1].decode("ascii").lower()
        if key not in _KEYS:
            break
        header[key] = found[2].decode("ascii", "replace")
        position = found.end()
    return header, position, content.count(b"\n", 0, position)


def _grid(header: dict[str, str], name: str) -> tuple[Grid, float | None]:
    columns, rows = (_count(header, key, name) for key in ("ncols", "nrows"))
    width = _side(header, "cellsize" if "cellsize" in header else "dx", name)
    height = _side(header, "cellsize" if "cellsize" in header else "dy", name)
    west = _edge(header, "x", width, name)
    south = _edge(header, "y", height, name)
    text = header.get("nodata_value", header.get("nodata"))
    nodata = None if text is None else _real(text, "NODATA_value", "a number such as -9999", name)
    return Grid(rows, columns, west, south, width, height), nodata


def _count(header: dict[str, str], key: str, name: str) -> int:
    if key not in header:
        raise problem("raster-header", name, key=key)
    value = _real(header[key], key, "a whole number", name)
    if value != int(value) or not 1 <= value <= LONGEST_SIDE:
        raise problem(
            "raster-header-value",
            name,
            value=header[key],
            key=key,
            wanted=f"a whole number from 1 to {LONGEST_SIDE}",
        )
    return int(value)


def _side(header: dict[str, str], key: str, name: str) -> float:
    if key not in header:
        raise problem("raster-header", name, key="cellsize")
    value = _real(header[key], key, "a length above 0", name)
    if not 0 < value < math.inf:
        raise problem("raster-header-value", name, value=header[key], key=key, wanted="a length above 0")
    return value


def _edge(header: dict[str, str], axis: str, side: float, name: str) -> float:
    corner = f"{axis}llcorner"
    centres = [key for key in (f"{axis}llcenter", f"{axis}llcentre") if key in header]
    if corner in header and centres:
        raise problem("raster-header-both", name, first=corner, second=centres[0])
    if centres:
        return _real(header[centres[0]], centres[0], "a coordinate", name) - side / 2
    if corner not in header:
        raise problem("raster-header", name, key=corner)
    value = _real(header[corner], corner, "a coordinate", name)
    if not math.isfinite(value):
        raise problem("raster-header-value", name, value=header[corner], key=corner, wanted="a coordinate")
    return value


def _real(text: str, key: str, wanted: str, name: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise problem("raster-header-value", name, value=shortened(text), key=key, wanted=wanted) from error


def _values(content: bytes, grid: Grid, name: str, lines: int) -> Floats:
    wanted = grid.rows * grid.columns
    plain = plain_numbers(content, wanted)
    if plain is not None:
        return plain.reshape(grid.shape)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            found = np.fromstring(content, dtype=np.float64, sep=" ")
        except (DeprecationWarning, ValueError):
            wrong = _wrong_value(content, name, lines)
            reason = "its values end early"
            raise wrong or problem("raster-unreadable", name, reason=reason) from None
    if found.size != wanted:
        # A lone comma or letter at the end stops the reader without a word.
        wrong = _wrong_value(content, name, lines)
        if wrong is not None:
            raise wrong
        code = "raster-too-few" if found.size < wanted else "raster-too-many"
        raise problem(code, name, found=found.size, wanted=wanted, rows=grid.rows, columns=grid.columns)
    return found.reshape(grid.shape)


def _wrong_value(content: bytes, name: str, lines: int) -> FormatError | None:
    for number, line in enumerate(content.split(b"\n"), start=lines + 1):
        for place, word in enumerate(line.split(), start=1):
            try:
                float(word)
            except ValueError:
                text = shortened(word.decode("utf-8", "replace"))
                return problem("raster-value", name, row=number, column=str(place), value=text)
    return None


def write_ascii_grid(path: Path, raster: Raster, nodata: float = -9999.0, *, compress: bool = False) -> Path:
    """Write an ASCII grid, whole or not at all; cells without data get `nodata`. Returns the path written,
    which ends with `.gz` when `compress` is set. Raises `FormatError` for cells that are not square.
    """
    grid = raster.grid
    if abs(grid.width - grid.height) > 1e-9 * grid.width:
        raise problem("raster-not-square", path.name, width=grid.width, height=grid.height)
    header = (
        f"ncols         {grid.columns}\nnrows         {grid.rows}\n"
        f"xllcorner     {grid.west!r}\nyllcorner     {grid.south!r}\n"
        f"cellsize      {grid.width!r}\nNODATA_value  {nodata:.10g}\n"
    ).encode("ascii")
    target = path.with_name(path.name + ".gz") if compress and path.suffix != ".gz" else path
    with replacing(target) as temporary, temporary.open("wb") as file:
        if target.suffix == ".gz":
            with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=4, mtime=0, filename="") as packed:
                packed.write(header)
                for piece in formatted_rows(raster.values, nodata):
                    packed.write(piece)
        else:
            file.write(header)
            for piece in formatted_rows(raster.values, nodata):
                file.write(piece)
    return target
