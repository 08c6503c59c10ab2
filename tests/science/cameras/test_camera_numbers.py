"""Effort, events, indices, histories, accumulation and known animals: published values, properties, truth."""

from __future__ import annotations

from math import comb
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.formats.camtrapdp import read_package
from amur.science.cameras import (
    Span,
    abundance_index,
    calendar_nights,
    chao2,
    detection_history,
    flank_bounds,
    independent_events,
    known_alive,
    minimum_known_alive,
    naive_occupancy,
    operation,
    rarefaction,
    span_days,
    turnover,
)
from amur.science.cameras.events import Rule

EXAMPLE = Path(__file__).parents[4] / "shared" / "data" / "camtrapdp" / "example-1.0.2"
needs_data = pytest.mark.skipif(not EXAMPLE.is_dir(), reason=f"the public package is not at {EXAMPLE}")


def day(text: str) -> np.datetime64:
    return np.datetime64(text, "D")


def instant(text: str) -> np.datetime64:
    return np.datetime64(text, "s")


@needs_data
def test_effort_and_indices_of_the_official_example_are_the_published_ones() -> None:
    package = read_package(EXAMPLE)
    deployments, observations = package.deployments, package.observations
    spans = zip(deployments.instants("deploymentStart"), deployments.instants("deploymentEnd"), strict=True)
    days = np.array([span_days(Span(start, end)) for start, end in spans])
    np.testing.assert_allclose(days, [32.2806, 9.9521, 9.1065, 22.0324], atol=5e-5)
    assert days.sum() == pytest.approx(73.3716, abs=5e-5)
    places = deployments.texts("deploymentID")
    rows = [
        row
        for row in observations.rows()
        if row["observationLevel"] == "event" and row["observationType"] == "animal"
    ]
    expected = {
        ("Anas platyrhynchos", 0): 27.8805,
        ("Anas platyrhynchos", 1): 60.2890,
        ("Mustela putorius", 2): 32.9435,
        ("Rattus norvegicus", 0): 6.1957,
    }
    random = np.random.default_rng(1)
    for (name, place), index in expected.items():
        # The published values count observations; an event with females and males has two.
        here = [row for row in rows if row["scientificName"] == name and row["deploymentID"] == places[place]]
        found = abundance_index(np.array([len(here)]), days[[place]], random)
        assert found.estimate == pytest.approx(index, abs=5e-5)
        assert np.isnan(found.lower)


def test_trap_nights_of_the_calendar_are_those_of_camtrapr() -> None:
    # Station A of its sample data stands 43 days of the calendar, station C 44 with a problem of 6.
    assert calendar_nights(Span(day("2009-04-02"), day("2009-05-14"))) == 42
    station_c = Span(day("2009-04-03"), day("2009-05-16"))
    problem = [Span(day("2009-05-11"), day("2009-05-16"))]
    assert len(operation(station_c)) == 44
    assert (operation(station_c, problem) > 0).sum() == 38
    assert calendar_nights(station_c, problem) == 37.5


def test_with_hours_both_definitions_agree_where_there_is_no_outage() -> None:
    span = Span(instant("2026-03-01T06:00"), instant("2026-03-11T18:00"))
    assert calendar_nights(span, hours_known=True) == pytest.approx(span_days(span))


moments = st.integers(0, 400).map(
    lambda hours: np.datetime64("2026-01-01", "s") + np.timedelta64(hours * 3600, "s")
)


@given(outages=st.lists(st.tuples(moments, moments), max_size=5))
def test_outages_count_once_however_they_overlap(outages: list[tuple[np.datetime64, np.datetime64]]) -> None:
    span = Span(instant("2026-01-03T00:00"), instant("2026-01-13T00:00"))
    stops = [Span(min(pair), max(pair)) for pair in outages]
    hours = np.arange(240)
    works = np.ones(240, dtype=bool)
    for stop in stops:
        times = span.start + hours * np.timedelta64(3600, "s")
        works &= ~((times >= stop.start) & (times < stop.end))
    assert span_days(span, stops) == pytest.approx(works.sum() / 24)


def test_a_span_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="is none"):
        Span(day("2026-03-02"), day("2026-03-01"))


def slow_events(times: list[int], gap: int, rule: Rule) -> list[bool]:
    found, last = [], None
    for time in times:
        begins = last is None or (time - last >= gap and time > last)
        found.append(begins)
        if begins or rule == "last-record":
            last = time
    return found


@given(
    times=st.lists(st.integers(0, 600), min_size=1, max_size=40),
    gap=st.integers(0, 90),
    rule=st.sampled_from(["last-record", "last-event"]),
)
@settings(deadline=None)
def test_events_are_those_of_the_rule_in_any_order(times: list[int], gap: int, rule: Rule) -> None:
    instants = np.datetime64("2026-03-01", "s") + np.array(times) * np.timedelta64(60, "s")
    one = np.zeros(len(times), dtype=int)
    found = independent_events(one, one, instants, gap, rule)
    ordered = np.argsort(times, kind="stable")
    assert found[ordered].tolist() == slow_events(sorted(times), gap, rule)


def test_stations_and_kinds_do_not_end_one_anothers_events() -> None:
    instants = np.datetime64("2026-03-01", "s") + np.arange(4) * np.timedelta64(60, "s")
    found = independent_events(np.array([0, 1, 0, 0]), np.array([0, 0, 1, 0]), instants, 30)
    assert found.tolist() == [True, True, True, False]


def test_the_interval_of_an_index_holds_the_truth_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(5)
    held = 0
    for _ in range(200):
        rates = random.gamma(2.0, 0.02, 40)
        days = random.uniform(20, 60, 40)
        found = abundance_index(random.poisson(rates * days), days, random, count=400)
        held += found.lower <= 4.0 <= found.upper
    assert 176 <= held <= 199


def test_stations_without_effort_are_no_part_of_occupancy() -> None:
    random = np.random.default_rng(1)
    assert naive_occupancy(np.array([1, 0, 0]), np.array([5.0, 5.0, 0.0]), random).estimate == 0.5
    with pytest.raises(ValueError, match=r"station 2: 1 events in 0\.0 days"):
        naive_occupancy(np.array([1, 1]), np.array([5.0, 0.0]), random)
    with pytest.raises(ValueError, match="no effort"):
        abundance_index(np.array([0]), np.array([0.0]), random)


def test_histories_have_the_shapes_of_camtrapr() -> None:
    # Its sample data: three stations, occasions of 7 days and of 1 day from two origins.
    first = np.array([day("2009-04-02"), day("2009-04-03"), day("2009-04-04")])
    last = (day("2009-05-14"), day("2009-05-16"), day("2009-05-17"))
    works = [operation(Span(start, end)) for start, end in zip(first, last, strict=True)]
    station, days = np.array([0, 2]), np.array([day("2009-04-20"), day("2009-05-17")])
    for length, start, shape in ((7, "station", (3, 7)), (1, "station", (3, 44)), (1, "survey", (3, 46))):
        history = detection_history(first, works, station, days, length, start)
        assert history.detections.shape == history.effort.shape == shape
        assert np.nansum(history.detections) == 2
        assert (np.isnan(history.detections) == (history.effort == 0)).all()
        assert history.effort.sum() == sum(each.sum() for each in works)
    scaled = history.scaled_effort
    assert np.nanmean(scaled) == pytest.approx(0)
    assert np.nanstd(scaled, ddof=1) == pytest.approx(1)


def test_a_record_on_a_day_without_a_camera_is_refused() -> None:
    first = np.array([day("2026-03-01")])
    with pytest.raises(ValueError, match="record 1: station 1 did not stand on 2026-03-05"):
        detection_history(first, [np.ones(3)], np.array([0]), np.array([day("2026-03-05")]), 1)


@given(st.integers(0, 2**20))
@settings(max_examples=25, deadline=None)
def test_rarefaction_is_the_mean_over_all_subsets(seed: int) -> None:
    random = np.random.default_rng(seed)
    seen = random.random((6, 5)) < 0.4
    from itertools import combinations

    for size, found in enumerate(rarefaction(seen), start=1):
        subsets = list(combinations(range(5), size))
        mean = sum(seen[:, list(subset)].any(axis=1).sum() for subset in subsets) / comb(5, size)
        assert found == pytest.approx(mean)


def test_extrapolation_goes_on_where_the_sample_ends_and_rises_to_chao2() -> None:
    random = np.random.default_rng(2)
    seen = random.random((40, 30)) < random.beta(0.5, 8, 40)[:, None]
    curve, bound = rarefaction(seen, 5000), chao2(seen)
    assert curve[29] == bound.observed
    assert (np.diff(curve) > -1e-9).all()
    assert curve[-1] == pytest.approx(bound.estimate, rel=1e-6)
    assert bound.lower <= bound.estimate <= bound.upper
    assert bound.observed <= bound.lower


def test_chao2_follows_its_formula() -> None:
    seen = np.zeros((12, 10), dtype=bool)
    seen[np.arange(6), np.arange(6)] = True  # 6 once
    seen[6:9, :2] = True  # 3 twice
    seen[9:, :5] = True
    found = chao2(seen)
    assert found.estimate == pytest.approx(12 + 0.9 * 36 / 6)
    assert found.se**2 == pytest.approx(3 * (0.45 * 4 + 0.81 * 8 + 0.2025 * 16))


@given(st.integers(0, 2**20))
@settings(max_examples=40, deadline=None)
def test_an_animal_lives_from_its_first_to_its_last_sighting(seed: int) -> None:
    seen = np.random.default_rng(seed).random((8, 6)) < 0.3
    alive = known_alive(seen)
    for each, lived in zip(seen, alive, strict=True):
        periods = np.flatnonzero(each)
        expected = np.zeros(6, dtype=bool)
        if len(periods):
            expected[periods[0] : periods[-1] + 1] = True
        assert (lived == expected).all()
    numbers, change = minimum_known_alive(seen), turnover(seen)
    assert (np.diff(numbers) == change.gained - change.lost).all()


def test_flanks_bound_the_number_of_animals() -> None:
    left, right, both = np.eye(3, dtype=bool)[:, [0, 0, 1, 2]]
    assert flank_bounds(left, right, both) == (3, 4)
    with pytest.raises(ValueError, match="identity 1 is of two kinds"):
        flank_bounds(left, left, both)
