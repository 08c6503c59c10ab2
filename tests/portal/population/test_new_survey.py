"""From files to a survey: what is right is kept and shown for verification, what is wrong is said in its place."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.portal.population.conftest import captures_text, mask_text, side, traps_text, upload

from amur.formats.capture import WORDINGS
from amur.portal.population import files, office_views, uploads, wordings
from amur.portal.population.models import CaptureSurvey, PopulationResult
from amur.portal.runs.execution import work_on
from amur.portal.runs.models import Run

FORM = "/en/population/new/"


@pytest.fixture
def ask(cast: Any, species: Any, log_in: Any) -> Any:
    """Sends the form, some of it changed; a field that is None is left out."""

    def send(path: str = FORM, person: str = "data_manager", **changed: Any) -> Any:
        given = {
            "office": cast[person].office.pk,
            "title": "Leopards",
            "species": species.key,
            "start": "2024-01-01",
            "end": "2024-03-31",
            "kind": "proximity",
            "crs": "EPSG:32652",
            "traps": upload("traps.txt", traps_text(side(0))),
            "captures": upload("captures.txt", captures_text(side(0))),
            "masks": upload("mask.csv", mask_text(side(0))),
            "columns": "64",
        }
        data = {name: value for name, value in {**given, **changed}.items() if value is not None}
        return log_in(cast[person]).post(path, data)

    return send


def errors(response: Any, field: str) -> str:
    """What stands beside a field; the field itself must name it."""
    assert response.status_code == 422, response.status_code
    text = response.content.decode()
    found = re.search(rf'<ul class="errorlist" id="id_{field}_error">(.*?)</ul>', text, re.S)
    assert found, re.findall(r'id="(id_\w+_error)"', text)
    assert f"id_{field}_error" in "".join(re.findall(r'aria-describedby="([^"]*)"', text))
    return re.sub(r"<.*?>", "", found[1]).replace("&quot;", '"').replace("&#x27;", "'")


@pytest.mark.django_db
def test_only_who_may_estimate_gets_the_form(cast: Any, log_in: Any) -> None:
    assert "/account/login/" in log_in(None).get(FORM).headers["Location"]
    for name in ("ranger", "editor", "translator", "auditor", "administrator"):
        assert log_in(cast[name]).get(FORM).status_code in (403, 404), name
    page = log_in(cast.data_manager).get(FORM)
    assert page.status_code == 200 and "no-store" in page.headers["Cache-Control"]


@pytest.mark.django_db
def test_an_analyst_goes_from_files_over_the_verification_to_the_result(
    ask: Any, cast: Any, log_in: Any
) -> None:
    from amur.portal.offices.models import Membership, Role

    Membership.objects.filter(person=cast.data_manager).update(role=Role.ANALYST)
    answer = ask()
    row = CaptureSurvey.objects.get()
    assert answer.headers["Location"] == f"/en/population/surveys/{row.uuid}/"
    client = log_in(cast.data_manager)
    text = client.get(answer.headers["Location"]).content.decode()
    session, figures = side(0).sessions[0], row.summary["sessions"][0]
    assert figures["individuals"] == session.captures.animals
    assert figures["detections"] == int(session.captures.count.sum())
    assert figures["effort"] == session.detectors.effort.sum() and figures["longest"] > 10_000
    assert {code for code, _count in row.summary["countries"]} == {"RU"}
    for words in (
        "Recaptures at another detector",
        "Longest move",
        "Active detectors on each occasion",
        "traps.txt",
        "Russia",
    ):
        assert words in text, words
    for choice in (
        "density depends on “forest”",
        "two classes of animals",
        "sex: F, M",
        "differs between countries",
    ):
        assert choice in text, choice
    sent = {
        "title": "Leopards in winter",
        "functions": ["HHN"],
        "parts": ["plain", "density-forest"],
        "own": "D~x, sigma~1",
    }
    started = client.post(answer.headers["Location"], sent)
    run = Run.objects.get()
    assert started.headers["Location"] == f"/en/office/runs/{run.uuid}/"
    assert b"progress" in client.get(started.headers["Location"]).content
    stages: list[str] = []
    assert work_on(run.uuid, lambda _share, stage: stages.append(stage)).state == "done"
    assert [one for one in dict.fromkeys(stages) if one.startswith("fit")] == ["fit 1", "fit 2", "fit 3"]
    onward = client.get(client.get(started.headers["Location"]).headers["Location"])
    result = PopulationResult.objects.get()
    assert onward.headers["Location"] == f"/en/population/{result.uuid}/"
    assert {one["name"] for one in result.table} == {
        "HHN: D~1, lambda0~1, sigma~1", "HHN: D~forest, lambda0~1, sigma~1", "HHN: D~x, sigma~1",
    }  # fmt: skip
    assert result.names.text("en") == "Leopards in winter" and not result.is_published
    again = client.post(answer.headers["Location"], {**sent, "title": "Again"})
    assert again.headers["Location"] == onward.headers["Location"] and Run.objects.count() == 1


@pytest.mark.django_db
def test_wrong_files_are_refused_with_their_places_and_nothing_is_kept(
    ask: Any, cast: Any, log_in: Any
) -> None:
    before = set(files.folder().iterdir())
    traps = traps_text(side(0)).replace("cam3 ", "cam2 ", 1)
    captures = captures_text(side(0)).splitlines()
    captures[2] = re.sub(r"cam\d+", "cam999", captures[2])
    answer = ask(traps=upload("our traps.txt", traps), captures=upload("captures.txt", "\n".join(captures)))
    assert "our traps.txt, row 4, column detector: The detector “cam2” stands in row 3 already." in errors(
        answer, "traps"
    )
    answer = ask(captures=upload("captures.txt", "\n".join(captures)))
    said = errors(answer, "captures")
    assert "captures.txt, row 3, column detector: The detector “cam999” is not in traps.txt." in said
    assert "there are 61." in said or "the nearest is" in said
    russian = ask("/ru/population/new/", captures=upload("captures.txt", "\n".join(captures)))
    assert "captures.txt" in errors(russian, "captures")
    assert not CaptureSurvey.objects.exists()
    assert set(files.folder().iterdir()) == before, "neither surveys nor what arrived"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"crs": "UTM"}, "crs", "is no reference system"),
        ({"crs": "EPSG:4326"}, "crs", "does not count in metres"),
        ({"crs": "EPSG:32631"}, "crs", ""),
        ({"crs": "EPSG:3413"}, "crs", "far from where this system is meant for"),
        ({"masks": None}, "masks", "Give a mask, or a buffer below."),
        ({"end": "2023-01-01"}, "end", "before the first one"),
        ({"occasions": "many"}, "occasions", "Write numbers above 0"),
        ({"occasions": "30"}, "traps", "the field “Occasions” says 30"),
        ({"title": "Den at 43.1234, 131.4321"}, "title", "names coordinates"),
        ({"traps": None}, "traps", "required"),
        ({"masks": "off"}, "masks", "No detector of session 2025 lies within the mask."),
    ],
)
def test_what_else_is_wrong_is_said_beside_its_field(ask: Any, changed: Any, field: str, words: str) -> None:
    if changed.get("masks") == "off":
        points = "".join(f"{east},{north}\n" for east in range(0, 5000, 500) for north in range(0, 5000, 500))
        changed = {"masks": upload("mask.csv", f"x,y\n{points}")}
    if not words:  # a zone on the other side of the globe gives coordinates there, which countries betray
        assert ask(**changed).status_code == 302
        assert CaptureSurvey.objects.get().summary["countries"][0][0] == ""
        return
    assert words in errors(ask(**changed), field)
    assert not CaptureSurvey.objects.exists()


@pytest.mark.django_db
def test_an_upload_is_measured_before_it_is_read(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LIMIT_BYTES", 1_000)
    assert "larger than" in errors(ask(), "captures")
    monkeypatch.setattr(office_views, "FORM_BYTES", 100)
    assert ask().status_code == 413
    monkeypatch.setattr(uploads, "LIMIT_BYTES", 24 << 20)
    monkeypatch.setattr(uploads, "MOST_POINTS", 100)
    assert "at most 100" in errors(ask(), "masks")
    assert not CaptureSurvey.objects.exists()


@pytest.mark.django_db
def test_a_survey_is_for_the_analysts_of_its_office_alone(survey: Any, cast: Any, log_in: Any) -> None:
    row = survey(0)
    address = f"/en/population/surveys/{row.uuid}/"
    for name in ("ranger", "editor", "auditor", "foreign_data_manager", "foreign_editor"):
        assert log_in(cast[name]).get(address).status_code == 404, name
        assert log_in(cast[name]).post(f"{address}delete").status_code == 404, name
        assert "Survey of side 0" not in log_in(cast[name]).get("/en/population/").content.decode()
    assert log_in(cast.data_manager).get(address).status_code == 200


@pytest.mark.django_db
def test_models_that_cannot_be_are_refused_beside_their_field(survey: Any, cast: Any, log_in: Any) -> None:
    address, client = f"/en/population/surveys/{survey(0).uuid}/", log_in(cast.data_manager)
    sent = {"title": "Leopards", "functions": ["HHN"], "parts": ["plain"]}
    assert "cannot be read" in errors(client.post(address, {**sent, "own": "D~("}), "own")
    assert "have no “swamp”" in errors(client.post(address, {**sent, "own": "D~swamp"}), "own")
    assert "required" in errors(client.post(address, {**sent, "functions": []}), "functions")
    every = {
        "functions": ["HHN", "HEX", "HHR", "HN", "EX", "HR"],
        "parts": ["plain", "site", "learned", "time", "sex", "trend"],
    }
    assert "at most 30" in errors(client.post(address, {**sent, **every, "sex": "sex"}), "parts")
    assert not Run.objects.exists()


def test_every_sentence_of_the_readers_is_translated_with_all_its_figures() -> None:
    # Layers of areas and habitat are read on the command line only.
    read = {code: one for code, one in WORDINGS.items() if not code.startswith(("area-", "habitat-"))}
    assert set(wordings.OF_SURVEYS) == set(read)
    for code, wording in read.items():
        for ours, theirs in zip(wordings.OF_SURVEYS[code], (wording.text, wording.expected), strict=True):
            assert set(re.findall(r"{(\w+)}", str(ours))) <= set(re.findall(r"{(\w+)}", theirs)), code
            assert "--" not in str(ours), code
