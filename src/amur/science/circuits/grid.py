"""A landscape raster as a resistor network: cells are nodes, neighbours are joined by resistors.

The conductance between two neighbours follows from one array of the cells (Circuitscape's rules): the mean of
both conductances, or the reciprocal of the mean of both resistances; diagonal neighbours get it divided by
sqrt(2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.sparse import coo_array, csr_array

from amur.science.circuits.solution import Anything, Floats, Integers

Average = Literal["resistance", "conductance"]

# Right, down, down right, down left: each edge of a grid once.
STEPS = ((0, 1), (1, 0), (1, 1), (1, -1))


@dataclass(frozen=True, slots=True)
class GridConductance:
    """`conductance` (rows, cols) in siemens, 0 where there is no data; `neighbours` 4 or 8; the rule of the
    mean.

    >>> grid = GridConductance.checked(np.array([[1.0, 1.0], [0.0, 1.0]]), 4, "resistance")
    >>> grid.edges()[2].tolist()
    [1.0, 1.0]
    """

    conductance: Floats
    neighbours: Literal[4, 8]
    average: Average

    @classmethod
    def checked(cls, conductance: Anything, neighbours: int, average: str) -> GridConductance:
        """Raises ValueError for a wrong shape, rule or value; NaN counts as no data."""
        cells = np.array(conductance, dtype=np.float64, order="C")
        if cells.ndim != 2 or cells.size == 0:
            raise ValueError(f"conductance has shape {cells.shape}, expected rows and columns")
        if neighbours not in (4, 8):
            raise ValueError(f"neighbours is {neighbours}, expected 4 or 8")
        if average not in ("resistance", "conductance"):
            raise ValueError(f"average is {average!r}, expected 'resistance' or 'conductance'")
        cells[np.isnan(cells)] = 0.0
        if (cells < 0).any() or np.isinf(cells).any():
            row, column = np.argwhere((cells < 0) | np.isinf(cells))[0]
            raise ValueError(
                f"conductance at row {row}, column {column} is {cells[row, column]},"
                " expected 0 or more and finite"
            )
        return cls(
            cells, 8 if neighbours == 8 else 4, "resistance" if average == "resistance" else "conductance"
        )

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.conductance.shape
        return rows, columns

    def name(self, cell: int) -> str:
        """A cell in words, as messages say it."""
        row, column = divmod(cell, self.shape[1])
        return f"cell (row {row}, column {column})"

    def step(self, direction: int) -> tuple[Integers, Integers, Floats]:
        """First cells, second cells and conductances of the edges in one direction of `STEPS`, zeros left
        out.
        """
        rows, columns = self.shape
        down, right = STEPS[direction]
        first = (slice(0, rows - down), slice(max(0, -right), columns - max(0, right)))
        second = (slice(down, rows), slice(max(0, right), columns - max(0, -right)))
        a, b = self.conductance[first], self.conductance[second]
        there = (a > 0) & (b > 0)
        number = np.arange(rows * columns).reshape(rows, columns)
        a, b = a[there], b[there]
        joined = (a + b) / 2 if self.average == "conductance" else 2 / (1 / a + 1 / b)
        if down and right:
            joined = joined / np.sqrt(2)
        return number[first][there], number[second][there], joined

    def edges(self) -> tuple[Integers, Integers, Floats]:
        """First cell, second cell and conductance of each edge, each edge once."""
        found = [self.step(direction) for direction in range(4 if self.neighbours == 8 else 2)]
        first, second, joined = (np.concatenate(part) for part in zip(*found, strict=True))
        return first, second, joined


def laplacian_of(first: Integers, second: Integers, joined: Floats, size: int) -> csr_array[Any]:
    """The Laplacian (size, size) of a list of edges, which may repeat; edges to the same node are dropped."""
    apart = first != second
    first, second, joined = first[apart], second[apart], joined[apart]
    rows = np.concatenate([first, second, first, second])
    columns = np.concatenate([second, first, first, second])
    values = np.concatenate([-joined, -joined, joined, joined])
    return csr_array(coo_array((values, (rows, columns)), shape=(size, size)))


@dataclass(frozen=True, slots=True)
class CellNodes:
    """Which node each cell belongs to: `node` (cells,), -1 where there is none; `size` nodes in all."""

    node: Integers
    size: int

    @classmethod
    def of(cls, conductance: Floats, merged: Anything | None) -> CellNodes:
        """Each cell with data is a node; cells with data of one label above 0 are one node together."""
        there = (conductance > 0).ravel()
        if merged is None:
            return cls(np.where(there, np.cumsum(there) - 1, -1), int(there.sum()))
        label = np.asarray(merged).ravel()
        if label.size != there.size:
            raise ValueError(f"merged has shape {np.shape(merged)}, expected {conductance.shape}")
        label = np.where(there, label, 0)
        single = there & (label <= 0)
        node = np.where(single, np.cumsum(single) - 1, -1)
        known, inverse = np.unique(label[label > 0], return_inverse=True)
        node[label > 0] = int(single.sum()) + inverse
        return cls(node, int(single.sum()) + known.size)

    def gather(self, cells: Floats) -> Floats:
        """Sums per node (nodes, k) of values per cell (cells, k)."""
        used = self.node >= 0
        total = np.zeros((self.size, cells.shape[1]))
        rounding = 1e-15 * np.abs(cells).max(axis=0, initial=0.0)
        for column in range(cells.shape[1]):
            sums = np.bincount(self.node[used], weights=cells[used, column], minlength=self.size)
            sums[np.abs(sums) < rounding[column]] = 0.0
            total[:, column] = sums
        return total

    def pick(self, cells: Floats) -> Floats:
        """The value of each node (nodes, k) where all cells of a node have the same (cells, k)."""
        out = np.zeros((self.size, cells.shape[1]))
        used = self.node >= 0
        out[self.node[used]] = cells[used]
        return out

    def spread(self, nodes: Floats) -> Floats:
        """Values per cell (cells, k) from values per node (nodes, k); 0 where a cell is no node."""
        out = np.zeros((self.node.size, nodes.shape[1]))
        used = self.node >= 0
        out[used] = nodes[self.node[used]]
        return out

    def name(self, grid: GridConductance, node: int) -> str:
        """A node in words: its first cell."""
        return grid.name(int(np.flatnonzero(self.node == node)[0]))
