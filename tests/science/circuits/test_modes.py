"""The modes against a dense reference on random landscapes, and against what circuit theory knows."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.science.circuits import (
    Advanced,
    FocalNodes,
    Landscape,
    Network,
    OneToAll,
    Pairwise,
    Wanted,
    solve,
    solve_network_pairs,
)

_spec = importlib.util.spec_from_file_location(
    "dense_reference", Path(__file__).with_name("dense_reference.py")
)
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
Dense = _module.Dense
ALL = Wanted(currents=True, voltages=True, cumulative=True, maximum=True)
few = settings(max_examples=40, deadline=None, derandomize=True)


def random_case(seed: int, *, regions: bool, contrast: float = 3.0):
    """A landscape of random size with gaps and polygons, and focal nodes on it."""
    rng = np.random.default_rng(seed)
    rows, columns = rng.integers(2, 9, 2)
    conductance = 10 ** rng.uniform(-contrast, contrast, (rows, columns))
    conductance[rng.random((rows, columns)) < rng.choice([0.0, 0.2, 0.45])] = 0
    polygons = None
    if rng.random() < 0.6:
        polygons = np.where(rng.random((rows, columns)) < 0.25, rng.integers(1, 4, (rows, columns)), 0)
    count = int(rng.integers(2, 6))
    cells = rng.choice(rows * columns, min(rows * columns, count * (3 if regions else 1)), replace=False)
    numbers = rng.permutation(np.arange(1, 20))[:count]
    owner = numbers[np.arange(cells.size) % count] if regions else numbers[: cells.size]
    if np.unique(owner).size < 2:
        return random_case(seed + 10_000, regions=regions, contrast=contrast)
    neighbours = int(rng.choice([4, 8]))
    average = str(rng.choice(["resistance", "conductance"]))
    return Landscape(conductance, neighbours, average, polygons), FocalNodes(owner, cells), rng


def dense(land: Landscape, groups=()):
    return Dense(land.conductance, land.neighbours, land.average, land.polygons, groups)


def close(found, wanted, scale=None) -> bool:
    scale = np.abs(wanted).max(initial=0.0) if scale is None else scale
    return bool(np.abs(found - wanted).max(initial=0.0) <= 2e-7 * scale + 1e-12)


@few
@given(st.integers(0, 10**6), st.booleans())
def test_pairs_agree_with_a_dense_solve(seed: int, regions: bool) -> None:
    land, focal, _rng = random_case(seed, regions=regions)
    found = solve(land, Pairwise(focal), ALL)
    total, largest = np.zeros(land.shape), np.zeros(land.shape)
    ids = focal.ids.tolist()
    for i, one in enumerate(ids):
        for j, other in enumerate(ids[i + 1 :], start=i + 1):
            groups = [focal.cells_of(one), focal.cells_of(other)]
            reference = dense(land, groups if regions else ())
            a, b = (reference.at(cells) for cells in groups)
            if min(a, b) < 0 or reference.component[a] != reference.component[b]:
                assert found.resistances[i, j] == -1
                assert ("current", (one, other)) not in found.maps
                continue
            if a == b:
                assert found.resistances[i, j] == 0
                continue
            injected = np.zeros(reference.size)
            injected[b], injected[a] = 1.0, -1.0
            volts = reference.solve(injected, fixed=[a])
            volts[reference.component != reference.component[a]] = 0
            assert found.resistances[i, j] == pytest.approx(volts[b], rel=1e-7)
            currents = reference.spread(reference.currents(volts))
            assert close(found.maps["voltage", (one, other)], reference.spread(volts))
            assert close(found.maps["current", (one, other)], currents)
            total += currents
            largest = np.maximum(largest, currents)
    assert close(found.cumulative, total)
    assert close(found.maximum, largest)
    assert np.array_equal(found.resistances, found.resistances.T)


@few
@given(st.integers(0, 10**6), st.booleans(), st.booleans(), st.booleans())
def test_one_against_all_agrees_with_a_dense_solve(
    seed: int, regions: bool, to_one: bool, choosing: bool
) -> None:
    land, focal, rng = random_case(seed, regions=regions)
    ids = focal.ids
    strengths = None if choosing and to_one else rng.uniform(0.1, 3.0, ids.size)
    included = rng.random((ids.size, ids.size)) < 0.6 if choosing else None
    found = solve(land, OneToAll(focal, included, strengths, to_one), ALL)
    meets = np.ones((ids.size, ids.size), dtype=bool) if included is None else included | included.T
    feeds = np.ones(ids.size) if strengths is None else strengths
    total = np.zeros(land.shape)
    for i, one in enumerate(ids.tolist()):
        others = [j for j in range(ids.size) if j != i and meets[i, j]]
        active = [i, *others]
        groups = [focal.cells_of(int(ids[j])) for j in active]
        reference = dense(land, groups if regions else ())
        nodes = [reference.at(cells) for cells in groups]
        own = nodes[0]
        far = [
            (j, node)
            for j, node in zip(others, nodes[1:], strict=True)
            if own >= 0
            and node >= 0
            and node != own
            and reference.component[node] == reference.component[own]
        ]
        if not far:
            assert found.resistances[i] == -1
            continue
        injected = np.zeros(reference.size)
        if to_one:
            for j, node in far:
                injected[node] += feeds[j]
            volts = reference.solve(injected, fixed=[own])
            assert found.resistances[i] == 0
        else:
            injected[own] = feeds[i]
            volts = reference.solve(injected, fixed=[node for _j, node in far])
            assert found.resistances[i] == pytest.approx(volts[own] / feeds[i], rel=1e-7)
        assert close(found.maps["voltage", (one,)], reference.spread(volts))
        currents = reference.spread(reference.currents(volts))
        assert close(found.maps["current", (one,)], currents)
        total += currents
    assert close(found.cumulative, total)


@few
@given(st.integers(0, 10**6), st.sampled_from(["keepall", "rmvsrc", "rmvgnd", "rmvall"]))
def test_sources_and_grounds_agree_with_a_dense_solve(seed: int, conflict: str) -> None:
    land, _focal, rng = random_case(seed, regions=False, contrast=1.5)
    sources = np.where(rng.random(land.shape) < 0.3, rng.uniform(-1, 3, land.shape), 0.0)
    grounds = np.where(rng.random(land.shape) < 0.3, 10 ** rng.uniform(-2, 1, land.shape), 0.0)
    grounds[rng.random(land.shape) < 0.1] = np.inf
    found = solve(land, Advanced(sources, grounds, conflict), Wanted(currents=True, voltages=True))
    reference = dense(land)
    used = reference.node >= 0
    fed = np.bincount(reference.node[used], sources.ravel()[used], reference.size)
    held = np.zeros(reference.size)
    np.add.at(held, reference.node[used], grounds.ravel()[used])
    both = (fed != 0) & (held != 0)
    if conflict in ("rmvsrc", "rmvall"):
        fed[both] = 0
    if conflict in ("rmvgnd", "rmvall"):
        held[both] = 0
    held[(fed > 0) & np.isinf(held)] = 0
    fixed = np.flatnonzero(np.isinf(held))
    finite = np.where(np.isinf(held), 0.0, held)
    for label in np.unique(reference.component):
        members = reference.component == label
        if not held[members].any() or not fed[members].any():
            fed[members] = finite[members] = 0.0
    fed[fixed] = 0.0
    volts = reference.solve(fed, fixed=fixed, grounds=finite)
    if ("voltage", ()) not in found.maps:
        assert not volts.any()
        return
    assert close(found.maps["voltage", ()], reference.spread(volts))
    assert close(found.maps["current", ()], reference.spread(reference.currents(volts, finite * volts)))


@pytest.mark.parametrize("seed", range(4))
def test_hidden_focal_nodes_show_only_other_pairs(seed: int) -> None:
    land, focal, _rng = random_case(seed, regions=bool(seed % 2))
    hidden = solve(land, Pairwise(focal), Wanted(True, False, True, True, zero_focal=True))
    summed = sum((values for (kind, _name), values in hidden.maps.items()), np.zeros(land.shape))
    assert close(hidden.cumulative, summed)


def test_contrasts_of_a_million_keep_their_digits() -> None:
    land, focal, _rng = random_case(7, regions=False, contrast=6.0)
    found = solve(land, Pairwise(focal))
    reference = dense(land)
    for i, one in enumerate(focal.ids.tolist()):
        for j, other in enumerate(focal.ids.tolist()):
            a, b = reference.at(focal.cells_of(one)), reference.at(focal.cells_of(other))
            if i < j and found.resistances[i, j] > 0:
                injected = np.zeros(reference.size)
                injected[b], injected[a] = 1.0, -1.0
                assert found.resistances[i, j] == pytest.approx(reference.solve(injected, [a])[b], rel=1e-6)


def test_resistors_in_series_add_up_and_in_parallel_their_conductances() -> None:
    series = Network(np.arange(3), np.array([0, 1]), np.array([1, 2]), np.array([1.0, 0.25]))
    assert solve_network_pairs(series, np.array([0, 2])).resistances[0, 1] == pytest.approx(5.0)
    ring = Network(np.arange(4), np.array([0, 1, 2, 0]), np.array([1, 2, 3, 3]), np.ones(4))
    assert solve_network_pairs(ring, np.array([0, 2])).resistances[0, 1] == pytest.approx(1.0)


def test_an_infinite_grid_has_half_an_ohm_between_neighbours() -> None:
    side = 141
    middle = side * (side // 2) + side // 2
    focal = FocalNodes(np.array([1, 2, 3]), np.array([middle, middle + 1, middle + side + 1]))
    found = solve(Landscape(np.ones((side, side)), 4), Pairwise(focal)).resistances
    assert found[0, 1] == pytest.approx(0.5, abs=3e-4)
    assert found[0, 2] == pytest.approx(2 / np.pi, abs=3e-4)


def test_foster_the_resistances_over_all_edges_count_the_nodes() -> None:
    rng = np.random.default_rng(3)
    conductance = np.where(rng.random((7, 9)) < 0.2, 0, 10 ** rng.uniform(-2, 2, (7, 9)))
    reference = dense(Landscape(conductance))
    nodes = np.arange(reference.size)
    first, second, joined = (np.array(part) for part in zip(*reference.edges, strict=True))
    network = Network(nodes, first, second, joined)
    found = solve_network_pairs(network, nodes).resistances
    components = np.unique(reference.component).size
    assert (found[first, second] * joined).sum() == pytest.approx(reference.size - components, rel=1e-9)


def test_rayleigh_a_better_cell_never_raises_a_resistance() -> None:
    land, focal, rng = random_case(23, regions=False)
    before = solve(land, Pairwise(focal)).resistances
    better = land.conductance.copy()
    better[rng.random(land.shape) < 0.3] *= 3
    after = solve(
        Landscape(better, land.neighbours, land.average, land.polygons), Pairwise(focal)
    ).resistances
    assert (after <= before + 1e-9 * np.abs(before)).all()


def test_reciprocity_the_voltage_here_from_there_is_that_there_from_here() -> None:
    land, focal, _rng = random_case(5, regions=False)
    cells = np.flatnonzero(land.conductance.ravel() > 0)[:3]
    ground = np.zeros(land.shape)
    ground.ravel()[cells[2]] = np.inf
    volts = []
    for source, target in ((cells[0], cells[1]), (cells[1], cells[0])):
        amperes = np.zeros(land.shape)
        amperes.ravel()[source] = 1.0
        maps = solve(land, Advanced(amperes, ground), Wanted(voltages=True)).maps
        volts.append(maps["voltage", ()].ravel()[target] if maps else 0.0)
    assert volts[0] == pytest.approx(volts[1], rel=1e-9)


def test_a_progress_that_raises_cancels() -> None:
    def stop(done: float, stage: str) -> None:
        raise KeyboardInterrupt

    land, focal, _rng = random_case(5, regions=True)
    with pytest.raises(KeyboardInterrupt):
        solve(land, Pairwise(focal), ALL, progress=stop)


@pytest.mark.parametrize("seed", range(12))
def test_both_ways_to_pairs_of_regions_agree(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    land, focal, _rng = random_case(seed, regions=True)
    by_ports = solve(land, Pairwise(focal), ALL)
    monkeypatch.setattr("amur.science.circuits.regions.FEW", 0)
    monkeypatch.setattr("amur.science.circuits.regions.PORTS_PER_PAIR", 0)
    monkeypatch.setattr("amur.science.circuits.regions.WORTH_A_GUESS", 0)
    by_pairs = solve(land, Pairwise(focal), ALL)
    assert close(by_pairs.resistances, by_ports.resistances)
    assert close(by_pairs.cumulative, by_ports.cumulative)
    assert close(by_pairs.maximum, by_ports.maximum)
    assert by_pairs.maps.keys() == by_ports.maps.keys()
