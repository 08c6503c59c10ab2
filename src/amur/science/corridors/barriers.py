"""Barriers: where restoring a small place would shorten the least-cost distance between cores the most."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import minimum_filter1d

from amur.science.circuits.results import Nothing, Store
from amur.science.corridors.costs import CellSize, Floats, sides
from amur.science.corridors.links import Progress, Survey, unwatched

KEY = "barriers"


@dataclass(frozen=True, slots=True)
class Barriers:
    """What restoring a round window around each cell would bring, each (rows, cols).

    `improvement` is the cost by which the least-cost distance of a link falls for each metre (or cell) of the
    window's diameter, `share` the part of the link's cost that it is, both the largest over all links and 0
    where nothing is gained; `first` and `second` (int32) are the cores of the link with the largest
    improvement, 0 where there is none.
    """

    improvement: Floats
    share: Floats
    first: NDArray[np.int32]
    second: NDArray[np.int32]


def barriers(
    resistance: ArrayLike,
    cores: ArrayLike,
    radius: int = 1,
    restored: float = 1.0,
    neighbours: int = 8,
    *,
    cell_size: CellSize = 1.0,
    store: Store | None = None,
    progress: Progress = unwatched,
) -> Barriers:
    """Barrier Mapper (McRae et al. 2012, doi 10.1371/journal.pone.0052604) over all links of neighbours.

    Around each cell lies a window of `radius` cells. Were it restored to the resistance `restored`, the link
    would cost the least cost in it from one core, plus the least from the other, plus diameter times
    `restored`; what this saves is the improvement. Other parameters as in `corridors`. Cells where nothing
    passes may be restored, too, yet cores that no path joins have no link. Raises ValueError for wrong
    values. `store` keeps the sums for an interrupted run.

    >>> wall = np.array([[1.0, 1.0, 9.0, 1.0, 1.0]])
    >>> barriers(wall, np.array([[1, 0, 0, 0, 2]])).improvement.tolist()
    [[0.0, 2.0, 4.0, 2.0, 0.0]]
    """
    if radius < 1:
        raise ValueError(f"radius is {radius}, expected a whole number of cells above 0")
    if not 0 < restored < math.inf:
        raise ValueError(f"restored is {restored}, expected a number above 0")
    progress(0.0, "neighbours")
    survey = Survey(resistance, cores, 0.0, neighbours, cell_size)
    shape = survey.resistance.shape
    store = store or Nothing()
    found = np.zeros((4, *shape))
    improvement, share, first, second = found
    start = _restored(store, found)
    height, width = sides(cell_size)
    diameter = 2 * radius * (height + width) / 2
    watched = survey.links(lambda done, stage: progress(0.1 + 0.9 * done, stage), start)
    for number, link in enumerate(watched, start=start + 1):
        rows, columns = window = link.around(radius, shape)
        nearest = sum(
            least_around(reach.over(window), radius) for reach in (link.from_first, link.from_second)
        )
        saved = np.maximum(link.cost - (nearest + diameter * restored), 0.0)
        gain = saved / diameter
        better = gain > improvement[rows, columns]
        improvement[rows, columns][better] = gain[better]
        first[rows, columns][better] = link.first
        second[rows, columns][better] = link.second
        part = share[rows, columns]
        if link.cost > 0:
            np.maximum(part, saved / link.cost, out=part)
        store.checkpoint(KEY, lambda number=number: np.append(found.ravel(), number))  # type: ignore[misc]
    progress(1.0, "done")
    return Barriers(improvement, share, first.astype(np.int32), second.astype(np.int32))


def _restored(store: Store, found: Floats) -> int:
    """Fills in what a store has kept; how many links are in it."""
    kept = store.get(KEY)
    if kept is None or kept.size != found.size + 1:
        return 0
    found.ravel()[:] = kept[:-1]
    return int(kept[-1])


def least_around(values: Floats, radius: int) -> Floats:
    """The least value within `radius` cells of each cell (rows, cols), by distance between centres.

    >>> least_around(np.array([[3.0, 2.0, 9.0, 9.0]]), 1).tolist()
    [[2.0, 2.0, 2.0, 9.0]]
    """
    least = values.copy()
    rows = len(values)
    for down in range(min(radius, rows - 1) + 1):
        reach = math.isqrt(radius * radius - down * down)
        wide = minimum_filter1d(values, 2 * reach + 1, axis=1, mode="constant", cval=np.inf)
        np.minimum(least[: rows - down], wide[down:], out=least[: rows - down])
        np.minimum(least[down:], wide[: rows - down], out=least[down:])
    return least
