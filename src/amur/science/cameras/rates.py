"""Relative abundance index and naive occupancy, with bootstrap intervals over stations.

The index is 100 events per trap day (camtraptor); it follows detectability as much as abundance and is no
density. Naive occupancy is the share of stations with a detection; it is too low where animals are missed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rate:
    """An estimate and its interval of bootstrap percentiles; NaN for the limits of one station alone."""

    estimate: float
    lower: float
    upper: float
    stations: int


def abundance_index(
    events: NDArray[np.int64],
    days: Floats,
    random: np.random.Generator,
    level: float = 0.95,
    count: int = 2000,
) -> Rate:
    """Events (stations,) per 100 trap days (stations,), with stations drawn anew `count` times.

    Raises ValueError for shapes that differ, negative values, and no effort at all.

    >>> found = abundance_index(np.array([2, 0, 4]), np.array([30.0, 30.0, 40.0]), np.random.default_rng(1))
    >>> found.estimate
    6.0
    """
    _check(events, days)
    if not days.sum() > 0:
        raise ValueError("the stations have no effort")
    drawn = random.integers(0, len(days), (count, len(days)))
    effort = days[drawn].sum(axis=1)
    values = 100 * events[drawn].sum(axis=1)[effort > 0] / effort[effort > 0]
    return _rate(float(100 * events.sum() / days.sum()), values, level, len(days))


def naive_occupancy(
    events: NDArray[np.int64],
    days: Floats,
    random: np.random.Generator,
    level: float = 0.95,
    count: int = 2000,
) -> Rate:
    """The share of stations with at least one event (stations,), of those with effort.

    >>> days = np.array([30.0, 30.0, 40.0, 0.0])
    >>> found = naive_occupancy(np.array([2, 0, 4, 0]), days, np.random.default_rng(1))
    >>> round(found.estimate, 4), found.stations
    (0.6667, 3)
    """
    _check(events, days)
    seen = events[days > 0] > 0
    if not len(seen):
        raise ValueError("the stations have no effort")
    values = seen[random.integers(0, len(seen), (count, len(seen)))].mean(axis=1)
    return _rate(float(seen.mean()), values, level, len(seen))


def _check(events: NDArray[np.int64], days: Floats) -> None:
    if events.shape != days.shape or events.ndim != 1:
        raise ValueError(f"events have shape {events.shape}, days {days.shape}, expected one (stations,)")
    wrong = (events < 0) | ~(days >= 0) | ((events > 0) & (days == 0))
    if wrong.any():
        k = int(wrong.argmax())
        raise ValueError(f"station {k + 1}: {events[k]} events in {days[k]} days")


def _rate(estimate: float, values: Floats, level: float, stations: int) -> Rate:
    if stations < 2:
        return Rate(estimate, float("nan"), float("nan"), stations)
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2]).tolist()
    return Rate(estimate, low, high, stations)
