"""`amur camtrapdp check` as a data manager meets it: every error in its place, a list as JSON, a status."""

import json
from pathlib import Path

import pytest
from camtrapdp_packages import write_small

from amur import cli


def test_a_valid_package_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["camtrapdp", "check", str(write_small(tmp_path))]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "Camtrap DP 1.0.2, rows: deployments 2, media 3, observations 3",
        "errors: 0, notes: 0",
    ]


def test_every_error_is_printed_and_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def plant(tables: dict[str, list[dict[str, str]]]) -> None:
        tables["media"][1]["timestamp"] = "yesterday"
        tables["observations"][0]["deploymentID"] = "d7"

    folder, out = write_small(tmp_path / "in", plant), tmp_path / "out.json"
    assert cli.main(["camtrapdp", "check", str(folder), "--json", str(out)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == (
        "media.csv, row 3, column timestamp: “yesterday” is no datetime."
        " Write date, time and offset from UTC, such as 2026-03-01T22:00:00+10:00."
    )
    assert lines[1].startswith("observations.csv, row 2, column deploymentID: “d7” is not in deploymentID")
    listed = json.loads(out.read_text(encoding="utf-8"))
    assert (listed["errors"], listed["version"]) == (2, "1.0.2")
    assert [(each["file"], each["row"], each["column"]) for each in listed["problems"]] == [
        ("media.csv", 3, "timestamp"),
        ("observations.csv", 2, "deploymentID"),
    ]


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["camtrapdp", "check", str(tmp_path / "none")]) == 1
    assert "There is no package at" in capsys.readouterr().out
    assert cli.main(["camtrapdp", "check", str(tmp_path), "--json", str(tmp_path / "no" / "out.json")]) == 1
    assert "There is no folder" in capsys.readouterr().err
