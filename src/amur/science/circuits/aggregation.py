"""Algebraic multigrid for any network of resistors: nodes that conduct well are taken together.

Dead ends and corridors are eliminated exactly on each level, then nodes are matched in pairs along their best
edge, twice, so about four become one (Notay 2010, Electron. Trans. Numer. Anal. 37:123). The coarser level is
solved by two steps of conjugate gradients, preconditioned by the level below (a K cycle), which makes up for
the roughness of plain aggregates. All in double precision, for networks of extreme contrast.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from scipy.sparse import coo_array, csr_array

from amur.science.circuits.dense import inverse_of
from amur.science.circuits.elimination import Elimination, backward, eliminated, forward
from amur.science.circuits.solution import Floats, Integers

DENSE = 100
# A neighbour is worth joining if it conducts so much of what the best one does.
STRONG = 0.25
# One step on a coarser level is enough if it leaves so little.
ENOUGH = 0.25

jit = njit(cache=True, nogil=True, error_model="numpy")


class Graph(NamedTuple):
    """Edges of each node in CSR form, without diagonal; leaks and diagonal (n,)."""

    indptr: Integers
    indices: Any
    weights: Floats
    leak: Floats
    diagonal: Floats


class AggregationLevel(NamedTuple):
    """What is eliminated, the graph that is left and the aggregate of each of its nodes."""

    elimination: Elimination
    graph: Graph
    aggregate: Integers


class Aggregation:
    """The hierarchy of a symmetric `graph` (n, n) of conductances without diagonal and of leaks (n,).

    After `__init__`, `first` is the elimination on the given network and `graph` what is left of it, on which
    `cycle` approximates the inverse.
    """

    def __init__(self, graph: csr_array[Any], leak: Floats) -> None:
        self.levels: list[AggregationLevel] = []
        while True:
            elimination, graph, leak = eliminated(graph, leak)
            size = graph.shape[0]
            if size <= DENSE:
                break
            half, pairs = matched(graph, leak, False)
            quarter, fours = matched(pairs[0], pairs[1], True)
            aggregate = quarter[half]
            self.levels.append(AggregationLevel(elimination, graph_of(graph, leak), aggregate))
            if fours[0].shape[0] > 0.9 * size:
                graph, leak = fours
                elimination = untouched(graph.shape[0])
                break
            graph, leak = fours
        self.last = elimination
        self.rest = graph_of(graph, leak)
        self.inverse = inverse_of(graph.toarray(), leak) if graph.shape[0] <= 2000 else None

    @property
    def first(self) -> Elimination:
        """What is eliminated from the given network."""
        return self.levels[0].elimination if self.levels else self.last

    @property
    def graph(self) -> Graph:
        """What is left of the given network."""
        return self.levels[0].graph if self.levels else self.rest

    def cycle(self, r: Floats, depth: int = 0) -> Floats:
        """An approximate solution (n,) for the currents `r` (n,) into what is left on a level."""
        if depth == len(self.levels):
            return self._last(r)
        level = self.levels[depth]
        x = np.zeros_like(r)
        count = (
            self.levels[depth + 1].elimination.left.size + self.levels[depth + 1].elimination.nodes.size
            if depth + 1 < len(self.levels)
            else self.last.left.size + self.last.nodes.size
        )
        coarse = np.zeros(count)
        relax_and_restrict(level.graph, r, x, level.aggregate, coarse)
        correction = self._coarse(coarse, depth + 1)
        prolong_and_relax(level.graph, r, x, level.aggregate, correction)
        return x

    def _coarse(self, r: Floats, depth: int) -> Floats:
        """Two steps of conjugate gradients on what is left of a level, then back to its eliminated nodes."""
        elimination = self.levels[depth].elimination if depth < len(self.levels) else self.last
        forward(*elimination[:4], r)
        x = np.zeros_like(r)
        left = r[elimination.left]
        if depth == len(self.levels):
            x[elimination.left] = self._last(left)
        else:
            graph = self.levels[depth].graph
            x[elimination.left] = self._two_steps(graph, left, depth)
        backward(*elimination[:4], r, x)
        return x

    def _two_steps(self, graph: Graph, r: Floats, depth: int) -> Floats:
        first: Floats = self.cycle(r, depth)
        product = np.empty_like(r)
        multiply(graph, first, product)
        curvature, along = dot(first, product), dot(first, r)
        if curvature <= 0:
            return first
        left: Floats = r - (along / curvature) * product
        if dot(left, left) <= ENOUGH**2 * dot(r, r):
            return np.asarray((along / curvature) * first)
        second = self.cycle(left, depth)
        other = np.empty_like(r)
        multiply(graph, second, other)
        mixed, bend, along_second = dot(second, product), dot(second, other), dot(second, left)
        rest = bend - mixed * mixed / curvature
        if rest <= 0:
            return np.asarray((along / curvature) * first)
        step = along_second / rest
        return np.asarray((along / curvature - step * mixed / curvature) * first + step * second)

    def _last(self, r: Floats) -> Floats:
        if self.inverse is not None:
            x = np.empty_like(r)
            dense_product(self.inverse, r, x)
            return x
        return np.asarray(r / self.rest.diagonal)


def untouched(size: int) -> Elimination:
    """Nothing eliminated."""
    none = np.zeros(0, dtype=np.int64)
    return Elimination(none, np.zeros((0, 2), dtype=np.int64), np.zeros((0, 2)), np.zeros(0), np.arange(size))


def graph_of(matrix: csr_array[Any], leak: Floats) -> Graph:
    """A matrix of conductances and leaks as arrays."""
    diagonal = np.asarray(matrix.sum(axis=1)).ravel() + leak
    diagonal[diagonal <= 0] = 1.0
    return Graph(matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data, leak, diagonal)


def matched(
    matrix: csr_array[Any], leak: Floats, joining: bool
) -> tuple[Integers, tuple[csr_array[Any], Floats]]:
    """The aggregate of each node, and the graph and leaks of the aggregates."""
    aggregate, count = match(matrix.indptr, matrix.indices, matrix.data, joining)
    rows = np.repeat(aggregate, np.diff(matrix.indptr))
    columns = aggregate[matrix.indices]
    apart = rows != columns
    coarse = csr_array(coo_array((matrix.data[apart], (rows[apart], columns[apart])), shape=(count, count)))
    return aggregate, (coarse, np.bincount(aggregate, leak, count).astype(np.float64))


@jit
def match(indptr, indices, weights, joining):
    """Pairs of nodes along strong edges; if `joining`, a node left alone goes to its best neighbour's."""
    size = indptr.size - 1
    aggregate = np.full(size, -1, dtype=np.int64)
    count = 0
    for i in range(size):
        if aggregate[i] >= 0:
            continue
        best, strongest, partner, free = -1, 0.0, -1, 0.0
        for at in range(indptr[i], indptr[i + 1]):
            j, w = indices[at], weights[at]
            if w > strongest:
                best, strongest = j, w
            if w > free and aggregate[j] < 0:
                partner, free = j, w
        if partner >= 0 and free >= STRONG * strongest:
            aggregate[i] = aggregate[partner] = count
            count += 1
        elif joining and best >= 0 and aggregate[best] >= 0:
            aggregate[i] = aggregate[best]
        else:
            aggregate[i] = count
            count += 1
    return aggregate, count


@jit
def relax_and_restrict(graph, r, x, aggregate, coarse):
    """Gauss-Seidel forward from zero; the residual, summed over aggregates, is added to `coarse`."""
    size = r.size
    for i in range(size):
        total = r[i]
        for at in range(graph.indptr[i], graph.indptr[i + 1]):
            j = graph.indices[at]
            if j < i:
                total += graph.weights[at] * x[j]
        x[i] = total / graph.diagonal[i]
    for i in range(size):
        total = 0.0  # what came from neighbours set later
        for at in range(graph.indptr[i], graph.indptr[i + 1]):
            j = graph.indices[at]
            if j > i:
                total += graph.weights[at] * x[j]
        coarse[aggregate[i]] += total


@jit
def prolong_and_relax(graph, r, x, aggregate, correction):
    """Adds the correction of each aggregate, then Gauss-Seidel backward."""
    size = r.size
    for i in range(size):
        x[i] += correction[aggregate[i]]
    for i in range(size - 1, -1, -1):
        total = r[i]
        for at in range(graph.indptr[i], graph.indptr[i + 1]):
            total += graph.weights[at] * x[graph.indices[at]]
        x[i] = total / graph.diagonal[i]


@jit
def multiply(graph, x, out):
    """out = A x, in differences, so that equal voltages give exactly no current."""
    for i in range(x.size):
        total = graph.leak[i] * x[i]
        for at in range(graph.indptr[i], graph.indptr[i + 1]):
            total += graph.weights[at] * (x[i] - x[graph.indices[at]])
        out[i] = total


@njit(cache=True, nogil=True, fastmath=True)
def dot(a, b):
    """a.b without the threads of a BLAS."""
    total = 0.0
    for i in range(a.size):
        total += a[i] * b[i]
    return total


@njit(cache=True, nogil=True, fastmath=True)
def dense_product(matrix, r, x):
    """x = matrix r."""
    for i in range(r.size):
        total = 0.0
        for j in range(r.size):
            total += matrix[i, j] * r[j]
        x[i] = total
