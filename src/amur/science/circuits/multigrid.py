"""The multigrid hierarchy of a raster and its symmetric V(1,1) cycle, the preconditioner of `gridcg`."""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

import numpy as np

from amur.science.circuits.coarsening import Level, coarser, finest_edges, lost_cells
from amur.science.circuits.compiled import jit
from amur.science.circuits.dense import LEAKLESS, inverse_of
from amur.science.circuits.holes import Holes, weaken
from amur.science.circuits.layout import split_shape
from amur.science.circuits.smoothing import ascend, descend, remaining
from amur.science.circuits.solution import Anything, Floats, Integers

# A level of at most so many cells is solved by its dense inverse.
DENSE = 80
# Cells of one label conduct so much better among themselves in the preconditioner.
STIFFNESS = np.float32(1e3)
# From this level on, the finest being 0, each level is visited twice.
TWICE = 3


class Hierarchy:
    """The levels of one raster network, from `values` of its cells (see `layout.cell_values`) and split
    `leak`s.

    `labels` (rows, columns) are the merged cells, by which the preconditioner is stiffened, or None; `holes`
    those that it fills, or None.
    """

    def __init__(
        self,
        shape: tuple[int, int],
        values: Floats,
        by_resistance: bool,
        eight: bool,
        leak: Floats | None,
        labels: Integers | None = None,
        holes: Holes | None = None,
    ) -> None:
        rows, columns = shape
        split = split_shape(rows, columns)
        self.scale = float(scale_of(values, by_resistance))

        def edges_of(cells: Floats) -> tuple[Anything, ...]:
            found: tuple[Anything, ...] = tuple(np.zeros(split, dtype=np.float32) for _ in range(4))
            finest_edges(cells, by_resistance, eight, self.scale, *found)
            return found

        edges = edges_of(values)
        ground = np.zeros(split, dtype=np.float32)
        if leak is not None:
            ground += leak * self.scale
        self.leak = np.zeros((1, 1, 1), dtype=np.float32) if leak is None else ground
        exact = edges
        if holes is not None:
            edges = edges_of(holes.values)
            weaken(holes.cells, edges)
        if labels is not None:
            stiffen(labels, edges)
        self.levels: list[Level] = []
        nine = eight
        while rows * columns > DENSE or not self.levels:
            level, coarse, ground = coarser(rows, columns, edges, ground, nine)
            self.levels.append(level)
            edges, nine = tuple(coarse), True
            rows, columns = (rows + 1) // 2, (columns + 1) // 2
        first = self.levels[0]
        #: The raster itself, its edges times `scale`, without what the preconditioner fills.
        self.finest = first
        if holes is not None:
            across = exact[2:] if eight else (first.southeast, first.southwest)
            self.finest = first._replace(
                east=exact[0], south=exact[1], southeast=across[0], southwest=across[1]
            )
        self.coarsest = (rows, columns)
        self.inverse = dense_inverse(rows, columns, edges, ground)

    def lost(self, cells: int) -> float:
        """The share of the raster's `cells` that coarsening loses: high in mazes, which need other means."""
        first = self.levels[:3]
        return max((4**depth * lost_cells(level) / cells for depth, level in enumerate(first)), default=0.0)

    def vectors(self, count: int) -> list[Anything]:
        """Room for `count` vectors on each level, the finest first."""
        shapes = [split_shape(level.rows, level.columns) for level in self.levels]
        return [
            np.zeros((count, *shape), dtype=np.float32) for shape in [*shapes, split_shape(*self.coarsest)]
        ]

    def cycle(self, x: list[Anything], r: list[Anything], product: Floats, depth: int = 0) -> None:
        """One cycle for the right-hand sides `r[0]`, the result in `x[0]`; `product` (k,) becomes r.x.

        Below level `TWICE` each level is visited twice, a W cycle: it costs little there and keeps rough
        coarse levels from slowing the whole.
        """
        if depth == len(self.levels):
            solve_dense(self.inverse, *self.coarsest, x[depth], r[depth], product)
            return
        level = self.levels[depth]
        descend(level, x[depth], r[depth], r[depth + 1])
        self.cycle(x, r, product, depth + 1)
        if TWICE <= depth + 1 < len(self.levels):
            first, wanted = x[depth + 1].copy(), r[depth + 1].copy()
            remaining(self.levels[depth + 1], first, wanted, r[depth + 1])
            self.cycle(x, r, product, depth + 1)
            x[depth + 1] += first
        ascend(level, x[depth], r[depth], x[depth + 1], product)


def scale_of(values: Floats, by_resistance: bool) -> np.float64:
    """What brings the largest conductance to 1."""
    known = values[np.isfinite(values)]
    if not known.size:
        return np.float64(1.0)
    return np.float64(known.min() if by_resistance else 1.0 / known.max())


@jit
def fill_dense(rows, columns, e, s, se, sw, ground, conductances, leak):
    """The edges and grounds of a small level as a dense matrix (n, n) and a vector (n,)."""
    for i in range(rows):
        for j in range(columns):
            here = i * columns + j
            c, m = j % 2, j // 2 + 1
            leak[here] = ground[i + 1, c, m]
            for step in range(4):
                down = 0 if step == 0 else 1
                right = 1 if step == 0 or step == 2 else (0 if step == 1 else -1)
                if i + down < rows and 0 <= j + right < columns:
                    there = (i + down) * columns + j + right
                    part = e if step == 0 else (s if step == 1 else (se if step == 2 else sw))
                    conductances[here, there] = conductances[there, here] = part[i + 1, c, m]


def dense_inverse(rows: int, columns: int, edges: tuple[Anything, ...], ground: Anything) -> Anything:
    """The inverse of the coarsest level in single precision."""
    size = rows * columns
    conductances, leak = np.zeros((size, size)), np.zeros(size)
    fill_dense(rows, columns, *edges, ground, conductances, leak)
    return inverse_of(conductances, leak, LEAKLESS).astype(np.float32)


@jit
def solve_dense(inverse, rows, columns, x, r, product):
    """The coarsest level by its inverse."""
    size = rows * columns
    flat = np.zeros(size, dtype=np.float32)
    for b in range(x.shape[0]):
        for here in range(size):
            i, j = here // columns, here % columns
            flat[here] = r[b, i + 1, j % 2, j // 2 + 1]
        product[b] = 0.0
        for here in range(size):
            total = np.float32(0)
            for there in range(size):
                total += inverse[here, there] * flat[there]
            i, j = here // columns, here % columns
            x[b, i + 1, j % 2, j // 2 + 1] = total
            product[b] += total * flat[here]


def stiffen(labels: Integers, edges: tuple[Anything, ...]) -> None:
    """Makes the edges between cells of one label stiff, in place."""
    rows, columns = labels.shape
    for part, (down, right) in zip(edges, ((0, 1), (1, 0), (1, 1), (1, -1)), strict=True):
        i, j = np.nonzero(labels > 0)
        inside = (i + down < rows) & (j + right >= 0) & (j + right < columns)
        i, j = i[inside], j[inside]
        same = labels[i, j] == labels[i + down, j + right]
        i, j = i[same], j[same]
        part[i + 1, j % 2, j // 2 + 1] *= STIFFNESS
