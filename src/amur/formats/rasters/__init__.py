"""Rasters of landscapes: ASCII grids and GeoTIFF, read and written alike, aligned or refused.

`read` takes either format, `write` chooses by the suffix. `misalignment` says why two rasters do not match,
`snap` lays one onto the other. Used by the formats of Circuitscape and Omniscape, and by the corridors.

>>> import tempfile, numpy as np
>>> from pathlib import Path
>>> land = Raster(np.array([[1.0, np.nan], [2.5, 1e-7]]), Grid(2, 2, 100.0, 50.0, 10.0, 10.0))
>>> with tempfile.TemporaryDirectory() as folder:
...     same = read(write(Path(folder) / "land.asc", land))
>>> bool(np.array_equal(same.values, land.values, equal_nan=True)), same.grid == land.grid
(True, True)
"""

from __future__ import annotations

from pathlib import Path

from amur.formats.rasters.ascii_grid import looks_like_ascii_grid, read_ascii_grid, write_ascii_grid
from amur.formats.rasters.geotiff import read_geotiff, write_geotiff
from amur.formats.rasters.messages import WORDINGS, problem
from amur.formats.rasters.raster import Grid, Raster, misalignment, snap

__all__ = [
    "WORDINGS",
    "Grid",
    "Raster",
    "is_geotiff",
    "looks_like_ascii_grid",
    "misalignment",
    "read",
    "snap",
    "write",
]

NODATA = -9999.0


def is_geotiff(path: Path) -> bool:
    """Whether the name says GeoTIFF."""
    return path.name.lower().removesuffix(".gz").endswith((".tif", ".tiff"))


def read(path: Path) -> Raster:
    """Read an ASCII grid or a GeoTIFF; NaN where there is no data. Raises `FormatError` with the place."""
    path = Path(path)
    if is_geotiff(path):
        return read_geotiff(path)
    if path.name.lower().removesuffix(".gz").endswith((".asc", ".txt", ".agr", ".grd")):
        return read_ascii_grid(path)
    if not path.is_file():
        raise problem("raster-missing", path.name, path=path)
    with path.open("rb") as file:
        start = file.read(256)
    if looks_like_ascii_grid(start):
        return read_ascii_grid(path)
    raise problem("raster-unknown", path.name, name=path.name)


def write(path: Path, raster: Raster, *, nodata: float = NODATA, compress: bool = False) -> Path:
    """Write a raster, whole or not at all: GeoTIFF for `.tif`, else an ASCII grid (`.gz` with `compress`).

    Returns the path written. Raises `FormatError` for cells that the format cannot hold, OSError when the
    disk is full.
    """
    path = Path(path)
    if is_geotiff(path):
        return write_geotiff(path, raster, nodata)
    return write_ascii_grid(path, raster, nodata, compress=compress)
