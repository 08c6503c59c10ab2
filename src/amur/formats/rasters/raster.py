"""A raster as a plain object: values with a place on the map. Rows run from north to south."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amur.formats.errors import FormatError
from amur.formats.rasters.messages import problem

Floats = NDArray[np.float64]

CLOSE = 1e-3
"""Corners within this part of a cell are the same corner: programs print coordinates with few digits."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the cells of a raster lie. `west` and `south` are the outer edges of the lower left cell, in the
    units of the reference system; `width` and `height` the sides of a cell.

    >>> grid = Grid(rows=2, columns=3, west=100.0, south=50.0, width=10.0, height=10.0)
    >>> grid.north, grid.east
    (70.0, 130.0)
    >>> grid.cell_at(105.0, 69.0)
    (0, 0)
    """

    rows: int
    columns: int
    west: float
    south: float
    width: float
    height: float
    crs: str | None = None

    @property
    def north(self) -> float:
        """The upper edge."""
        return self.south + self.rows * self.height

    @property
    def east(self) -> float:
        """The right edge."""
        return self.west + self.columns * self.width

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.columns

    def cell_at(self, easting: float, northing: float) -> tuple[int, int] | None:
        """Row and column of a place, None outside.

        A place on the line between two cells belongs to the western and to the northern one, as in
        Circuitscape; on the outer edge it belongs to the cell inside.
        """
        column = int(np.ceil((easting - self.west) / self.width)) - 1
        row = int(np.ceil(self.rows - (northing - self.south) / self.height)) - 1
        column += easting == self.west
        row += northing == self.north
        if 0 <= row < self.rows and 0 <= column < self.columns:
            return row, column
        return None


@dataclass(frozen=True, slots=True)
class Raster:
    """Values (rows, columns) on a `Grid`; cells without data are NaN. `nodata` is the number that the file
    used for them, `file` its name for messages, `notes` what reading it had to decide.
    """

    values: Floats
    grid: Grid
    nodata: float | None = None
    file: str = ""
    notes: tuple[FormatError, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.values.shape != self.grid.shape:
            raise ValueError(f"values have shape {self.values.shape}, the grid {self.grid.shape}")

    def with_values(self, values: NDArray[Any]) -> Raster:
        """The same place with other values."""
        return replace(self, values=np.asarray(values, dtype=np.float64))


def misalignment(raster: Raster, reference: Raster) -> FormatError | None:
    """What keeps the cells of `raster` from lying on those of `reference`; None where they agree.

    >>> here = Raster(np.ones((2, 2)), Grid(2, 2, 0.0, 0.0, 10.0, 10.0), file="land.asc")
    >>> there = Raster(np.ones((2, 2)), Grid(2, 2, 5.0, 0.0, 10.0, 10.0), file="points.asc")
    >>> print(misalignment(there, here).text)
    The raster is shifted against “land.asc” by 5 east and 0 north (0.5 columns, 0 rows).
    """
    mine, theirs = raster.grid, reference.grid
    if mine.crs and theirs.crs and mine.crs != theirs.crs:
        return problem(
            "raster-crs-differs",
            raster.file,
            crs=mine.crs,
            reference=reference.file,
            reference_crs=theirs.crs,
        )
    east, north = mine.west - theirs.west, mine.south - theirs.south
    drift = max(
        abs(mine.width - theirs.width) * theirs.columns / theirs.width,
        abs(mine.height - theirs.height) * theirs.rows / theirs.height,
    )
    if mine.shape != theirs.shape or drift > CLOSE:
        return problem(
            "raster-size-differs",
            raster.file,
            rows=mine.rows,
            columns=mine.columns,
            cell=_cell(mine),
            reference=reference.file,
            reference_rows=theirs.rows,
            reference_columns=theirs.columns,
            reference_cell=_cell(theirs),
            east=_number(east),
            north=_number(north),
        )
    if abs(east) > CLOSE * theirs.width or abs(north) > CLOSE * theirs.height:
        return problem(
            "raster-shifted",
            raster.file,
            reference=reference.file,
            east=_number(east),
            north=_number(north),
            columns=_number(east / theirs.width),
            rows=_number(north / theirs.height),
        )
    return None


def snap(raster: Raster, reference: Raster) -> tuple[Raster, FormatError]:
    """`raster` on the cells of `reference`, with a note that says what was done.

    Each cell gets the value found at its centre (the nearest cell); a shift of less than half a cell is
    taken away first, so that two rasters which only start apart match one to one. Cells that the raster
    does not cover have no data. Raises `FormatError` where the reference systems differ.
    """
    mine, theirs = raster.grid, reference.grid
    wrong = misalignment(raster, reference)
    if wrong is not None and wrong.code == "raster-crs-differs":
        raise wrong
    east, north = _small_shift(mine, theirs)
    eastings = theirs.west + (np.arange(theirs.columns) + 0.5) * theirs.width
    northings = theirs.north - (np.arange(theirs.rows) + 0.5) * theirs.height
    columns = np.floor((eastings - (mine.west - east)) / mine.width + 1e-9).astype(np.int64)
    rows = np.floor(((mine.north - north) - northings) / mine.height + 1e-9).astype(np.int64)
    inside_columns = (columns >= 0) & (columns < mine.columns)
    inside_rows = (rows >= 0) & (rows < mine.rows)
    values = np.full(theirs.shape, np.nan)
    values[np.ix_(inside_rows, inside_columns)] = raster.values[
        np.ix_(rows[inside_rows], columns[inside_columns])
    ]
    used = np.zeros(mine.shape, dtype=bool)
    used[np.ix_(rows[inside_rows], columns[inside_columns])] = True
    note = problem(
        "raster-snapped",
        raster.file,
        severity="warning",
        reference=reference.file,
        east=_number(-east),
        north=_number(-north),
        outside=int((~used & ~np.isnan(raster.values)).sum()),
        uncovered=theirs.rows * theirs.columns - int(inside_rows.sum()) * int(inside_columns.sum()),
    )
    return Raster(values, theirs, raster.nodata, raster.file, (*raster.notes, note)), note


def _small_shift(mine: Grid, theirs: Grid) -> tuple[float, float]:
    """The part of a cell by which grids of one cell size start apart."""
    if abs(mine.width - theirs.width) > CLOSE * theirs.width:
        return 0.0, 0.0
    east = (mine.west - theirs.west + 0.5 * theirs.width) % theirs.width - 0.5 * theirs.width
    north = (mine.south - theirs.south + 0.5 * theirs.height) % theirs.height - 0.5 * theirs.height
    return float(east), float(north)


def _cell(grid: Grid) -> str:
    if abs(grid.width - grid.height) <= 1e-9 * grid.width:
        return _number(grid.width)
    return f"{_number(grid.width)} by {_number(grid.height)}"


def _number(value: float) -> str:
    return f"{value + 0.0:.10g}"
