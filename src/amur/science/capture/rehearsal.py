"""A survey rehearsed: simulated with a known truth and fitted, many times, to see what it would tell.

>>> from amur.science.capture.examples import grid, mask_around
>>> cameras = grid(5, 2000.0, occasions=10)
>>> mask = mask_around(cameras, 8000.0, 2000.0)
>>> outcome = summary(rehearse(cameras, mask, Truth(0.002, 0.08, 2000.0), 5), 0.002)
>>> outcome.fitted, outcome.failed
(5, 0)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from math import sqrt

import numpy as np

from amur.science.capture.data import Detectors, Mask, Session, Survey
from amur.science.capture.fitting import Progress, fit, unwatched
from amur.science.capture.model import Model
from amur.science.capture.simulate import Truth, simulate_session


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one simulated survey gave: numbers as in `planning.Expected`, density per hectare with interval.

    The estimate is NaN where nothing could be fitted.
    """

    seed: int
    animals: int
    detections: int
    spatial_recaptures: int
    density: float
    se: float
    lower: float
    upper: float

    @property
    def fitted(self) -> bool:
        """Whether there is an estimate with its standard error."""
        return bool(np.isfinite(self.se) and np.isfinite(self.density))


@dataclass(frozen=True, slots=True)
class Performance:
    """What so many simulated surveys tell about a design.

    `bias` and `rse` are the mean error and the standard deviation of the estimates as shares of the truth,
    `estimated_rse` the mean of the relative standard errors that the fits say, `coverage` the share of 95 %
    intervals that hold the truth. `bias_error` and `coverage_error` are Monte-Carlo standard errors.
    Means are over the surveys that could be fitted; numbers of animals over all.
    """

    fitted: int
    failed: int
    animals: float
    detections: float
    spatial_recaptures: float
    bias: float
    bias_error: float
    rse: float
    estimated_rse: float
    coverage: float
    coverage_error: float


def rehearse(
    detectors: Detectors,
    mask: Mask,
    truth: Truth,
    count: int,
    *,
    seed: int = 1,
    executor: Executor | None = None,
    progress: Progress = unwatched,
) -> tuple[Outcome, ...]:
    """Simulate and fit so many surveys with seeds from `seed` on, spread over an executor where there is one.

    Density of the fitted model is constant, or follows the truth's where that is a surface. `progress` hears
    of every survey; raising there cancels.
    """
    work = partial(_one, detectors, mask, truth)
    seeds = range(seed, seed + count)
    found: Iterable[Outcome] = map(work, seeds) if executor is None else executor.map(work, seeds)
    outcomes = []
    for number, outcome in enumerate(found, start=1):
        outcomes.append(outcome)
        progress(number / count, "simulation")
    return tuple(outcomes)


def survey_of(detectors: Detectors, mask: Mask, truth: Truth, seed: int) -> Session:
    """The simulated session of a seed. Raises ValueError where nobody was detected."""
    return simulate_session("1", detectors, mask, truth, np.random.default_rng(seed))


def _one(detectors: Detectors, mask: Mask, truth: Truth, seed: int) -> Outcome:
    try:
        session = survey_of(detectors, mask, truth, seed)
    except ValueError:
        return Outcome(seed, 0, 0, 0, np.nan, np.nan, np.nan, np.nan)
    captures = session.captures
    pairs = np.unique(np.stack([captures.individual, captures.detector]), axis=1).shape[1]
    numbers = (seed, captures.animals, int(captures.count.sum()), pairs - captures.animals)
    surface = np.ndim(truth.density) > 0
    if surface:
        logs = np.log(np.maximum(truth.density, 1e-12))
        session = Session("1", detectors, captures, Mask(mask.points, mask.cell_area, {"truth": logs}))
    try:
        model = Model.of("D~truth" if surface else "D~1", function=truth.function)
        found = fit(Survey((session,)), model)
    except ValueError:
        return Outcome(*numbers, np.nan, np.nan, np.nan, np.nan)
    if not found.converged:
        return Outcome(*numbers, np.nan, np.nan, np.nan, np.nan)
    density = found.real[0]
    return Outcome(*numbers, density.estimate, density.se, density.lower, density.upper)


def summary(outcomes: Sequence[Outcome], density: float) -> Performance:
    """Outcomes against the true `density` per hectare. Raises ValueError where there are none."""
    if not outcomes:
        raise ValueError("there are no outcomes")
    kept = [outcome for outcome in outcomes if outcome.fitted]
    means = [
        float(np.mean([getattr(outcome, name) for outcome in outcomes]))
        for name in ("animals", "detections", "spatial_recaptures")
    ]
    failed = len(outcomes) - len(kept)
    if not kept:
        return Performance(0, failed, *means, *[np.nan] * 6)
    errors = np.array([outcome.density / density - 1 for outcome in kept])
    spread = float(errors.std(ddof=1)) if len(kept) > 1 else np.nan
    held = float(np.mean([outcome.lower < density < outcome.upper for outcome in kept]))
    return Performance(
        fitted=len(kept),
        failed=failed,
        animals=means[0],
        detections=means[1],
        spatial_recaptures=means[2],
        bias=float(errors.mean()),
        bias_error=spread / sqrt(len(kept)),
        rse=spread,
        estimated_rse=float(np.mean([outcome.se / outcome.density for outcome in kept])),
        coverage=held,
        coverage_error=sqrt(held * (1 - held) / len(kept)),
    )
