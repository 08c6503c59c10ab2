"""`amur corridors` as a planner meets it: two rasters, or a raster and a layer of areas; maps and links."""

import csv
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from amur import cli
from amur.commands.corridors import running
from amur.commands.corridors.running import Options, run_corridors
from amur.formats import rasters
from amur.formats.rasters.raster import Grid, Raster
from amur.portal.operations.problems import Problem

GRID = Grid(20, 30, 500_000.0, 5_400_000.0, 100.0, 100.0, "EPSG:32652")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def make(folder: Path, *, grid: Grid = GRID, moved: float = 0.0, **more: np.ndarray) -> None:
    land = np.random.default_rng(2).uniform(1, 9, grid.shape)
    land[:, 15] = 60.0
    land[:2, 29] = np.nan
    cores = np.zeros(grid.shape)
    cores[1:4, 1:4], cores[15:18, 2:5], cores[8:12, 24:28] = 1, 2, 7
    rasters.write(folder / "land.tif", Raster(more.get("land", land), grid))
    there = Grid(grid.rows, grid.columns, grid.west + moved, grid.south, grid.width, grid.height, grid.crs)
    rasters.write(folder / "cores.tif", Raster(more.get("cores", cores), there))


class Stop:
    """A progress that interrupts after some calls."""

    def __init__(self, calls: int) -> None:
        self.left = calls

    def __call__(self, done: float, stage: str) -> None:
        self.left -= 1
        if self.left <= 0:
            raise KeyboardInterrupt


def run(*words: str) -> int:
    return cli.main(["corridors", "land.tif", *words])


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "links.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_it_writes_the_map_and_the_links(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(tmp_path)
    assert run("cores.tif", "--output", "out", "--width", "2000") == 0
    said = capsys.readouterr().out
    assert "20 rows and 30 columns, 598 cells with data" in said
    assert "3 cores on 34 cells; cost is resistance × metres" in said
    assert "3 links between 3 cores" in said
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "corridors.tif",
        "links.csv",
        "links.gpkg",
        "report.html",
    }
    mosaic = rasters.read(tmp_path / "out/corridors.tif")
    assert mosaic.grid == GRID
    assert np.nanmin(mosaic.values) == 0
    assert np.nanmax(mosaic.values) <= 2000
    rows = table(tmp_path / "out")
    assert [(row["core_1"], row["core_2"]) for row in rows] == [("1", "2"), ("1", "7"), ("2", "7")]
    meta, _ids, shapes, fields = pyogrio.raw.read(tmp_path / "out/links.gpkg")
    assert meta["crs"] == "EPSG:32652"
    lines = shapely.from_wkb(shapes)
    columns = dict(zip(meta["fields"], fields, strict=True))
    for row, line, cost in zip(rows, lines, columns["least_cost_distance"], strict=True):
        assert line.length == pytest.approx(float(row["path_length"]))
        assert cost == float(row["least_cost_distance"]) > float(row["path_length"])
    assert shapely.box(500_100, 5_401_600, 500_400, 5_401_900).covers(shapely.Point(lines[0].coords[0]))


def test_pinch_points_and_barriers_come_when_asked_for(tmp_path: Path) -> None:
    make(tmp_path)
    assert run("cores.tif", "--output", "out", "--width", "3000", "--pinch-points", "--barriers", "2") == 0
    current = rasters.read(tmp_path / "out/pinch_points.tif").values
    assert 0 < np.nanmax(current) <= 1 + 1e-6
    gain = rasters.read(tmp_path / "out/barriers.tif").values
    assert np.argmax(gain.max(axis=0)) in range(13, 18)
    assert 0 < rasters.read(tmp_path / "out/barriers_percent.tif").values.max() < 100
    assert all(float(row["effective_resistance"]) > 0 for row in table(tmp_path / "out"))


def test_areas_of_a_layer_are_cores_even_those_smaller_than_a_cell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path)
    areas = [
        shapely.box(500_100, 5_400_100, 500_500, 5_400_500),
        shapely.box(502_010, 5_401_010, 502_020, 5_401_020),
        shapely.box(0, 0, 10, 10),
    ]
    shapes = np.array([shapely.to_wkb(area) for area in areas], dtype=object)
    pyogrio.raw.write(
        tmp_path / "areas.gpkg", shapes, [], [], geometry_type="Polygon", crs="EPSG:32652", driver="GPKG"
    )
    assert run("areas.gpkg") == 0
    said = capsys.readouterr().out
    assert "smaller than a cell, so they get the one in which they lie: cores 2" in said
    assert "left out: cores 3" in said
    assert [(row["core_1"], row["core_2"]) for row in table(tmp_path / "corridors")] == [("1", "2")]


def test_nothing_to_link_is_a_result(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cores = np.zeros(GRID.shape)
    cores[0, 29], cores[5, 5] = 3, 4
    make(tmp_path, cores=cores)
    assert run("cores.tif", "--width", "10", "--pinch-points", "--barriers", "1") == 0
    said = capsys.readouterr().out
    assert "0 links between 1 cores" in said
    assert "on cells where nothing passes, so without links: cores 3" in said
    assert "There is nothing to link" in said
    assert table(tmp_path / "corridors") == []
    assert pyogrio.read_info(tmp_path / "corridors/links.gpkg")["features"] == 0


def test_cores_behind_a_closed_wall_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    land = np.ones(GRID.shape)
    land[:, 20] = np.nan
    make(tmp_path, land=land)
    assert run("cores.tif") == 0
    said = capsys.readouterr().out
    assert "1 links between 3 cores" in said
    assert "no way leads to any other core from: cores 7" in said


def test_shifted_cores_are_refused_or_snapped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(tmp_path, moved=30.0)
    assert run("cores.tif") == 1
    assert "shifted against “land.tif” by 30 east" in capsys.readouterr().err
    assert run("cores.tif", "--snap") == 0
    assert "was aligned" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"land": np.zeros(GRID.shape)}, "row 1, column 1: the resistance is 0"),
        ({"cores": np.full(GRID.shape, 1.5)}, "only whole numbers"),
        ({"cores": np.full(GRID.shape, 1e12)}, "only whole numbers"),
    ],
)
def test_wrong_rasters_end_with_a_sentence(
    more: dict[str, np.ndarray], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path, **more)
    assert run("cores.tif") == 1
    error = capsys.readouterr().err
    assert words in error
    assert "Traceback" not in error
    assert not (tmp_path / "corridors").exists()


def test_a_background_of_many_numbers_is_no_set_of_cores(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grid = Grid(110, 110, 0.0, 0.0, 1.0, 1.0)
    make(tmp_path, grid=grid, cores=np.arange(1.0, 12_101).reshape(grid.shape), land=np.ones(grid.shape))
    assert run("cores.tif") == 1
    assert "12100 different numbers" in capsys.readouterr().err


def test_degrees_are_counted_in_cells_and_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(tmp_path, grid=Grid(20, 30, 120.0, 48.0, 0.01, 0.01, "EPSG:4326"))
    assert run("cores.tif", "--check") == 0
    assert "resistance × cells, because the raster is in degrees" in capsys.readouterr().out
    assert not (tmp_path / "corridors").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--pinch-points"], "say with --width"),
        (["--width", "-3"], "no number above 0"),
        (["--barriers", "0"], "no number of cells"),
    ],
)
def test_wrong_use_is_named(
    words: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path)
    try:
        assert run("cores.tif", *words) != 0
    except SystemExit as left:
        assert left.code == 2
    assert sentence in capsys.readouterr().err


def test_the_report_is_one_page_with_maps_and_links(tmp_path: Path) -> None:
    make(tmp_path)
    assert run("cores.tif", "--output", "out", "--width", "3000", "--pinch-points", "--barriers", "2") == 0
    page = (tmp_path / "out/report.html").read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") == 5
    assert "<script" not in page
    assert not re.search(r"(src|href)=\"(?!data:)", page)
    assert "3 links between 3 cores" in page
    assert all(f"{float(row['least_cost_distance']):.6g}" in page for row in table(tmp_path / "out"))


@pytest.mark.parametrize("calls", range(1, 20, 3))
def test_an_interrupted_run_is_resumed_and_gives_the_same_files(tmp_path: Path, calls: int) -> None:
    make(tmp_path)
    asked = {"width": 3000.0, "pinch_points": True, "barriers": 2}
    whole, parts = (
        Options(tmp_path / "land.tif", tmp_path / "cores.tif", tmp_path / name, **asked)  # type: ignore[arg-type]
        for name in ("whole", "parts")
    )
    stages: list[str] = []
    assert run_corridors(whole, print, lambda done, stage: stages.append(stage)) == 0
    with pytest.raises(KeyboardInterrupt):
        run_corridors(parts, print, Stop(calls))
    said: list[str] = []
    left: list[str] = []
    assert (
        run_corridors(replace(parts, resume=True), said.append, lambda done, stage: left.append(stage)) == 0
    )
    assert "The interrupted run is resumed." in said
    assert len(left) <= len(stages)
    for name in ("corridors.tif", "pinch_points.tif", "barriers.tif", "barriers_percent.tif", "links.csv"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "parts" / name).read_bytes()
    assert {path.name for path in parts.output.iterdir()} == {path.name for path in whole.output.iterdir()}


def test_finished_work_is_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path)
    options = Options(
        tmp_path / "land.tif", tmp_path / "cores.tif", tmp_path / "out", 3000.0, pinch_points=True
    )
    with monkeypatch.context() as broken:
        broken.setattr(running, "write_lines", lambda *given: (_ for _ in ()).throw(OSError(28, "full")))
        with pytest.raises(OSError, match="full"):
            run_corridors(options, print, lambda done, stage: None)
    monkeypatch.setattr(running, "pinch_points", None)
    monkeypatch.setattr("amur.science.corridors.corridor._corridor", None)
    assert run_corridors(replace(options, resume=True), print, lambda done, stage: None) == 0
    monkeypatch.undo()
    with pytest.raises(KeyboardInterrupt):
        run_corridors(options, print, Stop(2))
    with pytest.raises(Problem, match="have changed"):
        run_corridors(replace(options, resume=True, width=2000.0), print, lambda done, stage: None)
