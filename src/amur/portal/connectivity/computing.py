"""From a resistance raster and areas to resistances, current and corridors. No database; called by `work`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from shapely import transform
from shapely.geometry import LineString, Point

from amur.formats.rasters import Grid, Raster
from amur.portal.areas.queries import Placed
from amur.portal.connectivity.scenarios import to_grid
from amur.science.circuits import UNREACHABLE, FocalNodes, Landscape, Pairwise, Result, Wanted, solve
from amur.science.corridors import Corridors, corridors

Floats = NDArray[np.float64]
Progress = Callable[[float, str], None]

CLASSES: Final = 10
OUTSIDE: Final = "outside"
NO_DATA: Final = "no-data"


@dataclass(frozen=True, slots=True)
class Node:
    """An area on the raster: its flat cells, the row and column of its first one, and whether its boundary is
    known (else a single cell stands for it).
    """

    area: Placed
    cells: NDArray[np.int64]
    row: int
    column: int
    has_boundary: bool


@dataclass(frozen=True, slots=True)
class Placement:
    """The areas that take part, in their order, and those that cannot, each with the reason."""

    nodes: tuple[Node, ...]
    left_out: tuple[tuple[Placed, str], ...]


@dataclass(frozen=True, slots=True)
class Computed:
    """What was found: `resistances` (n, n) in ohm with NaN where nothing joins two areas, `current` (rows,
    columns) in amperes with NaN without data, the corridors of neighbours, and how it was solved.
    """

    resistances: Floats
    current: Floats
    corridors: Corridors
    report: Mapping[str, Any] = field(default_factory=dict)


def joined(raster: Raster, factor: int) -> Raster:
    """The raster with `factor` by `factor` cells made one: the mean of those with data, no data where fewer
    than half of them have any. Rows and columns that fill no whole cell are cut off in the south and east.

    >>> grid = Grid(2, 2, 0.0, 0.0, 1.0, 1.0)
    >>> joined(Raster(np.array([[1.0, 3.0], [np.nan, 2.0]]), grid), 2).values.tolist()
    [[2.0]]
    """
    if factor == 1:
        return raster
    grid = raster.grid
    rows, columns = grid.rows // factor, grid.columns // factor
    if not rows or not columns:
        raise ValueError(f"{factor} is more than the raster's rows or columns")
    blocks = raster.values[: rows * factor, : columns * factor].reshape(rows, factor, columns, factor)
    there = np.isfinite(blocks)
    count = there.sum(axis=(1, 3))
    total = np.where(there, blocks, 0.0).sum(axis=(1, 3))
    values = np.where(2 * count >= factor**2, total / np.maximum(count, 1), np.nan)
    coarse = Grid(
        rows,
        columns,
        grid.west,
        grid.north - rows * factor * grid.height,
        grid.width * factor,
        grid.height * factor,
        grid.crs,
    )
    return replace(raster, values=values, grid=coarse)


def place(raster: Raster, areas: Sequence[Placed]) -> Placement:
    """Lay areas onto the cells of a raster.

    A boundary gets the cells whose centre it holds, or the one in which it lies when it is smaller; of an
    area known by a point only that cell stands. Cells without data do not count.
    """
    nodes, left_out = [], []
    there = np.isfinite(raster.values)
    for area in areas:
        cells = _cells(raster.grid, area)
        if not cells.size:
            left_out.append((area, OUTSIDE))
            continue
        cells = cells[there.ravel()[cells]]
        if not cells.size:
            left_out.append((area, NO_DATA))
            continue
        row, column = divmod(int(cells[0]), raster.grid.columns)
        nodes.append(Node(area, cells, row, column, area.geometry.geom_type.endswith("Polygon")))
    return Placement(tuple(nodes), tuple(left_out))


def compute(
    raster: Raster,
    nodes: Sequence[Node],
    *,
    neighbours: Literal[4, 8],
    average: Literal["resistance", "conductance"],
    progress: Progress,
) -> Computed:
    """Send 1 ampere between all pairs of nodes, and find the corridors between neighbours.

    Raises ValueError for resistances at or below 0, `amur.science.circuits.solvers.NotConverged` where no
    method converges; whatever `progress` raises ends the work.
    """
    numbers = np.arange(1, len(nodes) + 1)
    focal = FocalNodes(
        np.concatenate([np.full(node.cells.size, number) for number, node in enumerate(nodes, 1)]),
        np.concatenate([node.cells for node in nodes]),
    )
    land = Landscape.from_resistance(raster.values, neighbours=neighbours, average=average)
    found = solve(
        land,
        Pairwise(focal),
        Wanted(cumulative=True),
        progress=lambda share, _stage: progress(0.75 * share, "solve"),
    )
    cores = np.zeros(raster.grid.shape, dtype=np.int64)
    for number, node in zip(numbers[::-1].tolist(), reversed(nodes), strict=True):
        cores.ravel()[node.cells] = number  # of two in one cell the first stays
    lines = corridors(
        raster.values,
        cores,
        0.0,
        neighbours,
        cell_size=cell_size(raster.grid),
        progress=lambda share, _stage: progress(0.75 + 0.25 * share, "corridors"),
    )
    if found.resistances is None or found.cumulative is None:
        raise RuntimeError("the solver gave no resistances or no map")
    return Computed(
        np.where(found.resistances == UNREACHABLE, np.nan, found.resistances),
        np.where(np.isfinite(raster.values), found.cumulative, np.nan),
        lines,
        report(raster, found),
    )


def report(raster: Raster, found: Result) -> dict[str, Any]:
    """How it was solved, in plain values: cells, methods, the worst residual and error estimate."""
    return {
        "rows": raster.grid.rows,
        "columns": raster.grid.columns,
        "data_cells": int(np.isfinite(raster.values).sum()),
        "methods": sorted({one.method for one in found.solved}),
        "systems": len(found.solved),
        "residual": max((one.residual for one in found.solved), default=0.0),
        "error_estimate": found.error_estimate,
        "cost_unit": "metres" if is_metric(raster.grid) else "cells",
    }


def classes(current: Floats) -> list[float]:
    """The inner bounds of classes that each hold about as many cells: quantiles of the currents above 0."""
    flowing = current[current > 0]
    if not flowing.size:
        return []
    steps = np.linspace(0, 1, CLASSES + 1)[1:-1]
    return sorted({float(f"{value:.4g}") for value in np.quantile(flowing, steps)})


def line_of(grid: Grid, path: NDArray[np.int64]) -> LineString:
    """A path of rows and columns as a line in degrees, through the centres of cells."""
    rows, columns = path.T
    points = np.column_stack(
        [grid.west + (columns + 0.5) * grid.width, grid.north - (rows + 0.5) * grid.height]
    )
    if len(points) == 1:
        points = np.repeat(points, 2, axis=0)
    line: LineString = transform(LineString(points), _to_degrees(grid))
    return line


def bounds_of(grid: Grid) -> list[float]:
    """West, south, east, north of a grid in degrees."""
    from pyproj import Transformer

    transformer = Transformer.from_crs(grid.crs, "EPSG:4326", always_xy=True)
    return [
        float(value)
        for value in transformer.transform_bounds(
            grid.west, grid.south, grid.east, grid.north, densify_pts=21
        )
    ]


def is_metric(grid: Grid) -> bool:
    """Whether the sides of cells are lengths and not degrees."""
    from pyproj import CRS

    return not CRS.from_user_input(grid.crs).is_geographic


def cell_size(grid: Grid) -> tuple[float, float]:
    """Height and width of a cell in metres; 1 and 1 for a raster in degrees, whose costs count cells."""
    from pyproj import CRS

    if not is_metric(grid):
        return 1.0, 1.0
    axes = CRS.from_user_input(grid.crs).axis_info
    metres = float(axes[0].unit_conversion_factor) if axes else 1.0
    return grid.height * metres, grid.width * metres


def _cells(grid: Grid, area: Placed) -> NDArray[np.int64]:
    from rasterio.features import rasterize
    from rasterio.transform import Affine

    shape = to_grid(area.geometry, grid)
    if shape.is_empty:
        return np.empty(0, dtype=np.int64)
    if shape.geom_type.endswith("Polygon"):
        where = Affine(grid.width, 0.0, grid.west, 0.0, -grid.height, grid.north)
        found = np.flatnonzero(rasterize([(shape, 1)], out_shape=grid.shape, transform=where, dtype="uint8"))
        if found.size:
            return found.astype(np.int64)
    point: Point = shape.representative_point()
    cell = grid.cell_at(point.x, point.y) if np.isfinite([point.x, point.y]).all() else None
    return np.array([] if cell is None else [cell[0] * grid.columns + cell[1]], dtype=np.int64)


def _to_degrees(grid: Grid) -> Callable[[Floats], Floats]:
    from pyproj import Transformer

    transformer = Transformer.from_crs(grid.crs, "EPSG:4326", always_xy=True)
    return lambda points: np.column_stack(transformer.transform(points[:, 0], points[:, 1]))
