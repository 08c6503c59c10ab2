"""The one seam between the modes of the circuit engine and the mathematics that solves them.

`solver_for_grid` and `solver_for_network` choose the method: a factorisation for small problems, multigrid
for rasters, algebraic multigrid for networks and where the first stalls, and a factorisation again as the
last resort. Every `Solution` says which one it was, with the residual and an estimate of the error.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_array

from amur.science.circuits.choice import GridSolver, NetworkSolver
from amur.science.circuits.grid import GridConductance
from amur.science.circuits.solution import Anything, Booleans, Floats, NotConverged, Solution, Solver

__all__ = ["NotConverged", "Solution", "Solver", "solver_for_grid", "solver_for_network"]


def solver_for_network(
    laplacian: csr_array[Any],
    *,
    grounds: Anything | None = None,
    fixed: Anything | None = None,
    tolerance: float = 1e-9,
    _method: str | None = None,
) -> Solver:
    """A solver for a general network.

    `laplacian` is a symmetric (n, n) matrix with zero row sums, in siemens; `grounds` (n,) conductances to
    ground in siemens (infinite: the node is fixed); `fixed` (n,) nodes held at 0 V; `tolerance` the relative
    residual wanted. Raises ValueError for wrong shapes or values.

    >>> two = csr_array(np.array([[2.0, -2.0], [-2.0, 2.0]]))
    >>> found = solver_for_network(two).solve(np.array([[1.0], [-1.0]]))
    >>> float(found.voltages[0, 0] - found.voltages[1, 0])
    0.5
    """
    leak, held = checked_ground(grounds, fixed, laplacian.shape[0])
    return NetworkSolver(csr_array(laplacian), leak, held, tolerance, _method)


def solver_for_grid(
    conductance: Anything,
    *,
    neighbours: int = 8,
    average: str = "resistance",
    merged: Anything | None = None,
    grounds: Anything | None = None,
    fixed: Anything | None = None,
    tolerance: float = 1e-8,
    _method: str | None = None,
) -> Solver:
    """A solver for a raster of cells; currents and voltages are per cell, (rows * cols, k), row by row.

    `conductance` (rows, cols) in siemens, 0 or NaN where there is no data; `neighbours` 4 or 8; `average`
    "resistance" or "conductance", the mean taken between neighbours; `merged` (rows, cols) labels, cells of
    one label above 0 are one node, touching or not; `grounds` (rows, cols) conductances to ground in siemens
    (infinite: the cell is fixed); `fixed` (rows, cols) cells held at 0 V; `tolerance` the relative residual
    wanted. Merged cells share one voltage, cells without data have 0. Raises ValueError for wrong shapes or
    values.

    >>> solver = solver_for_grid(np.ones((1, 3)), neighbours=4)
    >>> solver.solve(np.array([[1.0], [0.0], [-1.0]])).voltages.ravel().round(12).tolist()
    [1.0, 0.0, -1.0]
    """
    grid = GridConductance.checked(conductance, neighbours, average)
    leak, held = checked_ground(grounds, fixed, grid.conductance.size)
    if merged is not None and np.shape(merged) != grid.shape:
        raise ValueError(f"merged has shape {np.shape(merged)}, expected {grid.shape}")
    return GridSolver(grid, merged, leak, held, tolerance, _method)


def checked_ground(
    grounds: Anything | None, fixed: Anything | None, size: int
) -> tuple[Floats | None, Booleans | None]:
    """Grounds and fixed nodes as flat arrays, None where there are none; infinite means fixed."""
    leak: Floats | None = None
    held: Booleans | None = None
    if fixed is not None:
        held = np.array(fixed, dtype=bool).ravel()
        if held.size != size:
            raise ValueError(f"fixed has shape {np.shape(fixed)}, expected {size} values")
    if grounds is not None:
        leak = np.array(grounds, dtype=np.float64).ravel()
        if leak.size != size:
            raise ValueError(f"grounds have shape {np.shape(grounds)}, expected {size} values")
        leak[np.isnan(leak)] = 0.0
        if (leak < 0).any():
            raise ValueError("grounds are conductances, and one is below 0")
        endless = np.isinf(leak)
        if endless.any():
            held = endless if held is None else held | endless
            leak[endless] = 0.0
    return leak, held
