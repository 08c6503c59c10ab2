"""Exact elimination of the nodes that join one or two others: dead ends and corridors of a maze.

A node between a and b with conductances wa, wb and a leak g to ground becomes one edge wa wb / (wa + wb + g)
and leaks at both ends (series resistors; star-mesh transformation). What is left of a narrow maze are its
crossings.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from scipy.sparse import coo_array, csr_array

from amur.science.circuits.solution import Floats, Integers

jit = njit(cache=True, nogil=True, error_model="numpy")


class Elimination(NamedTuple):
    """The eliminated nodes in order, their one or two neighbours (n, 2), -1 for none, the conductances to
    them

    (n, 2), their totals with the leaks (n,), and the nodes that are left.
    """

    nodes: Integers
    neighbours: Integers
    conductances: Floats
    totals: Floats
    left: Integers


def eliminated(graph: csr_array[Any], leak: Floats) -> tuple[Elimination, csr_array[Any], Floats]:
    """Eliminates from a symmetric `graph` of conductances (n, n) without diagonal; what is left, and its
    leaks.

    >>> chain = csr_array(np.array([[0.0, 2, 0], [2, 0, 2], [0, 2, 0]]))
    >>> eliminated(chain, np.zeros(3))[0].left.size
    0
    """
    size = graph.shape[0]
    graph.sort_indices()
    indptr, to = graph.indptr.astype(np.int64), graph.indices.astype(np.int64)
    weights, leaks = graph.data.copy(), leak.copy()
    nodes, neighbours, conductances, totals, gone = run(indptr, to, weights, leaks)
    left = np.flatnonzero(~gone)
    number = np.full(size, -1)
    number[left] = np.arange(left.size)
    rows = np.repeat(np.arange(size), np.diff(indptr))
    alive = (to >= 0) & ~gone[rows]
    smaller = csr_array(
        coo_array((weights[alive], (number[rows[alive]], number[to[alive]])), shape=(left.size, left.size))
    )
    return Elimination(nodes, neighbours, conductances, totals, left), smaller, leaks[left]


@jit
def run(indptr, to, weights, leak):
    """Changes `to`, `weights` and `leak` in place; edges that are gone have `to` -1."""
    size = indptr.size - 1
    twin = np.empty(to.size, dtype=np.int64)
    met = indptr[:-1].copy()
    for i in range(size):
        for at in range(indptr[i], indptr[i + 1]):
            twin[at] = met[to[at]]
            met[to[at]] += 1
    degree = indptr[1:] - indptr[:-1]
    gone = np.zeros(size, dtype=np.bool_)
    stack = np.empty(size, dtype=np.int64)
    waiting = np.zeros(size, dtype=np.bool_)
    depth = 0
    for i in range(size - 1, -1, -1):
        if degree[i] <= 2:
            stack[depth] = i
            waiting[i] = True
            depth += 1
    nodes = np.empty(size, dtype=np.int64)
    neighbours = np.full((size, 2), -1, dtype=np.int64)
    conductances = np.zeros((size, 2))
    totals = np.zeros(size)
    count = 0
    while depth:
        depth -= 1
        i = stack[depth]
        first = second = -1
        for at in range(indptr[i], indptr[i + 1]):
            if to[at] >= 0:
                if first < 0:
                    first = at
                else:
                    second = at
        gone[i] = True
        nodes[count] = i
        g = leak[i]
        total = g
        if first >= 0:
            a, w = to[first], weights[first]
            if second >= 0 and to[second] == a:
                w += weights[second]
                to[twin[second]] = -1
                degree[a] -= 1
                second = -1
            total += w
            neighbours[count, 0], conductances[count, 0] = a, w
            if second >= 0:
                b, v = to[second], weights[second]
                total += v
                neighbours[count, 1], conductances[count, 1] = b, v
                here, there = twin[first], twin[second]
                to[here], to[there] = b, a
                weights[here] = weights[there] = w * v / total
                twin[here], twin[there] = there, here
                leak[b] += v * g / total
            else:
                to[twin[first]] = -1
                degree[a] -= 1
                if degree[a] <= 2 and not waiting[a]:
                    waiting[a] = True
                    stack[depth] = a
                    depth += 1
            leak[a] += w * g / total
        totals[count] = total
        count += 1
    return nodes[:count], neighbours[:count], conductances[:count], totals[:count], gone


@jit
def forward(nodes, neighbours, conductances, totals, r):
    """Moves the currents of eliminated nodes to their neighbours, in place."""
    for k in range(nodes.size):
        if totals[k] > 0:
            share = r[nodes[k]] / totals[k]
            for side in range(2):
                if neighbours[k, side] >= 0:
                    r[neighbours[k, side]] += conductances[k, side] * share


@jit
def backward(nodes, neighbours, conductances, totals, r, x):
    """Finds the voltages of eliminated nodes from those left, in place; `r` as `forward` left it."""
    for k in range(nodes.size - 1, -1, -1):
        total = r[nodes[k]]
        for side in range(2):
            if neighbours[k, side] >= 0:
                total += conductances[k, side] * x[neighbours[k, side]]
        x[nodes[k]] = total / totals[k] if totals[k] > 0 else 0.0
