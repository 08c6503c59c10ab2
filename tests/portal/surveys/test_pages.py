"""The pages: live counts, a survey by its form, own numbers whole, public ones without stations and small counts."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pytest
from tests.portal.surveys.conftest import BOAR, DEER, TIGER

from amur.portal.facts.models import Fact
from amur.portal.runs.execution import work_on
from amur.portal.runs.models import Run
from amur.portal.surveys import actions
from amur.portal.surveys.models import CameraSurvey, SurveyNumbers

pytestmark = pytest.mark.django_db
FORM = "/en/surveys/new/"


def test_rights_one_row_each(numbers: Any, cast: Any, log_in: Any) -> None:
    """Own data people see and count; editors and the public see nothing unpublished; other offices get 404."""
    found = numbers()
    page, survey = f"/en/surveys/{found.uuid}/", f"/en/surveys/choices/{found.survey.uuid}/"
    table = {
        "public": (404, 302, 302),
        "editor": (404, 404, 404),
        "translator": (404, 404, 404),
        "administrator": (404, 404, 404),
        "foreign_editor": (404, 404, 404),
        "foreign_data_manager": (404, 200, 404),
        "auditor": (200, 404, 404),
        "ranger": (200, 200, 200),
        "data_manager": (200, 200, 200),
    }
    for name, expected in table.items():
        client = log_in(cast[name])
        assert tuple(client.get(path).status_code for path in (page, FORM, survey)) == expected, name
    for name in ("public", "editor", "ranger", "auditor", "foreign_data_manager"):
        answer = log_in(cast[name]).post(f"{page}release", {"published": "1"})
        assert answer.status_code in (302, 404) and not SurveyNumbers.objects.get().is_published, name
    for path in ("numbers.json", "species.csv", "stations.csv", "secr.zip"):
        assert log_in(None).get(page + path).status_code == 404
        assert log_in(cast.foreign_data_manager).get(page + path).status_code == 404
        assert "no-store" in log_in(cast.data_manager).get(page + path).headers["Cache-Control"]


def test_a_survey_by_the_form_from_counts_to_numbers(cast: Any, rows: Any, log_in: Any) -> None:
    client = log_in(cast.data_manager)
    assert "Which deployments" in client.get(FORM).content.decode()
    choice = {
        "office": cast.ours.pk, "projects": rows.project.pk, "start": "2025-03-01", "end": "2025-03-28",
        "groups": "valley", "place": "POLYGON ((134 46, 135 46, 135 47, 134 47, 134 46))",
    }  # fmt: skip
    text = client.get(FORM, choice).content.decode()
    assert "5 deployments, 5 stations" in text and "secret0" in text and "secret9" not in text
    style = re.search(r"/maps/surveys/en\.json\?[^&\"]+[^\"]*", text)
    assert style and BOAR in text and 'name="csrfmiddlewaretoken"' in text
    assert "csrf" not in client.get(FORM).content.decode(), "what is asked by GET carries no token"
    wrong = client.post(FORM, {**choice, "title": "At 46.1234 N, 134.5678 E", "minutes": "-1"})
    assert wrong.status_code == 422 and not CameraSurvey.objects.exists()
    rules = {
        "title": "Valley in March", "matrices": [BOAR], "first": BOAR, "individuals": TIGER, "flanks": "all",
        "effort": "span", "minutes": "60", "rule": "last-record", "occasion_days": "7", "begins": "survey",
        "minimum_effort": "0",
    }  # fmt: skip
    sent = client.post(FORM, {**choice, **rules})
    run = Run.objects.get()
    assert sent.headers["Location"] == f"/en/office/runs/{run.uuid}/"
    assert work_on(run.uuid).state == "done"
    onward = client.get(client.get(sent.headers["Location"]).headers["Location"])
    numbers = SurveyNumbers.objects.get()
    assert onward.headers["Location"] == f"/en/surveys/{numbers.uuid}/"
    page = client.get(onward.headers["Location"]).content.decode()
    for words in ("Valley in March", "Independent events", "secret0", "Capture history", "<svg"):
        assert words in page, words
    own = client.get(f"/en/surveys/choices/{numbers.survey.uuid}/").content.decode()
    assert "Estimate density from its known animals" in own
    assert numbers.survey.place is not None and numbers.survey.groups == ["valley"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"end": "2025-02-01"}, "before the first one"),
        ({"place": "POLYGON ((1 1"}, "no polygon"),
        ({"place": "POINT (1 1)"}, "one whole polygon"),
        ({"place": "POLYGON ((0 0, 500 0, 500 10, 0 0))"}, "in degrees"),
        ({"place": '{"type": "Feature"}'}, "no polygon"),
    ],
)
def test_a_wrong_choice_is_told_beside_its_field(
    cast: Any, rows: Any, log_in: Any, changed: dict[str, str], words: str
) -> None:
    choice = {"office": cast.ours.pk, "projects": rows.project.pk, "start": "2025-03-01", "end": "2025-03-28"}
    text = log_in(cast.data_manager).get(FORM, {**choice, **changed}).content.decode()
    assert words in text and "What was chosen" not in text


def test_projects_of_others_cannot_be_chosen(cast: Any, rows: Any, log_in: Any) -> None:
    choice = {
        "office": cast.theirs.pk,
        "projects": rows.project.pk,
        "start": "2025-03-01",
        "end": "2025-03-28",
    }
    client = log_in(cast.foreign_data_manager)
    text = client.get(FORM, choice).content.decode()
    assert "What was chosen" not in text and "secret" not in text
    assert client.get("/maps/surveys/en.json", choice).status_code == 404
    assert log_in(None).get("/maps/surveys/en.json", choice).status_code == 302


def test_the_public_sees_sums_that_are_large_enough_and_no_station(
    numbers: Any, cast: Any, log_in: Any, tiger: Any
) -> None:
    found = numbers()
    client = log_in(cast.data_manager)
    assert client.post(f"/en/surveys/{found.uuid}/release", {"published": "1"}).status_code == 302
    public = log_in(None)
    text = public.get(f"/en/surveys/{found.uuid}/").content.decode()
    document = public.get(f"/en/surveys/{found.uuid}/numbers.json").json()
    for told in (text, json.dumps(document), public.get("/en/surveys/").content.decode()):
        for word in ("secret", "134.5", "2025-03-0", "T1", "bikin", "Secretproject"):
            assert word not in told, word
    species = {one["species"]: one for one in document["species"]}
    assert species[BOAR]["events"] == 30 and species[BOAR]["index"] is not None
    assert species[DEER]["events"] is None and species[DEER]["index"] is None
    assert species[DEER]["occupancy"] is None, "a share of stations would give the count back"
    assert document["trap_days"] == 276 and document["stations"] == 10
    assert document["individuals"] is None or document["individuals"]["lowest"] is None
    assert set(document["tables"]) <= {"effort", "species", "richness", "flanks", "alive", "families"}
    for name in ("stations", "captures", "months", "activity", "matrix-sus-scrofa", "matrix-effort"):
        assert public.get(f"/en/surveys/{found.uuid}/{name}.csv").status_code == 404, name
    assert public.get(f"/en/surveys/{found.uuid}/secr.zip").status_code == 404
    api = public.get(f"/api/v1/surveys/{found.uuid}")
    assert api.status_code == 200 and api.json()["trap_days"] == 276
    client.post(f"/en/surveys/{found.uuid}/release", {"published": "0"})
    assert public.get(f"/en/surveys/{found.uuid}/").status_code == 404


def test_facts_are_public_as_far_as_their_counts_are_large_enough(numbers: Any, cast: Any) -> None:
    found = numbers()
    actions.release(found, published=True)
    public = set(Fact.objects.filter(run=found.run, is_published=True).values_list("key", flat=True))
    assert f"{found.key}-effort" in public and f"{found.key}-index-sus-scrofa" in public
    for name in ("index-cervus-nippon", "occupancy-cervus-nippon", "alive-panthera-tigris-2025"):
        assert f"{found.key}-{name}" not in public and Fact.objects.filter(key=f"{found.key}-{name}").exists()
    actions.release(found, published=False)
    assert not Fact.objects.filter(run=found.run, is_published=True).exists()
    actions.delete(found)
    assert not Fact.objects.filter(run=found.run).exists() and not SurveyNumbers.objects.exists()


def test_a_table_is_csv_and_the_history_is_for_secr(numbers: Any, cast: Any, log_in: Any) -> None:
    found = numbers()
    client = log_in(cast.data_manager)
    text = client.get(f"/en/surveys/{found.uuid}/matrix-panthera-tigris.csv").content.decode("utf-8-sig")
    assert text.splitlines()[0] == "station,o1,o2,o3,o4" and "secret3,0,0,1,1" in text
    answer = client.get(f"/en/surveys/{found.uuid}/secr.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.read("system.txt") == b"EPSG:32653\n"
        captures = archive.read("captures.txt").decode()
        traps = archive.read("traps.txt").decode()
    assert "survey T1 1 secret0 F" in captures and traps.count("\n") == 11
    assert client.get(f"/en/surveys/{found.uuid}/nothing.csv").status_code == 404


def test_numbers_whose_file_is_gone_still_show_their_sums(numbers: Any, cast: Any, log_in: Any) -> None:
    from amur.portal.surveys import files

    found = numbers()
    files.path_of(found.sha256).unlink()
    text = log_in(cast.data_manager).get(f"/en/surveys/{found.uuid}/").content.decode()
    assert "Independent events" in text and "secret" not in text


def test_a_survey_with_numbers_stays(numbers: Any, cast: Any, log_in: Any) -> None:
    found = numbers()
    client = log_in(cast.data_manager)
    path = f"/en/surveys/choices/{found.survey.uuid}/"
    assert client.post(f"{path}delete").status_code == 409
    assert client.post(f"/en/surveys/{found.uuid}/delete").status_code == 302
    assert client.post(f"{path}delete").status_code == 302 and not CameraSurvey.objects.exists()


def test_pages_are_in_four_languages(numbers: Any, cast: Any, log_in: Any) -> None:
    found = numbers()
    client = log_in(cast.data_manager)
    for code in ("en", "ru", "zh-hans", "mn"):
        assert client.get(f"/{code}/surveys/{found.uuid}/").status_code == 200, code
        assert client.get(f"/{code}/surveys/").status_code == 200, code
