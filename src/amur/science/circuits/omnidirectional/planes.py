"""How a window is kept while it is solved: four planes, the cells of even and odd rows and columns apart.

A square of n x n cells becomes (4, S) with S = W * W and W = ceil(n / 2) + 2: cell (i, j) stands in plane 2 *
(i % 2) + j % 2 at (i // 2 + 1) * W + j // 2 + 1, all else is padding. The neighbours of all cells of a plane
then lie in other planes at one distance each, so that a colour of a Gauss-Seidel sweep is a single loop over
contiguous memory: in windows, whose rows are short, the work for each row would count for more than that for
its cells.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

from typing import NamedTuple

from amur.science.circuits.compiled import strict
from amur.science.circuits.gridcg import flow5, flow9
from amur.science.circuits.smoothing import relax3, relax5, relax9, relax_all, weigh2, weigh6
from amur.science.circuits.solution import Anything


class Level(NamedTuple):
    """One level of a window's hierarchy in single precision: `size` cells to a side, planes of width `width`.

    `edges` (4, 4, S) to the east, south, south-east and south-west of the cells of each plane; `ground` and
    `diagonal` (4, S); `weights` (4, S) of the cells between coarse ones: those of the cell to the east of
    coarse cell m from the west and east, of the cell to its south from the north and south. `x`, `r` and
    `scratch` (4, S) are the cycle's.
    """

    size: int
    width: int
    nine: bool
    edges: Anything
    ground: Anything
    diagonal: Anything
    weights: Anything
    x: Anything
    r: Anything
    scratch: Anything


PLANES = 40
"""All planes of a level together."""


@strict
def level_in(buffer, size, nine):
    """The level that lies in a piece of memory, (PLANES * S,)."""
    width = (size + 1) // 2 + 2
    s = width * width
    return Level(
        size,
        width,
        nine,
        buffer[: 16 * s].reshape((4, 4, s)),
        buffer[16 * s : 20 * s].reshape((4, s)),
        buffer[20 * s : 24 * s].reshape((4, s)),
        buffer[24 * s : 28 * s].reshape((4, s)),
        buffer[28 * s : 32 * s].reshape((4, s)),
        buffer[32 * s : 36 * s].reshape((4, s)),
        buffer[36 * s : 40 * s].reshape((4, s)),
    )


@strict
def place(i, j, width):
    """The plane of a cell and its place there."""
    return 2 * (i % 2) + j % 2, (i // 2 + 1) * width + j // 2 + 1


@strict
def around(a, b, width):
    """The planes beside, above or below, and across from plane (a, b); distances to the east, west, south
    and north.
    """
    return 2 * a + 1 - b, 2 - 2 * a + b, 3 - 2 * a - b, b, b - 1, a * width, (a - 1) * width


@strict
def relax(level, a, b):
    """One colour, the plane (a, b), from all its neighbours."""
    e, v, own = level.edges, level.x, 2 * a + b
    beside, above, across, east, west, south, north = around(a, b, level.width)
    s, t = level.width + 1, v.shape[1] - level.width - 1
    if level.nine:
        relax9(
            v[own, s:t], level.r[own, s:t], level.diagonal[own, s:t],
            e[0, own, s:t], e[0, beside, s + west : t + west],
            e[1, own, s:t], e[1, above, s + north : t + north],
            e[2, own, s:t], e[2, across, s + north + west : t + north + west],
            e[3, own, s:t], e[3, across, s + north + east : t + north + east],
            v[beside, s + east : t + east], v[beside, s + west : t + west],
            v[above, s + south : t + south], v[above, s + north : t + north],
            v[across, s + south + east : t + south + east], v[across, s + north + west : t + north + west],
            v[across, s + south + west : t + south + west], v[across, s + north + east : t + north + east],
        )  # fmt: skip
    else:
        relax5(
            v[own, s:t], level.r[own, s:t], level.diagonal[own, s:t],
            e[0, own, s:t], e[0, beside, s + west : t + west],
            e[1, own, s:t], e[1, above, s + north : t + north],
            v[beside, s + east : t + east], v[beside, s + west : t + west],
            v[above, s + south : t + south], v[above, s + north : t + north],
        )  # fmt: skip


@strict
def beyond(level, a, b, out):
    """What the plane (a, b) gets from the rows above and below, to `out`."""
    e, v, own = level.edges, level.x, 2 * a + b
    _beside, above, across, east, west, south, north = around(a, b, level.width)
    s, t = level.width + 1, v.shape[1] - level.width - 1
    if level.nine:
        weigh6(
            out[s:t],
            e[1, own, s:t], e[1, above, s + north : t + north],
            e[2, own, s:t], e[2, across, s + north + west : t + north + west],
            e[3, own, s:t], e[3, across, s + north + east : t + north + east],
            v[above, s + south : t + south], v[above, s + north : t + north],
            v[across, s + south + east : t + south + east], v[across, s + north + west : t + north + west],
            v[across, s + south + west : t + south + west], v[across, s + north + east : t + north + east],
        )  # fmt: skip
    else:
        weigh2(
            out[s:t], e[1, own, s:t], e[1, above, s + north : t + north],
            v[above, s + south : t + south], v[above, s + north : t + north],
        )  # fmt: skip


@strict
def within(level, a, b, out):
    """What the plane (a, b) gets from its rows, to `out`."""
    e, v = level.edges, level.x
    beside, _above, _across, east, west, _south, _north = around(a, b, level.width)
    s, t = level.width + 1, v.shape[1] - level.width - 1
    weigh2(
        out[s:t], e[0, 2 * a + b, s:t], e[0, beside, s + west : t + west],
        v[beside, s + east : t + east], v[beside, s + west : t + west],
    )  # fmt: skip


@strict
def multiply(level, v, out):
    """out = A v, the currents that leave the cells of the finest level."""
    e = level.edges
    s, t = level.width + 1, v.shape[1] - level.width - 1
    for own in range(4):
        beside, above, across, east, west, south, north = around(own // 2, own % 2, level.width)
        if level.nine:
            flow9(
                out[own, s:t], v[own, s:t],
                e[0, own, s:t], e[0, beside, s + west : t + west],
                e[1, own, s:t], e[1, above, s + north : t + north],
                e[2, own, s:t], e[2, across, s + north + west : t + north + west],
                e[3, own, s:t], e[3, across, s + north + east : t + north + east],
                v[beside, s + east : t + east], v[beside, s + west : t + west],
                v[above, s + south : t + south], v[above, s + north : t + north],
                v[across, s + south + east : t + south + east],
                v[across, s + north + west : t + north + west],
                v[across, s + south + west : t + south + west],
                v[across, s + north + east : t + north + east],
            )  # fmt: skip
        else:
            flow5(
                out[own, s:t], v[own, s:t],
                e[0, own, s:t], e[0, beside, s + west : t + west],
                e[1, own, s:t], e[1, above, s + north : t + north],
                v[beside, s + east : t + east], v[beside, s + west : t + west],
                v[above, s + south : t + south], v[above, s + north : t + north],
            )  # fmt: skip


@strict
def descend(level, coarse):
    """Relaxes from zero, one colour after the other, and sums the residual onto the coarse level.

    What neighbours gave after a cell was set is its residual; the cells of odd rows and columns have none.
    """
    w, v = level.width, level.x
    s, t = w + 1, v.shape[1] - w - 1
    e, d, r = level.edges, level.diagonal, level.r
    divide(v[0, s:t], r[0, s:t], d[0, s:t])
    relax3(v[1, s:t], r[1, s:t], d[1, s:t], e[0, 1, s:t], e[0, 0, s:t], v[0, s + 1 : t + 1], v[0, s:t])
    v[3, s:t] = 0
    beyond(level, 1, 0, v[2])
    relax_all(v[2, s:t], r[2, s:t], d[2, s:t])
    relax(level, 1, 1)
    line, upright, flat, below = level.scratch[0], level.scratch[1], level.scratch[2], level.scratch[3]
    beyond(level, 0, 0, line)
    within(level, 0, 0, upright)
    add(line[s:t], upright[s:t])
    beyond(level, 0, 1, flat)
    within(level, 1, 0, below)
    restrict(level, line, flat, below)
    deal(line, w, coarse.r, coarse.size, coarse.width)


@strict
def restrict(level, line, flat, below):
    """Adds what lies on the cells between coarse ones, `flat` to their east and `below`, to `line`."""
    w = level.width
    s, t = w + 1, line.size - w - 1
    west, east, north, south = level.weights
    add_weighted(
        line[s:t], west[s:t], flat[s:t], east[s - 1 : t - 1], flat[s - 1 : t - 1],
        north[s:t], below[s:t], south[s - w : t - w], below[s - w : t - w],
    )  # fmt: skip


# Loops run from 0 over slices: so the compiler knows that no index is negative, which would mean another
# place in Python, and vectorises.
@strict
def divide(out, a, b):
    """out = a / b."""
    for m in range(out.size):
        out[m] = a[m] / b[m]


@strict
def add(out, a):
    """out += a."""
    for m in range(out.size):
        out[m] += a[m]


@strict
def add_two(out, a, x, b, y):
    """out += a x + b y."""
    for m in range(out.size):
        out[m] += a[m] * x[m] + b[m] * y[m]


@strict
def add_weighted(out, a, x, b, y, c, z, d, u):
    """out += a x + b y + c z + d u."""
    for m in range(out.size):
        out[m] += a[m] * x[m] + b[m] * y[m] + c[m] * z[m] + d[m] * u[m]


@strict
def ascend(level, coarse):
    """Adds the coarse level's correction and relaxes in the opposite order."""
    w, v, line = level.width, level.x, level.scratch[0]
    s, t = w + 1, v.shape[1] - w - 1
    collect(coarse.x, coarse.size, coarse.width, line, w)
    west, east, north, south = level.weights
    own = line[s:t]
    add(v[0, s:t], own)
    add_two(v[1, s:t], west[s:t], own, east[s:t], line[s + 1 : t + 1])
    add_two(v[2, s:t], north[s:t], own, south[s:t], line[s + w : t + w])
    relax(level, 1, 1)
    relax(level, 1, 0)
    relax(level, 0, 1)
    relax(level, 0, 0)


@strict
def deal(line, width, planes, size, coarse_width):
    """From one plane of the fine level to the four of the coarse one, of `size` cells to a side."""
    for i in range(size):
        at = (i // 2 + 1) * coarse_width + 1
        start = (i + 1) * width + 1
        even, odd = planes[2 * (i % 2)], planes[2 * (i % 2) + 1]
        for m in range((size + 1) // 2):
            even[at + m] = line[start + 2 * m]
        for m in range(size // 2):
            odd[at + m] = line[start + 2 * m + 1]


@strict
def collect(planes, size, coarse_width, line, width):
    """The reverse of `deal`."""
    for i in range(size):
        at = (i // 2 + 1) * coarse_width + 1
        start = (i + 1) * width + 1
        even, odd = planes[2 * (i % 2)], planes[2 * (i % 2) + 1]
        for m in range((size + 1) // 2):
            line[start + 2 * m] = even[at + m]
        for m in range(size // 2):
            line[start + 2 * m + 1] = odd[at + m]
