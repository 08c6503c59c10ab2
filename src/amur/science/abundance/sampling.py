"""Variance between samples (routes, lines, points, cameras): what was found per effort, and resampling."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Form = Literal["R2", "P3"]


def rate_variance(found: Floats, effort: Floats, form: Form = "R2") -> float:
    """The variance of found / effort from the differences between samples, NaN of one sample.

    `found`, `effort` (samples,). R2, for lines of random length, weights by squared effort; P3, for points
    with different numbers of visits, by effort. Source: Fewster et al. 2009, Estimating the encounter rate
    variance in distance sampling, Biometrics 65.

    >>> round(rate_variance(np.array([4.0, 8.0, 3.0]), np.array([2.0, 2.0, 2.0])), 4)
    0.5833
    """
    count, total = len(effort), float(effort.sum())
    if count < 2:
        return float("nan")
    gap = (found / effort - found.sum() / total) ** 2
    if form == "R2":
        return float(count / (total**2 * (count - 1)) * (effort**2 @ gap))
    return float((effort @ gap) / (total * (count - 1)))


def rate_variances(
    found: Floats, effort: Floats, stratum: Whole, strata: int, form: Form = "R2"
) -> tuple[Floats, tuple[int, ...]]:
    """The variance of found / effort in each of the `strata`, and which of them had to borrow it.

    `found`, `effort`, `stratum` (samples,). A stratum with one sample has no variance of its own: it borrows
    the overdispersion (variance of what was found over its mean) of the others, weighted by their degrees of
    freedom; without others it is NaN. Source: Buckland et al. 2001, section 3.6.2.
    """
    variances, borrowing = np.full(strata, np.nan), []
    dispersion = freedom = 0.0
    for k in range(strata):
        here = stratum == k
        variances[k] = rate_variance(found[here], effort[here], form)
        total, count = float(found[here].sum()), int(here.sum())
        if count > 1 and total > 0:
            dispersion += (count - 1) * variances[k] * float(effort[here].sum()) ** 2 / total
            freedom += count - 1
    for k in range(strata):
        here = stratum == k
        if here.sum() == 1 and found[here].sum() == 0:
            variances[k] = 0.0
        elif here.sum() == 1 and freedom:
            variances[k] = dispersion / freedom * float(found[here].sum()) / float(effort[here].sum()) ** 2
            borrowing.append(k)
    return variances, tuple(borrowing)


def resampled_rates(
    found: Floats, effort: Floats, stratum: Whole, strata: int, resamples: int, random: np.random.Generator
) -> Floats:
    """Rates (resamples, strata) of samples drawn again within their strata; NaN in strata of one sample."""
    rates = np.full((resamples, strata), np.nan)
    for k in range(strata):
        here = np.flatnonzero(stratum == k)
        if len(here) > 1:
            drawn = here[random.integers(0, len(here), (resamples, len(here)))]
            rates[:, k] = found[drawn].sum(axis=1) / effort[drawn].sum(axis=1)
        elif not found[here].any():
            rates[:, k] = 0.0
    return rates
