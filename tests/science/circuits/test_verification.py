"""Every verification case of Circuitscape, from its files to its files, element by element.

The expected files were computed by iteration to a residual of 1e-6 and printed with ten digits, so a map can
be expected to agree to 1e-6 of its largest value, and resistances to 1e-6 of themselves.
"""

import re
from pathlib import Path

import numpy as np
import pytest

from amur.commands.circuits.running import Options, run_job
from amur.formats import rasters

DATA = Path(__file__).parents[4] / "shared" / "data" / "circuitscape"
CASES = sorted(str(path.relative_to(DATA)) for path in DATA.glob("input/**/*.ini")) or ["no data"]
MAPS = RESISTANCES = 1e-6

# Expected files that are not results of their case as it stands, and why.
STALE = {
    r"sgNetworkVerify2_(voltages|(node|branch)_currents)_\d_[56]\.txt": "5 and 6 are no focal nodes any more",
    r"sgVerify12_cum_curmap\.asc": "the case asks for no current maps",
    r"mgVerify2_curmap\.asc": "the case asks for no current map",
    r"sgVerify14_curmap_max\.asc": "the name that an older program gave to the max_curmap, which is there",
    r"sgVerify13_resistances_3columns\.out": "contradicts the matrix of the same case (other pairs)",
    r"sgVerify13_(cur|volt)map_(1_4|1_9|2_4|2_8|2_9|4_8|4_9)\.asc": "pairs that the matrix leaves out",
    r"allToOneVerify12_curmap_4\.asc": "4 A that neither its cumulative map nor its result (-1) counts",
    r"oneToAllVerify10_(cur|volt)map_\d+\.asc": "the case asks for sums only",
    r"oneToAllVerify1[12]_(cum_curmap|(cur|volt)map_\d+)\.asc": "the case asks for no maps",
}

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"the verification data of Circuitscape is not at {DATA}"
)


@pytest.mark.parametrize("case", CASES)
def test_a_case_gives_the_verified_numbers(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(DATA)
    assert run_job(Path(case), Options(output=tmp_path), lambda line: None, lambda done, stage: None) == 0
    name = next(path.name for path in tmp_path.glob("*_report.html")).removesuffix("_report.html")
    expected = [path for path in (DATA / "output_verify").glob(f"{name}_*") if path.suffix != ".ini"]
    expected = [path for path in expected if not any(re.fullmatch(old, path.name) for old in STALE)]
    assert expected
    missing = [path.name for path in expected if not (tmp_path / path.name).is_file()]
    assert missing == []
    for path in expected:
        compare(tmp_path / path.name, path)


def compare(found: Path, expected: Path) -> None:
    if found.suffix == ".asc":
        mine, theirs = rasters.read(found), rasters.read(expected)
        assert mine.grid.shape == theirs.grid.shape
        assert np.isnan(mine.values).tolist() == np.isnan(theirs.values).tolist(), found.name
        there = ~np.isnan(theirs.values)
        largest = np.abs(theirs.values[there]).max(initial=0.0)
        assert np.abs(mine.values - theirs.values)[there].max(initial=0.0) <= MAPS * largest + 1e-12, (
            found.name
        )
    elif "branch_currents" in found.name:
        mine, theirs = branches(found), branches(expected)
        largest = max(theirs.values())
        for edge in mine.keys() | theirs.keys():
            assert mine.get(edge, 0.0) == pytest.approx(theirs.get(edge, 0.0), abs=MAPS * largest), found.name
    else:
        mine, theirs = np.loadtxt(found, ndmin=2), np.loadtxt(expected, ndmin=2)
        assert mine.shape == theirs.shape
        if "resistances" in found.name:
            assert np.allclose(mine, theirs, rtol=RESISTANCES, atol=1e-9), found.name
        else:
            assert (mine[:, 0] == theirs[:, 0]).all()
            largest = np.abs(theirs[:, 1]).max()
            assert np.abs(mine[:, 1] - theirs[:, 1]).max() <= MAPS * largest + 1e-12, found.name


def branches(path: Path) -> dict[tuple[int, int], float]:
    rows = np.loadtxt(path, ndmin=2)
    return {(int(one), int(other)): value for one, other, value in rows}
