"""Corridors, pinch points and barriers between cores."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.science.corridors import accumulated_cost, barriers, corridors, path_cost, pinch_points
from amur.science.corridors.barriers import least_around

_spec = importlib.util.spec_from_file_location(
    "corridor_landscapes", Path(__file__).with_name("landscapes.py")
)
assert _spec and _spec.loader
_cast = sys.modules.setdefault("corridor_landscapes", importlib.util.module_from_spec(_spec))
_spec.loader.exec_module(_cast)
distances, landscapes = _cast.distances, _cast.landscapes


@settings(max_examples=120, deadline=None)
@given(landscapes(), st.sampled_from([4, 8]), st.sampled_from([None, 0.0, 3.0, 1e4]))
def test_corridors_are_the_sum_of_both_costs_less_the_least(
    case: tuple[np.ndarray, np.ndarray], neighbours: int, width: float | None
) -> None:
    land, cores = case
    found = corridors(land, cores, width, neighbours)
    usable = np.where(np.isfinite(land), cores, 0)
    alone = {core: distances(land, usable == core, neighbours) for core in found.ids}
    least = np.full(land.shape, np.inf)
    for link in found.links:
        total = alone[link.first] + alone[link.second]
        assert link.cost == pytest.approx(alone[link.first][usable == link.second].min(), rel=1e-12)
        assert link.cost == pytest.approx(total.min(), rel=1e-12)
        assert path_cost(land, link.path) == pytest.approx(link.cost, rel=1e-12)
        assert usable[tuple(link.path[0])] == link.first
        assert usable[tuple(link.path[-1])] == link.second
        assert (link.excess[link.path[:, 0] - link.row, link.path[:, 1] - link.column] == 0).all()
        inside = np.isfinite(link.excess)
        assert (link.excess[inside] >= 0).all()
        expected = total - link.cost
        window = expected[link.window]
        room = 1e-10 * link.cost
        assert np.allclose(link.excess[inside], window[inside], rtol=1e-9, atol=room)
        whole = np.zeros(land.shape, dtype=bool)
        whole[link.window] = inside
        spare = np.inf if width is None else width
        assert not whole[expected > spare + room].any()
        assert whole[(expected < spare - room) & np.isfinite(expected)].all()
        np.fmin(least[link.window], link.excess, out=least[link.window])
    assert np.array_equal(np.isfinite(found.mosaic), np.isfinite(least))
    assert np.array_equal(found.mosaic[np.isfinite(least)], least[np.isfinite(least)])
    # Cores are in one group where paths join them, if need be by way of the pieces of others.
    joined = {
        core: {other for other in found.ids if np.isfinite(alone[core][usable == other]).any()}
        for core in found.ids
    }
    for group in found.groups:
        seen, new = {group[0]}, {group[0]}
        while new:
            new = set().union(*(joined[core] for core in new)) - seen
            seen |= new
        assert seen == set(group)


def test_cores_where_nothing_passes_and_cores_that_none_reaches_are_named() -> None:
    land = np.ones((5, 9))
    land[:, 4] = np.nan
    cores = np.zeros(land.shape, dtype=int)
    cores[0, 0], cores[4, 2], cores[2, 8], cores[2, 4] = 1, 2, 3, 4
    found = corridors(land, cores, 2.0)
    assert [(link.first, link.second) for link in found.links] == [(1, 2)]
    assert found.without_data == (4,)
    assert found.groups == ((1, 2), (3,))
    assert found.isolated == (3,)


@pytest.mark.parametrize("cores", [[[0, 0, 0]], [[0, 7, 0]], [[-1, 7, 7]]])
def test_fewer_than_two_cores_give_no_links(cores: list[list[int]]) -> None:
    found = corridors(np.ones((1, 3)), np.array(cores), 1.0)
    assert found.links == ()
    assert np.isnan(found.mosaic).all()
    assert not barriers(np.ones((1, 3)), np.array(cores)).improvement.any()


def test_cores_that_touch_are_linked_by_one_step() -> None:
    found = corridors(np.array([[2.0, 4.0]]), np.array([[1, 2]]), cell_size=10.0)
    assert found.links[0].cost == 30.0
    assert found.links[0].length == 10.0
    assert found.links[0].path.tolist() == [[0, 0], [0, 1]]


def test_a_core_of_several_pieces_is_linked_from_the_nearest() -> None:
    cores = np.array([[1, 0, 0, 0, 0, 1, 0, 2]])
    assert corridors(np.ones(cores.shape), cores).links[0].cost == 2.0


def test_a_path_names_the_cores_that_it_crosses() -> None:
    # Dear cells keep apart what is nearest to 1 and to 2 only from row 1 on, core 3 lies on the cheap way.
    land = np.full((3, 7), 10.0)
    land[0] = 1.0
    cores = np.zeros(land.shape, dtype=int)
    cores[0, 0], cores[0, 3], cores[0, 6] = 1, 3, 2
    cores[2, 0], cores[2, 6] = 1, 2
    land[2] = 1.6
    found = {(link.first, link.second): link for link in corridors(land, cores).links}
    assert set(found) == {(1, 2), (1, 3), (2, 3)}
    assert found[1, 2].cost == 6.0
    assert found[1, 2].through == (3,)
    assert found[1, 3].through == ()


def test_progress_runs_from_start_to_end_and_may_cancel() -> None:
    cores = np.array([[1, 0, 2, 0, 3]])
    seen: list[float] = []
    corridors(np.ones((1, 5)), cores, progress=lambda done, stage: seen.append(done))
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0.0, 1.0)

    def stop(done: float, stage: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        corridors(np.ones((1, 5)), cores, progress=stop)


def test_a_wrong_width_radius_or_restored_value_is_refused() -> None:
    land, cores = np.ones((1, 3)), np.array([[1, 0, 2]])
    with pytest.raises(ValueError, match="width"):
        corridors(land, cores, -1.0)
    with pytest.raises(ValueError, match="radius"):
        barriers(land, cores, 0)
    with pytest.raises(ValueError, match="restored"):
        barriers(land, cores, 1, 0.0)


def test_all_current_passes_the_gap_of_a_wall() -> None:
    land = np.ones((9, 11))
    land[:, 5] = np.nan
    land[3, 5] = 1.0
    cores = np.zeros(land.shape, dtype=int)
    cores[:, 0], cores[2:5, 10] = 1, 2
    found = pinch_points(land, cores, corridors(land, cores, 6.0).links[0])
    current = np.full(land.shape, np.nan)
    current[found.row :, found.column :][: found.current.shape[0], : found.current.shape[1]] = found.current
    assert current[3, 5] == pytest.approx(1.0)
    assert np.nanmax(current) == pytest.approx(1.0)
    assert np.isnan(current[cores > 0]).all()
    assert found.error_estimate < 1e-6


def test_a_wide_uniform_corridor_shares_its_current_evenly() -> None:
    cores = np.zeros((4, 6), dtype=int)
    cores[:, 0], cores[:, 5] = 1, 2
    found = pinch_points(
        np.full(cores.shape, 2.0), cores, corridors(np.full(cores.shape, 2.0), cores).links[0], 4
    )
    assert np.allclose(found.current[:, 1:5], 0.25)
    assert found.resistance == pytest.approx(5 * 2.0 / 4)


def test_cores_that_touch_have_no_pinch_points_outside() -> None:
    cores = np.array([[1, 2]])
    found = pinch_points(np.ones((1, 2)), cores, corridors(np.ones((1, 2)), cores).links[0])
    assert np.isnan(found.current).all()
    assert found.resistance == pytest.approx(1.0)


@settings(max_examples=60, deadline=None)
@given(landscapes(10), st.integers(1, 3))
def test_the_improvement_is_that_of_the_formula_by_hand(
    case: tuple[np.ndarray, np.ndarray], radius: int
) -> None:
    land, cores = case
    found = barriers(land, cores, radius, 1.0)
    rows, columns = np.indices(land.shape)
    usable = np.where(np.isfinite(land), cores, 0)
    expected = np.zeros(land.shape)
    for link in corridors(land, cores).links:
        one, two = (distances(land, usable == core, 8) for core in (link.first, link.second))
        for row, column in np.ndindex(land.shape):
            near = (rows - row) ** 2 + (columns - column) ** 2 <= radius**2
            saved = link.cost - (one[near].min() + two[near].min() + 2 * radius)
            expected[row, column] = max(expected[row, column], saved / (2 * radius))
    assert np.allclose(found.improvement, expected, rtol=1e-9, atol=1e-9 * max(expected.max(initial=0), 1e-3))
    assert ((found.first > 0) == (found.improvement > 0)).all()


@settings(max_examples=40, deadline=None)
@given(landscapes(12))
def test_restoring_a_place_brings_at_least_what_was_promised(case: tuple[np.ndarray, np.ndarray]) -> None:
    land, cores = case
    radius = 2
    found = barriers(land, cores, radius, 1.0)
    if not found.improvement.any():
        return
    row, column = np.unravel_index(np.argmax(found.improvement), land.shape)
    rows, columns = np.indices(land.shape)
    mended = np.where((rows - row) ** 2 + (columns - column) ** 2 <= radius**2, 1.0, land)
    usable = np.where(np.isfinite(land), cores, 0)
    first, second = found.first[row, column], found.second[row, column]
    before, after = (
        accumulated_cost(cells, usable * (usable == first)).cost[usable == second].min()
        for cells in (land, mended)
    )
    # Diagonal steps make a way across a window up to 8.24 % longer than its diameter.
    promised = found.improvement[row, column] * 2 * radius
    assert after <= before - promised + 0.0824 * 2 * radius + 1e-9 * before


def test_least_around_takes_a_disc() -> None:
    values = np.full((7, 7), 9.0)
    values[3, 3] = 1.0
    rows, columns = np.indices(values.shape)
    disc = (rows - 3) ** 2 + (columns - 3) ** 2 <= 4
    assert np.array_equal(least_around(values, 2), np.where(disc, 1.0, 9.0))
    assert np.array_equal(least_around(np.ones((1, 2)), 5), np.ones((1, 2)))
