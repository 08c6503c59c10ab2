"""Products and steps of conjugate gradients on a raster, for several right-hand sides in one pass over
memory.

Directions, products and residuals of the iteration are in single precision; the voltages are summed up in
double precision, and their true residual is computed from the cells themselves, edges and all, in double
precision. The iteration then starts anew from that residual, so single precision costs nothing of the
accuracy reached. All products are sums over differences of voltages, which keeps flat parts of a field exact.
Vectors have shape (k, R + 3, 2, H), see `layout`.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

import numpy as np

from amur.science.circuits.compiled import jit, strict
from amur.science.circuits.layout import edge_rows


@strict
def flow9(out, v, e1, e2, e3, e4, e5, e6, e7, e8, v1, v2, v3, v4, v5, v6, v7, v8):
    """The currents that leave one parity of a row, to eight neighbours."""
    for m in range(out.size):
        near = e1[m] * (v[m] - v1[m]) + e2[m] * (v[m] - v2[m]) + e3[m] * (v[m] - v3[m])
        near += e4[m] * (v[m] - v4[m])
        far = e5[m] * (v[m] - v5[m]) + e6[m] * (v[m] - v6[m]) + e7[m] * (v[m] - v7[m])
        out[m] = near + far + e8[m] * (v[m] - v8[m])


@strict
def flow5(out, v, e1, e2, e3, e4, v1, v2, v3, v4):
    """The currents that leave one parity of a row, to four neighbours."""
    for m in range(out.size):
        near = e1[m] * (v[m] - v1[m]) + e2[m] * (v[m] - v2[m])
        out[m] = near + e3[m] * (v[m] - v3[m]) + e4[m] * (v[m] - v4[m])


@jit
def flow_row(out, x, xn, xs, now, before, nine):
    """The currents that leave the cells of a row (2, H); `now`, `before` are its edges and those of the row
    above.

    Edges are (east, south, southeast, southwest), each (2, H).
    """
    n = x.shape[1] - 1
    e, s, se, sw = now
    _e, sn, sen, swn = before
    if nine:
        flow9(
            out[0, 1:n], x[0, 1:n],
            e[0, 1:n], e[1, : n - 1], s[0, 1:n], sn[0, 1:n],
            se[0, 1:n], sen[1, : n - 1], sw[0, 1:n], swn[1, 1:n],
            x[1, 1:n], x[1, : n - 1], xs[0, 1:n], xn[0, 1:n],
            xs[1, 1:n], xn[1, : n - 1], xs[1, : n - 1], xn[1, 1:n],
        )  # fmt: skip
        flow9(
            out[1, 1:n], x[1, 1:n],
            e[1, 1:n], e[0, 1:n], s[1, 1:n], sn[1, 1:n],
            se[1, 1:n], sen[0, 1:n], sw[1, 1:n], swn[0, 2:],
            x[0, 2:], x[0, 1:n], xs[1, 1:n], xn[1, 1:n],
            xs[0, 2:], xn[0, 1:n], xs[0, 1:n], xn[0, 2:],
        )  # fmt: skip
    else:
        flow5(
            out[0, 1:n], x[0, 1:n], e[0, 1:n], e[1, : n - 1], s[0, 1:n], sn[0, 1:n],
            x[1, 1:n], x[1, : n - 1], xs[0, 1:n], xn[0, 1:n],
        )  # fmt: skip
        flow5(
            out[1, 1:n], x[1, 1:n], e[1, 1:n], e[0, 1:n], s[1, 1:n], sn[1, 1:n],
            x[0, 2:], x[0, 1:n], xs[1, 1:n], xn[1, 1:n],
        )  # fmt: skip


@jit
def direct_and_multiply(level, leak, z, beta, p, q, active, curvature):
    """p = z + beta p, q = A p and `curvature` = p.q for the right-hand sides numbered in `active`."""
    rows, width = level.rows, p.shape[3]
    leaking = leak.shape[0] > 1
    for b in active:
        curvature[b] = 0.0
    for i in range(rows + 1):
        for b in active:
            if i < rows:
                factor = np.float32(beta[b])
                for c in range(2):
                    for m in range(width):
                        p[b, i + 1, c, m] = z[b, i + 1, c, m] + factor * p[b, i + 1, c, m]
            if i == 0:
                continue
            above = i - 1
            if level.nine:
                now = (level.east[i], level.south[i], level.southeast[i], level.southwest[i])
                before = (
                    level.east[above], level.south[above], level.southeast[above], level.southwest[above],
                )  # fmt: skip
            else:
                now = (level.east[i], level.south[i], level.east[i], level.east[i])
                before = (level.east[above], level.south[above], level.east[above], level.east[above])
            flow_row(q[b, i], p[b, i], p[b, i - 1], p[b, i + 1], now, before, level.nine)
            total = 0.0
            for c in range(2):
                if leaking:
                    for m in range(1, width - 1):
                        q[b, i, c, m] += leak[i, c, m] * p[b, i, c, m]
                for m in range(1, width - 1):
                    total += np.float64(p[b, i, c, m]) * np.float64(q[b, i, c, m])
            curvature[b] += total


@jit
def step(x, r, p, q, alpha, scale, active, norm):
    """x += scale alpha p, r -= alpha q and `norm` = r.r; x alone is in double precision."""
    for b in active:
        total = 0.0
        a, single = scale * alpha[b], np.float32(alpha[b])
        for i in range(1, x.shape[1] - 2):
            for c in range(2):
                for m in range(1, x.shape[3] - 1):
                    x[b, i, c, m] += a * np.float64(p[b, i, c, m])
                for m in range(1, x.shape[3] - 1):
                    left = r[b, i, c, m] - single * q[b, i, c, m]
                    r[b, i, c, m] = left
                    total += np.float64(left) * np.float64(left)
        norm[b] = total


@jit
def subtract_product(values, leak, by_resistance, eight, x, r):
    """r -= A x in double precision, the edges computed from the cells' values (see `layout.cell_values`)."""
    rows, width = values.shape[0] - 3, values.shape[2]
    leaking = leak.shape[0] > 1
    edges = np.zeros((2, 4, 2, width))
    flow = np.zeros((2, width))
    for i in range(1, rows + 1):
        a, b = edges[i % 2], edges[1 - i % 2]
        now, before = (a[0], a[1], a[2], a[3]), (b[0], b[1], b[2], b[3])
        edge_rows(values, i, by_resistance, eight, now[0], now[1], now[2], now[3])
        for k in range(x.shape[0]):
            flow_row(flow, x[k, i], x[k, i - 1], x[k, i + 1], now, before, eight)
            for c in range(2):
                for m in range(1, width - 1):
                    r[k, i, c, m] -= flow[c, m]
                if leaking:
                    for m in range(1, width - 1):
                        r[k, i, c, m] -= leak[i, c, m] * x[k, i, c, m]
