"""Results of MegaDetector and SpeciesNet are read whole or refused with the path of what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from camtrapdp_packages import DATA

from amur.formats.cameratraps.detectors import (
    Detection,
    File,
    Results,
    observations_of,
    read_megadetector,
    read_speciesnet,
    write_megadetector,
)
from amur.formats.camtrapdp.table import Table
from amur.formats.errors import FormatErrors

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the public results are not at {DATA}")


@needs_data
def test_the_public_megadetector_file_holds_what_its_description_says() -> None:
    found = read_megadetector(DATA / "megadetector" / "expected_output_DRAFT.json")
    assert (found.version, len(found.files)) == ("1.1", 31)
    assert sum(len(file.detections) for file in found.files) == 79
    assert sum(not file.detections for file in found.files) == 7
    assert found.files[0].detections[-1] == Detection("animal", 0.9402, (0.3699, 0.3979, 0.1971, 0.211))


@needs_data
@pytest.mark.parametrize("name", ["detector", "classifier", "ensemble"])
def test_speciesnet_results_are_read(name: str) -> None:
    found = read_speciesnet(DATA / "speciesnet" / f"output_{name}.json")
    assert [file.name for file in found.files] == ["african_elephants.jpg", "bear.jpg"]
    if name != "detector":
        assert found.files[0].classes[0][0].endswith("african elephant")
    if name != "classifier":
        assert found.files[0].detections[0].category == "animal"


@needs_data
def test_speciesnet_becomes_machine_observations_with_names() -> None:
    media = {
        "mediaID": ["m1"],
        "deploymentID": ["d"],
        "filePath": ["bear.jpg"],
        "timestamp": ["2026-03-01T00:00:00Z"],
    }
    results = read_speciesnet(DATA / "speciesnet" / "output_ensemble.json")
    table, unknown = observations_of(results, Table.of("media", media))
    assert unknown == ["african_elephants.jpg"]
    assert set(table.texts("scientificName")) == {"Ursus americanus"}
    assert set(table.texts("classificationMethod")) == {"machine"}
    assert (table.numbers("bboxWidth") > 0).all()


def test_results_come_back_as_they_were_written(tmp_path: Path) -> None:
    tiger = Detection("animal", 0.875, (0.25, 0.25, 0.5, 0.5), (("Panthera tigris", 0.75),), 12)
    results = Results(
        "a detector", "1.6", (File("a.mp4", (tiger,), frame_rate=30.0), File("b.jpg", failure="torn"))
    )
    assert write_megadetector(results, tmp_path / "r.json") == ()
    assert read_megadetector(tmp_path / "r.json") == results


def test_a_file_without_a_strong_detection_is_blank_and_a_torn_one_unclassified() -> None:
    columns = {"mediaID": ["m1", "m2"], "deploymentID": ["d"] * 2, "filePath": ["a.jpg", "b.jpg"]}
    media = Table.of("media", {**columns, "timestamp": ["2026-03-01T00:00:00Z"] * 2})
    weak = Detection("animal", 0.1, (0.0, 0.0, 1.0, 1.0))
    results = Results("x", "1.6", (File("a.jpg", (weak,)), File("b.jpg", failure="torn")))
    assert observations_of(results, media)[0].texts("observationType") == ["blank", "unclassified"]


@pytest.mark.parametrize(
    ("image", "place"),
    [
        ({"file": "a", "detections": [{"category": "1", "conf": 1.5, "bbox": [0, 0, 1, 1]}]}, "conf"),
        ({"file": "a", "detections": [{"category": "1", "conf": 0.5, "bbox": [0.9, 0, 1, 1]}]}, "bbox"),
        ({"file": "a", "detections": [{"category": "9", "conf": 0.5, "bbox": [0, 0, 1, 1]}]}, "category"),
        ({"file": "a", "detections": ["tiger"]}, "detections[0]"),
        ({"detections": []}, "file"),
    ],
)
def test_what_is_wrong_is_named_with_its_path(tmp_path: Path, image: dict[str, Any], place: str) -> None:
    content = {"info": {"format_version": "1.6"}, "detection_categories": {"1": "animal"}, "images": [image]}
    (tmp_path / "r.json").write_text(json.dumps(content))
    with pytest.raises(FormatErrors) as caught:
        read_megadetector(tmp_path / "r.json")
    (problem,) = caught.value.errors
    assert (
        problem.column is not None
        and problem.column.startswith("images[0]")
        and problem.column.endswith(place)
    )
