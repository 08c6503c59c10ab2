"""Reads the files that a job names: one whole object for rasters, one for networks, or `FormatErrors`.

Everything is checked here, so that the mathematics can trust it: rasters lie on the landscape's cells,
numbers of nodes are whole, values are in range. What had to be decided is in `notes`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amur.formats import rasters
from amur.formats.circuitscape.lists import Pairs, notes_of_pairs, read_pairs
from amur.formats.circuitscape.messages import problem
from amur.formats.circuitscape.settings import Settings
from amur.formats.errors import FormatError
from amur.formats.jobs import Reading, read_table
from amur.formats.jobs.tables import line_of
from amur.formats.rasters import Raster
from amur.formats.rasters.messages import problem as raster_problem

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
NODATA = -9999.0
MOST_NODES = 10_000
LARGEST_NUMBER = 2.0**53
BACKGROUND_CELLS = 1_000
BACKGROUND_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class RasterInputs:
    """A landscape and what happens on it; arrays are (rows, columns) unless said otherwise.

    `conductance` in siemens, 0 where there is none; `polygons` numbers of short-circuit regions, 0 elsewhere;
    `focal_ids` and `focal_cells` (n,) the number and the flat cell of each focal cell, ordered by number;
    `strengths` (m, 2) number and amperes; `sources` in amperes; `grounds` in siemens, infinite for a wire.
    """

    grid: rasters.Grid
    file_is_geotiff: bool
    conductance: Floats
    polygons: Integers | None = None
    focal_ids: Integers | None = None
    focal_cells: Integers | None = None
    pairs: Pairs | None = None
    strengths: Floats | None = None
    sources: Floats | None = None
    grounds: Floats | None = None
    notes: tuple[FormatError, ...] = ()


def read_rasters(settings: Settings, *, snap: bool = False) -> RasterInputs:
    """Read all files of a raster job; with `snap` rasters that lie elsewhere are aligned and noted.

    Raises `FormatErrors`.
    """
    reader = _Reader(settings, snap)
    land = reader.attempt(lambda: _landscape(settings))
    if land is None:
        raise reader.failed()
    habitat, conductance, notes = land
    reader.notes += notes
    found: dict[str, Any] = {}
    if settings.mask:
        path = settings.mask
        mask = reader.attempt(lambda: reader.aligned(path, habitat))
        if mask is not None:
            conductance = np.where(mask.values > 0, conductance, 0.0)
    if settings.polygons:
        polygons = settings.polygons
        found["polygons"] = reader.attempt(lambda: _numbers(reader.aligned(polygons, habitat)))
    if settings.points:
        points = reader.attempt(lambda: reader.focal(habitat))
        if points is not None:
            found["focal_ids"], found["focal_cells"] = points
    if strengths := settings.strengths:
        found["strengths"] = reader.attempt(lambda: read_table(strengths, 2))
    if settings.pairs and settings.scenario != "advanced":
        reader.pairs(found)
    if settings.scenario == "advanced":
        found["sources"] = reader.attempt(lambda: reader.sources(habitat))
        found["grounds"] = reader.attempt(lambda: reader.grounds(habitat))
    if not reader.errors and not (conductance > 0).any():
        reader.errors.append(problem("landscape-empty", settings.habitat.name))
    if reader.errors:
        raise reader.failed()
    return RasterInputs(
        grid=habitat.grid,
        file_is_geotiff=rasters.is_geotiff(settings.habitat),
        conductance=conductance,
        **found,
        notes=tuple(reader.notes),
    )


def _landscape(settings: Settings) -> tuple[Raster, Floats, list[FormatError]]:
    raster = rasters.read(settings.habitat)
    notes = list(raster.notes)
    values = raster.values
    values[values == NODATA] = np.nan
    if settings.reclass:
        table = read_table(settings.reclass, 2, "the old and the new value")
        old = values.copy()
        for before, after in table:
            values[old == before] = after
    negative = values < 0
    if negative.any():
        count = int(negative.sum())
        notes.append(problem("resistance-negative", raster.file, severity="warning", count=count))
        values[negative] = np.nan
    if settings.resistances:
        zero = np.argwhere(values == 0)
        if zero.size:
            row, column = (int(place) + 1 for place in zero[0])
            raise problem("resistance-zero", raster.file, row=row, column=str(column), count=len(zero))
        with np.errstate(divide="ignore", invalid="ignore"):
            conductance = np.where(np.isfinite(values), 1.0 / values, 0.0)
    else:
        conductance = np.where(np.isfinite(values), values, 0.0)
    return replace(raster, values=np.empty(raster.values.shape)), conductance, notes


def _numbers(raster: Raster) -> Integers:
    """Positive whole numbers, 0 elsewhere."""
    values = np.where(np.isnan(raster.values) | (raster.values <= 0), 0.0, raster.values)
    wrong = np.argwhere((values != np.floor(values)) | (values > LARGEST_NUMBER))
    if wrong.size:
        row, column = (int(place) for place in wrong[0])
        raise raster_problem(
            "raster-not-whole",
            raster.file,
            row=row + 1,
            column=str(column + 1),
            value=f"{values[row, column]:g}",
        )
    return values.astype(np.int64)


class _Reader(Reading):
    """Reads the files of a job that lie on a landscape."""

    def __init__(self, settings: Settings, snap: bool) -> None:
        super().__init__(snap=snap)
        self._settings = settings

    def focal(self, habitat: Raster) -> tuple[Integers, Integers]:
        path = self._settings.points
        assert path is not None  # noqa: S101
        if _is_raster(path):
            raster = self.aligned(path, habitat)
            check_background(raster)
            numbers = _numbers(raster).ravel()
            cells = np.flatnonzero(numbers)
            ids = numbers[cells]
        else:
            values, cells = self._places(path, habitat)
            ids = values.astype(np.int64)
            wrong = np.flatnonzero(values != np.floor(values))
            if wrong.size:
                index = int(wrong[0])
                row = line_of(path, index)
                raise problem("points-not-whole", path.name, row=row, value=f"{values[index]:g}")
            ids, cells = ids[values > 0], cells[values > 0]
        known = np.unique(ids)
        if known.size > MOST_NODES:
            raise problem("points-many", path.name, count=known.size, limit=MOST_NODES)
        if known.size < 2:
            raise problem("points-few", path.name, count=known.size)
        order = np.lexsort((np.arange(ids.size), ids))
        places = np.stack([ids[order], cells[order]], axis=1)
        _unique, first = np.unique(places, axis=0, return_index=True)
        kept = places[np.sort(first)]
        return kept[:, 0].copy(), kept[:, 1].copy()

    def pairs(self, found: dict[str, Any]) -> None:
        path = self._settings.pairs
        assert path is not None  # noqa: S101
        pairs = self.attempt(lambda: read_pairs(path))
        ids = found.get("focal_ids")
        if pairs is None or ids is None:
            return
        self.notes += notes_of_pairs(pairs, np.unique(ids))
        kept = np.isin(ids, pairs.ids)
        found["focal_ids"], found["focal_cells"] = ids[kept], found["focal_cells"][kept]
        found["pairs"] = pairs
        if np.unique(found["focal_ids"]).size < 2:
            count = np.unique(found["focal_ids"]).size
            self.errors.append(problem("points-few", path.name, count=count))

    def sources(self, habitat: Raster) -> Floats:
        path = self._settings.sources
        assert path is not None  # noqa: S101
        sources = np.nan_to_num(self._field(path, habitat), nan=0.0)
        sources[sources == NODATA] = 0.0
        if self._settings.unit_currents:
            sources = np.where(sources != 0, 1.0, 0.0)
        if not sources.any():
            raise problem("sources-none", path.name)
        return sources

    def grounds(self, habitat: Raster) -> Floats:
        path = self._settings.grounds
        assert path is not None  # noqa: S101
        values = self._field(path, habitat)
        values[values == NODATA] = np.nan
        if (values < 0).any():
            row, column = (int(place) for place in np.argwhere(values < 0)[0])
            value = f"{values[row, column]:g}"
            raise problem("ground-negative", path.name, row=row + 1, column=str(column + 1), value=value)
        with np.errstate(divide="ignore"):
            grounds = 1.0 / values if self._settings.ground_resistances else values
        grounds = np.where(np.isnan(grounds), 0.0, grounds)
        if self._settings.direct_grounds:
            grounds = np.where(grounds != 0, np.inf, 0.0)
        if not grounds.any():
            raise problem("grounds-none", path.name)
        return grounds

    def _field(self, path: Path, habitat: Raster) -> Floats:
        """Values (rows, columns) from a raster or a list of places, NaN elsewhere."""
        if _is_raster(path):
            return np.array(self.aligned(path, habitat).values)
        values, cells = self._places(path, habitat)
        field = np.full(habitat.grid.shape, np.nan)
        field.ravel()[cells] = values  # of two places in one cell the later one counts, as in Circuitscape
        return field

    def _places(self, path: Path, habitat: Raster) -> tuple[Floats, Integers]:
        table = read_table(path, 3, "value, easting and northing")
        grid = habitat.grid
        cells = np.empty(len(table), dtype=np.int64)
        for index, (value, easting, northing) in enumerate(table):
            place = grid.cell_at(float(easting), float(northing))
            if place is None:
                raise problem(
                    "point-outside",
                    path.name,
                    row=line_of(path, index),
                    place=f"{value:g}",
                    easting=f"{easting:.10g}",
                    northing=f"{northing:.10g}",
                    west=f"{grid.west:.10g}",
                    east=f"{grid.east:.10g}",
                    south=f"{grid.south:.10g}",
                    north=f"{grid.north:.10g}",
                )
            cells[index] = place[0] * grid.columns + place[1]
        return table[:, 0], cells


def check_background(raster: Raster) -> None:
    """Raises `FormatError` where the focal cells look like a raster whose background has a value."""
    there = raster.values[raster.values > 0]
    if there.size < BACKGROUND_CELLS or there.size < BACKGROUND_SHARE * raster.values.size:
        return
    values, counts = np.unique(there, return_counts=True)
    most = int(counts.argmax())
    raise problem(
        "points-background",
        raster.file,
        share=f"{there.size / raster.values.size:.0%}",
        value=f"{values[most]:g}",
        count=int(counts[most]),
    )


def _is_raster(path: Path) -> bool:
    if rasters.is_geotiff(path) or path.name.lower().removesuffix(".gz").endswith(".asc"):
        return True
    if not path.is_file():
        raise problem("list-missing", path.name, path=path)
    with path.open("rb") as file:
        return rasters.looks_like_ascii_grid(file.read(256))
