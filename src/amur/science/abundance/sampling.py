"""Variance between samples (routes, lines, points, cameras): what was found per effort, and resampling."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """The variance of found / effort by stratum (S,), its degrees of freedom (S,), and who borrowed it."""

    variance: Floats
    freedom: Floats
    borrowed: tuple[int, ...]


def sums(values: Floats, group: Whole, groups: int) -> Floats:
    """The sum (groups,) of values (n,) in each group."""
    return np.asarray(np.bincount(group, values, minlength=groups), dtype=np.float64)


def rate_variances(found: Floats, effort: Floats, stratum: Whole, strata: int, form: Form = "R2") -> Between:
    """The variance of found / effort in each of the `strata`; `found`, `effort`, `stratum` (samples,).

    A stratum with one sample has no variance of its own: it borrows the overdispersion (variance of what was
    found over its mean) of the others, weighted by their degrees of freedom; without others it is NaN.
    Source: Buckland et al. 2001, section 3.6.2.

    >>> each = rate_variances(np.array([4.0, 8.0, 6.0]), np.ones(3), np.array([0, 0, 1]), 2)
    >>> each.variance.tolist(), each.borrowed
    ([4.0, 8.0], (1,))
    """
    samples = np.bincount(stratum, minlength=strata)
    total, whole = sums(found, stratum, strata), sums(effort, stratum, strata)
    variance = np.array(
        [rate_variance(found[stratum == k], effort[stratum == k], form) for k in range(strata)]
    )
    own = (samples > 1) & (total > 0)
    pooled = float((samples[own] - 1).sum())
    variance[(samples == 1) & (total == 0)] = 0.0
    single = (samples == 1) & (total > 0)
    if pooled:
        each = (samples - 1) * variance * whole**2 / np.where(total > 0, total, 1)
        variance[single] = (each[own].sum() / pooled * total / whole**2)[single]
    freedom = np.where(single, max(pooled, 1.0), np.maximum(samples - 1, 1))
    return Between(variance, freedom, tuple(np.flatnonzero(single).tolist()) if pooled else ())


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
