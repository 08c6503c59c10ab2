"""The index finds what an exact comparison finds; votes and maps hold what they promise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.science.stripes.features import root_sift
from amur.science.stripes.neighbours import Neighbours, Shelf
from amur.science.stripes.verification import verify
from amur.science.stripes.votes import votes


def _descriptors(count: int, seed: int) -> np.ndarray:
    draw = np.random.default_rng(seed)
    centres = draw.gamma(0.6, 1.0, (60, 128))
    values = centres[draw.integers(60, size=count)] * draw.gamma(4, 0.25, (count, 128))
    return root_sift(values.astype(np.float32))


def test_the_index_finds_nearly_all_that_is_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    many, queries = _descriptors(14_000, 1), _descriptors(100, 2)
    shelf, index = Shelf(), Neighbours.empty()
    for part in np.array_split(many, 7):
        index.add(shelf.append(part), shelf)
    assert index.index is not None
    allowed = np.ones(len(shelf), bool)
    allowed[:3000] = False
    found, near = index.search(queries, 5, shelf, allowed)
    exact = Neighbours(index.numbers)
    truth, distances = exact.search(queries, 5, shelf, allowed)
    assert found.min() >= 3000 and (np.diff(near, axis=1) >= 0).all()
    assert np.mean(found[:, 0] == truth[:, 0]) > 0.9
    assert near[:, 0] == pytest.approx(distances[:, 0], abs=0.05)


def test_fewer_than_wanted_are_filled_with_nobody() -> None:
    shelf, index = Shelf(), Neighbours.empty()
    index.add(shelf.append(_descriptors(2, 1)), shelf)
    found, near = index.search(_descriptors(3, 2), 4, shelf, shelf.used)
    assert (found[:, 2:] == -1).all() and np.isinf(near[:, 2:]).all()


def test_an_animal_of_many_pictures_keeps_its_votes() -> None:
    rows = np.arange(12)[None, :]
    distances = np.linspace(0.1, 0.5, 12, dtype=np.float32)[None, :]
    distances[0, 9:] = 0.9
    mine = np.array([0] * 9 + [1, 2, 3])
    others = np.arange(12)
    assert votes(rows, distances, mine, 4)[0, 0] == pytest.approx(0.8)
    assert votes(rows, distances, others, 4)[0, 0] == pytest.approx(distances[0, 4] - 0.1, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.5, 2), st.floats(-0.2, 0.2), st.floats(-100, 100))
def test_the_map_of_a_body_is_found_among_chance(seed: int, scale: float, shear: float, shift: float) -> None:
    draw = np.random.default_rng(seed)
    true = np.array([[scale, shear, shift], [-shear / 2, scale * 0.9, -shift]])
    query = draw.uniform(0, 750, (30, 2))
    gallery = query @ true[:, :2].T + true[:, 2] + draw.normal(0, 2, (30, 2))
    gallery[15:] = draw.uniform(0, 750, (15, 2))
    pairs = np.column_stack([np.arange(30)] * 2)
    found = verify(query, gallery, np.full(30, scale), np.ones(30), pairs, 25.0)
    assert set(range(15)) <= set(found.inliers.tolist()) and len(found.inliers) <= 20
    assert np.abs(query[:15] @ found.transform[:, :2].T + found.transform[:, 2] - gallery[:15]).max() < 25


def test_mirrored_coats_do_not_agree() -> None:
    query = np.random.default_rng(1).uniform(0, 750, (20, 2))
    gallery = query * [-1, 1] + [750, 0]
    pairs = np.column_stack([np.arange(20)] * 2)
    assert verify(query, gallery, np.ones(20), np.ones(20), pairs, 25.0).score < 6


def test_each_feature_counts_once() -> None:
    place = np.tile([[100.0, 100.0]], (5, 1))
    pairs = np.column_stack([np.zeros(5, int), np.arange(5)])
    found = verify(place, place, np.ones(5), np.array([1.0, 2, 3, 4, 5]), pairs, 25.0)
    assert found.inliers.tolist() == [4] and found.score == 5
