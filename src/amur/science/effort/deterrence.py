"""Are there fewer finds where there was more patrol before? Changes of effort against changes of finds.

Two views of cells over periods. The plot sets the change of finds for the effort against the change of effort
one lag earlier (A. D. M. Dobson and others, "Detecting deterrence from patrol data", Conservation Biology 33
(2019) 665-675). The model compares a cell with itself: finds are Poisson with mean effort x exp(cell + period
+ effect x log(1 + earlier effort)), where what is special to a cell or to a period cancels
(J. Hausman, B. Hall and Z. Griliches, Econometrica 52 (1984) 909-938; the two-way iteration of S. Correia,
P. Guimarães and T. Zylkin, Stata Journal 20 (2020) 95-115). Its variance is that between cells.

The same model with effort of the period *after* is a check: what comes later cannot deter. Where it has an
effect, patrols go where finds are (or are going to be), and nothing can be said of deterrence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from amur.science.effort.segments import Floats, Indices
from amur.science.effort.trend import FEWEST_CLUSTERS

CONDITIONS = (
    "Finds for a unit of effort are in proportion to what is there: no saturation where effort is high.",
    "Patrols look equally well and at equally likely places of a cell in all periods.",
    "Deterrence, if any, comes after the given number of periods and not within one period.",
    "Effort does not follow earlier finds in the cell beyond what cell and period explain.",
    "Poachers who are deterred stop, or go where no cell of this comparison is.",
)
"""What must be true for an effect to be one of deterrence; none follows from the finds alone."""


class NothingToCompareError(ValueError):
    """No cell in which something was found had its effort changed by more than cell and period explain."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What finds for the effort are multiplied by when 1 unit + other effort doubles; limits may be NaN."""

    ratio: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True, eq=False)
class Deterrence:
    """Points of the plot, the effect of earlier effort, the check, and what would have to be true."""

    effort_change: Floats
    """Effort of a period less that of the one before, in a cell (points,)."""
    rate_change: Floats
    """Finds for the effort `lag` periods later less those of the period before that one (points,)."""
    effect: Effect
    check: Effect
    """Of effort `lag` periods later, which can deter nothing, beside earlier effort; NaN if unknown."""
    cells: int
    """Cells in which something was found in one of two patrolled periods or more: the others say nothing."""
    rows: int
    lag: int

    @property
    def is_checked(self) -> bool:
        """Whether later effort has no effect that can be told from none."""
        return bool(self.check.lower <= 1 <= self.check.upper)

    @property
    def conditions(self) -> tuple[str, ...]:
        """`CONDITIONS`."""
        return CONDITIONS


def deterrence_of(finds: Floats, effort: Floats, lag: int = 1, level: float = 0.95) -> Deterrence:
    """Finds (periods, cells) after effort (periods, cells), `lag` periods before.

    Effort is known everywhere: 0 where nobody was. Raises ValueError for shapes that differ, finds that are
    no whole numbers, unknown or negative effort, finds without effort, too few periods for the lag, and its
    subclass `NothingToCompareError` for data in which no cell changes.

    >>> effort = np.array([[1.0, 9, 1, 9], [9, 1, 9, 1], [1, 9, 9, 1], [9, 1, 1, 9]])
    >>> before = np.vstack([[1.0, 1, 1, 1], effort[:-1]])
    >>> found = deterrence_of(np.round(100 * effort / (1 + before)), effort)
    >>> round(found.effect.ratio, 2), found.cells, len(found.effort_change)
    (0.5, 4, 8)
    """
    finds, effort = np.asarray(finds, dtype=float), np.asarray(effort, dtype=float)
    _check(finds, effort, lag)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = np.where(effort > 0, finds / effort, np.nan)
    changes = np.diff(effort, axis=0)[: len(effort) - 1 - lag].ravel()
    later = np.diff(rates, axis=0)[lag:].ravel()
    known = np.isfinite(later)
    before, after = effort[:-lag], effort[lag:]
    (effect,), cells, rows = _effects(finds[lag:], after, [before], level)
    middle = slice(lag, -lag)
    try:
        (_, check), _, _ = _effects(finds[middle], effort[middle], [before[:-lag], after[lag:]], level)
    except NothingToCompareError:
        check = Effect(np.nan, np.nan, np.nan)
    return Deterrence(changes[known], later[known], effect, check, cells, rows, lag)


def _effects(
    finds: Floats, effort: Floats, others: list[Floats], level: float
) -> tuple[list[Effect], int, int]:
    """The effects of other efforts (periods, cells) on finds for effort, and how many cells and rows tell it.

    The variance is that between cells, each with its own leverage taken out.
    """
    used = effort > 0
    while True:
        before = int(used.sum())
        found = np.where(used, finds, 0)
        used &= (found.sum(axis=0) > 0) & (used.sum(axis=0) > 1) & (found.sum(axis=1) > 0)[:, None]
        if int(used.sum()) == before:
            break
    period, cell = np.nonzero(used)
    cell = np.unique(cell, return_inverse=True)[1]
    y, exposure = finds[used], effort[used]
    x = np.column_stack([np.log2(1 + other[used]) for other in others])
    cells = int(cell.max()) + 1 if len(cell) else 0
    if not cells or np.linalg.matrix_rank(_without_means(x, y + 1, period, cell), tol=1e-6) < len(others):
        raise NothingToCompareError(
            "no cell with finds had another effort than the others: nothing to compare"
        )
    slopes = np.zeros(len(others))
    for _ in range(200):
        mean = _with_totals(exposure * np.exp2(x @ slopes), y, period, cell)
        rest = _without_means(x, mean, period, cell)
        bread = np.linalg.inv(rest.T @ (mean[:, None] * rest))
        move = bread @ (rest.T @ (y - mean)) / np.log(2)
        slopes += np.clip(move, -2, 2)
        if np.abs(move).max() < 1e-9:
            break
    meat = np.zeros_like(bread)
    for one in range(cells):
        rows = rest[cell == one]
        own = rows.T @ (mean[cell == one, None] * rows)
        score = rows.T @ (y - mean)[cell == one]
        enlarged = np.linalg.lstsq(np.eye(len(others)) - own @ bread, score, rcond=None)[0]
        meat += np.outer(enlarged, enlarged)
    errors = np.sqrt(np.diag(bread @ meat @ bread)) / np.log(2)
    reach = float(student.ppf((1 + level) / 2, cells - 1)) * errors if cells > 1 else errors
    effects = [
        Effect(float(np.exp2(slope)), *(float(np.exp2(slope + sign * each)) for sign in (-1, 1)))
        for slope, each in zip(slopes, reach if cells >= FEWEST_CLUSTERS else reach * np.nan, strict=True)
    ]
    return effects, cells, len(y)


def _with_totals(start: Floats, finds: Floats, period: Indices, cell: Indices) -> Floats:
    """Means (rows,) in proportion to `start` with the totals of finds in each cell and each period."""
    mean = start
    for _ in range(1000):
        before = mean
        for group in (cell, period):
            expected = np.bincount(group, mean)
            mean = mean * (np.bincount(group, finds) / np.where(expected > 0, expected, 1))[group]
        if np.abs(mean - before).max() < 1e-10 * max(1.0, float(mean.max())):
            break
    return mean


def _without_means(values: Floats, weights: Floats, period: Indices, cell: Indices) -> Floats:
    """Values (rows, k) without the weighted means of their cell and of their period."""
    for _ in range(1000):
        before = values
        for group in (cell, period):
            total = np.bincount(group, weights)
            sums = [np.bincount(group, weights * each) for each in values.T]
            values = values - (np.stack(sums, axis=1) / np.where(total > 0, total, 1)[:, None])[group]
        if np.abs(values - before).max() < 1e-10:
            break
    return values


def _check(finds: Floats, effort: Floats, lag: int) -> None:
    if finds.shape != effort.shape or finds.ndim != 2:
        raise ValueError(
            f"finds have shape {finds.shape}, effort {effort.shape}, expected one (periods, cells)"
        )
    if lag < 1 or len(finds) < lag + 2:
        raise ValueError(f"{len(finds)} periods are too few for effort {lag} periods before")
    wrong = ~(finds >= 0) | (finds != np.floor(finds)) | ~((effort >= 0) & np.isfinite(effort))
    wrong |= (finds > 0) & (effort == 0)
    if wrong.any():
        period, cell = np.argwhere(wrong)[0]
        raise ValueError(
            f"period {period + 1}, cell {cell + 1}: {finds[period, cell]:g} finds in an effort of"
            f" {effort[period, cell]:g}; expected whole numbers and effort where something was found"
        )
