"""Years simulated from an open fit, and the parametric bootstrap: the model fitted to them again.

>>> from amur.science.capture.open.fitting import fit_open
>>> from amur.science.capture.open.simulate import six_years
>>> found = fit_open(six_years())
>>> [session.name for session in simulate_open(found, np.random.default_rng(1)).sessions]
['1', '2', '3', '4', '5', '6']
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import replace
from functools import partial

import numpy as np

from amur.science.capture.data import Captures, Floats, Integers, Session, Survey
from amur.science.capture.fitting import Progress, unwatched
from amur.science.capture.likelihood import SessionState
from amur.science.capture.open.fitting import OpenFit, fit_open
from amur.science.capture.open.simulate import Course, lives
from amur.science.capture.redraw import check_simulated, detections
from amur.science.capture.resample import Bootstrap, collected


def simulate_open(found: OpenFit, random: np.random.Generator) -> Survey:
    """Years with the detectors, mask and intervals of the fit's, its numbers, lives, moves and detection.

    Raises ValueError for what cannot be simulated: a CJS model, which has no numbers, covariates of
    individuals, and what others did at a site.
    """
    if not found.likelihood.by_numbers:
        raise ValueError("a CJS model has no numbers of animals to simulate")
    closed = found.closed
    check_simulated(found.survey, closed.model)
    states = [closed.likelihood.state(closed.beta, t) for t in range(len(found.survey.sessions))]
    mask = found.survey.sessions[0].mask
    now, intervals = found.likelihood.demography(found.beta), found.likelihood.years.intervals
    moves = np.zeros(intervals.size)
    if found.likelihood.grid is not None:
        moves = found.likelihood.values("move", found.beta).value * np.sqrt(intervals)
    expected = mask.cell_area * np.broadcast_to(states[0].density, len(mask.points))
    course = Course(expected, now.survival, now.arrived, found.model.movement, moves)
    years = zip(states, lives(mask, course, random), strict=True)
    return Survey(tuple(_met(state, centres, names, random) for state, (centres, names) in years))


def _met(state: SessionState, centres: Floats, names: Integers, random: np.random.Generator) -> Session:
    """A year in which animals live at centres (n, 2)."""
    east, north = (state.session.detectors.positions[None] - centres[:, None]).transpose(2, 0, 1)
    classes: Integers = np.zeros(len(centres), dtype=np.int64)
    animal, occasion, detector, count = detections(state, np.hypot(east, north), classes, random)
    seen, individual = np.unique(animal, return_inverse=True)
    ids = tuple(f"A{name + 1}" for name in names[seen].tolist())
    return replace(state.session, captures=Captures(individual, occasion, detector, count, ids))


def bootstrap_open(
    found: OpenFit,
    count: int,
    *,
    seed: int = 1,
    executor: Executor | None = None,
    progress: Progress = unwatched,
) -> Bootstrap:
    """Fit the model to so many surveys simulated from it, spread over an executor where there is one.

    Raises ValueError for a fit that `simulate_open` cannot simulate.
    """
    simulate_open(found, np.random.default_rng(seed))
    return collected(found, partial(_refit, found), count, seed, executor, progress)


def _refit(found: OpenFit, seed: int) -> Floats | None:
    try:
        survey = simulate_open(found, np.random.default_rng(seed))
        intervals = found.likelihood.years.intervals
        again = fit_open(survey, found.model, intervals=intervals, start=found.beta)
    except ValueError:
        # Nobody was seen.
        return None
    return again.beta if again.converged else None
