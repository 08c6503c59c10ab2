"""Whether a detection function describes its distances: chi-squared in intervals, Cramer-von Mises if exact.

Source: Buckland et al. 2004, Advanced Distance Sampling, chapter 11; the limiting distribution of the
Cramer-von Mises statistic is that of Csorgo & Faraway 1996, J. R. Statist. Soc. B 58.

>>> round(von_mises_p(0.46136), 3)
0.05
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from amur.science.abundance.detection import Quadrature
from amur.science.abundance.distance import DistanceFit
from amur.science.abundance.sampling import Floats

FEW = 5.0
"""Expected observations below which the chi-squared distribution is rough."""


@dataclass(frozen=True, slots=True)
class Adequacy:
    """A test: its statistic, degrees of freedom (0 where it has none), and the chance of a worse fit."""

    statistic: float
    freedom: int
    p: float


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """Observed and expected numbers (m,) between `ends` (m + 1,) in metres, and their test.

    The test has NaN where there are no degrees of freedom.
    """

    ends: Floats
    observed: Floats
    expected: Floats
    test: Adequacy


def intervals(fit: DistanceFit, ends: Floats | None = None) -> Intervals:
    """Observed against expected numbers, by default in the model's intervals or in 4 to 12 equal ones."""
    detection, model = fit.detection, fit.model
    if ends is None:
        count = int(np.clip(np.sqrt(len(detection.y)), 4, 12))
        ends = np.array(model.breaks or np.linspace(model.left, model.right, count + 1))
    observed = np.histogram(-detection.y, -ends[::-1])[0][::-1].astype(np.float64)
    quadrature = Quadrature.over(ends, detection.point)
    curves = np.real(detection.curve_at(quadrature.nodes, fit.maximum.beta))
    parts = quadrature.integrals(curves, len(ends) - 1)
    shares = parts / parts.sum(axis=1, keepdims=True)
    expected = np.bincount(detection.row, minlength=len(shares)) @ shares
    freedom = len(ends) - 2 - len(fit.maximum.beta)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = float(((observed - expected) ** 2 / expected).sum())
    return Intervals(ends, observed, expected, Adequacy(statistic, freedom, _upper(statistic, freedom)))


def _upper(statistic: float, freedom: int) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(freedom, statistic)) if freedom > 0 and np.isfinite(statistic) else float("nan")


def cramer_von_mises(fit: DistanceFit) -> Adequacy:
    """The test of exact distances. Raises ValueError for intervals."""
    detection = fit.detection
    if fit.model.breaks:
        raise ValueError("distances in intervals have no Cramér-von Mises test; look at chi-squared")
    order = np.argsort(detection.y, kind="stable")
    ends = np.unique(np.concatenate([[fit.model.left], detection.y, [fit.model.right]]))
    quadrature = Quadrature.over(ends, detection.point)
    curves = np.real(detection.curve_at(quadrature.nodes, fit.maximum.beta))
    steps = np.concatenate(
        [np.zeros((len(curves), 1)), np.cumsum(quadrature.integrals(curves, len(ends) - 1), axis=1)], axis=1
    )
    at = np.searchsorted(ends, detection.y)
    chance = np.sort(steps[detection.row, at] / steps[detection.row, -1])
    n = len(order)
    statistic = float(((chance - (2 * np.arange(1, n + 1) - 1) / (2 * n)) ** 2).sum() + 1 / (12 * n))
    return Adequacy(statistic, 0, von_mises_p(statistic))


def von_mises_p(statistic: float) -> float:
    """The chance of a larger Cramer-von Mises statistic, of many observations."""
    from scipy.special import gamma, kv

    k = np.arange(20)
    weights = gamma(k + 0.5) / (gamma(0.5) * gamma(k + 1.0))
    part = (4 * k + 1.0) ** 2 / (16 * max(statistic, 1e-6))
    below = weights * np.sqrt(4 * k + 1.0) * np.exp(-part) * kv(0.25, part)
    return float(np.clip(1 - below.sum() / (np.pi * np.sqrt(max(statistic, 1e-6))), 0, 1))
