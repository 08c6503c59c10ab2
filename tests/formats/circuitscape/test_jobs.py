"""Jobs: every key of Circuitscape is honoured or refused by name, and wrong ones are told apart."""

from pathlib import Path

import numpy as np
import pytest

from amur.formats.circuitscape import KEYS, read_job, read_network, read_rasters
from amur.formats.circuitscape.lists import read_pairs
from amur.formats.errors import FormatError, FormatErrors

GRID = "ncols 3\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\nNODATA_value -9999\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "land.asc").write_text(GRID + "1 2 3\n4 5 6\n")
    (tmp_path / "points.asc").write_text(GRID + "1 -9999 -9999\n-9999 -9999 2\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def job(folder: Path, **keys: str) -> Path:
    values = {
        "data_type": "raster",
        "scenario": "pairwise",
        "habitat_file": "land.asc",
        "point_file": "points.asc",
        "output_file": "out/run.out",
    } | keys
    path = folder / "job.ini"
    path.write_text("[Circuitscape mode]\n" + "".join(f"{key} = {value}\n" for key, value in values.items()))
    return path


@pytest.mark.parametrize("word", ["TRUE", "True", "true", "1", "yes", "Yes", "on"])
def test_every_spelling_of_true_is_true(folder: Path, word: str) -> None:
    assert read_job(job(folder, connect_four_neighbors_only=word)).four_neighbours


@pytest.mark.parametrize("word", ["FALSE", "False", "0", "no", "None", ""])
def test_every_spelling_of_false_is_false(folder: Path, word: str) -> None:
    assert not read_job(job(folder, connect_four_neighbors_only=word)).four_neighbours


def test_what_is_neither_is_told(folder: Path) -> None:
    with pytest.raises(FormatErrors, match="True or False") as raised:
        read_job(job(folder, write_cur_maps="Tru"))
    assert raised.value.problems[0].row == 7


def test_an_unknown_key_is_named_with_the_nearest_known_one(folder: Path) -> None:
    with pytest.raises(FormatErrors, match=r"“write_curr_maps”.*“write_cur_maps”"):
        read_job(job(folder, write_curr_maps="True"))


def test_every_key_of_the_table_is_read(folder: Path) -> None:
    settings = read_job(job(folder, **{key: "" for key in KEYS if key not in (
        "data_type", "scenario", "habitat_file", "point_file", "output_file", "solver",
        "precision", "remove_src_or_gnd",
    )}))  # fmt: skip
    assert settings.output == Path("out/run")


def test_keys_without_effect_give_a_note(folder: Path) -> None:
    settings = read_job(job(folder, low_memory_mode="True", precision="single", print_timings="1"))
    assert {note.params["key"] for note in settings.notes} == {
        "low_memory_mode",
        "precision",
        "print_timings",
    }


def test_all_problems_of_a_job_are_told_at_once(folder: Path) -> None:
    with pytest.raises(FormatErrors) as raised:
        read_job(
            job(folder, scenario="pairwize", point_file="gone.asc", solver="magic", habitat_file="a.npy")
        )
    found = sorted((problem.code, problem.params["key"]) for problem in raised.value.problems)
    assert found == [("key-refused", "habitat_file"), ("key-value", "scenario"), ("key-value", "solver")]


def test_a_job_needs_its_files_and_its_mode(folder: Path) -> None:
    with pytest.raises(FormatErrors, match="“scenario” is not set"):
        read_job(job(folder, scenario="not entered"))
    with pytest.raises(FormatErrors, match="“point_file” is not set"):
        read_job(job(folder, point_file="(Browse for file with locations of focal points or regions)"))
    with pytest.raises(FormatErrors, match="“source_file” is not set"):
        read_job(job(folder, scenario="advanced"))
    with pytest.raises(FormatErrors, match="for rasters only"):
        read_job(job(folder, data_type="network", scenario="one-to-all"))


def test_paths_are_looked_for_from_the_working_folder_then_beside_the_job(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = folder / "inner"
    inner.mkdir()
    path = job(folder).rename(inner / "job.ini")
    assert read_job(path).habitat == folder / "land.asc"
    monkeypatch.chdir("/")
    assert read_job(path).habitat == folder / "land.asc"
    (inner / "land.asc").write_text(GRID + "1 1 1\n1 1 1\n")
    assert read_job(path).habitat == inner / "land.asc"


def test_a_short_job_says_the_same_in_our_words(folder: Path) -> None:
    (folder / "job.toml").write_text(
        'mode = "pairwise"\nlandscape = "land.asc"\nvalues = "conductance"\nneighbours = 4\n'
        'average = "conductance"\nfocal = "points.asc"\nmaps = ["cumulative", "voltage"]\noutput = "out/x"\n'
    )
    settings = read_job(folder / "job.toml")
    assert (settings.resistances, settings.four_neighbours, settings.average_resistances) == (
        False,
        True,
        False,
    )
    assert (settings.any_current, settings.each_current, settings.voltage_maps) == (True, False, True)
    assert settings.output == folder / "out/x"
    (folder / "bad.toml").write_text('mode = "pairwise"\nneighbors = 4\nlandscape = "land.asc"\n')
    with pytest.raises(FormatErrors, match="neighbors"):
        read_job(folder / "bad.toml")


def test_rasters_that_lie_elsewhere_are_refused_or_snapped(folder: Path) -> None:
    (folder / "points.asc").write_text(
        GRID.replace("xllcorner 0", "xllcorner 0.3") + "1 -9999 -9999\n-9999 -9999 2\n"
    )
    settings = read_job(job(folder))
    with pytest.raises(FormatErrors, match=r"0\.3 east"):
        read_rasters(settings)
    inputs = read_rasters(settings, snap=True)
    assert inputs.focal_cells.tolist() == [0, 5]
    assert [note.code for note in inputs.notes] == ["raster-snapped"]


def test_a_background_value_is_refused_with_its_count(folder: Path) -> None:
    size = "ncols 100\nnrows 100\nxllcorner 0\nyllcorner 0\ncellsize 1\n"
    (folder / "land.asc").write_text(size + "1 " * 10_000)
    (folder / "points.asc").write_text(size + "1 2 " + "255 " * 9_998)
    with pytest.raises(FormatErrors, match="value 255 alone fills 9998"):
        read_rasters(read_job(job(folder)))


def test_resistances_given_as_focal_nodes_are_refused(folder: Path) -> None:
    (folder / "points.asc").write_text(GRID + "1.5 2 3\n4 5 6\n")
    with pytest.raises(FormatErrors, match="only whole numbers"):
        read_rasters(read_job(job(folder)))


def test_zero_resistances_are_refused_with_their_place(folder: Path) -> None:
    (folder / "land.asc").write_text(GRID + "1 2 3\n4 0 6\n")
    with pytest.raises(FormatErrors, match="row 2, column 2: The resistance is 0"):
        read_rasters(read_job(job(folder)))


@pytest.mark.parametrize(
    "text", ["1\t0.5\t1.5\n2\t2.5\t0.5\n", "1 0.5 1.5\n2 2.5 0.5", "1,0.5,1.5\n\n2,2.5,0.5\n# end\n"]
)
def test_focal_nodes_come_from_lists_of_any_separator(folder: Path, text: str) -> None:
    (folder / "points.txt").write_text(text)
    inputs = read_rasters(read_job(job(folder, point_file="points.txt")))
    assert (inputs.focal_ids.tolist(), inputs.focal_cells.tolist()) == ([1, 2], [0, 5])


def test_a_focal_node_outside_is_named_with_its_line(folder: Path) -> None:
    (folder / "points.txt").write_text("1 0.5 1.5\n\n2 9 9\n")
    with pytest.raises(FormatErrors, match=r"points\.txt, row 3: Place 2 at 9, 9 lies outside"):
        read_rasters(read_job(job(folder, point_file="points.txt")))


def test_sources_and_grounds_become_amperes_and_siemens(folder: Path) -> None:
    (folder / "sources.txt").write_text("3 0.5 1.5\n")
    (folder / "grounds.asc").write_text(GRID + "-9999 -9999 -9999\n-9999 4 0\n")
    path = job(folder, scenario="advanced", source_file="sources.txt", ground_file="grounds.asc")
    inputs = read_rasters(read_job(path))
    assert inputs.sources.tolist() == [[3, 0, 0], [0, 0, 0]]
    assert inputs.grounds.tolist() == [[0, 0, 0], [0, 0.25, np.inf]]
    path = job(
        folder, scenario="advanced", source_file="sources.txt", ground_file="grounds.asc",
        use_unit_currents="True", use_direct_grounds="True", ground_file_is_resistances="False",
    )  # fmt: skip
    inputs = read_rasters(read_job(path))
    assert inputs.sources.max() == 1
    assert inputs.grounds.tolist() == [[0, 0, 0], [0, np.inf, 0]]


def test_rmvall_leaves_the_ground_as_circuitscape_does_and_says_so(folder: Path) -> None:
    (folder / "sources.txt").write_text("1 0.5 0.5\n")
    path = job(
        folder, scenario="advanced", source_file="sources.txt", ground_file="sources.txt",
        remove_src_or_gnd="rmvall",
    )  # fmt: skip
    settings = read_job(path)
    assert settings.conflict == "rmvsrc"
    assert [note.code for note in settings.notes] == ["conflict-ground-left"]


def test_pairs_come_as_a_list_or_as_a_matrix(folder: Path) -> None:
    path = folder / "pairs.txt"
    path.write_text("mode\tinclude\n1\t2\n3\t1\n4\t0\n")
    pairs = read_pairs(path)
    assert pairs.ids.tolist() == [1, 2, 3, 4]
    assert pairs.included.astype(int).tolist() == [[0, 1, 1, 0], [1, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
    path.write_text("mode exclude\n1 2\n3 3\n")
    assert not read_pairs(path).included[0, 1]
    assert read_pairs(path).included[0, 2]
    path.write_text("min 2\nmax 50\n0 1 3 2\n1 0 6.67 100\n3 6.67 0 7\n2 100 1 0\n")
    pairs = read_pairs(path)
    assert pairs.ids.tolist() == [1, 2, 3]
    assert pairs.included.astype(int).tolist() == [[0, 0, 1], [0, 0, 1], [1, 1, 0]]
    path.write_text("1 2\n1 3\n")
    with pytest.raises(FormatError, match="mode include"):
        read_pairs(path)


def test_edges_of_a_network_add_up_and_keep_the_users_numbers(folder: Path) -> None:
    (folder / "edges.txt").write_text("10 20 2\n20 10 2\n20 30 4\n")
    (folder / "focal.txt").write_text("10\n30\n")
    settings = read_job(job(folder, data_type="network", habitat_file="edges.txt", point_file="focal.txt"))
    network = read_network(settings)
    assert network.nodes.tolist() == [10, 20, 30]
    assert network.conductance.tolist() == [1.0, 0.25]
    assert network.focal.tolist() == [0, 2]
    (folder / "focal.txt").write_text("10\n40\n")
    with pytest.raises(FormatErrors, match="Node 40 is not in the network"):
        read_network(settings)
