"""An estimate with its interval, the one shape in which every method of this folder answers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

Z = 1.959963984540054
"""The standard normal quantile of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with standard error and 95 % limits; NaN is what the data cannot tell."""

    estimate: float
    se: float
    lower: float
    upper: float

    @property
    def cv(self) -> float:
        """The coefficient of variation."""
        return self.se / self.estimate if self.estimate else math.nan

    def times(self, factor: float) -> Estimate:
        """The figure in another unit, or for a known area.

        >>> Estimate(2.0, 0.5, 1.2, 3.3).times(10).lower
        12.0
        """
        return Estimate(*(factor * each for each in (self.estimate, self.se, self.lower, self.upper)))


def log_normal(estimate: float, cv: float, quantile: float = Z) -> Estimate:
    """The log-normal interval of a positive figure: estimate / C and estimate * C.

    C = exp(quantile sqrt(log(1 + cv^2))); `quantile` is that of Student's distribution where there are few
    degrees of freedom. Source: Buckland et al. 2001, Introduction to Distance Sampling, section 3.6.1.

    >>> found = log_normal(12.6605171, 0.60002543)
    >>> round(found.lower, 2), round(found.upper, 1)
    (4.27, 37.5)
    """
    if not estimate > 0:
        return Estimate(estimate, math.nan, math.nan, math.nan)
    wide = math.exp(quantile * math.sqrt(math.log1p(cv**2)))
    return Estimate(estimate, estimate * cv, estimate / wide, estimate * wide)


def root_of_squares(parts: Iterable[float]) -> float:
    """The coefficient of variation of a product of independent figures, to first order.

    >>> root_of_squares([0.3, 0.4])
    0.5
    """
    return math.sqrt(sum(part**2 for part in parts))


def satterthwaite(parts: Iterable[tuple[float, float]]) -> float:
    """Degrees of freedom of a sum of variances (variance, its degrees of freedom); zeros are left out.

    Source: Satterthwaite 1946, An approximate distribution of estimates of variance components.

    >>> satterthwaite([(1.0, 4.0), (1.0, 4.0)])
    8.0
    """
    kept = [(variance, df) for variance, df in parts if variance > 0]
    below = sum(variance**2 / df for variance, df in kept)
    return sum(variance for variance, _ in kept) ** 2 / below if below > 0 else math.inf


def student(df: float) -> float:
    """The quantile of Student's distribution for a 95 % interval.

    >>> round(student(10.0), 4)
    2.2281
    """
    if not math.isfinite(df):
        return Z
    from scipy.special import stdtrit

    return float(stdtrit(df, 0.975))
