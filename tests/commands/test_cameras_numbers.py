"""`amur cameras numbers`: the quick check of a package, without any database."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from camtrapdp_packages import write_small

from amur import cli

EXAMPLE = Path(__file__).parents[3] / "shared" / "data" / "camtrapdp" / "example-1.0.2"


@pytest.mark.skipif(not EXAMPLE.is_dir(), reason=f"the public package is not at {EXAMPLE}")
def test_the_official_example_gives_its_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = tmp_path / "tables", tmp_path / "out.json"
    arguments = ["cameras", "numbers", str(EXAMPLE), "--csv", str(folder), "--json", str(out)]
    assert cli.main([*arguments, "--resamples", "100", "--species", "Anas platyrhynchos"]) == 0
    assert "span: 73.3716 trap days at 4 stations" in capsys.readouterr().out
    with (folder / "matrix-anas-platyrhynchos.csv").open(encoding="utf-8") as opened:
        rows = list(csv.reader(opened))
    assert len(rows) == 5 and {"0", "1", "NA"} >= {cell for row in rows[1:] for cell in row[1:]}
    document = json.loads(out.read_text(encoding="utf-8"))
    assert document["rules"]["minutes"] == 60 and document["tables"]["effort"]["rows"][0][0] == "span"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--species", "Felis fantastica"], "was not seen"),
        (["--zone", "Moon/Base"], "is no time zone"),
        (["--minutes", "-5"], "minutes"),
        (["--from", "2026-03-02"], "--from and --to together"),
        (["--from", "1999-01-01", "--to", "1999-02-01"], "no camera worked"),
        (["--json", "/nowhere/at/all.json"], "There is no folder"),
    ],
)
def test_what_is_wrong_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], words: str
) -> None:
    assert cli.main(["cameras", "numbers", str(write_small(tmp_path)), *options]) != 0
    assert words in capsys.readouterr().err
