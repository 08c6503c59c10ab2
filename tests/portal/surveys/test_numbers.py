"""From records to numbers: what a run counts, what it leaves out, and that the same records are counted once."""

from __future__ import annotations

from typing import Any

import pytest
from tests.portal.surveys.conftest import BOAR, DEER, TIGER, at

from amur.portal.facts.models import Fact
from amur.portal.runs import live
from amur.portal.runs.execution import work_on
from amur.portal.runs.kinds import kind_named
from amur.portal.runs.models import Run
from amur.portal.surveys import actions, choosing, files, work
from amur.portal.surveys.models import CameraSurvey, SurveyNumbers
from amur.portal.surveys.records import table_rows

pytestmark = pytest.mark.django_db


def row_of(numbers: Any, table: str, **wanted: Any) -> dict[str, Any]:
    """The row of a table with these cells."""
    return next(
        row for row in table_rows(numbers, table) if all(row[name] == wanted[name] for name in wanted)
    )


def test_effort_leaves_out_outages_and_stations_that_did_not_work_are_no_zeros(numbers: Any) -> None:
    found = numbers()
    span, calendar = (row_of(found, "effort", definition=name) for name in ("span", "calendar"))
    # Ten stations of 28 days with four days of outage.
    assert span["trap_days"] == pytest.approx(276) and span["stations"] == 10 and span["used"]
    # By the calendar the day of setup is a half one, the day of retrieval lies after the period, and an outage
    # takes every day that it touches.
    assert calendar["trap_days"] == pytest.approx(10 * 27.5 - 5)
    private = files.read(found.sha256)
    effort = private["matrix-effort"]
    idle = [row for row in private[f"matrix:{TIGER}"]["rows"] if row[0] == "secret-idle"]
    assert not idle or set(idle[0][1:]) == {None}
    assert sum(sum(row[1:]) for row in effort["rows"] if row[0] != "secret-idle") == pytest.approx(276)


def test_events_indices_and_occupancy_are_those_of_the_records(numbers: Any) -> None:
    found = numbers()
    boar, tiger, deer = (row_of(found, "species", species=name) for name in (BOAR, TIGER, DEER))
    assert (boar["records"], boar["events"], boar["animals_in_events"], boar["stations"]) == (30, 30, 90, 10)
    assert boar["index"] == pytest.approx(100 * 30 / 276) and boar["occupancy"] == 1.0
    assert boar["index_lower"] <= boar["index"] <= boar["index_upper"]
    assert (tiger["events"], tiger["stations"]) == (6, 4) and tiger["occupancy"] == pytest.approx(0.4)
    assert deer["events"] == 1


def test_animals_histories_and_activity_are_there(numbers: Any) -> None:
    found = numbers()
    assert row_of(found, "alive", year=2025)["known_alive"] == 2
    assert table_rows(found, "flanks")[0]["highest"] == 2
    assert {row["species"]: row["events"] for row in table_rows(found, "levels")} == {BOAR: 30, TIGER: 6}
    overlap = table_rows(found, "overlap")[0]
    assert overlap["overlap"] is None, "six events say nothing of the tiger's day"
    private = files.read(found.sha256)
    captures = [tuple(row) for row in private["captures"]["rows"]]
    assert ("T1", 1, "secret0", 1, "F") in captures and ("T2", 2, "secret1", 1, "M") in captures
    assert len(captures) == 6 and found.caught_at == 4
    matrix = {row[0]: row[1:] for row in private[f"matrix:{TIGER}"]["rows"]}
    assert matrix["secret0"] == [1, 0, 0, 0] and matrix["secret3"] == [0, 0, 1, 1]


def test_a_row_of_numbers_holds_no_station_and_no_day(numbers: Any, rows: Any) -> None:
    found = numbers()
    text = str([found.tables, found.counts, found.rules])
    assert "secret" not in text and "2025-03-0" not in text and "134." not in text


def test_groups_period_and_level_choose(numbers: Any, survey: Any, rows: Any) -> None:
    import datetime

    valley = numbers(groups=["VALLEY"])
    assert row_of(valley, "effort", used=1)["stations"] == 5
    assert row_of(valley, "species", species=BOAR)["events"] == 15
    week = numbers(start=datetime.date(2025, 3, 1), end=datetime.date(2025, 3, 7))
    assert row_of(week, "effort", used=1)["trap_days"] == pytest.approx(70)
    assert row_of(week, "species", species=BOAR)["events"] == 10
    rows.seen(rows.deployments[5], 3.0, BOAR, level="media")
    assert row_of(numbers(level="media"), "species", species=BOAR)["events"] == 1
    assert row_of(numbers(), "species", species=BOAR)["events"] == 30, "levels are never added up"


def test_an_area_of_the_register_and_a_polygon_choose_deployments(cast: Any, rows: Any) -> None:
    import datetime

    from django.contrib.gis.geos import Polygon

    box = Polygon.from_bbox((134.45, 46.4, 134.67, 46.6))
    box.srid = 4326
    choice = choosing.Choice(
        [rows.project],
        datetime.date(2025, 3, 1),
        datetime.date(2025, 3, 28),
        choosing.place_of(cast.ours, "", box),
    )
    assert len(choosing.deployments(choice)) == 4
    nowhere = choosing.place_of(cast.ours, "an-area-that-is-not-there", None)
    assert not choosing.deployments(choosing.Choice([rows.project], choice.start, choice.end, nowhere))


def test_statements_that_ended_or_are_suggested_do_not_count(numbers: Any, rows: Any) -> None:
    from amur.portal.cameras.models import Observation

    rows.seen(rows.deployments[6], 4.0, DEER, status="suggested")
    assert row_of(numbers(), "species", species=DEER)["events"] == 1
    from amur.portal.cameras import actions as cameras

    gone = list(Observation.objects.filter(scientific_name=DEER, status="accepted"))
    cameras.end(rows.act, gone)
    assert all(row["species"] != DEER for row in table_rows(numbers(), "species"))


def test_records_outside_their_deployment_are_told_and_not_counted(numbers: Any, rows: Any) -> None:
    rows.seen(rows.deployments[7], 12.0, BOAR)
    rows.deployments[7].end = at(11)
    rows.deployments[7].save()
    found = numbers()
    assert row_of(found, "findings", finding="outside-deployment")["records"] == 2
    assert row_of(found, "species", species=BOAR)["events"] == 29


def test_identifications_of_people_count_in_place_of_imported_names(
    numbers: Any, rows: Any, cast: Any, tiger: Any
) -> None:
    from amur.portal.animals.actions import is_cub_of, new_animal
    from amur.portal.cameras.models import Event, Media
    from amur.portal.identity.models import Encounter, Flank, IdentityStatement

    mother, cub = (new_animal(cast.ours, "tiger", name) for name in ("Vera", "Cub"))
    is_cub_of(cub, mother, cast.data_manager)
    mother.sex = "female"
    mother.save()

    def met(animal: Any, event: Any, number: int, side: str) -> None:
        one = Encounter.objects.create(
            project=rows.project, deployment=event.deployment, event=event, species=TIGER, number=number,
            start=event.start, end=event.end, state="known", animal=animal,
        )  # fmt: skip
        media = Media.objects.create(
            project=rows.project, deployment=event.deployment, event=event, code=f"{event.code}-{number}",
            captured=event.start, path="x.jpg", media_type="image/jpeg",
        )  # fmt: skip
        Flank.objects.create(encounter=one, media=media, side=side, origin="person")
        IdentityStatement.objects.create(
            encounter=one, animal=animal, verdict="same", source="review", said_by=cast.data_manager,
            evidence={"sure": True},
        )  # fmt: skip

    family = Event.objects.filter(deployment=rows.deployments[0], observations__scientific_name=TIGER).get()
    rows.seen(rows.deployments[0], 2.9, TIGER, event=family, life_stage="juvenile", count=2)
    met(mother, family, 1, "left")
    met(cub, family, 2, "right")
    met(
        mother,
        Event.objects.get(deployment=rows.deployments[2], observations__scientific_name=TIGER),
        1,
        "left",
    )
    found = numbers()
    captures = files.read(found.sha256)["captures"]["rows"]
    assert [(row[0], row[2], row[4]) for row in captures] == [
        (mother.passport, "secret0", "F"), (mother.passport, "secret2", "F"),
    ], "cubs are in no capture history"  # fmt: skip
    assert table_rows(found, "families")[0] == {
        "year": 2025, "females_with_cubs": 1, "cubs": 2, "visits_without_known_female": 0,
    }  # fmt: skip
    assert table_rows(found, "flanks")[0]["left_only"] == 1
    assert numbers(flanks="right").caught_at == 0
    assert numbers(flanks="left").caught_at == 2


def test_the_same_records_are_counted_once_and_new_ones_anew(numbers: Any, survey: Any, rows: Any) -> None:
    row = survey()
    first = numbers(row)
    assert numbers(row) == first and Run.objects.count() == 2
    rows.seen(rows.deployments[6], 4.0, DEER)
    again = numbers(row)
    assert again != first and row_of(again, "species", species=DEER)["events"] == 2


def test_a_waiting_run_is_not_started_twice(survey: Any, cast: Any) -> None:
    row = survey()
    assert actions.start(row, cast.data_manager) == actions.start(row, cast.data_manager)


def test_a_cancelled_run_leaves_nothing_and_a_lost_one_starts_again(survey: Any, cast: Any) -> None:
    started = actions.start(survey(), cast.data_manager)

    def cancel(_share: float, stage: str) -> None:
        if stage == "individuals":
            live.ask_cancel(started.uuid)

    assert work_on(started.uuid, cancel).state == "cancelled"
    assert not SurveyNumbers.objects.exists() and not Fact.objects.exists()
    assert kind_named(work.NAME).restartable


def test_who_lost_the_right_gets_no_numbers(survey: Any, cast: Any) -> None:
    started = actions.start(survey(), cast.data_manager)
    cast.data_manager.memberships.all().delete()
    done = work_on(started.uuid)
    assert done.state == "failed" and done.problems[0]["code"] == "no-right"


def test_a_survey_in_which_no_camera_worked_is_told(survey: Any, cast: Any) -> None:
    done = work_on(actions.start(survey(groups=["nowhere"]), cast.data_manager).uuid)
    assert done.state == "failed" and done.problems[0]["code"] == "no-effort"


def test_projects_of_another_office_are_refused(survey: Any, cast: Any, rows: Any) -> None:
    from tests.portal.surveys.conftest import Rows

    from amur.portal.languages.text import MultilingualText
    from amur.portal.surveys.choosing import Choice

    row = survey()
    foreign = Rows(cast.theirs, "hunchun").project
    about = actions.About(MultilingualText.of("en", en="Mixed"))
    with pytest.raises(ValueError, match="of the office"):
        actions.make_survey(
            cast.ours, Choice([rows.project, foreign], row.period_start, row.period_end), about, {}
        )
    assert CameraSurvey.objects.count() == 1


@pytest.mark.parametrize(
    ("rule", "value", "words"),
    [
        ("effort", "days", "span"),
        ("minutes", -1, "minutes"),
        ("occasion_days", 0, "occasion_days"),
        ("flanks", "up", "flanks"),
        ("level", "all", "level"),
    ],
)
def test_wrong_rules_are_named(survey: Any, rule: str, value: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        survey(**{rule: value})


def test_figures_become_facts_of_the_species_with_interval_method_and_run(numbers: Any, tiger: Any) -> None:
    found = numbers()
    index = Fact.objects.get(key=f"{found.key}-index-panthera-tigris")
    assert (index.subject_kind, index.subject_key, index.unit) == (
        "species", "tiger", "events-per-100-trap-days",
    )  # fmt: skip
    assert index.value == pytest.approx(100 * 6 / 276, rel=1e-3) and index.low <= index.value <= index.high
    assert index.run == found.run and not index.is_published
    assert "60 min" in index.method.text("en") and "Фотоловушки" in index.method.text("ru")
    assert {"ru", "en", "mn", "zh-hans"} <= set(index.name.texts)
    effort = Fact.objects.get(key=f"{found.key}-effort")
    assert effort.value == 276 and effort.unit == "trap-days"
    assert Fact.objects.get(key=f"{found.key}-alive-panthera-tigris-2025").value == 2
