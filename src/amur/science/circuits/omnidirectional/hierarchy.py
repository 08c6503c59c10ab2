"""The hierarchy of one window, built anew for each in room that is kept: see `multigrid` for the method."""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from amur.science.circuits.compiled import strict
from amur.science.circuits.layout import join_conductances
from amur.science.circuits.omnidirectional.galerkin import coarsen, fill_diagonal, fill_weights
from amur.science.circuits.omnidirectional.planes import (
    PLANES,
    around,
    ascend,
    descend,
    level_in,
    place,
)
from amur.science.circuits.solution import Anything

# A level of at most so many cells is solved by its dense inverse.
DENSE = 30
# A pivot below this share of its diagonal is that of a network without ground.
SINGULAR = 1e-6


class Hierarchy(NamedTuple):
    """All levels of a window in one `buffer`, the finest first: `sizes` and `starts` (levels + 1,) of each;
    the `inverse` (n, n) of the coarsest; eighteen `squares` (S,), room for coarsening; `values` (4, S) of
    the cells.
    """

    nine: bool
    sizes: Anything
    starts: Anything
    buffer: Anything
    inverse: Anything
    squares: tuple[Anything, ...]
    values: Anything


def hierarchy_of(size: int, eight: bool) -> Hierarchy:
    """Room for a window of `size` cells to a side."""
    sizes = [size]
    while sizes[-1] ** 2 > DENSE:
        sizes.append((sizes[-1] + 1) // 2)
    places = [((one + 1) // 2 + 2) ** 2 for one in sizes]
    starts = np.cumsum([0, *places], dtype=np.int64) * PLANES
    return Hierarchy(
        eight,
        np.array(sizes, dtype=np.int64),
        starts,
        np.zeros(starts[-1], dtype=np.float32),
        np.zeros((sizes[-1] ** 2, sizes[-1] ** 2), dtype=np.float32),
        tuple(np.zeros(places[0], dtype=np.float32) for _ in range(18)),
        np.zeros((4, places[0])),
    )


@strict
def level_of(hierarchy, depth):
    """One of the levels."""
    buffer = hierarchy.buffer[hierarchy.starts[depth] : hierarchy.starts[depth + 1]]
    return level_in(buffer, hierarchy.sizes[depth], hierarchy.nine or depth > 0)


@strict
def build(hierarchy, conductance, factor, by_resistance):
    """Fills the hierarchy from the cells' `conductance` (n, n), edges times `factor`."""
    level = level_of(hierarchy, 0)
    edges_of(level, hierarchy.values, conductance, factor, by_resistance)
    fill_diagonal(level)
    for depth in range(1, hierarchy.sizes.size):
        coarse = level_of(hierarchy, depth)
        fill_weights(level)
        coarsen(level, coarse, hierarchy.squares)
        level = coarse
        fill_diagonal(level)
    invert(level, hierarchy.inverse)


@strict
def edges_of(level, values, conductance, factor, by_resistance):
    """The edges of the finest level; what `values` hold is told in `layout.cell_values`."""
    missing = np.inf if by_resistance else -np.inf
    values[:] = missing
    for i in range(level.size):
        for j in range(level.size):
            if conductance[i, j] > 0:
                plane, m = place(i, j, level.width)
                values[plane, m] = 1 / conductance[i, j] if by_resistance else conductance[i, j]
    e = level.edges
    s, t = level.width + 1, values.shape[1] - level.width - 1
    slant = factor * np.sqrt(0.5)
    for own in range(4):
        beside, above, across, east, west, south, _n = around(own // 2, own % 2, level.width)
        here = values[own, s:t]
        join_conductances(here, values[beside, s + east : t + east], factor, by_resistance, e[0, own, s:t])
        join_conductances(here, values[above, s + south : t + south], factor, by_resistance, e[1, own, s:t])
        if level.nine:
            right = values[across, s + south + east : t + south + east]
            left = values[across, s + south + west : t + south + west]
            join_conductances(here, right, slant, by_resistance, e[2, own, s:t])
            join_conductances(here, left, slant, by_resistance, e[3, own, s:t])


@strict
def invert(level, inverse):
    """The inverse of the coarsest level; a network without ground is held at 0 V in one of its cells."""
    size = level.size
    count = size * size
    a = np.zeros((count, count))
    for i in range(size):
        for j in range(size):
            here = i * size + j
            own, m = place(i, j, level.width)
            a[here, here] += level.ground[own, m]
            for step in range(4):
                down = 0 if step == 0 else 1
                right = 1 if step == 0 or step == 2 else (0 if step == 1 else -1)
                edge = level.edges[step, own, m]
                if edge != 0 and i + down < size and 0 <= j + right < size:
                    there = (i + down) * size + j + right
                    a[here, here] += edge
                    a[there, there] += edge
                    a[here, there] -= edge
                    a[there, here] -= edge
    limit = np.diag(a) * SINGULAR
    for k in range(count):
        if a[k, k] <= limit[k]:
            a[k, :] = 0.0
            a[:, k] = 0.0
            continue
        pivot = 1.0 / a[k, k]
        a[k, k] = 1.0
        for j in range(count):
            a[k, j] *= pivot
        for i in range(count):
            if i != k:
                factor = a[i, k]
                a[i, k] = 0.0
                for j in range(count):
                    a[i, j] -= factor * a[k, j]
    inverse[:] = a


@strict
def cycle(hierarchy):
    """One V cycle for the right-hand side `r` of the finest level, the result in its `x`."""
    last = hierarchy.sizes.size - 1
    for depth in range(last):
        descend(level_of(hierarchy, depth), level_of(hierarchy, depth + 1))
    coarsest = level_of(hierarchy, last)
    size = coarsest.size
    for here in range(size * size):
        total = np.float32(0)
        for there in range(size * size):
            own, m = place(there // size, there % size, coarsest.width)
            total += hierarchy.inverse[here, there] * coarsest.r[own, m]
        own, m = place(here // size, here % size, coarsest.width)
        coarsest.x[own, m] = total
    for depth in range(last - 1, -1, -1):
        ascend(level_of(hierarchy, depth), level_of(hierarchy, depth + 1))
