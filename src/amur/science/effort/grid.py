"""Effort in cells of equal area: metres and seconds of segments, shared out without loss.

A segment is a straight line in the plane of the grid. It is followed from cell to cell (J. Amanatides and
A. Woo, "A fast voxel traversal algorithm for ray tracing", Eurographics 1987), and each cell gets its share
of the length and of the time; who stands gives the time to the one cell. What is outside the grid is counted
beside it, so that cells and outside are together the whole.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amur.science.effort.compiled import kernel
from amur.science.effort.geodesy import EqualArea
from amur.science.effort.segments import MISSING, Floats, Indices, Segments

MOST_CELLS = 100_000_000


@dataclass(frozen=True, slots=True)
class Grid:
    """Square cells of `cell` metres in an equal-area plane; row 0 is the northern one, as in rasters."""

    plane: EqualArea
    west: float
    north: float
    cell: float
    rows: int
    columns: int

    def __post_init__(self) -> None:
        if not (self.cell > 0 and self.rows > 0 and self.columns > 0):
            raise ValueError(f"{self.rows} rows and {self.columns} columns of {self.cell} m are no grid")
        if self.rows * self.columns > MOST_CELLS:
            raise ValueError(
                f"{self.rows} x {self.columns} cells are more than {MOST_CELLS}; take larger ones"
            )

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.columns

    @property
    def cell_km2(self) -> float:
        """The area of a cell in square kilometres."""
        return (self.cell / 1000) ** 2

    @classmethod
    def around(cls, longitude: Floats, latitude: Floats, cell: float) -> Grid:
        """The grid of `cell` metres around places (n,), true in shape at their middle.

        Edges are multiples of the cell, so that grids of one plane fit each other.

        >>> grid = Grid.around(np.array([135.0, 135.1]), np.array([48.0, 48.1]), 1000.0)
        >>> grid.shape
        (12, 8)
        """
        known = np.isfinite(longitude) & np.isfinite(latitude)
        if not known.any():
            raise ValueError("there are no places to lay a grid around")
        # Rounded, so that a fix more does not shift the plane.
        reach = [(float(each[known].min()), float(each[known].max())) for each in (longitude, latitude)]
        middle = [round((low + high) / 2) for low, high in reach]
        plane = EqualArea(float(min(max(middle[1], -80), 80)), float(middle[0]))
        points = plane.forward(longitude[known], latitude[known])
        west, south = (math.floor(value / cell) for value in points.min(axis=0))
        east, north = (math.floor(value / cell) + 1 for value in points.max(axis=0))
        return cls(plane, west * cell, north * cell, cell, north - south, east - west)

    def places(self, longitude: Floats, latitude: Floats) -> Floats:
        """Column and row (n, 2) of places (n,), with their fraction."""
        points = self.plane.forward(longitude, latitude)
        points[:, 0] = (points[:, 0] - self.west) / self.cell
        points[:, 1] = (self.north - points[:, 1]) / self.cell
        return points

    def cell_of(self, longitude: Floats, latitude: Floats) -> Indices:
        """The number of the cell (n,) of places (n,), row by row from the north-west; -1 outside."""
        places = self.places(longitude, latitude)
        column, row = (np.floor(places[:, k]) for k in (0, 1))
        inside = (column >= 0) & (row >= 0) & (column < self.columns) & (row < self.rows)
        found = np.full(len(places), -1, dtype=np.int64)
        found[inside] = (row[inside] * self.columns + column[inside]).astype(np.int64)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Effort:
    """Effort in the cells of a grid (rows, columns), and beside it.

    `last` is the latest instant at which somebody was in a cell, NaT where nobody was.
    """

    grid: Grid
    metres: Floats
    seconds: Floats
    visits: Indices
    """How many tracks were in a cell."""
    last: NDArray[np.datetime64]
    metres_outside: float
    seconds_outside: float


def effort_of(segments: Segments, grid: Grid) -> Effort:
    """The effort of segments in the cells of a grid.

    The metres are those of the segments, along the geodesic, whatever the plane does to lengths. Segments in
    the order of their tracks, as `segments_of` gives them, make `visits` right.

    >>> from amur.science.effort.segments import Fixes, segments_of
    >>> instant = np.array(["2026-03-01T00:00", "2026-03-01T01:00", "2026-03-01T02:00"], dtype="M8[ms]")
    >>> place = np.array([135.0, 135.01, 135.01]), np.array([48.0, 48.0, 48.0])
    >>> found = segments_of(Fixes(np.zeros(3, dtype=np.int64), instant, *place))
    >>> effort = effort_of(found, Grid.around(*place, 500.0))
    >>> round(float(effort.metres.sum()), 3), float(effort.seconds.sum()) / 3600
    (746.254, 2.0)
    """
    fixes = segments.fixes
    places = grid.places(fixes.longitude, fixes.latitude)
    cells = grid.rows * grid.columns
    metres, seconds = np.zeros(cells), np.zeros(cells)
    visits = np.zeros(cells, dtype=np.int64)
    last = np.full(cells, MISSING, dtype=np.int64)
    outside = _share_out(
        places, fixes.milliseconds, segments.first, segments.last, segments.metres, segments.seconds,
        segments.track, grid.rows, grid.columns, metres, seconds, visits, last,
    )  # fmt: skip
    shape = grid.shape
    return Effort(
        grid,
        metres.reshape(shape),
        seconds.reshape(shape),
        visits.reshape(shape),
        last.view("M8[ms]").reshape(shape),
        outside[0],
        outside[1],
    )


@kernel
def _share_out(
    places: Floats,
    instants: Indices,
    first: Indices,
    end: Indices,
    metres: Floats,
    seconds: Floats,
    track: Indices,
    rows: int,
    columns: int,
    cell_metres: Floats,
    cell_seconds: Floats,
    visits: Indices,
    last: Indices,
) -> tuple[float, float]:
    """Follow every segment; returns what is outside. Shares are differences of the way done."""
    seen = np.full(rows * columns, -1, dtype=np.int64)
    run = 0
    metres_outside = seconds_outside = 0.0
    for k in range(len(first)):
        if k > 0 and track[k] != track[k - 1]:
            run += 1
        x, y = places[first[k], 0], places[first[k], 1]
        x_1, y_1 = places[end[k], 0], places[end[k], 1]
        dx, dy = x_1 - x, y_1 - y
        column, row = math.floor(x), math.floor(y)
        column_1, row_1 = math.floor(x_1), math.floor(y_1)
        step_x, step_y = 1 if dx > 0 else -1, 1 if dy > 0 else -1
        next_x = np.inf if dx == 0 else (column + (1 if dx > 0 else 0) - x) / dx
        next_y = np.inf if dy == 0 else (row + (1 if dy > 0 else 0) - y) / dy
        left = abs(column_1 - column) + abs(row_1 - row)
        done = 0.0
        begun = instants[first[k]]
        while True:
            until = 1.0 if left == 0 else min(max(min(next_x, next_y), done), 1.0)
            share = until - done
            if 0 <= column < columns and 0 <= row < rows:
                cell = row * columns + column
                cell_metres[cell] += share * metres[k]
                cell_seconds[cell] += share * seconds[k]
                if seen[cell] != run:
                    seen[cell] = run
                    visits[cell] += 1
                instant = begun + math.floor(until * seconds[k] * 1000)
                if instant > last[cell]:
                    last[cell] = instant
            else:
                metres_outside += share * metres[k]
                seconds_outside += share * seconds[k]
            if left == 0:
                break
            done = until
            left -= 1
            # The end cell is reached in `left` steps, whatever rounding does to the crossings.
            if column != column_1 and (next_x <= next_y or row == row_1):
                column += step_x
                next_x += abs(1 / dx)
            else:
                row += step_y
                next_y += abs(1 / dy)
    return metres_outside, seconds_outside
