"""`amur omniscape` as a planner meets it: sentences, files, a report; interrupted, killed, resumed."""

import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from amur import cli
from amur.commands.omniscape import executors
from amur.commands.omniscape.running import Options, run_job
from amur.formats import rasters
from amur.portal.operations.problems import Problem
from amur.science.circuits.omnidirectional import tiles

HEAD = "ncols {columns}\nnrows {rows}\nxllcorner 0\nyllcorner 0\ncellsize 1\nNODATA_value -9999\n"
SIDE = 24


def make_job(folder: Path, **keys: str) -> Path:
    rng = np.random.default_rng(1)
    head = HEAD.format(rows=SIDE, columns=SIDE)
    land = rng.uniform(1, 9, (SIDE, SIDE))
    land[4:9, 11] = -9999
    strength = rng.uniform(0, 1, (SIDE, SIDE))
    for name, values in (("land", land), ("source", strength)):
        (folder / f"{name}.asc").write_text(
            head + "\n".join(" ".join(f"{value:.3f}" for value in row) for row in values)
        )
    values = {
        "resistance_file": "land.asc", "source_file": "source.asc", "radius": "4", "block_size": "3",
        "project_name": "out", "calc_flow_potential": "true", "calc_normalized_current": "true",
        "write_as_tif": "false",
    } | keys  # fmt: skip
    path = folder / "job.ini"
    path.write_text("".join(f"{key} = {value}\n" for key, value in values.items()))
    return path


@pytest.fixture(autouse=True)
def small_tiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tiles, "WORK", 300.0)


def run(path: Path, progress=lambda done, stage: None, **options: object) -> list[str]:
    said: list[str] = []
    assert run_job(path, Options(**options), said.append, progress) == 0  # type: ignore[arg-type]
    return said


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def same_maps(one: Path, other: Path) -> bool:
    maps = names(one) - {"report.html"}
    return names(one) == names(other) and all(
        (one / name).read_bytes() == (other / name).read_bytes() for name in maps
    )


class Stop:
    """A progress that interrupts after some calls."""

    def __init__(self, calls: int) -> None:
        self.left = calls

    def __call__(self, done: float, stage: str) -> None:
        self.left -= 1
        if self.left <= 0:
            raise KeyboardInterrupt


def test_it_says_beforehand_what_it_will_do_and_writes_under_the_known_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_job(tmp_path)
    assert cli.main(["omniscape", "job.ini", "--output", "results"]) == 0
    said = capsys.readouterr().out
    assert "24 rows and 24 columns, 571 cells with data" in said
    assert "64 windows with a radius of 4 cells" in said
    assert "of memory" in said
    assert "results: results" in said
    assert names(tmp_path / "results") == {
        "cum_currmap.asc", "flow_potential.asc", "normalized_cum_currmap.asc", "config.ini", "report.html",
    }  # fmt: skip
    found = rasters.read(tmp_path / "results/cum_currmap.asc").values
    assert int(np.isnan(found).sum()) == 5
    assert np.nanmin(found) > 0


def test_the_report_is_one_page_with_maps_and_without_scripts_or_links(tmp_path: Path) -> None:
    run(make_job(tmp_path))
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") == 5
    assert "<script" not in page
    assert not re.search(r"(src|href)=\"(?!data:)", page)
    assert "Normalized current" in page
    assert "How it was solved" in page


def test_check_reads_everything_and_writes_nothing(tmp_path: Path) -> None:
    said = run(make_job(tmp_path), check=True)
    assert any("of computing" in line for line in said)
    assert not (tmp_path / "out").exists()


def test_maps_follow_the_settings(tmp_path: Path) -> None:
    run(make_job(
        tmp_path, write_as_tif="true", calc_flow_potential="false", calc_normalized_current="false",
        mask_nodata="false",
    ))  # fmt: skip
    assert names(tmp_path / "out") == {"cum_currmap.tif", "config.ini", "report.html"}
    found = rasters.read(tmp_path / "out/cum_currmap.tif").values
    assert (found[4:9, 11] == 0).all()


def test_a_short_job_gives_the_same_maps(tmp_path: Path) -> None:
    run(make_job(tmp_path))
    (tmp_path / "job.toml").write_text(
        'landscape = "land.asc"\nsources = "source.asc"\nradius = 4\nblock = 3\noutput = "short"\n'
        'maps = ["current", "flow potential", "normalized"]\ngeotiff = false\n'
    )
    run(tmp_path / "job.toml")
    for name in ("cum_currmap.asc", "flow_potential.asc", "normalized_cum_currmap.asc"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "short" / name).read_bytes()
    assert (tmp_path / "short/config.toml").is_file()


def test_the_numbers_of_omniscape_are_asked_for_by_a_switch(tmp_path: Path) -> None:
    path = make_job(tmp_path)
    run(path, output=tmp_path / "ours")
    said = run(path, output=tmp_path / "theirs", as_peer=True)
    assert any("as Omniscape does" in line for line in said)
    assert not same_maps(tmp_path / "ours", tmp_path / "theirs")


def test_wrong_rasters_end_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = make_job(tmp_path)
    text = (tmp_path / "source.asc").read_text()
    (tmp_path / "source.asc").write_text(text.replace("xllcorner 0", "xllcorner 0.25"))
    assert cli.main(["omniscape", str(path)]) == 1
    error = capsys.readouterr().err
    assert "source.asc" in error
    assert "0.25 east" in error
    assert "--snap" in error
    assert cli.main(["omniscape", str(path), "--snap"]) == 0
    assert "was aligned to" in capsys.readouterr().out


@pytest.mark.parametrize("calls", [2, 5, 16])
@pytest.mark.parametrize("workers", [1, 3])
def test_an_interrupted_run_is_resumed_and_gives_the_same_files(
    tmp_path: Path, calls: int, workers: int
) -> None:
    path = make_job(tmp_path)
    run(path, output=tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        run(path, Stop(calls), output=tmp_path / "parts", workers=workers)
    assert (tmp_path / "parts/.state/inputs.json").is_file()
    first: list[str] = []
    said = run(
        path, lambda done, stage: first.append(stage), output=tmp_path / "parts", resume=True, workers=workers
    )
    assert "The interrupted run is resumed." in said
    assert first[0].startswith(f"tile {calls - 1} of ")
    assert same_maps(tmp_path / "whole", tmp_path / "parts")


def test_resuming_with_other_inputs_is_refused(tmp_path: Path) -> None:
    path = make_job(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        run(path, Stop(3))
    with pytest.raises(Problem, match="have changed"):
        run(path, resume=True, as_peer=True)
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

    def full(target: Path, raster: rasters.Raster) -> Path:
        if written:
            raise OSError(28, "No space left on device", str(target))
        written.append(target)
        return real(target, raster)

    monkeypatch.setattr("amur.formats.omniscape.writer.rasters.write", full)
    assert cli.main(["omniscape", str(path)]) == 1
    assert "The disk is full" in capsys.readouterr().err
    monkeypatch.setattr("amur.formats.omniscape.writer.rasters.write", real)
    assert "The interrupted run is resumed." in run(path, resume=True)
    run(path, output=tmp_path / "whole")
    assert same_maps(tmp_path / "whole", tmp_path / "out")


def test_a_disk_without_room_for_the_results_is_told_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amur.commands.jobs.measures.free_bytes", lambda folder: 10)
    with pytest.raises(Problem, match="The results need about"):
        run(make_job(tmp_path))
    assert not (tmp_path / "out").exists()


def test_a_killed_run_is_resumed(tmp_path: Path) -> None:
    path = make_job(tmp_path)
    script = (
        "import functools, time\n"
        "from pathlib import Path\n"
        "from amur.commands.omniscape import running\n"
        "from amur.science.circuits.omnidirectional import tiles\n"
        "tiles.WORK = 300.0\n"
        "running.State = functools.partial(running.State, patience=0.0)\n"
        "def slow(done, stage): print(done, flush=True); time.sleep(0.1)\n"
        "running.run_job(Path('job.ini'), running.Options(workers=2), print, slow)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env=os.environ, cwd=tmp_path
    )
    kept, deadline = tmp_path / "out/.state/windows.npy", time.monotonic() + 60
    while time.monotonic() < deadline and not kept.is_file():
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    (tmp_path / "out/.cum_currmap.0123456789ab.asc").write_text("a part")
    assert not (tmp_path / "out/report.html").exists()
    run(path, output=tmp_path / "whole")
    first: list[str] = []
    said = run(path, lambda done, stage: first.append(stage), resume=True)
    assert "The interrupted run is resumed." in said
    assert not first[0].startswith("tile 0 of ")
    assert same_maps(tmp_path / "whole", tmp_path / "out")


def test_a_cluster_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_job(tmp_path)
    monkeypatch.setattr(executors, "PATIENCE", 0.5)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Problem, match=r"amur\[cluster\]"):
        run(path, cluster="tcp://127.0.0.1:1")


def test_a_cluster_gives_the_same_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask (amur[cluster]) is not installed")
    path = make_job(tmp_path)
    run(path, output=tmp_path / "whole")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True
    ) as cluster:
        run(path, output=tmp_path / "spread", cluster=cluster.scheduler_address)
    assert same_maps(tmp_path / "whole", tmp_path / "spread")
    monkeypatch.setattr(executors, "PATIENCE", 0.5)
    with pytest.raises(Problem, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:1"):
        run(path, cluster="tcp://127.0.0.1:1")


def test_threads_of_this_machine_end_with_the_run() -> None:
    with executors.on_this_machine(1) as nothing:
        assert nothing is None
    with executors.on_this_machine(2) as pool:
        assert isinstance(pool, ThreadPoolExecutor)
    with pytest.raises(RuntimeError):
        pool.submit(print)
