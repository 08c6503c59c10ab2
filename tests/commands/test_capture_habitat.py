"""`amur capture fit` with a mask of habitat, centres of activity, and goodness of fit."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from capture_survey import results, survey

from amur import cli
from amur.commands.capture.fitting import Job, run_fit
from amur.formats.capture import Sources
from amur.formats.rasters import Grid, Raster, write
from amur.science.capture.examples import camera_session

WIDE = ["--buffer", "8000", "--nx", "32"]


def forest(folder: Path, *, cut: bool = True) -> str:
    """Cells of 500 m around the cameras: 1, or 0 in the south where it is `cut`."""
    low = camera_session().detectors.positions.min(axis=0) - 10_000
    values = np.ones((64, 64))
    values[:20] = 2.0
    if cut:
        values[-18:] = 0.0
    grid = Grid(64, 64, float(low[0]), float(low[1]), 500.0, 500.0)
    return str(write(folder / "forest.asc", Raster(values, grid)))


# Habitat


def test_density_is_of_the_habitat_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "out.html"
    assert cli.main([*survey(tmp_path), *WIDE]) == 0
    whole = results(tmp_path)
    assert cli.main([*survey(tmp_path), *WIDE, "--habitat", forest(tmp_path), "--report", str(page)]) == 0
    said, found = capsys.readouterr().out, results(tmp_path)
    assert (whole["habitat"], found["habitat"]) == ("", "forest.asc")
    assert found["derived"][0]["mask_area_km2"] < 0.8 * whole["derived"][0]["mask_area_km2"]
    codes = [{one["code"] for one in each["diagnosis"]} for each in (whole, found)]
    assert ["habitat-unknown" in each for each in codes] == [True, False]
    assert "note: forest.asc: The values of the layer are the covariate forest of the mask." in said
    assert "forest.asc" in page.read_text(encoding="utf-8")
    assert whole["fingerprint"]["mask"] != found["fingerprint"]["mask"]


def test_values_of_a_raster_may_explain_density(tmp_path: Path) -> None:
    words = [*survey(tmp_path), *WIDE, "--habitat", forest(tmp_path, cut=False), "--model", "D~forest"]
    assert cli.main(words) == 0
    assert [row["name"] for row in results(tmp_path)["coefficients"]][:2] == ["D", "D.forest"]


def test_a_narrow_buffer_is_not_made_wider_over_what_is_no_habitat(tmp_path: Path) -> None:
    words = [*survey(tmp_path), "--buffer", "3000", "--nx", "32"]
    codes = []
    for more in ([], ["--habitat", forest(tmp_path)]):
        assert cli.main([*words, *more]) == 0
        codes.append({one["code"] for one in results(tmp_path)["diagnosis"]})
    assert {"buffer-bias", "buffer-refit"} <= codes[0]
    assert "mask-bias" in codes[1]
    assert not {"buffer-bias", "buffer-refit"} & codes[1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--mask", "m.csv", "--habitat", "f.asc"], "--habitat goes with --buffer"),
        ([*WIDE, "--crs", "EPSG:32652"], "--crs goes with --habitat"),
    ],
)
def test_habitat_is_of_a_buffer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert cli.main([*survey(tmp_path), *words]) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--habitat", "absent.tif"], "There is no file at “absent.tif”."),
        (["--habitat", "absent.gpkg"], "absent.gpkg: There is no file absent.gpkg."),
    ],
)
def test_a_layer_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], sentence: str
) -> None:
    assert cli.main([*survey(tmp_path), *WIDE, *more]) == 1
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said


# Centres


def test_centres_are_places_of_animals_in_a_file_of_their_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, page = tmp_path / "centres.csv", tmp_path / "out.html"
    assert cli.main([*survey(tmp_path), *WIDE, "--centres", str(table), "--report", str(page)]) == 0
    assert "These are places of animals, for those who may see them." in capsys.readouterr().out
    with table.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    session = camera_session()
    captures, positions = session.captures, session.detectors.positions
    assert [row["individual"] for row in rows] == list(captures.ids)
    for k, row in enumerate(rows):
        assert row["session"] == "2026"
        seen = positions[captures.detector[captures.individual == k]].mean(axis=0)
        for kind in ("mode", "mean"):
            place = np.array([float(row[f"{kind}_easting"]), float(row[f"{kind}_northing"])])
            assert np.hypot(*(place - seen)) < 6000
        assert 500 < float(row["radius_95"]) < 12_000
    others = [json.dumps(results(tmp_path)), page.read_text(encoding="utf-8")]
    assert cli.main([*survey(tmp_path), *WIDE, "--report", str(page)]) == 0
    assert [json.dumps(results(tmp_path)), page.read_text(encoding="utf-8")] == others


def test_without_a_sigma_there_are_no_centres(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "t.txt").write_text("C0 300000 5000000\n")
    (tmp_path / "c.txt").write_text(
        "".join(f"1 M{k} {s} C0\n" for k in range(8) for s in range(1, 2 + k % 3))
    )
    words = ["--traps", str(tmp_path / "t.txt"), "--captures", str(tmp_path / "c.txt"), "--occasions", "5"]
    words += ["--detector", "proximity", "--buffer", "6000", "--centres", str(tmp_path / "centres.csv")]
    cli.main(["capture", "fit", *words, "--goodness", "40"])
    said = capsys.readouterr().out
    assert "sigma is withheld, so no centres of activity are written" in said
    assert "density is withheld, so no surveys are simulated" in said
    assert not (tmp_path / "centres.csv").exists()


# Goodness of fit


def fitted(folder: Path, *more: str) -> dict[str, Any]:
    assert cli.main([*survey(folder, "count"), *WIDE, "--goodness", "60", *more]) == 0
    return results(folder)


def test_the_data_stand_beside_simulated_surveys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "out.html"
    out = fitted(tmp_path, "--report", str(page))
    said, text = capsys.readouterr().out, page.read_text(encoding="utf-8")
    rows = {row["statistic"]: row for row in out["goodness"]["statistics"]}
    assert out["goodness"]["simulated_surveys"] == 60
    assert len(rows) == 6
    assert rows["animals seen"]["observed"] == out["individuals"]
    assert rows["detections"]["observed"] == out["detections"]
    for row in rows.values():
        assert row["low"] <= row["simulated"] <= row["high"]
        assert 2 / 61 <= row["p"] <= 1
    assert not [one for one in out["diagnosis"] if one["code"].startswith("misfit")]
    assert "Goodness of fit by 60 simulated surveys" in said
    assert "individuals seen" in said
    assert "Goodness of fit by 60 simulated surveys" in text


def test_what_the_model_could_not_have_made_becomes_a_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One animal in three leaves five times as many pictures."""
    words = survey(tmp_path, "count")
    path = tmp_path / "captures.txt"
    title, *lines = path.read_text(encoding="utf-8").splitlines()
    names = sorted({line.split()[1] for line in lines})[::3]
    often = [line for line in lines for _ in range(5 if line.split()[1] in names else 1)]
    path.write_text("\n".join([title, *often]) + "\n", encoding="utf-8")
    assert cli.main([*words, *WIDE, "--goodness", "60"]) == 0
    findings = {one["code"]: one for one in results(tmp_path)["diagnosis"]}
    finding = findings["misfit-individuals"]
    assert finding["values"]["observed"] > finding["values"]["high"]
    assert finding["gravity"] == "note"  # 60 surveys are too few for a warning
    assert finding["text"] in capsys.readouterr().out


def test_without_the_option_there_is_no_goodness(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*survey(tmp_path), *WIDE]) == 0
    assert results(tmp_path)["goodness"] is None
    assert "Goodness" not in capsys.readouterr().out


def test_a_model_that_cannot_be_simulated_is_refused_before_it_is_fitted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*survey(tmp_path), *WIDE, "--goodness", "60", "--conditional", "--model", "sigma~sex"]
    assert cli.main(words) == 2
    said = capsys.readouterr().err
    assert "--goodness: a model with sex cannot be simulated" in said
    assert not (tmp_path / "out.json").exists()


def test_too_few_simulated_surveys_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main([*survey(tmp_path), *WIDE, "--goodness", "39"])
    assert stopped.value.code == 2
    assert "39 simulated surveys tell too little; 40 are the least" in capsys.readouterr().err


def test_simulations_tell_how_far_they_are_and_can_be_stopped(tmp_path: Path) -> None:
    words = survey(tmp_path)
    sources = Sources((Path(words[3]),), Path(words[5]), "proximity", buffer=8000.0, nx=24, occasions=(10,))
    told = []

    def stop(done: float, stage: str) -> None:
        if stage == "simulating surveys from the fit":
            told.append(done)
            if len(told) == 20:
                raise KeyboardInterrupt

    job = Job(sources, output=tmp_path / "out.json", centres=tmp_path / "centres.csv", goodness=40)
    with pytest.raises(KeyboardInterrupt):
        run_fit(job, lambda line: None, stop)
    assert told == sorted(told)
    assert told[0] > 0.6
    assert not (tmp_path / "out.json").exists()
    assert not (tmp_path / "centres.csv").exists()
