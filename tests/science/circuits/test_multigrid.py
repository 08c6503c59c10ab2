"""The parts of the fast solver: layout, hierarchy, convergence that does not depend on the size."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, label

from amur.science.circuits.choice import GridSolver
from amur.science.circuits.grid import GridConductance, laplacian_of
from amur.science.circuits.gridsolver import MultigridSolver
from amur.science.circuits.layout import cell_values, joined, split
from amur.science.circuits.multigrid import Hierarchy
from amur.science.circuits.solvers import solver_for_grid


def smooth(size: int, seed: int = 1) -> np.ndarray:
    """Conductances of a smooth landscape with resistances of 1 to 100."""
    rough = gaussian_filter(np.random.default_rng(seed).normal(size=(size, size)), 8)
    return 1 / 100 ** ((rough - rough.min()) / np.ptp(rough))


def pair(cells: np.ndarray) -> np.ndarray:
    there = np.flatnonzero(cells)
    currents = np.zeros((cells.size, 1))
    currents[there[there.size // 4]], currents[there[3 * there.size // 4]] = 1.0, -1.0
    return currents


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (2, 1), (5, 4), (4, 7)])
def test_columns_are_split_and_joined_again(shape: tuple[int, int]) -> None:
    raster = np.arange(1.0, shape[0] * shape[1] + 1).reshape(shape)
    apart = split(raster, -1.0)
    assert (joined(apart, *shape) == raster).all()
    assert (apart != -1).sum() == raster.size


@pytest.mark.parametrize("eight", [False, True])
@pytest.mark.parametrize("shape", [(31, 17), (16, 24), (90, 1)])
def test_the_cycle_is_symmetric_and_close_to_the_inverse(shape: tuple[int, int], eight: bool) -> None:
    chance = np.random.default_rng(2)
    cells = 10 ** chance.uniform(-1, 1, shape)
    hierarchy = Hierarchy(shape, cell_values(cells, True), True, eight, None)
    x, r = hierarchy.vectors(2), hierarchy.vectors(2)
    right = chance.normal(size=(2, *shape))
    right -= right.mean(axis=(1, 2), keepdims=True)
    for b in range(2):
        r[0][b] = split(right[b], dtype=np.float32)
    product = np.zeros(2)
    hierarchy.cycle(x, r, product)
    found = np.array([joined(x[0][b], *shape) for b in range(2)], dtype=float)
    assert (found[0] * right[1]).sum() == pytest.approx((found[1] * right[0]).sum(), rel=1e-3, abs=1e-3)
    assert product == pytest.approx((found * right).sum(axis=(1, 2)), rel=1e-3)
    first, second, conductance = GridConductance.checked(cells, 8 if eight else 4, "resistance").edges()
    matrix = laplacian_of(first, second, conductance, cells.size).toarray() * (1 / cells).min()
    exact = np.linalg.pinv(matrix, hermitian=True) @ right[0].ravel()
    assert product[0] == pytest.approx(float(exact @ right[0].ravel()), rel=0.5)


@pytest.mark.parametrize("neighbours", [4, 8])
@pytest.mark.parametrize("average", ["resistance", "conductance"])
def test_scattered_holes_neither_slow_the_solver_nor_change_the_answer(
    neighbours: Literal[4, 8], average: Literal["resistance", "conductance"]
) -> None:
    cells = smooth(220)
    cells[np.random.default_rng(4).random(cells.shape) < 0.05] = 0.0
    pieces, _count = label(cells > 0, np.ones((3, 3)) if neighbours == 8 else None)
    cells[pieces != np.bincount(pieces[pieces > 0]).argmax()] = 0.0
    grid = GridConductance.checked(cells, neighbours, average)
    found = GridSolver(grid, None, None, None, 1e-10, method="multigrid").solve(pair(cells))
    exact = GridSolver(grid, None, None, None, 1e-10, method="direct").solve(pair(cells))
    assert found.residuals.max() <= 1e-10
    assert found.iterations <= 40  # without filling the holes: 130 and more, or none converges
    assert found.voltages == pytest.approx(exact.voltages, abs=1e-8 * np.ptp(exact.voltages))
    assert (found.voltages[cells.ravel() == 0] == exact.voltages[cells.ravel() == 0]).all()


def test_iterations_do_not_grow_with_the_landscape() -> None:
    counts = []
    for size in (100, 200, 400, 800):
        cells = smooth(size)
        counts.append(
            solver_for_grid(cells, tolerance=1e-6, _method="multigrid").solve(pair(cells)).iterations
        )
    assert max(counts) <= 8


def test_fields_solved_together_are_those_solved_alone() -> None:
    cells = smooth(120)
    solver = solver_for_grid(cells, tolerance=1e-10, _method="multigrid")
    chance = np.random.default_rng(3)
    currents = chance.normal(size=(cells.size, 11))
    currents -= currents.mean(axis=0)
    together = solver.solve(currents).voltages
    for k in (0, 7, 10):
        assert together[:, k] == pytest.approx(solver.solve(currents[:, [k]]).voltages[:, 0], abs=1e-6)


def test_a_good_guess_saves_iterations() -> None:
    cells = smooth(150)
    solver = solver_for_grid(cells, tolerance=1e-8, _method="multigrid")
    first = solver.solve(pair(cells))
    again = solver.solve(pair(cells), guess=first.voltages)
    assert again.iterations == 0
    assert again.voltages == pytest.approx(first.voltages)


def test_the_error_estimate_tells_the_error_of_the_resistance() -> None:
    cells = smooth(150)
    currents = pair(cells)
    exact = solver_for_grid(cells, _method="direct").solve(currents)
    truth = float((currents * exact.voltages).sum())
    for tolerance in (1e-2, 1e-3, 1e-5):
        found = solver_for_grid(cells, tolerance=tolerance, _method="multigrid").solve(currents)
        error = abs(float((currents * found.voltages).sum()) / truth - 1)
        assert error <= 3 * found.error_estimate[0] + 1e-12
        assert found.error_estimate[0] <= 1000 * error + 1e-10


def test_the_residual_is_that_of_the_answer() -> None:
    cells = smooth(60)
    currents = pair(cells)
    found = solver_for_grid(cells, tolerance=1e-5, _method="multigrid").solve(currents)
    first, second, conductance = GridConductance.checked(cells, 8, "resistance").edges()
    left = currents - laplacian_of(first, second, conductance, cells.size) @ found.voltages
    relative = np.linalg.norm(left) / np.linalg.norm(currents)
    assert relative == pytest.approx(found.residuals[0], rel=1e-6)
    assert relative <= 1e-5


def test_condition_of_the_preconditioned_network_is_small() -> None:
    cells = smooth(300)
    solver = MultigridSolver(GridConductance.checked(cells, 8, "resistance"), None, None, None, 1e-8)
    solver.solve(pair(cells))
    assert solver.courses[0].condition() < 3
