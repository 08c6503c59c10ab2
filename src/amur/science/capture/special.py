"""The few special functions the likelihood needs, without the time it takes to load a library of them."""

from __future__ import annotations

from collections.abc import Callable
from math import lgamma, log

import numpy as np

from amur.science.capture.data import Floats, Values


def log_factorials(values: Values) -> Floats:
    """The logs of x! for each x > -1, whole or not.

    >>> log_factorials(np.array([0.0, 4.0])).round(6).tolist()
    [0.0, 3.178054]
    """
    return np.array([lgamma(value + 1) for value in np.asarray(values, dtype=float).ravel()])


def digamma(x: float) -> float:
    """The derivative of log gamma for x > 0, by its asymptotic series.

    >>> round(digamma(1.0), 10)
    -0.5772156649
    """
    below = 0.0
    while x < 10:
        below -= 1 / x
        x += 1
    s = 1 / x**2
    series = s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s * (1 / 132 - s * (691 / 32760))))))
    return below + log(x) - 0.5 / x - series


def root(function: Callable[[float], float], low: float, high: float, tolerance: float) -> float:
    """Where a function that is negative at `low` and positive at `high` is within `tolerance` of 0.

    By the regula falsi with the Illinois rule.

    >>> round(root(lambda x: x**3 - 8, 0.0, 5.0, 1e-9), 6)
    2.0
    """
    low_value, high_value = function(low), function(high)
    middle, side = low, 0
    for _ in range(100):
        middle = low - low_value * (high - low) / (high_value - low_value)
        value = function(middle)
        if abs(value) < tolerance:
            break
        if value < 0:
            low, low_value = middle, value
            high_value = high_value / 2 if side < 0 else high_value
            side = -1
        else:
            high, high_value = middle, value
            low_value = low_value / 2 if side > 0 else low_value
            side = 1
    return middle
