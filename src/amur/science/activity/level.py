"""The activity level: the share of the day for which animals are active, from when cameras see them.

It is 1 / (2π f), with f the highest density of the kernel curve: at that time all animals are taken to be
active. Source: Rowcliffe et al. (2014), Quantifying levels of animal activity using camera trap data, Methods
Ecol. Evol. 5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from amur.science.activity.intervals import Interval, intervals_of
from amur.science.activity.kernel import TURN, Floats, bandwidth_of, density_at, grid_of
from amur.science.activity.overlap import cumulative, densities, drawn

_POINTS = 513
_BATCH = 100


@dataclass(frozen=True, slots=True)
class Level:
    """The activity level (0 to 1), its standard error and percentile interval, the bandwidth."""

    estimate: float
    se: float
    interval: Interval
    bandwidth: float


def activity_level(times: Floats, adjust: float = 1.0) -> float:
    """The activity level of a sample (n,) of times in radians.

    >>> round(activity_level(np.arange(48) * TURN / 48 + 0.01), 3)
    1.0
    """
    return float(1 / (TURN * density_at(grid_of(_POINTS)[:-1], times, bandwidth_of(times) / adjust).max()))


def level_with_interval(
    times: Floats,
    random: np.random.Generator,
    count: int = 999,
    level: float = 0.95,
    progress: Callable[[float, str], None] = lambda done, stage: None,
) -> Level:
    """The activity level with its error: samples are drawn anew from the kernel density `count` times.

    >>> random = np.random.default_rng(3)
    >>> found = level_with_interval(random.vonmises(1.0, 2.0, 100), random, count=99)
    >>> bool(found.interval[0] < found.estimate < found.interval[1])
    True
    """
    sums = cumulative(times)
    values = np.empty(count)
    for start in range(0, count, _BATCH):
        progress(start / count, "resampling")
        size = min(_BATCH, count - start)
        values[start : start + size] = 1 / (
            TURN * densities(drawn(random, sums, len(times), size), 1.0).max(axis=1)
        )
    progress(1.0, "done")
    interval = intervals_of(activity_level(times), values, level).percentile
    return Level(activity_level(times), float(values.std(ddof=1)), interval, bandwidth_of(times))
