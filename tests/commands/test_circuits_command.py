"""`amur circuits` as a planner meets it: sentences, files, a report; interrupted, killed, resumed."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from amur import cli
from amur.commands.circuits.running import Options, run_job
from amur.commands.jobs.state import State
from amur.formats import rasters
from amur.portal.operations.problems import Problem

HEAD = "ncols {columns}\nnrows {rows}\nxllcorner 0\nyllcorner 0\ncellsize 1\nNODATA_value -9999\n"


def make_job(folder: Path, *, regions: bool = False, side: int = 12, **keys: str) -> Path:
    rng = np.random.default_rng(1)
    head = HEAD.format(rows=side, columns=side)
    land = rng.uniform(1, 9, (side, side))
    (folder / "land.asc").write_text(head + "\n".join(" ".join(f"{v:.3f}" for v in row) for row in land))
    points = np.full((side, side), -9999)
    points[[0, 0, side - 1, side // 2], [0, side - 1, side - 1, 2]] = [1, 2, 3, 4]
    if regions:
        points[1, 0] = 1
    (folder / "points.asc").write_text(head + "\n".join(" ".join(str(v) for v in row) for row in points))
    values = {
        "data_type": "raster", "scenario": "pairwise", "habitat_file": "land.asc", "point_file": "points.asc",
        "output_file": "out/run.out", "write_cur_maps": "True", "write_max_cur_maps": "True",
    } | keys  # fmt: skip
    path = folder / "job.ini"
    path.write_text("".join(f"{key} = {value}\n" for key, value in values.items()))
    return path


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(path: Path, progress=lambda done, stage: None, **options: object) -> list[str]:
    said: list[str] = []
    assert run_job(path, Options(**options), said.append, progress) == 0  # type: ignore[arg-type]
    return said


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_it_says_beforehand_what_it_will_do_and_writes_under_the_known_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_job(tmp_path)
    assert cli.main(["circuits", "job.ini", "--output", "results"]) == 0
    said = capsys.readouterr().out
    assert "12 rows and 12 columns, 144 cells with data" in said
    assert "4 focal nodes on 4 cells, in 1 of 1 components" in said
    assert "about" in said
    assert "memory" in said
    pairs = {f"run_curmap_{pair}.asc" for pair in ("1_2", "1_3", "1_4", "2_3", "2_4", "3_4")}
    assert names(tmp_path / "results") == pairs | {
        "run_cum_curmap.asc", "run_max_curmap.asc", "run_resistances.out", "run_resistances_3columns.out",
        "run_report.html",
    }  # fmt: skip


def test_the_report_is_one_page_without_scripts_or_links(tmp_path: Path) -> None:
    run(make_job(tmp_path))
    page = (tmp_path / "out" / "run_report.html").read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") == 3
    assert "<script" not in page
    assert not re.search(r"(src|href)=\"(?!data:)", page)
    assert "Effective resistances" in page
    assert "direct" in page


def test_check_reads_everything_and_writes_nothing(tmp_path: Path) -> None:
    said = run(make_job(tmp_path), check=True)
    assert any("systems to solve" in line for line in said)
    assert not (tmp_path / "out").exists()


def test_wrong_files_end_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = make_job(tmp_path)
    (tmp_path / "points.asc").write_text(HEAD.format(rows=11, columns=12) + "1 " * 132)
    assert cli.main(["circuits", str(path)]) == 1
    error = capsys.readouterr().err
    assert "points.asc" in error
    assert "11 rows and 12 columns" in error
    assert "--snap" in error
    assert "Traceback" not in error


def test_maps_are_gzipped_or_geotiffs_where_asked_for(tmp_path: Path) -> None:
    run(make_job(tmp_path, write_as_tif="True", write_volt_maps="True", write_cum_cur_map_only="True"))
    assert rasters.read(tmp_path / "out/run_cum_curmap.tif").values.shape == (12, 12)
    assert (tmp_path / "out/run_voltmap_1_2.tif").is_file()
    assert not (tmp_path / "out/run_curmap_1_2.tif").exists()


def test_logarithms_and_hidden_cells_follow_the_settings(tmp_path: Path) -> None:
    run(make_job(tmp_path), output=tmp_path / "plain")
    run(make_job(tmp_path, log_transform_maps="True"), output=tmp_path / "log")
    plain = rasters.read(tmp_path / "plain/run_cum_curmap.asc").values
    assert np.allclose(rasters.read(tmp_path / "log/run_cum_curmap.asc").values, np.log10(plain), atol=1e-8)
    run(make_job(tmp_path, set_focal_node_currents_to_zero="True"), output=tmp_path / "hidden")
    hidden = rasters.read(tmp_path / "hidden/run_cum_curmap.asc").values
    assert hidden[0, 0] == pytest.approx(plain[0, 0] - 3)
    assert rasters.read(tmp_path / "hidden/run_curmap_1_2.asc").values[0, 0] == 0


def solves_in(folder: Path) -> str:
    """The part of the report that says how everything was solved."""
    page = (folder / "run_report.html").read_text(encoding="utf-8")
    return page.partition("How it was solved")[2].partition("<h2>")[0]


class Stop:
    """A progress that interrupts after some calls."""

    def __init__(self, calls: int) -> None:
        self.left = calls

    def __call__(self, done: float, stage: str) -> None:
        self.left -= 1
        if self.left <= 0:
            raise KeyboardInterrupt


@pytest.mark.parametrize("scenario", ["pairwise", "one-to-all", "all-to-one"])
@pytest.mark.parametrize("regions", [False, True])
@pytest.mark.parametrize("calls", [1, 2, 4, 8])
def test_an_interrupted_run_is_resumed_and_gives_the_same_files(
    tmp_path: Path, scenario: str, regions: bool, calls: int
) -> None:
    path = make_job(tmp_path, regions=regions, scenario=scenario, write_volt_maps="True")
    run(path, output=tmp_path / "whole")
    stop = Stop(calls)
    try:
        run(path, stop, output=tmp_path / "parts")
    except KeyboardInterrupt:
        assert (tmp_path / "parts/.run.state/inputs.json").is_file()
        said = run(path, output=tmp_path / "parts", resume=True)
        assert "The interrupted run is resumed." in said
    assert names(tmp_path / "parts") == names(tmp_path / "whole")
    assert solves_in(tmp_path / "parts") == solves_in(tmp_path / "whole") != ""
    for name in names(tmp_path / "whole") - {"run_report.html"}:
        assert (tmp_path / "parts" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_pairs_of_regions_go_on_from_their_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amur.science.circuits.regions.FEW", 0)
    monkeypatch.setattr("amur.science.circuits.regions.PORTS_PER_PAIR", 0)
    path = make_job(tmp_path, regions=True)
    run(path, output=tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        run(path, Stop(4), output=tmp_path / "parts")
    solved = []
    from amur.science.circuits import regions

    real = regions._solve_merged
    monkeypatch.setattr(regions, "_solve_merged", lambda *given: solved.append(1) or real(*given))
    run(path, output=tmp_path / "parts", resume=True)
    assert 0 < len(solved) < 6
    assert solves_in(tmp_path / "parts") == solves_in(tmp_path / "whole") != ""
    for name in names(tmp_path / "whole") - {"run_report.html"}:
        assert (tmp_path / "parts" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_resuming_with_other_inputs_is_refused(tmp_path: Path) -> None:
    path = make_job(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        run(path, Stop(2))
    land = tmp_path / "land.asc"
    land.write_text(land.read_text().replace("1.", "2.", 1))
    with pytest.raises(Problem, match="have changed"):
        run(path, resume=True)
    assert run(path)


def test_a_full_disk_leaves_a_state_and_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = make_job(tmp_path)
    written = []
    real = rasters.write

    def full(target: Path, raster: rasters.Raster, **options: bool) -> Path:
        if len(written) == 3:
            raise OSError(28, "No space left on device", str(target))
        written.append(target)
        return real(target, raster, **options)

    monkeypatch.setattr("amur.formats.circuitscape.writer.rasters.write", full)
    assert cli.main(["circuits", str(path)]) == 1
    assert "The disk is full" in capsys.readouterr().err
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in written}
    assert "The interrupted run is resumed." in run(path, resume=True)
    assert {path: path.stat().st_mtime_ns for path in written} == before
    assert not (tmp_path / "out/.run.state").exists()


def test_a_disk_without_room_for_the_results_is_told_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amur.commands.jobs.measures.free_bytes", lambda folder: 10)
    with pytest.raises(Problem, match="The results need about"):
        run(make_job(tmp_path))


def test_the_state_keeps_pieces_and_only_whole_files_count(tmp_path: Path) -> None:
    now = [0.0]
    state = State(tmp_path / "run", "hash", clock=lambda: now[0])
    state.put("early", np.arange(3.0))
    assert not state.found()
    now[0] = 10.0
    state.put("late", np.arange(4.0))
    state.finished("a.asc")
    again = State(tmp_path / "run", "hash")
    assert again.matches()
    again.take_up()
    assert again.done == {"a.asc"}
    assert again.get("early").tolist() == [0, 1, 2]
    assert again.get("late").tolist() == [0, 1, 2, 3]
    with (state.folder / "done.txt").open("a") as file:
        file.write("half of a na")
    again = State(tmp_path / "run", "hash")
    again.take_up()
    assert again.done == {"a.asc"}
    assert not State(tmp_path / "run", "other").matches()


def test_a_killed_run_is_resumed(tmp_path: Path) -> None:
    path = make_job(tmp_path, side=60, write_volt_maps="True")
    script = (
        "import sys; from amur.commands.circuits import running\n"
        "from amur.commands.jobs.state import State\n"
        "import functools\n"
        "running.State = functools.partial(State, patience=0.0)\n"
        "import time\n"
        "def slow(done, stage): print(done, flush=True); time.sleep(0.2)\n"
        "running.run_job(running.Path('job.ini'), running.Options(), print, slow)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env=os.environ, cwd=tmp_path
    )
    folder, deadline = tmp_path / "out", time.monotonic() + 60
    while time.monotonic() < deadline and not list(folder.glob("run_curmap_*")):
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    (folder / ".run_curmap_1_3.0123456789ab.asc").write_text("a part")
    assert not (folder / "run_report.html").exists()
    run(path, output=tmp_path / "whole")
    assert "The interrupted run is resumed." in run(path, resume=True)
    leftovers = {name for name in names(folder) if name.startswith(".")}
    for name in names(tmp_path / "whole") - {"run_report.html"}:
        assert (folder / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert leftovers == set()
