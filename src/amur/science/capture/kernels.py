"""From detection parameters to the chance of every capture history at every mask point, and back.

A *row* is a detector with one set of shape parameters; f_r(x) is its hazard (HN, EX, HR) or the shape of its
hazard (HHN, HEX, HHR, where lambda0 stands in the scales). A *total* is a sum B_t(x) = sum_r A_tr f_r(x):
what an animal was exposed to, or all hazards of one occasion. A *term* belongs to a row and a scale: log y or
log(e^y - 1) with y = scale * f_r(x). The log chance of a history is

    -B_exposure(x) + sum k * term(x) + sum log((e^B - 1) / B)(x) over occasions with a capture (multi-catch):

non-detection is shared by all animals, and an animal adds only its own detections. `forward` computes it;
`backward` takes the derivative of any function of it and of the totals back to the parameters (reverse mode),
so one pass each way gives the whole gradient. Mask points are taken in blocks that stay in the cache.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

from math import log
from typing import Any, NamedTuple

import numpy as np

from amur.science.capture.detection import EXPONENTIAL, HALF_NORMAL
from amur.science.capture.vectors import (
    excess,
    excess_series,
    growth,
    growth_series,
    hazard_rates,
    hazards_of,
    jit,
    negative_exponentials,
)

BLOCK = 512
LOG, LOG_EXPM1 = 0, 1


class Rows(NamedTuple):
    """Detectors with their shape parameters (R,), and the terms [start[r], start[r + 1]) of each row r.

    `kind` and `scale` (U,) are of the terms; `distances` (J, M), of shape (0, 0) for straight lines.
    """

    shape: int
    probability: bool
    easting: Any
    northing: Any
    detector: Any
    intercept: Any
    sigma: Any
    z: Any
    start: Any
    kind: Any
    scale: Any
    distances: Any


class Histories(NamedTuple):
    """What the histories (H,) are made of: the total each was exposed to, and lists in compressed rows.

    `terms` with their numbers of detections `times` in [term_start[h], term_start[h + 1]), `occasions`
    (totals) with `occasion_times` in [occasion_start[h], occasion_start[h + 1]).
    """

    exposure: Any
    term_start: Any
    terms: Any
    times: Any
    occasion_start: Any
    occasions: Any
    occasion_times: Any


@jit
def squares(eastings, northings, x, y, out):
    """The squared distances of mask points from a place."""
    for m in range(out.size):
        dx, dy = eastings[m] - x, northings[m] - y
        out[m] = dx * dx + dy * dy


@jit
def scaled(values, factor):
    """Multiplies in place."""
    for m in range(values.size):
        values[m] *= factor


@jit
def add(values, factor, to):
    """Adds a multiple of values."""
    for m in range(values.size):
        to[m] += factor * values[m]


@jit
def fill_exponent(rows, r, eastings, northings, first, size, out, steep, bits):
    """-log of the shape of row r in a block of mask points; `steep` (3, size) is for the hazard rate."""
    sigma, j = rows.sigma[r], rows.detector[r]
    if rows.distances.shape[0]:
        away = rows.distances[j, first : first + size]
        for m in range(size):
            out[m] = away[m] * away[m]
    else:
        last = first + size
        squares(eastings[first:last], northings[first:last], rows.easting[j], rows.northing[j], out)
    if rows.shape == HALF_NORMAL:
        scaled(out, 0.5 / sigma**2)
    elif rows.shape == EXPONENTIAL:
        share = 1 / sigma
        for m in range(size):
            out[m] = np.sqrt(out[m]) * share
    else:
        steep[2] = out
        hazard_rates(steep[2], sigma, rows.z[r], out, steep[0], steep[1], bits)


@jit
def fill_row(rows, r, exponent, f, g, bits):
    """f and, where the function gives probabilities, g of a row from its exponent."""
    if rows.probability:
        negative_exponentials(exponent, g, bits)
        g0 = rows.intercept[r]
        for m in range(g.size):
            g[m] *= g0
        hazards_of(g, f, bits)
    else:
        negative_exponentials(exponent, f, bits)


@jit
def fill_log(rows, r, exponent, f, g, out):
    """log f of a row, with all its digits where f is small."""
    if rows.probability:
        start = log(rows.intercept[r])
        for m in range(f.size):
            out[m] = start - exponent[m]
            if g[m] > 1e-12:
                out[m] += log(f[m] / g[m])
    else:
        for m in range(f.size):
            out[m] = -exponent[m]


@jit
def fill_term(kind, scale, f, log_f, out):
    """A term from f and log f."""
    start = log(scale)
    for m in range(f.size):
        out[m] = start + log_f[m]
    if kind == LOG_EXPM1:
        if scale * f.max() <= 1.0:
            for m in range(f.size):
                out[m] += excess_series(scale * f[m])
        else:
            for m in range(f.size):
                out[m] += excess(scale * f[m])


@jit
def fill_totals(a, r, f, totals):
    """Adds a row to the totals of a block."""
    for t in range(a.shape[0]):
        weight = a[t, r]
        if weight != 0:
            add(f, weight, totals[t, : f.size])


@jit
def forward(rows, histories, a, eastings, northings, naive, log_chance, naive_totals):
    """Fills `log_chance` (H, M) and the `naive_totals` (number of `naive`, M): totals of never being caught.

    `a` (T, R) are the weights of rows in totals; eastings and northings (M,) of the mask.
    """
    points, count = eastings.size, rows.sigma.size
    exponents = np.empty(BLOCK)
    fs, gs, logs = np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK)
    all_bits = np.empty(BLOCK, dtype=np.int64)
    all_steep = np.empty((3, BLOCK))
    totals = np.empty((a.shape[0], BLOCK))
    terms = np.empty((rows.scale.size, BLOCK))
    for first in range(0, points, BLOCK):
        size = min(BLOCK, points - first)
        exponent, f, g, log_f, bits = exponents[:size], fs[:size], gs[:size], logs[:size], all_bits[:size]
        steep = all_steep[:, :size]
        totals[:] = 0
        for r in range(count):
            fill_exponent(rows, r, eastings, northings, first, size, exponent, steep, bits)
            fill_row(rows, r, exponent, f, g, bits)
            fill_totals(a, r, f, totals)
            if rows.start[r + 1] > rows.start[r]:
                fill_log(rows, r, exponent, f, g, log_f)
                for u in range(rows.start[r], rows.start[r + 1]):
                    fill_term(rows.kind[u], rows.scale[u], f, log_f, terms[u, :size])
        for c in range(naive.size):
            naive_totals[c, first : first + size] = totals[naive[c], :size]
        for h in range(histories.exposure.size):
            out = log_chance[h, first : first + size]
            total = totals[histories.exposure[h]]
            for m in range(size):
                out[m] = -total[m]
            for i in range(histories.term_start[h], histories.term_start[h + 1]):
                term, times = terms[histories.terms[i]], histories.times[i]
                for m in range(size):
                    out[m] += times * term[m]
            for i in range(histories.occasion_start[h], histories.occasion_start[h + 1]):
                total, times = totals[histories.occasions[i]], histories.occasion_times[i]
                for m in range(size):
                    out[m] += times * excess(total[m])


@jit
def row_slopes(rows, r, exponent, f, g, by_f, by_log_f, steep, slopes):
    """Adds the derivatives to (log intercept, log sigma, log z) of row r to `slopes` (3,).

    `by_f` and `by_log_f` are the derivatives to f and, kept apart because f may be tiny, to log f; `steep` is
    what the hazard rate left: log v, d log s / d log v.
    """
    intercept = sigma = 0.0
    factor = 2.0 if rows.shape == HALF_NORMAL else 1.0
    if rows.shape == HALF_NORMAL or rows.shape == EXPONENTIAL:
        if rows.probability:
            for m in range(f.size):
                odds = g[m] / (1.0 - g[m])
                by = by_f[m] * odds + by_log_f[m] * (odds / f[m] if f[m] > 1e-290 else 1.0)
                intercept += by
                sigma += by * exponent[m]
        else:
            for m in range(f.size):
                sigma += (by_f[m] * f[m] + by_log_f[m]) * exponent[m]
        slopes[0] += intercept
        slopes[1] += factor * sigma
        return
    z = rows.z[r]
    log_v, to_log = steep[0], steep[1]
    third = 0.0
    for m in range(f.size):
        by = by_f[m] * f[m] + by_log_f[m]
        if rows.probability:
            odds = g[m] / (1.0 - g[m])
            by = by_f[m] * odds + by_log_f[m] * (odds / f[m] if f[m] > 1e-290 else 1.0)
        intercept += by
        sigma += by * to_log[m]
        third += by * to_log[m] * log_v[m]
    slopes[0] += intercept
    slopes[1] += z * sigma
    slopes[2] += third


@jit
def spread(histories, weights, totals, first, size, by_terms, by_totals):
    """From d/d log chance (H, M) to d/d terms and -d/d totals in a block; `by_totals` is added to."""
    by_terms[:] = 0
    for h in range(histories.exposure.size):
        weight = weights[h, first : first + size]
        out = by_totals[histories.exposure[h]]
        for m in range(size):
            out[m] += weight[m]
        for i in range(histories.term_start[h], histories.term_start[h + 1]):
            out, times = by_terms[histories.terms[i]], histories.times[i]
            for m in range(size):
                out[m] += times * weight[m]
        for i in range(histories.occasion_start[h], histories.occasion_start[h + 1]):
            t, times = histories.occasions[i], histories.occasion_times[i]
            out, total = by_totals[t], totals[t]
            for m in range(size):
                slope = (growth(total[m]) - 1.0) / total[m] if total[m] > 1e-9 else 0.5
                out[m] -= times * slope * weight[m]


@jit
def backward(rows, histories, a, eastings, northings, naive, weights, by_naive, by_rows, by_a, by_scales):
    """Adds up derivatives: `by_rows` (R, 3) to log intercept, log sigma, log z, `by_a` (T, R) to the weights
    of rows in totals, `by_scales` (U,) to the logs of the scales of terms.

    `weights` (H, M) are the derivatives to the log chances, `by_naive` those to the naive totals.
    """
    points, count = eastings.size, rows.sigma.size
    exponents = np.empty(BLOCK)
    fs, gs = np.empty(BLOCK), np.empty(BLOCK)
    by_fs, by_logs = np.empty(BLOCK), np.empty(BLOCK)
    all_bits = np.empty(BLOCK, dtype=np.int64)
    all_steep = np.empty((3, BLOCK))
    totals = np.zeros((a.shape[0], BLOCK))
    by_totals = np.empty((a.shape[0], BLOCK))
    by_terms = np.empty((rows.scale.size, BLOCK))
    for first in range(0, points, BLOCK):
        size = min(BLOCK, points - first)
        exponent, f, g, bits = exponents[:size], fs[:size], gs[:size], all_bits[:size]
        by_f, by_log_f = by_fs[:size], by_logs[:size]
        steep = all_steep[:, :size]
        if histories.occasions.size:
            totals[:] = 0
            for r in range(count):
                fill_exponent(rows, r, eastings, northings, first, size, exponent, steep, bits)
                fill_row(rows, r, exponent, f, g, bits)
                fill_totals(a, r, f, totals)
        by_totals[:] = 0
        for c in range(naive.size):
            for m in range(size):
                by_totals[naive[c], m] -= by_naive[c, first + m]
        spread(histories, weights, totals, first, size, by_terms, by_totals)
        for r in range(count):
            fill_exponent(rows, r, eastings, northings, first, size, exponent, steep, bits)
            fill_row(rows, r, exponent, f, g, bits)
            by_f[:] = 0
            by_log_f[:] = 0
            for t in range(a.shape[0]):
                weight, out = a[t, r], by_totals[t]
                if weight != 0:
                    total = 0.0
                    for m in range(size):
                        total += out[m] * f[m]
                        by_f[m] -= weight * out[m]
                    by_a[t, r] -= total
            for u in range(rows.start[r], rows.start[r + 1]):
                by_term, scale, total = by_terms[u], rows.scale[u], 0.0
                if rows.kind[u] == LOG:
                    for m in range(size):
                        total += by_term[m]
                        by_log_f[m] += by_term[m]
                elif scale * f.max() <= 1.0:
                    for m in range(size):
                        by = by_term[m] * growth_series(scale * f[m])
                        total += by
                        by_log_f[m] += by
                else:
                    for m in range(size):
                        by = by_term[m] * growth(scale * f[m])
                        total += by
                        by_log_f[m] += by
                by_scales[u] += total
            row_slopes(rows, r, exponent, f, g, by_f, by_log_f, steep, by_rows[r])


@jit
def normalise(log_chance, log_weight, logs):
    """Turns `log_chance` (H, M) into shares over the mask in place; `logs` (H,) takes the logs of the sums.

    The share of point x is exp(log_chance + log_weight) / sum, `log_weight` (M,) is log(cell area * density).
    """
    points = log_weight.size
    work, bits = np.empty(points), np.empty(points, dtype=np.int64)
    for h in range(log_chance.shape[0]):
        row = log_chance[h]
        largest = -np.inf
        for m in range(points):
            row[m] += log_weight[m]
            largest = max(largest, row[m])
        if not np.isfinite(largest):
            logs[h] = largest
            row[:] = 0
            continue
        for m in range(points):
            work[m] = largest - row[m]
        negative_exponentials(work, row, bits)
        total = 0.0
        for m in range(points):
            if work[m] > 708:
                row[m] = 0.0
            total += row[m]
        for m in range(points):
            row[m] /= total
        logs[h] = largest + log(total)
