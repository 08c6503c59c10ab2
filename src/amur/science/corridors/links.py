"""All links between neighbouring cores, each with the costs from both ends. Corridors and barriers read them.

One sweep from all cores tells which are neighbours and how far each sweep from one core must go; then each
core is swept once, and what it reached is kept, cut to its extent, until its last link is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from amur.science.corridors.adjacency import adjacent_pairs, meeting_costs
from amur.science.corridors.costs import (
    CellSize,
    Costs,
    Floats,
    Integers,
    accumulated_cost,
    checked_labels,
    checked_resistance,
    least_cost_path,
)

Progress = Callable[[float, str], None]
Window = tuple[slice, slice]

ROUNDING = 1e-11
"""Sums of the same costs in another order differ by less than this part."""


def unwatched(done: float, stage: str) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a core reaches: `costs` of the window that begins at `row` and `column` of the raster."""

    row: int
    column: int
    costs: Costs

    @classmethod
    def of(cls, costs: Costs) -> Reach:
        """Costs cut to the rows and columns that were reached."""
        there = np.isfinite(costs.cost)
        rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
        window = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
        cut = Costs(
            costs.cost[window].copy(), costs.allocation[window].copy(), costs.direction[window].copy()
        )
        return cls(int(rows[0]), int(columns[0]), cut)

    @property
    def end(self) -> tuple[int, int]:
        """Row and column behind the window."""
        rows, columns = self.costs.cost.shape
        return self.row + rows, self.column + columns

    def over(self, window: Window) -> Floats:
        """The costs in any window of the raster, infinite where nothing was reached."""
        (top, bottom), (left, right) = ((part.start, part.stop) for part in window)
        found = np.full((max(bottom - top, 0), max(right - left, 0)), np.inf)
        rows = slice(max(top, self.row), min(bottom, self.end[0]))
        columns = slice(max(left, self.column), min(right, self.end[1]))
        if rows.start < rows.stop and columns.start < columns.stop:
            found[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] = (
                self.costs.cost[
                    rows.start - self.row : rows.stop - self.row,
                    columns.start - self.column : columns.stop - self.column,
                ]
            )
        return found


@dataclass(frozen=True, slots=True)
class Link:
    """A link of two cores.

    `first` < `second` are the cores, `cost` the least-cost distance, `path` (n, 2) the rows and columns of
    the cheapest path from the first to the second; `from_first` and `from_second` what the cores reach, as
    far as it matters.
    """

    first: int
    second: int
    cost: float
    path: Integers
    from_first: Reach
    from_second: Reach

    @property
    def shared(self) -> Window:
        """The rows and columns that both cores reach."""
        one, two = self.from_first, self.from_second
        rows = slice(max(one.row, two.row), min(one.end[0], two.end[0]))
        return rows, slice(max(one.column, two.column), min(one.end[1], two.end[1]))

    def around(self, margin: int, shape: tuple[int, ...]) -> Window:
        """The rows and columns that a core reaches, and `margin` cells more within a raster's `shape`."""
        one, two = self.from_first, self.from_second
        top, left = min(one.row, two.row) - margin, min(one.column, two.column) - margin
        bottom, right = max(one.end[0], two.end[0]) + margin, max(one.end[1], two.end[1]) + margin
        return slice(max(top, 0), min(bottom, shape[0])), slice(max(left, 0), min(right, shape[1]))


class Survey:
    """Cores on a landscape: who is where, who is whose neighbour; going through it gives the links.

    `resistance` and `cores` (rows, cols) as `accumulated_cost` takes them; `spare` is the cost by which a
    cell's detour may exceed the least-cost distance and still count. Learned: `ids` (n,) the cores that have
    a cell where something passes, `without_data` those that have none, `pairs` (m, 2) the neighbours,
    `groups` the cores that links join, each sorted.
    """

    def __init__(
        self, resistance: ArrayLike, cores: ArrayLike, spare: float, neighbours: int, cell_size: CellSize
    ) -> None:
        self.resistance = checked_resistance(resistance)
        self.cores = checked_labels(cores, self.resistance)
        self.neighbours = neighbours
        self.cell_size = cell_size
        passable = np.isfinite(self.resistance)
        known = np.unique(self.cores[self.cores > 0])
        self.cores = np.where(passable, self.cores, 0)
        self.ids = np.unique(self.cores[self.cores > 0]).astype(np.int64)
        self.without_data = tuple(int(core) for core in np.setdiff1d(known, self.ids))
        costs = accumulated_cost(self.resistance, self.cores, neighbours, cell_size=cell_size)
        self.pairs = adjacent_pairs(costs.allocation, neighbours)
        meeting = meeting_costs(costs, self.resistance, self.pairs, neighbours, cell_size)
        self._limit = {
            int(core): float(meeting[(self.pairs == core).any(axis=1)].max(initial=0.0)) * (1 + ROUNDING)
            + spare
            for core in self.ids
        }
        self.groups = self._groups()

    def links(self, progress: Progress = unwatched, start: int = 0) -> Iterator[Link]:
        """The links from pair `start` on, in an order that keeps few sweeps in memory."""
        pairs = self.pairs[start:]
        left = {int(core): int((pairs == core).sum()) for core in self.ids}
        held: dict[int, Reach] = {}
        total = sum(1 for count in left.values() if count)
        swept = 0
        for first, second in pairs.tolist():
            for core in (first, second):
                if core not in held:
                    progress(swept / total, "sweeping")
                    held[core] = self._reach(core)
                    swept += 1
            yield self._link(first, second, held[first], held[second])
            for core in (first, second):
                left[core] -= 1
                if not left[core]:
                    del held[core]

    def _reach(self, core: int) -> Reach:
        sources = np.where(self.cores == core, core, 0)
        return Reach.of(
            accumulated_cost(
                self.resistance, sources, self.neighbours, self._limit[core], cell_size=self.cell_size
            )
        )

    def _link(self, first: int, second: int, near: Reach, far: Reach) -> Link:
        costs = near.costs.cost
        height, width = costs.shape
        there = self.cores[near.row : near.row + height, near.column : near.column + width] == second
        goals = np.flatnonzero(there)
        goal = int(goals[np.argmin(costs.ravel()[goals])])
        path = least_cost_path(near.costs, goal // width, goal % width) + np.array([near.row, near.column])
        return Link(first, second, float(costs.ravel()[goal]), path, near, far)

    def _groups(self) -> tuple[tuple[int, ...], ...]:
        size = self.ids.size
        if not size:
            return ()
        ends = np.searchsorted(self.ids, self.pairs)
        links = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(size, size))
        count, group = connected_components(links, directed=False)
        return tuple(tuple(self.ids[group == number].tolist()) for number in range(count))
