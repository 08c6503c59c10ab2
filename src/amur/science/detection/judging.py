"""How good scores are, held against people: recall and false alarms at each threshold, overlap of boxes.

Called by the page that lets a data manager choose a threshold, and by `benchmarks/cameras_detection.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Box = Sequence[float]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a threshold does: of pictures with something on them the share that is found (`recall`), of blank
    ones the share that is taken for something (`false_alarms`), and the share of all that is left to look at.
    """

    threshold: float
    recall: float
    false_alarms: float
    looked_at: float


def choices(scores: Sequence[float], something: Sequence[bool]) -> list[Choice]:
    """What each threshold would do that occurs among the scores, from the lowest.

    A picture counts as found from the threshold on; one without a score (nan) is always looked at. Raises
    ValueError unless there are pictures of both kinds, without which there is nothing to weigh.

    >>> found = choices([0.1, 0.4, 0.9], [False, True, True])
    >>> [(one.threshold, one.recall, one.false_alarms) for one in found]
    [(0.1, 1.0, 1.0), (0.4, 1.0, 0.0), (0.9, 0.5, 0.0)]
    """
    given = np.asarray(scores, dtype=np.float64)
    truth = np.asarray(something, dtype=bool)
    if given.shape != truth.shape:
        raise ValueError(f"{len(given)} scores of {len(truth)} pictures")
    if not truth.any() or truth.all():
        raise ValueError("pictures with something and blank ones are needed")
    given = np.where(np.isnan(given), np.inf, given)
    thresholds = np.unique(given[np.isfinite(given)])
    with_something, blank = np.sort(given[truth]), np.sort(given[~truth])
    recall = _from(with_something, thresholds)
    false = _from(blank, thresholds)
    looked = _from(np.sort(given), thresholds)
    return [
        Choice(float(threshold), float(found), float(alarms), float(share))
        for threshold, found, alarms, share in zip(thresholds, recall, false, looked, strict=True)
    ]


def threshold_for(found: Sequence[Choice], recall: float) -> Choice:
    """The highest threshold that still has a recall; the lowest one where none has.

    >>> threshold_for(choices([0.1, 0.4, 0.9], [False, True, True]), 0.95).threshold
    0.4
    """
    fitting = [one for one in found if one.recall >= recall]
    return max(fitting, key=lambda one: one.threshold) if fitting else found[0]


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes left, top, width, height.

    >>> overlap((0, 0, 2, 2), (1, 0, 2, 2)), overlap((0, 0, 1, 1), (2, 2, 1, 1))
    (0.3333333333333333, 0.0)
    """
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    common = max(width, 0) * max(height, 0)
    union = one[2] * one[3] + other[2] * other[3] - common
    return common / union if union > 0 else 0.0


def _from(sorted_scores: NDArray[np.float64], thresholds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of scores that reach each threshold."""
    under = np.searchsorted(sorted_scores, thresholds, side="left")
    share: NDArray[np.float64] = 1 - under / len(sorted_scores)
    return share
