"""How much of an area was visited, and how long ago: coverage and days since the last visit.

A cell belongs to an area with a share from 0 to 1, so that cells on the boundary count for what they are.
Where nobody ever was, the days since the last visit are unknown (NaN) and not 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from amur.science.effort.grid import Effort
from amur.science.effort.segments import Floats

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Coverage:
    """The part of an area that was visited within some days, and how long ago its cells were visited."""

    share: float
    visited_km2: float
    area_km2: float
    median_days: float
    """Median of the days since the last visit, by area; infinity where more than half was never visited."""


def days_since(effort: Effort, now: np.datetime64) -> Floats:
    """Days (rows, columns) since somebody was in a cell, NaN where nobody was before `now`.

    Raises ValueError when the effort goes on after `now`: leave later segments out first.
    """
    visited = ~np.isnat(effort.last)
    milliseconds = (now.astype("M8[ms]") - effort.last).astype(np.int64).astype(float)
    if (milliseconds[visited] < 0).any():
        raise ValueError(f"somebody was there after {now}")
    found: Floats = np.where(visited, milliseconds / _DAY_MS, np.nan)
    return found


def coverage_of(effort: Effort, area: Floats, now: np.datetime64, days: float) -> Coverage:
    """Which part of an area was visited in the last `days`; `area` (rows, columns) is the share of each cell.

    Raises ValueError for an area that is none.

    >>> from amur.science.effort.grid import Grid
    >>> from amur.science.effort.geodesy import EqualArea
    >>> last = np.array([["2026-03-01T00:00", "NaT"]], dtype="M8[ms]")
    >>> one = np.zeros((1, 2))
    >>> grid = Grid(EqualArea(48.0, 135.0), 0.0, 1000.0, 1000.0, 1, 2)
    >>> effort = Effort(grid, one, one, one.astype(int), last, 0.0, 0.0)
    >>> found = coverage_of(effort, np.array([[1.0, 0.5]]), np.datetime64("2026-03-08T00:00"), 30)
    >>> round(found.share, 4), found.area_km2, found.median_days
    (0.6667, 1.5, 7.0)
    """
    if area.shape != effort.grid.shape or not ((area >= 0) & (area <= 1)).all() or not area.sum() > 0:
        raise ValueError(
            f"the area has shape {area.shape}; it needs shares from 0 to 1 for {effort.grid.shape} cells"
        )
    ago = days_since(effort, now)
    recent = np.nan_to_num(ago, nan=np.inf) <= days
    cell = effort.grid.cell_km2
    whole, visited = float(area.sum()) * cell, float(area[recent].sum()) * cell
    return Coverage(visited / whole, visited, whole, weighted_median(np.nan_to_num(ago, nan=np.inf), area))


def weighted_median(values: Floats, weights: Floats) -> float:
    """The median of values, each with a weight of 0 or more.

    >>> weighted_median(np.array([1.0, 5.0, 9.0]), np.array([1.0, 1.0, 3.0]))
    9.0
    """
    order = np.argsort(values, axis=None, kind="stable")
    summed = np.cumsum(weights.ravel()[order])
    return float(values.ravel()[order][np.searchsorted(summed, summed[-1] / 2)])
