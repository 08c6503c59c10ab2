"""The map of risk for the next season, and the cells that are patrolled whatever it says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amur.science.poaching.history import Floats, History
from amur.science.poaching.validation import Validation, learned_before


class NotBetterError(ValueError):
    """The model predicts no better than a simple baseline: there is no map."""


@dataclass(frozen=True, slots=True, eq=False)
class Risk:
    """The probability (cells,) of a find in the next season, were every cell patrolled alike."""

    probability: Floats
    effort_km: float
    """The effort in each cell for which it holds: the median of those that were patrolled."""
    is_borrowed: NDArray[np.bool_]
    """Cells (cells,) that were never patrolled: what is said of them comes from others like them."""


def risk_of(history: History, validation: Validation) -> Risk:
    """The map of the season after the last one of a history.

    Raises `NotBetterError`, with the baselines that are as good, when the validation did not show that the
    model is better.
    """
    if not validation.is_better:
        as_good = [
            f"{name} (gain {gain.estimate:.3f}, {gain.lower:.3f} to {gain.upper:.3f})"
            for name, gain in validation.gains.items()
            if not gain.lower > 0
        ]
        raise NotBetterError(
            "no map of risk: its average precision is not better than that of " + ", ".join(as_good)
        )
    model = learned_before(history, history.seasons, validation.ridge)
    effort = float(np.median(history.effort[history.effort > 0]))
    known = history.known_before(history.seasons)
    never = np.asarray(history.effort.sum(axis=0) == 0)
    return Risk(model.predict(known, np.full(len(known), effort)), effort, never)


def reserved_cells(cells: int, share: float, seed: int) -> NDArray[np.bool_]:
    """Cells (cells,) drawn at random to be patrolled whatever is predicted, so that learning stays honest.

    The same seed draws the same cells. Raises ValueError for a share that is not between 0 and 1.

    >>> int(reserved_cells(200, 0.1, 7).sum())
    20
    """
    if not 0 < share < 1:
        raise ValueError(f"the share is {share}, expected a number between 0 and 1")
    found = np.zeros(cells, dtype=bool)
    chosen = np.random.default_rng(seed).choice(cells, max(1, round(share * cells)), replace=False)
    found[chosen] = True
    return found
