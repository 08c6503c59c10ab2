"""The chance of at least two detections, which SCR-2 asks of an animal in place of one.

Animals that a wrong identification made up are mostly seen once; leaving out all that were seen once, and
asking two detections in the likelihood too, removes most of the bias (Kodi, Howard & Borchers 2024). With B
the total hazard, the chance of exactly one detection is e^-B O, where O sums e^y - 1 over everything that may
detect once: the cells of a binary detector, the occasions of multi-catch traps; O = B for Poisson counts.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, expm1
from typing import Any

import numpy as np

from amur.science.capture.builder import Builder
from amur.science.capture.data import Booleans, Floats, Integers, Session, Survey
from amur.science.capture.kernels import (
    BLOCK,
    Rows,
    fill_exponent,
    fill_row,
    fill_totals,
    row_slopes,
)
from amur.science.capture.vectors import jit

Entry = tuple[int, int, int, float, int, float]


@dataclass(frozen=True, slots=True, eq=False)
class Odds:
    """What O is made of: `times` (E,) of each entry, for the naive total `naive` (E,).

    Entries are cells, rows with `scale` and `effort`, or whole occasions, where `total` is not -1.
    """

    naive: Integers
    row: Integers
    scale: Integers
    effort: Floats
    total: Integers
    times: Floats


def seen_twice(survey: Survey) -> Survey:
    """The survey without the individuals that were detected once. Raises ValueError where none are left."""
    sessions = tuple(repeated(session) for session in survey.sessions)
    kept = Survey(sessions)
    if kept.animals == 0:
        raise ValueError("no individual was detected twice")
    return kept


def repeated(session: Session) -> Session:
    """The session without the individuals that were detected once."""
    captures = session.captures
    return with_animals(session, np.bincount(captures.individual, captures.count, captures.animals) >= 2)


def with_animals(session: Session, kept: Booleans) -> Session:
    """The session with those individuals (n,) alone that are to be kept."""
    captures = session.captures
    rows = kept[captures.individual]
    chosen = replace(
        captures,
        individual=(np.cumsum(kept) - 1)[captures.individual[rows]],
        occasion=captures.occasion[rows],
        detector=captures.detector[rows],
        count=captures.count[rows],
        ids=tuple(one for one, keep in zip(captures.ids, kept, strict=True) if keep),
        covariates={name: np.asarray(values)[kept] for name, values in captures.covariates.items()},
        removed=None if captures.removed is None else captures.removed[kept],
    )
    return replace(session, captures=chosen)


def odds_of(builder: Builder, rows: Integers, scales: Integers, naive: Integers) -> Odds | None:
    """The entries of a session, None for Poisson counts; `rows` and `scales` are the sorted keys.

    Raises ValueError for learned responses, where one detection changes the chance of the next.
    """
    if builder.model.learned:
        raise ValueError(f"two detections asked of an animal cannot be combined with {builder.model.learned}")
    if builder.kind == "count" and not builder.model.trials:
        return None
    found: list[Entry] = []
    for number, (group, kind) in enumerate(np.ndindex(*naive.shape)):
        if builder.kind == "multi":
            found += _occasions(builder, number, group, kind)
        else:
            found += _cells(builder, number, group, kind)
    columns = list(zip(*found, strict=True))
    row, scale = np.array(columns[1], dtype=np.int64), np.array(columns[2], dtype=np.int64)
    return Odds(
        np.array(columns[0], dtype=np.int64),
        np.searchsorted(rows, row),
        np.searchsorted(scales, scale),
        np.array(columns[3], dtype=float),
        np.array(columns[4], dtype=np.int64),
        np.array(columns[5], dtype=float),
    )


def register_occasions(builder: Builder, naive_shape: tuple[int, int]) -> None:
    """Let all occasions have their totals before the layout is put together."""
    if builder.kind == "multi":
        for group, kind in np.ndindex(*naive_shape):
            _occasions(builder, 0, group, kind)


def _occasions(
    builder: Builder, number: int, group: int, kind: int
) -> list[tuple[int, int, int, float, int, float]]:
    times: dict[int, float] = {}
    untaught = np.zeros((len(builder.effort), 1), dtype=np.int64)
    for s in np.flatnonzero(builder.effort.any(axis=1)):
        alone = np.zeros(len(builder.effort), dtype=np.int64)
        alone[s] = 1
        total = builder.total(group, kind, untaught, alone)
        times[total] = times.get(total, 0.0) + 1
    return [(number, 0, 0, 0.0, total, count) for total, count in times.items()]


def _cells(
    builder: Builder, number: int, group: int, kind: int
) -> list[tuple[int, int, int, float, int, float]]:
    """Cells with the same row, scale and effort are one entry."""
    s, j = np.nonzero(builder.effort)
    row, scale = builder.index.keys(group, s, j, kind, np.zeros_like(j))
    effort, times = builder.session.detectors.effort.T[s, j], builder.effort[s, j]
    if not builder.collapsed and not (builder.kind == "count" and builder.model.trials == 1):
        # Trials of this effort; a binary detector has one on each occasion.
        times = times / effort
    else:
        effort = np.ones_like(effort)
    counted: dict[tuple[int, int, float], float] = {}
    for key, count in zip(
        zip(row.tolist(), scale.tolist(), effort.tolist(), strict=True), times.tolist(), strict=True
    ):
        counted[key] = counted.get(key, 0.0) + count
    return [(number, *key, -1, count) for key, count in counted.items()]


@jit
def fill_block(rows, a, eastings, northings, first, size, fs, gs, exponents, steeps, bits, totals):
    """All rows of a block, and the totals."""
    totals[:] = 0
    for r in range(rows.sigma.size):
        exponent, f, g, steep = exponents[r, :size], fs[r, :size], gs[r, :size], steeps[r, :, :size]
        fill_exponent(rows, r, eastings, northings, first, size, exponent, steep, bits[:size])
        fill_row(rows, r, exponent, f, g, bits[:size])
        fill_totals(a, r, f, totals)


@jit
def sum_odds(
    rows,
    a,
    eastings,
    northings,
    naive,
    row,
    scales,
    total,
    times,
    out,
    by_out,
    by_rows,
    by_a,
    by_scales,
    back,
):
    """Fills O (naive totals, M) into `out`, or, `back`, adds the derivatives of a function with those of O in
    `by_out`: to the parameters of rows, the weights of rows in totals, the logs of the scales of entries.
    """
    count = rows.sigma.size
    fs, gs, exponents = np.empty((count, BLOCK)), np.empty((count, BLOCK)), np.empty((count, BLOCK))
    by_fs, by_logs = np.empty((count, BLOCK)), np.empty((count, BLOCK))
    steeps, bits = np.empty((count, 3, BLOCK)), np.empty(BLOCK, dtype=np.int64)
    totals = np.empty((a.shape[0], BLOCK))
    for first in range(0, eastings.size, BLOCK):
        size = min(BLOCK, eastings.size - first)
        fill_block(rows, a, eastings, northings, first, size, fs, gs, exponents, steeps, bits, totals)
        by_fs[:] = 0
        by_logs[:] = 0
        for e in range(naive.size):
            r, t = row[e], total[e]
            for m in range(size):
                if not back:
                    y = totals[t, m] if t >= 0 else scales[e] * fs[r, m]
                    out[naive[e], first + m] += times[e] * expm1(y)
                elif t >= 0:
                    by_total = by_out[naive[e], first + m] * times[e] * exp(totals[t, m])
                    for k in range(count):
                        by_fs[k, m] += by_total * a[t, k]
                        by_a[t, k] += by_total * fs[k, m]
                else:
                    y = scales[e] * fs[r, m]
                    by = by_out[naive[e], first + m] * times[e] * y * exp(y)
                    by_logs[r, m] += by
                    by_scales[e] += by
        if back:
            for r in range(count):
                row_slopes(
                    rows,
                    r,
                    exponents[r, :size],
                    fs[r, :size],
                    gs[r, :size],
                    by_fs[r, :size],
                    by_logs[r, :size],
                    steeps[r, :, :size],
                    by_rows[r],
                )


NOTHING = np.zeros((1, 1))


def forward_odds(
    odds: Odds, rows: Rows, a: Floats, places: tuple[Any, Any], scales: Floats, count: int
) -> Floats:
    """O (count, M) of the naive totals."""
    out = np.zeros((count, places[0].size))
    own = odds.effort * scales[odds.scale]
    sum_odds(
        rows,
        a,
        *places,
        odds.naive,
        odds.row,
        own,
        odds.total,
        odds.times,
        out,
        NOTHING,
        NOTHING,
        NOTHING,
        NOTHING[0],
        False,
    )
    return out


def backward_odds(
    odds: Odds,
    rows: Rows,
    a: Floats,
    places: tuple[Any, Any],
    scales: Floats,
    by_odds: Floats,
    by_rows: Floats,
    by_a: Floats,
) -> Floats:
    """Adds to `by_rows` and `by_a` and gives the derivatives to the logs of the scales."""
    own = odds.effort * scales[odds.scale]
    by_own = np.zeros(odds.times.size)
    sum_odds(
        rows,
        a,
        *places,
        odds.naive,
        odds.row,
        own,
        odds.total,
        odds.times,
        NOTHING,
        by_odds,
        by_rows,
        by_a,
        by_own,
        True,
    )
    return np.bincount(odds.scale, by_own, scales.size).astype(float)
