"""Jobs of Omniscape: every key is honoured or refused by name, and wrong ones are told apart."""

import math
from pathlib import Path

import numpy as np
import pytest

from amur.formats.errors import FormatErrors
from amur.formats.omniscape import KEYS, Settings, read_inputs, read_job

GRID = "ncols 3\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\nNODATA_value -9999\n"
DATA = Path(__file__).parents[4] / "shared" / "data" / "omniscape"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "land.asc").write_text(GRID + "1 2 4\n5 -9999 8\n")
    (tmp_path / "source.asc").write_text(GRID + "0.5 0 -9999\n1 2 0.1\n")
    (tmp_path / "warm.asc").write_text(GRID + "10 11 12\n13 14 -9999\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def job(folder: Path, **keys: str) -> Path:
    values = {
        "resistance_file": "land.asc",
        "source_file": "source.asc",
        "radius": "2",
        "project_name": "out/run",
    } | keys
    path = folder / "job.ini"
    path.write_text("[Options]\n" + "".join(f"{key} = {value}\n" for key, value in values.items()))
    return path


def read(folder: Path, **keys: str) -> Settings:
    return read_job(job(folder, **keys))


def test_what_is_not_set_is_as_in_omniscape(folder: Path) -> None:
    settings = read(folder)
    assert (settings.radius, settings.block, settings.buffer, settings.cutoff) == (2, 1, 0, math.inf)
    assert (settings.correct, settings.mask, settings.geotiff) == (True, True, True)
    assert settings.maps == ("cum_currmap",)
    assert settings.output == Path("out/run")
    assert settings.notes == ()


@pytest.mark.parametrize("word", ["TRUE", "True", "true", "1", "yes", "on"])
def test_every_spelling_of_true_is_true(folder: Path, word: str) -> None:
    assert read(folder, connect_four_neighbors_only=word).four_neighbours
    assert read(folder, calc_flow_potential=word).maps == ("cum_currmap", "flow_potential")


def test_every_key_of_the_table_is_read(folder: Path) -> None:
    values = {
        "file": "warm.asc", "flag": "true", "number": "3", "text": "cholmod",
    }  # fmt: skip
    chosen = {"n_conditions": "2", "compare_to_future": "both", "comparison1": "equal", "precision": "double"}
    (folder / "table.txt").write_text("1 2\n")
    given = {
        key: chosen.get(key, values.get(found.kind, "within"))
        for key, found in KEYS.items()
        if key not in ("resistance_file", "source_file", "project_name", "reclass_table")
    }
    settings = read(folder, reclass_table="table.txt", **given)
    assert settings.radius == settings.block == settings.buffer == 3
    assert [one.comparison for one in settings.conditions] == ["equal", "within"]
    assert all(one.future for one in settings.conditions)
    assert settings.conditions[1].lower == settings.conditions[1].upper == 3
    assert settings.maps == ("cum_currmap", "flow_potential", "normalized_cum_currmap", "classified_resistance")  # fmt: skip
    assert settings.notes == ()


def test_a_slip_of_the_pen_is_refused_and_a_stranger_noted(folder: Path) -> None:
    with pytest.raises(FormatErrors, match=r"“calc_flow_potental”.*“calc_flow_potential”"):
        read(folder, calc_flow_potental="true")
    assert [note.code for note in read(folder, foo="something").notes] == ["key-stranger"]


def test_what_changes_nothing_is_noted(folder: Path) -> None:
    settings = read(
        folder, radius="3", solver="magic", precision="single", block_size="4", write_raw_currmap="false"
    )
    assert [note.code for note in settings.notes] == [
        "block-even", "key-without-effect", "key-without-effect", "maps-none",
    ]  # fmt: skip
    assert settings.block == 5


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"radius": "0"}, "“0” is no value of “radius”. Write a whole number of 1 or more."),
        ({"radius": "5.5"}, "“5.5” is no value of “radius”."),
        ({"block_size": "many"}, "“many” is no value of “block_size”."),
        ({"block_size": "5"}, "Blocks of 5 cells do not fit into a window of radius 2."),
        ({"buffer": "-1"}, "“-1” is no value of “buffer”. Write a whole number of 0 or more."),
        ({"source_threshold": "-1"}, "“-1” is no value of “source_threshold”."),
        ({"r_cutoff": "-3"}, "“-3” is no value of “r_cutoff”."),
        ({"mask_nodata": "Tru"}, "“Tru” is no value of “mask_nodata”. Write True or False."),
        ({"source_file": "gone.asc"}, "The file “gone.asc” of “source_file” is not there"),
        ({"conditional": "1"}, "“condition1_file” is not set"),
        (
            {"conditional": "1", "condition1_file": "warm.asc", "condition1_lower": "1"},
            "“condition1_lower = 1” is above “condition1_upper = 0”",
        ),
        ({"reclassify_resistance": "true"}, "“reclass_table” is not set"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_with_what_would_be_right(
    folder: Path, keys: dict[str, str], sentence: str
) -> None:
    with pytest.raises(FormatErrors) as raised:
        read(folder, **keys)
    assert sentence in str(raised.value)
    assert len(raised.value.errors) == 1


def test_values_become_conductances_and_source_strengths(folder: Path) -> None:
    found = read_inputs(read(folder, source_threshold="0.5"))
    assert found.conductance.tolist() == [[1, 0.5, 0.25], [0.2, 0, 0.125]]
    assert found.sources.tolist() == [[0.5, 0, 0], [1, 2, 0]]
    assert found.classified is None


def test_sources_follow_from_resistances_up_to_the_cutoff(folder: Path) -> None:
    found = read_inputs(read(folder, source_from_resistance="True", r_cutoff="4", source_file="no.asc"))
    assert found.sources.tolist() == [[1, 0.5, 0.25], [0, 0, 0]]
    found = read_inputs(read(folder, source_from_resistance="true", resistance_is_conductance="true"))
    assert found.sources.tolist() == [[1, 2, 4], [5, 0, 8]]
    with pytest.raises(FormatErrors, match="No cell with data is a source"):
        read_inputs(read(folder, source_from_resistance="true", r_cutoff="0"))


def test_classes_are_replaced_at_once_and_may_be_missing(folder: Path) -> None:
    (folder / "table.txt").write_text('1\t2\n2\t1\n5\t"missing"\n')
    found = read_inputs(read(folder, reclassify_resistance="true", reclass_table="table.txt"))
    assert found.conductance.tolist() == [[0.5, 1, 0.25], [0, 0, 0.125]]
    assert found.classified is not None
    assert np.isnan(found.classified).tolist() == [[False, False, False], [True, True, False]]


def test_conditions_are_read_for_today_and_later(folder: Path) -> None:
    (folder / "later.asc").write_text(GRID + "1 1 1\n1 1 1\n")
    settings = read(
        folder, conditional="true", condition1_file="warm.asc", compare_to_future="1",
        condition1_future_file="later.asc", condition1_lower="-1.5", condition1_upper="2",
    )  # fmt: skip
    assert (settings.conditions[0].lower, settings.conditions[0].upper) == (-1.5, 2)
    found = read_inputs(settings)
    present, future = found.conditions[0]
    assert present[0].tolist() == [10, 11, 12]
    assert (future == 1).all()
    assert [note.code for note in found.notes] == ["condition-without-data"]


@pytest.mark.parametrize("value", ["0", "-2"])
def test_resistances_of_zero_or_below_are_refused_with_their_place(folder: Path, value: str) -> None:
    (folder / "land.asc").write_text(GRID + f"1 2 4\n5 {value} 8\n")
    with pytest.raises(FormatErrors, match=f"land.asc, row 2, column 2: The value is {value} here"):
        read_inputs(read(folder))


def test_rasters_that_lie_elsewhere_are_refused_snapped_or_laid_by_cells(folder: Path) -> None:
    moved = (folder / "source.asc").read_text().replace("xllcorner 0", "xllcorner 0.5")
    (folder / "source.asc").write_text(moved)
    with pytest.raises(FormatErrors, match=r"by 0\.5 east and 0 north.*--snap"):
        read_inputs(read(folder))
    found = read_inputs(read(folder), snap=True)
    assert [note.code for note in found.notes] == ["raster-snapped"]
    found = read_inputs(read(folder, allow_different_projections="true"))
    assert [note.code for note in found.notes] == ["laid-by-cells"]
    assert found.sources[1].tolist() == [1, 2, 0.1]
    (folder / "source.asc").write_text(GRID.replace("ncols 3", "ncols 2") + "1 1\n1 1\n")
    with pytest.raises(FormatErrors, match="2 rows and 2 columns"):
        read_inputs(read(folder, allow_different_projections="true"))


def test_a_short_job_says_the_same_in_our_words(folder: Path) -> None:
    (folder / "job.toml").write_text(
        'landscape = "land.asc"\nvalues = "conductance"\nneighbours = 4\nsources = "landscape"\ncutoff = 3.5\n'
        'radius = 7\nblock = 3\nmaps = ["normalized"]\noutput = "out"\ngeotiff = false\n'
        '[[conditions]]\npresent = "warm.asc"\nfuture = "source.asc"\nwithin = [-1, 2]\n'
        '[[conditions]]\npresent = "land.asc"\n'
    )
    settings = read_job(folder / "job.toml")
    assert (settings.conductances, settings.four_neighbours, settings.sources) == (True, True, None)
    assert (settings.cutoff, settings.radius, settings.block, settings.geotiff) == (3.5, 7, 3, False)
    assert settings.maps == ("normalized_cum_currmap",)
    assert settings.output == folder / "out"
    first, second = settings.conditions
    assert (first.comparison, first.lower, first.upper) == ("within", -1, 2)
    assert first.future == folder / "source.asc"
    assert (second.comparison, second.future) == ("equal", None)
    (folder / "bad.toml").write_text('landscape = "land.asc"\nneighbors = 4\nmaps = ["flow"]\n')
    with pytest.raises(FormatErrors, match="“neighbors”") as raised:
        read_job(folder / "bad.toml")
    assert len(raised.value.errors) == 2


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the verification data of Omniscape is not at {DATA}")
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("bad_config", "Not set, and this job needs it: “radius”, “project_name”, “source_file”."),
        ("no_source_provided", "Not set, and this job needs it: “source_file”."),
        ("bad_comparison1", "“foo” is no value of “comparison1”. Write one of equal, within."),
        ("bad_comparison2", "“bar” is no value of “comparison2”. Write one of equal, within."),
        ("bad_n_conditions", "“3” is no value of “n_conditions”. Write one of 1, 2."),
        (
            "bad_compare_to_future",
            "row 19: “foo” is no value of “compare_to_future”. Write one of 1, 2, both, none.",
        ),
        ("config7", "resistance2.asc, row 28, column 2: The value is 0 here, and 2 cells"),
    ],
)
def test_the_wrong_jobs_of_omniscape_get_one_sentence_each(
    name: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(DATA)
    with pytest.raises(FormatErrors) as raised:
        read_inputs(read_job(DATA / "input" / f"{name}.ini"))
    assert sentence in str(raised.value)
    assert len(raised.value.errors) == 1
