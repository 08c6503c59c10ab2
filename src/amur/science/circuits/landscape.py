"""What is solved: a `Landscape` of cells or a `Network` of nodes, and the focal nodes on a landscape.

Plain frozen objects, checked when they are made; the modes (`pairwise.py` and its neighbours) take them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from amur.science.circuits.grid import Average, GridConductance
from amur.science.circuits.solution import Anything, Floats, Integers


@dataclass(frozen=True, slots=True)
class Landscape:
    """Cells joined to their neighbours.

    `conductance` (rows, cols) in siemens, 0 or NaN where nothing passes; `neighbours` 4 or 8; `average` says
    whether two neighbours are joined by the mean of their resistances or of their conductances; `polygons`
    (rows, cols) numbers of short-circuit regions: cells of one number above 0 are one node, touching or not.
    Raises ValueError for wrong shapes or values.

    >>> land = Landscape(np.array([[1.0, 2.0, 0.0]]))
    >>> land.shape, land.anchors(np.array([1, 2])).tolist()
    ((1, 3), [1, -1])
    """

    conductance: Floats
    neighbours: Literal[4, 8] = 8
    average: Average = "resistance"
    polygons: Integers | None = None

    def __post_init__(self) -> None:
        grid = GridConductance.checked(self.conductance, self.neighbours, self.average)
        object.__setattr__(self, "conductance", grid.conductance)
        if self.polygons is not None:
            polygons = np.asarray(self.polygons)
            if polygons.shape != grid.shape:
                raise ValueError(f"polygons have shape {polygons.shape}, expected {grid.shape}")
            labels = np.maximum(polygons, 0).astype(np.int64) if (polygons > 0).any() else None
            object.__setattr__(self, "polygons", labels)

    @classmethod
    def from_resistance(
        cls,
        resistance: Anything,
        *,
        neighbours: Literal[4, 8] = 8,
        average: Average = "resistance",
        polygons: Integers | None = None,
    ) -> Landscape:
        """A landscape from resistances in ohm; NaN and infinity bar. Raises ValueError at or below 0.

        >>> Landscape.from_resistance(np.array([[2.0, np.nan]])).conductance.tolist()
        [[0.5, 0.0]]
        """
        values = np.asarray(resistance, dtype=np.float64)
        if (values <= 0).any():
            row, column = np.argwhere(values <= 0)[0]
            raise ValueError(f"resistance at row {row}, column {column} is not above 0")
        return cls(np.where(np.isfinite(values), 1.0 / values, 0.0), neighbours, average, polygons)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.conductance.shape
        return rows, columns

    def anchors(self, cells: Integers) -> Integers:
        """The cell that stands for the node of each flat cell, -1 where there is none.

        For cells of a short-circuit region it is the region's first cell with data, also where the cell
        itself has none.
        """
        there = self.conductance.ravel() > 0
        found = np.where(there[cells], cells, -1)
        if self.polygons is None:
            return found
        labels = self.polygons.ravel()
        inside = np.flatnonzero(there & (labels > 0))
        known, first = np.unique(labels[inside], return_index=True)
        mine = labels[cells]
        place = np.minimum(np.searchsorted(known, mine), max(known.size - 1, 0))
        if known.size:
            hit = (mine > 0) & (known[place] == mine)
            found = np.where(hit, inside[first][place], found)
        return found

    def merged(self, groups: Sequence[Integers]) -> Landscape:
        """The landscape with each group of flat cells as one node, together with every short-circuit region
        that the group touches. Groups that share a cell or a region become one node.

        >>> Landscape(np.ones((1, 4))).merged([np.array([0, 3])]).polygons.tolist()
        [[1, 0, 0, 1]]
        """
        labels = np.zeros(self.conductance.size, dtype=np.int64)
        if self.polygons is not None:
            labels = self.polygons.ravel().copy()
        most = int(labels.max(initial=0))
        one: list[Integers] = []
        other: list[Integers] = []
        for number, cells in enumerate(groups, start=most + 1):
            touched = np.unique(labels[cells])
            touched = touched[touched > 0]
            one.append(touched)
            other.append(np.full(touched.size, number))
            labels[cells] = number
        ends = (np.concatenate([*one, [0]]), np.concatenate([*other, [0]]))
        size = most + len(groups) + 1
        links = coo_array((np.ones(ends[0].size), ends), shape=(size, size))
        _count, joined = connected_components(links, directed=False)
        # Numbers start with 0, the number of no region; it is joined to nothing.
        return replace(self, polygons=joined.astype(np.int64)[labels].reshape(self.shape))

    def names(self, cell: int) -> tuple[int, int]:
        """Row and column of a flat cell, counted from 0."""
        row, column = divmod(int(cell), self.shape[1])
        return row, column


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes joined by resistors: `nodes` (n,) the user's numbers; `first`, `second` (m,) places in `nodes`
    and `conductance` (m,) in siemens of each edge. Raises ValueError for wrong shapes or values.

    >>> Network(np.array([5, 7]), np.array([0]), np.array([1]), np.array([0.5])).size
    2
    """

    nodes: Integers
    first: Integers
    second: Integers
    conductance: Floats

    def __post_init__(self) -> None:
        sizes = {self.first.shape, self.second.shape, self.conductance.shape}
        if len(sizes) != 1 or self.first.ndim != 1:
            raise ValueError(f"first, second and conductance have shapes {sorted(sizes)}, expected one (m,)")
        ends = np.concatenate([self.first, self.second])
        if ends.size and (ends.min() < 0 or ends.max() >= self.nodes.size):
            raise ValueError(f"an edge ends at a node that is not among the {self.nodes.size} nodes")
        if not (np.isfinite(self.conductance).all() and (self.conductance > 0).all()):
            raise ValueError("the conductance of an edge is not above 0 and finite")

    @property
    def size(self) -> int:
        """The number of nodes."""
        return int(self.nodes.size)

    def component(self) -> Integers:
        """The component of each node, (n,), from 0."""
        ones = np.ones(self.first.size)
        links: Any = coo_array((ones, (self.first, self.second)), shape=(self.size, self.size))
        _count, found = connected_components(links, directed=False)
        numbers: Integers = found.astype(np.int64)
        return numbers


@dataclass(frozen=True, slots=True)
class FocalNodes:
    """Focal points and regions: `numbers` (m,) of the node and `cells` (m,) flat, one entry for each cell.

    >>> focal = FocalNodes(np.array([2, 1, 1]), np.array([9, 4, 5]))
    >>> focal.ids.tolist(), focal.cells_of(1).tolist(), focal.has_regions
    ([1, 2], [4, 5], True)
    """

    numbers: Integers
    cells: Integers

    def __post_init__(self) -> None:
        if self.numbers.shape != self.cells.shape or self.numbers.ndim != 1:
            raise ValueError(
                f"numbers have shape {self.numbers.shape}, cells {self.cells.shape}, expected one (m,)"
            )

    @property
    def ids(self) -> Integers:
        """The numbers of the nodes, ascending, each once."""
        return np.unique(self.numbers)

    @property
    def has_regions(self) -> bool:
        """Whether a node covers more than one cell."""
        return self.ids.size != self.numbers.size

    def cells_of(self, number: int) -> Integers:
        """The cells of one node."""
        found: Integers = self.cells[self.numbers == number]
        return found

    def groups(self) -> list[Integers]:
        """The cells of each node, in the order of `ids`."""
        order = np.argsort(self.numbers, kind="stable")
        _ids, start = np.unique(self.numbers[order], return_index=True)
        return np.split(self.cells[order], start[1:])
