"""Experiments with planted snares: probabilities, covariates, and how many are there given what was found."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from amur.science.effort import detection_of


def test_one_probability_is_the_share_found() -> None:
    found = detection_of(np.full(30, 10), np.tile([3, 4, 2], 10))
    assert found.probability().estimate == pytest.approx(0.3, abs=0.002)
    # Limits of a binomial share on the logit.
    error = 1.96 / np.sqrt(300 * 0.3 * 0.7)
    assert found.probability().upper == pytest.approx(expit(np.log(0.3 / 0.7) + error), abs=0.003)
    assert (found.planted, found.found, found.places, found.correlation) == (300, 90, 30, 0.0)


def test_limits_cover_the_probability_and_the_number_there() -> None:
    random = np.random.default_rng(1)
    slopes, seen, there = [], [], []
    for _ in range(120):
        effort = random.uniform(0, 4, 40)
        planted = random.integers(4, 12, 40)
        found = random.binomial(planted, expit(-1.5 + 0.6 * effort))
        trial = detection_of(planted, found, effort[:, None])
        slopes.append(trial.coefficients[1])
        p = trial.probability(2.0)
        seen.append(p.lower <= expit(-0.3) <= p.upper)
        number = trial.there(int(random.binomial(25, expit(-0.3))), 2.0)
        there.append(number.lower <= 25 <= number.upper)
    assert np.mean(slopes) == pytest.approx(0.6, abs=0.05)
    assert 0.90 <= np.mean(seen) <= 0.99
    assert np.mean(there) >= 0.93


def test_places_that_differ_make_limits_wider() -> None:
    random = np.random.default_rng(2)
    share = random.beta(2, 3, 60)
    planted = np.full(60, 20)
    mixed = detection_of(planted, random.binomial(planted, share))
    plain = detection_of(planted, random.binomial(planted, 0.4))
    # A beta of 2 and 3 has a correlation of 1 / (2 + 3 + 1).
    assert mixed.correlation == pytest.approx(1 / 6, abs=0.07)
    assert plain.correlation == 0
    wide, narrow = mixed.probability(), plain.probability()
    assert wide.upper - wide.lower > 1.5 * (narrow.upper - narrow.lower)
    assert mixed.there(10).upper > plain.there(10).upper


def test_all_or_nothing_found_is_no_certainty() -> None:
    every = detection_of(np.full(5, 4), np.full(5, 4)).probability()
    none = detection_of(np.full(5, 4), np.zeros(5, dtype=np.int64)).probability()
    assert 0.8 < every.estimate < 1 and every.lower < 0.95
    assert 0 < none.estimate < 0.2 and none.upper > 0.05


def test_nothing_found_leaves_room_for_some_and_passes_reduce_it() -> None:
    trial = detection_of(np.full(50, 10), np.full(50, 5))
    once, thrice = trial.there(0), trial.there(0, passes=3)
    assert once.estimate == once.lower == 0
    # With half of all seen, 0.5^n falls below 0.025 at n = 6.
    assert once.upper == 5
    assert thrice.upper == 1


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 60), st.integers(1, 9), st.integers(1, 4))
def test_what_was_seen_is_there_at_least(found: int, tenths: int, passes: int) -> None:
    there = detection_of(np.full(20, 10), np.full(20, tenths)).there(found, passes=passes)
    assert found <= there.lower <= there.estimate + 1e-9
    assert there.estimate <= there.upper + 1


@settings(max_examples=20, deadline=None)
@given(st.floats(0.01, 100), st.floats(-50, 50))
def test_units_of_covariates_do_not_matter(unit: float, shift: float) -> None:
    effort = np.linspace(0, 4, 20)
    found = np.array([1, 2, 1, 3, 2, 4, 3, 5, 4, 5, 4, 6, 6, 7, 6, 8, 7, 8, 9, 8])
    one = detection_of(np.full(20, 10), found, effort[:, None])
    two = detection_of(np.full(20, 10), found, effort[:, None] * unit + shift)
    p, q = one.probability(1.5), two.probability(1.5 * unit + shift)
    assert (q.estimate, q.lower) == (pytest.approx(p.estimate, abs=1e-3), pytest.approx(p.lower, abs=1e-3))


@pytest.mark.parametrize(
    ("planted", "found", "covariate", "message"),
    [
        ([5, 5], [3, 6], None, "row 2: 6 found of 5"),
        ([5, 5], [3, -1], None, "row 2: -1 found"),
        ([5, 5], [3, 1], [1.0, np.nan], "row 2"),
        ([5, 5], [3, 1], [1.0, 1.0], "never changes"),
        ([0, 0], [0, 0], None, "nothing was planted"),
        ([5], [3, 1], None, "expected"),
    ],
)
def test_trials_that_cannot_be_are_refused(
    planted: list[int], found: list[int], covariate: list[float] | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        detection_of(
            np.array(planted), np.array(found), None if covariate is None else np.array(covariate)[:, None]
        )


def test_other_covariates_than_those_of_the_trial_are_refused() -> None:
    trial = detection_of(np.full(4, 5), np.array([1, 2, 3, 4]), np.arange(4.0)[:, None])
    with pytest.raises(ValueError, match="0 covariates, expected 1"):
        trial.probability()
    with pytest.raises(ValueError, match="-1 finds"):
        trial.there(-1, 1.0)
