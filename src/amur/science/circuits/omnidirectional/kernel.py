"""The windows of a tile in one compiled loop: gathered, solved, summed.

Each window is solved by conjugate gradients with one multigrid cycle as preconditioner, in single precision;
voltages are summed up in double precision, and their residual is computed anew in double precision before
they are believed. The network keeps no ground: what all sources give is taken out at the target, which leaves
voltages open by a constant that no current shows. Edges are rounded to single precision, a relative change of
each conductance below 1e-7.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from amur.science.circuits.compiled import strict
from amur.science.circuits.omnidirectional.gathering import Frame, frame_of, gather
from amur.science.circuits.omnidirectional.hierarchy import Hierarchy, build, cycle, hierarchy_of, level_of
from amur.science.circuits.omnidirectional.planes import around, multiply, place
from amur.science.circuits.solution import Anything

MOST_ITERATIONS = 100
# Over so many iterations the residual must fall by a factor of ten, or the window is left to other means.
PATIENCE = 20
# Single precision is trusted to lower a residual by so much before it is computed anew.
TRUSTED = 1e-6


class Room(NamedTuple):
    """Memory for the windows of one tile, used again for each: the window, hierarchies of the landscape and
    of the flow potential, whose last cells are `plain`, and planes (4, S) for conjugate gradients.
    """

    frame: Frame
    land: Hierarchy
    flow: Hierarchy
    plain: Anything
    right: Anything
    voltages: Anything
    residual: Anything
    currents: Anything
    direction: Anything
    product: Anything


def room_of(reach: int, eight: bool, with_flow: bool) -> Room:
    """Room for windows of a radius."""
    size = 2 * reach + 1
    land = hierarchy_of(size, eight)
    planes = land.values.shape
    return Room(
        frame_of(reach),
        land,
        hierarchy_of(size if with_flow else 1, eight),
        np.zeros((size, size)),
        *(np.zeros(planes) for _ in range(4)),
        *(np.zeros(planes, dtype=np.float32) for _ in range(2)),
    )


@strict
def run_tile(
    conductance, inside, sources, matched, middle, node, blank, strength, correction, rule, by_resistance,
    factor, tolerance, room, total, records,
):  # fmt: skip
    """Adds the currents of all windows to `total` (1 or 2, rows, cols).

    Row k of `records` (n, planes, 4) becomes iterations, residual, estimated error and unknowns of the solves
    of window k; iterations are 0 where nothing flows and -1 where the solve stalled and nothing was added.
    """
    size = 2 * rule[1] + 1
    frame = room.frame
    for k in range(strength.size):
        gather(
            conductance, inside, sources, matched, k, middle[k], node[k], blank[k], strength[k], rule, frame
        )
        top, left = middle[k, 0] - rule[1], middle[k, 1] - rule[1]
        row, column = node[k, 0] - top, node[k, 1] - left
        for plane in range(total.shape[0]):
            hierarchy = room.land if plane == 0 else room.flow
            given = frame.sources if plane == 0 else frame.plain_sources
            cells = frame.conductance if plane == 0 else frame.plain
            amperes = put_sources(given, cells, row, column, level_of(hierarchy, 0), room.right)
            if amperes <= 0:
                continue
            if plane == 0:
                build(hierarchy, cells, factor, by_resistance)
            elif not same(cells, room.plain):
                room.plain[:] = cells
                build(hierarchy, cells, 1.0, by_resistance)
            record = records[k, plane]
            solve(hierarchy, room, tolerance, record)
            if record[0] < 0:
                continue
            level = level_of(hierarchy, 0)
            unknowns = 0
            for i in range(size):
                for j in range(size):
                    if cells[i, j] > 0:
                        own, m = place(i, j, level.width)
                        flow = 0.5 * amperes * room.currents[own, m]
                        total[plane, top + i, left + j] += flow * correction[i, j]
                        unknowns += 1
            record[3] = unknowns


@strict
def same(a, b):
    """Whether two arrays (n, n) are equal."""
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            if a[i, j] != b[i, j]:
                return False
    return True


@strict
def put_sources(given, cells, row, column, level, right):
    """The sources (n, n) as `right` (4, S), scaled so that 1 A leaves at the target; gives the amperes."""
    amperes = 0.0
    if cells[row, column] > 0:
        for i in range(given.shape[0]):
            for j in range(given.shape[1]):
                if given[i, j] > 0 and cells[i, j] > 0:
                    amperes += given[i, j]
    if amperes > 0:
        for i in range(given.shape[0]):
            for j in range(given.shape[1]):
                own, m = place(i, j, level.width)
                right[own, m] = given[i, j] / amperes if cells[i, j] > 0 else 0.0
        own, m = place(row, column, level.width)
        right[own, m] = -1.0
    return amperes


@strict
def solve(hierarchy, room, tolerance, record):
    """Solves for `room.right`: voltages, residuals and twice the currents of cells; see `run_tile`."""
    finest = level_of(hierarchy, 0)
    x, r = room.voltages, room.residual
    x[:] = 0.0
    r[:] = room.right
    norm = np.sqrt(dot(r, r))
    reached, before, gain = norm, np.inf, 0.0
    iterations = 0
    while reached > tolerance * norm and reached < 0.1 * before and iterations < MOST_ITERATIONS:
        finest.r[:] = r
        aim = max(0.9 * tolerance * norm, TRUSTED * reached)
        count, gain = iterate(hierarchy, room, aim, MOST_ITERATIONS - iterations)
        iterations += count
        measure(finest, x, room.right, r, room.currents)
        before, reached = reached, np.sqrt(dot(r, r))
    if reached > tolerance * norm:
        record[0] = -1.0
        return
    record[0] = iterations
    record[1] = reached / norm
    energy = abs(dot(x, room.right))
    record[2] = (abs(dot(r, x)) + gain) / energy if energy > 0 else 0.0


@strict
def iterate(hierarchy, room, aim, most):
    """Conjugate gradients in single precision down to the norm `aim`; the number of iterations and the
    estimated energy that is still missing.
    """
    finest = level_of(hierarchy, 0)
    z, r, p, q = finest.x, finest.r, room.direction, room.product
    p[:] = 0
    product = 0.0
    gain = last = 0.0
    norm = marker = np.sqrt(dot(r, r))
    count = 0
    while norm > aim and count < most:
        cycle(hierarchy)
        before = product
        product = dot(r, z)
        add_direction(p, z, np.float32(product / before) if count else np.float32(0))
        multiply(finest, p, q)
        curvature = dot(p, q)
        if not (product > 0 and curvature > 0 and np.isfinite(curvature)):
            break
        alpha = product / curvature
        norm = np.sqrt(step(room.voltages, r, p, q, alpha))
        last, gain = gain, alpha * product
        count += 1
        if count % PATIENCE == 0:
            if norm > 0.1 * marker:
                break
            marker = norm
    falling = min(gain / last, 0.999) if last > 0 else 0.5
    return count, gain * falling / (1 - falling)


@strict
def dot(a, b):
    """The product of two vectors in double precision."""
    one, other = a.ravel(), b.ravel()
    total = 0.0
    for m in range(one.size):
        total += np.float64(one[m]) * np.float64(other[m])
    return total


@strict
def add_direction(p, z, beta):
    """p = z + beta p."""
    one, other = p.ravel(), z.ravel()
    for m in range(one.size):
        one[m] = other[m] + beta * one[m]


@strict
def step(x, r, p, q, alpha):
    """x += alpha p, r -= alpha q; r.r."""
    xs, rs, ps, qs = x.ravel(), r.ravel(), p.ravel(), q.ravel()
    single = np.float32(alpha)
    for m in range(xs.size):
        xs[m] += alpha * np.float64(ps[m])
    for m in range(rs.size):
        rs[m] -= single * qs[m]
    return dot(rs, rs)


@strict
def measure(level, x, right, r, currents):
    """r = right - A x, and `currents`, the sum over the edges and the outside of what flows in and out."""
    e = level.edges
    s, t = level.width + 1, x.shape[1] - level.width - 1
    for own in range(4):
        beside, above, across, east, west, south, north = around(own // 2, own % 2, level.width)
        balance(
            right[own, s:t], r[own, s:t], currents[own, s:t], x[own, s:t],
            e[0, own, s:t], e[0, beside, s + west : t + west],
            e[1, own, s:t], e[1, above, s + north : t + north],
            x[beside, s + east : t + east], x[beside, s + west : t + west],
            x[above, s + south : t + south], x[above, s + north : t + north],
        )  # fmt: skip
        if level.nine:
            slanted_balance(
                r[own, s:t], currents[own, s:t], x[own, s:t],
                e[2, own, s:t], e[2, across, s + north + west : t + north + west],
                e[3, own, s:t], e[3, across, s + north + east : t + north + east],
                x[across, s + south + east : t + south + east],
                x[across, s + north + west : t + north + west],
                x[across, s + south + west : t + south + west],
                x[across, s + north + east : t + north + east],
            )  # fmt: skip


@strict
def balance(right, r, flow, v, e1, e2, e3, e4, v1, v2, v3, v4):
    """What comes from outside and flows to the four nearest."""
    for m in range(v.size):
        a, b = np.float64(e1[m]) * (v[m] - v1[m]), np.float64(e2[m]) * (v[m] - v2[m])
        c, d = np.float64(e3[m]) * (v[m] - v3[m]), np.float64(e4[m]) * (v[m] - v4[m])
        r[m] = right[m] - (a + b + c + d)
        flow[m] = abs(right[m]) + abs(a) + abs(b) + abs(c) + abs(d)


@strict
def slanted_balance(r, flow, v, e1, e2, e3, e4, v1, v2, v3, v4):
    """What flows to the four diagonal neighbours."""
    for m in range(v.size):
        a, b = np.float64(e1[m]) * (v[m] - v1[m]), np.float64(e2[m]) * (v[m] - v2[m])
        c, d = np.float64(e3[m]) * (v[m] - v3[m]), np.float64(e4[m]) * (v[m] - v4[m])
        r[m] -= a + b + c + d
        flow[m] += abs(a) + abs(b) + abs(c) + abs(d)
