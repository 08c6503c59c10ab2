"""Winter track counts: from tracks that cross a route to density (Formozov, Malyshev, Pereleshin; ZMU).

D = (pi / 2) X / (L d): X tracks of one day that cross routes of length L, d the mean path of an animal in a
day. It holds for paths of any shape where routes lie at random to movement and every crossing is counted; a
winding path makes the variance larger, not the mean. Source: Keeping & Pelletier 2014, Animal density and
track counts, PLoS ONE 9: e96598.

>>> survey = TrackSurvey(("forest",), np.array([400.0]), np.array([0, 0, 0]), np.array([10.0, 12.0, 8.0]),
...                      np.array([6.0, 9.0, 3.0]), np.array([2.1, 3.4, 2.0, 2.9]))
>>> found = fit(survey, resamples=200)
>>> f"{found.strata[0].density.estimate:.3f} per km², {found.number.estimate:.0f} animals"
'0.362 per km², 145 animals'
>>> f"{found.daily_path_share:.0%} of the variance is that of the daily path"
'36% of the variance is that of the daily path'
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from amur.science.abundance.estimates import Estimate, log_normal
from amur.science.abundance.sampling import (
    Floats,
    Whole,
    rate_variance,
    rate_variances,
    resampled_rates,
    sums,
)

FACTOR = math.pi / 2
OFFICIAL_FACTOR = 1.57
"""What the Russian rules write for pi / 2."""
KM2_PER_1000_HA = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class TrackSurvey:
    """The tracks of one species: S strata (groups of habitats) and R routes.

    `names`, `areas` (S,) in km²; `stratum` (R,) the number of each route's stratum; `length` (R,) in km and
    `crossings` (R,) of all tracks of one day. A route that was counted on several days has the sums of both.
    `daily_paths` (n,) are lengths in km of whole paths of a day; `animal` (n,) tells whose they are, by
    default each of another animal. In place of paths there may be `coefficient`, the K = 1.57 / d of a table.
    Raises ValueError naming the row that cannot be right.
    """

    names: tuple[str, ...]
    areas: Floats
    stratum: Whole
    length: Floats
    crossings: Floats
    daily_paths: Floats
    animal: Whole | None = None
    coefficient: float | None = None

    def __post_init__(self) -> None:
        routes = len(self.stratum)
        if not routes or self.length.shape != (routes,) or self.crossings.shape != (routes,):
            raise ValueError("stratum, length and crossings need one value for each route")
        if self.areas.shape != (len(self.names),) or not (self.areas > 0).all():
            raise ValueError("every stratum needs an area above 0 km²")
        for what, wrong in (
            ("length is not above 0", ~(self.length > 0)),
            ("crossings are below 0 or unknown", ~(self.crossings >= 0)),
            ("stratum is not there", (self.stratum < 0) | (self.stratum >= len(self.names))),
        ):
            if wrong.any():
                raise ValueError(f"route {int(wrong.argmax()) + 1}: its {what}")
        empty = sorted(set(range(len(self.names))) - set(self.stratum.tolist()))
        if empty:
            raise ValueError(f"stratum {self.names[empty[0]]!r} has no route")
        if self.coefficient is None and (not len(self.daily_paths) or not (self.daily_paths > 0).all()):
            raise ValueError("daily paths need at least one length, all above 0 km")
        if self.coefficient is not None and not self.coefficient > 0:
            raise ValueError(f"the coefficient is {self.coefficient}, expected a number above 0")

    @property
    def whose(self) -> Whole:
        """The animal of each daily path, as numbers from 0."""
        if self.animal is None:
            return np.arange(len(self.daily_paths))
        return np.unique(self.animal, return_inverse=True)[1].ravel()


@dataclass(frozen=True, slots=True)
class Stratum:
    """What came out in a stratum.

    `per_10_km` are crossings per 10 km of route (the A of the rules); `density` per km² and `number` have
    log-normal intervals by the delta method. `borrowed`: one route only, with the variance of the others.
    """

    name: str
    area: float
    routes: int
    length: float
    crossings: float
    per_10_km: float
    density: Estimate
    number: Estimate
    borrowed: bool


@dataclass(frozen=True, slots=True)
class Official:
    """A line of the form of the rules: A crossings per 10 km, K = 1.57 / d, A K animals per 1000 ha."""

    name: str
    area_1000_ha: float
    per_10_km: float
    coefficient: float
    density_per_1000_ha: float
    number: float


@dataclass(frozen=True, slots=True)
class TracksFit:
    """Density and numbers, by stratum and in all.

    `bootstrap` is the number with the percentile interval of the two-level bootstrap, NaN where routes cannot
    be drawn again. `daily_path_share` of the variance of `number` comes from the daily path.
    """

    daily_path: Estimate
    strata: tuple[Stratum, ...]
    density: Estimate
    number: Estimate
    bootstrap: Estimate
    daily_path_share: float
    official: tuple[Official, ...]

    @property
    def official_number(self) -> float:
        """The number by the form of the rules, summed over groups of habitats."""
        return sum(row.number for row in self.official)


def fit(survey: TrackSurvey, *, resamples: int = 2000, seed: int = 1) -> TracksFit:
    """Density and numbers from the tracks of a species.

    The delta method: cv²(D) = cv²(X / L) + cv²(d). Strata share the daily path, so its part stays whole in
    the sum; where its variance is unknown (a `coefficient`, or paths of one animal) the intervals are those
    of the routes alone. `resamples` draws of routes within strata and of animals with their daily paths make
    the bootstrap.
    """
    path = _daily_path(survey)
    path_part = path.cv**2 if path.se > 0 else 0.0
    lengths, found = (_sums(survey, values) for values in (survey.length, survey.crossings))
    rates = found / lengths
    between = rate_variances(survey.crossings, survey.length, survey.stratum, len(survey.names))
    coefficient = survey.coefficient or OFFICIAL_FACTOR / path.estimate
    strata, official = [], []
    for k, (name, area) in enumerate(zip(survey.names, survey.areas.tolist(), strict=True)):
        rate = float(rates[k])
        cv = math.sqrt(float(between.variance[k]) / rate**2 + path_part) if rate > 0 else math.nan
        density = log_normal(FACTOR * rate / path.estimate, cv)
        strata.append(
            Stratum(
                name, area, int((survey.stratum == k).sum()), float(lengths[k]), float(found[k]), 10 * rate,
                density, density.times(area), k in between.borrowed,
            )
        )  # fmt: skip
        thousands, by_rules = area / KM2_PER_1000_HA, 10 * rate * coefficient
        official.append(Official(name, thousands, 10 * rate, coefficient, by_rules, by_rules * thousands))
    scale = FACTOR / path.estimate * survey.areas
    number = float(scale @ rates)
    whole = float(scale**2 @ between.variance) + number**2 * path_part
    total = log_normal(number, math.sqrt(whole) / number if number else math.nan)
    return TracksFit(
        path,
        tuple(strata),
        total.times(1 / float(survey.areas.sum())),
        total,
        _bootstrap(survey, number, resamples, np.random.default_rng(seed)),
        number**2 * path_part / whole if number and path.se > 0 else math.nan,
        tuple(official),
    )


def _sums(survey: TrackSurvey, values: Floats) -> Floats:
    return sums(values, survey.stratum, len(survey.names))


def _daily_path(survey: TrackSurvey) -> Estimate:
    """The mean daily path in km; paths of one animal hang together, animals are independent."""
    if survey.coefficient is not None:
        return Estimate(OFFICIAL_FACTOR / survey.coefficient, math.nan, math.nan, math.nan)
    paths, days = _by_animal(survey)
    mean = float(survey.daily_paths.mean())
    return log_normal(mean, math.sqrt(rate_variance(paths, days)) / mean)


def _by_animal(survey: TrackSurvey) -> tuple[Floats, Floats]:
    """The summed paths and the number of days of each animal."""
    whose = survey.whose
    days, animals = np.ones(len(whose)), int(whose.max()) + 1
    return sums(survey.daily_paths, whose, animals), sums(days, whose, animals)


def _bootstrap(survey: TrackSurvey, number: float, resamples: int, random: np.random.Generator) -> Estimate:
    rates = resampled_rates(
        survey.crossings, survey.length, survey.stratum, len(survey.names), resamples, random
    )
    if survey.coefficient is None:
        paths, days = _by_animal(survey)
        one = np.zeros(len(paths), dtype=np.int64)
        means = resampled_rates(paths, days, one, 1, resamples, random)
    else:
        means = np.full((resamples, 1), OFFICIAL_FACTOR / survey.coefficient)
    drawn = FACTOR * (rates / means) @ survey.areas
    if resamples < 2 or not np.isfinite(drawn).all() or not number:
        return Estimate(number, math.nan, math.nan, math.nan)
    lower, upper = np.quantile(drawn, [0.025, 0.975])
    return Estimate(number, float(drawn.std(ddof=1)), float(lower), float(upper))
