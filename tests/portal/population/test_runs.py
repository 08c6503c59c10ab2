"""The run of the room: cancelled it leaves nothing, lost it starts again, the same input gives the stored answer."""

from __future__ import annotations

from typing import Any

import pytest
from tests.portal.population.conftest import PLAIN, TITLE

from amur.portal.population import files, work
from amur.portal.population.models import PopulationResult
from amur.portal.runs import actions as runs
from amur.portal.runs import live
from amur.portal.runs.execution import work_on
from amur.portal.runs.kinds import kind_named
from amur.portal.runs.models import Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def started(survey: Any, cast: Any) -> Any:
    from amur.portal.population.actions import start

    row = survey(0)
    return start({"survey": str(row.uuid), "models": PLAIN, "names": TITLE}, cast.data_manager, cast.ours)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"survey": None}, "exactly one"),
        ({"survey": "00000000-0000-4000-8000-000000000000"}, "not known"),
        ({"models": []}, "from 1 to"),
        ({"models": PLAIN * 31}, "from 1 to"),
        ({"models": [{"formulas": "D~1", "function": "XX"}]}, "detection function"),
        ({"models": [{"formulas": "D~(", "function": "HHN"}]}, "formula|term|read"),
    ],
)
def test_parameters_are_checked(survey: Any, changed: Any, words: str) -> None:
    given = {"survey": str(survey(0).uuid), "models": PLAIN, "names": TITLE}
    assert work.checked(given)["key"].startswith("population-")
    with pytest.raises(ValueError, match=words):
        work.checked({**given, **changed})


def test_a_cancelled_run_leaves_nothing(started: Any) -> None:
    def cancel_in_the_middle(share: float, stage: str) -> None:
        if stage == "judge":
            live.ask_cancel(started.uuid)

    assert work_on(started.uuid, cancel_in_the_middle).state == "cancelled"
    assert not PopulationResult.objects.exists()


def test_a_lost_run_is_started_again(started: Any) -> None:
    Run.objects.filter(pk=started.pk).update(state="running", attempt=1)
    assert runs.give_up_lost() == 1 and kind_named(work.NAME).restartable
    assert work_on(started.uuid).state == "done" and PopulationResult.objects.count() == 1


def test_the_same_input_gives_the_stored_answer(survey: Any, estimate: Any) -> None:
    row = survey(0)
    first = estimate(survey=row)
    assert estimate(survey=row, key="population-other") == first and Run.objects.count() == 1
    assert estimate(survey=row, models=[{**PLAIN[0], "function": "HEX"}]) != first


def test_who_lost_the_right_gets_no_result(started: Any, cast: Any) -> None:
    cast.data_manager.memberships.all().delete()
    done = work_on(started.uuid)
    assert done.state == "failed" and done.problems[0]["code"] == "no-right"


def test_a_survey_whose_file_is_gone_or_damaged_is_said(started: Any, cast: Any, log_in: Any) -> None:
    for path in files.folder().glob("*.json.gz"):
        path.write_bytes(path.read_bytes()[:-9])
    done = work_on(started.uuid)
    assert done.state == "failed" and done.problems[0]["code"] == "survey-gone"
    text = log_in(cast.data_manager).get(f"/en/population/outcome/{done.uuid}/").content.decode()
    assert "give its files again" in text and "Nothing was changed" in text
    for path in files.folder().glob("*.json.gz"):
        path.unlink()


def test_models_are_compared_and_averaged_on_one_footing(survey: Any, estimate: Any) -> None:
    """A learned response and classes need single occasions and a mixture: then all models have them."""
    from amur.portal.population.modelling import as_json, specs

    result = estimate(survey=survey(0), models=as_json(specs(("HHN",), ("plain", "site", "sex"))), sex="sex")
    assert len(result.table) == 3 and sum(one["weight"] for one in result.table) == pytest.approx(1.0)
    assert [one["aicc"] for one in result.table] == sorted(one["aicc"] for one in result.table)
    assert any(one["parameter"] == "pmix" for one in result.estimates)
    single = estimate(survey=survey(0), models=PLAIN)
    middle = result.answers[0]["density"]["estimate"]
    assert middle == pytest.approx(single.answers[0]["density"]["estimate"], rel=0.3)


def test_two_detections_can_be_asked_of_each_animal(survey: Any, estimate: Any) -> None:
    answer = estimate(survey=survey(0), twice=True).answers[0]
    assert answer["twice"]["density"]["estimate"] == pytest.approx(answer["density"]["estimate"], rel=0.5)


def test_an_engine_that_cannot_fit_is_told_with_its_reason(survey: Any, cast: Any, log_in: Any) -> None:
    from amur.portal.population.actions import start

    models = [{"formulas": "D~nowhere", "function": "HHN"}]
    found = start(
        {"survey": str(survey(0).uuid), "models": models, "names": TITLE}, cast.data_manager, cast.ours
    )
    done = work_on(found.uuid)
    assert done.state == "failed"
    text = log_in(cast.data_manager).get(f"/en/population/outcome/{done.uuid}/").content.decode()
    assert "nowhere" in text and "No model could be fitted" in text
