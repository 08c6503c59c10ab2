"""The random encounter model: density from how often cameras meet animals that cannot be told apart.

D = (y / t) pi / (v r (2 + theta)): y encounters in t camera days, v the day range in km per day, r the radius
in km and theta the angle in radians of the zone in which a camera detects. Source: Rowcliffe et al. 2008,
Estimating animal density using camera traps without the need for individual recognition, J. Appl. Ecol. 45.

>>> zone = Zone(Estimate(7.8937874, 0.9, 0, 0), Estimate(4.65524, 0.2, 0, 0), Estimate(44.9831275, 2.0, 0, 0))
>>> stations = Stations(np.array([12.0, 0.0, 30.0]), np.array([34.0, 31.0, 36.833]))
>>> found = fit(stations, zone, resamples=100)
>>> f"{found.rate.estimate:.4f} a day, {found.density.estimate:.2f} per km²"
'0.4124 a day, 12.66 per km²'
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from amur.science.abundance.estimates import Estimate, log_normal, root_of_squares
from amur.science.abundance.sampling import Floats, rate_variance, resampled_rates


@dataclass(frozen=True, slots=True, eq=False)
class Stations:
    """Cameras placed at random: `encounters` (n,) in `days` (n,) of their work.

    Raises ValueError naming the station that cannot be right.
    """

    encounters: Floats
    days: Floats

    def __post_init__(self) -> None:
        if not len(self.days) or self.encounters.shape != self.days.shape:
            raise ValueError("encounters and days need one value for each station")
        for what, wrong in (
            ("days are not above 0", ~(self.days > 0)),
            ("encounters are below 0 or unknown", ~(self.encounters >= 0)),
        ):
            if wrong.any():
                raise ValueError(f"station {int(wrong.argmax()) + 1}: its {what}")


@dataclass(frozen=True, slots=True)
class Zone:
    """What turns encounters into density: `day_range` in km per day, `radius` in metres, `angle` in degrees.

    Only their `estimate` and `se` are used. Raises ValueError where a figure cannot be of that unit.
    """

    day_range: Estimate
    radius: Estimate
    angle: Estimate

    def __post_init__(self) -> None:
        for name, figure, most, unit in (
            ("day range", self.day_range, 200, "km per day"),
            ("radius", self.radius, 100, "metres"),
            ("angle", self.angle, 360, "degrees"),
        ):
            if not 0 < figure.estimate <= most:
                raise ValueError(
                    f"the {name} is {figure.estimate:g} {unit}, expected above 0 and up to {most}"
                )
            if not figure.se >= 0:
                raise ValueError(f"the {name} needs a standard error of 0 or more")


@dataclass(frozen=True, slots=True)
class EncounterFit:
    """Density per km² with its log-normal interval.

    `rate` is encounters per camera day; `parts` the share of the variance of density by what it comes from;
    `bootstrap` the density with the percentile interval of stations drawn again (with the other figures
    drawn from normal distributions), NaN of one station.
    """

    rate: Estimate
    density: Estimate
    bootstrap: Estimate
    parts: dict[str, float]


def fit(stations: Stations, zone: Zone, *, resamples: int = 2000, seed: int = 1) -> EncounterFit:
    """Density from encounters.

    cv²(D) is the sum of the squared cv of rate, day range, radius, and of se(theta) / (2 + theta).
    """
    rate = float(stations.encounters.sum() / stations.days.sum())
    rate_cv = math.sqrt(rate_variance(stations.encounters, stations.days)) / rate if rate else math.nan
    angle, angle_se = math.radians(zone.angle.estimate), math.radians(zone.angle.se)
    parts = {
        "rate": rate_cv,
        "day_range": zone.day_range.cv,
        "radius": zone.radius.cv,
        "angle": angle_se / (2 + angle),
    }
    cv = root_of_squares(parts.values())
    found = density(rate, zone.day_range.estimate, zone.radius.estimate, zone.angle.estimate)
    shares = {name: part**2 / cv**2 if cv else math.nan for name, part in parts.items()}
    random = np.random.default_rng(seed)
    return EncounterFit(
        log_normal(rate, rate_cv),
        log_normal(found, cv),
        _bootstrap(stations, zone, found, resamples, random),
        shares,
    )


def density(rate: float, day_range: float, radius: float, angle: float) -> float:
    """Animals per km² from encounters per camera day, km per day, metres and degrees.

    >>> round(density(0.4124492, 7.8937874, 4.65524, 44.9831275), 5)
    12.66052
    """
    return rate * math.pi / (day_range * radius / 1000 * (2 + math.radians(angle)))


def _bootstrap(
    stations: Stations, zone: Zone, found: float, resamples: int, random: np.random.Generator
) -> Estimate:
    one = np.zeros(len(stations.days), dtype=np.int64)
    rates = resampled_rates(stations.encounters, stations.days, one, 1, resamples, random)[:, 0]

    def drawn(figure: Estimate) -> Floats:
        values = random.normal(figure.estimate, figure.se, resamples)
        return np.asarray(np.maximum(values, figure.estimate / 100))

    angle = np.radians(drawn(zone.angle))
    values = rates * math.pi / (drawn(zone.day_range) * drawn(zone.radius) / 1000 * (2 + angle))
    if resamples < 2 or not np.isfinite(values).all() or not found:
        return Estimate(found, math.nan, math.nan, math.nan)
    lower, upper = np.quantile(values, [0.025, 0.975])
    return Estimate(found, float(values.std(ddof=1)), float(lower), float(upper))
