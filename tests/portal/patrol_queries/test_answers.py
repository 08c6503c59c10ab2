"""Answers agree with what one adds up by hand; parts are the whole where a measure adds up, and only there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.portal.patrol_queries import seasons
from tests.portal.patrol_queries.seasons import ONE

from amur.science.effort import MEASURES

if TYPE_CHECKING:
    from tests.conftest import Cast

pytestmark = pytest.mark.django_db
Ask = Callable[..., Any]


@pytest.fixture
def ask(cast: Cast, tmp_path: Path) -> Ask:
    """Asks about the small season of our office."""
    seasons.take(tmp_path, cast.ours, *seasons.small())

    def answered(measure: str, **more: Any) -> Any:
        from amur.portal.patrol_queries import queries, tracks
        from amur.portal.patrol_queries.answering import answer
        from amur.portal.patrol_queries.asking import Question
        from amur.portal.patrols.queries import patrols_for

        patrols = patrols_for(cast.ranger)
        tracks.read(patrols)
        question = Question.of({"measure": measure, **more})
        return answer(patrols, question, queries.areas_for(cast.ranger), date(2026, 3, 18))[0]

    return answered


def values(answer: Any) -> dict[str, Any]:
    return {line.name or line.key: line.value for line in answer.lines}


WHOLE = {
    # measure: (value by hand, rows left out)
    "patrols": (3, 0),
    "patrol_days": (4, 0),
    "calendar_days": (3, 0),
    "patrol_nights": (1, 0),
    "leg_days": (4, 0),
    "distance": (2 * ONE + 7, 1),
    "recorded_distance": (11.5 + 11.5 + 7, 1),
    "patrol_hours": (30, 1),
    "field_hours": (19, 2),
    "track_hours": (4, 2),
    "standing_hours": (0, 2),
    "speed": (2 * ONE / 19, 2),
    "people": (3, 0),
    "teams": (2, 1),
    "team_size": (6 / 4, 0),
    "person_days": (2 + 2 + 1, 0),
    "person_patrol_hours": (20 + 20 + 10, 1),
    "person_field_hours": (19 + 9.5, 2),
    "person_kilometres": (3 * ONE + 7, 1),
    "observations": (5, 0),
    "waypoints": (4, 0),
    "incidents": (4, 0),
    "finds_per_km": (5 / (2 * ONE + 7), 1),
    "finds_per_hour": (4 / 19, 2),
    "finds_per_day": (5 / 4, 0),
    "finds_per_patrol": (5 / 3, 0),
    "tracked_share": (50, 0),
    "days_without_way": (1, 0),
    "flagged_share": (0, 2),
    "removed_distance": (0, 2),
}
PARTITIONS = (
    "month", "week", "year", "patrol", "team", "station", "mandate", "transport", "kind", "office", "leader",
)  # fmt: skip
NUMBERS = {
    "value_sum": 12,
    "value_mean": 4,
    "value_least": 3,
    "value_most": 5,
    "value_variance": 1,
    "value_deviation": 1,
}


def test_the_whole_is_what_one_adds_up_by_hand(ask: Ask) -> None:
    found = {measure: ask(measure).whole for measure in WHOLE}
    assert {key: one.value for key, one in found.items()} == pytest.approx(
        {key: value for key, (value, _left_out) in WHOLE.items()}, rel=2e-4
    )
    assert {key: one.left_out for key, one in found.items()} == {
        key: left_out for key, (_value, left_out) in WHOLE.items()
    }


def test_numbers_of_an_attribute_leave_out_finds_without_one(ask: Ask) -> None:
    for measure, value in NUMBERS.items():
        found = ask(measure, attribute="number", category=seasons.SNARE).whole
        assert (found.value, found.left_out) == (pytest.approx(value), 1), measure


def test_every_measure_is_in_one_of_the_tables_or_one_of_cells() -> None:
    cells = {key for key, one in MEASURES.items() if one.family == "cells"}
    assert set(WHOLE) | set(NUMBERS) | cells == set(MEASURES)


@pytest.mark.parametrize("measure", [key for key in WHOLE if MEASURES[key].is_additive])
def test_groups_of_an_additive_measure_are_together_the_whole(measure: str, ask: Ask) -> None:
    for by in PARTITIONS:
        found = ask(measure, by=by)
        assert found.adds_up, by
        assert sum(line.value or 0 for line in found.lines) == pytest.approx(found.whole.value), by
        assert sum(line.left_out for line in found.lines) == found.whole.left_out, by
        assert sum(line.leg_days for line in found.lines) == found.whole.leg_days == 4, by


def test_groups_of_a_measure_that_does_not_add_up_are_not_added_up(ask: Ask) -> None:
    found = ask("calendar_days", by="patrol")
    assert values(found) == {"A": 2, "B": 1, "C": 1}
    assert found.whole.value == 3
    assert not found.adds_up


def test_a_day_of_two_people_is_told_with_both_and_not_added_up(ask: Ask) -> None:
    found = ask("distance", by="member")
    assert values(found) == pytest.approx(
        {"Name0 Petrov": 2 * ONE, "Name1 Petrov": ONE, "Name2 Petrov": 7}, rel=2e-4
    )
    assert not found.adds_up


def test_person_hours_by_member_are_those_of_the_member_and_add_up(ask: Ask) -> None:
    found = ask("person_patrol_hours", by="member")
    assert values(found) == {"Name0 Petrov": 30, "Name1 Petrov": 20, "Name2 Petrov": None}
    assert found.adds_up
    assert found.whole.value == 50


def test_what_is_unknown_in_a_group_is_unknown_and_not_zero(ask: Ask) -> None:
    lines = {line.key: line for line in ask("patrol_hours", by="patrol").lines}
    assert (lines["C"].value, lines["C"].left_out) == (None, 1)
    assert lines["A"].value == 20


def test_a_patrol_without_team_is_in_the_group_of_unknown_ones(ask: Ask) -> None:
    assert values(ask("patrols", by="team")) == {"": 1, "Leopards": 1, "Tigers": 1}


def test_finds_by_category_have_all_the_effort_behind_them(ask: Ask) -> None:
    rates = values(ask("finds_per_day", by="category"))
    assert rates == {seasons.SNARE: 1.0, seasons.TRACK: 0.25}
    counts = ask("observations", by="category")
    assert values(counts) == {seasons.SNARE: 4, seasons.TRACK: 1}
    assert counts.adds_up


def test_a_category_means_those_below_it(ask: Ask) -> None:
    assert ask("observations", category="threats.").whole.value == 4
    assert ask("observations", category="threats.").whole.left_out == 0


@pytest.mark.parametrize(
    ("filters", "patrols"),
    [
        ({"start": "2026-03-01", "end": "2026-03-01"}, {"A", "B"}),
        ({"transport": "Car"}, {"B"}),
        ({"station": "Plastun"}, {"C"}),
        ({"team": "Tigers"}, {"A"}),
        ({"mandate": "Anti-poaching"}, {"A", "B", "C"}),
        ({"kind": "AIR"}, set()),
        ({"office": "ours"}, {"A", "B", "C"}),
        ({"office": "theirs"}, set()),
    ],
)
def test_filters_leave_what_they_mean(filters: dict[str, str], patrols: set[str], ask: Ask) -> None:
    assert set(values(ask("patrols", by="patrol", **filters))) == patrols


def test_an_empty_season_has_no_kilometres_and_no_rate(ask: Ask) -> None:
    assert ask("distance", kind="AIR").whole.value == 0
    assert ask("finds_per_km", kind="AIR").whole.value is None
    assert ask("distance", kind="AIR", by="month").lines == ()
    assert not ask("distance", kind="AIR", by="month").adds_up


def test_of_a_way_counts_what_lies_inside_an_area(ask: Ask, cast: Cast) -> None:
    seasons.put_area(cast.ours, "south", 47.9, 48.05)
    found = ask("distance", area="south").whole
    # Of both ways the southern half; A of 1 March and C have no way: nobody knows whether they were there.
    assert found.value == pytest.approx(ONE, rel=1e-3)
    assert (found.left_out, found.leg_days) == (2, 2)
    # All waypoints but the one without a place lie in the first 600 m of latitude.
    finds = ask("observations", area="south").whole
    assert (finds.value, finds.left_out) == (4, 1)


def test_ways_by_area_with_what_is_outside_are_the_whole_way(ask: Ask, cast: Cast) -> None:
    seasons.put_area(cast.ours, "south", 47.9, 48.05)
    seasons.put_area(cast.ours, "far", 50.0, 50.1)
    found = ask("distance", by="area")
    assert values(found) == pytest.approx({"South": ONE, "-": ONE}, rel=1e-3)
    assert sum(line.value for line in found.lines) == pytest.approx(2 * ONE, rel=2e-4)
    assert not found.adds_up


def test_coverage_is_the_share_of_cells_and_days_are_counted_from_the_last_visit(
    ask: Ask, cast: Cast
) -> None:
    seasons.put_area(cast.ours, "middle", 48.0, 48.1)
    found = ask("coverage", area="middle", cell=1000).whole
    # The way crosses an area 14.9 km wide in one column of cells of 1 km, as far as it reaches.
    assert found.value == pytest.approx(100 / 14.9, rel=0.15)
    assert ask("coverage", area="middle", cell=1000, start="2026-04-01").whole.value == 0
    assert ask("days_since_visit", area="middle", cell=1000).whole.value is None
    seasons.put_area(cast.ours, "narrow", 48.02, 48.03)
    assert ask("days_since_visit", area="narrow", cell=10000).whole.value == 17
    assert ask("cells_visited", cell=10000).whole.value in (2, 3)


def test_the_interval_of_a_few_finds_is_the_exact_one(ask: Ask) -> None:
    from amur.science.effort import poisson_rate

    found = ask("finds_per_patrol").whole
    exact = poisson_rate(5, 3.0)
    assert (found.interval, found.lower, found.upper) == ("exact", exact.lower, exact.upper)


def test_an_answer_is_the_same_after_json(ask: Ask) -> None:
    import json

    from amur.portal.patrol_queries.answering import Answer

    found = ask("finds_per_km", by="month")
    assert Answer.of(json.loads(json.dumps(found.as_dict()))) == found


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"measure": "kilometers"}, "measure"),
        ({"measure": "distance", "by": "moon"}, "by"),
        ({"measure": "distance", "by": "category"}, "by"),
        ({"measure": "distance", "attribute": "number"}, "attribute"),
        ({"measure": "value_sum"}, "attribute"),
        ({"measure": "patrol_hours", "area": "south"}, "measure"),
        ({"measure": "speed", "by": "area"}, "measure"),
        ({"measure": "coverage"}, "area"),
        ({"measure": "distance", "area": "south", "by": "area"}, "by"),
        ({"measure": "distance", "start": "1.3.2026"}, "start"),
        ({"measure": "distance", "start": "2026-03-02", "end": "2026-03-01"}, "end"),
        ({"measure": "distance", "cell": "7"}, "cell"),
    ],
)
def test_a_question_that_cannot_be_asked_says_what_is_wrong(given: dict[str, str], field: str) -> None:
    from amur.portal.patrol_queries.asking import Question, Wrong

    with pytest.raises(Wrong) as wrong:
        Question.of(given)
    assert set(wrong.value.problems) == {field}
    assert str(wrong.value.problems[field]).endswith(".")


def test_a_question_says_the_same_after_json() -> None:
    from amur.portal.patrol_queries.asking import Question

    question = Question.of(
        {"measure": "value_sum", "attribute": "number", "by": "week", "end": "2026-03-01", "cell": 500}
    )
    assert Question.of(question.as_dict()) == question
