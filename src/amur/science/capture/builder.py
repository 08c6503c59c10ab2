"""Gathers what a session asks of the kernels: keys of rows and scales, totals, states of animals.

`layout.py` puts it together. A key is one number that stands for a detector with its parameter values.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from amur.science.capture.data import POLYGON, Floats, Integers, Session
from amur.science.capture.model import AXES, Designs, Model
from amur.science.capture.special import log_factorials


class Index:
    """Numbers of parameter values by group, occasion, detector, class and learned state."""

    def __init__(self, model: Model, designs: Designs, session: int, searched: bool) -> None:
        names = model.detection_parameters
        shapes = [designs.by_parameter[name].matrices[session].shape[:AXES] for name in names]
        self.varies = any(shape[1] > 1 for shape in shapes)
        self.sizes = [int(np.prod(shape)) for shape in shapes] + [1] * (3 - len(shapes))
        self.steps = [_steps(shape) for shape in shapes] + [(0,) * AXES] * (3 - len(shapes))
        self.hazard = not model.detection_function.probability
        # Both are hazards over an area, which sigma spreads out.
        self.with_sigma = model.by_a0 or searched

    def keys(
        self, group: int, s: Integers, j: Integers, kind: int, state: Integers
    ) -> tuple[Integers, Integers]:
        """Keys of the row and the scale for occasions, detectors and states."""
        where = (group, s, j, kind, state)
        numbers = [np.zeros(1, dtype=np.int64) for _ in self.steps]
        for k, steps in enumerate(self.steps):
            for step, at in zip(steps, where, strict=True):
                numbers[k] = numbers[k] + step * np.asarray(at)
        a, sigma, z = (np.broadcast_to(number, np.shape(j)) for number in numbers)
        of_row = np.zeros_like(a) if self.hazard else a
        row = ((j * self.sizes[0] + of_row) * self.sizes[1] + sigma) * self.sizes[2] + z
        of_scale = a * self.sizes[1] + (sigma if self.with_sigma else 0)
        return row, of_scale if self.hazard else np.zeros_like(a)

    def row(self, key: Integers) -> tuple[Integers, Integers]:
        """Detector and (R, 3) numbers of the parameters of rows."""
        rest, z = np.divmod(key, self.sizes[2])
        rest, sigma = np.divmod(rest, self.sizes[1])
        detector, a = np.divmod(rest, self.sizes[0])
        return detector, np.stack([a, sigma, z], axis=1)

    def scale(self, key: Integers) -> Integers:
        """(K, 2) numbers of intercept and sigma of scales."""
        return np.stack(np.divmod(key, self.sizes[1]), axis=1)


def _steps(shape: tuple[int, ...]) -> tuple[int, ...]:
    steps, step = [], 1
    for size in reversed(shape):
        steps.append(step if size > 1 else 0)
        step *= size
    return tuple(reversed(steps))


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """The detections of a session; where occasions are collapsed, all are on the first."""

    individual: Integers
    occasion: Integers
    detector: Integers
    count: Integers


def _detections(session: Session, collapsed: bool) -> Detections:
    captures = session.captures
    occasion = np.zeros_like(captures.occasion) if collapsed else captures.occasion
    keys = np.stack([captures.individual, occasion, captures.detector])
    (i, s, j), place = np.unique(keys, axis=1, return_inverse=True)
    return Detections(i, s, j, np.bincount(place.ravel(), captures.count, i.size).astype(np.int64))


class Builder:
    """Collects the totals, terms and histories of a session."""

    def __init__(self, session: Session, model: Model, designs: Designs, number: int) -> None:
        self.session, self.model = session, model
        self.index = Index(model, designs, number, session.detectors.quadrature is not None)
        self.kind = "multi" if session.detectors.kind == "single" else session.detectors.kind
        removed = session.captures.removed
        self.removed = np.full(session.captures.animals, -1) if removed is None else removed
        self.collapsed = (
            self.kind in ("proximity", "count")
            and session.detectors.quadrature is None
            and not model.keep_occasions
            and not model.learned
            and not self.index.varies
            and bool((self.removed < 0).all())
        )
        self.group = designs.groups[number]
        self.classes = max(1, len(designs.levels))
        self.known = _known(session, model, designs.levels)
        if self.kind == "count" and model.trials:
            _check_trials(session, model.trials)
        trials = model.trials if self.kind == "count" and model.trials > 1 else 1
        self.effort = session.detectors.exposure.T * float(trials)
        self.detections = _detections(session, self.collapsed)
        self.totals: dict[tuple[object, ...], int] = {}
        self.parts: list[tuple[int, Integers, Integers, Floats]] = []

    def total(self, group: int, kind: int, state: Integers, included: Integers) -> int:
        """The number of a total: the occasions included, with the learned state (S, 1) or (S, J)."""
        exposed = self.effort * included[:, None]
        states = np.broadcast_to(state, exposed.shape)
        if self.index.varies:
            key = (group, kind, exposed.tobytes(), states.tobytes())
        else:
            sums = [(exposed * (states == level)).sum(axis=0) for level in (0, 1)]
            key = (group, kind, sums[0].tobytes(), sums[1].tobytes())
        if key in self.totals:
            return self.totals[key]
        number = self.totals[key] = len(self.totals)
        if self.index.varies:
            s, j = np.nonzero(exposed)
            row, scale = self.index.keys(group, s, j, kind, states[s, j])
            self.parts.append((number, row, scale, exposed[s, j]))
        else:
            for level, amount in enumerate(sums):
                (j,) = np.nonzero(amount)
                row, scale = self.index.keys(group, np.zeros_like(j), j, kind, np.full_like(j, level))
                self.parts.append((number, row, scale, amount[j]))
        return number

    def learned(self, animal: int) -> Integers:
        """The state (S, 1) or (S, J) of an animal: whether it had met detection before."""
        occasions, count = self.session.detectors.occasions, self.session.detectors.count
        name = self.model.learned
        if not name:
            return np.zeros((occasions, 1), dtype=np.int64)
        found = self.detections.individual == animal
        caught: Integers = np.zeros((occasions, count), dtype=np.int64)
        caught[self.detections.occasion[found], self.detections.detector[found]] = 1
        if name in ("b", "B"):
            caught = np.asarray(caught.any(axis=1, keepdims=True), dtype=np.int64)
        before: Integers = np.vstack([np.zeros_like(caught[:1]), caught[:-1]])
        return np.maximum.accumulate(before, axis=0) if name in ("b", "bk") else before

    def included(self, animal: int) -> Integers:
        """The occasions (S,) on which an animal was there to be detected."""
        last = self.removed[animal]
        occasions = np.arange(self.session.detectors.occasions)
        return np.ones_like(occasions) if last < 0 else (occasions <= last).astype(np.int64)


def _check_trials(session: Session, trials: int) -> None:
    """Raise ValueError for more detections than trials on an occasion."""
    found = _detections(session, collapsed=False)
    most = session.detectors.effort[found.detector, found.occasion] if trials == 1 else float(trials)
    wrong = found.count > most
    if wrong.any():
        k = int(wrong.argmax())
        limit = np.broadcast_to(most, wrong.shape)[k]
        who = session.captures.ids[int(found.individual[k])]
        raise ValueError(
            f"individual {who!r} has {found.count[k]} detections by detector {found.detector[k] + 1} on"
            f" occasion {found.occasion[k] + 1}, more than its {limit:g} trials"
        )


def _known(session: Session, model: Model, levels: tuple[str, ...]) -> Integers:
    if not levels or not model.mixture_covariate:
        return np.full(session.captures.animals, -1, dtype=np.int64)
    values = [str(value) for value in session.captures.covariates[model.mixture_covariate]]
    return np.array([levels.index(value) if value in levels else -1 for value in values], dtype=np.int64)


def _by_area(found: Detections, polygon: Integers) -> Detections:
    """Detections by searched area in place of their places."""
    keys = np.stack([found.individual, found.occasion, polygon[found.detector]])
    (i, s, j), place = np.unique(keys, axis=1, return_inverse=True)
    return Detections(i, s, j, np.bincount(place.ravel(), found.count, i.size).astype(np.int64))


def constant_of(builder: Builder) -> float:
    """Coefficients of binomials and factorials of counts, and the number of orders of identical histories."""
    found, model = builder.detections, builder.model
    detectors = builder.session.detectors
    if detectors.quadrature is not None:
        found = _by_area(found, np.asarray(detectors.covariates[POLYGON]))
    constant = 0.0
    if builder.kind == "count" and not model.trials:
        constant -= log_factorials(found.count).sum()
    elif builder.kind == "count" or builder.collapsed:
        trials = builder.effort.sum(axis=0)[found.detector]
        if not builder.collapsed:
            trials = builder.effort[found.occasion, found.detector]
            if model.trials > 1:
                trials = np.full(found.count.size, float(model.trials))
        rest = trials - found.count
        constant += (log_factorials(trials) - log_factorials(found.count) - log_factorials(rest)).sum()
    if detectors.quadrature is not None:
        # Histories with places are all different, and secr does not count their orders.
        return float(constant - log_factorials(np.array([builder.session.captures.animals])).sum())
    histories: dict[tuple[object, ...], int] = {}
    for animal in range(builder.session.captures.animals):
        mine = found.individual == animal
        key = (
            int(builder.removed[animal]),
            *zip(
                found.occasion[mine].tolist(),
                found.detector[mine].tolist(),
                found.count[mine].tolist(),
                strict=True,
            ),
        )
        histories[key] = histories.get(key, 0) + 1
    return float(constant - log_factorials(np.array(list(histories.values()))).sum())
