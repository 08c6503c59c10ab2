"""Tables of prey counts: what is taken, and every sentence about what is not."""

import ast
import inspect
import string
from pathlib import Path

import numpy as np
import pytest

import amur.formats.abundance as package
from amur.formats.abundance.distances import Units, read_distances
from amur.formats.abundance.encounters import read_encounters
from amur.formats.abundance.messages import WORDINGS
from amur.formats.abundance.sites import Columns, read_distance_counts, read_sites
from amur.formats.abundance.tracks import Sources, read_norms, read_tracks
from amur.formats.errors import FormatError, FormatErrors

TITLES = "stratum,route,length_km,species,crossings,erased,counted,snowfall,temperature_c,crust,heavy_snow,all_crossings\n"
DAYS = "2026-02-13 10:00,2026-02-14 11:00"
ROUTES = (
    TITLES + f"forest,1,10.5,roe deer,7,{DAYS},,-12,no,no,yes\nfields,2,8,roe deer,2,{DAYS},,-9,no,no,yes\n"
)
STRATA = "stratum,area_km2\nforest,400\nfields,120\n"
PATHS = "species,length_km,season,animal\nroe deer,2.1,snow,a\nroe deer,3.4,snow,b\n"
DEER = "sample,effort,distance\nA,2.5,30\nA,2.5,12\nB,3,\n"
TWO = "stratum,area,sample,effort,distance\nN,90,A,2.5,30\nS,40,B,2.5,12\n"
SITES = "site,wood,visit_1,visit_2,date_1,date_2\nA,0.4,1,0,3,9\nB,0.1,0,,4,\n"
STATIONS = "station,days,encounters\nA,30,12\nB,31,0\n"
FIGURES = "figure,estimate,se,unit\nspeed,7.9,1,km/day\nradius,4.6,0.3,m\nangle,45,2,deg\n"
NORMS = "density_to,share\n1,0\n5,0.03\n,0.05\n"


def row(**changed: str) -> str:
    values = {
        "stratum": "forest", "route": "9", "length_km": "9", "species": "roe deer", "crossings": "1",
        "erased": "2026-02-13 10:00", "counted": "2026-02-14 11:00", "snowfall": "", "temperature_c": "-9",
        "crust": "no", "heavy_snow": "no", "all_crossings": "yes",
    }  # fmt: skip
    return ROUTES + ",".join({**values, **changed}.values()) + "\n"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.csv"
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, kind: str, **texts: object) -> object:
    """Read the tables of a kind, some of them with another text."""
    given = {name: str(text) for name, text in texts.items()}

    def table(name: str, text: str) -> Path:
        return write(folder, name, given.get(name, text))

    if kind == "tracks":
        return read_tracks(
            Sources(
                table("routes", ROUTES),
                table("strata", STRATA),
                table("paths", PATHS) if given.get("paths") != "none" else None,
                table("coefficients", "") if "coefficients" in given else None,
                (given["species"],) if "species" in given else (),
                given.get("season", ""),
            )
        )
    if kind == "distance":
        units = Units("m", given.get("unit", "km"))
        return read_distances(table("deer", DEER), "line", units)
    if kind == "points":
        return read_distances(table("deer", DEER), "point", Units("m", "visits"))
    if kind == "sites":
        columns = Columns(tuple(given["visits"].split()) if "visits" in given else ())
        return read_sites(table("sites", SITES), columns)
    if kind == "counts":
        return read_distance_counts(table("sites", SITES), (0.0, 5.0), "line", ("visit_1",), "wood", 1.0)
    if kind == "encounter":
        return read_encounters(
            table("stations", STATIONS), table("figures", FIGURES), given.get("species", "")
        )
    return read_norms(table("norms", NORMS))


# Kind, what is wrong, and: the code, the file, the row, the column.
WRONG: list[tuple[str, dict[str, str], tuple[str, str, int | None, str | None]]] = [
    ("tracks", {"routes": TITLES}, ("file-empty", "routes.csv", None, None)),
    ("tracks", {"routes": "stratum,route\nforest,1\n"}, ("columns-missing", "routes.csv", 1, None)),
    ("tracks", {"strata": "stratum,area_km2,stratum\na,1,b\n"}, ("columns-twice", "strata.csv", 1, None)),
    ("tracks", {"strata": STRATA + "bog\n"}, ("row-columns", "strata.csv", 4, None)),
    ("tracks", {"strata": STRATA + "bog,\n"}, ("value-empty", "strata.csv", 4, "area_km2")),
    ("tracks", {"strata": STRATA + "bog,0\n"}, ("value-wrong", "strata.csv", 4, "area_km2")),
    ("tracks", {"strata": STRATA + "fields,9\n"}, ("row-twice", "strata.csv", 4, "stratum")),
    ("tracks", {"strata": STRATA + "bog,9\n"}, ("stratum-empty", "strata.csv", None, "stratum")),
    ("tracks", {"routes": row(stratum="bog")}, ("stratum-unknown", "routes.csv", 4, "stratum")),
    ("tracks", {"routes": row(length_km="0")}, ("value-wrong", "routes.csv", 4, "length_km")),
    ("tracks", {"routes": row(length_km="-3")}, ("value-wrong", "routes.csv", 4, "length_km")),
    ("tracks", {"routes": row(crossings="1.5")}, ("value-wrong", "routes.csv", 4, "crossings")),
    ("tracks", {"routes": row(crossings="")}, ("value-empty", "routes.csv", 4, "crossings")),
    ("tracks", {"routes": row(species="")}, ("tracks-crossings", "routes.csv", 4, "species")),
    ("tracks", {"routes": row(route="1", length_km="10.5")}, ("row-twice", "routes.csv", 4, None)),
    ("tracks", {"routes": row(route="1", species="hare")}, ("row-differs", "routes.csv", 4, "length_km")),
    ("tracks", {"routes": row(counted="tomorrow")}, ("value-wrong", "routes.csv", 4, "counted")),
    ("tracks", {"routes": row(crust="perhaps")}, ("value-wrong", "routes.csv", 4, "crust")),
    ("tracks", {"routes": row(erased="2026-02-15")}, ("tracks-order", "routes.csv", 4, "counted")),
    ("tracks", {"routes": row(all_crossings="no")}, ("tracks-first", "routes.csv", 4, "all_crossings")),
    ("tracks", {"routes": row(species="hare")}, ("species-no-path", "paths.csv", None, None)),
    ("tracks", {"season": "summer"}, ("species-no-path", "paths.csv", None, None)),
    ("tracks", {"species": "wolf"}, ("species-unknown", "routes.csv", None, "species")),
    ("tracks", {"paths": PATHS + "roe deer,0,snow,c\n"}, ("value-wrong", "paths.csv", 4, "length_km")),
    (
        "tracks",
        {"paths": "none", "coefficients": "species,coefficient\nroe deer,0.5\nroe deer,0.6\n"},
        ("row-twice", "coefficients.csv", 3, "species"),
    ),
    ("distance", {"deer": DEER + "B,3,-4\n"}, ("value-wrong", "deer.csv", 5, "distance")),
    ("distance", {"deer": DEER + "B,4,1\n"}, ("row-differs", "deer.csv", 5, "effort")),
    ("distance", {"deer": DEER + ",4,1\n"}, ("value-empty", "deer.csv", 5, "sample")),
    ("distance", {"deer": TWO.replace("40", "")}, ("area-needed", "deer.csv", None, "area")),
    ("sites", {"sites": "site,y\nA,1\n"}, ("sites-visits", "sites.csv", 1, None)),
    ("sites", {"visits": "first second"}, ("sites-column", "sites.csv", 1, None)),
    ("sites", {"sites": SITES.replace("0.1", "")}, ("sites-covariate", "sites.csv", 3, "wood")),
    ("sites", {"sites": SITES + "C,0.2,-1,0,1,1\n"}, ("value-wrong", "sites.csv", 4, "visit_1")),
    ("counts", {"sites": SITES.replace("0.4", "0")}, ("value-wrong", "sites.csv", 2, "wood")),
    ("encounter", {"stations": STATIONS + "C,0,1\n"}, ("value-wrong", "stations.csv", 4, "days")),
    ("encounter", {"stations": STATIONS + "A,30,1\n"}, ("row-twice", "stations.csv", 4, "station")),
    (
        "encounter",
        {"stations": "station,days,encounters,reacting\nA,30,1,2\n"},
        ("encounters-more", "stations.csv", 2, "reacting"),
    ),
    ("encounter", {"species": "wolf"}, ("species-unknown", "stations.csv", None, "species")),
    ("encounter", {"figures": FIGURES + "mood,1,1,1\n"}, ("value-unknown", "figures.csv", 5, "figure")),
    ("encounter", {"figures": FIGURES.replace("deg", "")}, ("zone-unit", "figures.csv", 4, "unit")),
    ("encounter", {"figures": FIGURES + "angle,45,2,deg\n"}, ("zone-twice", "figures.csv", 5, "figure")),
    (
        "encounter",
        {"figures": FIGURES.replace("radius,4.6,0.3,m\n", "")},
        ("zone-missing", "figures.csv", None, None),
    ),
    ("encounter", {"figures": FIGURES.replace("km/day", "m/s")}, ("zone-figures", "figures.csv", None, None)),
    ("norms", {"norms": NORMS + "9,0.1\n"}, ("norms", "norms.csv", None, None)),
    ("norms", {"norms": NORMS.replace("0.03", "3")}, ("value-wrong", "norms.csv", 3, "share")),
]

DOUBTS: list[tuple[str, dict[str, str], str]] = [
    ("tracks", {"routes": row(erased="2026-02-11 10:00")}, "tracks-gap"),
    ("tracks", {"routes": row(snowfall="2026-02-13 23:00")}, "tracks-snowfall"),
    ("tracks", {"routes": row(crust="yes")}, "tracks-crust"),
    ("tracks", {"routes": row(heavy_snow="yes")}, "tracks-heavy"),
    ("tracks", {"routes": row(temperature_c="-41")}, "tracks-cold"),
    ("tracks", {"routes": "stratum,route,length_km,species,crossings\nforest,1,9,roe deer,1\nfields,2,9,roe deer,1\n"}, "tracks-undated"),
    ("tracks", {"routes": row(route="1", erased="2026-02-20", counted="2026-02-21")}, "route-again"),
    ("tracks", {"routes": row(species="", crossings="0")}, "species-missing"),
    ("tracks", {"paths": PATHS + "roe deer,5,bare,c\n"}, "seasons-mixed"),
    ("tracks", {"paths": "species,length_km,animal\nroe deer,2,a\nroe deer,3,a\n"}, "path-one"),
    ("distance", {"deer": DEER + "C,3,9000\n"}, "distance-units"),
    ("distance", {"unit": "m"}, "effort-units"),
    ("distance", {}, "area-unknown"),
    ("points", {"deer": "sample,effort,distance\nA,680232,9\n"}, "effort-camera"),
    ("sites", {"sites": SITES + "C,0.2,,,1,1\n"}, "sites-unvisited"),
    ("encounter", {"stations": "station,days,encounters,reacting\nA,30,4,2\n"}, "encounters-reacting"),
]  # fmt: skip
# Of the reader of texts, tested with the files of capture-recapture; and of columns named by hand, tested below.
ELSEWHERE = {"file-missing", "file-unreadable", "file-encoding", "sites-wide"}


@pytest.mark.parametrize(("kind", "texts", "expected"), WRONG)
def test_what_is_wrong_is_told_with_its_place(
    tmp_path: Path, kind: str, texts: dict[str, str], expected: tuple[str, str, int | None, str | None]
) -> None:
    with pytest.raises(FormatErrors) as raised:
        read(tmp_path, kind, **texts)
    places = [(one.code, one.file, one.row, one.column) for one in raised.value.errors]
    assert expected in places
    assert all(str(one).endswith(".") for one in raised.value.errors)


@pytest.mark.parametrize(("kind", "texts", "code"), DOUBTS)
def test_what_is_doubtful_is_noted_and_taken(
    tmp_path: Path, kind: str, texts: dict[str, str], code: str
) -> None:
    notes: tuple[FormatError, ...] = read(tmp_path, kind, **texts).notes  # type: ignore[attr-defined]
    assert code in [note.code for note in notes]


@pytest.mark.parametrize("kind", ["tracks", "sites", "encounter"])
def test_good_tables_have_no_notes(tmp_path: Path, kind: str) -> None:
    assert read(tmp_path, kind).notes == ()  # type: ignore[attr-defined]


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(FormatErrors) as raised:
        read(tmp_path, "tracks", routes=row(length_km="x", crossings="-1"), paths=PATHS + "hare,no,,\n")
    assert {(one.file, one.row) for one in raised.value.errors} == {("routes.csv", 4), ("paths.csv", 4)}
    assert raised.value.error_count == 3


def test_semicolons_decimal_commas_and_dates_as_they_are_written_in_russia_are_taken(tmp_path: Path) -> None:
    routes = "stratum;route;length_km;species;crossings;erased;counted\nлес;1;10,5;косуля;7;13.02.2026 10:00;14.02.2026 11:00\n"
    found = read(
        tmp_path, "tracks", routes=routes, strata="stratum;area_km2\nлес;400,5\n",
        paths="species;length_km\nкосуля;2,1\nкосуля;3,4\n",
    )  # fmt: skip
    survey = found.surveys["косуля"]  # type: ignore[attr-defined]
    assert (survey.length.tolist(), survey.areas.tolist()) == ([10.5], [400.5])
    assert survey.daily_paths.tolist() == [2.1, 3.4]


def test_days_of_a_route_are_added_up_and_days_without_a_species_count_as_zero(tmp_path: Path) -> None:
    text = row(
        route="1", length_km="10.5", species="", crossings="0", erased="2026-02-20", counted="2026-02-21"
    )
    survey = read(tmp_path, "tracks", routes=text).surveys["roe deer"]  # type: ignore[attr-defined]
    assert survey.length.tolist() == [21.0, 8.0]
    assert survey.crossings.tolist() == [7.0, 2.0]


def test_units_of_distance_sampling_are_turned_to_metres_moments_and_km2(tmp_path: Path) -> None:
    text = "Region.Label,Area,Sample.Label,Effort,distance,size,habitat\nN,250,A,2,500,3,wood\nN,250,B,4,,,\n"
    path = write(tmp_path, "deer", text)
    survey = read_distances(path, "point", Units("cm", "days", "ha", snapshot=2.0), 0.2).survey
    assert survey.distance.tolist() == [5.0]
    assert survey.effort.tolist() == [2 * 43200.0, 4 * 43200.0]
    assert survey.areas is not None
    assert survey.areas.tolist() == [2.5]
    assert survey.parts.tolist() == [0.2, 0.2]
    assert survey.sizes.tolist() == [3.0]
    assert survey.covariates["habitat"].tolist() == ["wood"]
    assert survey.unit == 0.01


def test_a_missing_visit_stays_missing_and_text_is_a_factor(tmp_path: Path) -> None:
    path = write(tmp_path, "sites", SITES.replace("3,9", "dry,wet").replace("4,\n", "dry,\n"))
    sites = read_sites(path).sites
    assert np.isnan(sites.counts[1, 1])
    assert sites.visit_covariates["date"].tolist() == [["dry", "wet"], ["dry", ""]]


def test_a_covariate_needs_a_column_for_each_visit(tmp_path: Path) -> None:
    path = write(tmp_path, "sites", SITES)
    with pytest.raises(FormatErrors) as raised:
        read_sites(path, Columns((), {"date": ("date_1",)}))
    assert [(one.code, one.row) for one in raised.value.errors] == [("sites-wide", 1)]


def test_every_sentence_is_used_has_a_test_and_its_places_filled() -> None:
    folder = Path(inspect.getfile(package)).parent
    literals = {
        node.value
        for path in [*folder.glob("*.py"), folder.parent / "texts.py"]
        if path.name != "messages.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(WORDINGS) <= literals
    tested = {code for _, _, (code, *_) in WRONG} | {code for _, _, code in DOUBTS}
    assert set(WORDINGS) <= tested | ELSEWHERE
    for wording in WORDINGS.values():
        for text in (wording.text, wording.expected):
            assert all(name != "" for _, name, _, _ in string.Formatter().parse(text))
