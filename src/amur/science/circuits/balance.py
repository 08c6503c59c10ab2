"""Checks that each part of a network without ground gets as much current as it gives back."""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit

from amur.science.circuits.solution import Anything, Booleans, Floats, Integers

ROUNDING = 1e-9


def checked_currents(currents: Anything, size: int) -> Floats:
    """`currents` as a (size, k) array of floats; a (size,) array is one right-hand side."""
    found = np.ascontiguousarray(currents, dtype=np.float64)
    if found.ndim == 1:
        found = found[:, None]
    if found.ndim != 2 or found.shape[0] != size:
        raise ValueError(f"currents have shape {np.shape(currents)}, expected ({size}, k)")
    if not np.isfinite(found.sum()):
        raise ValueError("currents hold values that are not finite")
    return found


def check_balance(
    currents: Floats, component: Integers, grounded: Booleans, name: Callable[[int], str]
) -> None:
    """Raises ValueError naming the first component without ground whose currents (n, k) do not sum to 0.

    `component` (n,) numbers the component of each node, -1 for none; `grounded` (components,) says which have
    a way to ground; `name` turns the number of a node into words.
    """
    lost, total, size = sums(currents, component, grounded.size)
    if lost >= 0:
        raise ValueError(f"current is injected at {name(lost)}, which has no data")
    wrong = np.argwhere(~grounded[:, None] & (np.abs(total) > ROUNDING * size))
    if wrong.size:
        piece, column = wrong[0]
        first = int(np.flatnonzero((component == piece) & (currents[:, column] != 0))[0])
        raise ValueError(
            f"component {piece}, which holds {name(first)}, has no ground, but its currents sum to"
            f" {total[piece, column]:g} A and not to 0"
        )


@njit(cache=True, nogil=True)
def sums(currents, component, count):
    """The first node with current but without component, or -1; sums of currents and of their sizes."""
    lost = -1
    total = np.zeros((count, currents.shape[1]))
    size = np.zeros((count, currents.shape[1]))
    for node in range(currents.shape[0]):
        piece = component[node]
        for b in range(currents.shape[1]):
            if currents[node, b] != 0:
                if piece >= 0:
                    total[piece, b] += currents[node, b]
                    size[piece, b] += abs(currents[node, b])
                elif lost < 0:
                    lost = node
    return lost, total, size
