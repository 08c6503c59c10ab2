"""How many snares does a patrol see? Experiments with planted ones, and what is there given what was found.

A row is one pass of a team through a place where a known number was planted (van Doormaal and others 2021
planted 166 imitations, 40 to the km²). The number found is beta-binomial: the logit
of the probability is linear in covariates (kilometres walked in the cell, season, team), and places differ by
more than chance when the correlation within a place is above 0 (J. K. Haseman and L. L. Kupper, "Analysis of
dichotomous response data from certain toxicological experiments", Biometrics 35 (1979) 281-293). Slopes have
a weak normal prior (A. Gelman and others, Annals of Applied Statistics 2 (2008) 1360-1383), so that a team
that finds all or nothing has a probability short of 1 and above 0; limits are those of the normal
approximation on the logit.

Planted snares tell of real ones only as far as they are hidden alike and rangers do not know of the test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaln, expit, logit, ndtri
from scipy.stats import beta, binom

from amur.science.effort.segments import Floats, Indices

_LEVEL_SD, _SLOPE_SD = 5.0, 2.5
"""Prior standard deviations of the level and of slopes, for a covariate with standard deviation 1."""
_NODES = 41
"""Quantiles at which an uncertain probability is taken."""
_MOST = 10**9
"""More than this many snares in one place are no number."""


@dataclass(frozen=True, slots=True)
class Limited:
    """A value with its limits; the upper one may be infinite."""

    estimate: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """The probability that a pass sees a snare, by covariates, out of an experiment."""

    coefficients: Floats
    """Level and slopes (1 + covariates,) on the logit."""
    covariance: Floats
    correlation: float
    """Of two snares in one pass through a place; 0 where chance explains all."""
    planted: int
    found: int
    places: int

    def probability(self, *covariates: float, level: float = 0.95) -> Limited:
        """That one pass sees a snare, at values of the covariates in their order."""
        centre, error = self._logit(covariates)
        reach = float(ndtri((1 + level) / 2)) * error
        return Limited(*(float(expit(centre + sign * reach)) for sign in (0, -1, 1)))

    def there(self, found: int, *covariates: float, passes: int = 1, level: float = 0.95) -> Limited:
        """How many are in a place where `found` different ones were seen in so many independent passes.

        The estimate is that of Horvitz and Thompson. Limits are the numbers for which so few or so many finds
        are not too rare, with the uncertainty of the probability and the differences between places. Raises
        ValueError for a negative number and less than one pass.

        >>> trial = detection_of(np.full(20, 10), np.tile([4, 5, 6, 5], 5))
        >>> there = trial.there(6)
        >>> round(there.estimate), there.lower <= 12 <= there.upper, trial.there(0).lower
        (12, True, 0.0)
        """
        if found < 0 or passes < 1:
            raise ValueError(f"{found} finds in {passes} passes; expected 0 or more in 1 or more")
        centre, error = self._logit(covariates)
        tail = (1 - level) / 2
        seen = 1 - (1 - self._possible(centre, error)) ** passes
        estimate = found / float(1 - (1 - expit(centre)) ** passes)
        lower = _first(lambda n: float(binom.sf(found - 1, n, seen).mean()) >= tail, found) if found else 0
        upper = _first(lambda n: float(binom.cdf(found, n, seen).mean()) < tail, found)
        return Limited(estimate, float(lower), float(upper - 1) if upper < _MOST else float("inf"))

    def _logit(self, covariates: tuple[float, ...]) -> tuple[float, float]:
        if len(covariates) != len(self.coefficients) - 1:
            raise ValueError(f"{len(covariates)} covariates, expected {len(self.coefficients) - 1}")
        row = np.r_[1.0, covariates]
        return float(row @ self.coefficients), float(np.sqrt(row @ self.covariance @ row))

    def _possible(self, centre: float, error: float) -> Floats:
        """Probabilities of equal weight: of the normal approximation, and of the places around each."""
        shares = (np.arange(_NODES) + 0.5) / _NODES
        means = expit(centre + error * ndtri(shares))
        if self.correlation == 0:
            return np.asarray(means, dtype=np.float64)
        size = (1 - self.correlation) / self.correlation
        spread = beta.ppf(shares, (means * size)[:, None], ((1 - means) * size)[:, None])
        return np.asarray(spread.ravel(), dtype=np.float64)


def detection_of(planted: Indices, found: Indices, covariates: Floats | None = None) -> Detection:
    """The probability of detection out of passes (n,) with so many planted and found, by covariates (n, k).

    Raises ValueError for shapes that differ, more found than planted, no whole or negative numbers, unknown
    covariates, and covariates that are combinations of each other.

    >>> trial = detection_of(np.array([10, 10, 20]), np.array([3, 4, 5]))
    >>> p = trial.probability()
    >>> round(p.estimate, 2), p.lower < 0.3 < p.upper
    (0.3, True)
    """
    planted, found = np.asarray(planted), np.asarray(found)
    x = np.empty((len(planted), 0)) if covariates is None else np.asarray(covariates, dtype=float)
    _check(planted, found, x)
    used = planted > 0
    there, seen, x = planted[used].astype(np.float64), found[used].astype(np.float64), x[used]
    centre, scale = x.mean(axis=0), x.std(axis=0)
    design = np.column_stack([np.ones(len(there)), (x - centre) / np.where(scale > 0, scale, 1)])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ValueError("a covariate never changes or is a combination of others: leave it out")
    deviations = np.r_[_LEVEL_SD, np.full(design.shape[1] - 1, _SLOPE_SD)]

    def loss(values: Floats, correlation: float) -> float:
        likely = _log_likelihood(there, seen, expit(design @ values), correlation)
        return float(((values / deviations) ** 2).sum() / 2 - likely)

    def both(values: Floats) -> float:
        # A weak prior against a correlation of 1: uniform on the correlation.
        share = float(expit(values[-1]))
        return loss(values[:-1], share) - float(np.log(share) + np.log1p(-share))

    start = np.r_[logit((seen.sum() + 0.5) / (there.sum() + 1)), np.zeros(design.shape[1] - 1)]
    plain = minimize(loss, start, args=(0.0,), method="BFGS")
    mixed = minimize(both, np.r_[plain.x, -2.0], method="BFGS")
    correlation = float(expit(mixed.x[-1]))
    if there.max() < 2 or loss(mixed.x[:-1], correlation) > float(plain.fun) - 0.5:
        best, covariance, correlation = plain.x, np.linalg.inv(_hessian(lambda b: loss(b, 0.0), plain.x)), 0.0
    else:
        covariance = np.linalg.inv(_hessian(both, mixed.x))[:-1, :-1]
        best = mixed.x[:-1]
    # Back to the covariates as they came.
    back = np.diag(np.r_[1.0, 1 / scale])
    back[0, 1:] = -centre / scale
    total = int(there.sum()), int(seen.sum())
    return Detection(back @ best, back @ covariance @ back.T, correlation, *total, len(there))


def _log_likelihood(planted: Floats, found: Floats, mean: Floats, correlation: float) -> float:
    """Of beta-binomial finds, without what does not depend on the parameters."""
    mean = np.clip(mean, 1e-12, 1 - 1e-12)
    if correlation < 1e-6:
        return float((found * np.log(mean) + (planted - found) * np.log1p(-mean)).sum())
    size = (1 - correlation) / correlation
    one, other = mean * size, (1 - mean) * size
    return float((betaln(found + one, planted - found + other) - betaln(one, other)).sum())


def _hessian(loss: Callable[[Floats], float], at: Floats) -> Floats:
    step = 1e-3 * np.eye(len(at))
    size = len(at)
    found = np.empty((size, size))
    for i in range(size):
        for j in range(size):
            corners = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
            found[i, j] = sum(a * b * loss(at + a * step[i] + b * step[j]) for a, b in corners) / 4e-6
    return found


def _first(is_so: Callable[[int], bool], start: int) -> int:
    """The first number from `start` for which something is so, and then stays so; `_MOST` if none is."""
    if is_so(start):
        return start
    low, step = start, 1
    while not is_so(low + step):
        low, step = low + step, step * 2
        if low > _MOST:
            return _MOST
    high = low + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_so(middle) else (middle, high)
    return high


def _check(planted: NDArray[np.int64], found: NDArray[np.int64], x: Floats) -> None:
    if planted.shape != found.shape or planted.ndim != 1 or x.ndim != 2 or len(x) != len(planted):
        raise ValueError(
            f"planted have shape {planted.shape}, found {found.shape}, covariates {x.shape};"
            " expected (n,), (n,) and (n, k)"
        )
    whole = (planted == np.floor(planted)) & (found == np.floor(found))
    wrong = ~whole | (found < 0) | (found > planted) | ~np.isfinite(x).all(axis=1)
    if wrong.any():
        k = int(wrong.argmax())
        raise ValueError(
            f"row {k + 1}: {found[k]} found of {planted[k]} planted with covariates {x[k].tolist()};"
            " expected whole numbers, not more than were planted, and known covariates"
        )
    if not planted.sum() > 0:
        raise ValueError("nothing was planted")
