"""Currents through nodes, and exact sums and maxima of them over all pairs of focal nodes.

With v_i the voltages for one ampere from focal node i to ground (or to a common focal node), v_i - v_j are
those of the pair i, j. The current of a node in a pair is half the sum of its edges' |currents| and of what
is injected there: as much flows in as out. Over all pairs an edge of conductance g with drops d_1 <= ... <=
d_N therefore carries g sum_k (2k - N - 1) d_k (k from 1), so the sum over N (N - 1) / 2 pairs takes one sort
of N numbers. The sorting goes by a network of comparisons over whole stretches of a row at once (odd-even
merge sort, Batcher 1968).
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_array, triu

from amur.science.circuits.compiled import jit
from amur.science.circuits.grid import GridConductance
from amur.science.circuits.solution import Anything, Floats, Integers

# Circuitscape sets branch currents below this share of the largest to 0.
NEGLIGIBLE = 1e-8


def grid_currents(
    grid: GridConductance,
    voltages: Anything,
    leaving: Anything | None = None,
    *,
    cut: bool = True,
) -> Floats:
    """Current of each cell (cells,) in amperes: the larger of inflow and outflow, for `voltages` (cells,).

    `leaving` (cells,) is what flows to ground in amperes, negative where it comes from there. Injected
    currents need no mention: what is injected flows out through the edges. With `cut`, currents of edges
    below 1e-8 of the largest are dropped, as Circuitscape does.

    >>> grid = GridConductance.checked(np.ones((1, 3)), 4, "resistance")
    >>> grid_currents(grid, np.array([1.0, 0.0, -1.0])).tolist()
    [1.0, 1.0, 1.0]
    """
    rows, columns = grid.shape
    field = np.ascontiguousarray(voltages, dtype=np.float64).reshape(rows, columns)
    shape = (2, rows, columns)
    flows = np.zeros(shape)
    rule = (grid.average == "resistance", grid.neighbours == 8)
    limit = NEGLIGIBLE * grid_largest(grid.conductance, field, *rule) if cut else 0.0
    grid_flows(grid.conductance, field, *rule, limit, flows)
    if leaving is not None:
        out = np.asarray(leaving, dtype=np.float64).reshape(rows, columns)
        flows[0] += np.maximum(-out, 0.0)
        flows[1] += np.maximum(out, 0.0)
    total: Floats = flows.max(axis=0).ravel()
    return total


def network_currents(
    laplacian: csr_array[Any], voltages: Anything, leaving: Anything | None = None, *, cut: bool = True
) -> Floats:
    """Current of each node (nodes,) in amperes, see `grid_currents`.

    >>> chain = csr_array(np.array([[1.0, -1, 0], [-1, 2, -1], [0, -1, 1]]))
    >>> network_currents(chain, np.array([1.0, 0.0, -1.0])).tolist()
    [1.0, 1.0, 1.0]
    """
    first, second, conductance = edges_of(laplacian)
    field = np.asarray(voltages, dtype=np.float64).ravel()
    current = conductance * (field[first] - field[second])
    if cut and current.size:
        current[np.abs(current) < NEGLIGIBLE * np.abs(current).max()] = 0.0
    forth, back = np.maximum(current, 0.0), np.maximum(-current, 0.0)
    size = field.size
    outflow = np.bincount(first, forth, size) + np.bincount(second, back, size)
    inflow = np.bincount(second, forth, size) + np.bincount(first, back, size)
    if leaving is not None:
        out = np.asarray(leaving, dtype=np.float64).ravel()
        inflow += np.maximum(-out, 0.0)
        outflow += np.maximum(out, 0.0)
    total: Floats = np.maximum(inflow, outflow)
    return total


def edges_of(laplacian: csr_array[Any]) -> tuple[Integers, Integers, Floats]:
    """First node, second node and conductance of each edge, each once."""
    upper = triu(laplacian, k=1).tocoo()
    return upper.row.astype(np.int64), upper.col.astype(np.int64), -upper.data


def grid_all_pairs(grid: GridConductance, voltages: Anything, focal: Anything) -> Floats:
    """Sum over all pairs of the current of each cell (cells,), in amperes.

    `voltages` (cells, N) are fields whose differences are those of the pairs, `focal` (N,) the focal cells.
    Each focal cell also gets half an ampere for each of its N - 1 pairs from outside.

    >>> grid = GridConductance.checked(np.ones((1, 3)), 4, "resistance")
    >>> fields = np.array([[2.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])  # cell 2 at ground
    >>> grid_all_pairs(grid, fields, [0, 1, 2]).tolist()
    [2.0, 3.0, 2.0]
    """
    rows, columns = grid.shape
    fields = np.ascontiguousarray(np.asarray(voltages, dtype=np.float64).T)
    total = np.zeros((rows, columns))
    first, second = sorting_network(fields.shape[0])
    grid_sorted(
        grid.conductance,
        fields.reshape(-1, rows, columns),
        grid.average == "resistance",
        grid.neighbours == 8,
        first,
        second,
        total,
    )
    total = total.ravel() / 2
    np.add.at(total, np.asarray(focal, dtype=np.int64), (fields.shape[0] - 1) / 2)
    return total


def network_all_pairs(laplacian: csr_array[Any], voltages: Anything, focal: Anything) -> Floats:
    """Sum over all pairs of the current of each node (nodes,), see `grid_all_pairs`."""
    fields = np.asarray(voltages, dtype=np.float64)
    size, count = fields.shape
    first, second, conductance = edges_of(laplacian)
    weights = 2.0 * np.arange(count) - count + 1
    current = np.zeros(first.size)
    block = max(1, 2_000_000 // max(count, 1))
    for start in range(0, first.size, block):
        part = slice(start, start + block)
        drops = np.sort(fields[first[part]] - fields[second[part]], axis=1)
        current[part] = conductance[part] * (drops @ weights)
    total = (np.bincount(first, current, size) + np.bincount(second, current, size)) / 2
    np.add.at(total, np.asarray(focal, dtype=np.int64), (count - 1) / 2)
    return total


def grid_pairs_maximum(
    grid: GridConductance, voltages: Anything, focal: Anything, pairs: Anything | None = None
) -> Floats:
    """Maximum over pairs of the current of each cell (cells,); `pairs` (m, 2) number columns, default all."""
    rows, columns = grid.shape
    fields = np.ascontiguousarray(np.asarray(voltages, dtype=np.float64).T)
    count = fields.shape[0]
    chosen = np.argwhere(np.triu(np.ones((count, count)), 1)) if pairs is None else np.asarray(pairs)
    out = np.zeros((rows, columns))
    grid_maximum(
        grid.conductance,
        fields.reshape(-1, rows, columns),
        grid.average == "resistance",
        grid.neighbours == 8,
        np.asarray(focal, dtype=np.int64),
        chosen.astype(np.int64),
        out,
    )
    return out.ravel()


def sorting_network(count: int) -> tuple[Integers, Integers]:
    """Batcher's odd-even merge sort for `count` numbers: which positions to compare, in order."""
    first: list[int] = []
    second: list[int] = []
    p = 1
    while p < count:
        k = p
        while k >= 1:
            for j in range(k % p, count - k, 2 * k):
                for i in range(min(k, count - j - k)):
                    if (i + j) // (2 * p) == (i + j + k) // (2 * p):
                        first.append(i + j)
                        second.append(i + j + k)
            k //= 2
        p *= 2
    return np.array(first, dtype=np.int64), np.array(second, dtype=np.int64)


@jit
def conductance_row(cells, i, direction, by_resistance, out):
    """Conductances of the edges of row `i` in one direction (see `grid.STEPS`), kept at their left cell."""
    columns = cells.shape[1]
    down = 0 if direction == 0 else 1
    factor = 1.0 if direction < 2 else np.sqrt(0.5)
    shift, start = (0, 1) if direction == 3 else (1, 0)
    if direction == 1:
        shift = 0
    size = columns if direction == 1 else columns - 1
    for j in range(size):
        a, b = cells[i, j + start], cells[i + down, j + shift]
        if a > 0 and b > 0:
            out[j] = factor * (2.0 / (1.0 / a + 1.0 / b) if by_resistance else (a + b) / 2)
        else:
            out[j] = 0.0
    return size, down, start, shift


@jit
def grid_largest(cells, field, by_resistance, eight):
    """The largest current of an edge."""
    rows, columns = cells.shape
    edge = np.zeros(columns)
    largest = 0.0
    for i in range(rows):
        for direction in range(4 if eight else 2):
            if direction == 0 or i + 1 < rows:
                size, down, start, shift = conductance_row(cells, i, direction, by_resistance, edge)
                for j in range(size):
                    largest = max(largest, abs(edge[j] * (field[i, j + start] - field[i + down, j + shift])))
    return largest


@jit
def grid_flows(cells, field, by_resistance, eight, limit, flows):
    """Adds inflow to flows[0] and outflow to flows[1]; edges with less current than `limit` count as 0."""
    rows, columns = cells.shape
    edge = np.zeros(columns)
    for i in range(rows):
        for direction in range(4 if eight else 2):
            if direction == 0 or i + 1 < rows:
                size, down, start, shift = conductance_row(cells, i, direction, by_resistance, edge)
                for j in range(size):
                    current = edge[j] * (field[i, j + start] - field[i + down, j + shift])
                    if abs(current) < limit:
                        continue
                    forth, back = max(current, 0.0), max(-current, 0.0)
                    flows[1, i, j + start] += forth
                    flows[0, i, j + start] += back
                    flows[0, i + down, j + shift] += forth
                    flows[1, i + down, j + shift] += back


@jit
def exchange(low, high):
    """Puts the smaller of two numbers into `low`, the larger into `high`, along a whole stretch."""
    for j in range(low.size):
        a, b = low[j], high[j]
        low[j] = min(a, b)
        high[j] = max(a, b)


@jit
def grid_sorted(cells, fields, by_resistance, eight, first, second, total):
    """Adds to `total` the sum over pairs of |current| of each cell's edges."""
    count = fields.shape[0]
    rows, columns = cells.shape
    edge, summed = np.zeros(columns), np.zeros(columns)
    drops = np.zeros((count, columns))
    for i in range(rows):
        for direction in range(4 if eight else 2):
            if direction == 0 or i + 1 < rows:
                size, down, start, shift = conductance_row(cells, i, direction, by_resistance, edge)
                for n in range(count):
                    above, below = fields[n, i, start:], fields[n, i + down, shift:]
                    for j in range(size):
                        drops[n, j] = above[j] - below[j]
                for at in range(first.size):
                    exchange(drops[first[at], :size], drops[second[at], :size])
                summed[:] = 0.0
                for n in range(count):
                    weight = 2.0 * n - count + 1.0
                    for j in range(size):
                        summed[j] += weight * drops[n, j]
                for j in range(size):
                    summed[j] *= edge[j]
                for j in range(size):
                    total[i, j + start] += summed[j]
                for j in range(size):
                    total[i + down, j + shift] += summed[j]


@jit
def grid_maximum(cells, fields, by_resistance, eight, focal, pairs, out):
    """The largest current of each cell over the pairs; rows of cells stay in cache while all pairs pass."""
    rows, columns = cells.shape
    kinds = 4 if eight else 2
    edges = np.zeros((2, 4, columns))
    sums = np.zeros((2, pairs.shape[0], columns))  # of |current| of the row's cells and of the next row's
    for i in range(rows):
        here, below = sums[i % 2], sums[1 - i % 2]
        below[:] = 0.0
        now = edges[0]
        for direction in range(kinds):
            if direction == 0 or i + 1 < rows:
                size, down, start, shift = conductance_row(cells, i, direction, by_resistance, now[direction])
                for p in range(pairs.shape[0]):
                    va, vb = fields[pairs[p, 0]], fields[pairs[p, 1]]
                    to = here[p] if down == 0 else below[p]
                    for j in range(size):
                        top = va[i, j + start] - vb[i, j + start]
                        bottom = va[i + down, j + shift] - vb[i + down, j + shift]
                        current = abs(now[direction, j] * (top - bottom))
                        here[p, j + start] += current
                        to[j + shift] += current
        for p in range(pairs.shape[0]):
            for end in range(2):
                cell = focal[pairs[p, end]]
                if cell // columns == i:
                    here[p, cell % columns] += 1.0
            for j in range(columns):
                out[i, j] = max(out[i, j], here[p, j] / 2)
