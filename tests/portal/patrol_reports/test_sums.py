"""Sums, finds, maps and targets of the room, against numbers taken by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import patrol_samples as samples
import pytest
from django.contrib.gis.geos import Polygon
from tests.portal.patrol_reports import season

from amur.formats.smart.patrol import Track

if TYPE_CHECKING:
    from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def days(office: Any) -> Any:
    from amur.portal.patrol_reports.sums import days_between

    return days_between(office, season.START, season.END)


def test_the_sums_of_a_season_are_those_of_a_hand_calculation(cast: Cast, tmp_path: Path) -> None:
    from amur.portal.patrols.measuring import totals

    season.take(cast.ours, tmp_path)

    found = totals(days(cast.ours))

    assert found["patrols"].value == 3
    assert found["patrol_days"].value == 7, "2 March counts for both patrols"
    assert found["calendar_days"].value == 6
    assert found["distance"].value == pytest.approx(6 * season.DAY_KM, abs=0.01)
    assert found["distance"].left_out == 1
    assert (found["patrol_hours"].value, found["field_hours"].value) == (70.0, 66.5)
    # Ivan, Olga and Temur on five days, Vera on two.
    assert found["person_days"].value == 5 * 3 + 2
    assert found["person_field_hours"].value == pytest.approx(9.5 * (5 * 3 + 2))


def test_what_no_day_knows_is_unknown_and_not_zero(cast: Cast, tmp_path: Path) -> None:
    from amur.portal.patrols.measuring import totals

    bare = replace(samples.leg_day(0, rest=None), track=None, start=None)
    season.take(cast.ours, tmp_path, samples.patrol(samples.leg(bare, people=())))

    found = totals(days(cast.ours))

    unknown = ("distance", "patrol_hours", "field_hours", "person_days", "person_field_hours")
    assert [found[key].value for key in unknown] == [None] * len(unknown)
    assert found["patrol_days"].value == 1
    assert totals(days(cast.theirs))["distance"].value == 0, "nobody out is known to be 0 km"


def test_rates_are_finds_for_100_km_of_days_whose_kilometres_are_known(cast: Cast, tmp_path: Path) -> None:
    from amur.portal.patrol_reports.finds import encounters

    season.take(cast.ours, tmp_path)

    (sign,) = encounters(cast.ours, days(cast.ours))

    assert (sign.name, sign.finds, sign.left_out) == ("Sign", 5, 1)
    assert sign.exact is not None
    assert sign.exact.estimate == pytest.approx(5 / (6 * season.DAY_KM) * 100, rel=1e-3)
    # Garwood for 5 finds: 1.623 to 11.668.
    assert sign.exact.lower == pytest.approx(1.623 / (6 * season.DAY_KM) * 100, rel=1e-3)
    assert sign.exact.upper == pytest.approx(11.668 / (6 * season.DAY_KM) * 100, rel=1e-3)
    assert sign.clustered is not None
    assert sign.clustered.upper != sign.clustered.upper, "too few patrols for an interval"


def test_the_newest_find_comes_with_its_patrol(cast: Cast, tmp_path: Path) -> None:
    from amur.portal.patrol_reports.finds import found_on

    season.take(cast.ours, tmp_path)

    (sign,) = found_on(cast.ours, days(cast.ours))

    assert (sign.count, sign.patrol.code) == (season.FINDS, "AMUR-003")


def test_cells_of_the_map_have_all_kilometres_of_the_ways(cast: Cast, tmp_path: Path) -> None:
    from amur.portal.patrol_reports.mapping import effort_map, ways_of

    season.take(cast.ours, tmp_path)

    found = effort_map(ways_of(days(cast.ours)))

    assert found is not None
    assert found.kilometres == pytest.approx(6 * season.DAY_KM, abs=0.01)
    assert found.cell_km == 1
    # 11.1 km to the north: twelve cells above each other, the first begins at a multiple of the cell.
    assert found.svg.count('stroke-width="0.5"') in (12, 13)
    assert effort_map([]) is None


def test_an_area_tells_the_days_since_the_last_visit_and_never_0_where_nobody_was(
    cast: Cast, tmp_path: Path
) -> None:
    from amur.portal.areas.models import Area
    from amur.portal.patrol_reports.week import areas_of

    season.take(cast.ours, tmp_path)
    common = {"office": cast.ours, "kind": "protected-area", "status": "designated", "confidence": "high"}
    there = Polygon.from_bbox((134.9, 47.95, 135.1, 48.15))
    away = Polygon.from_bbox((136.0, 47.95, 136.1, 48.05))
    Area.objects.create(key="there", geometry=there, **common)
    beside = Polygon.from_bbox((135.004, 47.95, 135.1, 48.15))  # 300 m east of the ways
    Area.objects.create(key="away", geometry=away, **common)
    Area.objects.create(key="beside", geometry=beside, **common)
    Area.objects.create(key="unbounded", **common)

    found = areas_of(cast.ours, date(2026, 4, 16))

    assert [(one.area.key, one.days) for one in found["visited"]] == [
        ("away", None),
        ("beside", None),
        ("there", 10),
    ]
    assert [one.share for one in found["visited"][:2]] == [0, 0]
    assert 0.02 < found["visited"][2].share < 0.1
    assert found["unbounded"] == 1


def target(office: Any, **more: Any) -> Any:
    from amur.portal.patrol_reports.models import Target

    given = {
        "name": "Spring",
        "measure": "distance",
        "amount": 100.0,
        "start": season.START,
        "end": season.END,
    }
    return Target.objects.create(office=office, **{**given, **more})


def test_progress_is_the_measure_against_the_target(cast: Cast, tmp_path: Path) -> None:
    from amur.portal.patrol_reports.sums import progress_of

    season.take(cast.ours, tmp_path)

    whole = progress_of(target(cast.ours), date(2026, 3, 31))
    part = progress_of(target(cast.ours, station="Kema", measure="patrol_days", amount=4), date(2026, 5, 9))
    before = progress_of(target(cast.ours), date(2026, 2, 1))

    assert whole.share == pytest.approx(0.667, abs=0.001)
    assert whole.sum.left_out == 1
    assert whole.passed == pytest.approx(31 / 61)
    assert (part.share, part.passed) == (0.5, 1.0)
    assert before.passed == 0


def test_progress_of_an_unknown_measure_is_unknown(cast: Cast, tmp_path: Path) -> None:
    from amur.portal.patrol_reports.sums import progress_of

    bare = replace(samples.leg_day(0), track=Track(None, None))
    season.take(cast.ours, tmp_path, samples.patrol(samples.leg(bare)))

    assert progress_of(target(cast.ours), date(2026, 3, 31)).share is None
