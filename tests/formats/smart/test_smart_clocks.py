"""Instants out of SMART: the local wall clock of a place becomes UTC, and tracks keep every millisecond."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.formats.smart import fixes_of, geometry_of, instant_of, instants_of, read_patrol

DATA = Path(__file__).parents[4] / "shared" / "data" / "smart"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the public samples are not at {DATA}")


@needs_data
def test_the_track_of_a_genuine_patrol_begins_and_ends_with_its_day() -> None:
    ((_leg, day),) = read_patrol(DATA / "SMART_000006_001.xml").content.leg_days
    assert day.track is not None
    geometry = day.track.geometry or ""
    longitude, latitude, wall, line = fixes_of(geometry)
    assert (len(longitude), set(line.tolist())) == (7, {0})
    assert wall[[0, -1]].astype("M8[s]").astype(str).tolist() == [
        "2025-12-17T20:48:25",
        "2025-12-17T20:51:55",
    ]
    assert geometry_of(longitude, latitude, wall, line) == geometry


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("Asia/Vladivostok", "11:00"), ("Asia/Shanghai", "13:00"), ("Asia/Choibalsan", "13:00")],
)
def test_one_wall_clock_is_another_instant_in_each_country(zone: str, expected: str) -> None:
    wall = np.array(["2026-03-02T21:00", "NaT"], dtype="M8[ms]")
    found = instants_of(wall, ZoneInfo(zone))
    assert str(found[0]) == f"2026-03-02T{expected}:00.000"
    assert np.isnat(found[1])


def test_a_time_that_no_clock_showed_is_no_instant() -> None:
    skipped = np.array(["2026-03-29T02:30"], dtype="M8[ms]")
    assert np.isnat(instants_of(skipped, ZoneInfo("Europe/Berlin"))).all()
    assert instant_of(date(2026, 3, 29), time(2, 30), ZoneInfo("Europe/Berlin")) is None


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(-180, 180), st.floats(-90, 90), st.integers(0, 4_000_000_000_000), st.integers(0, 1)
        ),
        min_size=4,
        max_size=20,
    )
)
def test_any_track_is_the_same_after_writing_and_reading(fixes: list[tuple[float, float, int, int]]) -> None:
    # A line has at least two fixes.
    line = np.sort(np.array([0, 0, 1, 1, *(each[3] for each in fixes[4:])]))
    longitude, latitude = (np.array([each[k] for each in fixes]) for k in (0, 1))
    wall = np.array([each[2] for each in fixes], dtype=np.int64).astype("M8[ms]")
    found = fixes_of(geometry_of(longitude, latitude, wall, line))
    for before, after in zip((longitude, latitude, wall, line), found, strict=True):
        assert (before == after).all()


@pytest.mark.parametrize(
    "geometry", ["", "zz", "00", "abc", shapely.to_wkb(shapely.Point(1, 2), hex=True), "00" * 40]
)
def test_what_is_no_line_is_refused(geometry: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        fixes_of(geometry)
