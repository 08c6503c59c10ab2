"""Which method solves a raster: multigrid, and where it stalls a factorisation of the nodes."""

from __future__ import annotations

import numpy as np

from amur.science.circuits.balance import checked_currents
from amur.science.circuits.direct import DirectSolver
from amur.science.circuits.fields import centre
from amur.science.circuits.grid import CellNodes, GridConductance, laplacian_of
from amur.science.circuits.gridsolver import MultigridSolver
from amur.science.circuits.solution import (
    Anything,
    Booleans,
    Floats,
    NotConverged,
    Progress,
    Solution,
    Solver,
)

# A factorisation of more nodes would not fit into the memory of a common machine.
MOST_DIRECT = 3_000_000


class GridSolver:
    """A raster solved by multigrid; where that stalls, by the next method, which is then kept."""

    def __init__(
        self,
        grid: GridConductance,
        merged: Anything | None,
        leak: Floats | None,
        held: Booleans | None,
        tolerance: float,
        fall_back: bool = True,
    ) -> None:
        self._grid, self._merged, self._leak, self._held = grid, merged, leak, held
        self._tolerance = tolerance
        self._fall_back = fall_back
        self._solver: Solver = MultigridSolver(grid, merged, leak, held, tolerance)

    def solve(
        self, currents: Anything, guess: Anything | None = None, progress: Progress | None = None
    ) -> Solution:
        """See `Solver.solve`."""
        found = self._solver.solve(currents, guess, progress)
        if self._reached(found) or not self._fall_back:
            return found
        if not isinstance(self._solver, DirectGridSolver):
            if np.count_nonzero(self._grid.conductance) > MOST_DIRECT:
                raise NotConverged(
                    f"multigrid stalled at a residual of {found.residuals.max():.1e}, and the raster is too"
                    " large for a factorisation",
                    float(found.residuals.max()),
                )
            self._solver = DirectGridSolver(self._grid, self._merged, self._leak, self._held)
            return self._solver.solve(currents, guess, progress)
        return found

    def _reached(self, found: Solution) -> bool:
        return bool((found.residuals <= 2 * self._tolerance).all())


class DirectGridSolver:
    """A raster solved by factorisation of its nodes."""

    def __init__(
        self, grid: GridConductance, merged: Anything | None, leak: Floats | None, held: Booleans | None
    ) -> None:
        self._nodes = nodes = CellNodes.of(grid.conductance, merged)
        self._grid = grid
        first, second, joined = grid.edges()
        laplacian = laplacian_of(nodes.node[first], nodes.node[second], joined, nodes.size)
        self._solver = DirectSolver(
            laplacian,
            None if leak is None else nodes.gather(leak[:, None])[:, 0],
            None if held is None else nodes.gather(held[:, None].astype(np.float64))[:, 0] > 0,
            lambda node: nodes.name(grid, node),
        )

    def solve(
        self, currents: Anything, guess: Anything | None = None, progress: Progress | None = None
    ) -> Solution:
        """See `Solver.solve`."""
        injected = checked_currents(currents, self._nodes.node.size)
        lost = np.flatnonzero((self._nodes.node < 0) & (injected != 0).any(axis=1))
        if lost.size:
            raise ValueError(f"current is injected at {self._grid.name(int(lost[0]))}, which has no data")
        found = self._solver.solve(self._nodes.gather(injected), progress=progress)
        voltages = np.ascontiguousarray(self._nodes.spread(found.voltages).T)
        component, grounded = self._solver.pieces
        cells = np.where(self._nodes.node >= 0, component[self._nodes.node], -1)
        centre(voltages, cells, ~grounded)
        return Solution(
            voltages.T,
            found.residuals,
            found.error_estimate,
            found.method,
            found.iterations,
        )
