"""Surveys simulated from a fit: parametric bootstrap, and whether the model could have made the data.

>>> from amur.science.capture.examples import camera_survey
>>> from amur.science.capture.fitting import fit
>>> found = fit(camera_survey())
>>> [row.statistic for row in goodness_of_fit(found, 20)][:2]
['animals seen', 'detections']
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from amur.science.capture.data import Floats, Integers, Survey
from amur.science.capture.fitting import Fit, Progress, fit, unwatched
from amur.science.capture.redraw import simulate_fit
from amur.science.capture.twice import repeated

if TYPE_CHECKING:
    from amur.science.capture.open import OpenFit


@dataclass(frozen=True, slots=True)
class Goodness:
    """A statistic of the data against that of surveys the model makes.

    `low` and `high` hold 95 % of the simulated ones; `p` is twice the smaller tail, the data counted in
    (Davison & Hinkley 1997, Bootstrap Methods and their Application, 4.2.3), 1 at most.
    """

    statistic: str
    observed: float
    simulated: float
    low: float
    high: float
    p: float


@dataclass(frozen=True, slots=True, eq=False)
class Bootstrap:
    """Fits to simulated surveys: coefficients (fits, p) of those that converged, and how many did not."""

    labels: tuple[str, ...]
    betas: Floats
    failed: int


def spread(work: Callable[[int], Any], seeds: Iterable[int], executor: Executor | None) -> Iterable[Any]:
    """What work gives for each seed, in order, from the processes of an executor where there is one."""
    return map(work, seeds) if executor is None else executor.map(work, seeds, chunksize=8)


def bootstrap(
    found: Fit, count: int, *, seed: int = 1, executor: Executor | None = None, progress: Progress = unwatched
) -> Bootstrap:
    """Fit the model to so many surveys simulated from it, spread over an executor where there is one."""
    return collected(found, partial(_refit, found), count, seed, executor, progress)


def collected(
    found: Fit | OpenFit,
    refit: Callable[[int], Floats | None],
    count: int,
    seed: int,
    executor: Executor | None,
    progress: Progress,
) -> Bootstrap:
    """The coefficients that so many refits give, each from its seed; None is one that failed."""
    betas = []
    for number, beta in enumerate(spread(refit, range(seed, seed + count), executor)):
        progress((number + 1) / count, "bootstrap")
        if beta is not None:
            betas.append(beta)
    kept = np.array(betas).reshape(len(betas), len(found.beta))
    return Bootstrap(found.labels, kept, count - len(betas))


def _refit(found: Fit, seed: int) -> Floats | None:
    try:
        again = fit(simulate_fit(found, np.random.default_rng(seed)), found.model, start=found.beta, starts=1)
    except ValueError:
        # Nobody was seen, or the animals seen have one class only.
        return None
    return again.beta if again.converged else None


def goodness_of_fit(
    found: Fit,
    count: int = 200,
    *,
    seed: int = 1,
    executor: Executor | None = None,
    progress: Progress = unwatched,
) -> tuple[Goodness, ...]:
    """Compare statistics of the data with those of so many surveys simulated from the fit.

    The dispersion over detectors shows differences of places that the model does not know, that over animals
    differences of animals. Ghosts hardly show, as a lower detection explains them: compare with a fit that
    asks two detections. Raises ValueError for what cannot be simulated.
    """
    observed = _statistics(_counted(found, found.survey))
    simulated = []
    for number, values in enumerate(spread(partial(_one, found), range(seed, seed + count), executor)):
        progress((number + 1) / count, "simulation")
        simulated.append(list(values.values()))
    table = np.array(simulated, dtype=float)
    rows = []
    for k, (name, value) in enumerate(observed.items()):
        column = table[:, k]
        tails = ((column <= value).sum(), (column >= value).sum())
        low, high = np.quantile(column, (0.025, 0.975))
        p = min(1.0, 2 * float(min(tails) + 1) / (count + 1))
        rows.append(Goodness(name, value, float(column.mean()), float(low), float(high), p))
    return tuple(rows)


def _one(found: Fit, seed: int) -> dict[str, float]:
    return _statistics(_counted(found, simulate_fit(found, np.random.default_rng(seed))))


def _counted(found: Fit, survey: Survey) -> Survey:
    """The animals of a survey that count in the fit."""
    if found.model.least_detections == 1:
        return survey
    return Survey(tuple(repeated(session) for session in survey.sessions))


def _statistics(survey: Survey) -> dict[str, float]:
    seen, places, at_detectors = [], [], []
    for session in survey.sessions:
        captures = session.captures
        seen.append(np.bincount(captures.individual, captures.count, captures.animals))
        pairs = np.unique(np.stack([captures.individual, captures.detector]), axis=1)
        places.append(np.bincount(pairs[0], minlength=captures.animals))
        at_detectors.append(np.bincount(captures.detector, captures.count, session.detectors.count))
    detections, detectors = np.concatenate(seen), np.concatenate(places)
    counts = np.concatenate(at_detectors)
    animals = max(detections.size, 1)
    return {
        "animals seen": float(detections.size),
        "detections": float(detections.sum()),
        "share of animals seen once": float((detections == 1).sum() / animals),
        "detectors for each animal": float(detectors.sum() / animals),
        "dispersion of detections over animals": _dispersion(detections),
        "dispersion of detections over detectors": _dispersion(counts),
    }


def _dispersion(counts: Integers) -> float:
    """Variance over mean."""
    return float(counts.var() / counts.mean()) if counts.any() else 0.0
