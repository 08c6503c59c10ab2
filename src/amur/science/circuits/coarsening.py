"""The hierarchy of coarser and coarser rasters behind the multigrid cycle.

Every second row and column goes to the coarser level. The cells between are interpolated from their coarse
neighbours with weights taken from the conductances themselves (black-box multigrid, Dendy 1982, J. Comput.
Phys. 48:366), and the coarse network is the Galerkin product, assembled edge by edge: an edge that sees the
differences d of its coarse cells' weights adds -w d_a d_b between coarse cells a and b. So each level is a
network of resistors again, with nine points at most, and never loses its zero row sums to rounding.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from amur.science.circuits.compiled import jit
from amur.science.circuits.layout import edge_rows, split_shape
from amur.science.circuits.solution import Anything

# A missing row sum below this share is the rounding of single precision.
ROUNDING = np.float32(2e-6)


class Level(NamedTuple):
    """One level: its size, its edges (R + 3, 2, H) in single precision, and the weights to the next coarser
    one.

    `west`, `east_weight` [I + 1, m]: of the cell (2I, 2J + 1) from its coarse neighbours, m = J + 1; `north`,
    `south_weight`: of the cell (2I + 1, 2J).
    """

    rows: int
    columns: int
    nine: bool
    east: Anything
    south: Anything
    southeast: Anything
    southwest: Anything
    diagonal: Anything
    west: Anything
    east_weight: Anything
    north: Anything
    south_weight: Anything


@jit
def finest_edges(values, by_resistance, eight, scale, east, south, southeast, southwest):
    """Fills the edges of the finest level from the cells' values, times `scale`."""
    width = values.shape[2]
    rows = np.zeros((4, 2, width))
    for i in range(1, values.shape[0] - 2):
        edge_rows(values, i, by_resistance, eight, rows[0], rows[1], rows[2], rows[3])
        for c in range(2):
            for m in range(width):
                east[i, c, m] = rows[0, c, m] * scale
                south[i, c, m] = rows[1, c, m] * scale
            if eight:
                for m in range(width):
                    southeast[i, c, m] = rows[2, c, m] * scale
                    southwest[i, c, m] = rows[3, c, m] * scale


@jit
def fill_diagonal(ground, e, s, se, sw, out):
    """The sum of all edges of each cell and its ground; 1 where there is nothing."""
    n = e.shape[2] - 1
    for i in range(1, e.shape[0] - 2):
        for m in range(1, n):
            total = ground[i, 0, m] + e[i, 0, m] + e[i, 1, m - 1] + s[i, 0, m] + s[i - 1, 0, m]
            total += se[i, 0, m] + se[i - 1, 1, m - 1] + sw[i, 0, m] + sw[i - 1, 1, m]
            out[i, 0, m] = total if total > 0 else 1.0
            total = ground[i, 1, m] + e[i, 1, m] + e[i, 0, m] + s[i, 1, m] + s[i - 1, 1, m]
            total += se[i, 1, m] + se[i - 1, 0, m] + sw[i, 1, m] + sw[i - 1, 0, m + 1]
            out[i, 1, m] = total if total > 0 else 1.0


@jit
def fill_weights(ground, e, s, se, sw, west, east_weight, north, south_weight):
    """Weights of the cells between two coarse ones: the stencil is summed across their line.

    A coarse cell without an edge of its own to the cell between gets no weight: pieces that do not touch stay
    apart.
    """
    n = e.shape[2] - 1
    for coarse in range(1, west.shape[0] - 1):
        i = 2 * coarse - 1
        for m in range(1, n):
            a = e[i, 0, m] + se[i - 1, 0, m] + sw[i, 1, m] if e[i, 0, m] > 0 else np.float32(0)
            b = e[i, 1, m] + sw[i - 1, 0, m + 1] + se[i, 1, m] if e[i, 1, m] > 0 else np.float32(0)
            a, b = max(a, np.float32(0)), max(b, np.float32(0))
            total = a + b + ground[i, 1, m]
            share = 1 / total if total > 0 else np.float32(0)
            west[coarse, m], east_weight[coarse, m] = a * share, b * share
        i += 1
        for m in range(1, n):
            a = (
                s[i - 1, 0, m] + se[i - 1, 1, m - 1] + sw[i - 1, 1, m]
                if s[i - 1, 0, m] > 0
                else np.float32(0)
            )
            b = s[i, 0, m] + sw[i, 0, m] + se[i, 0, m] if s[i, 0, m] > 0 else np.float32(0)
            a, b = max(a, np.float32(0)), max(b, np.float32(0))
            total = a + b + ground[i, 0, m]
            share = 1 / total if total > 0 else np.float32(0)
            north[coarse, m], south_weight[coarse, m] = a * share, b * share


@njit(inline="always")
def add(to, m, w, nw, ne, sw, se):
    """One fine edge `w` with differences of weights at the four corners of a coarse square."""
    to[0, m] -= w * nw * ne
    to[1, m] -= w * sw * se
    to[2, m] -= w * nw * sw
    to[3, m] -= w * ne * se
    to[4, m] -= w * nw * se
    to[5, m] -= w * ne * sw
    rest = nw + ne + sw + se
    if abs(rest) > ROUNDING:
        to[6, m] += w * nw * rest
        to[7, m] += w * ne * rest
        to[8, m] += w * sw * rest
        to[9, m] += w * se * rest


@jit
def coarse_squares(coarse, ground, e, s, se, sw, west, east_weight, north, south_weight, to):
    """All fine edges in one row of coarse squares: six edges and four grounds of each, to (10, H)."""
    to[:] = 0
    i = 2 * coarse - 1
    one, no = np.float32(1), np.float32(0)
    for m in range(1, e.shape[2] - 1):
        tw, te = west[coarse, m], east_weight[coarse, m]
        bw, be = west[coarse + 1, m], east_weight[coarse + 1, m]
        ln, ls = north[coarse, m], south_weight[coarse, m]
        rn, rs = north[coarse, m + 1], south_weight[coarse, m + 1]
        # The cell in the middle takes the mean of its neighbours.
        cnw, cne, csw, cse = se[i, 0, m], sw[i, 0, m + 1], sw[i + 1, 1, m], se[i + 1, 1, m]
        ct, cb, cl, cr = s[i, 1, m], s[i + 1, 1, m], e[i + 1, 0, m], e[i + 1, 1, m]
        total = cnw + cne + csw + cse + ground[i + 1, 1, m]
        total += ct if tw + te > 0 else no
        total += cb if bw + be > 0 else no
        total += cl if ln + ls > 0 else no
        total += cr if rn + rs > 0 else no
        share = one / total if total > 0 else no
        qnw = (cnw + ct * tw + cl * ln) * share
        qne = (cne + ct * te + cr * rn) * share
        qsw = (csw + cl * ls + cb * bw) * share
        qse = (cse + cr * rs + cb * be) * share
        add(to, m, cnw, qnw - one, qne, qsw, qse)
        add(to, m, cne, qnw, qne - one, qsw, qse)
        add(to, m, csw, qnw, qne, qsw - one, qse)
        add(to, m, cse, qnw, qne, qsw, qse - one)
        add(to, m, ct, qnw - tw, qne - te, qsw, qse)
        add(to, m, cb, qnw, qne, qsw - bw, qse - be)
        add(to, m, cl, qnw - ln, qne, qsw - ls, qse)
        add(to, m, cr, qnw, qne - rn, qsw, qse - rs)
        add(to, m, ground[i + 1, 1, m], qnw, qne, qsw, qse)
        # The diagonals between the cells on the sides.
        add(to, m, sw[i, 1, m], tw - ln, te, -ls, no)
        add(to, m, se[i, 1, m], tw, te - rn, no, -rs)
        add(to, m, se[i + 1, 0, m], ln, no, ls - bw, -be)
        add(to, m, sw[i + 1, 0, m + 1], no, rn, -bw, rs - be)
        # The upper side and the left one; the others belong to the next squares.
        add(to, m, e[i, 0, m], one - tw, -te, no, no)
        add(to, m, e[i, 1, m], -tw, one - te, no, no)
        add(to, m, ground[i, 1, m], tw, te, no, no)
        add(to, m, s[i, 0, m], one - ln, no, -ls, no)
        add(to, m, s[i + 1, 0, m], -ln, no, one - ls, no)
        add(to, m, ground[i + 1, 0, m], ln, no, ls, no)
        to[6, m] += ground[i, 0, m]


@jit
def coarsen(fine, ground, west, east_weight, north, south_weight, edges, coarse_ground):
    """The Galerkin product: `edges` (4, Rc + 3, 2, Hc) and `coarse_ground` from the fine level's `fine`
    edges.
    """
    e, s, se, sw = fine
    width = e.shape[2]
    now = np.zeros((10, width), dtype=np.float32)
    above = np.zeros((10, width), dtype=np.float32)
    for coarse in range(1, west.shape[0] - 1):
        coarse_squares(coarse, ground, e, s, se, sw, west, east_weight, north, south_weight, now)
        for m in range(1, width - 1):
            c, h = (m - 1) % 2, (m - 1) // 2 + 1
            edges[0, coarse, c, h] = now[0, m] + above[1, m]
            edges[1, coarse, c, h] = now[2, m] + now[3, m - 1]
            edges[2, coarse, c, h] = now[4, m]
            edges[3, coarse, c, h] = now[5, m - 1]
            coarse_ground[coarse, c, h] = now[6, m] + now[7, m - 1] + above[8, m] + above[9, m - 1]
        now, above = above, now


@jit
def lost_cells(level):
    """How many cells with edges have no weights: the coarser level does not know them."""
    count = 0
    n = level.east.shape[2] - 1
    for coarse in range(1, level.west.shape[0] - 1):
        i = 2 * coarse - 1
        for m in range(1, n):
            across = level.west[coarse, m] + level.east_weight[coarse, m]
            if across == 0 and (level.south[i, 1, m] > 0 or level.south[i - 1, 1, m] > 0):
                count += 1
            along = level.north[coarse, m] + level.south_weight[coarse, m]
            if along == 0 and (level.east[i + 1, 0, m] > 0 or level.east[i + 1, 1, m - 1] > 0):
                count += 1
    return count


def coarser(
    rows: int, columns: int, edges: tuple[Anything, ...], ground: Anything, nine: bool
) -> tuple[Level, Anything, Anything]:
    """A finished level from its edges and grounds, and the edges and grounds of the next one."""
    diagonal = np.ones_like(edges[0])
    fill_diagonal(ground, *edges, diagonal)
    coarse_rows, coarse_columns = (rows + 1) // 2, (columns + 1) // 2
    weights = [np.zeros((coarse_rows + 2, edges[0].shape[2]), dtype=np.float32) for _ in range(4)]
    fill_weights(ground, *edges, *weights)
    shape = split_shape(coarse_rows, coarse_columns)
    coarse_edges = np.zeros((4, *shape), dtype=np.float32)
    coarse_ground = np.zeros(shape, dtype=np.float32)
    coarsen(edges, ground, *weights, coarse_edges, coarse_ground)
    none = np.zeros((1, 1, 1), dtype=np.float32)
    southeast, southwest = (edges[2], edges[3]) if nine else (none, none)
    level = Level(rows, columns, nine, edges[0], edges[1], southeast, southwest, diagonal, *weights)
    return level, coarse_edges, coarse_ground
