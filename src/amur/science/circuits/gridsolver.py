"""`MultigridSolver`: conjugate gradients on a raster with the multigrid cycle as preconditioner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from amur.science.circuits.balance import check_balance, checked_currents
from amur.science.circuits.course import Course
from amur.science.circuits.fields import dots, fill, means, norms, put, take
from amur.science.circuits.grid import GridConductance
from amur.science.circuits.gridcg import direct_and_multiply, step, subtract_product
from amur.science.circuits.gridsystem import GridSystem, average, gather, spread
from amur.science.circuits.layout import split_shape
from amur.science.circuits.multigrid import Hierarchy
from amur.science.circuits.solution import Anything, Booleans, Floats, Integers, Progress, Solution

MOST_ITERATIONS = 200
# Over so many iterations the residual must fall by a factor of ten, or the solver stalls.
PATIENCE = 40
# Single precision is trusted to lower a residual by so much before it is computed anew.
TRUSTED = 1e-6
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
            system.holes,
        )
        self._leak = np.zeros((1, 1, 1)) if system.leak is None else system.leak
        self._room = Room(self._hierarchy, 1)
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
        bytes_each = 36.0 * system.values.size
        at_once = int(max(1, min(MOST_AT_ONCE, BATCH_BYTES // bytes_each)))
        at_once = max(1, -(-count // -(-count // at_once)) if count else 1)  # batches of like size
        if self._room.count < at_once:
            del self._room
            self._room = Room(self._hierarchy, at_once)
        iterations = 0
        for start in range(0, count, at_once):
            part = slice(start, min(start + at_once, count))
            first = None if guess is None else np.asarray(guess, dtype=np.float64)[:, part]
            done = start / count

            def tell(share: float, text: str, done: float = done, part: slice = part) -> None:
                if progress is not None:
                    progress(done + share * (part.stop - part.start) / count, text)

            batch = Batch(system, self._hierarchy, self._room, self._leak, injected[:, part], first)
            batch.run(self._tolerance, tell)
            batch.finish(voltages[part], residuals[part], errors[part])
            iterations = max(iterations, batch.iterations)
            self.courses += batch.courses
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


class Room:
    """Memory for `count` right-hand sides, touched once and kept from solve to solve."""

    def __init__(self, hierarchy: Hierarchy, count: int) -> None:
        self.count = count
        shape = (count, *split_shape(hierarchy.finest.rows, hierarchy.finest.columns))
        self.x, self.r = np.full(shape, 0.0), np.full(shape, 0.0)
        self.p, self.q = np.full(shape, np.float32(0)), np.full(shape, np.float32(0))
        self.coarse_x, self.coarse_r = hierarchy.vectors(count), hierarchy.vectors(count)
        for vectors in (*self.coarse_x, *self.coarse_r):
            vectors.fill(0)


class Batch:
    """Some right-hand sides that are solved together."""

    def __init__(
        self,
        system: GridSystem,
        hierarchy: Hierarchy,
        room: Room,
        leak: Floats,
        injected: Floats,
        guess: Floats | None,
    ) -> None:
        self.system, self.hierarchy, self.leak = system, hierarchy, leak
        self.count = count = injected.shape[1]
        columns = system.shape[1]
        self.x, self.r, self.p, self.q = (part[:count] for part in (room.x, room.r, room.p, room.q))
        self.coarse_x = [part[:count] for part in room.coarse_x]
        self.coarse_r = [part[:count] for part in room.coarse_r]
        self.x[:] = 0.0
        self.r[:] = 0.0
        self.p[:] = 0.0
        self.z, self.single = self.coarse_x[0], self.coarse_r[0]
        cells = np.flatnonzero(injected.any(axis=1))
        if system.held is not None:
            cells = cells[~system.held[cells]]
        i, j = np.divmod(cells, columns)
        self.places = ((i + 1) * 2 + j % 2) * self.x.shape[3] + j // 2 + 1
        self.amounts = np.ascontiguousarray(injected[cells])
        self.scale = np.abs(self.amounts).max(axis=0, initial=0.0)
        self.scale[self.scale == 0] = 1.0
        self.factor = 1 / self.scale
        self._inject()
        own = self.r.reshape(count, -1)[:, self.places]
        squares = norms(self.r) if system.merged is not None else (own * own).sum(axis=1)
        self.injected_norm = np.sqrt(squares)
        # Currents that cancel within merged cells leave no more than rounding.
        nothing = self.injected_norm < 1e-14 * np.sqrt(max(cells.size, 1))
        self.injected_norm[nothing] = 0.0
        self.factor[nothing] = 0.0
        self.r[nothing] = 0.0
        self.reached = self.injected_norm.copy()
        self.courses = [Course([], [], []) for _ in range(count)]
        self.iterations = 0
        if guess is not None:
            fill(self.x, np.ascontiguousarray(guess), columns, self.factor)
            self.x[:, ~np.isfinite(system.values)] = 0.0
            self._merge(self.x, average, np.arange(count))
            self._true_residual()

    def run(self, tolerance: float, tell: Progress) -> None:
        """Iterates until every true residual is below the tolerance, or until none falls any more."""
        wanted = tolerance * self.injected_norm
        reached = self.reached
        first = np.where(wanted > 0, np.maximum(reached / np.where(wanted > 0, wanted, 1.0), 1.0), 1.0)
        active = np.flatnonzero(reached > wanted)

        def still(norm: Floats) -> None:
            left = np.log(np.maximum(norm / np.where(wanted > 0, wanted, 1.0), 1.0)).max()
            tell(float(min(max(1 - left / max(np.log(first).max(), 1e-9), 0.0), 1.0)), "multigrid")

        while active.size and self.iterations < MOST_ITERATIONS:
            self.single[:] = self.r
            self._iterate(active, np.maximum(0.9 * wanted, TRUSTED * reached), still)
            self._true_residual()
            before, reached = reached, self.reached
            active = active[(reached[active] > wanted[active]) & (reached[active] < 0.1 * before[active])]

    def _iterate(self, active: Integers, wanted: Floats, still: Callable[[Floats], None]) -> None:
        """Conjugate gradients in single precision, from the residuals in `single` down to `wanted`."""
        level = self.hierarchy.finest
        product, beta, curvature = np.zeros(self.count), np.zeros(self.count), np.zeros(self.count)
        alpha, norm = np.zeros(self.count), norms(self.single)
        history = [np.sqrt(norm)]
        for b in active:
            self.courses[b] = Course([], [], [])
        while active.size and self.iterations < MOST_ITERATIONS:
            before = product.copy()
            self._merge(self.single, spread, active)
            self.hierarchy.cycle(self.coarse_x, self.coarse_r, product)
            self._merge(self.single, gather, active)
            self._merge(self.z, average, active)
            if len(history) > 1:
                beta[active] = product[active] / before[active]
            direct_and_multiply(level, self.hierarchy.leak, self.z, beta, self.p, self.q, active, curvature)
            self._merge(self.q, gather, active)
            good = (product[active] > 0) & (curvature[active] > 0) & np.isfinite(curvature[active])
            active = active[good]
            alpha[active] = product[active] / curvature[active]
            step(self.x, self.single, self.p, self.q, alpha, self.hierarchy.scale, active, norm)
            for b in active:
                self.courses[b].add(float(alpha[b]), float(beta[b]), float(product[b]))
            self.iterations += 1
            history.append(np.sqrt(norm))
            active = active[history[-1][active] > wanted[active]]
            if len(history) > PATIENCE:
                active = active[history[-1][active] < 0.1 * history[-1 - PATIENCE][active]]
            still(history[-1])

    def finish(self, voltages: Floats, residuals: Floats, errors: Floats) -> None:
        """Writes the results of all right-hand sides; their residuals are those computed last, anew."""
        system = self.system
        norm = np.where(self.injected_norm > 0, self.injected_norm, 1.0)
        if system.holes is not None:
            self.x.reshape(self.count, -1)[:, system.holes.places] = 0.0
        residuals[:] = self.reached / norm
        flat = self.x.reshape(self.count, -1)[:, self.places]
        energy = np.abs((flat.T * self.amounts * self.factor).sum(axis=0))
        own = [self.hierarchy.scale * course.energy_error() for course in self.courses]
        errors[:] = (np.abs(dots(self.r, self.x)) + own) / np.where(energy > 0, energy, 1.0)
        columns, component = system.shape[1], system.component
        offset = means(self.x, columns, self.scale, component, ~system.grounded)
        take(self.x, voltages, columns, self.scale, component, offset)

    def _inject(self) -> None:
        """r = b, from zero."""
        put(self.r.reshape(self.count, -1), self.places, self.amounts, self.factor)
        self._merge(self.r, gather, np.arange(self.count))

    def _true_residual(self) -> None:
        """r = b - A x."""
        system = self.system
        self.r[:] = 0.0
        self._inject()
        subtract_product(system.values, self.leak, system.by_resistance, system.eight, self.x, self.r)
        self._merge(self.r, gather, np.arange(self.count))
        self.reached = np.sqrt(norms(self.r))

    def _merge(self, vectors: Anything, how: Any, active: Integers) -> None:
        if self.system.merged is not None:
            merged = self.system.merged
            how(vectors.reshape(self.count, -1), merged.cells, merged.starts, active)
