"""Which cores are neighbours: cost-allocation adjacency, as in Linkage Mapper."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from amur.science.corridors.costs import STEPS, CellSize, Costs, Floats, Integers, step_lengths

_FORWARD = (1, 3, 5, 7)
"""The places in `STEPS` of each pair of neighbours once: down, right, and both diagonals."""


def adjacent_pairs(allocation: ArrayLike, neighbours: int = 8) -> Integers:
    """The pairs (n, 2) of regions that touch in an allocation (rows, cols), smaller number first, sorted.

    Cells of 0 belong to no region. Raises ValueError for other neighbours than 4 or 8.

    >>> adjacent_pairs([[1, 1, 2], [3, 0, 2]]).tolist()
    [[1, 2], [1, 3]]
    """
    regions = np.asarray(allocation)
    step_lengths(neighbours, 1.0)
    found = [np.empty((0, 2), dtype=np.int64)]
    for place in _FORWARD[: neighbours // 2]:
        first, second = _slices(regions.shape, place)
        a, b = regions[first], regions[second]
        touching = (a != b) & (a > 0) & (b > 0)
        found.append(np.sort(np.stack([a[touching], b[touching]], axis=1).astype(np.int64), axis=1))
    return np.unique(np.concatenate(found), axis=0)


def meeting_costs(
    costs: Costs, resistance: Floats, pairs: Integers, neighbours: int, cell_size: CellSize
) -> Floats:
    """The cheapest meeting (n,) of each pair of `adjacent_pairs`: the cost of the cheapest path that leaves
    the allocation of one core straight into that of the other, never less than the least-cost distance.
    """
    best = np.full(len(pairs), np.inf)
    regions = costs.allocation
    base = int(regions.max(initial=0)) + 1
    known = pairs[:, 0] * base + pairs[:, 1]
    lengths = step_lengths(neighbours, cell_size)
    for place in _FORWARD[: neighbours // 2]:
        first, second = _slices(regions.shape, place)
        a, b = regions[first].astype(np.int64), regions[second].astype(np.int64)
        touching = (a != b) & (a > 0) & (b > 0)
        step = (resistance[first] + resistance[second])[touching] / 2 * lengths[place]
        total = costs.cost[first][touching] + costs.cost[second][touching] + step
        a, b = a[touching], b[touching]
        keys = np.minimum(a, b) * base + np.maximum(a, b)
        np.minimum.at(best, np.searchsorted(known, keys), total)
    return best


def _slices(shape: tuple[int, ...], place: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    rows, columns = shape
    down, right = STEPS[place]
    first = (slice(0, rows - down), slice(max(0, -right), columns - max(0, right)))
    second = (slice(down, rows), slice(max(0, right), columns - max(0, -right)))
    return first, second
