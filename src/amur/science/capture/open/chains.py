"""Chains of centres over the years: forward and backward sums of the hidden Markov model, and derivatives.

An animal is not yet there, alive with its centre in a cell, or dead. What animals share is summed once:
`entry[t]` (M,), the density of animals in year t that were not detected before (alive ones that were missed,
and recruits), and `tail[t]`, the chance of no detection after year t. An animal then costs the years from
its first detection to its last one: that is the baseline with sparse corrections of `kernels.py`, in time.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

from math import log
from typing import Any, NamedTuple

import numpy as np

from amur.science.capture.open.movement import STATIC, back, forth, slope_of
from amur.science.capture.vectors import jit


class Animals(NamedTuple):
    """For each animal (n,) the year of its first and of its last detection, whether it was removed in the
    last, and `history` (n, T): its row in the table of chances, -1 where it was not detected.
    """

    first: Any
    last: Any
    removed: Any
    history: Any


class Slopes(NamedTuple):
    """Derivatives of the log-likelihood: to log chances (rows, M), to log missed (T, M), to entry and tail
    (T, M), to log s of each interval (I,), to the target (M,).
    """

    chances: Any
    missed: Any
    entry: Any
    tail: Any
    scale: Any
    target: Any


@jit
def fill_entry(kernels, survival, arriving, missed, entry, room):
    """`entry` (T, M) from what arrives (T, M): those of the year before that were missed and lived on."""
    entry[0] = arriving[0]
    moved, steep = np.empty(entry.shape[1]), np.empty(1)
    for t in range(1, len(entry)):
        forth(kernels, t - 1, entry[t - 1] * missed[t - 1], moved, steep, False, room)
        for m in range(moved.size):
            entry[t, m] = survival[t - 1] * moved[m] + arriving[t, m]


@jit
def fill_tail(kernels, survival, missed, tail, room):
    """`tail` (T, M): dead, or alive and never detected after the year."""
    years = len(tail)
    tail[years - 1] = 1.0
    expected = np.empty(tail.shape[1])
    for t in range(years - 2, -1, -1):
        back(kernels, t, missed[t + 1] * tail[t + 1], expected, room)
        for m in range(expected.size):
            tail[t, m] = 1.0 - survival[t] + survival[t] * expected[m]


@jit
def back_entry(kernels, survival, missed, entry, slopes, by_survival, room):
    """From `slopes.entry` back to missed, survival, movement; afterwards it is that to what arrives."""
    points = entry.shape[1]
    expected, moved, steep = np.empty(points), np.empty(points), np.empty(points)
    for t in range(len(entry) - 1, 0, -1):
        before, after = entry[t - 1] * missed[t - 1], survival[t - 1] * slopes.entry[t]
        forth(kernels, t - 1, before, moved, steep, True, room)
        back(kernels, t - 1, after, expected, room)
        for m in range(points):
            by_survival[t - 1] += slopes.entry[t, m] * moved[m]
            slopes.missed[t - 1, m] += expected[m] * before[m]
            slopes.entry[t - 1, m] += expected[m] * missed[t - 1, m]
        slopes.scale[t - 1] += slope_of(kernels, t - 1, before, after, steep, expected, slopes.target)


@jit
def back_tail(kernels, survival, missed, tail, slopes, by_survival, room):
    """From `slopes.tail` back to missed, survival and movement."""
    points = tail.shape[1]
    expected, moved, steep = np.empty(points), np.empty(points), np.empty(points)
    for t in range(len(tail) - 1):
        before, after = survival[t] * slopes.tail[t], missed[t + 1] * tail[t + 1]
        forth(kernels, t, before, moved, steep, True, room)
        back(kernels, t, after, expected, room)
        for m in range(points):
            by_survival[t] += slopes.tail[t, m] * (expected[m] - 1.0)
            slopes.missed[t + 1, m] += moved[m] * after[m]
            slopes.tail[t + 1, m] += moved[m] * missed[t + 1, m]
        slopes.scale[t] += slope_of(kernels, t, before, after, steep, expected, slopes.target)


@jit
def follow(animals, kernels, survival, chances, missed, entry, tail, slopes, with_slopes, logs, room):
    """The log (n,) of the sum over all chains of each animal, into `logs`; adds to `slopes`.

    `chances` (rows, M) are those of histories of a year, scaled so that the largest is 1; `entry` (T, M) is
    the density, or distribution, from which an animal is taken when it is first detected.
    """
    years, points = missed.shape
    alpha, norms = np.empty((years, points)), np.empty(years)
    ahead, expected = np.empty(points), np.empty(points)
    steep = np.empty((years, points))
    moving = with_slopes and kernels.kind != STATIC
    for i in range(animals.first.size):
        first, last = animals.first[i], animals.last[i]
        logs[i] = 0.0
        for t in range(first, last + 1):
            now = alpha[t]
            if t == first:
                now[:] = entry[t]
            else:
                forth(kernels, t - 1, alpha[t - 1], now, steep[t], moving, room)
                logs[i] += log(survival[t - 1])
            row = animals.history[i, t]
            here = chances[row] if row >= 0 else missed[t]
            total = 0.0
            for m in range(points):
                now[m] *= here[m]
                total += now[m]
            norms[t] = total
            logs[i] += log(total)
            for m in range(points):
                now[m] /= total
        total = 1.0
        if not animals.removed[i]:
            total = 0.0
            for m in range(points):
                total += alpha[last, m] * tail[last, m]
            logs[i] += log(total)
        if not with_slopes:
            continue
        if animals.removed[i]:
            ahead[:] = 1.0
        else:
            for m in range(points):
                ahead[m] = tail[last, m] / total
                slopes.tail[last, m] += alpha[last, m] / total
        for t in range(last, first - 1, -1):
            row = animals.history[i, t]
            here = chances[row] if row >= 0 else missed[t]
            out = slopes.chances[row] if row >= 0 else slopes.missed[t]
            for m in range(points):
                out[m] += alpha[t, m] * ahead[m]
                ahead[m] *= here[m] / norms[t]
            if t == first:
                for m in range(points):
                    slopes.entry[t, m] += ahead[m]
            else:
                back(kernels, t - 1, ahead, expected, room)
                slopes.scale[t - 1] += slope_of(
                    kernels, t - 1, alpha[t - 1], ahead, steep[t], expected, slopes.target
                )
                ahead[:] = expected
