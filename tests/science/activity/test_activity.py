"""Activity curves, their overlap and the level of activity: analytic truths, symmetries, simulated truth."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import i0, i1

from amur.science.activity import (
    activity_level,
    anchored,
    bandwidth_of,
    density_at,
    intervals_of,
    level_with_interval,
    overlap_of,
    overlap_true,
    overlap_with_intervals,
    times_of_day,
)
from amur.science.activity.kernel import TURN, grid_of
from amur.science.activity.overlap import ADJUST, Estimator, densities

KINDS: tuple[Estimator, ...] = ("Dhat1", "Dhat4", "Dhat5")
samples = st.lists(st.floats(0, 6.283), min_size=4, max_size=60, unique=True).map(np.array)


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(11)


@given(times=samples, concentration=st.floats(0.5, 80))
@settings(max_examples=30, deadline=None)
def test_a_density_integrates_to_1(times: np.ndarray, concentration: float) -> None:
    grid = np.arange(1024) * TURN / 1024
    assert density_at(grid, times, concentration).mean() * TURN == pytest.approx(1, abs=1e-9)


def test_the_density_of_one_time_is_the_von_mises_distribution() -> None:
    found = density_at(np.array([0.0, 1.0, 4.0]), np.array([1.0]), 3.0)
    expected = np.exp(3 * np.cos(np.array([0.0, 1.0, 4.0]) - 1)) / (TURN * i0(3.0))
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_the_bandwidth_follows_from_the_concentration_of_the_sample() -> None:
    # Four times whose first moment is 0.5, and whose higher ones call for no larger concentration.
    times = np.array([1.0, 1.0, 1.0 + np.pi / 2, 1.0 - np.pi / 2])
    kappa = 0.0
    low, high = 0.0, 50.0
    for _ in range(80):
        kappa = (low + high) / 2
        low, high = (kappa, high) if i1(kappa) / i0(kappa) < 0.5 else (low, kappa)
    from scipy.special import iv

    first = (12 * kappa**2 * iv(2, 2 * kappa) / (4 * np.sqrt(np.pi) * i0(kappa) ** 2)) ** 0.4
    assert bandwidth_of(times, moments=1) == pytest.approx(first, rel=1e-9)
    assert bandwidth_of(times) >= first


@given(times=samples, shift=st.floats(0, 6.283))
@settings(max_examples=30, deadline=None)
def test_turning_the_clock_changes_neither_bandwidth_nor_overlap(times: np.ndarray, shift: float) -> None:
    other = (times * 0.7 + 1) % TURN
    turned, turned_other = (times + shift) % TURN, (other + shift) % TURN
    assert bandwidth_of(turned) == pytest.approx(bandwidth_of(times), rel=1e-6)
    before, after = overlap_of(times, other, "Dhat4"), overlap_of(turned, turned_other, "Dhat4")
    assert after == pytest.approx(before, abs=1e-6)


@given(first=samples, second=samples)
@settings(max_examples=30, deadline=None)
def test_overlap_is_symmetric_and_between_0_and_1(first: np.ndarray, second: np.ndarray) -> None:
    for kind in KINDS:
        found = overlap_of(first, second, kind)
        assert 0 <= found <= (2 if kind == "Dhat5" else 1 + 1e-9)
        if kind != "Dhat5":  # ties go to the second sample there
            assert overlap_of(second, first, kind) == pytest.approx(found, abs=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_overlaps_itself_wholly(kind: Estimator, random: np.random.Generator) -> None:
    times = random.vonmises(1.0, 2.0, 300) % TURN
    assert overlap_of(times, times, kind) == pytest.approx(1)


def test_estimates_come_near_the_true_overlap_of_simulated_species(random: np.random.Generator) -> None:
    grid = grid_of(4097)
    truth = overlap_true(density_at(grid, np.array([1.6, 4.7]), 4.0), density_at(grid, np.array([3.3]), 3.0))
    crepuscular = np.where(random.random(4000) < 0.5, 1.6, 4.7) + random.vonmises(0, 4.0, 4000)
    diurnal = random.vonmises(0, 3.0, 4000) + 3.3
    for kind in ("Dhat1", "Dhat4"):
        assert overlap_of(crepuscular % TURN, diurnal % TURN, kind) == pytest.approx(truth, abs=0.025)


def test_the_quickdensities_of_the_bootstrap_are_those_of_the_kernel(random: np.random.Generator) -> None:
    points = grid_of(512)[1:]
    counts = random.multinomial(90, density_at(points, np.array([1.0, 2.0, 5.0]), 4.0) / 82, size=3).astype(
        float
    )
    quick = densities(counts, ADJUST["Dhat4"])
    for each, found in zip(counts, quick, strict=True):
        # The points of a day begin at index 0 of a series: turn them there.
        times = np.repeat(np.arange(511) * TURN / 511, each.astype(int))
        slow = density_at(np.arange(511) * TURN / 511, times, bandwidth_of(times))
        np.testing.assert_allclose(found, slow, rtol=1e-4, atol=1e-7)


def test_intervals_hold_the_truth_about_as_often_as_they_say(random: np.random.Generator) -> None:
    grid = grid_of(4097)
    truth = overlap_true(density_at(grid, np.array([2.0]), 2.0), density_at(grid, np.array([3.2]), 2.0))
    held = 0
    for _ in range(50):
        first, second = (random.vonmises(centre, 2.0, 80) % TURN for centre in (2.0, 3.2))
        low, high = overlap_with_intervals(first, second, random, count=199).intervals.basic0
        held += low <= truth <= high
    assert held >= 42


def test_the_five_forms_are_related_as_they_are_defined(random: np.random.Generator) -> None:
    values = random.beta(30, 20, 999)
    found = intervals_of(0.55, values)
    shift = 0.55 - values.mean()
    np.testing.assert_allclose(found.basic0, np.array(found.percentile) + shift)
    np.testing.assert_allclose(found.basic, 1.1 - np.array(found.percentile)[::-1])
    np.testing.assert_allclose(np.array(found.norm) - found.norm0, shift)
    assert intervals_of(0.55, values, logit=True).percentile == pytest.approx(found.percentile, abs=1e-4)
    # 20 values say nothing about the outer 5 %.
    assert np.isnan(intervals_of(0.55, values[:20]).percentile).all()


def test_a_level_of_activity_is_the_share_of_the_day(random: np.random.Generator) -> None:
    half = random.uniform(0, np.pi, 4000)
    assert activity_level(half) == pytest.approx(0.5, abs=0.06)
    found = level_with_interval(half[:300], random, count=99)
    assert found.interval[0] < found.estimate < found.interval[1]
    assert 0 < found.se < 0.1


@given(
    seconds=st.integers(0, 2_000_000_000),
    zone=st.sampled_from(
        ["Asia/Vladivostok", "Asia/Shanghai", "Europe/Moscow", "Asia/Ulaanbaatar", "Asia/Kolkata"]
    ),
    summer=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_times_of_day_are_those_of_the_clock(seconds: int, zone: str, summer: bool) -> None:
    place = ZoneInfo(zone)
    found = times_of_day(np.array([seconds], dtype="M8[s]"), place, summer_time=summer)[0]
    local = datetime.fromtimestamp(seconds, UTC).astimezone(place)
    wanted = local.hour * 3600 + local.minute * 60 + local.second
    if not summer and local.dst():
        wanted -= int(local.dst().total_seconds())
    assert found == pytest.approx(wanted % 86_400 * TURN / 86_400, abs=1e-9)


def test_summer_time_does_not_move_animals() -> None:
    winter, summer = (np.array([text], dtype="M8[s]") for text in ("2010-01-15T06:00", "2010-07-15T06:00"))
    zone = ZoneInfo("Europe/Moscow")
    assert times_of_day(winter, zone) == times_of_day(summer, zone)
    moved = times_of_day(summer, zone, summer_time=True) - times_of_day(winter, zone, summer_time=True)
    assert moved == pytest.approx(TURN / 24)


def test_sunrise_and_sunset_of_every_day_fall_on_the_mean_ones() -> None:
    rise, fall = np.array([1.0, 2.0]), np.array([5.0, 4.6])
    np.testing.assert_allclose(anchored(rise, rise, fall), 1.5)
    np.testing.assert_allclose(anchored(fall, rise, fall), 4.8)
    with pytest.raises(ValueError, match="day 1"):
        anchored(rise, fall, rise)


@pytest.mark.parametrize("times", [[], [np.nan], [[1.0]]])
def test_what_are_no_times_is_refused(times: list[object]) -> None:
    with pytest.raises(ValueError, match="time"):
        bandwidth_of(np.array(times, dtype=float))
