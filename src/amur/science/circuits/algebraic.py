"""`AlgebraicSolver`: conjugate gradients on any network, with algebraic multigrid as preconditioner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from amur.science.circuits.aggregation import Aggregation, dot, multiply
from amur.science.circuits.balance import check_balance, checked_currents
from amur.science.circuits.course import Course
from amur.science.circuits.elimination import backward, forward
from amur.science.circuits.fields import centre
from amur.science.circuits.solution import Anything, Booleans, Floats, Integers, Progress, Solution

MOST_ITERATIONS = 500
# Over so many iterations the residual must fall by a factor of ten, or the solver stalls.
PATIENCE = 100


class AlgebraicSolver:
    """A network solved by algebraic multigrid; arguments as `direct.DirectSolver` takes them."""

    def __init__(
        self,
        laplacian: csr_array[Any],
        grounds: Floats | None,
        fixed: Booleans | None,
        tolerance: float,
        name: Callable[[int], str] = "node {}".format,
    ) -> None:
        size = laplacian.shape[0]
        self._size, self._name, self._tolerance = size, name, tolerance
        held = np.zeros(size, dtype=bool) if fixed is None else fixed
        leak = np.zeros(size) if grounds is None else grounds
        self._held = held
        count, component = connected_components(laplacian, directed=False)
        self._component = component.astype(np.int64)
        self._grounded = np.zeros(count, dtype=bool)
        self._grounded[component[held | (leak > 0)]] = True
        edges = laplacian.tocoo()
        apart = (edges.row != edges.col) & (edges.data != 0)
        row, column, weight = edges.row[apart], edges.col[apart], -edges.data[apart]
        to_fixed = held[column]
        leak = leak + np.bincount(row[to_fixed], weight[to_fixed], size)
        leak[held] = 0.0
        free = ~(held[row] | held[column])
        graph = csr_array((weight[free], (row[free], column[free])), shape=(size, size))
        self._leak = leak
        self._graph = graph
        self._hierarchy = Aggregation(graph.copy(), leak)

    @property
    def pieces(self) -> tuple[Integers, Booleans]:
        """The component of each node, and which components have a way to ground."""
        return self._component, self._grounded

    def solve(
        self, currents: Anything, guess: Anything | None = None, progress: Progress | None = None
    ) -> Solution:
        """See `Solver.solve`; where it stalls the residuals say so, nothing is raised."""
        injected = checked_currents(currents, self._size)
        check_balance(injected, self._component, self._grounded, self._name)
        count = injected.shape[1]
        voltages = np.zeros((count, self._size))
        residuals, errors = np.zeros(count), np.zeros(count)
        iterations = 0
        for b in range(count):

            def tell(share: float, done: int = b) -> None:
                if progress is not None:
                    progress((done + share) / count, "algebraic multigrid")

            right = injected[:, b].copy()
            right[self._held] = 0.0
            first = None if guess is None else np.array(guess, dtype=np.float64)[:, b]
            found, course = self._one(right, first, tell)
            voltages[b] = found
            norm, left = np.linalg.norm(right), self._left(right, found)
            residuals[b] = np.linalg.norm(left) / norm if norm > 0 else 0.0
            energy = abs(float(right @ found))
            wrong = abs(float(left @ found)) + course.energy_error()
            errors[b] = wrong / energy if energy > 0 else 0.0
            iterations = max(iterations, len(course.steps))
        centre(voltages, self._component, ~self._grounded)
        return Solution(voltages.T, residuals, errors, "algebraic multigrid", iterations)

    def _left(self, right: Floats, voltages: Floats) -> Floats:
        """b - A v, edge by edge."""
        indptr, indices = self._graph.indptr, self._graph.indices
        rows = np.repeat(np.arange(self._size), np.diff(indptr))
        flow = self._graph.data * (voltages[rows] - voltages[indices])
        return np.asarray(right - np.bincount(rows, flow, self._size) - self._leak * voltages)

    def _one(
        self, right: Floats, guess: Floats | None, tell: Callable[[float], None]
    ) -> tuple[Floats, Course]:
        """One right-hand side: elimination, then flexible conjugate gradients on what is left."""
        course = Course([], [], [])
        total = np.zeros(self._size) if guess is None else np.where(self._held, 0.0, guess)
        r = right.copy() if guess is None else self._left(right, total)
        wanted = self._tolerance * float(np.linalg.norm(right))
        if float(np.linalg.norm(r)) <= wanted:
            return total, course
        elimination = self._hierarchy.first
        forward(*elimination[:4], r)
        part = np.zeros(self._size)
        part[elimination.left] = self._iterate(r[elimination.left], wanted, course, tell)
        backward(*elimination[:4], r, part)
        tell(1.0)
        return total + part, course

    def _iterate(self, r: Floats, wanted: float, course: Course, tell: Callable[[float], None]) -> Floats:
        x = np.zeros_like(r)
        norms = [float(np.sqrt(dot(r, r)))]
        if norms[0] <= wanted:
            return x
        p, q = np.zeros_like(r), np.zeros_like(r)
        before = curvature = 0.0
        while norms[-1] > wanted and len(norms) <= MOST_ITERATIONS:
            z = self._hierarchy.cycle(r)
            beta = -dot(z, q) / curvature if curvature > 0 else 0.0
            p = z + beta * p
            multiply(self._hierarchy.graph, p, q)
            along, curvature = dot(p, r), dot(p, q)
            if not (curvature > 0 and np.isfinite(curvature)):
                break
            alpha = along / curvature
            x += alpha * p
            r = r - alpha * q
            course.add(alpha, along / before if before else 0.0, along)
            before = along
            norms.append(float(np.sqrt(dot(r, r))))
            if len(norms) > PATIENCE and norms[-1] > 0.1 * norms[-1 - PATIENCE]:
                break
            share = np.log(norms[0] / max(norms[-1], 1e-300)) / np.log(norms[0] / wanted)
            tell(float(min(max(share, 0.0), 1.0)))
        return x
