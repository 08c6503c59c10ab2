"""Every error of a package is found where it is: file, row, column and what would be right."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from camtrapdp_packages import DATA, EXAMPLE, Tables, row_of, write_small
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amur.formats.camtrapdp import check_package, read_package
from amur.formats.camtrapdp.schema import OBSERVATIONS, TABLES, Field
from amur.formats.errors import FormatErrors

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the public packages are not at {DATA}")
Place = tuple[str, str, int | None, str | None]


def errors(folder: Path) -> list[Place]:
    return [(each.code, each.file, each.row, each.column) for each in check_package(folder).found.errors]


def test_the_small_package_is_valid(tmp_path: Path) -> None:
    checked = check_package(write_small(tmp_path))
    assert checked.found.problems == ()
    assert checked.rows == {"deployments": 2, "media": 3, "observations": 3}


@needs_data
def test_the_official_example_has_no_errors() -> None:
    checked = check_package(EXAMPLE)
    assert checked.found.problems == ()
    assert checked.rows == {"deployments": 4, "media": 423, "observations": 549}


@needs_data
def test_broken_dates_of_the_old_format_are_named_where_they_stand() -> None:
    found = errors(DATA / "mica-0.1.6-parsing-issues" / "datapackage_for_parsing_issues.json")
    assert found == [
        ("type-error", "deployments_parsing_issues.csv", 2, "start"),
        ("type-error", "deployments_parsing_issues.csv", 3, "start"),
        ("type-error", "media_parsing_issues.csv", 3, "timestamp"),
        ("type-error", "observations_parsing_issues.csv", 2, "timestamp"),
        ("type-error", "observations_parsing_issues.csv", 3, "timestamp"),
    ]


@needs_data
def test_our_tables_are_those_of_the_standard() -> None:
    for schema in TABLES:
        path = DATA / "schema-1.0.2" / f"{schema.name}-table-schema.json"
        published = json.loads(path.read_text(encoding="utf-8"))
        assert schema.primary_key == published["primaryKey"]
        keys = [(key["fields"], key["reference"]["resource"]) for key in published.get("foreignKeys", [])]
        assert [(key.column, key.table) for key in schema.foreign_keys] == keys
        for field, theirs in zip(schema.fields, published["fields"], strict=True):
            limits = theirs.get("constraints", {})
            assert (field.name, field.type) == (theirs["name"], theirs["type"])
            assert field.required == limits.get("required", False)
            assert field.unique == limits.get("unique", False)
            assert list(field.choices) == limits.get("enum", [])
            assert (field.minimum, field.maximum) == (limits.get("minimum"), limits.get("maximum"))
            assert bool(field.pattern) == ("pattern" in limits)


def _defects() -> list[tuple[str, Field, str, str]]:
    """For every field what can be wrong with it: table, field, the wrong text, the code of the error."""
    wrong: list[tuple[str, Field, str, str]] = []
    for schema in TABLES:
        for field in schema.fields:
            about = (schema.name, field)
            if field.required:
                wrong += [(*about, text, "constraint-required") for text in ("", "NA", "NaN")]
            if field.choices:
                wrong += [(*about, text, "constraint-enum") for text in ("Adult", "tiger", " ")]
                continue
            if field.type == "datetime":
                texts = (
                    "2026-02-29T00:00:00Z",
                    "2026-03-01T08:00:00",
                    "2026-03-01 08:00:00+10:00",
                    "1 March",
                )
                wrong += [(*about, text, "type-error") for text in texts]
            if field.type == "boolean":
                wrong += [(*about, text, "type-error") for text in ("yes", "2", "tRUE")]
            if field.type in ("integer", "number"):
                wrong += [(*about, text, "type-error") for text in ("1,5", "one", "1.2.3", "0x10", "1_000")]
            if field.type == "integer":
                wrong.append((*about, "1.5", "type-error"))
            if field.minimum is not None:
                wrong.append((*about, f"{int(field.minimum) - 1}", "constraint-minimum"))
            if field.maximum is not None:
                wrong.append((*about, f"{int(field.maximum) + 1}", "constraint-maximum"))
            if field.name == "filePath":
                wrong += [
                    (*about, text, "constraint-pattern") for text in ("/a.jpg", "../a.jpg", "a/../b.jpg")
                ]
            if field.name == "fileMediatype":
                wrong.append((*about, "text/plain", "constraint-pattern"))
    return wrong


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(defect=st.sampled_from(_defects()), place=st.integers(0, 1))
def test_one_defect_planted_is_the_one_that_is_named(
    tmp_path: Path, defect: tuple[str, Field, str, str], place: int
) -> None:
    table, field, text, code = defect

    def plant(tables: Tables) -> None:
        tables[table][place][field.name] = text

    found = errors(write_small(tmp_path, plant))
    planted = (code, f"{table}.csv", place + 2, field.name)
    assert planted in found
    # An id that is gone is also missed by the rows that refer to it, and nothing else is wrong.
    assert all(each[0] == "foreign-key" for each in found if each != planted)


def _twice(tables: Tables) -> None:
    tables["media"][2]["mediaID"] = "m1"
    tables["observations"][2]["mediaID"] = "m2"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_twice, ("unique-error", "media.csv", 4, "mediaID")),
        (
            lambda tables: tables["observations"][1].update(mediaID="m9"),
            ("foreign-key", "observations.csv", 3, "mediaID"),
        ),
        (
            lambda tables: tables["media"][2].update(deploymentID="d9"),
            ("foreign-key", "media.csv", 4, "deploymentID"),
        ),
        (
            lambda tables: tables["media"].insert(1, row_of("media")),
            ("blank-row", "media.csv", 3, None),
        ),
        (
            lambda tables: [row.pop("eventStart") for row in tables["observations"]],
            ("missing-label", "observations.csv", 1, "eventStart"),
        ),
    ],
)
def test_what_is_wrong_between_rows_is_named(
    tmp_path: Path, change: Callable[[Tables], object], expected: Place
) -> None:
    assert errors(write_small(tmp_path, change)) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mediaID,deploymentID\nm1,d1\nm2\nm3,d1,x\n\n", ["missing-cell", "extra-cell", "blank-row"]),
        ("mediaID,mediaID\nm1,d1\n", ["duplicate-label"]),
        ("mediaID,,deploymentID\nm1,,d1\n", ["blank-label"]),
        ("", ["blank-header"]),
    ],
)
def test_rows_and_headers_that_are_no_table_are_named(tmp_path: Path, text: str, expected: list[str]) -> None:
    folder = write_small(tmp_path)
    (folder / "media.csv").write_text(text, encoding="utf-8")
    codes = [code for code, file, _, _ in errors(folder) if file == "media.csv"]
    assert [code for code in codes if code in expected] == expected


def test_rows_after_empty_and_broken_ones_keep_their_numbers(tmp_path: Path) -> None:
    folder = write_small(tmp_path)
    lines = (folder / "media.csv").read_text(encoding="utf-8").splitlines()
    broken = [lines[0], "", lines[1], "m8", lines[2], lines[3].replace("image/jpeg", "paper")]
    (folder / "media.csv").write_text("\n".join(broken) + "\n", encoding="utf-8")
    found = sorted(errors(folder), key=lambda each: each[2] or 0)
    assert [(code, row) for code, _, row, _ in found] == [
        ("blank-row", 2),
        ("missing-cell", 4),
        ("constraint-pattern", 6),
    ]


def test_text_that_is_not_utf_8_is_named_with_its_row(tmp_path: Path) -> None:
    folder = write_small(tmp_path, lambda tables: tables["media"][1].update(mediaComments="тигр"))
    path = folder / "media.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1251"))
    assert errors(folder)[0] == ("encoding-error", "media.csv", 3, None)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        (lambda content: content.pop("created"), "created"),
        (lambda content: content["project"].update(samplingDesign="nice"), "project.samplingDesign"),
        (lambda content: content["project"].update(individualAnimals="yes"), "project.individualAnimals"),
        (lambda content: content["temporal"].pop("end"), "temporal.end"),
        (lambda content: content["taxonomic"].append({}), "taxonomic[1].scientificName"),
        (lambda content: content.update(licenses=[{"scope": "data"}]), "licenses"),
        (lambda content: content["resources"][1].pop("profile"), "resources.media.profile"),
        (lambda content: content["resources"][1].update(path="../media.csv"), "resources.media.path"),
        (lambda content: content["resources"][1].update(path="https://a.b/m.csv"), "resources.media.path"),
        (lambda content: content["resources"][1].update(path="gone.csv"), "resources.media.path"),
        (lambda content: content.update(profile="https://example.org/2.0"), "profile"),
    ],
)
def test_wrong_metadata_is_named(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], column: str
) -> None:
    found = errors(write_small(tmp_path, metadata=change))
    assert [(file, name) for _, file, _, name in found if file == "datapackage.json"] == [
        ("datapackage.json", column)
    ]


def test_before_1_0_2_only_an_empty_cell_is_missing(tmp_path: Path) -> None:
    def older(content: dict[str, Any]) -> None:
        content["profile"] = content["profile"].replace("1.0.2", "1.0.1")

    def unknown(tables: Tables) -> None:
        tables["observations"][0]["count"] = "NA"

    assert errors(write_small(tmp_path / "new", unknown)) == []
    found = errors(write_small(tmp_path / "old", unknown, older))
    assert found == [("type-error", "observations.csv", 2, "count")]


def test_all_errors_of_all_files_are_raised_together(tmp_path: Path) -> None:
    def plant(tables: Tables) -> None:
        tables["deployments"][0]["latitude"] = "95"
        tables["observations"][2]["sex"] = "F"

    with pytest.raises(FormatErrors) as caught:
        read_package(write_small(tmp_path, plant, lambda content: content.pop("created")))
    assert caught.value.error_count == 3
    assert "deployments.csv, row 2, column latitude: 95 is more than 90." in str(caught.value)
    assert "Write one of female, male." in str(caught.value)


def test_what_no_schema_can_say_is_a_warning(tmp_path: Path) -> None:
    def doubt(tables: Tables) -> None:
        tables["observations"][0].update(eventEnd="2026-03-01T11:00:03Z", bboxWidth="0.9")
        tables["observations"][1].update(mediaID="")

    found = check_package(write_small(tmp_path, doubt)).found
    assert found.error_count == 0
    assert {(each.code, each.row) for each in found.warnings} == {
        ("start-after-end", 2),
        ("box-outside", 2),
        ("media-without-file", 3),
    }


def test_the_number_of_fields_is_that_of_the_brief() -> None:
    assert [len(schema.fields) for schema in TABLES] == [24, 11, 28]
    assert OBSERVATIONS.field("count").wanted == "a whole number of 1 or more"
