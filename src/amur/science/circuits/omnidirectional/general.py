"""One window by the general solvers of rasters: where the fast one stalls, and to compare with."""

from __future__ import annotations

import numpy as np

from amur.science.circuits.accumulate import grid_currents
from amur.science.circuits.grid import Average, GridConductance
from amur.science.circuits.solution import Floats, Solution
from amur.science.circuits.solvers import solver_for_grid


def window_currents(
    conductance: Floats,
    sources: Floats,
    node: tuple[int, int],
    neighbours: int,
    average: Average,
    tolerance: float,
) -> tuple[Floats, Solution | None]:
    """Currents (rows, cols) in amperes from `sources` (rows, cols) to the cell `node`, and how they were
    solved; zeros where nothing flows.

    >>> window_currents(np.ones((1, 3)), np.array([[1.0, 0, 0]]), (0, 2), 4, "resistance", 1e-9)[0].tolist()
    [[1.0, 1.0, 1.0]]
    """
    if not sources.any() or conductance[node] <= 0:
        return np.zeros(conductance.shape), None
    held = np.zeros(conductance.shape, dtype=bool)
    held[node] = True
    solver = solver_for_grid(
        conductance, neighbours=neighbours, average=average, fixed=held, tolerance=tolerance
    )
    found = solver.solve(np.where(held, 0.0, sources).reshape(-1, 1))
    grid = GridConductance.checked(conductance, neighbours, average)
    return grid_currents(grid, found.voltages[:, 0]).reshape(conductance.shape), found
