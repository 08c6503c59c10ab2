"""Segments, ledger, cells, coverage, measures and rates: published values, conservation, hand-made tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from amur.science.effort import (
    ALL,
    MEASURES,
    EqualArea,
    Fixes,
    Grid,
    LegDays,
    Limits,
    Rule,
    Told,
    clean,
    coverage_of,
    days_since,
    effort_of,
    lengths,
    local_days,
    patrol_rate,
    per_patrol,
    poisson_rate,
    segments_of,
    told,
    track_days,
    visits_of,
    without,
)

TRACKS = Path(__file__).parents[4] / "shared" / "data" / "tracks"
RANGER = TRACKS.parent / "earthranger"
needs_tracks = pytest.mark.skipif(not TRACKS.is_dir(), reason=f"the public tracks are not at {TRACKS}")
MARA = "get-patrol-observations-from-smart.example-return.parquet"
START = np.datetime64("2026-03-01T00:00:00", "ms")
MINUTE = np.timedelta64(60_000, "ms")


def mara() -> Fixes:
    table = pq.read_table(TRACKS / MARA)
    _, track = np.unique(np.array(table["patrol_id"].to_pylist()), return_inverse=True)
    places = shapely.get_coordinates(shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False)))
    instants = table["fixtime"].cast("timestamp[ms]", safe=False).to_numpy(zero_copy_only=False)
    return Fixes(track.astype(np.int64), instants.astype("M8[ms]"), places[:, 0].copy(), places[:, 1].copy())


def walk(longitude: list[float], latitude: list[float] | None = None, minutes: float = 10) -> Fixes:
    """One track with a fix every so many minutes."""
    n = len(longitude)
    instants = START + (np.arange(n) * minutes * 60_000).astype("m8[ms]")
    return Fixes(np.zeros(n, dtype=np.int64), instants, np.array(longitude), np.array(latitude or [48.0] * n))


# --- real patrols


@needs_tracks
def test_real_patrols_give_the_published_kilometres_and_hours() -> None:
    ledger = clean(mara(), Limits(speed_kmh=120, gap_hours=4), Rule.DUPLICATE | Rule.GAP)
    assert int((ledger.flags == 0).sum()) == 10_147
    assert len(ledger.segments) == 10_098
    assert ledger.segments.kilometres == pytest.approx(1_045.732, abs=5e-4)
    assert ledger.segments.hours == pytest.approx(150.092, abs=5e-4)
    whole = clean(mara(), rules=Rule.DUPLICATE).segments
    assert (len(whole), round(whole.kilometres, 3), round(whole.hours, 3)) == (10_129, 1_159.981, 242.968)


@needs_tracks
@pytest.mark.parametrize("members", [1, 3, 13])
def test_any_size_of_the_team_gives_the_same_kilometres(members: int) -> None:
    fixes = mara()
    several = Fixes(
        *(np.tile(each, members) for each in (fixes.track, fixes.instant, fixes.longitude, fixes.latitude))
    )
    assert clean(several).segments.kilometres == pytest.approx(clean(fixes).segments.kilometres, rel=1e-12)


@needs_tracks
@pytest.mark.parametrize("cell", [1000.0, 100.0])
def test_length_and_time_of_real_patrols_are_conserved_in_cells(cell: float) -> None:
    segments = clean(mara()).segments
    effort = effort_of(segments, Grid.around(segments.fixes.longitude, segments.fixes.latitude, cell))
    assert effort.metres_outside == effort.seconds_outside == 0
    assert float(effort.metres.sum()) == pytest.approx(float(segments.metres.sum()), rel=1e-9)
    assert float(effort.seconds.sum()) == pytest.approx(float(segments.seconds.sum()), rel=1e-9)


@needs_tracks
def test_the_junk_fix_of_a_collar_is_a_spike() -> None:
    from amur.formats.earthranger import fixes_of_fixture

    (track,) = fixes_of_fixture(RANGER / "annotation-junkfix-1.json").values()
    fixes = Fixes(np.zeros(len(track), dtype=np.int64), track.instant, track.longitude, track.latitude)
    ledger = clean(fixes, Limits(speed_kmh=20, gap_hours=1e4), Rule.SPIKE)
    flagged = fixes.instant[np.flatnonzero(ledger.flags)].astype("M8[s]").astype(str).tolist()
    # The other one is too fast before and after, too.
    assert flagged == ["2017-02-23T01:00:19", "2017-03-07T18:01:52"]


# --- lengths and the plane


@given(st.floats(-80, 80), st.floats(-180, 180), st.floats(-3, 3), st.floats(-3, 3))
def test_lengths_are_those_of_geodesics(latitude: float, longitude: float, north: float, east: float) -> None:
    ends = [np.array([each]) for each in (longitude, latitude, longitude + east, latitude + north)]
    expected = Geod(ellps="WGS84").inv(*ends)[2][0]
    assert lengths(*ends)[0] == pytest.approx(expected, abs=5e-4)


@given(st.floats(-85, 85), st.floats(-180, 180), st.floats(-70, 70))
def test_the_plane_is_that_of_proj(latitude: float, longitude: float, parallel: float) -> None:
    plane = EqualArea(parallel, 0.0)
    there = Transformer.from_crs("EPSG:4326", plane.proj, always_xy=True).transform(longitude, latitude)
    found = plane.forward(np.array([longitude]), np.array([latitude]))[0]
    # The meridian of 180 degrees is the edge of the plane on both sides.
    assert abs(found[0]) == pytest.approx(abs(there[0]), abs=1e-5)
    assert found[1] == pytest.approx(there[1], abs=1e-5)


def test_a_cell_has_its_nominal_area_on_the_ground() -> None:
    grid = Grid.around(np.array([130.0, 140.0]), np.array([45.0, 55.0]), 1000.0)
    back = Transformer.from_crs(grid.plane.proj, "EPSG:4326", always_xy=True)
    for row in (0, grid.rows - 1):
        north = grid.north - row * grid.cell
        ring = [(grid.west + x, north - y) for x, y in ((0, 0), (1000, 0), (1000, 1000), (0, 1000))]
        longitude, latitude = back.transform(*zip(*ring, strict=True))
        area = abs(Geod(ellps="WGS84").polygon_area_perimeter(longitude, latitude)[0])
        assert area == pytest.approx(1e6, rel=1e-5)


# --- the ledger


def test_one_spike_costs_no_good_fix_and_the_last_fix_stays() -> None:
    fixes = walk([135.0, 135.01, 135.02, 136.5, 135.04, 135.05])
    ledger = clean(fixes, Limits(speed_kmh=30))
    assert [ledger.why(k) for k in range(6)] == [(), (), (), (Rule.SPIKE,), (), ()]
    straight = lengths(*(np.array([each]) for each in (135.0, 48.0, 135.05, 48.0)))[0] / 1000
    assert ledger.segments.kilometres == pytest.approx(straight, rel=1e-6)
    assert ledger.segments.hours == pytest.approx(50 / 60)


def test_two_spikes_beside_each_other_are_both_found() -> None:
    ledger = clean(walk([135.0, 135.01, 136.5, 138.5, 135.04, 135.05]), Limits(speed_kmh=30))
    assert np.flatnonzero(ledger.flags).tolist() == [2, 3]


def test_a_jump_that_stays_is_no_spike_but_a_gap() -> None:
    ledger = clean(walk([135.0, 135.01, 136.0, 136.01]), Limits(speed_kmh=30))
    assert not ledger.flags.any()
    assert (len(ledger.segments), ledger.entries[-1].ways) == (2, 1)


def test_who_stands_makes_no_kilometres_and_keeps_the_hours() -> None:
    random = np.random.default_rng(1)
    trembling = 135.0 + random.normal(0, 5e-5, 400)
    fixes = walk([134.99, *trembling, 135.01], minutes=1)
    ledger = clean(fixes, Limits(standing_metres=40, gap_hours=4))
    raw = clean(fixes, rules=Rule.GAP)
    assert ledger.segments.hours == pytest.approx(raw.segments.hours) == 401 / 60
    assert raw.segments.kilometres > 2
    assert ledger.segments.kilometres < 1.6


def test_a_night_without_fixes_is_a_gap_even_where_the_camp_is_the_same() -> None:
    instants = START + np.array([0, 10, 20, 620, 630, 640]) * MINUTE
    fixes = Fixes(np.zeros(6, dtype=np.int64), instants, np.full(6, 135.0), np.full(6, 48.0))
    assert clean(fixes, Limits(gap_hours=4)).segments.hours == pytest.approx(40 / 60)


def test_every_rule_is_told_with_what_it_took_and_the_sums_agree() -> None:
    fixes = Fixes(
        np.zeros(8, dtype=np.int64),
        START + np.array([0, 10, 10, 20, 30, 30, 40, 10_000_000]) * MINUTE,
        np.array([135.0, 135.01, 135.01, 0.0, 135.03, 135.031, 135.04, 135.05]),
        np.array([48.0, 48.0, 48.0, 0.0, 48.0, 48.0, np.nan, 48.0]),
    )
    ledger = clean(fixes, Limits(latest=START + np.timedelta64(2, "D")))
    told = [ledger.why(k) for k in range(8)]
    assert told == [
        (), (), (Rule.DUPLICATE,), (Rule.ZERO,), (), (Rule.SIMULTANEOUS,), (Rule.INCOMPLETE,), (Rule.CLOCK,),
    ]  # fmt: skip
    taken = sum(entry.kilometres for entry in ledger.entries)
    assert ledger.kilometres_before - taken == pytest.approx(ledger.segments.kilometres)
    assert ledger.hours_before - sum(entry.hours for entry in ledger.entries) == pytest.approx(
        ledger.segments.hours
    )


def test_a_rule_that_is_undone_gives_its_fixes_back() -> None:
    fixes = walk([135.0, 135.01, 136.5, 135.03])
    undone = clean(fixes, Limits(speed_kmh=30), without(ALL, [Rule.SPIKE, Rule.GAP]))
    assert not undone.flags.any()
    assert undone.segments.kilometres == pytest.approx(segments_of(fixes).kilometres)


def test_the_order_in_which_fixes_come_changes_nothing() -> None:
    fixes = walk([135.0, 135.01, 136.5, 135.03, 135.04, 135.05])
    mixed = np.random.default_rng(2).permutation(6)
    other = Fixes(fixes.track[mixed], fixes.instant[mixed], fixes.longitude[mixed], fixes.latitude[mixed])
    assert (clean(other).flags == clean(fixes).flags[mixed]).all()
    assert clean(other).segments.kilometres == clean(fixes).segments.kilometres


def test_no_fixes_make_no_effort() -> None:
    empty = Fixes(np.zeros(0, dtype=np.int64), np.zeros(0, dtype="M8[ms]"), np.zeros(0), np.zeros(0))
    ledger = clean(empty)
    assert (len(ledger.segments), ledger.segments.kilometres, ledger.segments.hours) == (0, 0.0, 0.0)


# --- cells

places = st.lists(st.tuples(st.floats(134.9, 135.1), st.floats(47.9, 48.1)), min_size=2, max_size=30)


@settings(max_examples=60, deadline=None)
@given(places, st.sampled_from([50.0, 333.0, 1000.0, 5000.0]), st.booleans())
def test_cells_and_outside_are_together_the_whole(
    way: list[tuple[float, float]], cell: float, is_small: bool
) -> None:
    fixes = walk([each[0] for each in way], [each[1] for each in way])
    segments = segments_of(fixes)
    grid = Grid.around(fixes.longitude, fixes.latitude, cell)
    if is_small:
        grid = Grid(grid.plane, grid.west + 2 * cell, grid.north - 2 * cell, cell, 3, 3)
    effort = effort_of(segments, grid)
    assert effort.metres.sum() + effort.metres_outside == pytest.approx(
        segments.metres.sum(), rel=1e-9, abs=1e-9
    )
    assert effort.seconds.sum() + effort.seconds_outside == pytest.approx(segments.seconds.sum(), rel=1e-9)
    assert (effort.metres >= 0).all()
    assert (effort.seconds >= 0).all()


@settings(max_examples=30, deadline=None)
@given(places)
def test_each_cell_has_what_cutting_the_line_by_its_square_gives(way: list[tuple[float, float]]) -> None:
    fixes = walk([each[0] for each in way], [each[1] for each in way])
    segments = segments_of(fixes)
    grid = Grid.around(fixes.longitude, fixes.latitude, 2000.0)
    effort = effort_of(segments, grid)
    points = grid.places(fixes.longitude, fixes.latitude)
    expected = np.zeros(grid.shape)
    for first, last, metres in zip(segments.first, segments.last, segments.metres, strict=True):
        line = shapely.LineString([points[first], points[last]])
        if line.length == 0:
            continue
        for row, column in np.ndindex(*grid.shape):
            inside = line.intersection(shapely.box(column, row, column + 1, row + 1)).length
            expected[row, column] += metres * inside / line.length
    standing = segments.metres[(points[segments.first] == points[segments.last]).all(axis=1)].sum()
    assert standing == pytest.approx(0, abs=1e-6)
    assert effort.metres == pytest.approx(expected, abs=1e-3)


def test_standing_gives_its_time_to_one_cell() -> None:
    fixes = walk([135.0, 135.0], minutes=90)
    effort = effort_of(segments_of(fixes), Grid.around(fixes.longitude, fixes.latitude, 100.0))
    assert effort.seconds.tolist() == [[5400.0]]
    assert effort.visits.tolist() == [[1]]
    assert effort.last[0, 0] == START + 90 * MINUTE


def test_visits_count_tracks_and_not_fixes() -> None:
    instants = START + np.arange(6) * MINUTE
    fixes = Fixes(np.repeat(np.arange(2), 3), instants, np.full(6, 135.0), np.full(6, 48.0))
    effort = effort_of(segments_of(fixes), Grid.around(fixes.longitude, fixes.latitude, 100.0))
    assert effort.visits.tolist() == [[2]]


def test_cells_that_nobody_visited_are_unknown_and_not_zero_days() -> None:
    fixes = walk([135.0, 135.001], minutes=60)
    grid = Grid.around(np.array([134.99, 135.02]), np.array([47.99, 48.01]), 500.0)
    effort = effort_of(segments_of(fixes), grid)
    ago = days_since(effort, np.datetime64("2026-03-11T01:00", "ms"))
    assert np.isnan(ago[effort.seconds == 0]).all()
    assert ago[effort.seconds > 0] == pytest.approx(10.0, abs=0.05)
    with pytest.raises(ValueError, match="after"):
        days_since(effort, np.datetime64("2026-03-01T00:30", "ms"))


def test_coverage_counts_the_days_that_are_asked_for() -> None:
    fixes = walk([135.0, 135.001], minutes=60)
    grid = Grid.around(np.array([134.99, 135.02]), np.array([47.99, 48.01]), 500.0)
    effort = effort_of(segments_of(fixes), grid)
    now = np.datetime64("2026-03-11T01:00", "ms")
    visited = int((effort.seconds > 0).sum())
    area = np.ones(grid.shape)
    assert coverage_of(effort, area, now, 30).visited_km2 == pytest.approx(visited * 0.25)
    assert coverage_of(effort, area, now, 5).share == 0.0
    assert coverage_of(effort, area, now, 30).median_days == float("inf")
    with pytest.raises(ValueError, match="shares from 0 to 1"):
        coverage_of(effort, 2 * area, now, 30)


# --- measures


def leg_days() -> LegDays:
    """Three patrols: 1 on two days with three people, 2 on the first of these days, 3 alone on a third day."""
    day = np.array(["2026-03-01", "2026-03-02", "2026-03-01", "2026-03-05"], dtype="M8[D]")
    return LegDays(
        np.array([1, 1, 2, 3]),
        day,
        np.array([10.0, 12.0, 8.0, 4.0]),
        np.array([8.0, 6.0, 5.0, 2.0]),
        np.array([1.0, 0.5, 0.0, 0.0]),
        np.array([0, 0, 0, 1, 1, 1, 2, 2, 3]),
        np.array([1, 2, 3, 1, 2, 3, 1, 4, 5]),
        {
            "recorded_km": np.array([10.5, 12.5, 8.5, 4.5]),
            "track_hours": np.array([7.0, 5.0, 5.0, 2.0]),
            "standing_hours": np.array([1.0, 0.5, 0.25, 0.0]),
            "removed_km": np.array([0.0, 3.0, 0.5, 0.0]),
            "fixes": np.array([100.0, 60.0, 40.0, 0.0]),
            "flagged": np.array([10.0, 0.0, 10.0, 0.0]),
            "tracked": np.array([1.0, 1.0, 1.0, 0.0]),
            "people": np.array([3.0, 3.0, 2.0, 1.0]),
            "team": np.array([1.0, 1.0, 2.0, 2.0]),
            "observations": np.array([5.0, 0.0, 2.0, 1.0]),
            "waypoints": np.array([4.0, 0.0, 2.0, 1.0]),
            "incidents": np.array([4.0, 0.0, 1.0, 1.0]),
            "way": np.zeros(4),
        },
        np.array([0, 0, 0, 2, 3]),
        np.array([2.0, 4.0, np.nan, 1.0, 5.0]),
        np.array([0, 0, 1, 2, 3]),
        np.array([0, 1, 1, 2, 2]),
        np.array([1.0, 0.5, 0.5, 2.0]) / 2,
        np.datetime64("2026-03-11"),
    )


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("patrols", 3.0),
        ("patrol_days", 4.0),
        ("calendar_days", 3.0),
        ("patrol_nights", 1.0),
        ("distance", 34.0),
        ("patrol_hours", 21.0),
        ("field_hours", 19.5),
        ("person_days", 8.0),
        ("person_patrol_hours", 54.0),
        ("person_field_hours", 49.5),
        ("person_kilometres", 86.0),
        ("speed", 34 / 19.5),
        ("leg_days", 4.0),
        ("recorded_distance", 36.0),
        ("track_hours", 19.0),
        ("standing_hours", 1.75),
        ("people", 5.0),
        ("teams", 2.0),
        ("team_size", 9 / 4),
        ("observations", 8.0),
        ("waypoints", 7.0),
        ("incidents", 6.0),
        ("value_sum", 12.0),
        ("value_mean", 3.0),
        ("value_least", 1.0),
        ("value_most", 5.0),
        ("value_variance", 10 / 3),
        ("value_deviation", (10 / 3) ** 0.5),
        ("finds_per_km", 8 / 34),
        ("finds_per_hour", 8 / 19.5),
        ("finds_per_day", 2.0),
        ("finds_per_patrol", 8 / 3),
        ("cells_visited", 3.0),
        # Cells of 0.5, 0.25, 0.25 and 1 of which the last was never visited: a half of the area.
        ("coverage", 50.0),
        # The first was visited 10 days before, the second 9, the third 6: the median stands at the first.
        ("days_since_visit", 10.0),
        ("tracked_share", 75.0),
        ("days_without_way", 0.0),
        ("flagged_share", 10.0),
        ("removed_distance", 3.5),
    ],
)
def test_measures_agree_with_a_table_made_by_hand(key: str, expected: float) -> None:
    assert MEASURES[key].compute(leg_days()) == pytest.approx(expected)


@pytest.mark.parametrize("key", [key for key, measure in MEASURES.items() if measure.is_additive])
def test_what_is_called_additive_adds_up(key: str) -> None:
    rows = leg_days()
    parts = [MEASURES[key].compute(rows.of(rows.patrol == patrol)) for patrol in (1, 2, 3)]
    assert sum(parts) == pytest.approx(MEASURES[key].compute(rows))


def test_each_measure_is_in_the_table_made_by_hand() -> None:
    marks = test_measures_agree_with_a_table_made_by_hand.pytestmark  # type: ignore[attr-defined]
    assert {key for key, _expected in marks[0].args[1]} == set(MEASURES)


def test_what_is_unknown_is_left_out_and_counted_and_without_anything_known_the_value_is_unknown() -> None:
    rows = leg_days()
    rows.kilometres[1] = np.nan
    assert told(MEASURES["distance"], rows) == Told(22.0, 1)
    assert told(MEASURES["finds_per_km"], rows) == Told(8 / 22, 1)
    assert told(MEASURES["value_mean"], rows) == Told(3.0, 1)
    assert told(MEASURES["days_without_way"], rows) == Told(1.0, 0)
    nowhere = rows.of(np.array([False, True, False, False]))
    assert told(MEASURES["distance"], nowhere) == Told(None, 1)
    assert told(MEASURES["speed"], nowhere) == Told(None, 1)


def test_of_no_leg_days_sums_are_zero_and_means_unknown() -> None:
    nothing = leg_days().of(np.zeros(4, dtype=bool))
    assert told(MEASURES["distance"], nothing) == Told(0.0, 0)
    assert told(MEASURES["value_sum"], nothing) == Told(0.0, 0)
    assert told(MEASURES["team_size"], nothing) == Told(None, 0)
    assert told(MEASURES["finds_per_day"], nothing) == Told(None, 0)


def test_coverage_needs_an_area() -> None:
    with pytest.raises(ValueError, match="no area"):
        MEASURES["coverage"].compute(replace(leg_days(), area_share=None))


def test_finds_and_effort_of_patrols_are_those_of_their_days() -> None:
    finds, days = per_patrol("days", leg_days())
    assert (finds.tolist(), days.tolist()) == ([5, 2, 1], [2, 1, 1])
    assert per_patrol("kilometres", leg_days())[1].tolist() == [22, 8, 4]


def test_hours_stood_and_kilometres_taken_away_are_told_by_track() -> None:
    minutes = np.array([0, 10, 20, 30, 40, 0, 10, 20])
    fixes = Fixes(
        np.array([0, 0, 0, 0, 0, 2, 2, 2]),
        np.datetime64("2026-03-01T00:00", "ms") + minutes * np.timedelta64(1, "m"),
        np.array([135.0, 135.0, 135.0, 135.0, 135.01, 135.0, 137.0, 135.0]),
        np.full(8, 48.0),
    )
    found = track_days(fixes, clean(fixes), 3)
    assert found.fixes.tolist() == [5, 0, 3]
    assert found.flagged.tolist() == [2, 0, 1]
    assert found.hours == pytest.approx([40 / 60, 0, 20 / 60])
    # Half an hour at one place; on the third track the jump of 2 degrees there and back is gone.
    assert found.standing_hours == pytest.approx([0.5, 0, 0])
    assert found.removed_km == pytest.approx([0, 0, 2 * 149.3], abs=1)


def test_an_unknown_length_makes_the_sum_unknown() -> None:
    rows = leg_days()
    rows.kilometres[1] = np.nan
    assert np.isnan(MEASURES["distance"].compute(rows))
    assert MEASURES["patrol_hours"].compute(rows) == 21.0


def test_days_are_those_of_the_place_across_midnight_and_a_border() -> None:
    instants = np.array(
        ["2026-03-01T13:59", "2026-03-01T14:01", "2026-03-01T15:59", "2026-03-01T16:01"], dtype="M8[ms]"
    )
    here = np.array([True, True, False, False])
    days = local_days(instants, {"Asia/Vladivostok": here, "Asia/Shanghai": ~here})
    assert days.astype(str).tolist() == ["2026-03-01", "2026-03-02", "2026-03-01", "2026-03-02"]


# --- rates


def test_the_exact_interval_is_the_published_one() -> None:
    rate = poisson_rate(10, 1.0)
    assert (round(rate.lower, 3), round(rate.upper, 3)) == (4.795, 18.390)


def test_the_exact_interval_covers_at_least_its_level() -> None:
    from scipy.stats import poisson

    for mean in (0.5, 2.0, 7.5, 30.0):
        counts = np.arange(200)
        inside = [poisson_rate(int(k), 1.0).lower <= mean <= poisson_rate(int(k), 1.0).upper for k in counts]
        assert poisson.pmf(counts, mean)[inside].sum() >= 0.95


@pytest.mark.parametrize(("patrols", "mean"), [(25, 1.5), (60, 0.6)])
def test_intervals_over_patrols_cover_their_level_although_finds_cluster(patrols: int, mean: float) -> None:
    random = np.random.default_rng(20260301)
    rate, covered, count = mean / 20, 0, 0
    for _ in range(600):
        effort = random.gamma(4, 5, patrols)
        finds = random.poisson(random.gamma(2, rate / 2, patrols) * effort).astype(float)
        found = patrol_rate(finds, effort, random, count=600)
        if np.isfinite(found.lower):
            count += 1
            covered += found.lower <= rate <= found.upper
    assert count > 500
    assert 0.93 <= covered / count <= 0.97


def test_few_patrols_with_finds_give_no_interval_and_no_effort_no_rate() -> None:
    random = np.random.default_rng(1)
    few = patrol_rate(np.array([1.0, 0, 0]), np.array([5.0, 5, 5]), random)
    assert few.estimate == pytest.approx(1 / 15)
    assert np.isnan(few.lower)
    with pytest.raises(ValueError, match="patrol 2: 3 finds in an effort of 0"):
        patrol_rate(np.array([1.0, 3]), np.array([5.0, 0]), random)
    with pytest.raises(ValueError, match="no effort"):
        patrol_rate(np.array([0.0]), np.array([0.0]), random)


@given(
    st.lists(st.tuples(st.floats(135.0, 135.2), st.floats(48.0, 48.2)), min_size=2, max_size=12),
    st.sampled_from([300.0, 1000.0, 7000.0]),
)
def test_cells_of_each_way_add_up_to_the_effort_in_cells(way: list[tuple[float, float]], cell: float) -> None:
    places = np.array(way)
    instant = START + np.arange(len(way)) * np.timedelta64(1, "h")
    segments = segments_of(Fixes(np.zeros(len(way), dtype=np.int64), instant, places[:, 0], places[:, 1]))
    grid = Grid.around(places[:, 0], places[:, 1], cell)
    ends = np.hstack([places[:-1], places[1:]])

    found = visits_of(grid, np.zeros(len(ends), dtype=np.int64), ends, segments.metres)

    assert (found.cell >= 0).all()
    cells = np.bincount(found.cell, weights=found.metres, minlength=grid.rows * grid.columns)
    assert cells == pytest.approx(effort_of(segments, grid).metres.ravel(), abs=1e-6, rel=1e-9)
    assert cells.sum() == pytest.approx(segments.metres.sum(), rel=1e-9)
