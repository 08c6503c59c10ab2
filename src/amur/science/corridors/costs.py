"""Accumulated cost and least-cost paths on a resistance raster."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from amur.science.corridors.sweep import fill, spread, take

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
CellSize = float | tuple[float, float]

STEPS = ((-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, 1), (-1, 1), (1, -1))
"""Rows and columns to the neighbours; step k ^ 1 leads back. The first four join the sides of cells."""

_SMALLEST, _LARGEST = 1e-100, 1e100


@dataclass(frozen=True, slots=True)
class Costs:
    """What `accumulated_cost` found, each (rows, cols).

    `cost` (float64) is the cost of the cheapest path from the nearest source, in resistance times metres (or
    times cells where no cell size was given), infinite where no path leads; `allocation` (int32) the number
    of that source, 0 where no path leads; `direction` (int8) the place in `STEPS` of the step back towards
    the source, -1 at sources and where no path leads.
    """

    cost: Floats
    allocation: NDArray[np.int32]
    direction: NDArray[np.int8]


def accumulated_cost(
    resistance: ArrayLike,
    sources: ArrayLike,
    neighbours: int = 8,
    limit: float | None = None,
    *,
    cell_size: CellSize = 1.0,
) -> Costs:
    """The cost of the cheapest path to each cell from the nearest source, exactly.

    `resistance` (rows, cols) is above 0, NaN or infinite where nothing passes. `sources` (rows, cols) numbers
    the regions that paths start from, 0 or below for none; on cells where nothing passes they are not used. A
    step between neighbours costs the mean of their resistances times the length of the step; `cell_size` is
    the side of a cell in metres, or its (height, width). Cells that cost more than `limit` count as not
    reached. Raises ValueError for wrong shapes, neighbours, resistances or sizes.

    >>> found = accumulated_cost([[1.0, 1.0, 3.0]], [[7, 0, 0]], cell_size=10.0)
    >>> found.cost.tolist(), found.allocation.tolist()
    ([[0.0, 10.0, 30.0]], [[7, 7, 7]])
    """
    land = as_raster(resistance)
    labels = checked_labels(sources, land)
    lengths = step_lengths(neighbours, cell_size)
    if limit is not None and not limit >= 0:
        raise ValueError(f"limit is {limit}, expected 0 or more")
    rows, columns = land.shape
    padded = (rows + 2, columns + 2)
    field = np.empty((*padded, 2))
    label = np.zeros(padded, dtype=np.int32)
    lowest, highest, wrong = fill(land, labels, field, label)
    if wrong >= 0 or (highest > 0 and not _SMALLEST < lowest <= highest < _LARGEST):
        checked_resistance(land)
    direction = np.full(padded, -1, dtype=np.int8)
    furthest = np.inf if limit is None else float(limit)
    only = spread(
        field.reshape(-1, 2),
        direction.reshape(-1),
        label.reshape(-1),
        tuple(down * padded[1] + right for down, right in STEPS[:neighbours]),
        tuple(length / 2 for length in lengths),
        lowest,
        highest,
        furthest,
    )
    cost, region = np.empty(land.shape), np.empty(land.shape, dtype=np.int32)
    back = np.empty(land.shape, dtype=np.int8)
    take(field, label, direction, furthest, only, cost, region, back)
    return Costs(cost, region, back)


def least_cost_path(costs: Costs, row: int, column: int) -> Integers:
    """The cheapest path (n, 2) of rows and columns, from the nearest source to a cell, both included.

    Raises ValueError where the cell lies outside or no path leads there.

    >>> found = accumulated_cost(np.ones((3, 3)), [[1, 0, 0], [0, 0, 0], [0, 0, 0]])
    >>> least_cost_path(found, 2, 2).tolist()
    [[0, 0], [1, 1], [2, 2]]
    """
    rows, columns = costs.cost.shape
    if not (0 <= row < rows and 0 <= column < columns):
        raise ValueError(f"row {row}, column {column} lies outside {rows} rows and {columns} columns")
    if not np.isfinite(costs.cost[row, column]):
        raise ValueError(f"no path leads to row {row}, column {column}")
    path = [(row, column)]
    while (step := int(costs.direction[row, column])) >= 0:
        row, column = row + STEPS[step][0], column + STEPS[step][1]
        path.append((row, column))
    return np.array(path[::-1], dtype=np.int64)


def path_cost(resistance: ArrayLike, path: Integers, *, cell_size: CellSize = 1.0) -> float:
    """The cost of a path (n, 2) of rows and columns, see `accumulated_cost`.

    >>> path_cost([[1.0, 1.0, 3.0]], np.array([[0, 0], [0, 1], [0, 2]]))
    3.0
    """
    land = np.asarray(resistance, dtype=np.float64)
    height, width = sides(cell_size)
    down, right = np.abs(np.diff(path, axis=0)).T
    values = land[path[:, 0], path[:, 1]]
    return float(((values[1:] + values[:-1]) / 2 * np.hypot(down * height, right * width)).sum())


def path_length(path: Integers, *, cell_size: CellSize = 1.0) -> float:
    """The length of a path (n, 2) in metres, or in cells.

    >>> path_length(np.array([[0, 0], [0, 1], [0, 2]]), cell_size=30.0)
    60.0
    """
    height, width = sides(cell_size)
    down, right = np.abs(np.diff(path, axis=0)).T
    return float(np.hypot(down * height, right * width).sum())


def sides(cell_size: CellSize) -> tuple[float, float]:
    """Height and width of a cell. Raises ValueError where one is not above 0."""
    height, width = cell_size if isinstance(cell_size, tuple) else (cell_size, cell_size)
    if not (_SMALLEST < height < _LARGEST and _SMALLEST < width < _LARGEST):
        raise ValueError(f"cell_size is {cell_size}, expected a number above 0")
    return float(height), float(width)


def step_lengths(neighbours: int, cell_size: CellSize) -> list[float]:
    """The lengths of the steps in `STEPS`. Raises ValueError for other neighbours than 4 or 8."""
    if neighbours not in (4, 8):
        raise ValueError(f"neighbours is {neighbours}, expected 4 or 8")
    height, width = sides(cell_size)
    return [math.hypot(down * height, right * width) for down, right in STEPS[:neighbours]]


def as_raster(resistance: ArrayLike) -> Floats:
    """The raster as float64. Raises ValueError for a wrong shape."""
    land = np.ascontiguousarray(resistance, dtype=np.float64)
    if land.ndim != 2 or land.size == 0:
        raise ValueError(f"resistance has shape {land.shape}, expected rows and columns")
    return land


def checked_resistance(resistance: ArrayLike) -> Floats:
    """The raster as float64. Raises ValueError for a wrong shape or a value that is not above 0."""
    land = as_raster(resistance)
    wrong = (land < _SMALLEST) | ((land > _LARGEST) & (land < np.inf))
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise ValueError(
            f"resistance at row {row}, column {column} is {land[row, column]:g}, expected a number above 0"
        )
    return land


def checked_labels(labels: ArrayLike, land: Floats) -> NDArray[np.int32]:
    """Numbers of regions, 0 for none. Raises ValueError for a wrong shape or type."""
    found = np.asarray(labels)
    if found.shape != land.shape:
        raise ValueError(f"regions have shape {found.shape}, expected {land.shape}")
    if found.dtype.kind not in "biu":
        raise ValueError(f"regions are of type {found.dtype}, expected whole numbers")
    if found.dtype.itemsize >= 4 and int(found.max()) > np.iinfo(np.int32).max:
        raise ValueError(f"the number {int(found.max())} of a region is too large")
    return np.maximum(found, 0).astype(np.int32) if found.dtype.itemsize > 4 else found.astype(np.int32)
