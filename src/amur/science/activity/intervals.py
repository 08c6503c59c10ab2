"""Bootstrap intervals of one statistic, in five forms and their logit versions.

With t0 the estimate and b the bootstrap values: percentiles of b; `basic` 2 t0 - percentiles; `norm` a normal
distribution around 2 t0 - mean(b); `basic0` percentiles - mean(b) + t0 and `norm0` around t0 for those who
report t0 itself. Percentiles are interpolated on the normal scale. Source: Davison & Hinkley (1997),
Bootstrap Methods and their Application, chapter 5; the R packages boot and overlap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
Interval = tuple[float, float]
_EDGE = 1e-9


@dataclass(frozen=True, slots=True)
class Intervals:
    """Lower and upper limits by form; NaN where there are too few bootstrap values."""

    norm: Interval
    norm0: Interval
    basic: Interval
    basic0: Interval
    percentile: Interval


def intervals_of(estimate: float, values: Floats, level: float = 0.95, *, logit: bool = False) -> Intervals:
    """The intervals of an estimate from its bootstrap values (b,); `logit` corrects on the logit scale.

    Raises ValueError for a level outside 0 to 1.

    >>> found = intervals_of(0.4, np.linspace(0.3, 0.6, 999))
    >>> [round(limit, 4) for limit in found.percentile + found.basic]
    [0.3072, 0.5928, 0.2072, 0.4928]
    """
    if not 0 < level < 1:
        raise ValueError(f"the level is {level}, expected a number between 0 and 1")
    values = values[np.isfinite(values)]
    if logit:
        moved = intervals_of(_logit(estimate), _logit_all(values), level)
        return Intervals(
            *(_back(each) for each in (moved.norm, moved.norm0, moved.basic, moved.basic0, moved.percentile))
        )
    low, high = percentile((1 - level) / 2, values), percentile((1 + level) / 2, values)
    centre = float(values.mean()) if len(values) else np.nan
    spread = float(values.std(ddof=1)) if len(values) > 1 else np.nan
    reach = spread * float(ndtri((1 + level) / 2))
    shift = estimate - centre
    corrected = estimate + shift
    return Intervals(
        (corrected - reach, corrected + reach),
        (estimate - reach, estimate + reach),
        (2 * estimate - high, 2 * estimate - low),
        (low + shift, high + shift),
        (low, high),
    )


def percentile(share: float, values: Floats) -> float:
    """The value below which a share lies, interpolated on the normal scale; NaN where values are too few.

    >>> percentile(0.5, np.arange(1.0, 100.0)), percentile(0.025, np.arange(20.0))
    (50.0, nan)
    """
    count = len(values)
    place = (count + 1) * share
    below = int(np.floor(place))
    if not 1 <= below < count:
        return float("nan")
    ordered = np.sort(values)
    if place == below:
        return float(ordered[below - 1])
    first, last, wanted = ndtri(below / (count + 1)), ndtri((below + 1) / (count + 1)), ndtri(share)
    part = (wanted - first) / (last - first)
    return float(ordered[below - 1] + part * (ordered[below] - ordered[below - 1]))


def _logit(value: float) -> float:
    return float(_logit_all(np.array([value]))[0])


def _logit_all(values: Floats) -> Floats:
    inside = np.clip(values, _EDGE, 1 - _EDGE)
    found: Floats = np.log(inside / (1 - inside))
    return found


def _back(interval: Interval) -> Interval:
    low, high = (1 / (1 + np.exp(-np.array(interval)))).tolist()
    return low, high
