"""Small holes in a raster, which the preconditioner fills weakly.

Coarsening keeps every second cell of every second row; where that cell has no data its neighbours lose what
they are interpolated from, and scattered holes (roofs, ponds, clouds) would cost multigrid most of its
speed. So the hierarchy sees each small hole as cells like their neighbours, tied to them by weak edges: the
network hardly changes, and every coarse cell stands for something. The equations themselves keep the holes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import label, uniform_filter

from amur.science.circuits.layout import cell_values
from amur.science.circuits.solution import Anything, Booleans, Floats, Integers

# A hole of at most so many cells is filled; larger ones are barriers, which must stay.
LARGEST = 64
# Edges of filled cells conduct so much worse.
WEAKNESS = np.float32(0.3)


@dataclass(frozen=True, slots=True)
class Holes:
    """The filled `cells` (rows, columns); `values` of all cells with them, see `layout.cell_values`."""

    cells: Booleans
    values: Floats

    @classmethod
    def of(cls, conductance: Floats, by_resistance: bool) -> Holes | None:
        """The small holes of a raster (rows, columns), None where it has none."""
        cells = small_holes(conductance)
        if cells is None:
            return None
        return cls(cells, cell_values(filled(conductance, cells), by_resistance))

    @property
    def places(self) -> Integers:
        """Where the cells stand in a split raster, flattened."""
        width = (self.cells.shape[1] + 1) // 2 + 2
        i, j = np.nonzero(self.cells)
        found: Integers = ((i + 1) * 2 + j % 2) * width + j // 2 + 1
        return found


def small_holes(conductance: Floats) -> Booleans | None:
    """Cells (rows, columns) without data in groups of at most `LARGEST`, None where there are none.

    >>> small_holes(np.array([[1.0, 1, 1], [1, 0, 1], [1, 1, 1]])).sum()
    np.int64(1)
    """
    empty = conductance <= 0
    if not empty.any() or empty.all():
        return None
    number, count = label(empty, structure=np.ones((3, 3)))
    sizes = np.bincount(number.ravel(), minlength=count + 1)
    small = sizes <= LARGEST
    small[0] = False
    holes: Booleans = small[number]
    return holes if holes.any() else None


def filled(conductance: Floats, holes: Booleans) -> Floats:
    """The conductances with holes that have the mean of the cells around them."""
    values = np.where(conductance > 0, conductance, 0.0)
    there = (conductance > 0).astype(np.float64)
    left = holes.copy()
    while left.any():
        weight = uniform_filter(there, 3, mode="constant")
        total = uniform_filter(values, 3, mode="constant")
        found = left & (weight > 1 / 18)
        values[found] = total[found] / weight[found]
        there[found] = 1.0
        left &= ~found
        if not found.any():
            break
    return values


def weaken(holes: Booleans, edges: tuple[Anything, ...]) -> None:
    """Makes the edges of filled cells weak, in place; `edges` are split (see `layout`)."""
    rows, columns = holes.shape
    i, j = np.nonzero(holes)
    for part, (down, right) in zip(edges, ((0, 1), (1, 0), (1, 1), (1, -1)), strict=True):
        for y, x in ((i, j), (i - down, j - right)):
            inside = (y >= 0) & (x >= 0) & (x < columns) & (y < rows)
            a, b = y[inside], x[inside]
            part[a + 1, b % 2, b // 2 + 1] *= WEAKNESS
