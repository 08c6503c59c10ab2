"""Encounter rates with intervals: finds for each km, hour or day of effort.

`poisson_rate` is exact (F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936)
437-442) and right where finds are independent. Finds of one patrol are alike, so that `patrol_rate` draws
whole patrols: a symmetric bootstrap of the studentised logarithm of the ratio, whose limits cannot be below 0
(P. Hall, "On symmetric bootstrap confidence intervals", Journal of the Royal Statistical Society B 50 (1988)
35-45).

A rate of finds is no evidence that there are fewer poachers or more: finds follow how and where one looks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

Floats = NDArray[np.float64]
FEWEST = 10
"""Patrols with finds below which there is no interval of the bootstrap."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Finds for a unit of effort, with its interval; limits are NaN where they cannot be known."""

    estimate: float
    lower: float
    upper: float
    finds: float
    effort: float
    patrols: int


def poisson_rate(finds: int, effort: float, level: float = 0.95) -> Rate:
    """The exact interval of a count over an effort above 0.

    >>> rate = poisson_rate(0, 100.0)
    >>> rate.estimate, rate.lower, round(rate.upper, 6)
    (0.0, 0.0, 0.036889)
    """
    if finds < 0 or not effort > 0:
        raise ValueError(f"{finds} finds in an effort of {effort} make no rate")
    tail = (1 - level) / 2
    lower = float(chi2.ppf(tail, 2 * finds)) / 2 if finds else 0.0
    upper = float(chi2.ppf(1 - tail, 2 * finds + 2)) / 2
    return Rate(finds / effort, lower / effort, upper / effort, finds, effort, 1)


def patrol_rate(
    finds: Floats, effort: Floats, random: np.random.Generator, level: float = 0.95, count: int = 2000
) -> Rate:
    """Finds (patrols,) for a unit of effort (patrols,), with whole patrols drawn anew `count` times.

    Without `FEWEST` patrols that found something the limits are NaN. Raises ValueError for shapes that
    differ, negative values, finds without effort, and no effort at all.

    >>> finds, effort = np.tile([0.0, 2, 1, 0, 3], 4), np.tile([10.0, 12, 9, 11, 18], 4)
    >>> rate = patrol_rate(finds, effort, np.random.default_rng(1))
    >>> rate.estimate, rate.lower < rate.estimate < rate.upper
    (0.1, True)
    """
    finds, effort = np.asarray(finds, dtype=float), np.asarray(effort, dtype=float)
    _check(finds, effort)
    n = len(finds)
    total, spent = float(finds.sum()), float(effort.sum())
    rate = total / spent
    if int((finds > 0).sum()) < FEWEST:
        return Rate(rate, float("nan"), float("nan"), total, spent, n)
    weights = random.multinomial(n, np.full(n, 1 / n), count).astype(float)
    drawn_finds, drawn_effort = weights @ finds, weights @ effort
    used = (drawn_finds > 0) & (drawn_effort > 0)
    weights, drawn_finds, drawn_effort = weights[used], drawn_finds[used], drawn_effort[used]
    rates = drawn_finds / drawn_effort
    errors = _errors(weights, finds, effort, rates, drawn_effort) / rates
    error = float(_errors(np.ones((1, n)), finds, effort, np.array([rate]), np.array([spent]))[0]) / rate
    if error == 0:
        return Rate(rate, rate, rate, total, spent, n)
    student = (np.log(rates) - np.log(rate))[errors > 0] / errors[errors > 0]
    factor = float(np.exp(np.quantile(np.abs(student), level) * error))
    return Rate(rate, rate / factor, rate * factor, total, spent, n)


def _errors(weights: Floats, finds: Floats, effort: Floats, rates: Floats, spent: Floats) -> Floats:
    """Standard errors (m,) of ratios by linearisation, of patrols drawn `weights` (m, patrols) times."""
    n = len(finds)
    squares = weights @ finds**2 - 2 * rates * (weights @ (finds * effort)) + rates**2 * (weights @ effort**2)
    found: Floats = np.sqrt(np.maximum(squares, 0) * n / (n - 1)) / spent
    return found


def _check(finds: Floats, effort: Floats) -> None:
    if finds.shape != effort.shape or finds.ndim != 1:
        raise ValueError(f"finds have shape {finds.shape}, effort {effort.shape}, expected one (patrols,)")
    wrong = ~(finds >= 0) | ~(effort >= 0) | ((finds > 0) & (effort == 0))
    if wrong.any():
        k = int(wrong.argmax())
        raise ValueError(f"patrol {k + 1}: {finds[k]:g} finds in an effort of {effort[k]:g}")
    if not effort.sum() > 0:
        raise ValueError("the patrols have no effort")
