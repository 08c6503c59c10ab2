"""From camera records to a density: deployments are detectors, outages effort, identifications captures."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest
from tests.portal.population.conftest import PLAIN, TITLE, side

from amur.portal.population import simulated, wordings
from amur.portal.population.models import CaptureSurvey, PopulationResult
from amur.portal.population.places import degrees

FORM = "/en/population/new/cameras/"
FIRST = datetime.datetime(2024, 12, 31, 14, tzinfo=datetime.UTC)
"""Midnight of 1 January in Vladivostok."""
LEOPARD = "Panthera pardus orientalis"


def at(days: float) -> datetime.datetime:
    return FIRST + datetime.timedelta(days=days)


@pytest.fixture
def records(cast: Any, species: Any) -> Any:
    """The simulated survey of one side as records of a camera project, and a camera survey of all of them."""
    from django.contrib.gis.geos import Point

    from amur.portal.cameras import actions
    from amur.portal.cameras.models import Event, Observation, Outage
    from amur.portal.languages.text import MultilingualText
    from amur.portal.surveys import actions as surveys
    from amur.portal.surveys.choosing import Choice

    session = side(0).sessions[0]
    names = MultilingualText.of("en", en="Records of the test")
    project = actions.create_project(cast.ours, "leopards", names, "Asia/Vladivostok", simulated=True)
    act = actions.begin(project, "import", None, {})
    places = np.column_stack(degrees(simulated.CRS, session.detectors.positions))
    rows = []
    for number, (place, effort) in enumerate(zip(places.tolist(), session.detectors.effort, strict=True)):
        station = actions.create_station(project, f"cam{number}", Point(*place, srid=4326))
        rows.append(actions.create_deployment(station, f"D{number}", at(0), at(len(effort))))
        idle = np.flatnonzero(effort == 0)
        if len(idle):
            Outage.objects.create(deployment=rows[-1], start=at(int(idle[0])), end=at(int(idle[-1]) + 1))
    captures, made = session.captures, []
    for k, (who, when, where) in enumerate(
        zip(captures.individual, captures.occasion, captures.detector, strict=True)
    ):
        time = at(int(when) + 0.5)
        event = Event.objects.create(
            project=project, deployment=rows[where], code=f"E{k}", start=time, end=time
        )
        sex = {"F": "female", "M": "male"}.get(str(captures.covariates["sex"][who]), "")
        made.append(
            Observation(
                deployment=rows[where], event=event, code=f"O{k}", start=time, end=time, level="event",
                type="animal", scientific_name="Panthera pardus", individual=captures.ids[who], sex=sex,
            )
        )  # fmt: skip
    actions.make(act, made)
    choice = Choice([project], datetime.date(2025, 1, 1), datetime.date(2025, 3, 31))
    return surveys.make_survey(cast.ours, choice, surveys.About(names), {})


def sent(records: Any, **changed: Any) -> dict[str, Any]:
    given = {
        "survey": str(records.uuid), "title": "Leopards from records", "species": "amur-leopard", "flanks": "all",
        "occasion_days": "1", "effort": "span", "kind": "proximity", "buffer": "20000", "columns": "40",
    }  # fmt: skip
    return {**given, **changed}


@pytest.mark.django_db
def test_records_go_all_the_way_to_the_density_that_files_give(
    records: Any, survey: Any, estimate: Any, cast: Any, log_in: Any
) -> None:
    client = log_in(cast.data_manager)
    answer = client.post(FORM, sent(records))
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    row = CaptureSurvey.objects.get()
    session, figures = side(0).sessions[0], row.summary["sessions"][0]
    assert row.simulated and row.crs == "EPSG:32652" and row.kind == "proximity"
    assert figures["effort"] == pytest.approx(session.detectors.effort.sum())
    assert figures["detections"] == int(session.captures.count.sum())
    assert figures["individuals"] == session.captures.animals
    assert row.summary["individual_covariates"] == {"sex": ["F", "M"]}
    text = client.get(answer.headers["Location"]).content.decode()
    assert "occasions of 1 days" in text and "Cubs are not counted" in text
    found = estimate(survey=row, models=PLAIN, names=TITLE).answers[0]["density"]
    # The files bring a mask of land alone; within the interval of theirs is near enough.
    files = estimate(survey=survey(0)).answers[0]["density"]
    assert files["lower"] < found["estimate"] < files["upper"]
    assert PopulationResult.objects.count() == 2


@pytest.mark.django_db
def test_a_survey_says_how_many_visits_hardly_match_their_animal(
    records: Any, cast: Any, log_in: Any
) -> None:
    from amur.portal.identity import actions as identity
    from amur.portal.identity.gathering import gather
    from amur.portal.identity.models import Encounter, IdentityStatement

    project = records.projects.get()
    gather(project)
    identity.take_names(project, cast.data_manager)
    doubtful = list(Encounter.objects.filter(state="known").order_by("pk")[:2])
    for one in doubtful:
        for person in (cast.data_manager, cast.ranger):
            IdentityStatement.objects.create(
                encounter=one, verdict="same", animal=one.animal, said_by=person,
                evidence={"calibrated": True, "rank": 2, "probability": 0.3},
            )  # fmt: skip
    identity.refresh(doubtful)
    client = log_in(cast.data_manager)
    text = client.get(client.post(FORM, sent(records)).headers["Location"]).content.decode()
    assert "2 visits were given to an animal whose pictures theirs hardly match" in text


@pytest.mark.django_db
def test_what_cannot_be_a_survey_is_told(records: Any, cast: Any, log_in: Any) -> None:
    client = log_in(cast.data_manager)
    for changed, words in (
        ({"flanks": "linked"}, "No known animal of this species"),
        ({"columns": "4"}, "16"),
        ({"buffer": "10"}, "100"),
    ):
        answer = client.post(FORM, sent(records, **changed))
        assert answer.status_code == 422 and words in answer.content.decode()
    station = records.projects.get().stations.first()
    station.deployments.update(place=None)
    station.place = None
    station.save()
    assert f"Stations have no place: {station.code}" in client.post(FORM, sent(records)).content.decode()
    assert not CaptureSurvey.objects.exists()


@pytest.mark.django_db
def test_surveys_of_other_offices_cannot_be_taken(records: Any, cast: Any, log_in: Any) -> None:
    client = log_in(cast.foreign_data_manager)
    assert str(records.uuid) not in client.get(FORM).content.decode()
    assert client.post(FORM, sent(records)).status_code == 422
    assert log_in(cast.ranger).get(FORM).status_code == 404
    assert not CaptureSurvey.objects.exists()


def test_every_note_about_records_has_its_words() -> None:
    for code, params in (
        ("records-rules", {"days": 7, "policy": "left"}),
        ("records-ghosts", {"count": 2, "names": "A, B"}),
        ("records-weak", {"count": 2}),
        ("records-left-out", {"count": 3}),
    ):
        note = {"code": code, "params": params, "file": "", "row": None, "column": None}
        assert "{" not in wordings.sentence(note) and not wordings.sentence(note).startswith(":")
