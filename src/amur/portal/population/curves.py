"""The detection curve of a fit with its band: the chance to be detected at a distance, per unit of effort."""

from typing import Any, Final

import numpy as np

from amur.science.capture import Fit
from amur.science.capture.derived import jacobian
from amur.science.capture.real import Z, real_estimates

POINTS: Final = 41
REACH: Final = 3.5
"""Sigma up to which a curve is drawn."""
MOST_CURVES: Final = 4
SQUARE_METRES: Final = 1e4


def of(found: Fit) -> list[dict[str, Any]]:
    """For each level of the parameters of detection: distances in metres, chances, and their 95 % band.

    The band comes from the logarithm of the hazard by the delta method.
    """
    levels = _levels(found)[:MOST_CURVES]
    sigmas = [row.estimate for row in found.real if row.parameter == "sigma"]
    away = np.linspace(0.0, REACH * max(sigmas), POINTS)

    def logarithms(beta: Any) -> Any:
        with np.errstate(all="ignore"):
            return np.log(np.concatenate([_hazard(found, beta, level, away) for level in levels]))

    with np.errstate(all="ignore"):
        centre = logarithms(found.beta)
        slopes = jacobian(found, logarithms)
        se = np.sqrt(np.einsum("ip,pq,iq->i", slopes, found.covariance, slopes))
        ends = [-np.expm1(-np.exp(centre + z * se)) for z in (0.0, -Z, Z)]
    if not all(np.isfinite(end).all() for end in ends):
        return []
    middle, low, high = (end.reshape(len(levels), POINTS) for end in ends)
    return [
        {
            "level": level,
            "distance": [round(float(value), 1) for value in away],
            "chance": _short(middle[number]),
            "low": _short(low[number]),
            "high": _short(high[number]),
        }
        for number, level in enumerate(levels)
    ]


def _short(values: Any) -> list[float]:
    return [float(f"{value:.4g}") for value in values]


def _levels(found: Fit) -> list[str]:
    """The levels of the parameter of detection that has most of them."""
    names = found.model.detection_parameters
    tables = [[row.level for row in found.real if row.parameter == name] for name in names]
    return max(tables, key=len)


def _hazard(found: Fit, beta: Any, level: str, away: Any) -> Any:
    """The hazard of detection at distances, of the parameters at a level."""
    rows = real_estimates(found.likelihood, beta, found.covariance)
    values = []
    for name in found.model.detection_parameters:
        table = {row.level: row.estimate for row in rows if row.parameter == name}
        values.append(table.get(level, next(iter(table.values()))))
    first, sigma, *rest = values
    if found.model.by_a0:
        first *= SQUARE_METRES / (2 * np.pi * sigma**2)
    function = found.model.detection_function
    value = function.at(away, first, sigma, rest[0] if rest else 1.0)
    return -np.log1p(-value) if function.probability else value
