"""Which method solves a network or a raster, and what follows where one stalls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from amur.science.circuits.algebraic import AlgebraicSolver
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

# So many nodes are factorised at once: that is as fast, and exact.
SMALL = 30_000
# A factorisation of more nodes would not fit into the memory of a common machine.
MOST_DIRECT = 2_000_000
# A raster with more than this share of cells that coarsening loses is a maze, for which multigrid is slow.
MOST_LOST = 0.01


class Choice:
    """Solves by the first of several methods that reaches the tolerance, and stays with it."""

    def __init__(self, tolerance: float) -> None:
        self._tolerance = tolerance
        self._methods: list[Callable[[], Solver]] = []
        self._solver: Solver | None = None

    def solve(
        self, currents: Anything, guess: Anything | None = None, progress: Progress | None = None
    ) -> Solution:
        """See `Solver.solve`."""
        tried: list[str] = []
        best = np.inf
        while True:
            if self._solver is None:
                self._solver = self._methods[0]()
            found = self._solver.solve(currents, guess, progress)
            residual = float(found.residuals.max(initial=0.0))
            # A factorisation is as good as the numbers allow, whatever the residual.
            if residual <= 2 * self._tolerance or found.method == "direct":
                return found
            best = min(best, residual)
            tried.append(f"{found.method} (residual {residual:.1e} after {found.iterations} iterations)")
            if len(self._methods) == 1:
                raise NotConverged(
                    f"no method reached a residual of {self._tolerance:.1e}: tried {', '.join(tried)}", best
                )
            if residual < 1e-2:
                guess = found.voltages
            del self._methods[0]
            self._solver = None


class NetworkSolver(Choice):
    """A network: factorised if small; else algebraic multigrid, then a factorisation."""

    def __init__(
        self,
        laplacian: csr_array[Any],
        leak: Floats | None,
        held: Booleans | None,
        tolerance: float,
        method: str | None = None,
    ) -> None:
        super().__init__(tolerance)
        size = laplacian.shape[0]
        if method == "direct" or (method is None and size <= SMALL):
            self._methods = [lambda: DirectSolver(laplacian, leak, held)]
            return
        self._methods = [lambda: AlgebraicSolver(laplacian, leak, held, tolerance)]
        if method is None and size <= MOST_DIRECT:
            self._methods.append(lambda: DirectSolver(laplacian, leak, held))


class GridSolver(Choice):
    """A raster: factorised if small; else multigrid, then algebraic multigrid, then a factorisation."""

    def __init__(
        self,
        grid: GridConductance,
        merged: Anything | None,
        leak: Floats | None,
        held: Booleans | None,
        tolerance: float,
        method: str | None = None,
    ) -> None:
        super().__init__(tolerance)

        def by_nodes(make: Callable[..., Any]) -> Callable[[], Solver]:
            return lambda: CellSolver(grid, merged, leak, held, make)

        def algebraic(
            laplacian: Any, leaks: Floats | None, fixed: Booleans | None, name: Callable[[int], str]
        ) -> AlgebraicSolver:
            return AlgebraicSolver(laplacian, leaks, fixed, tolerance, name)

        size = np.count_nonzero(grid.conductance)
        if method == "direct" or (method is None and size <= SMALL):
            self._methods = [by_nodes(DirectSolver)]
            return
        if method != "algebraic multigrid":
            fast = MultigridSolver(grid, merged, leak, held, tolerance)
            if method is not None or fast.lost <= MOST_LOST:
                self._methods.append(lambda: fast)
        if method != "multigrid":
            self._methods.append(by_nodes(algebraic))
        if method is None and size <= MOST_DIRECT:
            self._methods.append(by_nodes(DirectSolver))


class CellSolver:
    """A raster solved as a network of its nodes."""

    def __init__(
        self,
        grid: GridConductance,
        merged: Anything | None,
        leak: Floats | None,
        held: Booleans | None,
        make: Callable[..., Any],
    ) -> None:
        self._nodes = nodes = CellNodes.of(grid.conductance, merged)
        self._grid = grid
        first, second, joined = grid.edges()
        self._solver = make(
            laplacian_of(nodes.node[first], nodes.node[second], joined, nodes.size),
            None if leak is None else nodes.gather(leak[:, None])[:, 0],
            None if held is None else nodes.gather(held[:, None].astype(np.float64))[:, 0] > 0,
            name=lambda node: nodes.name(grid, node),
        )

    def solve(
        self, currents: Anything, guess: Anything | None = None, progress: Progress | None = None
    ) -> Solution:
        """See `Solver.solve`."""
        injected = checked_currents(currents, self._nodes.node.size)
        lost = np.flatnonzero((self._nodes.node < 0) & (injected != 0).any(axis=1))
        if lost.size:
            raise ValueError(f"current is injected at {self._grid.name(int(lost[0]))}, which has no data")
        start = None if guess is None else self._nodes.pick(np.asarray(guess, dtype=np.float64))
        found = self._solver.solve(self._nodes.gather(injected), start, progress)
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
