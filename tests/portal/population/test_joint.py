"""Two offices together: consent is recorded, an animal counts once, and nothing of the one is shown to the other."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from tests.portal.population.conftest import PLAIN, TITLE, side

from amur.portal.audit.models import AuditEntry
from amur.portal.facts.models import Fact
from amur.portal.population import actions, joining, simulated
from amur.portal.population.models import JointAnalysis, JointPart, PopulationResult
from amur.portal.release.models import Released
from amur.portal.runs.execution import work_on
from amur.portal.runs.models import Run

EVERYBODY = (
    "public", "ranger", "editor", "translator", "data_manager", "administrator", "auditor", "foreign_editor",
    "foreign_data_manager",
)  # fmt: skip


def test_an_animal_that_both_have_met_counts_once() -> None:
    first, second = side(0), side(1)
    both = joining.joined(first, simulated.CRS, second, simulated.CRS).sessions[0]
    ids = [set(one.sessions[0].captures.ids) for one in (first, second)]
    assert ids[0] & ids[1], "some live on both sides"
    assert set(both.captures.ids) == ids[0] | ids[1] and len(both.captures.ids) == len(ids[0] | ids[1])
    assert both.detectors.count == sum(one.sessions[0].detectors.count for one in (first, second))
    assert both.captures.count.sum() == sum(one.sessions[0].captures.count.sum() for one in (first, second))
    for who in ids[0] & ids[1]:
        here = [one.sessions[0].captures for one in (first, second)]
        places = [
            one.sessions[0].detectors.positions[c.detector[c.individual == c.ids.index(who)]]
            for one, c in zip((first, second), here, strict=True)
        ]
        mine = both.captures.detector[both.captures.individual == both.captures.ids.index(who)]
        assert sorted(map(tuple, both.detectors.positions[mine])) == sorted(map(tuple, np.vstack(places)))
    known = dict(zip(both.captures.ids, both.captures.covariates["sex"], strict=True))
    for one in (first, second):
        own = one.sessions[0].captures
        assert all(
            value in ("", known[who]) for who, value in zip(own.ids, own.covariates["sex"], strict=True)
        )


def test_surveys_in_different_zones_are_joined_in_one() -> None:
    from amur.portal.population.places import moved

    other = side(1).sessions[0]
    from dataclasses import replace

    from amur.science.capture import Survey

    moved_there = Survey(
        (
            replace(
                other,
                detectors=replace(
                    other.detectors, positions=moved(other.detectors.positions, simulated.CRS, "EPSG:32653")
                ),
                mask=replace(other.mask, points=moved(other.mask.points, simulated.CRS, "EPSG:32653")),
            ),
        )
    )
    plain = joining.joined(side(0), simulated.CRS, side(1), simulated.CRS).sessions[0]
    both = joining.joined(side(0), simulated.CRS, moved_there, "EPSG:32653").sessions[0]
    assert np.allclose(both.detectors.positions, plain.detectors.positions, atol=0.01)
    assert both.mask.area == pytest.approx(plain.mask.area, rel=0.05)


@pytest.mark.django_db
def test_offer_consent_run_and_release_by_both_offices(survey: Any, cast: Any, log_in: Any) -> None:
    row = survey(0)
    ours, theirs = log_in(cast.data_manager), log_in(cast.foreign_data_manager)
    form = f"/en/population/surveys/{row.uuid}/offer/"
    assert log_in(cast.foreign_data_manager).get(form).status_code == 404
    refused = ours.post(form, {"partner": cast.theirs.pk, "title": "Together"})
    assert refused.status_code == 422 and not JointAnalysis.objects.exists(), (
        "without the tick there is no consent"
    )
    page = ours.post(form, {"partner": cast.theirs.pk, "title": "Together", "consent": "on"}).headers[
        "Location"
    ]
    joint = JointAnalysis.objects.get()
    assert "has not decided yet" in ours.get(page).content.decode()
    assert f"population/joint/{joint.uuid}" in theirs.get("/en/population/").content.decode()
    assert "Neither office sees" in theirs.get(page).content.decode()
    for name in ("ranger", "editor", "auditor", "foreign_editor"):
        assert log_in(cast[name]).get(page).status_code == 404, name
    assert ours.post(page, {"title": "X", "functions": ["HHN"], "parts": ["plain"]}).status_code == 404
    mine = survey(1)
    assert ours.post(f"{page}agree", {"survey": mine.uuid, "consent": "on"}).status_code in (404, 422)
    assert theirs.post(f"{page}agree", {"survey": row.uuid, "consent": "on"}).status_code == 422, (
        "not theirs to give"
    )
    assert theirs.post(f"{page}agree", {"survey": mine.uuid, "consent": "on"}).status_code == 302
    part = JointPart.objects.get(office=cast.theirs)
    assert part.stands and part.agreed_by == cast.foreign_data_manager and part.terms
    entries = AuditEntry.objects.filter(kind="population.jointpart", object_uuid=part.uuid)
    assert entries and {one.chain for one in entries} == {str(cast.theirs.uuid)}
    started = theirs.post(page, {"title": "Together", "functions": ["HHN"], "parts": ["plain", "array"]})
    run = Run.objects.get()
    assert run.office == cast.theirs and ours.get(started.headers["Location"]).status_code == 404
    assert work_on(run.uuid).state == "done"
    result = PopulationResult.objects.get()
    address = f"/en/population/{result.uuid}/"
    answer = result.answers[0]
    assert {one["key"] for one in answer["regions"]} == {"CN", "RU"}
    assert answer["density"]["lower"] < 0.8 < answer["density"]["upper"]
    assert result.effort[0]["individuals"] < sum(one.animals for one in (side(0), side(1)))
    for client in (ours, theirs):
        assert client.get(address).status_code == 200
    assert log_in(None).get(address).status_code == 404
    ours.post(f"{address}release", {"published": "1"})
    assert (
        log_in(None).get(address).status_code == 404
        and "when both have" in theirs.get(address).content.decode()
    )
    theirs.post(f"{address}release", {"published": "1"})
    assert log_in(None).get(address).status_code == 200
    assert Released.objects.filter(kind="fact").count() == 4
    ours.post(f"{address}release", {"published": "0"})
    assert log_in(None).get(address).status_code == 404 and not Released.objects.filter(kind="fact").exists()
    assert ours.post(f"{address}delete").status_code == 404, "neither deletes alone but by withdrawing"


@pytest.mark.django_db
def test_a_consent_can_be_withdrawn_with_everything_that_came_of_it(
    joint: Any, estimate: Any, cast: Any, log_in: Any
) -> None:
    from amur.portal.population.actions import start

    result = estimate(joint=joint)
    waiting = start(
        {"joint": str(joint.uuid), "models": [{**PLAIN[0], "function": "HEX"}], "names": TITLE},
        None,
        cast.ours,
    )
    page = f"/en/population/joint/{joint.uuid}/"
    assert log_in(cast.editor).post(f"{page}withdraw").status_code == 404
    assert log_in(cast.foreign_data_manager).post(f"{page}withdraw").status_code == 302
    assert not PopulationResult.objects.filter(pk=result.pk).exists() and not Fact.objects.exists()
    assert work_on(waiting.uuid).state == "cancelled" and not PopulationResult.objects.exists()
    text = log_in(cast.data_manager).get(page).content.decode()
    assert "This joint analysis has ended" in text and "Start the run" not in text
    sent = {"title": "X", "functions": ["HHN"], "parts": ["plain"]}
    assert log_in(cast.data_manager).post(page, sent).status_code == 404
    again = {"survey": joint.parts.get(office=cast.theirs).survey.uuid, "consent": "on"}
    assert log_in(cast.foreign_data_manager).post(f"{page}agree", again).status_code == 404


@pytest.mark.django_db
def test_a_consent_that_ends_while_the_run_works_ends_the_run(joint: Any, cast: Any) -> None:
    from amur.portal.population.actions import start

    run = start({"joint": str(joint.uuid), "models": PLAIN, "names": TITLE}, cast.data_manager, cast.ours)

    def end_it(share: float, stage: str) -> None:
        if stage == "attribute":
            JointPart.objects.filter(joint=joint, office=cast.theirs).update(ended="2026-01-01T00:00:00Z")

    done = work_on(run.uuid, end_it)
    assert done.state == "failed" and done.problems[0]["code"] == "no-consent"
    assert not PopulationResult.objects.exists()


@pytest.mark.django_db
def test_nothing_of_the_other_offices_survey_is_anywhere(
    joint: Any, estimate: Any, cast: Any, log_in: Any, client: Any
) -> None:
    """Pages, tables, styles, files, API, runs, audit, search and errors, asked in every role before and after release:
    no coordinate of either side in metres or degrees, no identifier, no name of a file or survey of the other.
    """
    result = estimate(joint=joint, thorough=True)
    failing = actions.start(
        {"joint": str(joint.uuid), "models": [{"formulas": "D~nowhere", "function": "HHN"}], "names": TITLE},
        cast.data_manager,
        cast.ours,
        in_background=False,
    )
    assert work_on(failing.uuid).problems == [{"code": "no-joint-model", "severity": "error"}]
    parts = {part.office_id: part for part in joint.parts.select_related("survey")}
    addresses = _addresses(result, joint, parts.values(), failing)
    for released in (False, True):
        for office in (cast.ours, cast.theirs) if released else ():
            result.refresh_from_db()
            actions.release(result, office, published=True)
        for name in EVERYBODY:
            person = cast[name]
            browser = log_in(person)
            own = person.office_id if person is not None else None
            for address in addresses:
                answer = browser.get(address)
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                text = body.decode("utf-8", "replace") + str(dict(answer.headers))
                for number, office in enumerate((cast.ours, cast.theirs)):
                    if own != office.pk:
                        _require_clean(text, number, parts[office.pk].survey, (name, address, released))
    for entry in AuditEntry.objects.filter(chain=str(cast.ours.uuid)):
        _require_clean(
            json.dumps(entry.changes, default=str), 1, parts[cast.theirs.pk].survey, ("audit", entry.action)
        )
    for run in Run.objects.all():
        stored = json.dumps([run.parameters, run.inputs, run.result, run.problems], default=str)
        for number in (0, 1):
            _require_clean(stored, number, None, ("run", str(run.uuid)))


def _addresses(result: Any, joint: Any, parts: Any, failing: Any) -> list[str]:
    found = []
    for code in ("en", "zh-hans"):
        page = f"/{code}/population/{result.uuid}/"
        found += [page, *(f"{page}{name}" for name in ("result.json", "result.csv", "report.html"))]
        found += [
            f"/{code}/population/",
            f"/{code}/population/joint/{joint.uuid}/",
            f"/maps/population/{result.uuid}/{code}.json",
        ]
        found += [f"/{code}/facts/", f"/{code}/search/?q=leopards", f"/{code}/species/"]
        for part in parts:
            survey = f"/{code}/population/surveys/{part.survey.uuid}/"
            found += [survey, f"{survey}offer/", f"{survey}delete"]
        for run in (result.run, failing):
            found += [
                f"/{code}/office/runs/{run.uuid}/",
                f"/{code}/office/runs/{run.uuid}/state",
                f"/{code}/population/outcome/{run.uuid}/",
            ]
    found += [f"/api/v1/population/{result.uuid}", "/api/v1/population", "/api/v1/facts", "/sitemap.xml"]
    found += [
        "/admin/audit/",
        "/admin/population/",
        f"/admin/population/edit/{result.pk}/",
        f"/admin/population/inspect/{result.pk}/",
    ]
    return found


def _require_clean(text: str, number: int, survey: Any, where: tuple[Any, ...]) -> None:
    """No trace of a side: of detectors to a kilometre, of its animals, files, session; of its name unless told."""
    session = side(number).sessions[0]
    from amur.portal.population.places import degrees

    longitudes, latitudes = degrees(simulated.CRS, session.detectors.positions)
    identifiers = r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{24,}\b"
    times_of_day = r"\b\d\d:\d\d:\d\d(\.\d+)?\b"
    plain = re.sub(f"{identifiers}|{times_of_day}", " ", text)
    figures = set(re.findall(r"(?<!\w)-?\d+(?:\.\d+)?(?!\w)", plain.replace("\xa0", "").replace(",", " ")))
    values = np.array([float(one) for one in figures if len(one) < 16])
    metres = values[(values > 1e5) & (values < 1e7)]
    for axis in (0, 1):
        near = np.abs(metres[:, None] - session.detectors.positions[None, :, axis]) < 500
        assert not near.any(), (*where, metres[near.any(axis=1)][:3])
    told = {one for one in figures if "." in one and len(one.split(".")[1]) >= 3}
    fine = np.array([float(one) for one in told])
    for places in (longitudes, latitudes):
        near = np.abs(fine[:, None] - places[None, :]) < 0.001
        assert not near.any(), (*where, fine[near.any(axis=1)][:3])
    assert f"secret-{number}" not in text, where
    for one in session.captures.ids:
        assert not re.search(rf"\b{one}\b", text), (*where, one)
    if survey is not None:
        assert survey.names.text("en") not in text and survey.sha256 not in text, where
