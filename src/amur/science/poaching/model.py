"""The probability that something is found in a cell with some effort, learned with a ridge.

Snares are there with a rate, and effort meets them: the probability of a find is 1 - exp(-rate x effort^g)
(the complementary log-log link; P. McCullagh and J. A. Nelder, Generalized Linear Models, 1989, chapter 4),
so that nothing found after little effort says little. The logarithm of the rate is linear in what is known of
cells; slopes are drawn to 0 by a ridge (A. E. Hoerl and R. W. Kennard, Technometrics 12
(1970) 55-67). Fitted by Newton's method with scoring.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_CLIP = 4.0
"""Standard deviations beyond which a value counts as this far: predictions do not run away."""


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What was learned: level, effort and slopes for standardised values."""

    centre_: Floats
    scale_: Floats
    coefficients_: Floats

    def predict(self, known: Floats, effort: Floats) -> Floats:
        """The probability (n,) of a find, for what is known (n, k) and effort (n,) above 0."""
        return _probability(_design(self.centre_, self.scale_, known, effort) @ self.coefficients_)


def fit(known: Floats, effort: Floats, found: Floats, ridge: float) -> Model:
    """Learn from rows (n,) with effort above 0 in which something was found (1) or not (0).

    `known` (n, k) is known of the cells before, `ridge` is above 0. Raises ValueError without rows of both
    kinds, without effort, or without a ridge.

    >>> random = np.random.default_rng(1)
    >>> known, effort = random.normal(size=(2000, 1)), random.gamma(2, 2, 2000)
    >>> rate = np.exp(-2 + known[:, 0])
    >>> model = fit(known, effort, (random.random(2000) < 1 - np.exp(-rate * effort)).astype(float), 1.0)
    >>> p = model.predict(np.array([[0.0], [1.0]]), np.ones(2))
    >>> bool(abs(p[0] - 0.127) < 0.03), bool(abs(p[1] - 0.308) < 0.05)
    (True, True)
    """
    if not (effort > 0).all() or not np.isin(found, (0, 1)).all() or not ridge > 0:
        raise ValueError("learning needs rows with effort, finds of 0 or 1, and a ridge above 0")
    if found.min(initial=1) == found.max(initial=0):
        raise ValueError("learning needs rows with and without finds")
    scale = known.std(axis=0)
    centre, scale = known.mean(axis=0), np.where(scale > 0, scale, 1.0)
    design = _design(centre, scale, known, effort)
    penalty = np.r_[1e-6, 1e-6, np.full(design.shape[1] - 2, ridge)]
    coefficients = np.zeros(design.shape[1])
    coefficients[:2] = np.log(-np.log1p(-found.mean())) - np.log(effort).mean(), 1.0
    before = _loss(design, found, penalty, coefficients)
    for _ in range(100):
        rate = np.exp(np.clip(design @ coefficients, -30, 3.5))
        p = -np.expm1(-rate)
        # The derivative of p is rate x (1 - p); the weight is its square over the variance p (1 - p).
        score = design.T @ (rate / p * (found - p)) - penalty * coefficients
        weights = rate**2 * (1 - p) / p
        move = np.linalg.solve(design.T @ (design * weights[:, None]) + np.diag(penalty), score)
        for _ in range(30):
            after = _loss(design, found, penalty, coefficients + move)
            if after <= before:
                break
            move = move / 2
        coefficients = coefficients + move
        if before - after < 1e-9:
            break
        before = after
    return Model(centre, scale, coefficients)


def log_loss(p: Floats, found: Floats) -> float:
    """The mean of -log of the probability of what happened; probabilities (n,), finds (n,) of 0 or 1."""
    p = np.clip(p, 1e-9, 1 - 1e-9)
    return float(-np.mean(found * np.log(p) + (1 - found) * np.log1p(-p)))


def _design(centre: Floats, scale: Floats, known: Floats, effort: Floats) -> Floats:
    standard = np.clip((known - centre) / scale, -_CLIP, _CLIP)
    return np.column_stack([np.ones(len(known)), np.log(effort), standard])


def _probability(log_rate: Floats) -> Floats:
    found: Floats = -np.expm1(-np.exp(np.clip(log_rate, -30, 3.5)))
    return found


def _loss(design: Floats, found: Floats, penalty: Floats, coefficients: Floats) -> float:
    p = _probability(design @ coefficients)
    return len(found) * log_loss(p, found) + float(penalty @ coefficients**2) / 2
