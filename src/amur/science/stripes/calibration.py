"""Probabilities behind scores: that a candidate is the animal, and that the animal is in no picture yet.

Two logistic regressions, learned from what reviewers decided (Platt 1999). Until there are decisions, the
weights are a guess and say so: `is_calibrated` is False.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from amur.science.stripes.results import Candidate, Ranking

Floats = NDArray[np.float64]
RIDGE: Final = 1.0
"""Weights are held back by this much (on standardised scales): few decisions do not make certainty."""
FEWEST: Final = 10
"""Decisions of each outcome that a calibration needs."""
_STEPS: Final = 100


@dataclass(frozen=True, slots=True)
class Decision:
    """What reviewers decided of one candidate: whether it is the animal of the query."""

    score: float
    inliers: int
    quality: float
    same_station: bool
    same: bool

    @classmethod
    def of(cls, candidate: Candidate, *, same: bool) -> Decision:
        """The decision on a candidate of a search."""
        return cls(candidate.score, candidate.inliers, candidate.quality, candidate.same_station, same)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What reviewers decided of a whole search: the scores of its two best candidates, and if it was nobody
    of the gallery."""

    best: float
    second: float
    quality: float
    new: bool

    @classmethod
    def of(cls, ranking: Ranking, *, new: bool) -> Outcome:
        """The outcome of a search."""
        scores = [each.score for each in ranking.candidates[:2]] + [0.0, 0.0]
        quality = ranking.candidates[0].quality if ranking.candidates else 0.0
        return cls(scores[0], scores[1], quality, new)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of both regressions on raw scales, the constant first.

    `pair` weighs log(1 + score), log(1 + inliers), quality and whether the station is the same; `new` weighs
    log(1 + best score), its lead over the second in the same measure, and quality. `decisions` and
    `outcomes` tell from how many each was learned; 0 means a guess.

    >>> guess = Calibration()
    >>> guess.is_calibrated, round(guess.probability(0.0, 0, 0.5, False), 3)
    (False, 0.002)
    """

    pair: tuple[float, float, float, float, float] = (-6.0, 2.5, 1.0, 0.0, -0.5)
    new: tuple[float, float, float, float] = (3.0, -2.5, -2.0, 0.0)
    decisions: int = 0
    outcomes: int = 0

    @property
    def is_calibrated(self) -> bool:
        """Whether probabilities of candidates were learned from decisions."""
        return self.decisions > 0

    def probability(self, score: float, inliers: int, quality: float, same_station: bool) -> float:
        """That a candidate is the animal of the query, 0 to 1."""
        return _logistic(self.pair, _pair_row(score, inliers, quality, same_station))

    def of_candidate(self, candidate: Candidate) -> float:
        """That this candidate is the animal of the query, 0 to 1."""
        return self.probability(candidate.score, candidate.inliers, candidate.quality, candidate.same_station)

    def probability_new(self, ranking: Ranking) -> float:
        """That the animal of the query is nobody of the gallery, 0 to 1."""
        outcome = Outcome.of(ranking, new=False)
        return _logistic(self.new, _new_row(outcome.best, outcome.second, outcome.quality))

    @classmethod
    def fit(cls, decisions: Sequence[Decision], outcomes: Sequence[Outcome] = ()) -> Calibration:
        """Learn from decisions; what has fewer than `FEWEST` of either outcome stays the guess that it is."""
        found = cls()
        pair, new, learned, counted = found.pair, found.new, 0, 0
        same = np.array([each.same for each in decisions], bool)
        if min(same.sum(), (~same).sum()) >= FEWEST:
            rows = [
                _pair_row(each.score, each.inliers, each.quality, each.same_station) for each in decisions
            ]
            fitted = _fit(np.array(rows), same, rising=(0, 1))
            pair, learned = (fitted[0], fitted[1], fitted[2], fitted[3], fitted[4]), len(decisions)
        fresh = np.array([each.new for each in outcomes], bool)
        if min(fresh.sum(), (~fresh).sum()) >= FEWEST:
            rows = [_new_row(each.best, each.second, each.quality) for each in outcomes]
            fitted = [-each for each in _fit(np.array(rows), ~fresh, rising=(0, 1))]
            new, counted = (fitted[0], fitted[1], fitted[2], fitted[3]), len(outcomes)
        return cls(pair, new, learned, counted)


def _pair_row(score: float, inliers: int, quality: float, same_station: bool) -> list[float]:
    return [math.log1p(max(score, 0.0)), math.log1p(inliers), quality, float(same_station)]


def _new_row(best: float, second: float, quality: float) -> list[float]:
    return [math.log1p(max(best, 0.0)), math.log1p(max(best, 0.0)) - math.log1p(max(second, 0.0)), quality]


def _logistic(weights: Sequence[float], row: Sequence[float]) -> float:
    value = weights[0] + sum(weight * each for weight, each in zip(weights[1:], row, strict=True))
    return 1 / (1 + math.exp(-value)) if value >= 0 else 1 - 1 / (1 + math.exp(value))


def _fit(rows: Floats, outcome: NDArray[np.bool_], rising: tuple[int, ...]) -> list[float]:
    """Weights, the constant first, by penalised maximum likelihood (Newton's steps).

    More agreement is never evidence against: a column of `rising` whose weight is negative is left out.
    """
    used = [column for column in range(rows.shape[1]) if rows[:, column].std() > 1e-9]
    while True:
        weights = _newton(rows[:, used], outcome)
        wrong = [
            column
            for column, weight in zip(used, weights[1:], strict=True)
            if column in rising and weight < 0
        ]
        if not wrong:
            break
        used = [column for column in used if column not in wrong]
    found = [0.0] * (rows.shape[1] + 1)
    found[0] = float(weights[0])
    for column, weight in zip(used, weights[1:], strict=True):
        found[column + 1] = float(weight)
    return found


def _newton(rows: Floats, outcome: NDArray[np.bool_]) -> Floats:
    middle, spread = rows.mean(axis=0), rows.std(axis=0)
    design = np.column_stack([np.ones(len(rows)), (rows - middle) / spread])
    penalty = np.diag([1e-6] + [RIDGE] * rows.shape[1])
    weights = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (outcome - chance) - penalty @ weights
        step = np.linalg.solve((design * (chance * (1 - chance))[:, None]).T @ design + penalty, slope)
        weights = weights + step * min(1.0, 4.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-9:
            break
    raw = weights[1:] / spread
    found: Floats = np.concatenate([[weights[0] - raw @ middle], raw])
    return found
