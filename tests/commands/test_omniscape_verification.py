"""Every verification case of Omniscape by `amur omniscape --as-peer`, from its files to its files.

The expected maps were computed by iteration, so they are asked to agree to 1e-6 of their largest value where
they are that exact.
"""

from pathlib import Path

import numpy as np
import pytest

from amur import cli
from amur.formats import rasters

DATA = Path(__file__).parents[3] / "shared" / "data" / "omniscape"
CASES = sorted(path.parent.name for path in DATA.glob("output_verify/*/config.ini")) or ["no data"]

MAP = 1e-6
# Expected maps that are less exact than that, and why.
ACCURACY = {
    "test1": 2e-5,  # the correction of blocks magnifies the peer's error at the tips of a disc
    "test2": 2e-5,  # as test1
    "test4a": 5e-6,  # as test1
    "test1_32bit": 5e-4,  # computed in single precision; test1 is the exact one
}
# In test4a the peer divides by the error of its solver: cells of each map that are therefore not compared.
WRONG_IN_TEST4A = {"cum_currmap": 52, "flow_potential": 165, "normalized_cum_currmap": 165}

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"the verification data of Omniscape is not at {DATA}"
)


@pytest.mark.parametrize("case", CASES)
def test_a_case_gives_the_verified_maps(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATA)
    job = f"output_verify/{case}/config.ini"
    assert cli.main(["omniscape", job, "--as-peer", "--output", str(tmp_path / case)]) == 0
    expected = [path for path in (DATA / "output_verify" / case).iterdir() if path.suffix != ".ini"]
    assert expected
    assert {path.name for path in expected} <= {path.name for path in (tmp_path / case).iterdir()}
    assert (tmp_path / case / "config.ini").read_bytes() == (DATA / job).read_bytes()
    for path in expected:
        mine, theirs = rasters.read(tmp_path / case / path.name), rasters.read(path)
        assert (mine.grid.shape, mine.grid.west, mine.grid.south) == (
            theirs.grid.shape, theirs.grid.west, theirs.grid.south,
        )  # fmt: skip
        assert (np.isnan(mine.values) == np.isnan(theirs.values)).all(), path.name
        there = ~np.isnan(theirs.values)
        wrong = np.abs(mine.values - theirs.values)[there]
        apart = wrong > ACCURACY.get(case, MAP) * mine.values[there].max()
        assert apart.sum() <= (WRONG_IN_TEST4A[path.stem] if case == "test4a" else 0), (
            path.name, int(apart.sum()), wrong.max() / mine.values[there].max(),
        )  # fmt: skip


@pytest.mark.parametrize(
    "job", ["config", "config2", "config3", "config4b", "config4c", "config5", "config6", "config_reclass"]
)
def test_the_other_jobs_run_unchanged(job: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATA)
    assert cli.main(["omniscape", f"input/{job}.ini", "--output", str(tmp_path / job)]) == 0
    assert (tmp_path / job / "report.html").is_file()


@pytest.mark.parametrize(
    ("job", "option"),
    [
        ("bad_config", "radius"), ("no_source_provided", "source_file"), ("bad_comparison1", "comparison1"),
        ("bad_comparison2", "comparison2"), ("bad_n_conditions", "n_conditions"),
        ("bad_compare_to_future", "compare_to_future"), ("config7", "resistance"),
    ],
)  # fmt: skip
def test_a_wrong_job_ends_with_a_sentence(
    job: str, option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(DATA)
    assert cli.main(["omniscape", f"input/{job}.ini", "--output", str(tmp_path / job)]) == 1
    said = capsys.readouterr().err
    assert option in said
    assert said.count("\n") == 1
    assert not (tmp_path / job).exists()
