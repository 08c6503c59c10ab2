"""`MultigridSolver`: conjugate gradients on a raster with the multigrid cycle as preconditioner."""

from __future__ import annotations

from typing import Any

import numpy as np

from amur.science.circuits.balance import check_balance, checked_currents
from amur.science.circuits.course import Course
from amur.science.circuits.fields import centre, fill, norms, take
from amur.science.circuits.grid import GridConductance
from amur.science.circuits.gridcg import direct_and_multiply, step
from amur.science.circuits.gridsystem import GridSystem, average, gather, spread
from amur.science.circuits.layout import split_shape
from amur.science.circuits.multigrid import Hierarchy
from amur.science.circuits.solution import Anything, Booleans, Floats, Integers, Progress, Solution

MOST_ITERATIONS = 200
# Over so many iterations the residual must fall by a factor of ten, or the solver stalls.
PATIENCE = 40
# Right-hand sides in one pass over memory: as many as fit into so many bytes, and not more than eight.
BATCH_BYTES = 1.5e9
MOST_AT_ONCE = 8


class MultigridSolver:
    """A raster solved by multigrid; the hierarchy is built once. `reached` tells whether all went well."""

    def __init__(
        self,
        grid: GridConductance,
        merged: Anything | None,
        leak: Floats | None,
        held: Booleans | None,
        tolerance: float,
    ) -> None:
        self._shape = grid.shape
        self._system = system = GridSystem.of(grid, merged, leak, held)
        self._tolerance = tolerance
        self._hierarchy = Hierarchy(
            system.shape,
            system.values,
            system.by_resistance,
            system.eight,
            system.leak,
            None if system.merged is None else system.merged.labels,
        )
        self._leak = np.zeros((1, 1, 1)) if system.leak is None else system.leak
        self.courses: list[Course] = []

    @property
    def lost(self) -> float:
        """The share of cells that coarsening loses, see `Hierarchy.lost`."""
        return self._hierarchy.lost(max(1, int((self._system.component >= 0).sum())))

    def solve(
        self, currents: Anything, guess: Anything | None = None, progress: Progress | None = None
    ) -> Solution:
        """See `Solver.solve`; where it stalls the residuals say so, nothing is raised."""
        system = self._system
        rows, columns = system.shape
        injected = checked_currents(currents, rows * columns)
        self._check(injected)
        count = injected.shape[1]
        voltages = np.zeros((count, rows * columns))
        residuals, errors = np.zeros(count), np.zeros(count)
        self.courses = []
        bytes_each = 46.0 * system.values.size
        at_once = int(max(1, min(MOST_AT_ONCE, BATCH_BYTES // bytes_each)))
        iterations = 0
        for start in range(0, count, at_once):
            part = slice(start, min(start + at_once, count))
            first = None if guess is None else np.asarray(guess, dtype=np.float64)[:, part]
            done = start / count

            def tell(share: float, text: str, done: float = done, part: slice = part) -> None:
                if progress is not None:
                    progress(done + share * (part.stop - part.start) / count, text)

            batch = Batch(system, self._hierarchy, self._leak, injected[:, part], first)
            iterations = max(iterations, batch.run(self._tolerance, tell))
            batch.finish(voltages[part], residuals[part], errors[part])
            self.courses += batch.courses
        centre(voltages, system.component, ~system.grounded)
        return Solution(voltages.T, residuals, errors, "multigrid", iterations)

    def _check(self, injected: Floats) -> None:
        system = self._system
        component = system.component
        if system.held is not None:
            injected = injected.copy()
            injected[system.held] = 0.0
        check_balance(injected, component, system.grounded, self._name)

    def _name(self, cell: int) -> str:
        row, column = divmod(cell, self._shape[1])
        return f"cell (row {row}, column {column})"


class Batch:
    """Some right-hand sides that are solved together."""

    def __init__(
        self,
        system: GridSystem,
        hierarchy: Hierarchy,
        leak: Floats,
        injected: Floats,
        guess: Floats | None,
    ) -> None:
        self.system, self.hierarchy, self.leak = system, hierarchy, leak
        self.count = count = injected.shape[1]
        rows, columns = system.shape
        shape = (count, *split_shape(rows, columns))
        self.x, self.r, self.q = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self.p = np.zeros(shape, dtype=np.float32)
        self.coarse_x, self.coarse_r = hierarchy.vectors(count), hierarchy.vectors(count)
        self.z, self.single = self.coarse_x[0], self.coarse_r[0]
        self.everything = np.arange(count)
        self.injected = np.ascontiguousarray(injected)
        self.scale = np.maximum(injected.max(axis=0), -injected.min(axis=0))
        self.scale[self.scale == 0] = 1.0
        self._inject()
        self.injected_norm = np.sqrt(norms(self.r))
        # Currents that cancel within merged cells leave no more than rounding.
        self.injected_norm[self.injected_norm < 1e-14 * np.sqrt(self.r[0].size)] = 0.0
        self.r[self.injected_norm == 0] = 0.0
        self.courses = [Course([], [], []) for _ in range(count)]
        if guess is not None:
            fill(self.x, np.ascontiguousarray(guess), columns, 1 / self.scale)
            self.x[:, ~np.isfinite(system.values)] = 0.0
            self._merge(self.x, average, self.everything)
            self._subtract_product()
        self.single[:] = self.r

    def _inject(self) -> None:
        """r = b."""
        system = self.system
        fill(self.r, self.injected, system.shape[1], 1 / self.scale)
        if system.held is not None:
            self.r[:, ~np.isfinite(system.values)] = 0.0
        self._merge(self.r, gather, self.everything)

    def _subtract_product(self) -> None:
        """r -= A x."""
        system = self.system
        ones, ignored = np.ones(self.count), np.zeros(self.count)
        direct_and_multiply(
            system.values, self.leak, system.by_resistance, system.eight, False,
            self.z, ones, self.x, self.q, self.everything, ignored,
        )  # fmt: skip
        self._merge(self.q, gather, self.everything)
        self.r -= self.q

    def run(self, tolerance: float, tell: Progress) -> int:
        """Iterates until every residual is below the tolerance or stalls; the number of iterations."""
        system = self.system
        norm = norms(self.r)
        product, beta, curvature = np.zeros(self.count), np.zeros(self.count), np.zeros(self.count)
        alpha = np.zeros(self.count)
        wanted = tolerance * self.injected_norm
        history = [np.sqrt(norm)]
        active = np.flatnonzero(np.sqrt(norm) > wanted)
        iteration = 0
        while active.size and iteration < MOST_ITERATIONS:
            before = product.copy()
            self._merge(self.single, spread, active)
            self.hierarchy.cycle(self.coarse_x, self.coarse_r, product)
            self._merge(self.z, average, active)
            if iteration:
                beta[active] = product[active] / before[active]
            direct_and_multiply(
                system.values, self.leak, system.by_resistance, system.eight, True,
                self.z, beta, self.p, self.q, active, curvature,
            )  # fmt: skip
            self._merge(self.q, gather, active)
            sound = (product[active] > 0) & (curvature[active] > 0)
            active = active[sound & np.isfinite(product[active]) & np.isfinite(curvature[active])]
            alpha[active] = product[active] / curvature[active]
            step(self.x, self.r, self.p, self.q, alpha, self.single, active, norm)
            for b in active:
                self.courses[b].add(float(alpha[b]), float(beta[b]), float(product[b]))
            iteration += 1
            history.append(np.sqrt(norm))
            active = active[history[-1][active] > wanted[active]]
            if iteration >= PATIENCE:
                active = active[history[-1][active] < 0.1 * history[-1 - PATIENCE][active]]
            left = history[-1] / np.where(wanted > 0, wanted, 1.0)
            start = history[0] / np.where(wanted > 0, wanted, 1.0)
            worst = float(
                np.log(np.maximum(left, 1.0)).max() / max(np.log(np.maximum(start, 1.0)).max(), 1e-9)
            )
            tell(min(max(1 - worst, 0.0), 1.0), "multigrid")
        return iteration

    def finish(self, voltages: Floats, residuals: Floats, errors: Floats) -> None:
        """Writes the results of all right-hand sides, with residuals computed anew."""
        self._inject()
        first = vdots(self.r, self.x)
        self._subtract_product()
        norm = np.where(self.injected_norm > 0, self.injected_norm, 1.0)
        residuals[:] = np.sqrt(norms(self.r)) / norm
        wrong = np.abs(vdots(self.r, self.x)) + [course.energy_error() for course in self.courses]
        errors[:] = wrong / np.where(first != 0, np.abs(first), 1.0)
        take(self.x, voltages, self.system.shape[1], self.scale)

    def _merge(self, vectors: Anything, how: Any, active: Integers) -> None:
        if self.system.merged is not None:
            merged = self.system.merged
            how(vectors.reshape(self.count, -1), merged.cells, merged.starts, active)


def vdots(a: Floats, b: Floats) -> Floats:
    """a.b of each pair of vectors."""
    return np.array([np.vdot(one, other) for one, other in zip(a, b, strict=True)])
