"""Rasters of the room: `<data>/connectivity/<SHA-256>.tif`, resistances and maps of current alike.

A name is the hash of the content, so a file is never changed. It is written under a temporary name, brought
to the disk and then renamed: whoever is killed in between leaves no half file. Cloud-Optimised GeoTIFFs, so
that a tile reads only its own part.
"""

import hashlib
import os
import re
import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
from django.conf import settings

from amur.formats import rasters
from amur.formats.files import replacing
from amur.formats.rasters import Grid, Raster

NODATA: Final = -9999.0
ARRIVING: Final = "arriving"
FORGOTTEN_S: Final = 86_400
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def folder() -> Path:
    """Where the rasters lie; made when it is missing, closed to others."""
    place = Path(settings.AMUR_DATA) / "connectivity"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def path_of(sha256: str) -> Path:
    """The path of a raster. Raises ValueError for what is no hash."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError(sha256)
    return folder() / f"{sha256}.tif"


def arriving(suffix: str) -> Path:
    """A fresh temporary name beside the rasters; what was left there for a day is removed."""
    place = folder() / ARRIVING
    place.mkdir(mode=0o700, exist_ok=True)
    oldest = time.time() - FORGOTTEN_S
    for file in place.iterdir():
        with suppress(OSError):
            if file.stat().st_mtime < oldest:
                file.unlink()
    return place / f"{secrets.token_hex(16)}{suffix}"


def keep(values: np.ndarray[Any, np.dtype[Any]], grid: Grid) -> str:
    """Store values (rows, columns), NaN for no data, as a raster; returns its SHA-256.

    The same values in the same place are there once. Raises OSError when the disk is full.
    """
    temporary = arriving(".tif")
    try:
        write_optimised(temporary, values, grid)
        with temporary.open("rb") as written:
            sha256 = hashlib.file_digest(written, "sha256").hexdigest()
            os.fsync(written.fileno())
        final = path_of(sha256)
        temporary.replace(final)
        _flush(final.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return sha256


def read(sha256: str) -> Raster:
    """A stored raster. Raises `amur.formats.errors.FormatError` when it is gone or damaged."""
    return rasters.read(path_of(sha256))


def write_optimised(path: Path, values: np.ndarray[Any, np.dtype[Any]], grid: Grid) -> None:
    """Write a Cloud-Optimised GeoTIFF of float64, whole or not at all; NaN becomes no data."""
    import rasterio
    from rasterio.io import MemoryFile
    from rasterio.shutil import copy
    from rasterio.transform import Affine

    plain = np.where(np.isnan(values), NODATA, values).astype(np.float64)
    with (
        replacing(path) as temporary,
        rasterio.Env(GDAL_NUM_THREADS=1),
        MemoryFile() as memory,
        memory.open(
            driver="GTiff",
            height=grid.rows,
            width=grid.columns,
            count=1,
            dtype="float64",
            nodata=NODATA,
            crs=grid.crs,
            transform=Affine(grid.width, 0.0, grid.west, 0.0, -grid.height, grid.north),
        ) as target,
    ):
        target.write(plain, 1)
        copy(target, temporary, driver="COG", compress="DEFLATE", predictor="YES", resampling="AVERAGE")


def _flush(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
