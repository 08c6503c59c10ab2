"""Checks that each part of a network without ground gets as much current as it gives back."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from amur.science.circuits.solution import Anything, Booleans, Floats, Integers

ROUNDING = 1e-9


def checked_currents(currents: Anything, size: int) -> Floats:
    """`currents` as a (size, k) array of floats; a (size,) array is one right-hand side."""
    found = np.asarray(currents, dtype=np.float64)
    if found.ndim == 1:
        found = found[:, None]
    if found.ndim != 2 or found.shape[0] != size:
        raise ValueError(f"currents have shape {np.shape(currents)}, expected ({size}, k)")
    if not np.isfinite(found).all():
        raise ValueError("currents hold values that are not finite")
    return found


def check_balance(
    currents: Floats, component: Integers, grounded: Booleans, name: Callable[[int], str]
) -> None:
    """Raises ValueError naming the first component without ground whose currents (n, k) do not sum to 0.

    `component` (n,) numbers the component of each node, -1 for none; `grounded` (components,) says which have
    a way to ground; `name` turns the number of a node into words.
    """
    used = component >= 0
    if not used.all():
        lost = np.flatnonzero(~used & (currents != 0).any(axis=1))
        if lost.size:
            raise ValueError(f"current is injected at {name(int(lost[0]))}, which has no data")
    for column in currents.T:
        touched = np.flatnonzero(column)
        touched = touched[used[touched]]
        where, amount = component[touched], column[touched]
        total = np.bincount(where, weights=amount, minlength=grounded.size)
        size = np.bincount(where, weights=np.abs(amount), minlength=grounded.size)
        wrong = np.flatnonzero(~grounded & (np.abs(total) > ROUNDING * size))
        if wrong.size:
            first = int(touched[where == wrong[0]][0])
            raise ValueError(
                f"component {int(wrong[0])}, which holds {name(first)}, has no ground, but its"
                f" currents sum to {total[wrong[0]]:g} A and not to 0"
            )
