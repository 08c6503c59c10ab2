"""What one session asks of the kernels: its rows, totals, terms and histories, and where parameters enter.

Built once for a fit. Detectors with the same parameters on all occasions are one row, animals with the same
exposure share a total, animals with the same history are one history. Learned responses only change what an
animal was exposed to, so they give more totals; removed animals have totals that end with their removal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from amur.science.capture.data import Floats, Integers, Session
from amur.science.capture.kernels import LOG, LOG_EXPM1, Histories
from amur.science.capture.model import AXES, Designs, Model


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Effort that enters totals: `effort` times scale `scale` of row `row` is added to total `total`."""

    total: Integers
    row: Integers
    scale: Integers
    effort: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """One session, ready for the kernels.

    `detector` (R,) and `parameters` (R, 3) of the rows: numbers of the values of intercept, sigma and z.
    `scales` (K, 2): numbers of the values of intercept and sigma that make each scale. Terms: `start`
    (R + 1,), `kind`, `term_scale`, `term_effort` (U,). `naive` (groups, classes) are the totals of never
    being detected, `history_of` (n, classes) the history of each animal in each class, `known` (n,) its
    class or -1. `constant` is what does not depend on parameters; `collapsed` says whether occasions are.
    """

    detector: Integers
    parameters: Integers
    scales: Integers
    entries: Entries
    totals: int
    start: Integers
    kind: Integers
    term_scale: Integers
    term_effort: Floats
    histories: Histories
    naive: Integers
    history_of: Integers
    known: Integers
    group: Integers
    constant: float
    collapsed: bool


class Index:
    """Numbers of parameter values by group, occasion, detector, class and learned state."""

    def __init__(self, model: Model, designs: Designs, session: int) -> None:
        names = model.detection_parameters
        shapes = [designs.by_parameter[name].matrices[session].shape[:AXES] for name in names]
        self.varies = any(shape[1] > 1 for shape in shapes)
        self.sizes = [int(np.prod(shape)) for shape in shapes] + [1] * (3 - len(shapes))
        self.steps = [_steps(shape) for shape in shapes] + [(0,) * AXES] * (3 - len(shapes))
        self.hazard = not model.detection_function.probability
        self.by_a0 = model.by_a0

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
        of_scale = a * self.sizes[1] + (sigma if self.by_a0 else 0)
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
        self.index = Index(model, designs, number)
        self.kind = "multi" if session.detectors.kind == "single" else session.detectors.kind
        removed = session.captures.removed
        self.removed = np.full(session.captures.animals, -1) if removed is None else removed
        self.collapsed = (
            self.kind in ("proximity", "count")
            and not model.keep_occasions
            and not model.learned
            and not self.index.varies
            and bool((self.removed < 0).all())
        )
        self.group = designs.groups[number]
        self.classes = max(1, len(designs.levels))
        self.known = _known(session, model, designs.levels)
        trials = model.trials if self.kind == "count" and model.trials > 1 else 1
        self.effort = session.detectors.effort.T * float(trials)
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


def _known(session: Session, model: Model, levels: tuple[str, ...]) -> Integers:
    if not levels or not model.mixture_covariate:
        return np.full(session.captures.animals, -1, dtype=np.int64)
    values = [str(value) for value in session.captures.covariates[model.mixture_covariate]]
    return np.array([levels.index(value) if value in levels else -1 for value in values], dtype=np.int64)


def layout_of(session: Session, model: Model, designs: Designs, number: int) -> Layout:
    """Lay out a session, the `number`-th of the survey, for a model."""
    builder = Builder(session, model, designs, number)
    every = np.ones(session.detectors.occasions, dtype=np.int64)
    untaught = np.zeros((session.detectors.occasions, 1), dtype=np.int64)
    groups = int(builder.group.max(initial=0)) + 1
    naive = np.array(
        [[builder.total(g, c, untaught, every) for c in range(builder.classes)] for g in range(groups)]
    )
    animals = session.captures.animals
    history_of = np.full((animals, builder.classes), -1, dtype=np.int64)
    seen: dict[tuple[object, ...], int] = {}
    terms: dict[tuple[int, int, float], int] = {}
    found: list[tuple[int, list[tuple[int, float]], list[tuple[int, float]]]] = []
    for animal in range(animals):
        state, included = builder.learned(animal), builder.included(animal)
        for c in range(builder.classes):
            if builder.known[animal] in (-1, c):
                history = _history(builder, animal, c, state, included, terms)
                key = (history[0], tuple(sorted(history[1])), tuple(sorted(history[2])))
                if key not in seen:
                    seen[key] = len(found)
                    found.append(history)
                history_of[animal, c] = seen[key]
    return _assembled(builder, naive, history_of, terms, found)


def _history(
    builder: Builder,
    animal: int,
    c: int,
    state: Integers,
    included: Integers,
    terms: dict[tuple[int, int, float], int],
) -> tuple[int, list[tuple[int, float]], list[tuple[int, float]]]:
    """Exposure, terms with their numbers of detections, occasions of multi-catch with theirs."""
    group = int(builder.group[animal])
    exposure = builder.total(group, c, state, included)
    rows = np.flatnonzero(builder.detections.individual == animal)
    s, j = builder.detections.occasion[rows], builder.detections.detector[rows]
    states = np.broadcast_to(state, builder.effort.shape)[s, j]
    row, scale = builder.index.keys(group, s, j, c, states)
    effort = _term_effort(builder, s, j)
    times: dict[int, float] = {}
    for key, count in zip(
        zip(row.tolist(), scale.tolist(), effort.tolist(), strict=True),
        builder.detections.count[rows].tolist(),
        strict=True,
    ):
        number = terms.setdefault(key, len(terms))
        times[number] = times.get(number, 0.0) + count
    occasions: dict[int, float] = {}
    if builder.kind == "multi":
        for occasion in s.tolist():
            alone = np.zeros_like(included)
            alone[occasion] = 1
            number = builder.total(group, c, state, alone)
            occasions[number] = occasions.get(number, 0.0) + 1.0
    return exposure, list(times.items()), list(occasions.items())


def _term_effort(builder: Builder, s: Integers, j: Integers) -> Floats:
    effort = builder.session.detectors.effort
    poisson = builder.kind == "count" and builder.model.trials == 0
    if builder.collapsed:
        return effort.sum(axis=1)[j] if poisson else np.ones(j.size)
    if builder.kind == "count" and builder.model.trials == 1:
        return np.ones(j.size)
    return effort[j, s]


def _assembled(
    builder: Builder,
    naive: Integers,
    history_of: Integers,
    terms: Mapping[tuple[int, int, float], int],
    found: list[tuple[int, list[tuple[int, float]], list[tuple[int, float]]]],
) -> Layout:
    parts = builder.parts
    total = np.concatenate([np.full(row.size, number) for number, row, _, _ in parts])
    row_key = np.concatenate([row for _, row, _, _ in parts])
    scale_key = np.concatenate([scale for _, _, scale, _ in parts])
    effort: Floats = np.concatenate([amount for _, _, _, amount in parts])
    rows, row = np.unique(row_key, return_inverse=True)
    scales, scale = np.unique(scale_key, return_inverse=True)
    # The same row and scale on several occasions is one entry.
    entry, place = np.unique(np.stack([total, row, scale]), axis=1, return_inverse=True)
    entries = Entries(
        entry[0], entry[1], entry[2], np.bincount(place.ravel(), effort, entry.shape[1]).astype(float)
    )
    term_keys = list(terms)
    term_row = np.searchsorted(rows, np.array([key[0] for key in term_keys], dtype=np.int64))
    order = np.argsort(term_row, kind="stable")
    renumbered = np.empty_like(order)
    renumbered[order] = np.arange(order.size)
    kind = (
        LOG
        if builder.kind == "multi" or (builder.kind == "count" and not builder.model.trials)
        else LOG_EXPM1
    )
    detector, parameters = builder.index.row(rows)
    return Layout(
        detector=detector,
        parameters=parameters,
        scales=builder.index.scale(scales),
        entries=entries,
        totals=len(builder.totals),
        start=np.searchsorted(term_row[order], np.arange(rows.size + 1)),
        kind=np.full(order.size, kind),
        term_scale=np.searchsorted(scales, np.array([term_keys[u][1] for u in order], dtype=np.int64)),
        term_effort=np.array([term_keys[u][2] for u in order], dtype=float),
        histories=Histories(
            np.array([exposure for exposure, _, _ in found], dtype=np.int64),
            *_compressed([of_terms for _, of_terms, _ in found], renumbered),
            *_compressed([occasions for _, _, occasions in found], None),
        ),
        naive=naive,
        history_of=history_of,
        known=builder.known,
        group=builder.group,
        constant=_constant(builder),
        collapsed=builder.collapsed,
    )


def _compressed(
    lists: list[list[tuple[int, float]]], renumbered: Integers | None
) -> tuple[Integers, Integers, Floats]:
    start = np.cumsum([0] + [len(part) for part in lists])
    numbers = np.array([number for part in lists for number, _ in part], dtype=np.int64)
    times = np.array([count for part in lists for _, count in part], dtype=float)
    return start, numbers if renumbered is None or not numbers.size else renumbered[numbers], times


def _constant(builder: Builder) -> float:
    """Coefficients of binomials and factorials of counts, and the number of orders of identical histories."""
    found, model = builder.detections, builder.model
    constant = 0.0
    if builder.kind == "count" and not model.trials:
        constant -= gammaln(found.count + 1.0).sum()
    elif builder.kind == "count" or builder.collapsed:
        trials = builder.effort.sum(axis=0)[found.detector]
        if not builder.collapsed:
            trials = builder.effort[found.occasion, found.detector]
            if model.trials > 1:
                trials = np.full(found.count.size, float(model.trials))
        rest = trials - found.count
        constant += (gammaln(trials + 1) - gammaln(found.count + 1.0) - gammaln(rest + 1)).sum()
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
    return float(constant - gammaln(np.array(list(histories.values()), dtype=float) + 1).sum())
