"""What follows from an open fit by year: density, numbers, survival, growth, recruits, with intervals.

Intervals are those of the logs (of survival, of its odds), by the delta method. In a Jolly-Seber model the
number of a year is that which the process expects: the first year's density times the growth since. In a CJS
model there are no numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from amur.science.capture.data import Floats
from amur.science.capture.likelihood import values_of
from amur.science.capture.model import Link
from amur.science.capture.open.fitting import OpenFit
from amur.science.capture.real import Estimate, back

STEP = 1e-4
UNTOUCHED = 1e-8
Row = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Yearly:
    """A year: its number of animals seen, density per hectare, number in the mask.

    For the time to the next year (None after the last one): `survival`, `growth` and `recruits` over the
    interval as it is long.
    """

    name: str
    seen: int
    density: Estimate | None
    number: Estimate | None
    survival: Estimate | None
    growth: Estimate | None
    recruits: Estimate | None


def yearly(fit: OpenFit) -> tuple[Yearly, ...]:
    """The years of a fit."""
    sessions = fit.survey.sessions
    area, count = sessions[0].mask.area, len(sessions)
    survival = _estimated(fit, lambda beta: _odds(fit.likelihood.demography(beta).survival), "logit")
    numbers: list[Row] = []
    growth: list[Row] = []
    recruits: list[Row] = []
    if fit.likelihood.by_numbers:
        numbers, growth, recruits = (
            _estimated(fit, partial(_logs, fit, name)) for name in ("number", "growth", "arrived")
        )
    densities = [(row[0] / area, row[1] / area, row[2] / area, row[3] / area) for row in numbers]
    return tuple(
        Yearly(
            sessions[t].name,
            sessions[t].captures.animals,
            _named("D", densities, t),
            _named("N", numbers, t),
            _named("survival", survival, t),
            _named("growth", growth, t),
            _named("recruits", recruits[1:], t),
        )
        for t in range(count)
    )


def _odds(share: Floats) -> Floats:
    return np.asarray(np.log(share) - np.log1p(-share))


def _logs(fit: OpenFit, name: str, beta: Floats) -> Floats:
    """The logs of growth, or of numbers of animals in the mask."""
    values = getattr(fit.likelihood.demography(beta), name)
    return np.asarray(np.log(values) + (0.0 if name == "growth" else np.log(_expected(fit, beta))))


def total_growth(fit: OpenFit) -> Estimate | None:
    """The geometric mean of growth for a unit of time from the first year to the last; None without one."""
    intervals = fit.likelihood.years.intervals
    if not fit.likelihood.by_numbers or not intervals.size:
        return None

    def logs(beta: Floats) -> Floats:
        return np.asarray(np.log(fit.likelihood.demography(beta).number[-1:]) / intervals.sum())

    return _named("growth", _estimated(fit, logs), 0)


def _expected(fit: OpenFit, beta: Floats) -> float:
    """The expected number in the mask in the first year."""
    designs = fit.likelihood.closed.designs
    matrix = designs.by_parameter["D"].matrices[0]
    density = values_of(matrix @ beta[designs.slices["D"]], fit.likelihood.closed.model.link("D")).value
    mask = fit.survey.sessions[0].mask
    return float(mask.cell_area * np.broadcast_to(density, len(mask.points)).sum())


def _estimated(fit: OpenFit, evaluate: Callable[[Floats], Floats], link: Link = "log") -> list[Row]:
    """Estimates with limits of quantities that a function of the coefficients gives on a link."""
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = evaluate(fit.beta)
        slopes = np.zeros((middle.size, fit.beta.size))
        for k in range(fit.beta.size):
            away = np.zeros(fit.beta.size)
            away[k] = STEP
            slopes[:, k] = (evaluate(fit.beta + away) - evaluate(fit.beta - away)) / (2 * STEP)
        rows = []
        for value, slope in zip(middle.tolist(), slopes, strict=True):
            used = ~(np.abs(slope) < UNTOUCHED)
            variance = slope[used] @ fit.covariance[np.ix_(used, used)] @ slope[used]
            rows.append(back(value, float(np.sqrt(variance)), link))
    return rows


def _named(name: str, rows: Sequence[Row], t: int) -> Estimate | None:
    return Estimate(name, "", *rows[t]) if t < len(rows) else None
