"""A doubtful clock is told, a correction is what it says, and what the clock showed is never lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from amur.formats.cameratraps.tables import local_time
from amur.science.cameras.clocks import (
    NEVER,
    Correction,
    Times,
    by_drift,
    by_offset,
    by_restart,
    by_year,
    corrected,
    previewed,
    suspicions,
)
from amur.science.cameras.local_times import instants, local
from amur.science.cameras.sequences import sequences

START, END = np.datetime64("2026-03-01T08:00", "us"), np.datetime64("2026-04-20T12:00", "us")
MOMENTS = st.datetimes(
    datetime.fromisoformat("1971-01-02T00:00:00"), datetime.fromisoformat("2069-12-30T00:00:00")
)
ZONES = st.sampled_from(
    [
        "Asia/Vladivostok",
        "Asia/Shanghai",
        "Asia/Ulaanbaatar",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
    ]
)


def hourly(start: str, count: int = 40, hours: int = 24) -> Times:
    return np.datetime64(start, "us") + np.arange(count) * np.timedelta64(hours * 3600, "s")


def codes(times: Times, infrared: NDArray[np.int8] | None = None) -> list[str]:
    return [one.code for one in suspicions(times, START, END, infrared)]


def test_times_inside_of_the_deployment_that_run_forward_are_not_doubtful() -> None:
    assert codes(hourly("2026-03-01T09:00")) == []
    assert codes(np.full(3, NEVER)) == []


def test_a_wrong_year_is_told_and_put_right() -> None:
    shown = hourly("2015-03-01T09:00")
    (one,) = suspicions(shown, START, END)
    assert (one.code, one.count) == ("wrong-year", 40)
    assert one.proposal is not None
    assert (corrected(shown, [one.proposal]) == hourly("2026-03-01T09:00")).all()


def test_a_wrong_year_over_a_leap_day_keeps_the_time_between_pictures() -> None:
    shown = hourly("2024-02-27T09:00", 4)
    right = corrected(shown, [by_year(shown, 2025)])
    assert (np.diff(right) == np.diff(shown)).all()
    assert right[0] == np.datetime64("2025-02-27T09:00")


def test_a_clock_that_began_anew_is_told_and_ends_with_the_deployment() -> None:
    shown = np.concatenate([hourly("2026-03-01T09:00", 20), hourly("2000-01-01T00:00", 10)])
    (one,) = suspicions(shown, START, END)
    assert (one.code, one.first, one.count) == ("reset", 20, 10)
    assert one.proposal is not None
    right = corrected(shown, [one.proposal])
    assert (right[:20] == shown[:20]).all()
    assert right[-1] == END
    assert suspicions(right, START, END) == []


def test_of_two_new_beginnings_only_the_last_can_be_proposed() -> None:
    parts = [hourly("2026-03-01T09:00", 5), hourly("2000-01-01", 5), hourly("1970-01-01", 5)]
    first, second = suspicions(np.concatenate(parts), START, END)
    assert first.proposal is None
    assert second.proposal is not None
    assert (first.first, second.first) == (5, 10)


def test_a_fixed_offset_is_proposed_where_the_card_fits_into_the_deployment() -> None:
    (one,) = suspicions(hourly("2026-01-10T09:00"), START, END)
    assert one.code == "early"
    assert one.proposal is not None
    assert corrected(hourly("2026-01-10T09:00"), [one.proposal])[0] == START


def test_single_pictures_outside_are_told_without_a_proposal() -> None:
    shown = np.concatenate([hourly("2026-03-01T09:00", 5), hourly("2026-06-01T09:00", 2)])
    (one,) = suspicions(shown, START, END)
    assert (one.code, one.first, one.count, one.proposal) == ("late", 5, 2, None)


def test_small_steps_back_are_told() -> None:
    shown = hourly("2026-03-01T09:00", 5)
    shown[3] -= np.timedelta64(24 * 3600 + 600, "s")
    assert codes(shown) == ["backwards"]


def test_infrared_at_noon_is_half_a_day_wrong() -> None:
    shown = hourly("2026-03-02T00:30", 48, 12)
    infrared = np.array([0, 1] * 24, dtype=np.int8)
    (one,) = suspicions(shown, START, END, infrared)
    assert one.code == "night-at-noon"
    assert one.proposal is not None
    assert abs(one.proposal.offset_s) == 12 * 3600
    assert codes(shown, 1 - infrared) == []


@given(st.lists(MOMENTS, min_size=1, max_size=20), st.integers(-(10**9), 10**9))
def test_an_offset_and_its_opposite_give_back_what_was_shown(moments: list[datetime], seconds: int) -> None:
    shown = np.array(moments, dtype="M8[us]")
    there = corrected(shown, [Correction("offset", seconds)])
    assert (corrected(there, [Correction("offset", -seconds)]) == shown).all()
    assert previewed(shown, [Correction("offset", seconds)]).changed == (len(moments) if seconds else 0)


@given(
    st.datetimes(
        datetime.fromisoformat("2020-01-01T00:00:00"), datetime.fromisoformat("2022-01-01T00:00:00")
    ),
    st.integers(3600, 10**8),
    st.floats(-0.005, 0.005),
    st.integers(-(10**7), 10**7),
)
def test_a_drift_meets_both_known_moments(start: datetime, span: int, rate: float, offset: int) -> None:
    shown = (np.datetime64(start, "us"), np.datetime64(start, "us") + np.timedelta64(span, "s"))
    true = (
        shown[0] + np.timedelta64(offset, "s"),
        shown[1] + np.timedelta64(offset + round(span * rate), "s"),
    )
    right = corrected(np.array(shown), [by_drift(shown, true)])
    assert np.abs((right - np.array(true)).astype(np.int64)).max() <= 1000  # microseconds


def test_a_correction_that_no_clock_needs_is_refused() -> None:
    moments = hourly("2026-03-01", 3)
    with pytest.raises(ValueError, match="not after"):
        by_drift((moments[1], moments[0]), (moments[0], moments[1]))
    with pytest.raises(ValueError, match="drift"):
        by_drift((moments[0], moments[1]), (moments[0], moments[2]))
    with pytest.raises(ValueError, match="range"):
        Correction("offset", 1.0, first=3, last=3)
    with pytest.raises(ValueError, match="no time"):
        by_restart(np.array([NEVER]), 0, moments[0])
    with pytest.raises(ValueError, match="no file"):
        by_year(np.array([NEVER]), 2026)


def test_a_correction_holds_for_its_files_and_leaves_files_without_time_alone() -> None:
    shown = hourly("2026-03-01", 4)
    shown[2] = NEVER
    right = corrected(shown, [Correction("offset", 60.0, first=1, last=3)])
    assert right[0] == shown[0]
    assert right[3] == shown[3]
    assert np.isnat(right[2])
    assert right[1] - shown[1] == np.timedelta64(60, "s")
    assert by_offset(shown[0], shown[1]).offset_s == 86_400
    assert corrected(shown, [by_restart(shown, 3, shown[0])])[3] == shown[0]


@given(MOMENTS, ZONES)
def test_local_times_become_the_instants_that_the_tables_of_packages_give(shown: datetime, zone: str) -> None:
    found = instants(np.array([shown], dtype="M8[us]"), ZoneInfo(zone))[0]
    whole = shown.replace(microsecond=0)
    expected = local_time(f"{whole:%Y-%m-%d %H:%M:%S}", ZoneInfo(zone))
    if expected is None:
        assert np.isnat(found)
    else:
        exact = expected.astimezone(UTC).replace(tzinfo=None) + timedelta(microseconds=shown.microsecond)
        assert found == np.datetime64(exact, "us")
        assert local(np.array([found]), ZoneInfo(zone))[0] == np.datetime64(shown, "us")


def test_the_skipped_hour_has_no_instant_and_of_the_doubled_one_the_first_is_meant() -> None:
    shown = np.array(["2026-03-29T02:30", "2026-10-25T02:30", "NaT"], dtype="M8[us]")
    found = instants(shown, ZoneInfo("Europe/Berlin"))
    assert np.isnat(found).tolist() == [True, False, True]
    assert found[1] == np.datetime64("2026-10-25T00:30", "us")


def test_a_burst_stays_together_and_a_pause_ends_a_sequence() -> None:
    times = np.datetime64("2026-03-01T10:00", "s") + np.array([0, 200, 400, 410, 700]) * np.timedelta64(
        1, "s"
    )
    none = np.zeros(5, dtype=np.int64)
    assert sequences(none, times, 120).tolist() == [0, 1, 2, 2, 3]
    number, total = np.array([1, 2, 3, 1, 2]), np.full(5, 3)
    assert sequences(none, times, 120, number, total).tolist() == [0, 0, 0, 0, 0]
    assert sequences(none, times, 120, np.array([1, 2, 1, 1, 1]), total).tolist() == [0, 0, 1, 1, 2]
    with pytest.raises(ValueError, match="picture 1 has no time"):
        sequences(none[:1], np.array([NEVER]), 120)
    with pytest.raises(ValueError, match="gap"):
        sequences(none, times, -1)


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5000)), min_size=1, max_size=40),
    st.integers(0, 600),
    st.randoms(use_true_random=False),
)
def test_sequences_do_not_depend_on_the_order_of_the_rows(
    rows: list[tuple[int, int]], gap: int, random: object
) -> None:
    def of(those: list[tuple[int, int]]) -> dict[tuple[int, int], int]:
        place = np.array([one for one, _ in those])
        times = np.datetime64("2026-01-01", "s") + np.array([at for _, at in those]) * np.timedelta64(1, "s")
        return dict(zip(those, sequences(place, times, gap).tolist(), strict=True))

    mixed = list(rows)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert of(rows) == of(mixed)
    ordered = sorted(set(rows))
    numbers = of(rows)
    for one, other in pairwise(ordered):
        same = one[0] == other[0] and other[1] - one[1] <= gap
        assert (numbers[one] == numbers[other]) == same
