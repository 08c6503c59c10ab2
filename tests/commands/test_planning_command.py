"""`amur capture design` and `amur capture simulate`: from an area or a layout to files, numbers, sentences."""

import argparse
import json
from pathlib import Path

import numpy as np
import pytest

from amur import cli
from amur.commands.capture.planning_wiring import add_planning
from amur.formats.capture import Sources, read_survey

TRUTH = ["--density", "3", "--sigma", "3000", "--lambda0", "0.03"]


def polygon(path: Path, west: float, south: float, east: float, north: float) -> str:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {}, "geometry": geometry}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return str(path)


def layout(path: Path, spacing: float = 4000.0, count: int = 6, effort: str = "") -> str:
    lines = [
        f"C{k * count + m} {k * spacing} {m * spacing} {effort}" for k in range(count) for m in range(count)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def test_a_layout_is_suggested_in_an_area(tmp_path: Path) -> None:
    area = polygon(tmp_path / "area.geojson", 130.8, 43.0, 131.3, 43.4)
    water = polygon(tmp_path / "lake.geojson", 131.0, 43.1, 131.1, 43.2)
    words = ["capture", "design", "--area", area, "--forbidden", water, "--cameras", "25", *TRUTH]
    words += ["--occasions", "30", "--price-camera", "300", "--output", str(tmp_path / "out")]
    assert cli.main(words) == 0
    results = json.loads((tmp_path / "out" / "design.json").read_text(encoding="utf-8"))
    assert (results["cameras"], results["camera_days"], results["cost"]) == (25, 750, 7500)
    assert results["crs"] == "EPSG:32652"
    assert 0.05 < results["expected"]["rse"] < 0.5
    points = json.loads((tmp_path / "out" / "layout.geojson").read_text(encoding="utf-8"))["features"]
    places = np.array([point["geometry"]["coordinates"] for point in points])
    assert ((places > (130.79, 42.99)) & (places < (131.31, 43.41))).all()
    in_lake = ((places > (131.0, 43.1)) & (places < (131.1, 43.2))).all(axis=1)
    assert not in_lake.any()
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<img" in page and "http" not in page

    # The layout is a file of detectors: judged anew it promises the same.
    again = ["capture", "design", "--traps", str(tmp_path / "out" / "layout.csv"), *TRUTH]
    assert cli.main([*again, "--output", str(tmp_path / "again")]) == 0
    anew = json.loads((tmp_path / "again" / "design.json").read_text(encoding="utf-8"))["expected"]
    assert anew["animals"] == pytest.approx(results["expected"]["animals"], rel=0.02)


def test_a_layout_is_suggested_on_a_mask(tmp_path: Path) -> None:
    mask = tmp_path / "mask.csv"
    rows = [f"{x},{y}" for x in range(0, 40_000, 2000) for y in range(0, 30_000, 2000)]
    mask.write_text("\n".join(["easting,northing", *rows]), encoding="utf-8")
    words = ["capture", "design", "--area", str(mask), "--cameras", "12", "--occasions", "30", *TRUTH]
    assert cli.main([*words, "--output", str(tmp_path / "out")]) == 0
    lines = (tmp_path / "out" / "layout.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert {",".join(str(int(float(part))) for part in line.split(",")[1:3]) for line in lines} <= set(rows)
    assert not (tmp_path / "out" / "layout.geojson").exists()


def test_simulated_surveys_are_told_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    traps = layout(tmp_path / "traps.txt")
    words = ["capture", "simulate", "--traps", traps, "--occasions", "10", *TRUTH, "--count", "6"]
    files = ["--json", str(tmp_path / "out.json"), "--csv", str(tmp_path / "out.csv"), "--workers", "2"]
    assert cli.main([*words, *files]) == 0
    said = capsys.readouterr().out
    assert "simulated surveys: 6 fitted, 0 not" in said
    results = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert len(results["surveys"]) == 6
    assert len((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()) == 7

    assert cli.main([*words, "--write", str(tmp_path / "sims")]) == 0
    captures = tmp_path / "sims" / "captures2.txt"
    read = read_survey(
        Sources((tmp_path / "sims" / "traps.txt",), captures, "proximity", buffer=9000.0, nx=20)
    )
    first = results["surveys"][1]
    assert read.survey.animals == first["animals"]
    assert read.survey.sessions[0].captures.individual.size == first["detections"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--detectfn", "HN"], "HN goes with --g0."),
        (["--occasions", "10", "--mask", "m.csv", "--buffer", "3"], "Give either --mask or --buffer."),
        ([], "traps.txt has no effort: give --occasions."),
    ],
)
def test_what_does_not_fit_together_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    traps = layout(tmp_path / "traps.txt")
    assert cli.main(["capture", "simulate", "--traps", traps, *TRUTH, *words]) == 2
    assert sentence in capsys.readouterr().err


def test_an_area_needs_cameras_and_a_layout_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    area = polygon(tmp_path / "area.geojson", 130.8, 43.0, 131.3, 43.4)
    assert cli.main(["capture", "design", "--area", area, *TRUTH]) == 2
    assert "Give --cameras and --occasions with --area." in capsys.readouterr().err
    traps = layout(tmp_path / "traps.txt")
    assert cli.main(["capture", "design", "--traps", traps, "--cameras", "5", *TRUTH]) == 2
    assert "--cameras, --forbidden and --crs go with --area." in capsys.readouterr().err


def test_wrong_areas_are_told_with_their_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--cameras", "5", "--occasions", "5", *TRUTH, "--output", str(tmp_path / "out")]
    path = tmp_path / "points.geojson"
    point = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [131, 43]}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [point]}), encoding="utf-8")
    assert cli.main(["capture", "design", "--area", str(path), *words]) == 1
    assert "points.geojson, row 1: The geometry is a Point, not an area." in capsys.readouterr().err
    path.write_text("{", encoding="utf-8")
    assert cli.main(["capture", "design", "--area", str(path), *words]) == 1
    assert "points.geojson: The layer cannot be read" in capsys.readouterr().err
    missing = str(tmp_path / "none.geojson")
    assert cli.main(["capture", "design", "--area", missing, *words]) == 1
    assert "There is no file" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_doubtful_layout_is_said_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    traps = layout(tmp_path / "traps.txt", 500.0, 3, "1 1 1 1 1")
    assert cli.main(["capture", "design", "--traps", traps, *TRUTH, "--output", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert "the array is 1414 m across and a home range 1468" in said
    results = json.loads((tmp_path / "out" / "design.json").read_text(encoding="utf-8"))
    assert {"small-array", "imprecise"} <= {finding["code"] for finding in results["findings"]}


def test_every_option_is_in_the_manual() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "design.md").read_text(encoding="utf-8")
    commands = []

    def add(name: str, run: object, text: str) -> argparse.ArgumentParser:
        commands.append(argparse.ArgumentParser())
        return commands[-1]

    add_planning(add)
    options = {option for each in commands for action in each._actions for option in action.option_strings}
    words = {word.strip("`[],.;:|()") for word in manual.split()}
    assert {option for option in options if option.startswith("--")} - {"--help"} <= words
