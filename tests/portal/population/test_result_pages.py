"""Who sees a result and what of it: the office its own, the public what was released and nothing besides."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.portal.population.conftest import side

from amur.portal.facts.models import Fact
from amur.portal.population import actions
from amur.portal.population.models import PopulationResult
from amur.portal.release.models import Released

pytestmark = pytest.mark.django_db


def page(result: Any, language: str = "en") -> str:
    return f"/{language}/population/{result.uuid}/"


def every_address(result: Any) -> list[str]:
    """Everything that a result has on the web."""
    files = [f"{page(result)}{name}" for name in ("result.json", "result.csv", "report.html")]
    return [page(result), *files, f"/maps/population/{result.uuid}/en.json"]


def test_the_answer_comes_first_and_agrees_with_the_simulation(
    survey: Any, estimate: Any, log_in: Any, cast: Any
) -> None:
    result = estimate(survey=survey(0))
    answer = result.answers[0]
    assert answer["density"]["lower"] < 0.8 < answer["density"]["upper"]
    whole = answer["density"]["estimate"] * answer["area"] / 100
    assert answer["number"]["estimate"] == pytest.approx(whole, rel=0.02)
    countries = {one["key"]: one["number"] for one in answer["regions"]}
    assert set(countries) == {"CN", "RU"}
    parts = sum(one["estimate"] for one in countries.values())
    assert parts == pytest.approx(answer["number"]["estimate"], rel=0.03)
    assert all(one["lower"] < one["estimate"] < one["upper"] for one in countries.values())
    text = log_in(cast.data_manager).get(page(result)).content.decode()
    assert (
        text.index("animals per 100 km²")
        < text.index("What to believe")
        < text.index("Models, the best one first")
    )
    for words in (
        "Russia",
        "China",
        "Together",
        "HHN: D~1, lambda0~1, sigma~1",
        "sigma, metres",
        "<polyline",
        "data-map",
    ):
        assert words in text, words


def test_editors_see_a_result_and_nothing_of_its_survey(
    survey: Any, estimate: Any, log_in: Any, cast: Any
) -> None:
    result = estimate(survey=survey(0))
    text = log_in(cast.editor).get(f"/admin/population/inspect/{result.pk}/").content.decode()
    assert "Leopards of the test" in text
    assert "Survey of side" not in text and result.input_hash not in text


def test_before_its_release_only_people_of_the_office_find_a_result(
    survey: Any, estimate: Any, cast: Any, log_in: Any
) -> None:
    result = estimate(survey=survey(0))
    for name in ("public", "foreign_data_manager", "ranger"):
        client = log_in(cast[name])
        assert [client.get(one).status_code for one in every_address(result)] == [404] * 5, name
        assert str(result.uuid) not in client.get("/en/population/").content.decode()
    for name in ("data_manager", "editor", "auditor"):
        client = log_in(cast[name])
        for address in every_address(result):
            answer = client.get(address)
            assert answer.status_code == 200 and "private" in answer.headers["Cache-Control"], (name, address)
        assert str(result.uuid) in client.get("/en/population/").content.decode()
    assert not Released.objects.filter(kind__in=("population", "fact")).exists()


def test_one_click_publishes_the_result_with_its_figures_as_facts(
    survey: Any, estimate: Any, cast: Any, log_in: Any
) -> None:
    result = estimate(survey=survey(0))
    office, public = log_in(cast.data_manager), log_in(None)
    assert office.post(page(result) + "release", {"published": "1"}).status_code == 302
    for address in every_address(result):
        answer = public.get(address)
        assert answer.status_code == 200 and "public" in answer.headers["Cache-Control"], address
    facts = {one.key.removeprefix(result.key): one for one in Released.objects.filter(kind="fact")}
    assert set(facts) == {"-1-d", "-1-n", "-1-n-ru", "-1-n-cn"}
    density = facts["-1-d"]
    assert density.subject == "species:amur-leopard" and density.fields["unit"] == "individuals-per-100-km2"
    assert density.fields["low"] < density.fields["value"] < density.fields["high"]
    assert density.fields["run"] == str(result.run.uuid) and density.fields["period_start"] == "2024-01"
    assert "AICc" in density.fields["method"]["texts"]["ru"]["text"]
    assert facts["-1-n-cn"].fields["place_detail"]["texts"]["mn"]["text"] == "Хятад"
    assert f"/en/facts/{density.uuid}/" in public.get("/en/facts/").content.decode()
    assert public.get(f"/en/facts/{density.uuid}/").status_code == 200
    assert public.get("/api/v1/population").json()["count"] == 1
    assert public.get(f"/api/v1/population/{result.uuid}").json()["answers"][0]["density"]["estimate"] > 0
    assert f"/population/{result.uuid}/" in public.get("/sitemap.xml").content.decode()
    found = public.get("/en/search/?q=leopards").content.decode()
    assert f"/en/population/{result.uuid}/" in found
    office.post(page(result) + "release", {"published": "0"})
    assert [public.get(one).status_code for one in every_address(result)] == [404] * 5
    assert not Released.objects.filter(kind="fact").exists()


def test_figures_that_cannot_both_be_right_stand_side_by_side(survey: Any, estimate: Any) -> None:
    first = estimate(survey=survey(0))
    second = estimate(survey=survey(0), twice=True)
    assert first != second
    other = Fact.objects.get(key=f"{second.key}-1-d")
    other.value, other.low, other.high = 9.0, 8.0, 10.0
    other.save()
    actions.release(first, first.office, published=True)
    actions.release(second, second.office, published=True)
    fact = Fact.objects.get(key=f"{first.key}-1-d")
    assert [one.key for one in fact.contradicts.all()] == [other.key]
    assert not Fact.objects.get(key=f"{first.key}-1-n").contradicts.exists(), "these intervals agree"
    assert Released.objects.get(key=fact.key).fields["contradicts"] == [other.key]


def test_the_public_gets_no_finer_cell_than_the_rules_of_the_species_allow(
    survey: Any, estimate: Any, cast: Any, log_in: Any
) -> None:
    result = estimate(survey=survey(0))
    actions.release(result, result.office, published=True)
    own = log_in(cast.data_manager).get(page(result) + "result.json").json()
    public = log_in(None).get(page(result) + "result.json").json()
    assert own["cell_degrees"] == "0.1" and public["cell_degrees"] == "1"
    assert all(float(edge).is_integer() for cell in public["cells"] for edge in cell[:4])
    style = json.loads(log_in(None).get(f"/maps/population/{result.uuid}/en.json").content)
    rings = [one["geometry"]["coordinates"][0] for one in style["sources"]["density"]["data"]["features"]]
    assert rings and all(float(value).is_integer() for ring in rings for corner in ring for value in corner)
    assert public["period_end"] == "2024-03" and own["period_end"] == "2024-03-31"
    assert public["effort"][0]["individuals"] == side(0).sessions[0].captures.animals


def test_no_place_animal_or_file_of_a_survey_is_in_its_result(survey: Any, estimate: Any) -> None:
    row = survey(0)
    result = estimate(survey=row, thorough=True)
    session = side(0).sessions[0]
    stored = json.dumps(
        [
            result.answers,
            result.table,
            result.estimates,
            result.curves,
            result.cells,
            result.findings,
            result.effort,
        ]
    )
    assert not any(f'"{name}"' in stored for name in session.captures.ids)
    assert "secret" not in stored
    for east, north in session.detectors.positions:
        assert f"{east:.0f}" not in stored and f"{north:.0f}" not in stored


def test_what_the_data_cannot_tell_is_nowhere(cast: Any, survey: Any, estimate: Any, log_in: Any) -> None:
    """Three animals make no density: neither page, file, fact nor map has one."""
    result = estimate(survey=survey(0, read=_few()), thorough=True, twice=True)
    assert result.answers[0]["density"] is None and result.answers[0]["number"] is None and not result.cells
    assert all(one["number"] is None for one in result.answers[0]["regions"])
    assert not any("density" in one["values"] for one in result.findings)
    assert not Fact.objects.exists()
    actions.release(result, result.office, published=True)
    public = log_in(None)
    text = public.get(page(result)).content.decode()
    assert "The density cannot be told." in text and "animals per 100 km²</p>" not in text
    assert "fewer than five individuals" in text
    assert (
        ",density,,individuals per 100 km2,,,\r\n" in public.get(page(result) + "result.csv").content.decode()
    )
    data = public.get(page(result) + "result.json").json()
    assert data["effort"][0]["individuals"] is None
    density = next(one for one in data["estimates"] if one["parameter"] == "D")
    assert not density["estimable"] and density["estimate"] is None and density["upper"] is None


def _few() -> Any:
    """The survey with three of its animals."""
    from dataclasses import replace

    import numpy as np

    from amur.science.capture import Survey

    session = side(0).sessions[0]
    captures = session.captures
    kept = captures.individual < 3
    few = replace(
        captures,
        individual=captures.individual[kept],
        occasion=captures.occasion[kept],
        detector=captures.detector[kept],
        count=captures.count[kept],
        ids=captures.ids[:3],
        covariates={"sex": np.asarray(captures.covariates["sex"])[:3]},
    )
    return Survey((replace(session, captures=few),))


def test_a_deleted_result_takes_its_facts_with_it(survey: Any, estimate: Any, cast: Any, log_in: Any) -> None:
    row = survey(0)
    result = estimate(survey=row)
    assert log_in(cast.editor).post(page(result) + "delete").status_code == 404
    assert log_in(cast.foreign_data_manager).post(page(result) + "delete").status_code == 404
    client = log_in(cast.data_manager)
    held = client.post(f"/en/population/surveys/{row.uuid}/delete")
    assert held.status_code == 409 and "delete or withdraw" in held.content.decode()
    client.post(page(result) + "delete")
    assert not PopulationResult.objects.exists() and not Fact.objects.exists()
    assert client.post(f"/en/population/surveys/{row.uuid}/delete").status_code == 302


def test_the_report_needs_nothing_else(survey: Any, estimate: Any, cast: Any, log_in: Any) -> None:
    text = (
        log_in(cast.data_manager).get(page(estimate(survey=survey(0)), "ru") + "report.html").content.decode()
    )
    assert "<style>" in text and 'href="' not in text and "src=" not in text and "<polyline" in text
