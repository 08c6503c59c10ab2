"""Currents through nodes, and their exact sums and maxima over all pairs."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.ndimage import label

from amur.science.circuits.accumulate import (
    exchange,
    grid_all_pairs,
    grid_currents,
    grid_pairs_maximum,
    network_all_pairs,
    network_currents,
    sorting_network,
)
from amur.science.circuits.grid import GridConductance, laplacian_of
from amur.science.circuits.solvers import solver_for_grid

RULES = list(itertools.product((4, 8), ("resistance", "conductance")))


def landscape(neighbours: int, average: str) -> tuple[GridConductance, np.ndarray, np.ndarray]:
    """A maze of one piece, seven focal cells, and the voltages for a current from each to the last."""
    chance = np.random.default_rng(5)
    cells = chance.lognormal(size=(13, 17))
    cells[chance.random(cells.shape) < 0.2] = 0
    pieces, _count = label(cells > 0, np.ones((3, 3)) if neighbours == 8 else None)
    cells[pieces != np.bincount(pieces.ravel())[1:].argmax() + 1] = 0
    focal = chance.choice(np.flatnonzero(cells), 7, replace=False)
    currents = np.zeros((cells.size, 7))
    currents[focal, np.arange(7)] = 1.0
    currents[focal[-1]] -= 1.0
    fields = solver_for_grid(cells, neighbours=neighbours, average=average).solve(currents).voltages
    return GridConductance.checked(cells, neighbours, average), focal, fields


@pytest.mark.parametrize(("neighbours", "average"), RULES)
def test_the_sum_over_pairs_is_the_sum_of_the_pairs(neighbours: int, average: str) -> None:
    grid, focal, fields = landscape(neighbours, average)
    pairs = list(itertools.combinations(range(7), 2))
    each = [grid_currents(grid, fields[:, a] - fields[:, b], cut=False) for a, b in pairs]
    assert grid_all_pairs(grid, fields, focal) == pytest.approx(np.sum(each, axis=0), rel=1e-10, abs=1e-12)
    assert grid_pairs_maximum(grid, fields, focal) == pytest.approx(
        np.max(each, axis=0), rel=1e-10, abs=1e-12
    )
    some = pairs[3:8]
    assert grid_pairs_maximum(grid, fields, focal, some) == pytest.approx(
        np.max(each[3:8], axis=0), rel=1e-10, abs=1e-12
    )


@pytest.mark.parametrize(("neighbours", "average"), RULES)
def test_a_grid_is_a_network(neighbours: int, average: str) -> None:
    grid, focal, fields = landscape(neighbours, average)
    laplacian = laplacian_of(*grid.edges(), grid.conductance.size)
    field = fields[:, 0] - fields[:, 4]
    assert network_currents(laplacian, field) == pytest.approx(grid_currents(grid, field), abs=1e-13)
    assert network_all_pairs(laplacian, fields, focal) == pytest.approx(
        grid_all_pairs(grid, fields, focal), abs=1e-12
    )


def test_as_much_flows_in_as_out() -> None:
    grid, focal, fields = landscape(8, "resistance")
    current = grid_currents(grid, fields[:, 1] - fields[:, 2], cut=False)
    assert current[focal[[1, 2]]] == pytest.approx([1.0, 1.0], rel=1e-10)
    assert (current <= 1 + 1e-10).all()
    assert (current[grid.conductance.ravel() == 0] == 0).all()


def test_what_leaves_to_ground_counts() -> None:
    # A chain: one ampere in on the left, a part leaves in the middle, the rest on the right.
    grounds = np.array([[0.0, 1.0, 1.0]])
    solver = solver_for_grid(np.ones((1, 3)), neighbours=4, grounds=grounds)
    voltages = solver.solve(np.array([[1.0], [0.0], [0.0]])).voltages[:, 0]
    grid = GridConductance.checked(np.ones((1, 3)), 4, "resistance")
    current = grid_currents(grid, voltages, leaving=grounds.ravel() * voltages)
    assert current == pytest.approx([1.0, 1.0, 1 / 3])


def test_negligible_currents_are_cut_as_the_peer_does() -> None:
    grid = GridConductance.checked(np.ones((1, 4)), 4, "resistance")
    voltages = np.array([1.0, 0.0, 0.0, 1e-9])
    assert grid_currents(grid, voltages)[3] == 0
    assert grid_currents(grid, voltages, cut=False)[3] == pytest.approx(1e-9)


@pytest.mark.parametrize("count", [*range(1, 18), 31, 64])
def test_the_sorting_network_sorts(count: int) -> None:
    numbers = np.random.default_rng(count).normal(size=(count, 50))
    wanted = np.sort(numbers, axis=0)
    for low, high in zip(*sorting_network(count), strict=True):
        exchange(numbers[low], numbers[high])
    assert (numbers == wanted).all()
