"""`amur capture compare`: from the results of fits to a table, and what cannot be compared."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from amur import cli
from amur.commands.capture.results import results_of
from amur.science.capture import Fit, Mask, Model, Survey, average, compare, densities, fit
from amur.science.capture.diagnosis import diagnose
from amur.science.capture.examples import camera_survey


def written(folder: Path, **fits: Fit) -> list[str]:
    """The results of fits as files, by name."""
    for name, found in fits.items():
        text = json.dumps(results_of(found, diagnose(found)))
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return [str(folder / f"{name}.json") for name in fits]


@pytest.fixture(scope="module")
def fits() -> dict[str, Fit]:
    survey = camera_survey()
    return {
        "flat": fit(survey),
        "east": fit(survey, Model.of("D~east")),
        "slow": fit(survey, Model(function="HEX")),
    }


def test_the_table_is_that_of_the_engine(
    tmp_path: Path, fits: dict[str, Fit], capsys: pytest.CaptureFixture[str]
) -> None:
    out, table = tmp_path / "out.json", tmp_path / "out.csv"
    words = [*written(tmp_path, **fits), "--json", str(out), "--csv", str(table)]
    assert cli.main(["capture", "compare", *words]) == 0
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    expected = compare(fits)
    assert [row["name"] for row in found["models"]] == [row.name for row in expected]
    for mine, theirs in zip(found["models"], expected, strict=True):
        assert mine["weight"] == pytest.approx(theirs.weight)
        assert mine["delta"] == pytest.approx(theirs.delta)
    with table.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == [row.name for row in expected]
    said = capsys.readouterr().out
    assert said.index(expected[0].name) < said.index(expected[1].name)
    assert "averaged over the models" in said


def test_density_is_averaged_by_weight(tmp_path: Path, fits: dict[str, Fit]) -> None:
    out = tmp_path / "out.json"
    assert cli.main(["capture", "compare", *written(tmp_path, **fits), "--json", str(out)]) == 0
    (mean,) = json.loads(out.read_text(encoding="utf-8"))["averaged_D_per_100_km2"]
    weights = {row.name: row.weight for row in compare(fits)}
    expected = sum(weights[name] * densities(found)[0][0].estimate for name, found in fits.items())
    assert mean["estimate"] == pytest.approx(1e4 * expected)
    assert mean["lower"] < mean["estimate"] < mean["upper"]
    # The density of a model without covariates is nearly that of its parameter.
    assert average({"flat": fits["flat"]}, "D")[0].estimate * 1e4 == pytest.approx(mean["estimate"], rel=0.1)


def test_one_model_has_all_the_weight(tmp_path: Path, fits: dict[str, Fit]) -> None:
    out = tmp_path / "out.json"
    words = [*written(tmp_path, flat=fits["flat"]), "--json", str(out), "--criterion", "aic"]
    assert cli.main(["capture", "compare", *words]) == 0
    (row,) = json.loads(out.read_text(encoding="utf-8"))["models"]
    assert (row["weight"], row["delta"]) == (1.0, 0.0)


def _others(found: Fit) -> dict[str, tuple[Fit, str]]:
    (session,) = found.survey.sessions
    mask = Mask(session.mask.points[1:], session.mask.cell_area)
    effort = session.detectors.effort.copy()
    effort[-1] = 2.0
    other = camera_survey(sessions=2).sessions[1]
    return {
        "mask": (fit(Survey((replace(session, mask=mask),))), "their masks differ"),
        "data": (fit(Survey((replace(other, name="1"),))), "they are of other captures"),
        "effort": (
            fit(Survey((replace(session, detectors=replace(session.detectors, effort=effort)),))),
            "their detectors or effort differ",
        ),
        "kept": (fit(found.survey, Model(keep_occasions=True)), "fit both with --keep-occasions"),
        "conditional": (fit(found.survey, Model(conditional=True)), "one likelihood is full"),
        "binomial": (fit(found.survey, Model(distribution="binomial")), "other distributions"),
        "twice": (fit(found.survey, Model(least_detections=2)), "they are of other captures"),
    }


@pytest.mark.parametrize("name", ["mask", "data", "effort", "kept", "conditional", "binomial", "twice"])
def test_what_is_not_comparable_is_said(
    tmp_path: Path, fits: dict[str, Fit], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    other, reason = _others(fits["flat"])[name]
    assert cli.main(["capture", "compare", *written(tmp_path, flat=fits["flat"], other=other)]) == 1
    said = capsys.readouterr().err
    assert "flat and other cannot be compared" in said
    assert reason in said


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "cannot be read"),
        ("[]", "is no result of"),
        ('{"real": []}', "it has no “fingerprint”"),
    ],
)
def test_what_is_no_result_is_said(
    tmp_path: Path, text: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    assert cli.main(["capture", "compare", str(tmp_path / "a.json")]) == 1
    assert sentence in capsys.readouterr().err
    assert cli.main(["capture", "compare", str(tmp_path / "absent.json")]) == 1
    assert "There is no file" in capsys.readouterr().err


def test_withheld_densities_have_no_part_in_the_average(tmp_path: Path, fits: dict[str, Fit]) -> None:
    """The best model did not converge: its density is withheld, that of the other stands alone."""
    best = compare(fits)[0].name
    rest = next(name for name in fits if name != best)
    ended = replace(fits[best].convergence, converged=False)
    words = written(tmp_path, best=replace(fits[best], convergence=ended), rest=fits[rest])
    out = tmp_path / "out.json"
    assert cli.main(["capture", "compare", *words, "--json", str(out)]) == 0
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["models"][0]["density_per_100_km2"]["estimate"] is None
    (mean,) = found["averaged_D_per_100_km2"]
    assert mean["estimate"] == pytest.approx(1e4 * densities(fits[rest])[0][0].estimate)
