"""What a moving window promises: currents are conserved, symmetric, the same for every tile and process."""

from __future__ import annotations

import itertools
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest

from amur.science.circuits.omnidirectional import (
    Condition,
    Landscape,
    OmnidirectionalResult,
    Windows,
    omnidirectional,
    plan,
    sources_from_resistance,
    tasks,
    tiles,
)
from amur.science.circuits.omnidirectional.targets import targets_of
from amur.science.circuits.omnidirectional.tiles import Tiling

Exact = {"tolerance": 1e-10}


def rough(shape: tuple[int, int], seed: int = 0, bare: float = 0.15) -> np.ndarray:
    """Conductances over two decades, a share of the cells without data."""
    chance = np.random.default_rng(seed)
    return np.where(chance.random(shape) < bare, 0.0, 10 ** chance.uniform(-1, 1, shape))


def strengths(shape: tuple[int, int], seed: int = 1) -> np.ndarray:
    chance = np.random.default_rng(seed)
    return np.where(chance.random(shape) < 0.3, 0.0, chance.uniform(0.1, 1.0, shape))


def run(cells: np.ndarray, sources: np.ndarray, windows: Windows, **land: Any) -> OmnidirectionalResult:
    return omnidirectional(Landscape(cells, **land), sources, windows)


def slow(cells: np.ndarray, sources: np.ndarray, windows: Windows, **land: Any) -> np.ndarray:
    """The same maps, every window by the general solvers."""
    tiling = Tiling.of(Landscape(cells, **land), np.asarray(sources), windows, None)
    total = np.zeros((2 if windows.with_flow else 1, *cells.shape))
    for tile in tiling.tiles():
        frame = tasks.room_of(tile.reach, tile.neighbours == 8, False).frame
        currents = np.zeros((total.shape[0], *tile.conductance.shape))
        for k, plane in itertools.product(range(tile.strength.size), range(total.shape[0])):
            tasks.solve_generally(tile, k, plane, frame, currents)
        tasks.Partial(tile.corner, currents, tasks.Tally()).add_to(total)
    return total


@pytest.mark.parametrize("neighbours", [4, 8])
@pytest.mark.parametrize("average", ["resistance", "conductance"])
@pytest.mark.parametrize("bare", [0.0, 0.35])
def test_the_fast_windows_are_those_of_the_general_solvers(
    neighbours: int, average: str, bare: float
) -> None:
    cells, sources = rough((23, 31), bare=bare), strengths((23, 31))
    windows = Windows(
        radius=7, block_size=3, buffer=1, normalized=True, correct_artefacts=False, mask_nodata=False, **Exact
    )
    land = {"neighbours": neighbours, "average": average}
    found = run(cells, sources, windows, **land)
    expected = slow(cells, sources, windows, **land)
    assert found.methods.keys() == {"window multigrid"}
    assert found.cumulative == pytest.approx(expected[0], abs=1e-7 * expected[0].max())
    assert found.flow_potential == pytest.approx(expected[1], abs=1e-7 * expected[1].max())


def test_windows_that_stall_are_solved_by_other_means() -> None:
    cells, sources = 10 ** np.random.default_rng(1).uniform(-5, 5, (70, 70)), strengths((70, 70))
    windows = Windows(radius=20, block_size=7, correct_artefacts=False, mask_nodata=False)
    found = run(cells, sources, windows, neighbours=4)
    assert found.methods.keys() == {"window multigrid", "direct"}
    assert sum(found.methods.values()) == found.tally.windows == found.targets
    expected = slow(cells, sources, windows, neighbours=4)[0]
    assert found.cumulative == pytest.approx(expected, abs=1e-6 * expected.max())
    assert found.tally.error_estimate < 1e-5


def test_all_amperes_of_a_target_arrive() -> None:
    cells, sources = rough((21, 21), seed=4), strengths((21, 21))
    for block in (1, 3, 5):
        alone = np.where(np.indices(cells.shape).sum(axis=0) % 4 == 0, sources, 0.0)
        windows = Windows(radius=6, block_size=block, correct_artefacts=False, mask_nodata=False, **Exact)
        land = Landscape(cells)
        tiling = Tiling.of(land, alone, windows, None)
        for k in range(tiling.targets.size):
            one = Tiling(
                land, tiling.sources, windows, tiling.targets, (), None, (np.array([k]),)
            )  # fmt: skip
            found = tasks.solve_tile(one.cut(0))
            row, column = tiling.targets.node[k] - np.array(found.corner)
            arrived = found.currents[0, row, column]
            assert arrived == 0 or arrived == pytest.approx(tiling.targets.strength[k], rel=1e-8)


def test_conditions_lose_no_current() -> None:
    cells, sources = np.ones((15, 15)), np.ones((15, 15))
    warm = np.add.outer(np.zeros(15), np.linspace(0, 1, 15))
    near = Condition(warm, "within", -0.2, 0.2)
    plain = Windows(radius=5, mask_nodata=False, **Exact)
    matched = Windows(radius=5, conditions=(near,), mask_nodata=False, **Exact)
    for windows in (plain, matched):
        land = Landscape(cells)
        tile = Tiling.of(land, sources, windows, None).cut(0)
        room = tasks.room_of(tile.reach, True, False)
        arriving = [
            tasks.gather(
                tile.conductance, tile.inside, tile.sources, tile.matched, k, tile.middle[k], tile.node[k],
                tile.blank[k], tile.strength[k], tile.rule, room.frame,
            )
            for k in range(tile.strength.size)
        ]  # fmt: skip
        assert arriving == pytest.approx(tile.strength)
    with_conditions = run(cells, sources, matched).cumulative
    assert not np.allclose(with_conditions, run(cells, sources, plain).cumulative)


def test_a_source_counts_where_its_condition_suits_that_of_the_target() -> None:
    cover = np.array([[1.0, 1.0, 2.0, 2.0, 1.0]])
    windows = Windows(radius=4, conditions=(Condition(cover, "equal"),), mask_nodata=False, **Exact)
    found = run(np.ones((1, 5)), np.ones((1, 5)), windows).cumulative
    # Targets 0, 1 and 4 draw half an ampere from each other, 2 and 3 one.
    assert found[0] == pytest.approx([2.0, 3.0, 4.0, 4.0, 2.0], rel=1e-6)


def test_a_future_condition_is_that_of_the_target() -> None:
    now, then = np.array([[1.0, 2.0, 3.0]]), np.array([[9.0, 9.0, 1.0]])
    windows = Windows(
        radius=4, conditions=(Condition(now, "equal", future=then),), mask_nodata=False, **Exact
    )
    assert run(np.ones((1, 3)), np.ones((1, 3)), windows).cumulative[0] == pytest.approx([1, 1, 1])


@pytest.mark.parametrize("turn", [np.transpose, np.flipud, np.fliplr, np.rot90])
@pytest.mark.parametrize("block", [1, 3])
def test_a_turned_landscape_gives_the_turned_map(turn: Any, block: int) -> None:
    cells, sources = rough((18, 18), bare=0.1), np.random.default_rng(5).uniform(0.1, 1, (18, 18))
    windows = Windows(radius=5, block_size=block, buffer=1, normalized=True, **Exact)
    one, other = run(cells, sources, windows), run(turn(cells), turn(sources), windows)
    for name in ("cumulative", "flow_potential", "normalized"):
        expected = turn(getattr(one, name))
        assert getattr(other, name) == pytest.approx(expected, abs=1e-7 * np.nanmax(expected), nan_ok=True)


def test_where_all_cells_are_alike_the_normalised_current_is_one() -> None:
    cells = np.full((20, 24), 0.25)
    cells[8:11, 5:9] = 0.0
    windows = Windows(radius=5, block_size=3, buffer=2, normalized=True, **Exact)
    found = run(cells, strengths((20, 24)), windows)
    assert found.normalized[cells > 0] == pytest.approx(1.0)
    assert np.isnan(found.normalized[cells == 0]).all()


def test_what_lies_behind_a_barrier_counts_for_nothing() -> None:
    cells, sources = rough((16, 20), bare=0.0), strengths((16, 20))
    walled = cells.copy()
    walled[:, 12] = 0.0
    windows = Windows(radius=5, normalized=True, mask_nodata=False, **Exact)
    whole, part = run(walled, sources, windows), run(cells[:, :12], sources[:, :12], windows)
    assert whole.cumulative[:, :12] == pytest.approx(part.cumulative, rel=1e-6)
    assert whole.flow_potential[:, :12] == pytest.approx(part.flow_potential, rel=1e-6)


def test_both_currents_fill_the_same_disc() -> None:
    cells, sources = np.ones((21, 21)), np.zeros((21, 21))
    sources[10, 10] = sources[10, 7] = 1.0
    cells[4, 4] = 0.0
    found = run(cells, sources, Windows(radius=4, flow_potential=True, mask_nodata=False, **Exact))
    rows, columns = np.indices(cells.shape)
    near = np.minimum(np.hypot(rows - 10, columns - 10), np.hypot(rows - 10, columns - 7)) <= 4
    for values in (found.cumulative, found.flow_potential):
        assert (values[~near] == 0).all()
        assert (values[near & (cells > 0)] > 0).mean() > 0.9
        assert values[4, 4] == 0


def test_blocks_cut_off_by_the_edge_are_targets_too() -> None:
    there = np.ones((7, 8), dtype=bool)
    windows = Windows(radius=5, block_size=3)
    found = targets_of(there, np.ones((7, 8)), windows)
    assert found.size == 9
    assert found.strength.sum() == 56
    assert found.middle[-1].tolist() == [6, 7]
    assert targets_of(there, np.ones((7, 8)), Windows(radius=5, block_size=3, as_peer=True)).size == 4


def test_the_current_of_a_block_leaves_where_there_is_data() -> None:
    there, sources = np.ones((3, 3), dtype=bool), np.full((3, 3), 0.5)
    there[1, 1] = False
    sources[1, 2] = 1.0
    assert targets_of(there, sources, Windows(radius=3, block_size=3)).node.tolist() == [[1, 2]]


def test_the_correction_takes_the_pattern_of_blocks_out() -> None:
    cells, sources = np.ones((40, 40)), np.ones((40, 40))
    inner = (slice(14, 26), slice(14, 26))
    single = run(cells, sources, Windows(radius=8)).cumulative[inner]
    spread = {}
    for correct in (False, True):
        found = run(cells, sources, Windows(radius=8, block_size=3, correct_artefacts=correct))
        spread[correct] = float(np.abs(found.cumulative[inner] / single - 1).max())
    assert spread[True] < 0.2 * spread[False]


class Kept:
    """A store in memory that stops the run after some tiles."""

    def __init__(self, most: int) -> None:
        self.most, self.values = most, None

    def get(self, key: str) -> Any:
        return self.values

    def put(self, key: str, values: Any) -> Any:
        return values

    def checkpoint(self, key: str, make: Any) -> None:
        self.values = make()
        self.most -= 1
        if not self.most:
            raise KeyboardInterrupt


LARGE = Windows(radius=6, block_size=3, normalized=True)


def large() -> tuple[Landscape, np.ndarray]:
    return Landscape(rough((50, 47), seed=3)), strengths((50, 47), seed=8)


def same(one: OmnidirectionalResult, other: OmnidirectionalResult) -> bool:
    maps = ("cumulative", "flow_potential", "normalized")
    equal = all(np.array_equal(getattr(one, m), getattr(other, m), equal_nan=True) for m in maps)
    return equal and one.tally == other.tally


@pytest.fixture
def small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles, "WORK", 2e3)


@pytest.mark.usefixtures("small_tiles")
def test_an_interrupted_run_goes_on_to_the_same_bits() -> None:
    whole = omnidirectional(*large(), LARGE)
    store = Kept(4)
    with pytest.raises(KeyboardInterrupt):
        omnidirectional(*large(), LARGE, store=store)
    told: list[float] = []
    resumed = omnidirectional(*large(), LARGE, store=store, progress=lambda done, stage: told.append(done))
    assert 0 < told[0] < 1 and told[-1] == 1
    assert same(whole, resumed)


@pytest.mark.usefixtures("small_tiles")
def test_processes_and_threads_give_the_same_bits() -> None:
    serial = omnidirectional(*large(), LARGE)
    assert plan(*large(), LARGE).tiles > 10
    with ThreadPoolExecutor(2) as pool:
        assert same(serial, omnidirectional(*large(), LARGE, executor=pool))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert same(serial, omnidirectional(*large(), LARGE, executor=pool))


@pytest.mark.usefixtures("small_tiles")
def test_a_cluster_of_two_processes_gives_the_same_bits() -> None:
    distributed = pytest.importorskip(
        "distributed", reason="Dask is not installed (pip install amur[cluster])"
    )
    serial = omnidirectional(*large(), LARGE)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert same(serial, omnidirectional(*large(), LARGE, executor=client.get_executor()))


def test_the_plan_tells_what_will_be_done() -> None:
    land, sources = large()
    found, planned = omnidirectional(land, sources, LARGE), plan(land, sources, LARGE)
    assert found.targets == planned.targets
    assert 0.4 * planned.unknowns < found.tally.unknowns <= planned.unknowns
    assert planned.seconds > 0 and planned.memory > 8 * 4 * sources.size


def test_wrong_arguments_are_named() -> None:
    land = Landscape(np.ones((3, 3)))
    with pytest.raises(ValueError, match=r"sources have shape \(2, 2\), expected \(3, 3\)"):
        omnidirectional(land, np.ones((2, 2)), Windows(radius=1))
    with pytest.raises(ValueError, match="block_size is 2, expected an odd number"):
        Windows(radius=2, block_size=2)
    with pytest.raises(ValueError, match="condition 1 has shape"):
        omnidirectional(
            land, np.ones((3, 3)), Windows(radius=1, conditions=(Condition(np.ones((1, 1)), "equal"),))
        )


def test_a_landscape_without_sources_has_no_targets() -> None:
    found = run(np.ones((4, 4)), np.zeros((4, 4)), Windows(radius=2, normalized=True))
    assert found.targets == 0
    assert (found.cumulative == 0).all()


def test_sources_follow_resistances_up_to_a_cutoff() -> None:
    assert sources_from_resistance(np.array([[1.0, 2.0, 8.0]]), cutoff=2.0).tolist() == [[1.0, 0.5, 0.0]]
