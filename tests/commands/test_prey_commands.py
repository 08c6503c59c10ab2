"""`amur tracks`, `distance`, `occupancy` and `encounter` as an analyst meets them: from tables to estimates."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from abundance_reference import DATA, stored

from amur import cli

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the stored fits are not at {DATA}")
OUT = ("--json", "out.json", "--csv", "out.csv", "--report", "out.html")
ROUTES = (
    "stratum,route,length_km,species,crossings,erased,counted\n"
    + "".join(
        f"{stratum},{number},{length},{species},{crossed},2026-02-13 10:00,2026-02-14 10:00\n"
        for stratum, number, length, species, crossed in [
            ("forest", 1, 10.5, "roe deer", 7), ("forest", 2, 8, "roe deer", 4), ("forest", 3, 9, "roe deer", 9),
            ("fields", 4, 12, "roe deer", 2), ("fields", 5, 11, "roe deer", 1),
        ]
    )
)  # fmt: skip


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")


def results(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "out.json").read_text(encoding="utf-8")))


def estimate(out: dict[str, Any], quantity: str, group: str = "") -> dict[str, Any]:
    (found,) = [row for row in out["estimates"] if (row["quantity"], row["group"]) == (quantity, group)]
    return dict(found)


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(
        tmp_path,
        routes=ROUTES,
        strata="stratum,area_km2\nforest,400\nfields,120\n",
        paths="species,length_km,season\nroe deer,2.1,snow\nroe deer,3.4,snow\nroe deer,2.7,snow\n",
        norms="density_to,share\n1,0\n5,0.05\n,0.1\n",
        stations="station,days,encounters,reacting\nA,30,12,1\nB,31,0,0\nC,33,30,0\n",
        figures="figure,estimate,se,unit\nspeed,7.9,1.2,km/day\nradius,4.6,0.3,m\nangle,45,2,deg\n",
    )
    return tmp_path


TRACKS = ("tracks", "--routes", "routes.csv", "--strata", "strata.csv", "--daily-paths", "paths.csv")


def test_tracks_become_density_the_form_of_the_rules_and_two_quotas(
    tables: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*TRACKS, "--norms", "norms.csv", *OUT]) == 0
    out, said = results(tables), capsys.readouterr().out
    number = estimate(out, "number", "roe deer")
    assert number["lower"] < number["estimate"] < number["upper"]
    species = out["species"]["roe deer"]
    assert species["official_number"] == pytest.approx(number["estimate"], rel=1e-3)
    assert [row["group"] for row in species["official"]] == ["forest", "fields"]
    assert 0 < species["daily_path_share_of_variance"] < 1
    harvest = species["harvest"]
    assert harvest["lower_bound"]["animals"] < harvest["estimate"]["animals"]
    assert f"{harvest['estimate']['animals']} animals from the estimate" in said
    rows = list(csv.DictReader((tables / "out.csv").open(encoding="utf-8")))
    assert [row["quantity"] for row in rows] == [row["quantity"] for row in out["estimates"]]
    page = (tables / "out.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "A, crossings per 10 km" in page
    assert not re.search(r"<script|https?://", page)


def test_the_same_seed_gives_the_same_interval(tables: Path) -> None:
    assert cli.main([*TRACKS, *OUT]) == 0
    first = results(tables)
    assert cli.main([*TRACKS, *OUT]) == 0
    assert results(tables) == first
    assert cli.main([*TRACKS, "--seed", "7", *OUT]) == 0
    assert estimate(results(tables), "number_bootstrap", "roe deer") != estimate(
        first, "number_bootstrap", "roe deer"
    )


def test_a_coefficient_of_a_table_is_told_to_leave_variance_out(
    tables: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tables, k="species,coefficient\nroe deer,0.57\n")
    words = ["tracks", "--routes", "routes.csv", "--strata", "strata.csv", "--coefficients", "k.csv", *OUT]
    assert cli.main(words) == 0
    assert "variance of the daily path is unknown" in capsys.readouterr().out
    assert results(tables)["species"]["roe deer"]["daily_path_share_of_variance"] is None


def test_wrong_tables_are_told_with_file_row_and_column_and_write_nothing(
    tables: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tables, routes=ROUTES.replace("forest,2,8,", "bog,2,zero,"))
    assert cli.main([*TRACKS, *OUT]) == 1
    said = capsys.readouterr().err
    assert "routes.csv, row 3, column stratum: The stratum “bog” is not in strata.csv." in said
    assert "routes.csv, row 3, column length_km: “zero” is no length above 0." in said
    assert not (tables / "out.json").exists()


def distance(name: str, *words: str) -> list[str]:
    return ["distance", str(DATA / f"distance_{name}.csv"), *words, *OUT]


@needs_data
@pytest.mark.parametrize(
    ("name", "words", "tolerance"),
    [
        ("minke.hn", "--kind line --distance-unit km --effort-unit km --right 1500 --key half-normal", 1e-6),
        ("wren_lt.unif_cos1", "--kind line --distance-unit m --effort-unit km --area-unit ha --right 95 --key uniform", 1e-6),
        ("wren_snapshot.hr", "--kind point --distance-unit m --effort-unit visits --area-unit ha --right 110 --key hazard-rate", 1e-6),
        ("sikadeer.hn", "--kind line --distance-unit cm --effort-unit km --right 1.75 --key half-normal", 1e-6),
        ("duiker_ct.hr", "--kind point --distance-unit m --effort-unit snapshots --breaks 2,3,4,5,6,7,8,10,12,15 --key hazard-rate", 1e-6),
    ],
)  # fmt: skip
def test_tables_of_distances_give_the_stored_numbers(
    name: str, words: str, tolerance: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    expected = stored("distance")[name]
    assert cli.main(distance(expected["data"], *words.split())) == 0
    (model,) = results(tmp_path)["models"]
    assert model["aic"] == pytest.approx(expected["AIC"], abs=tolerance)
    assert model["average_p"] == pytest.approx(expected["average_p"], abs=1e-6)


@needs_data
def test_models_are_chosen_by_their_criterion_and_those_that_cannot_be_told_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Minke: a hazard-rate with a cosine can follow the whales at distance 0 as far as one likes."""
    monkeypatch.chdir(tmp_path)
    words = [
        "--kind",
        "line",
        "--distance-unit",
        "km",
        "--effort-unit",
        "km",
        "--right",
        "1500",
        "--adjustments",
        "1",
    ]
    assert cli.main(distance("minke", *words)) == 0
    models = results(tmp_path)["models"]
    assert [row["model"] for row in models] == ["uniform + cosine(1)", "half-normal", "hazard-rate"]
    assert models[0]["delta_aic"] == 0
    assert "hazard-rate + cosine(2) is left out" in capsys.readouterr().out
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "Goodness of fit" in page


@needs_data
def test_the_effort_of_cameras_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = [
        "--kind",
        "point",
        "--distance-unit",
        "m",
        "--breaks",
        "2,3,4,5,6,7,8,10,12,15",
        "--key",
        "hazard-rate",
    ]
    assert cli.main(distance("DuikerCameraTraps", *words, "--effort-unit", "days")) == 2
    assert "--snapshot" in capsys.readouterr().err
    assert cli.main(distance("DuikerCameraTraps", *words, "--effort-unit", "km")) == 2
    assert "does not go with --kind point" in capsys.readouterr().err
    assert cli.main(distance("DuikerCameraTraps", *words, "--effort-unit", "snapshots")) == 0
    assert "each is said to see the whole circle" in capsys.readouterr().out
    fraction = ["--effort-unit", "snapshots", "--fraction", "0.1166667"]
    assert cli.main(distance("DuikerCameraTraps", *words, *fraction)) == 0
    assert "see the whole circle" not in capsys.readouterr().out
    assert estimate(results(tmp_path), "density")["estimate"] == pytest.approx(14.5, abs=0.05)


@needs_data
def test_an_estimate_on_the_boundary_is_withheld_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["occupancy", str(DATA / "unmarked_frogs_pfer.csv"), "--visits", "V1,V2,V3", *OUT]
    assert cli.main(words) == 0
    said, out = capsys.readouterr().out, results(tmp_path)
    assert "not identifiable and withheld; by its profile at least 0.79" in said
    assert estimate(out, "psi") == {
        "quantity": "psi", "group": "", "estimate": None, "se": None, "lower": None, "upper": None, "unit": "",
    }  # fmt: skip
    (psi,) = [row for row in out["coefficients"] if row["name"] == "psi"]
    assert psi["estimate"] is None
    assert estimate(out, "p")["estimate"] == pytest.approx(0.1276, abs=1e-4)


@needs_data
@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "pcount.mallard.cov",
            "unmarked_mallard.csv --model nmixture --largest 50 --visits y.1,y.2,y.3 "
            "--visit-covariate ivel=ivel.ivel.1,ivel.ivel.2,ivel.ivel.3 "
            "--visit-covariate date=date.date.1,date.date.2,date.date.3",
        ),
        (
            "pcount.mallard.NB",
            "unmarked_mallard.csv --model nmixture --largest 60 --visits y.1,y.2,y.3 --mixture negative-binomial",
        ),
        ("distsamp.linetran.hn", "unmarked_linetran.csv --model distance --visits dc1,dc2,dc3,dc4 --breaks 0,5,10,15,20 --length Length:km"),
    ],
)  # fmt: skip
def test_tables_of_visits_give_the_stored_numbers(
    name: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file, *rest = words.split()
    formulas = ["--formulas", "lam~length+elev+forest, p~ivel+date"] if name.endswith("cov") else []
    assert cli.main(["occupancy", str(DATA / file), *rest, *formulas, *OUT]) == 0
    expected = stored("unmarked")[name]
    assert results(tmp_path)["aic"] == pytest.approx(expected["AIC"], abs=5e-6)
    assert "<table" in (tmp_path / "out.html").read_text(encoding="utf-8")


def test_encounters_become_density_without_those_that_reacted(
    tables: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["encounter", "stations.csv", "figures.csv", *OUT]) == 0
    out = results(tables)
    assert out["species"]["all"]["encounters"] == 41
    assert sum(out["species"]["all"]["share_of_variance"].values()) == pytest.approx(1)
    assert estimate(out, "density")["estimate"] == pytest.approx(
        41 / 94 * 3.14159265 / (7.9 * 0.0046 * (2 + 0.785398163)), rel=1e-6
    )
    assert "1 of 42 encounters were with animals that reacted" in capsys.readouterr().out
    write(tables, figures="figure,estimate,se,unit\nspeed,7.9,1.2,\nradius,4.6,0.3,m\nangle,45,2,deg\n")
    assert cli.main(["encounter", "stations.csv", "figures.csv"]) == 1
    assert "a figure without its unit is worth nothing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["occupancy", "x.csv", "--model", "distance"], "go together"),
        (["occupancy", "x.csv", "--model", "distance", "--breaks", "0,5,10"], "need their --length"),
        (["occupancy", "x.csv", "--mixture", "zero-inflated"], "no mixture"),
        (["distance", "x.csv", "--kind", "line", "--distance-unit", "m", "--effort-unit", "km", "--fraction", "0.5"], "part of the circle"),
    ],
)  # fmt: skip
def test_options_that_do_not_go_together_are_refused(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(words) == 2
    assert said in capsys.readouterr().err


def test_a_formula_of_a_covariate_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, sites="site,wood,visit_1,visit_2\n" + "A,0.4,1,0\nB,0.1,0,1\nC,0.3,1,1\nD,0.2,0,0\n" * 5)
    assert cli.main(["occupancy", "sites.csv", "--formulas", "psi ~ snow"]) == 1
    assert "there is no such covariate for psi (wood)" in capsys.readouterr().err
    assert cli.main(["occupancy", "sites.csv", "--json", "nowhere/out.json"]) == 1
    assert "There is no folder" in capsys.readouterr().err


@pytest.mark.parametrize("module", ["tracks", "encounter"])
def test_the_light_commands_load_no_compiler_and_no_scipy(module: str) -> None:
    code = (
        f"import sys, amur.cli, amur.commands.abundance.{module}; "
        "print([name for name in ('numba', 'scipy', 'django') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
