"""What `amur capture fit` thinks of its estimates, and its options beyond those of secr's first page."""

import csv
import html
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from capture_survey import real, results, survey
from secr_reference import DATA, fits

from amur import cli
from amur.commands.jobs.page import write_page
from amur.portal.population.findings import WORDS
from amur.science.capture.examples import camera_session

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the reference fits of secr are not at {DATA}")
WIDE = ["--buffer", "8000", "--nx", "32"]


def fitted(folder: Path, *more: str, kind: str = "proximity", sexes: Sequence[str] = "FM") -> dict[str, Any]:
    assert cli.main([*survey(folder, kind, sexes), *WIDE, *more]) == 0
    return results(folder)


def test_findings_are_told_on_the_screen_and_in_the_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = fitted(tmp_path)
    said = capsys.readouterr().out
    assert {finding["code"] for finding in out["diagnosis"]} >= {"habitat-unknown", "sexes-pooled"}
    for finding in out["diagnosis"]:
        assert set(finding) == {"code", "gravity", "values", "text", "advice", "withheld"}
        assert f"{finding['text']} {finding['advice']}" in said
        assert finding["code"] in WORDS


def test_findings_are_told_in_the_language_of_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the catalogue gives is told, with the figures in it."""
    matter = WORDS["habitat-unknown"].matter
    monkeypatch.setattr(
        "amur.commands.capture.results._", lambda text: "Всё, {area} км²." if text == matter else text
    )
    out = fitted(tmp_path)
    (finding,) = [one for one in out["diagnosis"] if one["code"] == "habitat-unknown"]
    assert finding["text"].startswith("Всё, ")
    assert "{" not in finding["text"]
    assert finding["text"] in capsys.readouterr().out


def few(folder: Path, count: int) -> list[str]:
    """The words for a survey of which only the animals seen most are left."""
    words = survey(folder)
    path = folder / "captures.txt"
    title, *lines = path.read_text(encoding="utf-8").splitlines()
    seen = Counter(line.split()[1] for line in lines)
    kept = [who for who, _times in seen.most_common(count)]
    path.write_text(
        "\n".join([title, *(line for line in lines if line.split()[1] in kept)]) + "\n", encoding="utf-8"
    )
    return words


def test_too_few_animals_have_no_density_in_any_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, page = tmp_path / "out.csv", tmp_path / "out.html"
    words = [*few(tmp_path, 8), *WIDE, "--csv", str(table), "--report", str(page)]
    assert cli.main(words) == 0
    out, said = results(tmp_path), capsys.readouterr().out
    assert "refused: Only 8 individuals were identified" in said
    assert "Report 8 as the least number present" in said
    (density,) = [row for row in out["real"] if row["parameter"] == "D"]
    assert (density["estimate"], density["lower"], density["withheld"]) == (None, None, "few-animals")
    (sigma,) = [row for row in out["real"] if row["parameter"] == "sigma"]
    assert sigma["estimate"] > 0
    (derived,) = out["derived"]
    for name in ("D_per_100_km2", "number", "expected_number"):
        assert set(derived[name].values()) == {None}
    assert derived["withheld"] == "few-animals"
    assert [row["estimate"] for row in out["coefficients"] if row["parameter"] == "D"] == [None]
    assert out["covariance"][0] == [None] * 3
    with table.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["parameter"] in ("D", "D_per_100_km2", "number", "expected_number"):
                assert (row["estimate"], row["withheld"]) == ("", "few-animals")
    assert "animals per 100 km²: —" in said or "— (—–—) animals per 100 km²" in said
    assert "withheld" in page.read_text(encoding="utf-8")


def test_the_csv_has_the_numbers_of_the_json(tmp_path: Path) -> None:
    table = tmp_path / "out.csv"
    out = fitted(tmp_path, "--csv", str(table))
    with table.open(encoding="utf-8") as file:
        rows = {row["parameter"]: row for row in csv.DictReader(file)}
    for row in out["real"]:
        assert float(rows[row["parameter"]]["estimate"]) == row["estimate"]
    assert float(rows["number"]["upper"]) == out["derived"][0]["number"]["upper"]


def test_further_fits_are_made_when_asked(tmp_path: Path) -> None:
    codes = {finding["code"] for finding in fitted(tmp_path, "--thorough")["diagnosis"]}
    assert {"mesh-agrees", "starts-agree"} <= codes
    assert codes & {"learned-better", "learned-no-better"}
    assert codes & {"ghosts-likely", "ghosts-unlikely"}


def test_fingerprints_are_equal_for_the_same_data_alone(tmp_path: Path) -> None:
    first = fitted(tmp_path)["fingerprint"]
    assert fitted(tmp_path, "--model", "D~x")["fingerprint"] == first
    other = fitted(tmp_path, "--nx", "30")["fingerprint"]
    assert {part for part in first if first[part] != other[part]} == {"mask"}


# Options


def test_two_detections_may_be_asked_of_an_animal(tmp_path: Path) -> None:
    plain, twice = fitted(tmp_path), fitted(tmp_path, "--at-least-two")
    session = camera_session()
    seen = np.bincount(session.captures.individual, session.captures.count)
    assert (plain["individuals"], twice["individuals"]) == (session.captures.animals, (seen > 1).sum())
    assert twice["method"]["least_detections"] == 2
    one, other = (out["derived"][0]["D_per_100_km2"] for out in (plain, twice))
    assert other["lower"] < one["estimate"] < other["upper"]


def test_counts_may_be_of_so_many_trials(tmp_path: Path) -> None:
    """Each camera looks three times on an occasion; binary data are counts of one trial."""
    binary = fitted(tmp_path)
    one = fitted(tmp_path, "--detector", "count", "--binomial", "1")
    assert one["log_likelihood"] == pytest.approx(binary["log_likelihood"], abs=1e-6)
    three = fitted(tmp_path, "--detector", "count", "--binomial", "3")
    assert three["method"]["trials"] == 3
    assert real(tmp_path, "lambda0") == pytest.approx(binary["real"][1]["estimate"] / 3, rel=0.1)


def test_trials_are_of_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*survey(tmp_path), *WIDE, "--binomial", "3"]) == 2
    assert "--binomial is for --detector count" in capsys.readouterr().err


def test_more_detections_than_trials_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = survey(tmp_path, "count")
    path = tmp_path / "captures.txt"
    first = path.read_text(encoding="utf-8").splitlines()[1]
    path.write_text(path.read_text(encoding="utf-8") + f"{first}\n" * 3, encoding="utf-8")
    assert cli.main([*words, *WIDE, "--binomial", "2"]) == 1
    assert "more than its 2 trials" in capsys.readouterr().err


@needs_data
@pytest.mark.parametrize("name", ["lizard.HHN", "lizard.HHN.bn"])
def test_searched_areas_give_the_numbers_of_secr(name: str, tmp_path: Path) -> None:
    stored = fits()[name]
    words = [
        "--traps",
        str(DATA / "hornedlizard.trap.txt"),
        "--captures",
        str(DATA / "hornedlizard.capt.txt"),
    ]
    words += ["--mask", str(DATA / "hornedlizard.mask.csv"), "--detector", "polygonX", "--occasions", "14"]
    words += ["--distribution", stored["settings"]["distribution"], "--json", str(tmp_path / "out.json")]
    assert cli.main(["capture", "fit", *words]) == 0
    out = results(tmp_path)
    assert out["log_likelihood"] == pytest.approx(stored["logLik"], abs=1e-4)
    assert (out["method"]["detector"], out["derived"][0]["detectors"]) == ("polygon", 1)
    for row, label in zip(out["coefficients"], stored["beta_names"], strict=True):
        assert row["estimate"] == pytest.approx(stored["coef"][label]["beta"], abs=1e-4)
        assert row["se"] == pytest.approx(stored["coef"][label]["SE.beta"], rel=0.01)


def raster(folder: Path, barrier: bool, west: int = -10_000, size: int = 64) -> str:
    """A resistance of 1, or of 50 in a band from north to south through the middle."""
    row = ["50" if barrier and 0.45 < k / size < 0.5 else "1" for k in range(size)]
    head = (
        f"ncols {size}\nnrows {size}\nxllcorner {west}\nyllcorner -10000\ncellsize 500\nNODATA_value -9999\n"
    )
    path = folder / "resistance.asc"
    path.write_text(head + f"{' '.join(row)}\n" * size, encoding="utf-8")
    return str(path)


def test_distances_may_run_around_what_resists(tmp_path: Path) -> None:
    straight = fitted(tmp_path)
    easy = fitted(tmp_path, "--resistance", raster(tmp_path, barrier=False))
    assert easy["method"]["distances"] == "least-cost"
    one, other = (out["derived"][0]["D_per_100_km2"]["estimate"] for out in (straight, easy))
    assert other == pytest.approx(one, rel=0.15)
    barred = fitted(tmp_path, "--resistance", raster(tmp_path, barrier=True))
    # The animals were simulated without the barrier, so it explains them worse.
    assert barred["log_likelihood"] < easy["log_likelihood"] - 5


def test_a_raster_must_cover_detectors_and_mask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [*survey(tmp_path), *WIDE, "--resistance", raster(tmp_path, barrier=False, west=3000)]
    assert cli.main(words) == 1
    said = capsys.readouterr().err
    assert "resistance.asc has no resistance for" in said
    assert "Give a raster that covers them" in said


def test_who_is_counted_is_a_rule_that_is_stated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ages = ["adult", "adult", "adult", "cub"]
    every = fitted(tmp_path, sexes=ages)
    some = fitted(tmp_path, "--only", "sex=adult", sexes=ages)
    assert (every["counted"], some["counted"]) == ("", "sex = adult")
    assert some["individuals"] < every["individuals"]
    assert "counted: only sex = adult; left out: 8 of 32 individuals" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [("age=adult", "no covariate age; they have: sex"), ("sex=X", "leaves no individual")],
)
def test_a_rule_that_fits_nobody_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rule: str, sentence: str
) -> None:
    assert cli.main([*survey(tmp_path), *WIDE, "--only", rule]) == 2
    assert sentence in capsys.readouterr().err


# The page


def test_the_report_is_one_page_that_asks_nobody_and_runs_nothing(tmp_path: Path) -> None:
    page = tmp_path / "out.html"
    out = fitted(tmp_path, "--report", str(page))
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"<script|<link|https?://|@import|url\(", text)
    for finding in out["diagnosis"]:
        assert html.escape(finding["advice"]) in text
    assert out["program"] in text
    density = out["derived"][0]["D_per_100_km2"]["estimate"]
    assert f"{density:.4g}" in text


def test_every_picture_of_the_report_has_words_and_a_table(tmp_path: Path) -> None:
    page = tmp_path / "out.html"
    fitted(tmp_path, "--report", str(page))
    text = page.read_text(encoding="utf-8")
    figures = re.findall(r"<figure>.*?</figure>(.{20})", text, re.S)
    assert len(figures) == 3
    assert all(after.startswith('<div class="scroll">') for after in figures)
    words = re.findall(r'<svg role="img" aria-label="([^"]+)"|<img alt="([^"]+)"', text)
    assert len(words) == 3
    assert text.count("<h1>") == 1


def test_the_detection_curve_is_that_of_the_estimates(tmp_path: Path) -> None:
    """The table beside it begins with lambda0 and its interval."""
    page = tmp_path / "out.html"
    out = fitted(tmp_path, "--report", str(page))
    text = page.read_text(encoding="utf-8")
    (row,) = [one for one in out["real"] if one["parameter"] == "lambda0"]
    cells = [f"{row[name]:.4g}" for name in ("estimate", "lower", "upper")]
    assert "<tr><td>0</td>" + "".join(f"<td>{cell}</td>" for cell in cells) in text


def test_a_report_of_sessions_and_of_searched_areas_is_written(tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text("A 0 0\nA 200 0\nA 200 200\nA 0 200\n", encoding="utf-8")
    random = np.random.default_rng(3)
    lines = []
    for session in ("2025", "2026"):
        for animal, centre in enumerate(random.uniform(20, 180, (15, 2))):
            for occasion in range(1, 6):
                if random.random() < 0.5:
                    x, y = np.clip(centre + random.normal(0, 15, 2), 1, 199)
                    lines.append(f"{session} M{animal} {occasion} {x:.2f} {y:.2f}")
    (tmp_path / "c.txt").write_text("# session id occasion x y\n" + "\n".join(lines) + "\n", encoding="utf-8")
    words = ["--traps", str(tmp_path / "p.txt"), "--captures", str(tmp_path / "c.txt"), "--occasions", "5"]
    words += [
        "--detector",
        "polygonX",
        "--buffer",
        "60",
        "--nx",
        "40",
        "--report",
        str(tmp_path / "out.html"),
    ]
    assert cli.main(["capture", "fit", *words]) == 0
    text = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "Session 2025" in text
    assert "Session 2026" in text


def test_the_report_says_its_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "out.html"
    for setting, language in (("C", "en"), ("zh_CN.UTF-8", "zh-Hans")):
        monkeypatch.setenv("LANGUAGE", "")
        monkeypatch.setenv("LC_ALL", setting)
        write_page(page, "Title", ["<p>text</p>"])
        assert f'<html lang="{language}">' in page.read_text(encoding="utf-8")
