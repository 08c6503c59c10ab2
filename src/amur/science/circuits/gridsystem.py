"""A raster made ready for the fast solver: what is fixed, grounded and merged, and which pieces it has."""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import label as label_pieces
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from amur.science.circuits.compiled import jit
from amur.science.circuits.grid import GridConductance
from amur.science.circuits.holes import Holes
from amur.science.circuits.layout import cell_values, split
from amur.science.circuits.solution import Anything, Booleans, Floats, Integers

AROUND = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1))


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells that are one node: `cells` (m,) places in a split raster, those of node n at starts[n]:starts[n +
    1].

    The first of them stands for the node where a sum is kept.
    """

    cells: Integers
    starts: Integers
    labels: Integers


@dataclass(frozen=True, slots=True)
class GridSystem:
    """The equations of a raster without its fixed cells, whose edges have become leaks.

    `values` and `leak` are split rasters (see `layout`), `leak` None where nothing is grounded. `component`
    (cells,) numbers the pieces, -1 where there is no equation; `grounded` (components,) have a way to ground;
    `held` (cells,) are at 0 V; `holes` are filled by the preconditioner.
    """

    shape: tuple[int, int]
    by_resistance: bool
    eight: bool
    values: Floats
    leak: Floats | None
    merged: Merged | None
    component: Anything
    grounded: Booleans
    held: Booleans | None
    holes: Holes | None

    @classmethod
    def of(
        cls,
        grid: GridConductance,
        merged: Anything | None,
        leak: Floats | None,
        held: Booleans | None,
    ) -> GridSystem:
        """From the checked arguments of `solver_for_grid`."""
        rows, columns = grid.shape
        labels = None if merged is None else np.asarray(merged, dtype=np.int64).reshape(grid.shape)
        leaks = None if leak is None else leak.reshape(grid.shape).copy()
        conductance = grid.conductance
        fixed = None if held is None else held.reshape(grid.shape)
        if labels is not None:
            labels = np.where(conductance > 0, np.maximum(labels, 0), 0)
            if fixed is not None and fixed.any():
                fixed = fixed | (np.isin(labels, labels[fixed]) & (labels > 0))
        if fixed is not None and fixed.any():
            leaks = np.zeros(grid.shape) if leaks is None else leaks
            add_leaks_to(fixed, grid, leaks)
            conductance = np.where(fixed, 0.0, conductance)
            labels = None if labels is None else np.where(fixed, 0, labels)
        if leaks is not None:
            leaks[conductance <= 0] = 0.0
            leaks = leaks if leaks.any() else None
        structure = np.ones((3, 3)) if grid.neighbours == 8 else None
        pieces, count = label_pieces(conductance > 0, structure=structure)
        component = pieces.ravel()
        component -= 1
        groups = None
        if labels is not None and (labels > 0).any():
            groups = merged_cells(labels)
            component, count = joined_pieces(component, count, labels.ravel())
        grounded = np.zeros(count, dtype=bool)
        if leaks is not None:
            grounded[component[leaks.ravel() > 0]] = True
        by_resistance = grid.average == "resistance"
        return cls(
            (rows, columns),
            by_resistance,
            grid.neighbours == 8,
            cell_values(conductance, by_resistance),
            None if leaks is None else split(leaks),
            groups,
            component,
            grounded,
            None if fixed is None else fixed.ravel(),
            Holes.of(conductance, by_resistance),
        )


def add_leaks_to(fixed: Booleans, grid: GridConductance, leaks: Floats) -> None:
    """Adds the edges between fixed cells and their neighbours to the neighbours' leaks, in place."""
    rows, columns = grid.shape
    at = np.argwhere(fixed & (grid.conductance > 0))
    for down, right in AROUND[: grid.neighbours]:
        there = at + np.array([down, right])
        inside = ((there >= 0) & (there < (rows, columns))).all(axis=1)
        here, there = at[inside], there[inside]
        a, b = grid.conductance[tuple(here.T)], grid.conductance[tuple(there.T)]
        there, a, b = there[b > 0], a[b > 0], b[b > 0]
        between = (a + b) / 2 if grid.average == "conductance" else 2 / (1 / a + 1 / b)
        np.add.at(leaks, tuple(there.T), between / np.sqrt(2) if down and right else between)


def merged_cells(labels: Integers) -> Merged:
    """The cells of each label as places in a split raster."""
    width = (labels.shape[1] + 1) // 2 + 2
    i, j = np.nonzero(labels)
    found = labels[i, j]
    order = np.argsort(found, kind="stable")
    cells = (((i + 1) * 2 + j % 2) * width + j // 2 + 1)[order]
    _known, starts = np.unique(found[order], return_index=True)
    return Merged(cells.astype(np.int64), np.append(starts, cells.size).astype(np.int64), labels)


def joined_pieces(component: Anything, count: int, labels: Integers) -> tuple[Anything, int]:
    """Components anew, where cells of one label join pieces that do not touch."""
    used = np.flatnonzero(labels > 0)
    _known, node = np.unique(labels[used], return_inverse=True)
    size = count + int(node.max()) + 1
    graph = coo_array((np.ones(used.size), (component[used], count + node)), shape=(size, size))
    total, number = connected_components(graph, directed=False)
    out = np.where(component >= 0, number[component], -1)
    return out.astype(component.dtype), total


@jit
def gather(vectors, cells, starts, active):
    """Puts the sum of each node's cells on its first cell, 0 on the others; `vectors` is (k, places)."""
    for b in active:
        for n in range(starts.size - 1):
            total = 0.0
            for at in range(starts[n], starts[n + 1]):
                total += vectors[b, cells[at]]
                vectors[b, cells[at]] = 0
            vectors[b, cells[starts[n]]] = total


@jit
def spread(vectors, cells, starts, active):
    """Shares what lies on the first cell of each node out to all its cells."""
    for b in active:
        for n in range(starts.size - 1):
            part = vectors[b, cells[starts[n]]] / (starts[n + 1] - starts[n])
            for at in range(starts[n], starts[n + 1]):
                vectors[b, cells[at]] = part


@jit
def average(vectors, cells, starts, active):
    """Gives all cells of a node their mean."""
    for b in active:
        for n in range(starts.size - 1):
            total = 0.0
            for at in range(starts[n], starts[n + 1]):
                total += vectors[b, cells[at]]
            total /= starts[n + 1] - starts[n]
            for at in range(starts[n], starts[n + 1]):
                vectors[b, cells[at]] = total
