"""Accumulated cost: what can be told by hand, and scipy's Dijkstra on random landscapes."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.science.corridors import (
    accumulated_cost,
    adjacent_pairs,
    least_cost_path,
    path_cost,
    path_length,
    sweep,
)

_spec = importlib.util.spec_from_file_location(
    "corridor_landscapes", Path(__file__).with_name("landscapes.py")
)
assert _spec and _spec.loader
_cast = sys.modules.setdefault("corridor_landscapes", importlib.util.module_from_spec(_spec))
_spec.loader.exec_module(_cast)
distances, landscapes = _cast.distances, _cast.landscapes


def one_source(shape: tuple[int, int], row: int, column: int) -> np.ndarray:
    sources = np.zeros(shape, dtype=int)
    sources[row, column] = 1
    return sources


def test_uniform_resistance_gives_the_octile_distance() -> None:
    shape = (41, 67)
    found = accumulated_cost(np.full(shape, 3.0), one_source(shape, 10, 20), cell_size=30.0)
    down, right = np.abs(np.indices(shape) - np.array([10, 20])[:, None, None])
    octile = np.maximum(down, right) + (np.sqrt(2) - 1) * np.minimum(down, right)
    assert np.allclose(found.cost, 90 * octile, rtol=1e-12)


def test_four_neighbours_give_the_city_block_distance() -> None:
    found = accumulated_cost(np.full((9, 12), 2.0), one_source((9, 12), 4, 3), 4)
    down, right = np.abs(np.indices((9, 12)) - np.array([4, 3])[:, None, None])
    assert np.array_equal(found.cost, 2.0 * (down + right))


def test_cells_that_are_not_square_cost_by_their_sides() -> None:
    found = accumulated_cost(np.ones((2, 2)), one_source((2, 2), 0, 0), cell_size=(3.0, 4.0))
    assert found.cost.tolist() == [[0.0, 4.0], [3.0, 5.0]]


def test_a_wall_is_passed_through_its_gap() -> None:
    land = np.ones((11, 11))
    land[:, 5] = np.nan
    land[9, 5] = 1.0
    found = accumulated_cost(land, one_source(land.shape, 0, 5 - 5), 4)
    assert found.cost[0, 10] == 9 + 10 + 9
    assert [9, 5] in least_cost_path(found, 0, 10).tolist()
    assert np.isinf(found.cost[0, 5])


def test_beyond_a_closed_wall_nothing_is_reached_and_a_path_says_so() -> None:
    land = np.ones((4, 5))
    land[:, 2] = np.inf
    found = accumulated_cost(land, one_source(land.shape, 0, 0))
    assert np.isinf(found.cost[:, 2:]).all()
    assert (found.allocation[:, 2:] == 0).all()
    with pytest.raises(ValueError, match="no path leads to row 1, column 4"):
        least_cost_path(found, 1, 4)


@settings(max_examples=150, deadline=None)
@given(landscapes(), st.sampled_from([4, 8]), st.sampled_from([1.0, 30.0, (2.0, 5.0)]))
def test_costs_are_those_of_dijkstra(
    case: tuple[np.ndarray, np.ndarray], neighbours: int, size: object
) -> None:
    land, cores = case
    found = accumulated_cost(land, cores, neighbours, cell_size=size)
    expected = distances(land, cores > 0, neighbours, size)
    assert np.array_equal(np.isfinite(found.cost), np.isfinite(expected))
    assert np.allclose(found.cost, expected, rtol=1e-12, atol=0)
    # Each cell belongs to a core that is as near as the nearest.
    for core in np.unique(found.allocation[found.allocation > 0]):
        mine = found.allocation == core
        alone = distances(land, cores == core, neighbours, size)
        assert np.allclose(alone[mine], found.cost[mine], rtol=1e-12, atol=0)
    # And the path back costs what was said, and starts in the core that was said.
    for row, column in np.argwhere(np.isfinite(found.cost))[::7]:
        path = least_cost_path(found, int(row), int(column))
        assert path_cost(land, path, cell_size=size) == pytest.approx(found.cost[row, column], rel=1e-12)
        assert cores[tuple(path[0])] == found.allocation[row, column]


@settings(max_examples=60, deadline=None)
@given(landscapes(), st.floats(0, 1))
def test_a_limit_cuts_and_changes_nothing_below_it(case: tuple[np.ndarray, np.ndarray], part: float) -> None:
    land, cores = case
    whole = accumulated_cost(land, cores)
    reached = whole.cost[np.isfinite(whole.cost)]
    limit = part * float(reached.max(initial=1.0))
    cut = accumulated_cost(land, cores, limit=limit)
    assert np.array_equal(cut.cost, np.where(whole.cost <= limit, whole.cost, np.inf))
    assert ((cut.allocation > 0) == np.isfinite(cut.cost)).all()


@settings(max_examples=60, deadline=None)
@given(landscapes(), st.integers(0, 2**32 - 1))
def test_costs_are_symmetric_and_never_fall_when_resistance_rises(
    case: tuple[np.ndarray, np.ndarray], seed: int
) -> None:
    land, _cores = case
    chance = np.random.default_rng(seed)
    places = [divmod(int(cell), land.shape[1]) for cell in chance.integers(land.size, size=2)]
    one, two = (accumulated_cost(land, one_source(land.shape, *place)) for place in places)
    assert one.cost[places[1]] == pytest.approx(two.cost[places[0]], rel=1e-12)
    dearer = land * np.where(chance.random(land.shape) < 0.3, 1 + chance.random(land.shape), 1.0)
    higher = accumulated_cost(dearer, one_source(land.shape, *places[0])).cost
    assert (higher >= one.cost * (1 - 1e-12))[np.isfinite(one.cost)].all()


@pytest.mark.parametrize("most", [70, 1 << 20])
def test_extreme_contrast_stays_exact_with_few_and_with_many_buckets(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "MOST_BUCKETS", most)
    chance = np.random.default_rng(3)
    land = 10 ** chance.choice([-6.0, 0.0, 6.0], (40, 40)) * chance.uniform(1, 2, (40, 40))
    sources = one_source(land.shape, 20, 20)
    assert np.allclose(accumulated_cost(land, sources).cost, distances(land, sources > 0, 8), rtol=1e-12)


def test_a_crowd_of_sources_makes_room_for_itself() -> None:
    chance = np.random.default_rng(1)
    land = chance.uniform(1, 1000, (300, 300))
    sources = np.arange(1, land.size + 1).reshape(land.shape)
    sources[chance.random(land.shape) < 0.5] = 0
    found = accumulated_cost(land, sources)
    assert (found.cost[sources > 0] == 0).all()
    assert np.array_equal(found.allocation[sources > 0], sources[sources > 0])


def test_without_a_source_nothing_is_reached() -> None:
    for sources in (np.zeros((2, 2), int), np.full((2, 2), -1)):
        assert np.isinf(accumulated_cost(np.ones((2, 2)), sources).cost).all()
    land = np.full((2, 2), np.nan)
    assert np.isinf(accumulated_cost(land, np.ones((2, 2), int)).cost).all()


@pytest.mark.parametrize(
    ("land", "sources", "words", "options"),
    [
        ([[1.0, 0.0]], [[1, 0]], "row 0, column 1 is 0", {}),
        ([[1.0, -2.0]], [[1, 0]], "column 1 is -2", {}),
        ([[1.0, -np.inf]], [[1, 0]], "column 1 is -inf", {}),
        ([1.0, 2.0], [1, 0], "shape", {}),
        ([[1.0, 2.0]], [[1], [0]], "regions have shape", {}),
        ([[1.0, 2.0]], [[1.0, 0.0]], "whole numbers", {}),
        ([[1.0, 2.0]], [[2**40, 0]], "too large", {}),
        ([[1.0, 2.0]], [[1, 0]], "expected 4 or 8", {"neighbours": 6}),
        ([[1.0, 2.0]], [[1, 0]], "cell_size", {"cell_size": 0.0}),
        ([[1.0, 2.0]], [[1, 0]], "limit", {"limit": -1.0}),
    ],
)
def test_wrong_input_is_named(land: object, sources: object, words: str, options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=words):
        accumulated_cost(np.array(land), np.array(sources), **options)  # type: ignore[arg-type]


def test_paths_are_measured() -> None:
    path = np.array([[0, 0], [1, 1], [1, 2]])
    assert path_length(path, cell_size=10.0) == pytest.approx(10 * (1 + np.sqrt(2)))
    assert path_cost(np.full((2, 3), 2.0), path, cell_size=10.0) == pytest.approx(20 * (1 + np.sqrt(2)))


def test_neighbours_touch_at_sides_or_at_corners() -> None:
    regions = [[1, 0], [0, 2]]
    assert adjacent_pairs(regions, 8).tolist() == [[1, 2]]
    assert adjacent_pairs(regions, 4).tolist() == []
    assert adjacent_pairs([[0, 5], [4, 0]]).tolist() == [[4, 5]]
