"""Normalised least-cost corridors between neighbouring cores, and their mosaic of minima."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from amur.science.circuits.results import Nothing, Store
from amur.science.corridors.costs import CellSize, Floats, Integers, path_length
from amur.science.corridors.links import ROUNDING, Link, Progress, Survey, unwatched


@dataclass(frozen=True, slots=True)
class Corridor:
    """The corridor between two cores, `first` < `second`.

    `cost` is the least-cost distance (resistance times metres, or times cells), `length` that of the cheapest
    path in metres (or cells), `path` (n, 2) its rows and columns from the first core to the second. `excess`
    (rows, cols of a window that begins at `row`, `column`) says by how much the cheapest path through a cell
    costs more than the cheapest of all: 0 on the path, NaN beyond the width asked for. `through` names other
    cores that the path crosses.
    """

    first: int
    second: int
    cost: float
    length: float
    path: Integers
    row: int
    column: int
    excess: Floats
    through: tuple[int, ...] = ()

    @property
    def window(self) -> tuple[slice, slice]:
        """The rows and columns of the raster that `excess` covers."""
        rows, columns = self.excess.shape
        return slice(self.row, self.row + rows), slice(self.column, self.column + columns)

    def packed(self) -> Floats:
        """All of it in one array, to be kept.

        >>> found = corridors([[1.0, 1.0, 3.0]], [[1, 0, 2]]).links[0]
        >>> again = Corridor.unpacked(found.packed())
        >>> again.cost == found.cost, again.path.tolist() == found.path.tolist(), again.excess.tolist()
        (True, True, [[0.0, 0.0, 0.0]])
        """
        sizes = [len(self.path), *self.excess.shape]
        head = [self.first, self.second, self.cost, self.length, self.row, self.column, *sizes]
        return np.concatenate([head, self.path.ravel(), self.excess.ravel(), self.through])

    @classmethod
    def unpacked(cls, values: Floats) -> Corridor:
        """The corridor again."""
        first, second, cost, length, row, column, steps, rows, columns = values[:9].tolist()
        path, rest = np.split(np.array(values[9:]), [2 * int(steps)])
        excess, through = np.split(rest, [int(rows) * int(columns)])
        return cls(
            int(first),
            int(second),
            cost,
            length,
            path.astype(np.int64).reshape(-1, 2),
            int(row),
            int(column),
            excess.reshape(int(rows), int(columns)),
            tuple(int(core) for core in through),
        )


@dataclass(frozen=True, slots=True)
class Corridors:
    """All corridors of a landscape.

    `links` one for each pair of neighbours, sorted; `mosaic` (rows, cols) the least excess of all, NaN where
    there is no corridor; `ids` the cores, `without_data` those that lie where nothing passes and take no
    part; `groups` the cores that links join: a group of one is a core that no other can be reached from.
    """

    links: tuple[Corridor, ...]
    mosaic: Floats
    ids: tuple[int, ...]
    without_data: tuple[int, ...]
    groups: tuple[tuple[int, ...], ...]

    @property
    def isolated(self) -> tuple[int, ...]:
        """Cores that reach no other."""
        return tuple(group[0] for group in self.groups if len(group) == 1)


def corridors(
    resistance: ArrayLike,
    cores: ArrayLike,
    width: float | None = None,
    neighbours: int = 8,
    *,
    cell_size: CellSize = 1.0,
    store: Store | None = None,
    progress: Progress = unwatched,
) -> Corridors:
    """Corridors between all neighbouring cores: cost from one + cost from the other - least-cost distance.

    Two cores are neighbours where the cells nearest to them touch (cost allocation; McRae and Kavanagh 2011,
    Linkage Mapper). `resistance`, `neighbours`, `cell_size` as in `accumulated_cost`; `cores` (rows, cols)
    the number of the core of each cell, 0 or below for none, one core may lie in several pieces; `width` cuts
    corridors where the excess is greater, in the units of cost. Moving inside a core costs nothing at its two
    ends, and what the raster says in others. `store` keeps finished corridors for an interrupted run. Raises
    ValueError for wrong shapes or values; fewer than two cores, and cores that none can reach, give an honest
    result without links.

    >>> found = corridors([[1.0, 1.0, 1.0], [1.0, 5.0, 1.0]], [[1, 0, 2], [0, 0, 0]])
    >>> found.links[0].cost, found.mosaic.round(2).tolist()
    (2.0, [[0.0, 0.0, 0.0], [1.41, 6.0, 1.41]])
    """
    if width is not None and not width >= 0:
        raise ValueError(f"width is {width}, expected 0 or more")
    spare = np.inf if width is None else float(width)
    progress(0.0, "neighbours")
    survey = Survey(resistance, cores, spare, neighbours, cell_size)
    mosaic = np.full(survey.resistance.shape, np.nan)
    store = store or Nothing()
    links = list(_kept(store, len(survey.pairs)))
    for link in survey.links(lambda done, stage: progress(0.1 + 0.9 * done, stage), len(links)):
        links.append(_corridor(link, survey, spare))
        store.put(f"corridor-{len(links)}", links[-1].packed())
    for corridor in links:
        part = mosaic[corridor.window]
        np.fmin(part, corridor.excess, out=part)
    progress(1.0, "done")
    return Corridors(tuple(links), mosaic, tuple(survey.ids.tolist()), survey.without_data, survey.groups)


def _kept(store: Store, count: int) -> Iterator[Corridor]:
    """The corridors that an interrupted run has finished, from the first on."""
    for number in range(1, count + 1):
        values = store.get(f"corridor-{number}")
        if values is None:
            return
        yield Corridor.unpacked(values)


def _corridor(link: Link, survey: Survey, spare: float) -> Corridor:
    shared = link.shared
    top, left = shared[0].start, shared[1].start
    excess = link.from_first.over(shared) + link.from_second.over(shared) - link.cost
    excess[excess < ROUNDING * link.cost] = 0.0
    excess[link.path[:, 0] - top, link.path[:, 1] - left] = 0.0
    excess[(excess > spare) | ~np.isfinite(excess)] = np.nan
    row, column, excess = _cut(top, left, excess)
    crossed = set(survey.cores[link.path[:, 0], link.path[:, 1]].tolist())
    return Corridor(
        link.first,
        link.second,
        link.cost,
        path_length(link.path, cell_size=survey.cell_size),
        link.path,
        row,
        column,
        excess,
        tuple(sorted(crossed - {0, link.first, link.second})),
    )


def _cut(row: int, column: int, excess: Floats) -> tuple[int, int, Floats]:
    """A window without rows and columns that hold nothing."""
    there = np.isfinite(excess)
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    inner = excess[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].copy()
    return row + int(rows[0]), column + int(columns[0]), inner
