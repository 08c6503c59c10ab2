"""`amur capture fit` as an analyst meets it: from secr's text files to secr's numbers, and sentences."""

import argparse
import json
import re
from pathlib import Path
from typing import Any

import pytest
from capture_survey import real, results, survey
from secr_reference import DATA, LOST, NAMES, fits, reference

from amur import cli
from amur.commands.capture.fitting import Job, run_fit
from amur.commands.capture.wiring import add_fit
from amur.formats.capture import Sources

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the reference fits of secr are not at {DATA}")
# One of every data set, kind of detector and likelihood; the engine's own tests fit all of them.
CHOSEN = [
    *(
        "tiger.HHN",
        "tiger.CL",
        "tiger.HHN.binomialN",
        "bear.EX",
        "bear.EX.h2",
        "bear.EX.CLsex",
        "oven.prox.0",
    ),
    *("stoat.prox", "kruger.count.HHN", "kruger.count.Dhab", "kruger.count.a0sigmak", "captdata.0"),
    *("captdata.HR", "captdata.g0b", "deermouse_ESG.h2", "deermouse_ESG.sexCL", "infra.0", "oven.Dsess"),
    *("possum.Ddshore", "packaged.stoat.model.EX"),
]
# Where secr stopped early our likelihood is higher; its standard errors of covariates in metres are differences
# of the likelihood that fail.
STOPPED_EARLY = {"infra.0", "kruger.count.a0sigmak"}
IN_METRES = {"possum.Ddshore"}
# secr gives density for the habitat of the first camera, we for the mean habitat of the mask.
AT_A_CAMERA = {"kruger.count.Dhab"}


def arguments(fit: dict[str, Any], folder: Path) -> list[str]:
    """The words of the command for a stored fit."""
    dataset = next(each for each in reference()["datasets"] if each["id"] == fit["dataset"])
    settings = fit["settings"]
    abouts = list(dataset["sessions"].values()) if "sessions" in dataset else [dataset]
    (captures,) = [name for name in dataset["files"] if ".capt." in name]
    model = ", ".join(f"{name}{formula}" for name, formula in settings["model"].items())
    words = [
        "capture",
        "fit",
        "--traps",
        *(str(DATA / name) for name in dataset["files"] if ".trap." in name),
    ]
    words += ["--captures", str(with_minus_signs(fit["dataset"], DATA / captures, folder))]
    words += ["--mask", *(str(DATA / name) for name in fit["mask"])]
    words += ["--detector", abouts[0]["detector_type"], "--detectfn", NAMES[settings["detectfn_code"]]]
    words += ["--model", model, "--distribution", settings["distribution"]]
    if fit["dataset"] == "tiger_nagarahole":  # its points are no square grid
        words += ["--cell-area", "33.6"]
    else:
        words += ["--occasions", ",".join(str(about["occasions"]) for about in abouts)]
    if settings["CL"]:
        words.append("--conditional")
    if settings["hcov"]:
        words += ["--mixture-covariate", settings["hcov"]]
    if (settings.get("details") or {}).get("fastproximity") is False:
        words.append("--keep-occasions")
    return [*words, "--json", str(folder / "out.json")]


def with_minus_signs(dataset: str, path: Path, folder: Path) -> Path:
    """The captures with the minus signs that the stored files have lost."""
    text = path.read_text(encoding="utf-8")
    for (name, session), (who, occasion) in LOST.items():
        if name == dataset:
            text = text.replace(f"{session} {who} {occasion} ", f"{session} {who} -{occasion} ")
    copy = folder / path.name
    copy.write_text(text, encoding="utf-8")
    return copy


@needs_data
@pytest.mark.parametrize("name", CHOSEN)
def test_the_files_of_secr_give_the_numbers_of_secr(name: str, tmp_path: Path) -> None:
    stored = fits()[name]
    assert cli.main(arguments(stored, tmp_path)) == 0
    out = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert out["convergence"]["converged"]
    assert out["log_likelihood"] >= stored["logLik"] - 1e-8
    assert out["individuals"] == stored.get("n", out["individuals"])
    if name in STOPPED_EARLY:
        return
    assert out["log_likelihood"] == pytest.approx(stored["logLik"], abs=2e-5)
    assert out["aic"] == pytest.approx(stored["AIC"], abs=2e-3)
    for row, label in zip(out["coefficients"], stored["beta_names"], strict=True):
        expected = stored["coef"][label]
        tolerance = 0.01 * expected["SE.beta"] if name in IN_METRES else 1e-4
        assert row["estimate"] == pytest.approx(expected["beta"], abs=tolerance)
        if name not in IN_METRES:
            assert row["se"] == pytest.approx(expected["SE.beta"], rel=0.01)
    if name in IN_METRES:
        return
    for parameter in set(stored["settings"]["model"]) - ({"D"} if name in AT_A_CAMERA else set()):
        mine = [row["estimate"] for row in out["real"] if row["parameter"] == parameter]
        for level in stored["real"]:
            theirs = level["params"][parameter]["estimate"]
            assert any(value == pytest.approx(theirs, rel=1e-4) for value in mine)


MODEL = ["--detector", "proximity", "--model", "D~1, lambda0~1, sigma~1"]


def test_it_prints_density_per_100_km2_and_writes_it_per_hectare(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*survey(tmp_path), "--buffer", "8000", "--nx", "32"]) == 0
    said = capsys.readouterr().out
    out = results(tmp_path)
    per_hectare = real(tmp_path, "D")
    assert re.search(rf"D, animals per 100 km² +{1e4 * per_hectare:.4g} ", said)
    (derived,) = out["derived"]
    assert derived["D_per_100_km2"]["estimate"] == pytest.approx(1e4 * per_hectare, rel=1e-5)
    assert derived["number"]["lower"] >= derived["individuals"]
    assert out["aic"] == pytest.approx(2 * 3 - 2 * out["log_likelihood"])
    assert out["method"]["model"] == {"D": "~1", "lambda0": "~1", "sigma": "~1"}
    for rows in (out["real"], out["coefficients"]):
        assert all({"parameter", "level", "estimate", "se", "lower", "upper"} <= row.keys() for row in rows)
        assert all(row["lower"] < row["estimate"] < row["upper"] for row in rows)
    assert "is less than 4 sigma" not in said


def test_a_narrow_buffer_is_warned_of_with_the_one_to_give(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*survey(tmp_path), "--buffer", "2000"]) == 0
    said = capsys.readouterr().out
    (finding,) = [one for one in results(tmp_path)["diagnosis"] if one["code"] == "buffer-bias"]
    assert "the buffer of 2000 m is too narrow" in said
    assert f"Give --buffer {finding['values']['needed']:.0f}." in said
    assert finding["values"]["needed"] >= 4 * real(tmp_path, "sigma")


def test_sex_with_unknown_ones_is_a_mixture_and_without_them_a_covariate(tmp_path: Path) -> None:
    known = [
        *survey(tmp_path),
        "--buffer",
        "8000",
        "--nx",
        "32",
        "--model",
        "D~1, sigma~sex",
        "--conditional",
    ]
    assert cli.main(known) == 0
    assert real(tmp_path, "sigma", "sex = F") != real(tmp_path, "sigma", "sex = M")
    assert "D" not in results(tmp_path)["method"]["model"]
    unknown = [*survey(tmp_path, sexes=["F", "M", "NA"]), "--buffer", "8000", "--nx", "32"]
    assert cli.main([*unknown, "--model", "sigma~sex", "--mixture-covariate", "sex"]) == 0
    assert real(tmp_path, "sigma", "h2 = F") != real(tmp_path, "sigma", "h2 = M")
    assert real(tmp_path, "pmix", "h2 = F") + real(tmp_path, "pmix", "h2 = M") == pytest.approx(1)


def test_collapsed_occasions_give_the_same_estimates(tmp_path: Path) -> None:
    words = [*survey(tmp_path), "--buffer", "8000", "--nx", "32"]
    found = []
    for more in ([], ["--keep-occasions"]):
        assert cli.main([*words, *more]) == 0
        found.append(results(tmp_path))
    assert [each["method"]["occasions_collapsed"] for each in found] == [True, False]
    for one, other in zip(found[0]["real"], found[1]["real"], strict=True):
        assert one["estimate"] == pytest.approx(other["estimate"], rel=1e-5)


def test_single_catch_traps_are_said_to_be_analysed_as_multi_catch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The traps of two animals that were simulated together are set apart."""
    words = [word.replace("multi", "single") for word in survey(tmp_path, "multi")]
    path = tmp_path / "captures.txt"
    kept: dict[tuple[str, str], str] = {}
    for line in path.read_text().splitlines()[1:]:
        kept.setdefault((line.split()[2], line.split()[3]), line)
    path.write_text("# session id occasion detector sex\n" + "\n".join(kept.values()) + "\n")
    assert cli.main([*words, "--buffer", "8000", "--nx", "32"]) == 0
    assert "analysed as multi-catch traps" in capsys.readouterr().out


def test_what_the_data_cannot_tell_is_withheld(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One camera says how often animals came, and nothing about how far they go."""
    (tmp_path / "t.txt").write_text("C0 300000 5000000\n")
    (tmp_path / "c.txt").write_text(
        "".join(f"1 M{k} {s} C0\n" for k in range(8) for s in range(1, 2 + k % 3))
    )
    words = ["--traps", str(tmp_path / "t.txt"), "--captures", str(tmp_path / "c.txt"), "--occasions", "5"]
    cli.main(["capture", "fit", *words, *MODEL, "--buffer", "6000", "--json", str(tmp_path / "out.json")])
    said = capsys.readouterr().out
    assert re.search(r"sigma, m +— +— +— +—", said)
    assert "refused: Only 8 individuals were identified" in said
    assert re.search(r"refused: The (search|likelihood)", said)
    out = results(tmp_path)
    assert [row["estimable"] for row in out["real"] if row["parameter"] == "sigma"] == [False]
    assert "NaN" not in (tmp_path / "out.json").read_text()


REFUSED = [
    ((["--model", "D~1, lambda0 + 1"], 2), "'lambda0 + 1': expected parameter ~ terms"),
    ((["--model", "g0~1"], 2), "g0 is no parameter of this model (D, lambda0, sigma)"),
    ((["--model", "sigma~sex"], 2), "Add --conditional, or --mixture-covariate sex"),
    ((["--model", "D~sex"], 2), "density cannot depend on it"),
    ((["--model", "lambda0~height"], 1), "has no variable 'height' for detection"),
    ((["--model", "D~forest"], 1), "has no covariate 'forest'"),
    ((["--mixture-covariate", "colour"], 1), "has no covariate 'colour'"),
    ((["--conditional", "--model", "D~x"], 2), "D is no parameter of this model"),
    ((["--json", "absent/out.json"], 1), "There is no folder"),
    ((["--captures", "absent.txt"], 1), "absent.txt: There is no file absent.txt"),
]


@pytest.mark.parametrize(("given", "sentence"), REFUSED, ids=[" ".join(words) for (words, _), _ in REFUSED])
def test_what_cannot_be_fitted_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: tuple[list[str], int], sentence: str
) -> None:
    words, code = given
    assert cli.main([*survey(tmp_path), "--buffer", "8000", "--nx", "24", *words]) == code
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "words",
    [
        ["--detector", "snare"],
        ["--detectfn", "XX"],
        ["--occasions", "5,0"],
        ["--nx", "1.5"],
        ["--buffer", "-3"],
    ],
)
def test_wrong_words_are_told_before_anything_is_read(words: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["capture", "fit", "--traps", "t", "--captures", "c", *MODEL, *words])
    assert stopped.value.code == 2


def test_either_a_mask_or_a_buffer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["--buffer", "5000", "--mask", "mask.csv"]):
        assert cli.main([*survey(tmp_path), *words]) == 2
        assert "Give either --mask or --buffer." in capsys.readouterr().err


def test_problems_of_files_are_told_with_their_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = survey(tmp_path)
    with (tmp_path / "captures.txt").open("a") as file:
        file.write("2026 M9 11 C1 M\n2026 M9 1 C99 M\n")
    assert cli.main([*words, "--buffer", "8000"]) == 1
    said = capsys.readouterr().err
    assert "column occasion: The occasion 11 is beyond the last one of the session, 10." in said
    assert "column detector: The detector “C99” is not in traps.txt." in said
    assert not (tmp_path / "out.json").exists()


def test_a_fit_can_be_stopped_and_leaves_nothing(tmp_path: Path) -> None:
    words = survey(tmp_path)
    sources = Sources((Path(words[3]),), Path(words[5]), "proximity", buffer=8000.0, nx=24, occasions=(10,))

    def stop(done: float, stage: str) -> None:
        if stage == "searching the maximum":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_fit(Job(sources, output=tmp_path / "out.json"), lambda line: None, stop)
    assert not (tmp_path / "out.json").exists()


def test_every_option_is_in_the_manual() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "capture.md").read_text(encoding="utf-8")
    command = argparse.ArgumentParser()
    add_fit(lambda name, run, text: command)
    options = [option for action in command._actions for option in action.option_strings]
    assert [option for option in options if option.startswith("--") and option not in manual] == ["--help"]
