"""What one session asks of the kernels: its rows, totals, terms and histories, and where parameters enter.

Built once for a fit. Detectors with the same parameters on all occasions are one row, animals with the same
exposure share a total, animals with the same history are one history. Learned responses only change what an
animal was exposed to, so they give more totals; removed animals have totals that end with their removal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from amur.science.capture.builder import Builder, constant_of
from amur.science.capture.data import Floats, Integers, Session
from amur.science.capture.kernels import LOG, LOG_EXPM1, Histories
from amur.science.capture.model import Designs, Model
from amur.science.capture.twice import Odds, odds_of, register_occasions


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
    `odds` are there where two detections are asked.
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
    odds: Odds | None


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
    if model.least_detections == 2:
        register_occasions(builder, (groups, builder.classes))
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
    # Places of detections in searched areas have terms and no effort.
    rows = np.unique(np.concatenate([row_key, np.array([key[0] for key in terms], dtype=np.int64)]))
    scales = np.unique(np.concatenate([scale_key, np.array([key[1] for key in terms], dtype=np.int64)]))
    row, scale = np.searchsorted(rows, row_key), np.searchsorted(scales, scale_key)
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
        constant=constant_of(builder),
        collapsed=builder.collapsed,
        odds=odds_of(builder, rows, scales, naive) if builder.model.least_detections == 2 else None,
    )


def _compressed(
    lists: list[list[tuple[int, float]]], renumbered: Integers | None
) -> tuple[Integers, Integers, Floats]:
    start = np.cumsum([0] + [len(part) for part in lists])
    numbers = np.array([number for part in lists for number, _ in part], dtype=np.int64)
    times = np.array([count for part in lists for _, count in part], dtype=float)
    return start, numbers if renumbered is None or not numbers.size else renumbered[numbers], times
