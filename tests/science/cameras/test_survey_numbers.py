"""Numbers of a whole survey: reference values, definitions that differ, and what must never happen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.science.activity import sunrise_and_sunset
from amur.science.activity.kernel import TURN
from amur.science.cameras import (
    Cameras,
    Rules,
    Sightings,
    by_flanks,
    compute,
    families,
    flanks_of,
    individual_catches,
    station_effort,
)
from amur.science.cameras.effort import Span
from amur.science.cameras.sample import BOTH_SIDES, LEFT, POLICIES, RIGHT
from amur.science.cameras.stations import camera_days

EXAMPLE = Path(__file__).parents[4] / "shared" / "data" / "camtrapdp" / "example-1.0.2"


def time(text: str) -> np.datetime64:
    return np.datetime64(text, "s")


def cameras(*spans: tuple[str, str, str], outages: tuple[tuple[Span, ...], ...] | None = None) -> Cameras:
    """Deployments of (station, start, end)."""
    stations = tuple(dict.fromkeys(station for station, _start, _end in spans))
    return Cameras(
        stations,
        tuple(f"d{k}" for k in range(len(spans))),
        np.array([stations.index(station) for station, _start, _end in spans]),
        np.array([start for _station, start, _end in spans], dtype="M8[s]"),
        np.array([end for _station, _start, end in spans], dtype="M8[s]"),
        outages or ((),) * len(spans),
        np.full((len(spans), 2), np.nan),
        np.zeros(len(spans)),
    )


def sightings(*rows: tuple[int, str, int, int, bool], sexes: str = "FMF", names: int = 1) -> Sightings:
    """Sightings of (deployment, time, animal, side, young) of one species."""
    count = len(rows)
    columns = list(zip(*rows, strict=True)) if rows else [()] * 5
    return Sightings(
        np.array(columns[0], dtype=np.int64),
        np.array(columns[1], dtype="M8[s]"),
        np.zeros(count, dtype=np.int64),
        ("Panthera tigris",),
        np.ones(count, dtype=np.int64),
        np.full(count, -1),
        np.array(columns[2], dtype=np.int64),
        np.array(columns[3], dtype=np.int64),
        np.array(columns[4], dtype=bool),
        tuple(f"T{k}" for k in range(len(sexes))),
        tuple(sex.strip() for sex in sexes),
        (-1,) * len(sexes),
    )


def test_cameras_that_face_each_other_count_once_at_their_station() -> None:
    pair = cameras(
        ("A", "2026-03-01T00:00", "2026-03-11T00:00"), ("A", "2026-03-01T12:00", "2026-03-13T12:00")
    )
    assert station_effort(pair).days.tolist() == [12.5]
    assert camera_days(pair) == pytest.approx(22)
    assert station_effort(pair, "calendar").days.max() <= 13


def test_an_outage_of_one_camera_takes_no_effort_from_the_other() -> None:
    stop = (Span(time("2026-03-03T00:00"), time("2026-03-05T00:00")),)
    pair = cameras(
        ("A", "2026-03-01T00:00", "2026-03-11T00:00"),
        ("A", "2026-03-01T00:00", "2026-03-11T00:00"),
        outages=(stop, ()),
    )
    assert station_effort(pair).days.tolist() == [10.0]
    assert station_effort(replace(pair, outages=(stop, stop))).days.tolist() == [8.0]


def test_a_station_in_camtrapr_counts_42_and_with_a_problem_37_and_a_half_days() -> None:
    problem = (Span(time("2009-05-11"), time("2009-05-16")),)
    both = cameras(
        ("A", "2009-04-02", "2009-05-14"), ("C", "2009-04-03", "2009-05-16"), outages=((), problem)
    )
    assert station_effort(both, "calendar").days.tolist() == [42.0, 37.5]


@given(
    spans=st.lists(st.tuples(st.integers(0, 400), st.integers(1, 400)), min_size=1, max_size=6),
    stops=st.lists(st.tuples(st.integers(0, 800), st.integers(1, 200)), max_size=4),
    cut=st.tuples(st.integers(0, 20), st.integers(0, 20)),
)
@settings(deadline=None, max_examples=60)
def test_effort_is_the_hours_in_which_a_camera_worked(
    spans: list[tuple[int, int]], stops: list[tuple[int, int]], cut: tuple[int, int]
) -> None:
    zero, hour = time("2026-01-01"), np.timedelta64(3600, "s")
    outages = tuple(Span(zero + a * hour, zero + (a + b) * hour) for a, b in stops)
    found = cameras(
        *(("A", str(zero + a * hour), str(zero + (a + b) * hour)) for a, b in spans),
        outages=(outages,) * len(spans),
    )
    works = np.zeros(1200, dtype=bool)
    for a, b in spans:
        works[a : a + b] = True
    for a, b in stops:
        works[a : a + b] = False
    assert station_effort(found).days.sum() == pytest.approx(works.sum() / 24)
    low, high = min(cut), max(cut)
    period = (zero.astype("M8[D]") + low, zero.astype("M8[D]") + high)
    assert station_effort(found, "span", period).days.sum() == pytest.approx(
        works[low * 24 : (high + 1) * 24].sum() / 24
    )


def test_stations_that_did_not_work_are_unknown_and_no_zeros() -> None:
    both = cameras(("A", "2026-03-01", "2026-03-15"), ("B", "2027-03-01", "2027-03-15"))
    seen = sightings((0, "2026-03-02T10:00", 0, LEFT, False))
    period = (np.datetime64("2026-03-01"), np.datetime64("2026-03-14"))
    tables = compute(both, seen, Rules(matrices=("Panthera tigris",), resamples=100), period)
    assert tables["matrix:Panthera tigris"].rows == (("A", 1, 0), ("B", None, None))
    assert tables["species"].column("occupancy") == [1.0]
    assert tables["stations"].column("events") == [1, None]


def test_no_camera_in_the_period_is_refused() -> None:
    one = cameras(("A", "2026-03-01", "2026-03-15"))
    with pytest.raises(ValueError, match="no camera"):
        compute(one, sightings(), Rules(), (np.datetime64("2020-01-01"), np.datetime64("2020-02-01")))


FLANKS = sightings(
    (0, "2026-03-01T10", 0, LEFT, False),
    (0, "2026-03-02T10", 0, RIGHT, False),
    (0, "2026-03-03T10", 1, LEFT, False),
    (0, "2026-03-04T10", 2, RIGHT, False),
    (0, "2026-03-05T10", 3, RIGHT, False),
    (0, "2026-03-06T10", -1, 0, False),
    sexes="FM F",
)


def test_policies_of_flanks_take_whom_they_say() -> None:
    who = {
        policy: sorted({int(one) for one in FLANKS.animal[by_flanks(FLANKS, policy)]}) for policy in POLICIES
    }
    assert who == {
        "all": [0, 1, 2, 3],
        "left": [0, 1],
        "right": [0, 2, 3],
        "linked": [0],
        "minimum": [0, 2, 3],
    }
    found = flanks_of(FLANKS)
    assert (found.left, found.right, found.both, found.lowest, found.highest) == (1, 2, 1, 3, 4)


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from([0, LEFT, RIGHT, BOTH_SIDES])), max_size=30))
def test_no_policy_counts_more_than_all_and_bounds_enclose_the_minimum(rows: list[tuple[int, int]]) -> None:
    found = sightings(*((0, "2026-03-01T10", who, side, False) for who, side in rows), sexes="FMFMFM")
    counts = {policy: len(set(found.animal[by_flanks(found, policy)].tolist())) for policy in POLICIES}
    assert all(counts[policy] <= counts["all"] for policy in POLICIES)
    flanks = flanks_of(found)
    assert counts["minimum"] + flanks.unknown == flanks.lowest <= flanks.highest == counts["all"]


def test_a_capture_history_has_one_row_an_animal_occasion_and_station_and_no_cubs() -> None:
    both = cameras(("A", "2026-03-01", "2026-03-15"), ("B", "2026-03-01", "2026-03-15"))
    seen = sightings(
        (0, "2026-03-01T10:00", 0, LEFT, False),
        (0, "2026-03-01T10:10", 0, RIGHT, False),
        (0, "2026-03-03T10:00", 0, LEFT, False),
        (1, "2026-03-09T10:00", 1, LEFT, False),
        (1, "2026-03-09T10:00", 2, LEFT, True),
        (1, "2026-03-20T10:00", 1, LEFT, False),
    )
    period = (np.datetime64("2026-03-01"), np.datetime64("2026-03-14"))
    found = individual_catches(both, seen, Rules(individuals="Panthera tigris"), period)
    rows = list(zip(found.individual.tolist(), found.occasion.tolist(), found.station.tolist(), strict=True))
    assert rows == [(0, 0, 0), (1, 1, 1)] and found.events.tolist() == [2, 1]
    assert found.animals == ("T0", "T1") and found.effort.tolist() == [[7.0, 7.0], [7.0, 7.0]]


def test_a_female_has_cubs_when_they_are_met_together() -> None:
    seen = replace(
        sightings(
            (0, "2025-07-01T10:00", 0, LEFT, False),
            (0, "2025-07-01T10:05", -1, 0, True),
            (0, "2025-08-01T10:00", -1, 0, True),
            (0, "2026-07-01T10:00", 1, LEFT, False),
            (0, "2026-07-01T10:05", -1, 0, True),
        ),
        count=np.array([1, 2, 1, 1, 1]),
    )
    found = families(seen, np.zeros(5, dtype=np.int64), 30)
    assert [(one.year, one.females, one.cubs, one.unplaced) for one in found] == [
        (2025, 1, 2, 1),
        (2026, 0, 0, 1),
    ], "the male of 2026 is no mother"


def test_a_known_cub_tells_its_mother() -> None:
    seen = replace(sightings((0, "2025-07-01T10:00", 2, LEFT, True)), mothers=(-1, -1, 0))
    found = families(seen, np.zeros(1, dtype=np.int64), 30)
    assert [(one.females, one.cubs) for one in found] == [(1, 1)]


def test_the_sun_rises_when_tables_say() -> None:
    # Vladivostok (43.1 N, 131.9 E), UTC+10: midsummer about 5:34 to 20:55, midwinter about 8:38 to 17:38.
    days = np.array(["2025-06-21", "2025-12-21"], dtype="M8[D]")
    rise, fall = sunrise_and_sunset(days, np.full(2, 131.9), np.full(2, 43.1), np.full(2, 36_000.0))
    np.testing.assert_allclose(rise * 1440 / TURN, [334, 518], atol=4)
    np.testing.assert_allclose(fall * 1440 / TURN, [1255, 1058], atol=4)


def test_where_the_sun_does_not_set_there_is_no_time() -> None:
    rise, _fall = sunrise_and_sunset(
        np.array(["2025-06-21"], dtype="M8[D]"), np.array([100.0]), np.array([75.0]), np.array([0.0])
    )
    assert np.isnan(rise).all()


def test_the_same_seed_gives_the_same_tables() -> None:
    random = np.random.default_rng(4)
    one = cameras(*((f"S{k}", "2026-03-01", "2026-05-01") for k in range(12)))
    hours = random.integers(0, 24 * 61, 300)
    seen = sightings(
        *(
            (
                int(random.integers(0, 12)),
                str(time("2026-03-01") + hour * np.timedelta64(3600, "s")),
                -1,
                0,
                False,
            )
            for hour in hours
        )
    )
    rules = Rules(activity=("Panthera tigris",), matrices=("Panthera tigris",), resamples=100)
    assert compute(one, seen, rules) == compute(one, seen, rules)


@pytest.mark.skipif(not EXAMPLE.is_dir(), reason=f"the public package is not at {EXAMPLE}")
def test_the_official_example_has_its_published_effort_and_records() -> None:
    from amur.commands.cameras.numbers_package import sample_of
    from amur.formats.camtrapdp import read_package

    sample = sample_of(read_package(EXAMPLE))
    tables = compute(sample.cameras, sample.sightings, Rules(resamples=100))
    assert sample.level == "event"
    assert tables["effort"].column("trap_days")[0] == pytest.approx(73.3716, abs=5e-5)
    assert sorted(tables["stations"].column("days_span")) == pytest.approx(
        [9.1065, 9.9521, 22.0324, 32.2806], abs=5e-5
    )
    records = dict(zip(tables["species"].column("species"), tables["species"].column("records"), strict=True))
    assert records["Anas platyrhynchos"] == 15 and records["Mustela putorius"] == 3
