"""Hot spots: a planted one is found, numbers are those of science, what is missing is said, nobody else sees."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from tests.portal.patrol_queries import seasons
from tests.portal.patrols.test_patrol_pages import address, worked

if TYPE_CHECKING:
    from django.test import Client
    from tests.conftest import Cast

pytestmark = pytest.mark.django_db
ASKED = {"office": "ours", "cell": "1000", "factor": "2", "category": seasons.SNARE}
ROLES = ("data_manager", "ranger", "auditor", "editor", "translator", "foreign_data_manager", "public")
SEES = {"data_manager", "ranger", "auditor"}


@pytest.fixture
def ranger(cast: Cast, log_in: Callable[[Any], Client]) -> Client:
    return log_in(cast.ranger)


@pytest.fixture
def planted(cast: Cast, tmp_path: Path) -> None:
    seasons.take(tmp_path, cast.ours, *seasons.planted())


def found(client: Client, **more: str) -> Any:
    """The run that answers, done, and its page."""
    answer = client.post(address("patrol-hotspots-find"), {**ASKED, **more})
    assert answer.status_code == 302, answer.content.decode()
    run = worked()
    assert run.state == "done", run.problems
    return run, client.get(address("patrol-hotspots-found", uuid=run.uuid))


def rows_of(client: Client, run: Any) -> list[dict[str, str]]:
    answer = client.get(address("patrol-hotspots-csv", uuid=run.uuid))
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def cells_of(run: Any) -> Any:
    from amur.portal.patrol_queries.hotspots import Cells

    return Cells.of(run.result["cells"])


def test_a_planted_hot_spot_is_found_outlined_and_heads_the_list(ranger: Client, planted: None) -> None:
    run, answer = found(ranger)
    page = answer.content.decode()

    first = rows_of(ranger, run)[0]
    assert float(first["Latitude"]) == pytest.approx(48.07, abs=0.01)
    assert float(first["Longitude"]) == pytest.approx(135.03, abs=0.01)
    assert int(first["Finds"]) == 12
    assert first["Borrowed"] == "no"
    assert "surely more than 2 times the overall one" in page
    assert 'class="sure"' in page
    assert page.index(f"{float(first['Latitude']):.4f}".rstrip("0")) < page.index("Trend")


def test_numbers_of_the_list_are_those_of_science(ranger: Client, planted: None) -> None:
    from amur.science.effort import hotspots_of

    run, _page = found(ranger)
    cells, rows = cells_of(run), rows_of(ranger, run)
    finds, kilometres, where = (np.zeros(cells.grid.shape) for _ in range(3))
    for table, values in ((finds, cells.finds), (kilometres, cells.kilometres), (where, 1.0)):
        table[cells.row, cells.column] = values
    told = hotspots_of(finds, kilometres, where > 0, factor=2.0)

    for name, column in (
        ("smoothed", "Smoothed rate, finds for 100 km"),
        ("lower", "Lower limit (95 %)"),
        ("upper", "Upper limit (95 %)"),
    ):
        expected = np.sort(getattr(told, name)[where > 0] * 100)
        assert np.sort([float(row[column]) for row in rows]) == pytest.approx(expected), name
    assert cells.own == pytest.approx(told.own[cells.row, cells.column], nan_ok=True)
    assert cells.above == pytest.approx(told.above[cells.row, cells.column])
    assert (cells.is_borrowed == told.is_borrowed[cells.row, cells.column]).all()
    # Twelve ways of 11.119 km, 24 finds of which each is in one cell.
    assert cells.kilometres.sum() == pytest.approx(12 * seasons.ONE, rel=2e-4)
    assert cells.finds.sum() == 12 + 2 * 6
    assert cells.overall == pytest.approx(24 / (12 * seasons.ONE), rel=2e-4)


def test_cells_where_nobody_was_are_borrowed_and_their_own_rate_unknown(
    ranger: Client, planted: None
) -> None:
    run, answer = found(ranger)
    borrowed = [row for row in rows_of(ranger, run) if row["Borrowed"] == "yes"]

    assert borrowed
    assert {row["Own rate, finds for 100 km"] for row in borrowed} == {""}
    assert {float(row["Kilometres"]) for row in borrowed} == {0.0}
    assert all(float(row["Smoothed rate, finds for 100 km"]) > 0 for row in borrowed)
    assert "url(#borrowed)" in answer.content.decode()


def test_in_an_area_all_its_cells_are_told_and_nothing_else(
    cast: Cast, ranger: Client, planted: None
) -> None:
    seasons.put_area(cast.ours, "south", 47.98, 48.05)
    run, answer = found(ranger, area="south")
    cells = cells_of(run)

    assert 'class="outline"' in answer.content.decode()
    assert cells.finds.sum() == 12
    assert cells.kilometres.sum() == pytest.approx(12 * seasons.ONE / 2, rel=1e-3)
    # 14.9 km x 7.8 km, and the cells that the boundary cuts.
    assert 14.9 * 7.8 < len(cells.column) < 17 * 10
    corners = shapely.total_bounds(cells.outline)
    assert cells.grid.west <= corners[0]
    assert cells.grid.north >= corners[3]


def test_finds_that_belong_to_no_effort_are_left_out_and_counted(
    cast: Cast, ranger: Client, tmp_path: Path
) -> None:
    far = seasons.snares(9, 48.5, 136.0, 1)
    nowhere = replace(far, longitude=0.0, latitude=0.0)
    more = seasons.patrol(
        "M",
        seasons.leg(
            seasons.day(date(2025, 5, 1), far, nowhere),
            seasons.day(date(2025, 5, 2), seasons.snares(8, 48.01, 135.0, 1), track=None),
            people=(0,),
        ),
        "Tigers",
        "T",
    )
    seasons.take(tmp_path, cast.ours, *seasons.planted(), more)
    run, answer = found(ranger)
    amounts, page = run.result["amounts"], answer.content.decode()

    assert (amounts["finds"], amounts["days_without_way"]) == (24, 1)
    left_out = [amounts[f"finds_{why}"] for why in ("without_place", "without_way", "elsewhere")]
    assert left_out == [1, 1, 1]
    assert "1 find on a day whose way is unknown" in page
    assert "1 find in a cell that no known way touches" in page


def test_nothing_found_is_no_zero_but_a_limit(ranger: Client, planted: None) -> None:
    from amur.science.effort import poisson_rate

    run, answer = found(ranger, category=seasons.TRACK)
    assert run.result["lacks"] == "nothing"
    limit = poisson_rate(0, run.result["amounts"]["kilometres"]).upper * 100
    assert f"up to {limit:.3g} finds for 100 km" in answer.content.decode()
    assert ranger.get(address("patrol-hotspots-csv", uuid=run.uuid)).status_code == 404


@pytest.mark.parametrize(
    ("asked", "lacks", "words"),
    [
        ({"start": "2030-01-01"}, "way", "No way of a patrol is known here"),
        ({"cell": "10000"}, "cells", "at least 10 are needed"),
        ({"end": "2025-01-20"}, "finds", "at least 5 are needed"),
    ],
)
def test_too_little_is_refused_with_what_would_be_enough(
    asked: dict[str, str], lacks: str, words: str, ranger: Client, planted: None
) -> None:
    more = {"end": "2025-01-12"} if lacks == "finds" else {}
    run, answer = found(ranger, **{**asked, **more})
    assert run.result["lacks"] == lacks
    assert words in answer.content.decode()
    assert "No trend is told: it needs at least 24 patrols" in answer.content.decode()


def test_too_many_cells_are_refused(ranger: Client, planted: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from amur.portal.patrol_queries import hotspots

    monkeypatch.setattr(hotspots, "MOST", 100)
    run, answer = found(ranger)
    assert run.result["lacks"] == "too-many"
    assert "choose larger ones" in answer.content.decode()


def test_nothing_is_begun_about_another_office_or_an_area_it_does_not_have(cast: Cast, planted: None) -> None:
    from amur.portal.patrol_queries import hotspot_work
    from amur.portal.patrol_queries.answering import NoSuchArea
    from amur.portal.patrol_queries.hotspot_asking import HotspotQuestion
    from amur.portal.runs.models import Run

    with pytest.raises(PermissionError):
        hotspot_work.start(cast.ranger, cast.theirs, HotspotQuestion.of({"office": "theirs"}))
    with pytest.raises(NoSuchArea):
        hotspot_work.start(cast.ranger, cast.ours, HotspotQuestion.of({"office": "ours", "area": "nowhere"}))
    assert not Run.objects.filter(kind=hotspot_work.NAME).exists()


def test_an_owner_who_lost_the_right_gets_nothing(cast: Cast, ranger: Client, planted: None) -> None:
    from amur.portal.offices.models import Membership

    ranger.post(address("patrol-hotspots-find"), ASKED)
    Membership.objects.filter(person=cast.ranger).delete()
    run = worked()
    assert (run.state, run.result) == ("failed", None)
    assert ranger.get(address("patrol-hotspots-found", uuid=run.uuid)).status_code == 404


def test_the_same_question_is_answered_once_until_patrols_come(
    cast: Cast, ranger: Client, planted: None, tmp_path: Path
) -> None:
    first, _page = found(ranger)
    again, _page = found(ranger)
    other, _page = found(ranger, factor="3")
    seasons.take(tmp_path, cast.ours, *seasons.small())
    later, _page = found(ranger)
    assert first.uuid == again.uuid
    assert len({first.uuid, other.uuid, later.uuid}) == 3


def test_the_trend_is_that_of_science_over_patrols_and_seasons(
    cast: Cast, ranger: Client, tmp_path: Path
) -> None:
    from amur.portal.patrol_queries.hotspot_trend import quarters
    from amur.science.effort import trend_of

    weeks = 110
    seasons.take(tmp_path, cast.ours, *seasons.planted(weeks))
    run, answer = found(ranger)
    told = run.result["development"]
    day = 20094.0 + 7 * np.arange(weeks)  # from 6 January 2025
    finds = np.where(np.arange(weeks) % 6 == 2, 7.0, 1.0)
    trend = trend_of(finds, np.full(weeks, seasons.ONE), day / 365.25, quarters(day))

    assert (told["patrols"], told["finds"], told["by"]) == (weeks, int(finds.sum()), "year")
    assert [told[name] for name in ("ratio", "lower", "upper")] == pytest.approx(
        [trend.ratio, trend.lower, trend.upper], rel=1e-3
    )
    assert [line["key"] for line in told["lines"]] == ["2025", "2026", "2027"]
    assert f"multiplied by {trend.ratio:.3g}" in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"factor": "much"}, "The factor is a number from 1.1 to 100, such as 2."),
        ({"factor": "nan"}, "The factor is a number from 1.1 to 100, such as 2."),
        ({"start": "2026-03-02", "end": "2026-03-01"}, "The end lies before the start."),
        ({"office": "theirs"}, "Select a valid choice."),
        ({"cell": "7"}, "Select a valid choice."),
        ({"area": "nowhere"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_asked_is_told_at_its_field(
    wrong: dict[str, str], words: str, ranger: Client, planted: None
) -> None:
    from amur.portal.runs.models import Run

    answer = ranger.post(address("patrol-hotspots-find"), {**ASKED, **wrong})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Run.objects.filter(kind="patrols.hotspots").exists()


def test_a_question_names_all_that_is_wrong_and_is_the_same_after_json() -> None:
    from amur.portal.patrol_queries.asking import Wrong
    from amur.portal.patrol_queries.hotspot_asking import HotspotQuestion

    with pytest.raises(Wrong) as wrong:
        HotspotQuestion.of({"factor": "1", "start": "spring", "cell": "7"})
    assert set(wrong.value.problems) == {"office", "factor", "start", "cell"}
    question = HotspotQuestion.of({**ASKED, "factor": "1,5", "end": "2026-03-01", "area": "south"})
    assert question.factor == 1.5
    assert HotspotQuestion.of(json.loads(json.dumps(question.as_dict()))) == question


@pytest.mark.parametrize("role", ROLES)
def test_hot_spots_are_seen_by_people_of_the_office_with_the_right_only(
    role: str, cast: Cast, planted: None, log_in: Callable[[Any], Client]
) -> None:
    run, _page = found(log_in(cast.ranger))
    client = log_in(cast[role])

    for name, more in (
        ("patrol-hotspots-found", {"uuid": run.uuid}),
        ("patrol-hotspots-csv", {"uuid": run.uuid}),
    ):
        answer = client.get(address(name, **more))
        assert answer.status_code == (200 if role in SEES else 302 if role == "public" else 404), name
        if role in SEES:
            assert "no-store" in answer["Cache-Control"]
    page = client.get(address("patrol-hotspots"))
    assert (str(run.uuid) in page.content.decode()) == (role in SEES)
    asked = client.post(address("patrol-hotspots-find"), ASKED)
    if role not in SEES:
        assert asked.status_code in (302, 404, 422)
        assert asked.status_code != 302 or role == "public"


def test_a_run_can_be_cancelled_and_keeps_nothing(ranger: Client, planted: None) -> None:
    from amur.portal.runs import actions as runs
    from amur.portal.runs.models import Run

    ranger.post(address("patrol-hotspots-find"), ASKED)
    run = Run.objects.get(kind="patrols.hotspots")
    runs.ask_cancel(run)
    run = worked()
    assert (run.state, run.result) == ("cancelled", None)
    answer = ranger.get(address("patrol-hotspots-found", uuid=run.uuid))
    assert answer.status_code == 302
    assert answer["Location"] == address("run", uuid=run.uuid)


def test_a_run_that_goes_on_ends_at_its_next_step(
    ranger: Client, planted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from amur.portal.patrol_queries import hotspots
    from amur.portal.runs import actions as runs
    from amur.portal.runs.models import Run

    smooth = hotspots.hotspots_of

    def cancelled(*given: Any, **more: Any) -> Any:
        runs.ask_cancel(Run.objects.get(kind="patrols.hotspots"))
        return smooth(*given, **more)

    monkeypatch.setattr(hotspots, "hotspots_of", cancelled)
    ranger.post(address("patrol-hotspots-find"), ASKED)
    run = worked()
    assert (run.state, run.stage, run.result) == ("cancelled", "smooth", None)


def test_what_was_found_is_the_same_after_json(ranger: Client, planted: None) -> None:
    from amur.portal.patrol_queries.hotspots import Found

    run, _page = found(ranger)
    assert json.loads(json.dumps(Found.of(run.result).as_dict())) == run.result


def test_a_grid_is_widened_by_whole_cells() -> None:
    from amur.portal.patrol_queries.grouping import wider
    from amur.science.effort import Grid

    grid = Grid.around(np.array([135.0, 135.1]), np.array([48.0, 48.1]), 1000.0)
    around = wider(grid, None)
    assert around.shape == (grid.rows + 2, grid.columns + 2)
    assert (around.west, around.north) == (grid.west - 1000, grid.north + 1000)
    inside = shapely.box(grid.west + 10, grid.north - 990, grid.west + 990, grid.north - 10)
    assert wider(grid, inside) == grid
    beyond = wider(grid, shapely.box(grid.west - 1, grid.north - 5, grid.west, grid.north + 2500))
    assert beyond.shape == (grid.rows + 3, grid.columns + 1)
