"""GeoTIFF by rasterio: the first band, its place and reference system; written tiled and compressed."""

from __future__ import annotations

import gzip
import shutil
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from amur.formats.errors import FormatError, shortened
from amur.formats.files import replacing
from amur.formats.rasters.messages import problem
from amur.formats.rasters.raster import Grid, Raster

UNSAID = -9999.0
"""What most programs of the field mean by no data when the file does not say it."""


def read_geotiff(path: Path) -> Raster:
    """Read the first band of a GeoTIFF, gzipped where the name ends with `.gz`.

    Where the file names no value for no data, -9999 and the lowest number of its type count as such, and a
    note says so. Raises `FormatError`.
    """
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError
    from rasterio.io import MemoryFile

    if not path.is_file():
        raise problem("raster-missing", path.name, path=path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            if path.suffix == ".gz":
                with MemoryFile(gzip.decompress(path.read_bytes())) as held, held.open() as source:
                    return _read(source, path.name)
            with rasterio.open(path) as source:
                return _read(source, path.name)
    except (RasterioError, OSError, EOFError, zlib.error) as error:
        raise problem("raster-unreadable", path.name, reason=shortened(error)) from error


def _read(source: Any, name: str) -> Raster:
    transform = source.transform
    if transform.b or transform.d or transform.a <= 0 or transform.e == 0:
        raise problem("raster-rotated", name)
    band = source.read(1)
    values = band.astype(np.float64)
    rows, columns = values.shape
    height = abs(transform.e)
    if transform.e > 0:  # no place at all, or rows from south to north
        if (transform.c, transform.f, transform.a) != (0.0, 0.0, 1.0):
            raise problem("raster-rotated", name)
        south = 0.0
    else:
        south = transform.f - rows * height
    notes: list[FormatError] = []
    nodata = source.nodata
    if source.count > 1:
        notes.append(problem("raster-bands", name, severity="warning", count=source.count))
    if nodata is None:
        values, note = _without_unsaid(values, band.dtype, name)
        notes += note
    elif not np.isnan(nodata):
        values[band == np.asarray(nodata).astype(band.dtype)] = np.nan
        values[values == nodata] = np.nan
    crs = source.crs.to_string() if source.crs else None
    grid = Grid(rows, columns, transform.c, south, transform.a, height, crs)
    return Raster(values, grid, None if nodata is None else float(nodata), name, tuple(notes))


def _without_unsaid(
    values: np.ndarray[Any, np.dtype[np.float64]], kind: np.dtype[Any], name: str
) -> tuple[np.ndarray[Any, np.dtype[np.float64]], list[FormatError]]:
    empty = values == UNSAID
    if kind.kind == "f":
        empty |= values == float(np.finfo(kind).min)
    if not empty.any():
        return values, []
    note = problem(
        "raster-nodata-assumed",
        name,
        severity="warning",
        value=f"{values[empty][0]:g}",
        count=int(empty.sum()),
    )
    return np.where(empty, np.nan, values), [note]


def write_geotiff(path: Path, raster: Raster, nodata: float = UNSAID) -> Path:
    """Write a tiled, compressed GeoTIFF of float64, whole or not at all; NaN becomes `nodata`.

    Raises OSError when the disk is full. GDAL would tell it in its own words, and the end of a file not at
    all; so it writes into memory.
    """
    from rasterio.io import MemoryFile
    from rasterio.transform import Affine

    grid = raster.grid
    tile = {"tiled": True, "blockxsize": 256, "blockysize": 256} if min(grid.shape) >= 256 else {}
    with MemoryFile() as held:
        with held.open(
            driver="GTiff",
            height=grid.rows,
            width=grid.columns,
            count=1,
            dtype="float64",
            nodata=nodata,
            crs=grid.crs,
            transform=Affine(grid.width, 0.0, grid.west, 0.0, -grid.height, grid.north),
            compress="deflate",
            predictor=3,
            **tile,
        ) as target:
            target.write(np.where(np.isnan(raster.values), nodata, raster.values), 1)
        held.seek(0)
        with replacing(path) as temporary, temporary.open("wb") as file:
            shutil.copyfileobj(held, file, 1 << 24)
    return path
