"""Verification patrols: cells that are predicted, like them, or random, and what was found in each group.

Teams are not told which cell is of which group. Control cells are like the predicted ones in effort, where
patrols went most but no high risk is predicted, so that a difference is one of the prediction. Rates are
compared by exact conditional intervals of Poisson counts (J. Przyborowski and H. Wilenski, "Homogeneity of
results in testing samples from Poisson series", Biometrika 31 (1940) 313-323).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from amur.science.effort.rates import Rate, poisson_rate

Floats = NDArray[np.float64]
Cells = NDArray[np.int64]


class Group(StrEnum):
    """Why a cell is patrolled."""

    PREDICTED = "predicted"
    CONTROL = "control"
    RANDOM = "random"


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """The numbers of cells of each group, which share none, and the order in which to visit them all."""

    cells: dict[Group, Cells]
    order: Cells
    """All cells shuffled: what a team gets, without the groups."""
    seed: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rates of the groups, and how many times more was found for the effort in predicted cells."""

    rates: dict[Group, Rate]
    over_control: tuple[float, float, float]
    """Ratio with its limits; NaN where nothing was found in both, infinity where nothing in the other."""
    over_random: tuple[float, float, float]


def draw_cells(risk: Floats, effort: Floats, each: int, seed: int) -> Draw:
    """Draw `each` cells for each group from risk (cells,), NaN where it cannot be patrolled, and past effort.

    Predicted cells are those of the highest risk; for each of them the control is the cell with the most
    similar effort of the lower half of risk; random cells are any others. The same seed draws the same cells.
    Raises ValueError for shapes that differ and too few cells.

    >>> draw = draw_cells(np.arange(40.0), np.tile([1.0, 5.0], 20), 4, seed=3)
    >>> draw.cells[Group.PREDICTED].tolist(), len(set(draw.order.tolist()))
    ([39, 38, 37, 36], 12)
    """
    if risk.shape != effort.shape or risk.ndim != 1:
        raise ValueError(f"risk has shape {risk.shape}, effort {effort.shape}, expected one (cells,)")
    random = np.random.default_rng(seed)
    possible = random.permutation(np.flatnonzero(np.isfinite(risk)))
    if each < 1 or len(possible) < 4 * each:
        raise ValueError(
            f"{len(possible)} cells are too few for three groups of {each}: 4 times as many are needed"
        )
    by_risk = possible[np.argsort(-risk[possible], kind="stable")]
    predicted, low = by_risk[:each], by_risk[len(by_risk) // 2 :].tolist()
    control = []
    for cell in predicted:
        control.append(min(low, key=lambda other, cell=cell: abs(effort[other] - effort[cell])))  # type: ignore[misc]
        low.remove(control[-1])
    left = np.setdiff1d(possible, np.r_[predicted, control])
    chosen = random.choice(left, each, replace=False)
    cells = {Group.PREDICTED: predicted, Group.CONTROL: np.array(control), Group.RANDOM: chosen}
    return Draw(cells, random.permutation(np.concatenate(list(cells.values()))), seed)


def compare(draw: Draw, finds: Cells, effort: Floats, level: float = 0.95) -> Comparison:
    """Compare finds (cells,) for effort (cells,) in the groups of a draw, after its patrols.

    A cell that was not reached has no effort and does not count. Raises ValueError for a group without effort
    and finds without effort.

    >>> draw = draw_cells(np.arange(40.0), np.ones(40), 4, seed=3)
    >>> finds = np.zeros(40, dtype=int)
    >>> finds[draw.cells[Group.PREDICTED]] = 5
    >>> finds[draw.cells[Group.RANDOM][0]] = 2
    >>> found = compare(draw, finds, np.ones(40))
    >>> found.rates[Group.PREDICTED].estimate, found.over_random[0], found.over_random[1] > 2
    (5.0, 10.0, True)
    """
    totals = {}
    for group, cells in draw.cells.items():
        wrong = cells[(finds[cells] > 0) & ~(effort[cells] > 0)]
        if len(wrong):
            raise ValueError(f"cell {wrong[0] + 1}: {finds[wrong[0]]} finds without effort")
        if not effort[cells].sum() > 0:
            raise ValueError(f"no {group.value} cell was patrolled")
        totals[group] = int(finds[cells].sum()), float(effort[cells].sum())
    rates = {group: poisson_rate(*total, level) for group, total in totals.items()}
    ratios = [
        rate_ratio(*totals[Group.PREDICTED], *totals[other], level) for other in (Group.CONTROL, Group.RANDOM)
    ]
    return Comparison(rates, ratios[0], ratios[1])


def rate_ratio(
    finds: int, effort: float, other_finds: int, other_effort: float, level: float = 0.95
) -> tuple[float, float, float]:
    """The ratio of two rates with its exact limits: of all finds, the share of the first is binomial.

    >>> [round(each, 3) for each in rate_ratio(10, 100.0, 5, 100.0)]
    [2.0, 0.623, 7.457]
    """
    if not finds + other_finds:
        return float("nan"), 0.0, float("inf")
    tail, times = (1 - level) / 2, other_effort / effort
    low = float(beta.ppf(tail, finds, other_finds + 1)) if finds else 0.0
    high = float(beta.ppf(1 - tail, finds + 1, other_finds)) if other_finds else 1.0
    odds = [share / (1 - share) * times if share < 1 else float("inf") for share in (low, high)]
    return finds / other_finds * times if other_finds else float("inf"), odds[0], odds[1]
