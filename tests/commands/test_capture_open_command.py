"""`amur capture open` as an analyst meets it: from files of several years to survival, growth and sentences."""

import argparse
import csv
import html
import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from amur import cli
from amur.commands.capture.open_running import OpenJob, run_open
from amur.commands.capture.open_wiring import add_open
from amur.commands.capture.summary import ranged
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
    names = ["2019", "2020", "2022", "2023", "2024", "2025"]
    words = [*files(tmp_path, six_years(3), names), *BUFFER]
    assert cli.main([*words, "--kind", "cjs", "--json", str(tmp_path / "out.json")]) == 0
    assert "the time between sessions is taken from their names: 1, 2, 1, 1, 1." in capsys.readouterr().out
    results = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert results["method"]["intervals"] == [1.0, 2.0, 1.0, 1.0, 1.0]
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


def test_survival_from_few_returns_is_withheld(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second, *_ = six_years(3).sessions
    strangers = replace(
        second, captures=replace(second.captures, ids=tuple(f"B{k}" for k in range(second.captures.animals)))
    )
    words = [*files(tmp_path, Survey((first, strangers)), ["1", "2"]), *BUFFER]
    table, page = tmp_path / "out.csv", tmp_path / "out.html"
    cli.main([*words, "--json", str(tmp_path / "out.json"), "--csv", str(table), "--report", str(page)])
    said = capsys.readouterr().out
    assert "refused: Only 0 individuals were seen in more than one year" in said
    assert "warning: Survival after 1 came out at 0: nobody came back" in said
    results = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    (phi,) = [row for row in results["real"] if row["parameter"] == "phi"]
    assert (phi["estimate"], phi["estimable"], phi["withheld"]) == (None, False, "few-returns")
    year = results["years"][0]
    assert year["survival"] == dict.fromkeys(("estimate", "se", "lower", "upper")) | {
        "withheld": "few-returns"
    }
    assert year["recruits"]["estimate"] is None
    assert year["expected_number"]["estimate"] > 0
    assert [row["estimate"] for row in results["coefficients"] if row["name"] == "phi"] == [None]
    for finding in results["diagnosis"]:
        assert set(finding) == {"code", "gravity", "values", "text", "advice", "withheld"}
        assert f"{finding['text']} {finding['advice']}" in said
        assert html.escape(finding["advice"]) in page.read_text(encoding="utf-8")
    with table.open(encoding="utf-8") as file:
        rows = {(row["session"], row["parameter"]): row for row in csv.DictReader(file)}
    for place in (("", "phi"), ("1", "survival"), ("1", "recruits")):
        assert (rows[place]["estimate"], rows[place]["withheld"]) == ("", "few-returns")


def test_too_few_animals_and_a_narrow_buffer_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = files(tmp_path, six_years(3), years())
    path = tmp_path / "captures.txt"
    title, *lines = path.read_text(encoding="utf-8").splitlines()
    seen = Counter(line.split()[1] for line in lines)
    kept = [who for who, _times in seen.most_common(8)]
    left = [line for line in lines if line.split()[1] in kept]
    path.write_text("\n".join([title, *left]) + "\n", encoding="utf-8")
    narrow = ["--buffer", "6000", "--nx", "20", "--detector", "proximity"]
    cli.main([*words, *narrow, "--json", str(tmp_path / "out.json")])
    results = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    codes = {finding["code"] for finding in results["diagnosis"]}
    assert {"few-animals", "buffer-bias", "habitat-unknown"} <= codes
    assert "refused: Only 8 individuals were identified" in capsys.readouterr().out
    for year in results["years"]:
        assert year["expected_number"]["estimate"] is None
        assert year["D_per_100_km2"]["withheld"] == "few-animals"
    assert results["growth"]["withheld"] == "few-animals"


def test_the_report_is_one_page_with_pictures_and_tables_of_years(tmp_path: Path) -> None:
    page, table = tmp_path / "out.html", tmp_path / "out.csv"
    words = [*files(tmp_path, six_years(3), years()), *BUFFER, "--json", str(tmp_path / "out.json")]
    assert cli.main([*words, "--report", str(page), "--csv", str(table)]) == 0
    results = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"<script|<link|https?://|@import|url\(", text)
    figures = re.findall(r"<figure>.*?</figure>(.{20})", text, re.S)
    assert len(figures) == 5  # numbers, survival, growth, detection, the map
    assert all(after.startswith('<div class="scroll">') for after in figures)
    assert len(re.findall(r'<svg role="img" aria-label="[^"]+"', text)) == 5
    svgs = re.findall(r"<svg.*?</svg>", text, re.S)
    assert [svg.count("<circle") for svg in svgs] == [6, 5, 5, 0, 49]
    for svg in svgs:
        ElementTree.fromstring(svg)
    first = results["years"][0]
    assert f"<td>2019</td><td>{ranged(first['expected_number'])}</td>" in text
    assert f"<td>2019</td><td>{ranged(first['survival'])}</td>" in text
    with table.open(encoding="utf-8") as file:
        rows = {(row["session"], row["parameter"]): row for row in csv.DictReader(file)}
    for name in ("expected_number", "survival", "growth", "recruits"):
        assert float(rows["2020", name]["upper"]) == results["years"][1][name]["upper"]
    assert float(rows["", "growth"]["estimate"]) == results["growth"]["estimate"]


def test_survival_alone_has_a_report_without_numbers(tmp_path: Path) -> None:
    page = tmp_path / "out.html"
    words = [*files(tmp_path, six_years(3), years()), *BUFFER, "--kind", "cjs", "--report", str(page)]
    assert cli.main(words) == 0
    text = page.read_text(encoding="utf-8")
    assert "Survival to the next session" in text
    assert "Growth to the next session" not in text


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
