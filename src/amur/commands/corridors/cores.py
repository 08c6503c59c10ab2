"""Cores from a file: a raster of their numbers, or areas that are laid onto the cells of the resistance."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amur.formats import rasters
from amur.formats.errors import FormatError
from amur.formats.rasters.messages import problem
from amur.formats.rasters.raster import Raster
from amur.portal.operations.problems import Problem, _

MOST_CORES = 10_000
LAYERS = (".gpkg", ".shp", ".geojson", ".json", ".fgb")

_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Cores:
    """`numbers` (rows, cols) of the cores, 0 for none, and what reading them had to decide."""

    numbers: NDArray[np.int64]
    notes: tuple[str, ...] = ()


def read_cores(path: Path, land: Raster, *, snap: bool) -> Cores:
    """The cores on the cells of `land`. Raises `FormatError` or `Problem`."""
    found = _from_layer(path, land) if path.suffix.lower() in LAYERS else _from_raster(path, land, snap=snap)
    count = np.unique(found.numbers[found.numbers > 0]).size
    if count > MOST_CORES:
        raise Problem(
            _(
                "{file} holds {count} different numbers above 0, each of which would be a core. Give the"
                " cells outside the cores no data or 0."
            ).format(file=path.name, count=count)
        )
    return found


def _from_raster(path: Path, land: Raster, *, snap: bool) -> Cores:
    raster = rasters.read(path)
    notes: list[FormatError] = list(raster.notes)
    wrong = rasters.misalignment(raster, land)
    if wrong is not None:
        if not snap:
            raise wrong
        raster, note = rasters.snap(raster, land)
        notes.append(note)
    values = np.where(raster.values > 0, raster.values, 0.0)
    odd = (values != np.floor(values)) | (values > _LARGEST)
    if odd.any():
        row, column = np.argwhere(odd)[0]
        raise problem(
            "raster-not-whole",
            raster.file,
            row=int(row) + 1,
            column=str(column + 1),
            value=f"{values[row, column]:.12g}",
        )
    return Cores(values.astype(np.int64), tuple(str(note) for note in notes))


def _from_layer(path: Path, land: Raster) -> Cores:
    """Areas become cores 1, 2 and so on in the order of the file; a cell belongs to the area that holds its
    centre. An area so small that it holds no centre gets the cell in which it lies.
    """
    import pyogrio
    import shapely
    from rasterio.features import rasterize
    from rasterio.transform import Affine

    if not path.is_file():
        raise problem("raster-missing", path.name, path=path)
    try:
        meta, _ids, shapes, _fields = pyogrio.raw.read(path, columns=[])
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise problem("raster-unreadable", path.name, reason=str(error)) from error
    _require_one_system(path, meta["crs"], land)
    areas: list[Any] = [] if shapes is None else list(shapely.from_wkb(shapes))
    grid = land.grid
    drawn = [
        (area, number)
        for number, area in enumerate(areas, 1)
        if area is not None and not area.is_empty and area.area > 0
    ]
    if not drawn:
        raise Problem(
            _("{file} holds no areas. Give a layer of polygons, or a raster.").format(file=path.name)
        )
    placed = Affine(grid.width, 0.0, grid.west, 0.0, -grid.height, grid.north)
    numbers = rasterize(drawn, out_shape=grid.shape, transform=placed, dtype="int32").astype(np.int64)
    small, lost = [], []
    covered = set(np.unique(numbers).tolist())
    for area, number in drawn:
        if number in covered:
            continue
        point = area.representative_point()
        cell = grid.cell_at(point.x, point.y)
        if cell is None or numbers[cell]:
            lost.append(number)
        else:
            numbers[cell] = number
            small.append(number)
    notes = []
    if small:
        notes.append(
            _("smaller than a cell, so they get the one in which they lie: cores {cores}").format(
                cores=listed(small)
            )
        )
    if lost:
        notes.append(
            _("outside the raster or hidden by another core, so left out: cores {cores}").format(
                cores=listed(lost)
            )
        )
    return Cores(numbers, tuple(notes))


def _require_one_system(path: Path, crs: str | None, land: Raster) -> None:
    if not (crs and land.grid.crs):
        return
    from pyproj import CRS

    if CRS.from_user_input(crs) != CRS.from_user_input(land.grid.crs):
        raise problem(
            "raster-crs-differs",
            path.name,
            crs=crs,
            reference=land.file,
            reference_crs=land.grid.crs,
        )


def listed(numbers: list[int] | tuple[int, ...]) -> str:
    """Numbers for people, not too many.

    >>> listed([3, 4]), listed(list(range(20)))
    ('3, 4', '0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 …')
    """
    return ", ".join(str(number) for number in numbers[:12]) + (" …" if len(numbers) > 12 else "")
