"""The Frictionless library, an outside judge, finds the same errors in the same places as we do.

It is no dependency: the tests skip where it is not installed, and where the table schemas of the standard are
not at hand. What differs on purpose: a missing optional column and another order of columns are warnings here,
a key that stands twice is told once, and times must have the form of the standard to the letter.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from camtrapdp_packages import DATA, EXAMPLE, Tables, write_small

from amur.formats.camtrapdp import check_package, read_package, write_package

frictionless = pytest.importorskip("frictionless", reason="the Frictionless library is not installed")
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the schemas of the standard are not at {DATA}")
CODES = {
    "constraint-required": "constraint-error",
    "constraint-enum": "constraint-error",
    "constraint-minimum": "constraint-error",
    "constraint-maximum": "constraint-error",
    "constraint-pattern": "constraint-error",
    "foreign-key": "foreign-key",
    "unique-error": "unique-error",
    "type-error": "type-error",
    "blank-row": "blank-row",
    "extra-cell": "extra-cell",
}


def theirs(folder: Path) -> set[tuple[str, str, int | None, str | None]]:
    """The errors that the judge names: type, file, row, column."""
    metadata = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    metadata.pop("profile")
    for resource in metadata["resources"]:
        if "schema" in resource:
            path = DATA / "schema-1.0.2" / resource["schema"].rsplit("/", 1)[1]
            resource["schema"] = json.loads(path.read_text(encoding="utf-8"))
    report = frictionless.Package.from_descriptor(metadata, basepath=str(folder)).validate()
    return {
        (error.type, task.place, getattr(error, "row_number", None), getattr(error, "field_name", None))
        for task in report.tasks
        for error in task.errors
    }


def ours(folder: Path) -> set[tuple[str, str, int | None, str | None]]:
    found = check_package(folder).found.errors
    return {(CODES[each.code], each.file, each.row, each.column) for each in found}


def test_what_we_write_is_valid_for_the_judge(tmp_path: Path) -> None:
    write_package(read_package(EXAMPLE), tmp_path)
    assert theirs(tmp_path) == set()


def test_the_judge_finds_the_same_errors_in_the_same_cells(tmp_path: Path) -> None:
    def plant(tables: Tables) -> None:
        tables["deployments"][0].update(
            latitude="95", cameraHeading="12.5", featureType="road", baitUse="perhaps"
        )
        tables["deployments"][1].update(deploymentEnd="")
        tables["media"][0].update(filePath="../a.jpg", fileMediatype="text/plain", filePublic="no")
        tables["media"][1].update(timestamp="2026-03-02", captureMethod="motion")
        tables["observations"][0].update(count="0", sex="F", bboxWidth="1.5", observationType="")
        tables["observations"][1].update(mediaID="m9", classificationProbability="high")
        tables["observations"][2].update(individualSpeed="-1")

    folder = write_small(tmp_path, plant)
    expected = {
        # The judge tells keys of a row without a column.
        (kind, file, row, None if kind == "foreign-key" else column)
        for kind, file, row, column in ours(folder)
    }
    assert theirs(folder) == expected
    assert len(expected) == 17


def test_values_that_stand_twice_are_found_by_both(tmp_path: Path) -> None:
    folder = write_small(tmp_path, lambda tables: tables["observations"][2].update(observationID="o1"))
    assert ours(folder) == {("unique-error", "observations.csv", 4, "observationID")}
    assert ("unique-error", "observations.csv", 4, "observationID") in theirs(folder)
