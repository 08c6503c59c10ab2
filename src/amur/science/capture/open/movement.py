"""How centres of activity move between years: kernels on the grid of the mask, truncated at its edge.

The chance to move from cell x to cell y is k(|x - y|) / sum over the mask of k(|x - y'|). For the normal
kernel k(d) = exp(-d^2 / 2 s^2), taken along rows and then along columns; for the exponential kernel
k(d) = exp(-d / s) (BVN and BVE of Efford & Schofield 2020, Biometrics 76:392). `independent` draws a new
centre from the density.

The exponential is a mixture of normals, exp(-r) = int exp(-x / 2 - exp(-x) / 4 - r^2 exp(x)) dx / sqrt(4 pi).
The sum over steps of 0.6 is exact to 4e-7. Widths are fixed in metres, so that s changes weights alone, and
what the sum lacks at r = 0 is added there.

`forth` moves a distribution, `back` takes the expectation of a function, `forth` with `steep` also gives the
derivative of the unnormalised kernel to log s.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

from math import sqrt
from typing import Any, Literal, NamedTuple

import numpy as np

from amur.science.capture.data import Floats, Mask
from amur.science.capture.detection import SQUARE_METRES
from amur.science.capture.vectors import jit

Movement = Literal["static", "normal", "exponential", "independent"]
MOVEMENTS: tuple[Movement, ...] = ("static", "normal", "exponential", "independent")
STATIC, NORMAL, EXPONENTIAL, INDEPENDENT = range(4)
STEP, LIGHTEST, STEEPEST = 0.6, 1e-12, 45.0
"""Of the mixture: the step of x; smaller weights are left out, and normals that are exp(-45) a cell away."""
NOTHING = 1e-14
"""Shares of the largest value below this are not moved."""


class Grid(NamedTuple):
    """The mask as cells of a grid: `row` and `column` (M,), `rows`, `columns`, `side` in metres."""

    row: Any
    column: Any
    rows: int
    columns: int
    side: float


class Mixture(NamedTuple):
    """K normals: `across` (K, 2 columns - 1), `along` (K, 2 rows - 1) and `reach` (K,) in cells; `weight` and
    its `slope` to log s (I, K), and what is added at distance 0, `rest` and `rest_slope` (I,).
    """

    across: Any
    along: Any
    reach: Any
    weight: Any
    slope: Any
    rest: Any
    rest_slope: Any


class Kernels(NamedTuple):
    """The kernels of all intervals: of the normal, `across` (I, 2 columns - 1) and `along` (I, 2 rows - 1)
    with their slopes to log s; of the exponential the `mixture`.

    `norm` (I, M) is the sum of the kernel over the mask and `slope` (I, M) its derivative to log s;
    `target` (M,) the distribution of independent centres; `reach` (I,) in cells.
    """

    kind: int
    row: Any
    column: Any
    rows: int
    columns: int
    across: Any
    across_slope: Any
    along: Any
    along_slope: Any
    mixture: Mixture
    norm: Any
    slope: Any
    target: Any
    reach: Any


def grid_of(mask: Mask) -> Grid:
    """The grid that a mask lies on. Raises ValueError where its points are no square grid.

    >>> from amur.science.capture.examples import grid, mask_around
    >>> grid_of(mask_around(grid(2, 1000.0), 1000.0, 500.0))[2:]
    (6, 6, 500.0)
    """
    side = sqrt(mask.cell_area * SQUARE_METRES)
    place = (mask.points - mask.points.min(axis=0)) / side
    cells = np.rint(place)
    if np.abs(place - cells).max() > 0.01:
        raise ValueError("movement needs a mask that is a square grid whose rows run from west to east")
    column, row = cells.astype(np.int64).T
    size = int(row.max()) + 1, int(column.max()) + 1
    return Grid(np.ascontiguousarray(row), np.ascontiguousarray(column), *size, side)


def kernels_of(grid: Grid, movement: Movement, scales: Floats, target: Floats) -> Kernels:
    """The kernels of intervals with `scales` (I,) in metres; `target` (M,) adds up to 1."""
    kind, count = MOVEMENTS.index(movement), len(scales)
    across, across_slope = np.zeros((2, count, 2 * grid.columns - 1))
    along, along_slope = np.zeros((2, count, 2 * grid.rows - 1))
    east, north = _offsets(grid)
    reach = np.full(count, max(grid.rows, grid.columns))
    if kind == NORMAL:
        for number, scale in enumerate(scales.tolist()):
            for away, out, slope in ((east, across, across_slope), (north, along, along_slope)):
                squares = (away / scale) ** 2
                out[number] = np.exp(-0.5 * squares)
                slope[number] = squares * out[number]
            reach[number] = min(reach[number], int(9 * scale / grid.side) + 1)
    mixture = _mixture(grid, scales if kind == EXPONENTIAL else scales[:0])
    norm, slope = np.ones((2, count, len(grid.row)))
    found = Kernels(
        kind, grid.row, grid.column, grid.rows, grid.columns, across, across_slope, along, along_slope,
        mixture, norm, slope, target, reach,
    )  # fmt: skip
    if kind in (NORMAL, EXPONENTIAL):
        space = room(found)
        for number in range(count):
            smooth(found, number, np.ones(len(grid.row)), norm[number], slope[number], True, space)
    return found


def _offsets(grid: Grid) -> tuple[Floats, Floats]:
    """Distances in metres along a row and along a column."""
    return (
        grid.side * np.arange(1.0 - grid.columns, grid.columns),
        grid.side * np.arange(1.0 - grid.rows, grid.rows),
    )


def _mixture(grid: Grid, scales: Floats) -> Mixture:
    """The normals that make exponentials of `scales` (I,)."""
    first, last = -8.0, np.log(STEEPEST)
    longest, shortest = scales.max(initial=grid.side), scales.min(initial=grid.side)
    start = int((first - 2 * np.log(longest)) / STEP)
    end = int(min(last - 2 * np.log(grid.side), 60 - 2 * np.log(shortest)) / STEP)
    steps = STEP * np.arange(start, end + 1)
    x = steps + 2 * np.log(scales[:, None])
    thin = np.exp(np.minimum(-x, 700.0))
    weight = STEP * np.exp(-x / 2 - thin / 4) / np.sqrt(4 * np.pi)
    used = (weight > LIGHTEST).any(axis=0)
    weight, thin, narrow = weight[:, used], thin[:, used], np.exp(steps[used])
    slope = weight * (thin / 2 - 1)
    across, along = (np.exp(-narrow[:, None] * away**2) for away in _offsets(grid))
    reach = np.minimum(max(grid.rows, grid.columns), (np.sqrt(40 / narrow) / grid.side).astype(np.int64) + 1)
    return Mixture(across, along, reach, weight, slope, 1 - weight.sum(axis=1), -slope.sum(axis=1))


def room(kernels: Kernels) -> Floats:
    """What `smooth` works in."""
    return np.zeros((5, kernels.rows, kernels.columns))


@jit
def _along_row(values, kernel, reach, out):
    """Adds the convolution of a row with a kernel of length 2 size - 1."""
    size = values.size
    for c in range(size):
        value = values[c]
        if value != 0.0:
            first, last, base = max(0, c - reach), min(size, c + reach + 1), size - 1 - c
            for d in range(first, last):
                out[d] += value * kernel[base + d]


@jit
def _add(row, factor, out):
    for c in range(row.size):
        out[c] += factor * row[c]


@jit
def _column_wise(rows, along, reach, mid, out):
    """Adds the convolution of columns with a kernel of length 2 rows - 1."""
    for r in range(rows):
        for d in range(max(0, r - reach), min(rows, r + reach + 1)):
            _add(mid[r], along[rows - 1 - r + d], out[d])


@jit
def smooth(kernels, number, values, out, steep, with_steep, room):
    """The sums of kernel times values (M,) over the mask into `out`, and of its slope into `steep`."""
    room[:] = 0.0
    source, mid, part, whole, last = room[0], room[1], room[2], room[3], room[4]
    least = NOTHING * np.abs(values).max()
    for m in range(values.size):
        if abs(values[m]) > least:
            source[kernels.row[m], kernels.column[m]] = values[m]
    reach, rows = kernels.reach[number], kernels.rows
    if kernels.kind == NORMAL:
        for r in range(rows):
            _along_row(source[r], kernels.across[number], reach, mid[r])
            if with_steep:
                _along_row(source[r], kernels.across_slope[number], reach, part[r])
        _column_wise(rows, kernels.along[number], reach, mid, whole)
        if with_steep:
            _column_wise(rows, kernels.along[number], reach, part, last)
            _column_wise(rows, kernels.along_slope[number], reach, mid, last)
    else:
        mixture = kernels.mixture
        for r in range(rows):
            _add(source[r], mixture.rest[number], whole[r])
            _add(source[r], mixture.rest_slope[number], last[r])
        for k in range(mixture.reach.size):
            mid[:] = 0.0
            part[:] = 0.0
            for r in range(rows):
                _along_row(source[r], mixture.across[k], mixture.reach[k], mid[r])
            _column_wise(rows, mixture.along[k], mixture.reach[k], mid, part)
            for r in range(rows):
                _add(part[r], mixture.weight[number, k], whole[r])
                _add(part[r], mixture.slope[number, k], last[r])
    for m in range(out.size):
        out[m] = whole[kernels.row[m], kernels.column[m]]
        if with_steep:
            steep[m] = last[kernels.row[m], kernels.column[m]]


@jit
def forth(kernels, number, values, out, steep, with_steep, room):
    """Moves a distribution (M,) over an interval into `out`; `steep` as in `smooth`."""
    if kernels.kind == STATIC:
        out[:] = values
    elif kernels.kind == INDEPENDENT:
        total = values.sum()
        for m in range(out.size):
            out[m] = total * kernels.target[m]
    else:
        smooth(kernels, number, values / kernels.norm[number], out, steep, with_steep, room)


@jit
def back(kernels, number, values, out, room):
    """The expectation after an interval of a function (M,), for each cell before it, into `out`."""
    if kernels.kind == STATIC:
        out[:] = values
    elif kernels.kind == INDEPENDENT:
        total = 0.0
        for m in range(values.size):
            total += kernels.target[m] * values[m]
        out[:] = total
    else:
        smooth(kernels, number, values, out, out, False, room)
        norm = kernels.norm[number]
        for m in range(out.size):
            out[m] /= norm[m]


@jit
def slope_of(kernels, number, before, after, steep, expected, by_target):
    """The derivative of after' K before to log s: `before`, `after` (M,), `steep` from `forth` of before,
    `expected` from `back` of after. Adds to `by_target` (M,) the derivative to the target.
    """
    total = 0.0
    if kernels.kind == INDEPENDENT:
        whole = before.sum()
        for m in range(after.size):
            by_target[m] += whole * after[m]
    elif kernels.kind != STATIC:
        norm, slope = kernels.norm[number], kernels.slope[number]
        for m in range(after.size):
            total += after[m] * steep[m] - expected[m] * before[m] / norm[m] * slope[m]
    return total
