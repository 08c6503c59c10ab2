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
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from amur.science.capture.data import Booleans, Captures, Floats, Integers, Session, Survey
from amur.science.capture.derived import mean_density
from amur.science.capture.detection import SQUARE_METRES
from amur.science.capture.fitting import Fit, Progress, fit, unwatched
from amur.science.capture.likelihood import SessionState
from amur.science.capture.model import AXES

UNKNOWN = ("k", "K")


@dataclass(frozen=True, slots=True)
class Goodness:
    """A statistic of the data against that of surveys the model makes.

    `low` and `high` hold 95 % of the simulated ones; `p` is twice the smaller tail, 1 at most.
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


def simulate_fit(found: Fit, random: np.random.Generator) -> Survey:
    """A survey with the detectors and mask of the fit's, its density and its detection.

    Raises ValueError for what cannot be simulated: covariates of individuals, and what others did at a site.
    """
    if found.survey.searched:
        raise ValueError("searches of areas cannot be simulated")
    for name in found.model.detection_variables:
        if name in UNKNOWN or any(name in session.captures.covariates for session in found.survey.sessions):
            raise ValueError(
                f"a model with {name} cannot be simulated: the covariate of those not seen is unknown"
            )
    states = [found.likelihood.state(found.beta, number) for number in range(len(found.survey.sessions))]
    return Survey(tuple(_simulated(state, random) for state in states))


def _simulated(state: SessionState, random: np.random.Generator) -> Session:
    session, mask = state.session, state.session.mask
    expected = mask.cell_area * mean_density(state)
    if state.model.distribution == "binomial" and not state.model.conditional:
        total = round(float(expected.sum()))
        cells = random.choice(len(expected), size=total, p=expected / expected.sum())
    else:
        cells = np.repeat(np.arange(len(expected)), random.poisson(expected))
    classes = random.choice(state.class_shares.size, size=cells.size, p=state.class_shares)
    tables = [_tables(state, kind) for kind in range(state.class_shares.size)]
    rows: list[tuple[Integers, ...]] = []
    levels: list[str] = []
    for cell, kind in zip(cells, classes, strict=True):
        found = _detections(state, int(cell), tables[kind], random)
        if found[0].size:
            rows.append((np.full(found[0].size, len(levels)), *found))
            levels.append(state.designs.levels[kind] if state.designs.levels else "")
    columns = (
        [np.concatenate(column) for column in zip(*rows, strict=True)] if rows else [np.zeros(0, int)] * 4
    )
    covariates: dict[str, Any] = {}
    if state.model.mixture_covariate:
        known = float((state.layout.known >= 0).mean())
        shown = random.random(len(levels)) < known
        covariates = {state.model.mixture_covariate: np.where(shown, levels, "")}
    ids = tuple(str(i + 1) for i in range(len(levels)))
    return replace(
        session, captures=Captures(columns[0], columns[1], columns[2], columns[3], ids, covariates)
    )


def _tables(state: SessionState, kind: int) -> list[Floats]:
    """The values (S, J, 2) of intercept, sigma and z in a class, without and with the learned response."""
    detectors = state.session.detectors
    tables = []
    for name in state.model.detection_parameters:
        shape = state.designs.by_parameter[name].matrices[state.number].shape[:AXES]
        values = state.values[name].value.reshape(shape)[0]
        values = values[:, :, min(kind, shape[3] - 1), :]
        tables.append(np.broadcast_to(values, (detectors.occasions, detectors.count, 2)))
    if len(tables) < 3:
        tables.append(np.ones_like(tables[0]))
    if state.model.by_a0:
        tables[0] = tables[0] * SQUARE_METRES / (2 * np.pi * tables[1] ** 2)
    return tables


def _detections(
    state: SessionState, cell: int, tables: list[Floats], random: np.random.Generator
) -> tuple[Integers, Integers, Integers]:
    """Occasions, detectors and counts of an animal whose centre is in a cell."""
    session, model = state.session, state.model
    if session.distances is not None:
        away = session.distances[:, cell]
    else:
        half = 0.5 * np.sqrt(session.mask.cell_area * SQUARE_METRES)
        centre = session.mask.points[cell] + random.uniform(-half, half, 2)
        away = np.hypot(*(session.detectors.positions - centre).T)
    function = model.detection_function
    value = function.at(away[:, None], *tables)  # type: ignore[arg-type]
    hazards = (-np.log1p(-value) if function.probability else value) * session.detectors.effort.T[:, :, None]
    if not model.learned:
        return _found(_drawn(state, hazards[:, :, 0], random))
    counts: Integers = np.zeros(hazards.shape[:2], dtype=np.int64)
    learned: Integers = np.zeros(hazards.shape[1], dtype=np.int64)
    for s in range(len(hazards)):
        counts[s] = _drawn(state, hazards[s : s + 1, np.arange(learned.size), learned], random)[0]
        learned = _after(model.learned, learned, counts[s] > 0)
    return _found(counts)


def _found(counts: Integers) -> tuple[Integers, Integers, Integers]:
    occasions, detectors = np.nonzero(counts)
    return occasions, detectors, counts[occasions, detectors]


def _drawn(state: SessionState, hazards: Floats, random: np.random.Generator) -> Integers:
    """Counts for hazards (occasions, J)."""
    kind, trials = state.session.detectors.kind, state.model.trials
    if kind == "count" and trials == 0:
        return random.poisson(hazards).astype(np.int64)
    if kind == "count" and trials > 1:
        return random.binomial(trials, -np.expm1(-hazards)).astype(np.int64)
    if kind not in ("multi", "single"):
        return (random.random(hazards.shape) < -np.expm1(-hazards)).astype(np.int64)
    counts: Integers = np.zeros(hazards.shape, dtype=np.int64)
    totals = hazards.sum(axis=1)
    for s in np.flatnonzero(random.random(totals.size) < -np.expm1(-totals)):
        counts[s, random.choice(hazards.shape[1], p=hazards[s] / totals[s])] = 1
    return counts


def _after(name: str, learned: Integers, caught: Booleans) -> Integers:
    """The learned state at each detector after an occasion."""
    if name == "b":
        return np.maximum(learned, int(caught.any()))
    if name == "B":
        return np.full_like(learned, int(caught.any()))
    if name == "bk":
        return np.maximum(learned, caught.astype(np.int64))
    return np.asarray(caught, dtype=np.int64) if name == "Bk" else learned


def _spread(work: Callable[[int], Any], seeds: Iterable[int], executor: Executor | None) -> Iterable[Any]:
    return map(work, seeds) if executor is None else executor.map(work, seeds)


def bootstrap(
    found: Fit, count: int, *, seed: int = 1, executor: Executor | None = None, progress: Progress = unwatched
) -> Bootstrap:
    """Fit the model to so many surveys simulated from it, spread over an executor where there is one."""
    betas = []
    for number, beta in enumerate(_spread(partial(_refit, found), range(seed, seed + count), executor)):
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
    asks two detections.
    """
    observed = _statistics(found.survey)
    simulated = []
    for number, values in enumerate(_spread(partial(_one, found), range(seed, seed + count), executor)):
        progress((number + 1) / count, "simulation")
        simulated.append(list(values.values()))
    table = np.array(simulated, dtype=float)
    rows = []
    for k, (name, value) in enumerate(observed.items()):
        column = table[:, k]
        tails = ((column <= value).mean(), (column >= value).mean())
        low, high = np.quantile(column, (0.025, 0.975))
        p = min(1.0, 2 * float(min(tails)))
        rows.append(Goodness(name, value, float(column.mean()), float(low), float(high), p))
    return tuple(rows)


def _one(found: Fit, seed: int) -> dict[str, float]:
    return _statistics(simulate_fit(found, np.random.default_rng(seed)))


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
