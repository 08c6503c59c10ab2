"""Which cells of a grid each way touches, with its metres there: what `grid` adds up, kept apart by way.

Ways are straight lines in the plane of the grid. Called where effort in cells is asked for by day or area.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from amur.science.effort.grid import Grid
from amur.science.effort.segments import Floats, Indices

Geometries = NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """Pairs (c,), each once: number of the way, number of the cell (-1 outside the grid), metres there."""

    way: Indices
    cell: Indices
    metres: Floats


def visits_of(grid: Grid, way: Indices, ends: Floats, metres: Floats) -> Visits:
    """The cells of segments: number of the way (m,), places of both ends (m, 4) in degrees, metres (m,).

    >>> grid = Grid.around(np.array([135.0, 135.1]), np.array([48.0, 48.1]), 1000.0)
    >>> found = visits_of(grid, np.array([7]), np.array([[135.0, 48.0, 135.0, 48.02]]), np.array([2223.9]))
    >>> found.way.tolist(), round(float(found.metres.sum()), 1)
    ([7, 7, 7], 2223.9)
    """
    begin, end = grid.places(ends[:, 0], ends[:, 1]), grid.places(ends[:, 2], ends[:, 3])
    segment, start = _cuts(begin, end - begin)
    stop = np.ones(len(segment))
    inner = segment[1:] == segment[:-1]
    stop[:-1][inner] = start[1:][inner]
    kept = (stop > start) | (begin[segment] == end[segment]).all(axis=1)
    segment, start, stop = segment[kept], start[kept], stop[kept]
    middle = begin[segment] + (end - begin)[segment] * ((start + stop) / 2)[:, None]
    column, row = np.floor(middle).astype(np.int64).T
    inside = (column >= 0) & (row >= 0) & (column < grid.columns) & (row < grid.rows)
    cell = np.where(inside, row * grid.columns + column, -1)
    cells = grid.rows * grid.columns + 1
    pairs, number = np.unique(way[segment] * cells + cell + 1, return_inverse=True)
    weights = (stop - start) * metres[segment]
    shares = np.bincount(number, weights=weights, minlength=len(pairs)).astype(float)
    return Visits(pairs // cells, pairs % cells - 1, shares)


def _cuts(begin: Floats, step: Floats) -> tuple[Indices, Floats]:
    """Where segments begin and cross lines of the grid: number of the segment, share of its way; in order."""
    segments, shares = [np.arange(len(begin))], [np.zeros(len(begin))]
    for axis in (0, 1):
        first, last = np.floor(begin[:, axis]), np.floor(begin[:, axis] + step[:, axis])
        count = np.abs(last - first).astype(np.int64)
        segment = np.repeat(np.arange(len(begin)), count)
        nth = np.arange(len(segment)) - np.repeat(np.cumsum(count) - count, count)
        line = np.where(step[segment, axis] > 0, first[segment] + nth + 1, first[segment] - nth)
        segments.append(segment)
        shares.append(np.clip((line - begin[segment, axis]) / step[segment, axis], 0.0, 1.0))
    segment, share = np.concatenate(segments), np.concatenate(shares)
    order = np.lexsort((share, segment))
    return segment[order], share[order]


def area_shares(grid: Grid, area: shapely.Geometry) -> Floats:
    """The share (cells,) of each cell of a grid that lies in an area in degrees.

    >>> grid = Grid.around(np.array([135.0, 135.1]), np.array([48.0, 48.1]), 1000.0)
    >>> shares = area_shares(grid, shapely.box(135.02, 48.02, 135.06, 48.06))
    >>> round(float(shares.sum()), 1)  # square kilometres
    13.3
    """
    flat = shapely.transform(area, lambda places: grid.plane.forward(places[:, 0], places[:, 1]))
    west = grid.west + np.arange(grid.columns) * grid.cell
    north = grid.north - np.arange(grid.rows) * grid.cell
    left, top = (each.ravel() for each in np.meshgrid(west, north))
    cells = shapely.box(left, top - grid.cell, left + grid.cell, top)
    shapely.prepare(flat)
    shares = shapely.contains_properly(flat, cells).astype(float)
    edge = np.flatnonzero((shares == 0) & shapely.intersects(flat, cells))
    shares[edge] = shapely.area(shapely.intersection(cells[edge], flat)) / grid.cell**2
    found: Floats = np.minimum(shares, 1.0)
    return found
