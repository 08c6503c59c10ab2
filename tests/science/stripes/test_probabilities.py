"""Probabilities behind scores, groups of animals without names, and vectors of a network beside them."""

import numpy as np
import pytest
from coats_for_tests import features
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.science.stripes import Calibration, Decision, Embeddings, Gallery, Outcome, clusters, fuse
from amur.science.stripes.clusters import join
from amur.science.stripes.evaluation import reliability_of
from amur.science.stripes.scenes import Look


def _decisions(count: int, seed: int) -> tuple[list[Decision], np.ndarray]:
    """Decisions whose true probabilities are known."""
    draw = np.random.default_rng(seed)
    score, quality = draw.gamma(1.0, 2.0, count), draw.uniform(0.2, 0.9, count)
    inliers = draw.poisson(3 * score)
    chance = 1 / (1 + np.exp(-(-4 + 2.5 * np.log1p(score) + 2 * quality)))
    same = draw.random(count) < chance
    return [
        Decision(float(a), int(b), float(c), bool(draw.random() < 0.3), bool(d))
        for a, b, c, d in zip(score, inliers, quality, same, strict=True)
    ], chance


def test_learned_probabilities_are_nearly_the_true_ones() -> None:
    learned = Calibration.fit(_decisions(3000, 1)[0])
    tried, chance = _decisions(2000, 2)
    said = np.array(
        [learned.probability(each.score, each.inliers, each.quality, each.same_station) for each in tried]
    )
    same = np.array([each.same for each in tried])
    assert np.abs(said - chance).mean() < 0.03
    best = np.mean((chance - same) ** 2)
    assert best <= reliability_of(said, same).brier < best + 0.005
    assert learned.is_calibrated and learned.decisions == 3000 and learned.outcomes == 0


@settings(max_examples=50, deadline=None)
@given(st.floats(0, 50), st.floats(0, 50), st.integers(0, 200), st.floats(0, 1), st.booleans())
def test_more_agreement_is_never_less_likely(
    one: float, other: float, inliers: int, quality: float, station: bool
) -> None:
    low, high = sorted((one, other))
    for calibration in (Calibration(), Calibration.fit(_decisions(200, 3)[0])):
        chances = [calibration.probability(score, inliers, quality, station) for score in (low, high)]
        assert 0 <= chances[0] <= chances[1] <= 1
        assert chances[1] <= calibration.probability(high, inliers + 5, quality, station) + 1e-12


def test_few_decisions_leave_the_guess_which_says_so() -> None:
    decisions = _decisions(12, 1)[0]
    assert Calibration.fit(decisions) == Calibration() and not Calibration().is_calibrated


def test_a_new_animal_is_the_likelier_the_weaker_the_best_answer() -> None:
    draw = np.random.default_rng(4)
    outcomes = [Outcome(float(draw.gamma(2, 0.1)), 0.1, 0.5, True) for _ in range(100)]
    outcomes += [Outcome(float(draw.gamma(2, 2.0)), 0.1, 0.5, False) for _ in range(100)]
    learned = Calibration.fit([], outcomes)
    assert learned.outcomes == 200 and learned.decisions == 0
    known = Gallery()
    for k in range(3):
        known.add(features(k), picture=f"{k}", encounter=f"e{k}", animal=f"T{k}")
    seen = known.search([features(1, Look(True, blur=1), 5, 2)])
    never = known.search([features(8, Look(True, blur=1), 5, 2)])
    for calibration in (learned, Calibration()):
        assert calibration.probability_new(seen) < 0.1 < calibration.probability_new(never)


def test_encounters_of_one_animal_are_grouped_without_names() -> None:
    known = Gallery()
    looks = (Look(True), Look(True, yaw=15), Look(True, blur=1))
    for k in range(3):
        for visit, look in enumerate(looks[: k + 1]):
            known.add(
                features(k, look, visit, 10 * k + visit),
                picture=f"{k}-{visit}", encounter=f"{k}-{visit}", station=f"s{visit}",
            )  # fmt: skip
    told = []
    found = clusters(known, Calibration(), lambda done, stage: told.append(done))
    assert [each.encounters for each in found] == [("2-0", "2-1", "2-2"), ("1-0", "1-1"), ("0-0",)]
    assert found[0].confidence > 0.5 and found[0].weakest <= found[0].confidence
    assert found[2].confidence is None and told[0] == 0


def test_one_doubtful_pair_does_not_chain_two_animals() -> None:
    chances = np.full((6, 6), 0.02)
    chances[:3, :3] = chances[3:, 3:] = 0.95
    chances[2, 3] = chances[3, 2] = 0.9
    assert join(chances) == [[0, 1, 2], [3, 4, 5]]


def test_vectors_of_one_network_belong_together() -> None:
    table = Embeddings("network", 3)
    table.put("a", [1, 0, 0])
    table.put("b", [0, 1, 0])
    assert [name for name, _ in table.shortlist([0.9, 0.1, 0], 2)] == ["a", "b"]
    assert [name for name, _ in table.shortlist([0.9, 0.1, 0], 2, exclude={"a"})] == ["b"]
    for wrong in ([1, 0], [0, 0, 0], [np.nan, 1, 0]):
        with pytest.raises(ValueError):
            table.put("c", wrong)
    table.remove("a")
    assert len(table) == 1


def test_answers_are_joined_by_probability() -> None:
    assert fuse({"A": 0.6, "B": 0.5}, {"B": 0.9})[0][0] == "B"
    assert fuse({"A": 0.6}, {}) == [("A", pytest.approx(0.3, abs=1e-5))]
