"""Surveys drawn anew from a fit: its density, its detection, its effort."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from amur.science.capture.data import Booleans, Captures, Floats, Integers, Session, Survey
from amur.science.capture.derived import mean_density
from amur.science.capture.detection import SQUARE_METRES
from amur.science.capture.fitting import Fit
from amur.science.capture.likelihood import SessionState
from amur.science.capture.model import AXES, Model

UNKNOWN = ("k", "K")
Columns = tuple[Integers, Integers, Integers, Integers]
"""Individuals, occasions, detectors, counts."""


def simulate_fit(found: Fit, random: np.random.Generator) -> Survey:
    """A survey with the detectors and mask of the fit's, its density and its detection.

    Raises ValueError for what cannot be simulated.
    """
    check_simulated(found.survey, found.model)
    states = [found.likelihood.state(found.beta, number) for number in range(len(found.survey.sessions))]
    return Survey(tuple(_simulated(state, random) for state in states))


def check_simulated(survey: Survey, model: Model) -> None:
    """Raise ValueError for what cannot be simulated: covariates of individuals, what others did at a site."""
    if survey.searched:
        raise ValueError("searches of areas cannot be simulated")
    for name in model.detection_variables:
        if name in UNKNOWN or any(name in session.captures.covariates for session in survey.sessions):
            raise ValueError(
                f"a model with {name} cannot be simulated: the covariate of those not seen is unknown"
            )


def _simulated(state: SessionState, random: np.random.Generator) -> Session:
    expected = state.session.mask.cell_area * mean_density(state)
    if state.model.distribution == "binomial" and not state.model.conditional:
        total = round(float(expected.sum()))
        cells = random.choice(len(expected), size=total, p=expected / expected.sum())
    else:
        cells = np.repeat(np.arange(len(expected)), random.poisson(expected))
    classes = random.choice(state.class_shares.size, size=cells.size, p=state.class_shares)
    away = _distances(state, cells, random)
    columns = detections(state, away, classes, random)
    seen, individual = np.unique(columns[0], return_inverse=True)
    covariates: dict[str, Any] = {}
    if state.model.mixture_covariate:
        shown = random.random(seen.size) < (state.layout.known >= 0).mean()
        covariates[state.model.mixture_covariate] = np.where(
            shown, np.array(state.designs.levels)[classes[seen]], ""
        )
    ids = tuple(str(i + 1) for i in range(seen.size))
    captures = Captures(individual, columns[1], columns[2], columns[3], ids, covariates)
    return replace(state.session, captures=captures)


def detections(state: SessionState, away: Floats, classes: Integers, random: np.random.Generator) -> Columns:
    """The detections of animals of these classes (n,) at distances (n, J) from the detectors."""
    if state.model.learned or state.model.trials or _varies(state):
        return _by_occasions(state, away, classes, random)
    return _by_events(state, away, classes, random)


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


def _varies(state: SessionState) -> bool:
    """Whether detection differs among occasions otherwise than by effort."""
    designs = [state.designs.by_parameter[name] for name in state.model.detection_parameters]
    return any(design.matrices[state.number].shape[1] > 1 for design in designs)


def _distances(state: SessionState, cells: Integers, random: np.random.Generator) -> Floats:
    """The distances (animals, J) of detectors from centres somewhere in cells of the mask."""
    session = state.session
    if session.distances is not None:
        return np.asarray(session.distances[:, cells].T)
    half = 0.5 * np.sqrt(session.mask.cell_area * SQUARE_METRES)
    centres = session.mask.points[cells] + random.uniform(-half, half, (cells.size, 2))
    east, north = (session.detectors.positions[None] - centres[:, None]).transpose(2, 0, 1)
    return np.asarray(np.hypot(east, north))


def _hazards(state: SessionState, away: Floats, values: list[Floats]) -> Floats:
    """Hazards for a unit of effort."""
    function = state.model.detection_function
    value = function.at(away, *values)  # type: ignore[arg-type]
    return np.asarray(-np.log1p(-value) if function.probability else value)


def _by_events(state: SessionState, away: Floats, classes: Integers, random: np.random.Generator) -> Columns:
    """The detections where nothing but effort differs among occasions.

    Each detector meets each animal a Poisson number of times, spread over occasions by effort: a count counts
    them, a binary detector asks for one, and of those of an occasion any may be the trap's.
    """
    detectors = state.session.detectors
    met = np.zeros(away.shape)
    for kind in range(state.class_shares.size):
        values = [table[0, :, 0] for table in _tables(state, kind)]
        met[classes == kind] = _hazards(state, away[classes == kind], values) * detectors.effort.sum(axis=1)
    events = random.poisson(met)
    animal, detector = (np.repeat(each, events[events > 0]) for each in np.nonzero(events))
    ends = np.cumsum(detectors.effort, axis=1)[detector]
    occasion = (random.random(detector.size)[:, None] * ends[:, -1:] >= ends).sum(axis=1)
    if detectors.kind in ("multi", "single"):
        order = random.permutation(animal.size)
        _, first = np.unique(np.stack([animal, occasion])[:, order], axis=1, return_index=True)
        kept = order[first]
        return animal[kept], occasion[kept], detector[kept], np.ones_like(kept)
    cells, counts = np.unique(np.stack([animal, occasion, detector]), axis=1, return_counts=True)
    if detectors.kind == "proximity":
        counts = np.ones_like(counts)
    return cells[0], cells[1], cells[2], counts


def _by_occasions(
    state: SessionState, away: Floats, classes: Integers, random: np.random.Generator
) -> Columns:
    """The detections, animal by animal and occasion by occasion."""
    tables = [_tables(state, kind) for kind in range(state.class_shares.size)]
    nothing: Integers = np.zeros(0, dtype=np.int64)
    found = [(nothing, nothing, nothing, nothing)]
    for animal, (distances, kind) in enumerate(zip(away, classes.tolist(), strict=True)):
        s, j, counts = _detections(state, distances, tables[kind], random)
        found.append((np.full(s.size, animal), s, j, counts))
    individual, occasion, detector, counts = (np.concatenate(column) for column in zip(*found, strict=True))
    return individual, occasion, detector, counts


def _detections(
    state: SessionState, away: Floats, tables: list[Floats], random: np.random.Generator
) -> tuple[Integers, Integers, Integers]:
    """Occasions, detectors and counts of an animal at distances (J,)."""
    model = state.model
    hazards = _hazards(state, away[:, None], tables) * state.session.detectors.effort.T[:, :, None]
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
