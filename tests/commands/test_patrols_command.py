"""`amur patrols check` as a data manager meets it: every error in its place, a list as JSON, a status."""

from __future__ import annotations

import argparse
import json
import zipfile
from pathlib import Path

import pytest

from amur.commands.patrols.checking import run_check
from amur.commands.patrols.wiring import add_check_patrols
from amur.portal.operations.problems import Problem

NAMESPACE = "http://www.smartconservationsoftware.org/xml"
GOOD = (
    f'<patrol xmlns="{NAMESPACE}/1.3/patrol" id="P1" patrolType="GROUND" startDate="2026-03-01"'
    ' endDate="2026-03-02" isArmed="false">{}</patrol>'
)
LEG = (
    '<legs startDate="2026-03-01" endDate="2026-03-02" id="1"><days date="2026-03-01">'
    '<waypoints id="1" x="{}" y="48.0" time="09:00:00"><groups><observations categoryKey="camp."/></groups>'
    "</waypoints></days></legs>"
)
MODEL = (
    f'<DataModel xmlns="{NAMESPACE}/1.1/datamodel"><languages/><attributes/>'
    '<categories><category key="snare"/></categories></DataModel>'
)


def check(*files: Path, model: Path | None = None, output: Path | None = None) -> tuple[int, list[str]]:
    said: list[str] = []
    status = run_check(files, model, output, said.append, lambda share: None)
    return status, said


def test_good_files_end_with_0(tmp_path: Path) -> None:
    path = tmp_path / "p.xml"
    path.write_text(GOOD.format(LEG.format("135.0")))
    assert check(path) == (0, ["p.xml: patrol 1.3", "errors: 0, notes: 0"])


def test_the_errors_of_all_files_are_printed_and_listed(tmp_path: Path) -> None:
    good, bad, out = tmp_path / "good.xml", tmp_path / "bad.xml", tmp_path / "out.json"
    good.write_text(GOOD.format(""))
    bad.write_text(GOOD.format("\n" + LEG.format("235.0")))
    status, said = check(bad, good, Path("none.xml"), output=out)
    assert status == 1
    assert said[0] == (
        "bad.xml, row 2, column x: 235.0 east, 48.0 north is no place on Earth."
        " x is the longitude from -180 to 180, y the latitude from -90 to 90, in degrees."
    )
    assert said[1:] == [
        "good.xml: patrol 1.3",
        "none.xml: There is no file none.xml. Correct the name or the folder.",
        "errors: 2, notes: 0",
    ]
    listed = json.loads(out.read_text(encoding="utf-8"))
    assert [(each["code"], each["row"]) for each in listed["problems"]] == [
        ("place-outside", 2),
        ("file-missing", None),
    ]


def test_an_archive_as_smart_exports_it_is_looked_into(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.writestr("patrol.xml", GOOD.format(LEG.format("135.0")))
        archive.writestr("attachments/photo.jpg", b"...")
    assert check(tmp_path / "p.zip") == (0, ["patrol.xml: patrol 1.3", "errors: 0, notes: 0"])


def test_a_hostile_archive_is_not_opened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.writestr("../patrol.xml", "x")
    with pytest.raises(Problem, match=r"The archive p\.zip is not opened"):
        check(tmp_path / "p.zip")


def test_observations_are_held_against_a_model(tmp_path: Path) -> None:
    path, model = tmp_path / "p.xml", tmp_path / "m.xml"
    path.write_text(GOOD.format(LEG.format("135.0")))
    model.write_text(MODEL)
    status, said = check(path, model=model)
    assert status == 1
    assert "The category “camp.” is not in the data model." in said[0]
    with pytest.raises(Problem, match="The document is a patrol"):
        check(path, model=path)


def test_messages_of_a_phone_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    path.write_text('[{"properties": {"sighting": {"SMART_ObsCounter": 1}}}]')
    assert check(path) == (0, ["m.json: messages of SMART Mobile: 1", "errors: 0, notes: 0"])


def test_the_words_of_the_command_reach_the_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    inner = parser.add_subparsers()

    def add(name: str, run: object, text: str) -> argparse.ArgumentParser:
        command = inner.add_parser(name, help=text)
        command.set_defaults(command=run)
        return command

    add_check_patrols(add)  # type: ignore[arg-type]
    path = tmp_path / "p.xml"
    path.write_text(GOOD.format(""))
    options = parser.parse_args(["check", str(path)])
    assert options.command(options) == 0
    assert capsys.readouterr().out.splitlines() == ["p.xml: patrol 1.3", "errors: 0, notes: 0"]
