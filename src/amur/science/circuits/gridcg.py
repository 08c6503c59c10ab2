"""Conjugate gradients on a raster in double precision, for several right-hand sides in one pass over memory.

Directions p are kept in single precision, and r is changed by exactly A p for the rounded p, so it remains
the residual of x. The edges are computed anew from the cells in each product, row by row in cache: a row of
one array is read where four arrays of edges would be. Vectors have shape (k, R + 3, 2, H), see `layout`.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

import numpy as np

from amur.science.circuits.coarsening import jit
from amur.science.circuits.layout import edge_rows


@jit
def product_row(out, x, xn, xs, now, before, c, eight):
    """The currents that leave the cells of one parity `c` of a row; `now`, `before` hold edges (4, 2, H)."""
    n = x.shape[1] - 1
    if c == 0:
        right, left = x[1, 1:n], x[1, : n - 1]
        de, dw = now[0, 0, 1:n], now[0, 1, : n - 1]
    else:
        right, left = x[0, 2:], x[0, 1:n]
        de, dw = now[0, 1, 1:n], now[0, 0, 1:n]
    here, up, down = x[c, 1:n], xn[c, 1:n], xs[c, 1:n]
    ds, dn = now[1, c, 1:n], before[1, c, 1:n]
    for m in range(here.size):
        v = np.float64(here[m])
        row = de[m] * (v - np.float64(right[m])) + dw[m] * (v - np.float64(left[m]))
        out[m] = row + ds[m] * (v - np.float64(down[m])) + dn[m] * (v - np.float64(up[m]))
    if not eight:
        return
    if c == 0:
        se, sw, nw, ne = now[2, 0, 1:n], now[3, 0, 1:n], before[2, 1, : n - 1], before[3, 1, 1:n]
        vse, vsw, vnw, vne = xs[1, 1:n], xs[1, : n - 1], xn[1, : n - 1], xn[1, 1:n]
    else:
        se, sw, nw, ne = now[2, 1, 1:n], now[3, 1, 1:n], before[2, 0, 1:n], before[3, 0, 2:]
        vse, vsw, vnw, vne = xs[0, 2:], xs[0, 1:n], xn[0, 1:n], xn[0, 2:]
    for m in range(here.size):
        v = np.float64(here[m])
        below = se[m] * (v - np.float64(vse[m])) + sw[m] * (v - np.float64(vsw[m]))
        out[m] += below + nw[m] * (v - np.float64(vnw[m])) + ne[m] * (v - np.float64(vne[m]))


@jit
def direct_and_multiply(values, leak, by_resistance, eight, moving, z, beta, p, q, active, curvature):
    """p = z + beta p if `moving`, q = A p and `curvature` = p.q for the right-hand sides numbered in
    `active`.
    """
    rows, width = values.shape[0] - 3, values.shape[2]
    leaking = leak.shape[0] > 1
    edges = np.zeros((2, 4, 2, width))
    for b in active:
        curvature[b] = 0.0
    for i in range(rows + 1):
        now, before = edges[i % 2], edges[1 - i % 2]
        if i > 0:
            edge_rows(values, i, by_resistance, eight, now[0], now[1], now[2], now[3])
        for b in active:
            if i < rows and moving:
                for c in range(2):
                    for m in range(width):
                        p[b, i + 1, c, m] = z[b, i + 1, c, m] + beta[b] * p[b, i + 1, c, m]
            if i == 0:
                continue
            total = 0.0
            for c in range(2):
                product_row(
                    q[b, i, c, 1 : width - 1], p[b, i], p[b, i - 1], p[b, i + 1], now, before, c, eight
                )
                if leaking:
                    for m in range(1, width - 1):
                        q[b, i, c, m] += leak[i, c, m] * p[b, i, c, m]
                for m in range(1, width - 1):
                    total += p[b, i, c, m] * q[b, i, c, m]
            curvature[b] += total


@jit
def step(x, r, p, q, alpha, single, active, norm):
    """x += alpha p, r -= alpha q, `single` = r in single precision, `norm` = r.r."""
    for b in active:
        total = 0.0
        a = alpha[b]
        for i in range(1, x.shape[1] - 2):
            for c in range(2):
                for m in range(1, x.shape[3] - 1):
                    x[b, i, c, m] += a * p[b, i, c, m]
                    left = r[b, i, c, m] - a * q[b, i, c, m]
                    r[b, i, c, m] = left
                    single[b, i, c, m] = left
                    total += left * left
        norm[b] = total
