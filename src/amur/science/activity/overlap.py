"""The overlap of two daily activity patterns: the area under both curves, from 0 to 1.

Estimators Δ̂1, Δ̂4 and Δ̂5 of Ridout & Linkie (2009), J. Agric. Biol. Environ. Stat. 14, as the R package
overlap computes them: Δ̂1 for samples of fewer than about 75 records in the smaller one, Δ̂4 above that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ive

from amur.science.activity.intervals import Intervals, intervals_of
from amur.science.activity.kernel import (
    MOMENTS,
    TURN,
    Floats,
    bandwidth_from,
    bandwidth_of,
    checked,
    concentration_table,
    density_at,
    grid_of,
)

Estimator = Literal["Dhat1", "Dhat4", "Dhat5"]
Progress = Callable[[float, str], None]
ADJUST: dict[Estimator, float] = {"Dhat1": 0.8, "Dhat4": 1.0, "Dhat5": 4.0}
"""By what the bandwidth is divided: more is smoother."""
GRID = 128
SMALL = 75
_RESAMPLED = 512
_BATCH = 1000
_NODES = 128
_MANY = 4096
"""Samples of more than so many records are drawn as counts at once."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """An estimate of overlap, its bootstrap values and the intervals that follow from them."""

    estimator: Estimator
    estimate: float
    resampled: Floats
    intervals: Intervals
    logit_intervals: Intervals


def overlap_true(first: Floats, second: Floats) -> float:
    """The overlap of two densities (m,) at the same equidistant points of a day, midnight once or twice.

    >>> grid = grid_of(128)
    >>> flat, one_hump = np.full(128, 1 / TURN), (1 + np.cos(grid)) / TURN
    >>> round(overlap_true(flat, one_hump), 4), round(1 - 1 / np.pi, 4)
    (0.6817, 0.6817)
    """
    parts = []
    for each in (first, second):
        whole = each[1:] if np.isclose(each[0], each[-1]) and len(each) > 1 else each
        parts.append(whole / whole.sum())
    return float(np.minimum(*parts).sum())


def overlap_of(first: Floats, second: Floats, estimator: Estimator, adjust: float | None = None) -> float:
    """An estimate of the overlap of two samples (n,) and (m,) of times in radians.

    Raises ValueError for samples without two different times.

    >>> dawn, noon = np.array([1.2, 1.5, 1.6, 1.9]), np.array([2.9, 3.1, 3.3, 3.6])
    >>> overlap_of(dawn, dawn, "Dhat4"), round(overlap_of(dawn, noon, "Dhat1"), 3)
    (1.0, 0.002)
    """
    share = ADJUST[estimator] if adjust is None else adjust
    first, second = checked(first), checked(second)
    wide = [bandwidth_of(times) / share for times in (first, second)]
    if estimator == "Dhat1":
        grid = grid_of(GRID)
        return overlap_true(density_at(grid, first, wide[0]), density_at(grid, second, wide[1]))
    everything = np.concatenate([first, second])
    if len(everything) > 1.1 * GRID:
        # As in R: many records are looked up on the curves, which are drawn once.
        grid = grid_of(GRID)
        curves = [density_at(grid, times, each) for times, each in zip((first, second), wide, strict=True)]
        f, g = (np.interp(everything % TURN, grid, curve) for curve in curves)
    else:
        f, g = (
            density_at(everything, times, each) for times, each in zip((first, second), wide, strict=True)
        )
    n = len(first)
    if estimator == "Dhat4":
        shares = np.minimum(1, g[:n] / f[:n]).mean() + np.minimum(1, f[n:] / g[n:]).mean()
        return float(shares / 2)
    return float((g[:n] > f[:n]).mean() + (f[n:] >= g[n:]).mean())


def usual_estimator(first: int, second: int) -> Estimator:
    """The estimator for samples of so many records.

    >>> usual_estimator(40, 300), usual_estimator(201, 273)
    ('Dhat1', 'Dhat4')
    """
    return "Dhat1" if min(first, second) < SMALL else "Dhat4"


def overlap_with_intervals(
    first: Floats,
    second: Floats,
    random: np.random.Generator,
    estimator: Estimator | None = None,
    count: int = 10_000,
    level: float = 0.95,
    progress: Progress = lambda done, stage: None,
) -> Overlap:
    """Overlap with bootstrap intervals: both samples are drawn `count` times from their kernel densities.

    >>> random = np.random.default_rng(1)
    >>> dawn, noon = random.vonmises(1, 3, 90), random.vonmises(2, 3, 90)
    >>> found = overlap_with_intervals(dawn, noon, random, count=400)
    >>> low, high = found.intervals.basic0
    >>> bool(low < found.estimate < high)
    True
    """
    kind = estimator or usual_estimator(len(first), len(second))
    estimate = overlap_of(first, second, kind)
    parts = []
    sums = [cumulative(times) for times in (first, second)]
    for start in range(0, count, _BATCH):
        progress(start / count, "resampling")
        size = min(_BATCH, count - start)
        ours = drawn(random, sums[0], len(first), size)
        theirs = drawn(random, sums[1], len(second), size)
        parts.append(_overlaps(ours, theirs, kind))
    progress(1.0, "done")
    values = np.concatenate(parts)
    return Overlap(
        kind,
        estimate,
        values,
        intervals_of(estimate, values, level),
        intervals_of(estimate, values, level, logit=True),
    )


def cumulative(times: Floats) -> Floats:
    """The cumulative shares of the points of a day after midnight in a kernel density."""
    density = density_at(grid_of(_RESAMPLED)[1:], times, bandwidth_of(times))
    sums: Floats = np.cumsum(density) / density.sum()
    return sums


def drawn(random: np.random.Generator, sums: Floats, count: int, size: int) -> Floats:
    """How often each point of a day (size, points) is drawn in samples of one size."""
    points = len(sums)
    if count > _MANY:
        shares = np.diff(sums, prepend=0.0) / sums[-1]
        many: Floats = random.multinomial(count, shares / shares.sum(), size).astype(float)
        return many
    places = np.searchsorted(sums, random.random((size, count)) * sums[-1], side="right")
    places += np.arange(size)[:, None] * points
    counts: Floats = np.bincount(places.ravel(), minlength=size * points).reshape(size, points).astype(float)
    return counts


def _overlaps(first: Floats, second: Floats, kind: Estimator) -> Floats:
    """The overlap (size,) of pairs of samples, given as counts at points of a day (size, points)."""
    f, g = (densities(counts, ADJUST[kind]) for counts in (first, second))
    if kind == "Dhat1":
        found: Floats = np.minimum(f / f.sum(1, keepdims=True), g / g.sum(1, keepdims=True)).sum(1)
        return found
    n, m = first.sum(1), second.sum(1)
    if kind == "Dhat4":
        shares = (first * np.minimum(1, g / f)).sum(1) / n + (second * np.minimum(1, f / g)).sum(1) / m
        half: Floats = shares / 2
        return half
    both: Floats = (first * (g > f)).sum(1) / n + (second * (f >= g)).sum(1) / m
    return both


_TABLE: list[tuple[Floats, Floats]] = []


def densities(counts: Floats, adjust: float) -> Floats:
    """Kernel densities (size, points) of samples by Fourier series; that of a von Mises kernel is I_k / I_0.

    Bandwidths follow the rule for each sample.
    """
    if not _TABLE:
        _TABLE.append(concentration_table())
    kappas, ratios = _TABLE[0]
    size = counts.sum(axis=1)
    spectrum = np.fft.rfft(counts, axis=1) / size[:, None]
    moments = np.abs(spectrum[:, 1 : MOMENTS + 1])
    found = [np.interp(moments[:, k], ratios[k], kappas) for k in range(MOMENTS)]
    bandwidth = bandwidth_from(np.max(found, axis=0), int(size[0])) / adjust
    last = min(len(spectrum.T), int(8 * np.sqrt(bandwidth.max())) + 8)
    damped = np.zeros_like(spectrum)
    orders = np.arange(last)
    damped[:, :last] = spectrum[:, :last] * _damping(bandwidth, orders)
    density: Floats = np.fft.irfft(damped, n=len(counts.T), axis=1) * (len(counts.T) / TURN)
    return np.maximum(density, 1e-300)


def _damping(bandwidth: Floats, orders: NDArray[np.int64]) -> Floats:
    """I_k / I_0 (size, orders) of bandwidths (size,), interpolated between so many of them."""
    nodes = np.geomspace(bandwidth.min() * 0.999, bandwidth.max() * 1.001, _NODES)
    ratios = ive(orders, nodes[:, None]) / ive(0, nodes)[:, None]
    place = np.log(bandwidth / nodes[0]) / np.log(nodes[1] / nodes[0])
    below = np.minimum(place.astype(np.int64), _NODES - 2)
    part = (place - below)[:, None]
    found: Floats = ratios[below] * (1 - part) + ratios[below + 1] * part
    return found
