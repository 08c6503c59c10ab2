"""Time and embargo: properties 20, 21 and 23."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from disclosure_cast import (
    APPROVAL,
    LONG_AGO,
    NAIVE,
    NEIGHBOUR,
    NOW,
    OFFICE,
    PROPERTY,
    PUBLIC,
    agreement,
    everything,
    seen,
    tiger,
)
from hypothesis import given
from hypothesis import strategies as st

from amur.disclosure import (
    Category,
    Level,
    Purpose,
    TimeLevel,
    view,
)


@pytest.mark.parametrize("taxon", ["Panthera tigris", "Marmota sibirica", "Acipenser schrenckii"])
def test_the_public_learns_the_month_and_a_partner_the_day(taxon: str) -> None:
    """Property 20."""
    record = tiger(taxon=taxon)
    assert seen(record).time == "2024-05"
    terms = agreement(taxa=frozenset({taxon}), time_level=TimeLevel.EXACT)
    assert seen(record, NEIGHBOUR, "research", agreements=(terms,)).time == "2024-05-03"
    assert "04:05:06" not in everything(seen(record))


def test_a_month_is_that_of_the_places_own_zone() -> None:
    """Property 20: and it does not depend on the zone in which the database answers."""
    record = tiger(time=datetime(2024, 5, 31, 20, tzinfo=UTC), time_zone="Asia/Vladivostok")
    assert seen(record).time == "2024-06"
    assert seen(replace(record, time_zone=None)).time == "2024-05"
    moved = replace(record, time=datetime(2024, 6, 1, 6, tzinfo=ZoneInfo("Asia/Vladivostok")))
    assert seen(moved) == seen(record)


@given(st.integers(0, 31 * 86_400 - 1), st.integers(0, 86_400))
@PROPERTY
def test_all_moments_of_a_month_give_the_same_bytes(start: int, seconds: int) -> None:
    """Property 20: the day and the hour leave no trace anywhere in the view."""
    begin = datetime(2024, 5, 1, tzinfo=UTC) + timedelta(seconds=start)
    end = min(begin + timedelta(seconds=seconds), datetime(2024, 5, 31, 23, 59, 59, tzinfo=UTC))
    assert pickle.dumps(seen(tiger(time=begin, time_end=end))) == pickle.dumps(seen(tiger()))


def test_no_exact_time_stands_beside_a_cell() -> None:
    """Finding: an exact time beside a cell tells when the subject crossed the cell's edge."""
    boar = tiger(taxon="Sus scrofa", event_kind="sighting", project_category=Category.OPEN)
    terms = agreement(
        taxa=frozenset({"Sus scrofa"}),
        event_kinds=frozenset({"sighting"}),
        time_level=TimeLevel.EXACT,
    )
    exact = seen(boar, NEIGHBOUR, "research", agreements=(terms,))
    assert exact.level is Level.EXACT and exact.time == "2024-05-03T04:05:06Z"
    coarse = seen(boar, NEIGHBOUR, "research", agreements=(replace(terms, level=Level.TENTH),))
    assert coarse.level is Level.TENTH and coarse.time == "2024-05-03"


@pytest.mark.parametrize(
    ("now", "level"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), None),
        (LONG_AGO - timedelta(seconds=1), None),
        (LONG_AGO + timedelta(days=1), Level.DEGREE),
        (datetime(2025, 5, 3, 4, 5, 5, tzinfo=UTC), Level.DEGREE),
        (datetime(2025, 5, 3, 4, 5, 6, tzinfo=UTC), Level.TENTH),
        (datetime(2099, 1, 1, tzinfo=UTC), Level.TENTH),
    ],
    ids=str,
)
def test_the_embargo_runs_by_the_clock_that_is_given(now: datetime, level: Level | None) -> None:
    """Property 21: to the second, and a clock that fell back opens nothing."""
    approval = replace(APPROVAL, given=datetime(1960, 1, 1, tzinfo=UTC))
    released = seen(tiger(approvals=(approval,)), now=now)
    assert (None if released.withheld else released.level) is level


def test_a_date_without_a_time_is_taken_at_its_latest() -> None:
    """Property 21: 3 May ends at 12:00 UTC on 4 May where the clocks are last."""
    record = tiger(time=date(2024, 5, 3), approvals=(replace(APPROVAL, given=LONG_AGO),))
    assert seen(record, now=datetime(2025, 5, 4, 11, 59, tzinfo=UTC)).level is Level.DEGREE
    assert seen(record, now=datetime(2025, 5, 4, 12, tzinfo=UTC)).level is Level.TENTH
    leap = replace(record, time=datetime(2024, 2, 29, tzinfo=UTC))
    assert seen(leap, now=datetime(2025, 2, 28, 23, 59, tzinfo=UTC)).level is Level.DEGREE
    assert seen(leap, now=datetime(2025, 3, 1, tzinfo=UTC)).level is Level.TENTH


def test_a_period_is_as_old_as_its_end() -> None:
    """Property 21."""
    record = tiger(time=datetime(2020, 1, 1, tzinfo=UTC), time_end=datetime(2026, 1, 1, tzinfo=UTC))
    assert seen(record).level is Level.DEGREE


def test_naive_instants_are_refused() -> None:
    """Property 21: an instant without a zone can be off by a day."""
    with pytest.raises(ValueError, match="time zone"):
        view(tiger(), PUBLIC, Purpose.PUBLICATION, NAIVE)
    for name in ("time", "time_end", "embargo_until"):
        with pytest.raises(ValueError, match="time zone"):
            tiger(**{name: NAIVE})
    with pytest.raises(ValueError, match="IANA"):
        tiger(time_zone="Vladivostok")
    with pytest.raises(ValueError, match="before"):
        tiger(time_end=LONG_AGO - timedelta(days=1))


def test_during_an_embargo_only_the_office_and_its_auditor_know_of_the_record() -> None:
    """Properties 21 and 23."""
    record = tiger(embargo_until=NOW + timedelta(days=30))
    assert seen(record).withheld
    assert seen(record, NEIGHBOUR, "research", agreements=(agreement(),)).withheld
    assert not seen(record, OFFICE, "management").withheld
    assert not seen(record, now=NOW + timedelta(days=30)).withheld
