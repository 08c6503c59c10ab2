"""What is read is written again without loss; archives of strangers cannot do harm; 0.1.6 says what it loses."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import pytest
from camtrapdp_packages import DATA, EXAMPLE, Tables, write_small
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amur.formats.camtrapdp import check_package, read_package, write_package
from amur.formats.camtrapdp.csv_text import read_sheet, write_sheet
from amur.formats.camtrapdp.messages import Problems
from amur.formats.camtrapdp.table import Table

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the public packages are not at {DATA}")
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@needs_data
def test_the_official_example_is_written_byte_for_byte(tmp_path: Path) -> None:
    write_package(read_package(EXAMPLE), tmp_path)
    for name in ("deployments.csv", "media.csv", "observations.csv"):
        assert (tmp_path / name).read_bytes() == (EXAMPLE / name).read_bytes()
    ours, theirs = (json.loads((each / "datapackage.json").read_text()) for each in (tmp_path, EXAMPLE))
    assert ours == theirs
    assert list(ours) == list(theirs)


@needs_data
def test_an_archive_holds_what_the_folder_held(tmp_path: Path) -> None:
    package = read_package(EXAMPLE)
    write_package(package, tmp_path / "a.zip")
    again = read_package(tmp_path / "a.zip")
    for name, table in package.tables.items():
        assert again.tables[name].names == table.names
        assert all(again.tables[name].cells(each) == table.cells(each) for each in table.names)


def test_unknown_columns_resources_and_properties_are_kept(tmp_path: Path) -> None:
    def add(tables: Tables) -> None:
        for k, row in enumerate(tables["observations"]):
            row["flank"] = "left, then\n“right”" if k else "NA"

    folder = write_small(
        tmp_path / "in",
        add,
        lambda content: content.update(
            {"our:note": [1, None], "resources": [*content["resources"], {"name": "x", "path": "more/x.bin"}]}
        ),
    )
    (folder / "more").mkdir()
    (folder / "more" / "x.bin").write_bytes(b"\0\1\2")
    checked = check_package(folder)
    assert [(each.code, each.column) for each in checked.found.problems] == [("extra-label", "flank")]
    assert checked.package is not None
    write_package(checked.package, tmp_path / "out")
    for path in folder.rglob("*.*"):
        written = tmp_path / "out" / path.relative_to(folder)
        if path.suffix == ".json":
            assert json.loads(written.read_text()) == json.loads(path.read_text())
        else:
            assert written.read_bytes() == path.read_bytes()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS.filter(bool)), min_size=1, max_size=6))
def test_any_text_survives(tmp_path: Path, rows: list[tuple[str, str, str]]) -> None:
    columns = {name: [row[k] for row in rows] for k, name in enumerate("abc")}
    path = tmp_path / "t.csv"
    write_sheet(Table.of("t", columns), path)
    problems = Problems()
    sheet = read_sheet(path, "t", problems.of(path))
    assert sheet is not None and problems.found.problems == ()
    assert {name: sheet.table.cells(name) for name in "abc"} == columns


def test_dialects_and_packed_tables_are_read_and_written(tmp_path: Path) -> None:
    folder = write_small(
        tmp_path / "in",
        metadata=lambda content: (
            content["resources"][0].update(dialect={"delimiter": ";"}),
            content["resources"][1].update(path="media.csv.gz"),
        ),
    )
    text = (folder / "deployments.csv").read_text(encoding="utf-8")
    (folder / "deployments.csv").write_text(text.replace(",", ";"), encoding="utf-8")
    (folder / "media.csv.gz").write_bytes(gzip.compress((folder / "media.csv").read_bytes()))
    package = read_package(folder)
    write_package(package, tmp_path / "out")
    assert (tmp_path / "out" / "deployments.csv").read_bytes() == (folder / "deployments.csv").read_bytes()
    assert (
        gzip.decompress((tmp_path / "out" / "media.csv.gz").read_bytes())
        == (folder / "media.csv").read_bytes()
    )


def test_an_archive_is_read_from_a_folder_inside_it_and_pictures_stay_packed(tmp_path: Path) -> None:
    folder = write_small(tmp_path / "in")
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in folder.iterdir():
            archive.write(path, f"survey/{path.name}")
        archive.writestr("survey/media/film.mp4", b"\0" * 50_000_000)  # would be taken for a bomb
    assert read_package(tmp_path / "a.zip").media.count == 3


@pytest.mark.parametrize("name", ["../datapackage.json", "/etc/datapackage.json", "a\\..\\datapackage.json"])
def test_an_archive_with_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(name, "{}")
    (problem,) = check_package(tmp_path / "a.zip").found.errors
    assert problem.code == "package-archive"


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    folder = write_small(tmp_path / "in")
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "datapackage.json", "datapackage.json")
        archive.writestr("media.csv", b"," * 100_000_000)
    (problem,) = check_package(tmp_path / "a.zip").found.errors
    assert problem.code == "package-archive"
    assert "ratio" in problem.text


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = write_small(tmp_path / "in")
    (folder / "media.csv").rename(tmp_path / "secret.csv")
    (folder / "media.csv").symlink_to(tmp_path / "secret.csv")
    found = check_package(folder).found.errors
    assert ("resource-path", "resources.media.path") in [(each.code, each.column) for each in found]


def test_nothing_and_nonsense_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK\3\4 and then nothing")
    (tmp_path / "datapackage.json").write_text("[" * 100_000, encoding="utf-8")
    codes = {name: check_package(tmp_path / name).found.errors[0].code for name in ("none", "a.zip", ".")}
    assert codes == {"none": "package-missing", "a.zip": "package-archive", ".": "package-json"}


@needs_data
def test_a_package_of_0_1_6_becomes_a_valid_one_and_says_what_it_lost(tmp_path: Path) -> None:
    package = read_package(DATA / "mica-0.1.6")
    assert (package.version, len(package.losses)) == ("1.0.2", 7)
    assert any("filePublic is false for all" in loss for loss in package.losses)
    write_package(package, tmp_path)
    assert check_package(tmp_path).found.problems == ()
    old = (DATA / "mica-0.1.6" / "observations.csv").read_text(encoding="utf-8")
    assert all(name in old for name in package.observations.texts("observationID"))
    assert set(package.observations.texts("observationLevel")) == {"event"}
    assert set(package.media.texts("captureMethod")) == {"activityDetection", "timeLapse"}
    # An event lasts from the first to the last picture of its sequence.
    events = package.observations
    assert (events.instants("eventEnd") > events.instants("eventStart")).any()
