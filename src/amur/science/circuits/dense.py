"""The inverse of a small network of resistors, for the coarsest level of a hierarchy."""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

import numpy as np
from numba import njit
from scipy.sparse.csgraph import connected_components

from amur.science.circuits.solution import Floats

# A component whose leaks are below this share of its conductances has none but rounding.
LEAKLESS = 1e-6


def inverse_of(conductances: Floats, leak: Floats, leakless: float = 0.0) -> Floats:
    """The inverse (n, n) for conductances (n, n) with zero diagonal and leaks (n,) to ground.

    A component without leak gets its mean conductance to all of its nodes at once, which changes nothing for
    currents that sum to 0. A component counts as such if its leaks are below the share `leakless`.
    """
    degree = conductances.sum(axis=1)
    matrix = np.diag(degree + leak) - conductances
    count, component = connected_components(conductances != 0, directed=False)
    total = np.bincount(component, weights=leak, minlength=count)
    mean = np.bincount(component, weights=degree, minlength=count) / np.bincount(component, minlength=count)
    for one in np.flatnonzero((total <= leakless * mean) & (mean > 0)):
        cells = np.flatnonzero(component == one)
        matrix[np.ix_(cells, cells)] += mean[one] / cells.size
    empty = np.flatnonzero(matrix.diagonal() <= 0)
    matrix[empty, empty] = 1.0
    invert(matrix)
    return matrix


@njit(cache=True, nogil=True)
def invert(a):
    """The inverse of a small positive definite matrix in place (Gauss-Jordan, no threads of a BLAS)."""
    size = a.shape[0]
    for k in range(size):
        pivot = 1.0 / a[k, k]
        a[k, k] = 1.0
        for j in range(size):
            a[k, j] *= pivot
        for i in range(size):
            if i != k:
                factor = a[i, k]
                a[i, k] = 0.0
                for j in range(size):
                    a[i, j] -= factor * a[k, j]
