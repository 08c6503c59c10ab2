"""Suggestions that come in with a file stand in the queues at once, and leave them when the import is undone."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.portal.review.conftest import TIGER, events_of, label
from tests.portal.review.test_queues import walked

from amur.portal.cameras import actions, detections, packages, taking
from amur.portal.cameras.models import Event
from amur.portal.review import suggestions
from amur.portal.review.models import Suggestion

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parents[4] / "shared" / "data" / "camtrapdp" / "example-1.0.2"


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.AMUR_DATA = tmp_path / "data"


def bring(project: Any, kind: Any, content: dict[str, Any], folder: Path) -> Any:
    """Take results of a detector in; gives the act."""
    file = folder / "results.json"
    file.write_text(json.dumps(content))
    found = packages.read(file, kind, project.time_zone)
    return detections.take_results(found, project, None, {"file": file.name}).act


def megadetector(**scores: float | None) -> dict[str, Any]:
    """Results for the first picture of sequences by their numbers: `megadetector(E000=0.9, E001=None)`."""
    box = [0.1, 0.1, 0.5, 0.5]
    images = [
        {
            "file": f"card/M{name[1:]}-0.jpg",
            "detections": [{"category": "1", "conf": score, "bbox": box}] if score else [],
        }
        for name, score in scores.items()
    ]
    info = {"format_version": "1.6", "detector": "md_v5a"}
    return {"info": info, "detection_categories": {"1": "animal"}, "images": images}


def test_what_megadetector_saw_waits_in_the_queues_by_its_score(
    survey: Any, cast: Any, tmp_path: Path
) -> None:
    project = survey(sequences=4)
    bring(project, "megadetector", megadetector(E000=0.5, E001=None, E002=0.9), tmp_path)
    assert walked("something", project, cast.ranger) == ["E002", "E000"]
    assert walked("blank", project, cast.ranger) == ["E001"]


def test_what_speciesnet_saw_waits_with_its_species(survey: Any, cast: Any, tmp_path: Path) -> None:
    project = survey(sequences=2)
    tiger = "5f1e6e1c-0000-0000-0000-000000000000;mammalia;carnivora;felidae;panthera;tigris;tiger"
    prediction = {
        "filepath": "card/M001-0.jpg",
        "detections": [{"category": "1", "label": "animal", "conf": 0.9, "bbox": [0.1, 0.1, 0.5, 0.5]}],
        "classifications": {"classes": [tiger], "scores": [0.8]},
        "prediction": tiger,
        "prediction_score": 0.8,
        "model_version": "4.0.1a",
    }
    bring(project, "speciesnet", {"predictions": [prediction]}, tmp_path)
    assert walked("something", project, cast.ranger) == ["E001"]
    assert Suggestion.objects.get().scientific_name == TIGER


def test_newer_results_take_the_place_of_older_ones_and_undoing_brings_these_back(
    survey: Any, cast: Any, tmp_path: Path
) -> None:
    project = survey(sequences=2)
    bring(project, "megadetector", megadetector(E000=0.9), tmp_path)
    newer = bring(project, "megadetector", megadetector(E000=None, E001=0.6), tmp_path)
    assert walked("something", project, cast.ranger) == ["E001"]
    assert walked("blank", project, cast.ranger) == ["E000"]
    actions.undo(newer, None)
    assert walked("something", project, cast.ranger) == ["E000"]
    assert walked("blank", project, cast.ranger) == []


def test_results_for_what_people_have_answered_do_not_wait_but_thresholds_are_judged_by_them(
    survey: Any, cast: Any, tmp_path: Path
) -> None:
    project = survey(sequences=2)
    label(events_of(project)[0], cast.ranger, TIGER)
    bring(project, "megadetector", megadetector(E000=0.7, E001=0.4), tmp_path)
    assert walked("something", project, cast.ranger) == ["E001"]
    assert suggestions.judged(project)[1] == 1


@pytest.mark.skipif(not DATA.is_dir(), reason="the example package is not there")
def test_what_a_machine_says_in_a_package_waits_until_a_later_package_answers_it(
    cast: Any, tmp_path: Path
) -> None:
    from amur.portal.languages.text import MultilingualText

    folder = Path(shutil.copytree(DATA, tmp_path / "example"))
    place = folder / "observations.csv"
    with place.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))

    def taken(into: Any) -> Any:
        return taking.take(packages.read(folder, "camtrapdp", "Europe/Brussels"), into, None, {})

    def said_by(method: str) -> None:
        with place.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, list(rows[0]))
            writer.writeheader()
            writer.writerows({**row, "classificationMethod": method} for row in rows)

    said_by("machine")
    names = MultilingualText.of("en", en="MICA")
    project = taken(taking.NewProject(cast.ours, "mica", names, "Europe/Brussels")).project
    waiting = Event.objects.filter(project=project, state="unreviewed", suggestion__waits=True)
    seen = {row["eventID"] for row in rows if row["observationType"] != "unclassified"}
    assert waiting.count() == Suggestion.objects.count() == len(seen) > 30
    assert walked("something", project, cast.ranger)
    said_by("human")
    act = taken(project).act
    assert not Suggestion.objects.filter(waits=True).exists()
    actions.undo(act, None)
    assert waiting.count() == len(seen)
