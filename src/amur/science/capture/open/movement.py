"""How centres of activity move between years: kernels on the grid of the mask, truncated at its edge.

The chance to move from cell x to cell y is k(|x - y|) / sum over the mask of k(|x - y'|). For the normal
kernel k(d) = exp(-d^2 / 2 s^2), taken along rows and then along columns; for the exponential kernel
k(d) = exp(-d / s), which between 12 and 14 s fades smoothly to 0 (BVN and BVE of Efford & Schofield 2020,
Biometrics 76:392). `independent` draws a new centre from the density.

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
REACH, FADE = 14.0, 2.0
"""Of the exponential kernel, in s: where it ends, and over which distance before that it fades."""
NOTHING = 1e-14
"""Shares of the largest value below this are not moved."""


class Grid(NamedTuple):
    """The mask as cells of a grid: `row` and `column` (M,), `rows`, `columns`, `side` in metres."""

    row: Any
    column: Any
    rows: int
    columns: int
    side: float


class Kernels(NamedTuple):
    """The kernels of all intervals: of the normal, `across` (I, 2 columns - 1) and `along` (I, 2 rows - 1)
    with their slopes to log s; of the exponential `table` (I, 2 rows - 1, 2 columns - 1) with its slope.

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
    table: Any
    table_slope: Any
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
    wide = count if kind == EXPONENTIAL else 0
    table, table_slope = np.zeros((2, wide, 2 * grid.rows - 1, 2 * grid.columns - 1))
    east = grid.side * np.arange(1 - grid.columns, grid.columns)
    north = grid.side * np.arange(1 - grid.rows, grid.rows)
    reach = np.full(count, max(grid.rows, grid.columns))
    for number, scale in enumerate(scales.tolist()):
        if kind == NORMAL:
            for away, out, slope in ((east, across, across_slope), (north, along, along_slope)):
                squares = (away / scale) ** 2
                out[number] = np.exp(-0.5 * squares)
                slope[number] = squares * out[number]
            reach[number] = min(reach[number], int(9 * scale / grid.side) + 1)
        elif kind == EXPONENTIAL:
            away = np.hypot(north[:, None], east[None]) / scale
            edge = np.clip((away - REACH) / FADE + 1, 0.0, 1.0)
            fading = 1 - edge**2 * (3 - 2 * edge)
            table[number] = np.exp(-away) * fading
            table_slope[number] = away * np.exp(-away) * (fading + 6 * edge * (1 - edge) / FADE)
            reach[number] = min(reach[number], int(REACH * scale / grid.side) + 1)
    norm, slope = np.ones((2, count, len(grid.row)))
    found = Kernels(
        kind, grid.row, grid.column, grid.rows, grid.columns, across, across_slope, along, along_slope,
        table, table_slope, norm, slope, target, reach,
    )  # fmt: skip
    if kind in (NORMAL, EXPONENTIAL):
        room = np.zeros((4, grid.rows, grid.columns))
        for number in range(count):
            smooth(found, number, np.ones(len(grid.row)), norm[number], slope[number], True, room)
    return found


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
def smooth(kernels, number, values, out, steep, with_steep, room):
    """The sums of kernel times values (M,) over the mask into `out`, and of its slope into `steep`.

    `room` (4, rows, columns) is worked in.
    """
    room[:] = 0.0
    source, mid, mid_slope, last = room[0], room[1], room[2], room[3]
    least = NOTHING * np.abs(values).max()
    for m in range(values.size):
        if abs(values[m]) > least:
            source[kernels.row[m], kernels.column[m]] = values[m]
    reach, rows = kernels.reach[number], kernels.rows
    if kernels.kind == NORMAL:
        for r in range(rows):
            _along_row(source[r], kernels.across[number], reach, mid[r])
            if with_steep:
                _along_row(source[r], kernels.across_slope[number], reach, mid_slope[r])
        source[:] = 0.0
        for r in range(rows):
            for d in range(max(0, r - reach), min(rows, r + reach + 1)):
                weight = kernels.along[number, rows - 1 - r + d]
                _add(mid[r], weight, source[d])
                if with_steep:
                    _add(mid_slope[r], weight, last[d])
                    _add(mid[r], kernels.along_slope[number, rows - 1 - r + d], last[d])
    else:
        size = kernels.columns
        for r in range(rows):
            for c in range(size):
                value = source[r, c]
                if value != 0.0:
                    first, end, base = max(0, c - reach), min(size, c + reach + 1), size - 1 - c
                    for d in range(max(0, r - reach), min(rows, r + reach + 1)):
                        line = kernels.table[number, rows - 1 - r + d]
                        target = mid[d]
                        for e in range(first, end):
                            target[e] += value * line[base + e]
                        if with_steep:
                            line = kernels.table_slope[number, rows - 1 - r + d]
                            target = last[d]
                            for e in range(first, end):
                                target[e] += value * line[base + e]
        source[:] = mid
    for m in range(out.size):
        out[m] = source[kernels.row[m], kernels.column[m]]
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
