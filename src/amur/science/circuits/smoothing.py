"""The two passes of the multigrid cycle over one level, in single precision.

`descend` relaxes once from zero, forms the residual and sums it onto the coarser level; `ascend` adds the
coarser level's correction and relaxes once in the opposite order, which keeps the cycle symmetric.
Gauss-Seidel goes by four colours: even rows before odd ones, in a row even columns before odd ones. Each pass
reads the level from memory once: the odd rows follow the even ones, and the residual follows both, while they
are in cache. The residual after relaxing from zero is what neighbours gave after a cell was set, so it needs
no diagonal. The cells of odd rows and columns, set last, have none, and `ascend` sets them first: they need
no weights.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

import numpy as np

from amur.science.circuits.compiled import jit, strict


@strict
def relax9(x, r, d, e1, e2, e3, e4, e5, e6, e7, e8, x1, x2, x3, x4, x5, x6, x7, x8):
    """One colour of one row from its eight neighbours."""
    for m in range(x.size):
        near = e1[m] * x1[m] + e2[m] * x2[m] + e3[m] * x3[m] + e4[m] * x4[m]
        far = e5[m] * x5[m] + e6[m] * x6[m] + e7[m] * x7[m] + e8[m] * x8[m]
        x[m] = (r[m] + near + far) / d[m]


@strict
def relax5(x, r, d, e1, e2, e3, e4, x1, x2, x3, x4):
    """One colour of one row from its four neighbours."""
    for m in range(x.size):
        x[m] = (r[m] + e1[m] * x1[m] + e2[m] * x2[m] + e3[m] * x3[m] + e4[m] * x4[m]) / d[m]


@strict
def relax3(x, r, d, e1, e2, x1, x2):
    """One colour of one row from the neighbours in the row."""
    for m in range(x.size):
        x[m] = (r[m] + e1[m] * x1[m] + e2[m] * x2[m]) / d[m]


@strict
def weigh6(out, e1, e2, e3, e4, e5, e6, x1, x2, x3, x4, x5, x6):
    """Currents from six neighbours."""
    for m in range(out.size):
        near = e1[m] * x1[m] + e2[m] * x2[m] + e3[m] * x3[m]
        out[m] = near + e4[m] * x4[m] + e5[m] * x5[m] + e6[m] * x6[m]


@strict
def weigh2(out, e1, e2, x1, x2):
    """Currents from two neighbours."""
    for m in range(out.size):
        out[m] = e1[m] * x1[m] + e2[m] * x2[m]


@strict
def relax_all(x, r, d):
    """One colour of one row while all neighbours are zero, the currents from others being in `x`."""
    for m in range(x.size):
        x[m] = (r[m] + x[m]) / d[m]


@jit
def relax_even(level, x, r, i):
    """The even columns of stored row `i`."""
    n = x.shape[2] - 1
    e, s = level.east, level.south
    xn, xc, xs = x[i - 1], x[i], x[i + 1]
    if level.nine:
        se, sw = level.southeast, level.southwest
        relax9(
            xc[0, 1:n], r[i, 0, 1:n], level.diagonal[i, 0, 1:n],
            e[i, 0, 1:n], e[i, 1, : n - 1], s[i, 0, 1:n], s[i - 1, 0, 1:n],
            se[i, 0, 1:n], se[i - 1, 1, : n - 1], sw[i, 0, 1:n], sw[i - 1, 1, 1:n],
            xc[1, 1:n], xc[1, : n - 1], xs[0, 1:n], xn[0, 1:n],
            xs[1, 1:n], xn[1, : n - 1], xs[1, : n - 1], xn[1, 1:n],
        )  # fmt: skip
    else:
        relax5(
            xc[0, 1:n], r[i, 0, 1:n], level.diagonal[i, 0, 1:n],
            e[i, 0, 1:n], e[i, 1, : n - 1], s[i, 0, 1:n], s[i - 1, 0, 1:n],
            xc[1, 1:n], xc[1, : n - 1], xs[0, 1:n], xn[0, 1:n],
        )  # fmt: skip


@jit
def relax_odd(level, x, r, i):
    """The odd columns of stored row `i`."""
    n = x.shape[2] - 1
    e, s = level.east, level.south
    xn, xc, xs = x[i - 1], x[i], x[i + 1]
    if level.nine:
        se, sw = level.southeast, level.southwest
        relax9(
            xc[1, 1:n], r[i, 1, 1:n], level.diagonal[i, 1, 1:n],
            e[i, 1, 1:n], e[i, 0, 1:n], s[i, 1, 1:n], s[i - 1, 1, 1:n],
            se[i, 1, 1:n], se[i - 1, 0, 1:n], sw[i, 1, 1:n], sw[i - 1, 0, 2:],
            xc[0, 2:], xc[0, 1:n], xs[1, 1:n], xn[1, 1:n],
            xs[0, 2:], xn[0, 1:n], xs[0, 1:n], xn[0, 2:],
        )  # fmt: skip
    else:
        relax5(
            xc[1, 1:n], r[i, 1, 1:n], level.diagonal[i, 1, 1:n],
            e[i, 1, 1:n], e[i, 0, 1:n], s[i, 1, 1:n], s[i - 1, 1, 1:n],
            xc[0, 2:], xc[0, 1:n], xs[1, 1:n], xn[1, 1:n],
        )  # fmt: skip


@jit
def beyond_even(level, x, i, out):
    """What the even columns of stored row `i` get from the rows above and below, to `out`."""
    n = x.shape[2] - 1
    s, xn, xs = level.south, x[i - 1], x[i + 1]
    if level.nine:
        se, sw = level.southeast, level.southwest
        weigh6(
            out, s[i, 0, 1:n], s[i - 1, 0, 1:n],
            se[i, 0, 1:n], se[i - 1, 1, : n - 1], sw[i, 0, 1:n], sw[i - 1, 1, 1:n],
            xs[0, 1:n], xn[0, 1:n], xs[1, 1:n], xn[1, : n - 1], xs[1, : n - 1], xn[1, 1:n],
        )  # fmt: skip
    else:
        weigh2(out, s[i, 0, 1:n], s[i - 1, 0, 1:n], xs[0, 1:n], xn[0, 1:n])


@jit
def beyond_odd(level, x, i, out):
    """What the odd columns of stored row `i` get from the rows above and below, to `out`."""
    n = x.shape[2] - 1
    s, xn, xs = level.south, x[i - 1], x[i + 1]
    if level.nine:
        se, sw = level.southeast, level.southwest
        weigh6(
            out, s[i, 1, 1:n], s[i - 1, 1, 1:n],
            se[i, 1, 1:n], se[i - 1, 0, 1:n], sw[i, 1, 1:n], sw[i - 1, 0, 2:],
            xs[1, 1:n], xn[1, 1:n], xs[0, 2:], xn[0, 1:n], xs[0, 1:n], xn[0, 2:],
        )  # fmt: skip
    else:
        weigh2(out, s[i, 1, 1:n], s[i - 1, 1, 1:n], xs[1, 1:n], xn[1, 1:n])


@jit
def within_even(level, x, i, out):
    """What the even columns of stored row `i` get from the odd ones, to `out`."""
    n = x.shape[2] - 1
    e, row = level.east[i], x[i]
    weigh2(out, e[0, 1:n], e[1, : n - 1], row[1, 1:n], row[1, : n - 1])


@jit
def relax_even_row_from_zero(level, x, r, i):
    """Both colours of an even row while the odd rows are still zero."""
    n = x.shape[2] - 1
    e, d, row = level.east[i], level.diagonal[i], x[i]
    for m in range(1, n):
        row[0, m] = r[i, 0, m] / d[0, m]
    relax3(row[1, 1:n], r[i, 1, 1:n], d[1, 1:n], e[1, 1:n], e[0, 1:n], row[0, 2:], row[0, 1:n])


@jit
def relax_odd_row_from_zero(level, x, r, i):
    """Both colours of an odd row that was zero, between two even rows that are relaxed."""
    n = x.shape[2] - 1
    beyond_even(level, x, i, x[i, 0, 1:n])
    relax_all(x[i, 0, 1:n], r[i, 0, 1:n], level.diagonal[i, 0, 1:n])
    relax_odd(level, x, r, i)


@jit
def restrict_row(level, coarse, even, odd, below, above, line, out):
    """Sums the residuals `even`, `odd` of a fine row, of the odd row `below` and of the one `above` onto
    `out`.
    """
    n = even.size - 1
    west, east = level.west[coarse], level.east_weight[coarse]
    north, south = level.north[coarse], level.south_weight[coarse - 1]
    for m in range(1, n):
        line[m] = even[m] + west[m] * odd[m] + north[m] * below[m] + south[m] * above[m]
    for m in range(1, n - 1):
        line[m + 1] += east[m] * odd[m]
    for m in range(n // 2):
        out[0, m + 1] = line[2 * m + 1]
    for m in range((n - 1) // 2):
        out[1, m + 1] = line[2 * m + 2]


@jit
def descend(level, x, r, coarse_r):
    """Relaxes `x` (k, ...) from zero for the right-hand sides `r` and puts their residuals on `coarse_r`."""
    rows, width, count = level.rows, x.shape[3], x.shape[0]
    n = width - 1
    even = np.zeros(width, dtype=np.float32)
    odd = np.zeros(width, dtype=np.float32)
    line = np.zeros(width, dtype=np.float32)
    beside = np.zeros((2, count, width), dtype=np.float32)
    for i in range(1, rows + 3, 2):  # stored row i is the even row i - 1
        turn = (i // 2) % 2
        for b in range(count):
            if i <= rows:
                relax_even_row_from_zero(level, x[b], r[b], i)
            if 1 < i <= rows + 1:
                relax_odd_row_from_zero(level, x[b], r[b], i - 1)
            if i >= 3:
                below, above = beside[turn, b], beside[1 - turn, b]
                if i - 1 <= rows:
                    within_even(level, x[b], i - 1, below[1:n])
                else:
                    below[:] = 0
                beyond_even(level, x[b], i - 2, even[1:n])
                within_even(level, x[b], i - 2, line[1:n])
                for m in range(1, n):
                    even[m] += line[m]
                beyond_odd(level, x[b], i - 2, odd[1:n])
                coarse = i // 2
                restrict_row(level, coarse, even, odd, below, above, line, coarse_r[b, coarse])


@jit
def prolong_row(level, coarse, coarse_x, x, i, following):
    """Adds the correction to the even row `i` of `x`; its coarse row goes to `following`."""
    n = x.shape[2] - 1
    row = coarse_x[coarse]
    for m in range(n // 2):
        following[2 * m + 1] = row[0, m + 1]
    for m in range((n - 1) // 2):
        following[2 * m + 2] = row[1, m + 1]
    west, east = level.west[coarse], level.east_weight[coarse]
    for m in range(1, n):
        x[i, 0, m] += following[m]
    for m in range(1, n):
        x[i, 1, m] += west[m] * following[m] + east[m] * following[m + 1]


@jit
def ascend(level, x, r, coarse_x, product):
    """Adds the coarser level's correction to `x` (k, ...), relaxes in reverse; `product` (k,) becomes r.x."""
    rows, width, count = level.rows, x.shape[3], x.shape[0]
    lines = np.zeros((2, count, width), dtype=np.float32)
    for b in range(count):
        product[b] = 0.0
        prolong_row(level, 1, coarse_x[b], x[b], 1, lines[1, b])
    n = width - 1
    for i in range(2, rows + 2, 2):  # stored row i is an odd row
        coarse = i // 2
        turn = coarse % 2
        for b in range(count):
            line, following = lines[turn, b], lines[1 - turn, b]
            if i + 1 <= rows:
                prolong_row(level, coarse + 1, coarse_x[b], x[b], i + 1, following)
            else:
                following[:] = 0
            if i <= rows:
                north, south = level.north[coarse], level.south_weight[coarse]
                for m in range(1, n):
                    x[b, i, 0, m] += north[m] * line[m] + south[m] * following[m]
                relax_odd(level, x[b], r[b], i)
                relax_even(level, x[b], r[b], i)
            relax_odd(level, x[b], r[b], i - 1)
            relax_even(level, x[b], r[b], i - 1)
            total = 0.0
            for c in range(2):
                for m in range(1, n):
                    total += x[b, i - 1, c, m] * r[b, i - 1, c, m]
                if i <= rows:
                    for m in range(1, n):
                        total += x[b, i, c, m] * r[b, i, c, m]
            product[b] += total


@jit
def remaining(level, x, r, out):
    """out = r - A x on one level, for the second visit of a W cycle."""
    n = x.shape[3] - 1
    line = np.zeros(n - 1, dtype=np.float32)
    for b in range(x.shape[0]):
        for i in range(1, level.rows + 1):
            e, d, row = level.east[i], level.diagonal[i], x[b, i]
            beyond_even(level, x[b], i, out[b, i, 0, 1:n])
            within_even(level, x[b], i, line)
            for m in range(1, n):
                out[b, i, 0, m] += line[m - 1] + r[b, i, 0, m] - d[0, m] * row[0, m]
            beyond_odd(level, x[b], i, out[b, i, 1, 1:n])
            weigh2(line, e[1, 1:n], e[0, 1:n], row[0, 2:], row[0, 1:n])
            for m in range(1, n):
                out[b, i, 1, m] += line[m - 1] + r[b, i, 1, m] - d[1, m] * row[1, m]
