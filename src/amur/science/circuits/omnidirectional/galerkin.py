"""From one level of a window's hierarchy to the next coarser one: weights and the Galerkin product.

The method is that of `circuits.coarsening`, written for planes and without a branch for each cell.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

import numpy as np

from amur.science.circuits.coarsening import ROUNDING
from amur.science.circuits.compiled import strict
from amur.science.circuits.omnidirectional.planes import (
    add,
    add_two,
    add_weighted,
    around,
    deal,
    multiply,
    restrict,
)


@strict
def sum_edges(out, ground, e1, e2, e3, e4, e5, e6, e7, e8):
    """The sum of eight edges and the ground; 1 where there is nothing."""
    for m in range(out.size):
        total = ground[m] + e1[m] + e2[m] + e3[m] + e4[m] + e5[m] + e6[m] + e7[m] + e8[m]
        out[m] = total if total > 0 else 1.0


@strict
def fill_diagonal(level):
    """The sum of all edges of each cell and its ground."""
    e = level.edges
    s, t = level.width + 1, e.shape[2] - level.width - 1
    for own in range(4):
        beside, above, across, east, west, _south, north = around(own // 2, own % 2, level.width)
        sum_edges(
            level.diagonal[own, s:t], level.ground[own, s:t],
            e[0, own, s:t], e[0, beside, s + west : t + west],
            e[1, own, s:t], e[1, above, s + north : t + north],
            e[2, own, s:t], e[2, across, s + north + west : t + north + west],
            e[3, own, s:t], e[3, across, s + north + east : t + north + east],
        )  # fmt: skip


@strict
def weigh(first, second, ground, a1, a2, a3, b1, b2, b3):
    """Weights of the cells between two coarse ones, none from one without an edge of its own to the cell."""
    no = np.float32(0)
    for m in range(first.size):
        a = max(a1[m] + a2[m] + a3[m], no) if a1[m] > 0 else no
        b = max(b1[m] + b2[m] + b3[m], no) if b1[m] > 0 else no
        total = a + b + ground[m]
        share = 1 / total if total > 0 else no
        first[m] = a * share
        second[m] = b * share


@strict
def fill_weights(level):
    """The weights of the cells between coarse ones: the stencil is summed across their line."""
    e, w = level.edges, level.width
    s, t = w + 1, e.shape[2] - w - 1
    weigh(
        level.weights[0, s:t], level.weights[1, s:t], level.ground[1, s:t],
        e[0, 0, s:t], e[2, 2, s - w : t - w], e[3, 1, s:t],
        e[0, 1, s:t], e[3, 2, s - w + 1 : t - w + 1], e[2, 1, s:t],
    )  # fmt: skip
    weigh(
        level.weights[2, s:t], level.weights[3, s:t], level.ground[2, s:t],
        e[1, 0, s:t], e[2, 1, s - 1 : t - 1], e[3, 1, s:t],
        e[1, 2, s:t], e[3, 2, s:t], e[2, 2, s:t],
    )  # fmt: skip


# One result for each loop: with more the compiler gives up on proving that no array overlaps another, and
# does not vectorise.
@strict
def share_of(out, ground, c1, c2, c3, c4, a, a1, a2, b, b1, b2, c, w1, w2, d, d1, d2):
    """One over the edges of the cells in the middle, without those to cells that have no weights."""
    no = np.float32(0)
    for m in range(out.size):
        total = ground[m] + c1[m] + c2[m] + c3[m] + c4[m]
        total += a[m] if a1[m] + a2[m] > 0 else no
        total += b[m] if b1[m] + b2[m] > 0 else no
        total += c[m] if w1[m] + w2[m] > 0 else no
        total += d[m] if d1[m] + d2[m] > 0 else no
        out[m] = 1 / total if total > 0 else no


@strict
def to_corner(out, corner, a, x, b, y):
    """out = corner + a x + b y."""
    for m in range(out.size):
        out[m] = corner[m] + a[m] * x[m] + b[m] * y[m]


@strict
def product(out, a, b):
    """out = a b."""
    for m in range(out.size):
        out[m] = a[m] * b[m]


@strict
def through(out, total, qa, qb, va, vb):
    """What two coarse cells get from the cells in the middle of their square, of weights q: see `coarsen`."""
    for m in range(out.size):
        out[m] = qa[m] * vb[m] + qb[m] * va[m] - total[m] * qa[m] * qb[m]


@strict
def add_three(out, a, b, c, d, e, f):
    """out += a b c + d e f."""
    for m in range(out.size):
        out[m] += a[m] * b[m] * c[m] + d[m] * e[m] * f[m]


@strict
def add_side(side, first, second, middle, near, far):
    """The two edges of one side of coarse squares; `middle` are all other edges of the cell between them,
    that go to the cells in the middle of the squares and to ground.
    """
    one = np.float32(1)
    for m in range(side.size):
        own = first[m] * (one - near[m]) * far[m] + second[m] * near[m] * (one - far[m])
        side[m] += own - middle[m] * near[m] * far[m]


@strict
def subtract_through(side, edge, near, far):
    """What a cell between two coarse ones takes from them for its edge to the cell in the middle."""
    for m in range(side.size):
        side[m] -= edge[m] * near[m] * far[m]


@strict
def difference(out, edge, a, b):
    """out = edge (a - b)."""
    for m in range(out.size):
        out[m] = edge[m] * (a[m] - b[m])


@strict
def subtract_product(out, a, b):
    """out -= a b."""
    for m in range(out.size):
        out[m] -= a[m] * b[m]


@strict
def subtract_two(out, a, x, b, y):
    """out -= a x + b y."""
    for m in range(out.size):
        out[m] -= a[m] * x[m] + b[m] * y[m]


@strict
def coarsen(level, coarse, room):
    """The Galerkin product: edges and grounds of the coarse level, assembled in squares of four coarse cells.

    The cell in the middle of a square has weights q at the corners. Its edges to corners or, by their
    weights, to the cells between them add up to V there, to `total` in all; corners a and b get q_a V_b + q_b
    V_a - total q_a q_b, and lose what the cell between them passes on to the middle. `room` is eighteen (S,).
    """
    w, e, ground = level.width, level.edges, level.ground
    places = w * w
    s, t = w + 1, places - w - 1
    (e0, e1, e2, e3), (s0, s1, s2, s3) = e[0], e[1]
    (a0, a1, a2, a3), (b0, b1, b2, b3) = e[2], e[3]
    north, south, west, east, falling, rising, qnw, qne, qsw, qse = room[:10]
    n_, s_, w_, e_, falls, rises = (
        north[s:t], south[s:t], west[s:t], east[s:t], falling[s:t], rising[s:t],
    )  # fmt: skip
    nw, ne, sw, se = qnw[s:t], qne[s:t], qsw[s:t], qse[s:t]
    share, total, vnw, vne, vsw, vse = (
        room[10][s:t], room[11][s:t], room[12][s:t], room[13][s:t], room[14][s:t], room[15][s:t],
    )  # fmt: skip
    one, other = room[16][s:t], room[17][s:t]
    # The edges of the cell in the middle to the corners, and to the cells above, below, left and right.
    cnw, cne, csw, cse = a0[s:t], b0[s + 1 : t + 1], b3[s:t], a3[s:t]
    ct, cb, cl, cr = s1[s:t], s3[s:t], e2[s:t], e3[s:t]
    # The weights of those four cells.
    across, down = level.weights[:2], level.weights[2:]
    tw, te, bw, be = across[0, s:t], across[1, s:t], across[0, s + w : t + w], across[1, s + w : t + w]
    ln, ls, rn, rs = down[0, s:t], down[1, s:t], down[0, s + 1 : t + 1], down[1, s + 1 : t + 1]
    centre = ground[3, s:t]
    share_of(share, centre, cnw, cne, csw, cse, ct, tw, te, cb, bw, be, cl, ln, ls, cr, rn, rs)
    sum_edges(total, centre, cnw, cne, csw, cse, ct, cb, cl, cr)
    to_corner(vnw, cnw, ct, tw, cl, ln)
    to_corner(vne, cne, ct, te, cr, rn)
    to_corner(vsw, csw, cl, ls, cb, bw)
    to_corner(vse, cse, cr, rs, cb, be)
    product(nw, vnw, share)
    product(ne, vne, share)
    product(sw, vsw, share)
    product(se, vse, share)
    through(n_, total, nw, ne, vnw, vne)
    through(s_, total, sw, se, vsw, vse)
    through(w_, total, nw, sw, vnw, vsw)
    through(e_, total, ne, se, vne, vse)
    through(falls, total, nw, se, vnw, vse)
    through(rises, total, ne, sw, vne, vsw)
    subtract_through(s_, cb, bw, be)
    subtract_through(e_, cr, rn, rs)
    # The cells between corners: their edges to the middle, those along the sides, and their grounds.
    one[:] = ground[1, s:t]
    add(one, ct)
    add_side(n_, e0[s:t], e1[s:t], one, tw, te)
    one[:] = ground[2, s:t]
    add(one, cl)
    add_side(w_, s0[s:t], s2[s:t], one, ln, ls)
    # The edges between them: above and left, above and right, left and below, right and below.
    tl, tr, lb, rb = b1[s:t], a1[s:t], a2[s:t], b2[s + 1 : t + 1]
    difference(one, tl, tw, ln)
    difference(other, tr, te, rn)
    subtract_two(n_, one, te, other, tw)
    add_product(w_, one, ls)
    add_product(e_, other, rs)
    difference(one, lb, ls, bw)
    difference(other, rb, rs, be)
    add_two(s_, one, be, other, bw)
    subtract_product(w_, one, ln)
    subtract_product(e_, other, rn)
    add_three(falls, tr, tw, rs, lb, ln, be)
    add_three(rises, tl, te, ls, rb, rn, bw)
    coarse_ground(level, qnw, qne, qsw, qse)
    deal(level.scratch[0], w, coarse.ground, coarse.size, coarse.width)
    line = level.scratch[0]
    line[:] = north[:places]
    add(line[s:t], south[s - w : t - w])
    deal(line, w, coarse.edges[0], coarse.size, coarse.width)
    line[:] = west[:places]
    add(line[s:t], east[s - 1 : t - 1])
    deal(line, w, coarse.edges[1], coarse.size, coarse.width)
    deal(falling, w, coarse.edges[2], coarse.size, coarse.width)
    line[s:t] = rising[s - 1 : t - 1]
    deal(line, w, coarse.edges[3], coarse.size, coarse.width)


@strict
def coarse_ground(level, qnw, qne, qsw, qse):
    """The row sums of the Galerkin product, to the level's `scratch`: where the weights of all cells sum to 1
    and nothing is grounded there are none, and no rounding makes any.
    """
    w, v, flow = level.width, level.x, level.r
    s, t = w + 1, v.shape[1] - w - 1
    west, east, north, south = level.weights
    v[0] = 1
    sum_two(v[1], west, east)
    sum_two(v[2], north, south)
    sum_four(v[3], qnw, qne, qsw, qse)
    multiply(level, v, flow)
    for own in range(4):
        add_product(flow[own], level.ground[own], v[own])
    line, odd = level.scratch[0], flow[3]
    line[:] = flow[0]
    add_weighted(
        line[s:t], qnw[s:t], odd[s:t], qne[s - 1 : t - 1], odd[s - 1 : t - 1],
        qsw[s - w : t - w], odd[s - w : t - w], qse[s - w - 1 : t - w - 1], odd[s - w - 1 : t - w - 1],
    )  # fmt: skip
    restrict(level, line, flow[1], flow[2])


@strict
def sum_two(out, a, b):
    """a + b, 1 where only rounding keeps it from that."""
    one = np.float32(1)
    for m in range(out.size):
        total = a[m] + b[m]
        out[m] = one if abs(total - one) <= ROUNDING else total


@strict
def sum_four(out, a, b, c, d):
    """a + b + c + d, 1 where only rounding keeps it from that."""
    one = np.float32(1)
    for m in range(out.size):
        total = a[m] + b[m] + c[m] + d[m]
        out[m] = one if abs(total - one) <= ROUNDING else total


@strict
def add_product(out, a, b):
    """out += a b."""
    for m in range(out.size):
        out[m] += a[m] * b[m]
