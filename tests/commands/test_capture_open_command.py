"""`amur capture open` as an analyst meets it: from files of several years to survival, growth and sentences."""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import pytest

from amur import cli
from amur.commands.capture.open_running import OpenJob, run_open
from amur.commands.capture.open_wiring import add_open
from amur.formats.capture import Sources
from amur.formats.capture.writing import write_captures, write_traps
from amur.science.capture.data import Survey
from amur.science.capture.open import OpenModel, fit_open
from amur.science.capture.open.simulate import six_years

IDS = [f"C{k + 1}" for k in range(49)]
BUFFER = ["--buffer", "14000", "--nx", "26", "--detector", "proximity"]


def files(folder: Path, survey: Survey, names: list[str]) -> list[str]:
    sessions = [replace(session, name=name) for session, name in zip(survey.sessions, names, strict=True)]
    traps = write_traps(folder / "traps.txt", sessions[0].detectors, IDS)
    captures = write_captures(folder / "captures.txt", sessions, IDS)
    return ["capture", "open", "--traps", str(traps), "--captures", str(captures)]


def years(count: int = 6) -> list[str]:
    return [str(2019 + k) for k in range(count)]


def test_files_of_six_years_give_what_the_engine_gives(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    survey = six_years(3)
    mask = tmp_path / "mask.csv"
    points = survey.sessions[0].mask.points
    mask.write_text("\n".join(["easting,northing", *(f"{x},{y}" for x, y in points)]), encoding="utf-8")
    words = [*files(tmp_path, survey, years()), "--mask", str(mask), "--detector", "proximity"]
    assert cli.main([*words, "--model", "phi~Session", "--json", str(tmp_path / "out.json")]) == 0
    results = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    found = fit_open(survey, OpenModel.of("phi~Session"))
    assert results["log_likelihood"] == pytest.approx(found.log_likelihood, rel=1e-9)
    estimates = {(row["parameter"], row["level"]): row["estimate"] for row in results["real"]}
    assert ("phi", "session = 2019") in estimates and ("phi", "session = 2023") in estimates
    assert estimates["f", ""] == pytest.approx(found.real[-1].estimate, rel=1e-5)
    assert [row["session"] for row in results["years"]] == years()
    assert results["years"][-1]["survival"] is None
    assert results["method"]["intervals"] == [1.0] * 5
    said = capsys.readouterr().out
    assert "phi, survival (session = 2019)" in said
    assert "growth for a unit of time" in said


def test_a_year_that_is_missing_is_an_interval_of_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    survey = Survey(six_years(3).sessions[:3])
    words = [*files(tmp_path, survey, ["2019", "2020", "2022"]), *BUFFER]
    assert cli.main([*words, "--kind", "cjs", "--json", str(tmp_path / "out.json")]) == 0
    assert "the time between sessions is taken from their names: 1, 2." in capsys.readouterr().out
    results = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert results["method"]["intervals"] == [1.0, 2.0]
    assert results["years"][0]["expected_number"] is None
    rate = next(row["estimate"] for row in results["real"] if row["parameter"] == "phi")
    assert results["years"][1]["survival"]["estimate"] == pytest.approx(rate**2)


@pytest.mark.parametrize(
    ("names", "words", "code", "sentence"),
    [
        (["2020", "2019"], [], 1, "The sessions 2020, 2019 are not in the order of time."),
        (["a", "b"], ["--intervals", "1,1"], 2, "--intervals has 2 numbers, 1 are needed"),
        (["a", "b"], ["--model", "phi~rain"], 1, "no variable 'rain'"),
        (["a", "b"], ["--model", "psi~1"], 2, "--model: psi is no parameter of this model"),
        (["a", "b"], ["--mask", "m.csv"], 2, "Give either --mask or --buffer."),
    ],
)
def test_what_is_wrong_is_said(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    names: list[str],
    words: list[str],
    code: int,
    sentence: str,
) -> None:
    survey = Survey(six_years(3).sessions[:2])
    assert cli.main([*files(tmp_path, survey, names), *BUFFER, *words]) == code
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said


def test_one_year_is_no_open_population(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    survey = Survey(six_years(3).sessions[:1])
    assert cli.main([*files(tmp_path, survey, ["2019"]), *BUFFER]) == 1
    assert "There is one session only" in capsys.readouterr().err


def test_survival_from_few_returns_is_doubted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second, *_ = six_years(3).sessions
    strangers = replace(
        second, captures=replace(second.captures, ids=tuple(f"B{k}" for k in range(second.captures.animals)))
    )
    words = [*files(tmp_path, Survey((first, strangers)), ["1", "2"]), *BUFFER]
    cli.main([*words, "--json", str(tmp_path / "out.json")])
    said = capsys.readouterr().out
    assert "warning: 0 individuals were seen in more than one year" in said
    assert "the estimate of survival lies at 0: nobody came back." in said
    results = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert not next(row for row in results["real"] if row["parameter"] == "phi")["estimable"]


def test_a_fit_can_be_stopped_and_leaves_nothing(tmp_path: Path) -> None:
    words = files(tmp_path, six_years(3), years())
    sources = Sources((Path(words[3]),), Path(words[5]), "proximity", buffer=14_000.0, nx=26)

    def stop(done: float, stage: str) -> None:
        if stage == "searching the maximum":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_open(OpenJob(sources, output=tmp_path / "out.json"), lambda line: None, stop)
    assert not (tmp_path / "out.json").exists()


def test_every_option_is_in_the_manual() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "open-population.md").read_text(encoding="utf-8")
    command = argparse.ArgumentParser()
    add_open(lambda name, run, text: command)
    options = [option for action in command._actions for option in action.option_strings]
    assert [option for option in options if option.startswith("--") and option not in manual] == ["--help"]
