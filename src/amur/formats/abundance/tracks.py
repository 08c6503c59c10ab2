"""Reads winter track counts: routes, strata, daily paths, and norms of harvest."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from amur.formats.abundance.messages import WORDINGS
from amur.formats.abundance.tables import Floats, Table, read_table
from amur.formats.errors import FileProblems, FormatError, ProblemList
from amur.science.abundance.harvest import Norms
from amur.science.abundance.tracks import TrackSurvey

COLDEST = -30.0
"""Degrees Celsius below which a count is doubted; a proposal, see --coldest."""
SHORTEST, LONGEST = timedelta(hours=12), timedelta(hours=36)
"""Between the erasing of tracks and the count."""
ROUTE = ("stratum", "route", "length_km", "species", "crossings")


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of a count: `paths` of whole days or `coefficients` K, of a `season` or of all."""

    routes: Path
    strata: Path
    paths: Path | None = None
    coefficients: Path | None = None
    species: tuple[str, ...] = ()
    season: str = ""
    coldest: float = COLDEST


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """The survey of each species, and what a person should look at."""

    surveys: Mapping[str, TrackSurvey]
    notes: tuple[FormatError, ...]


@dataclass(slots=True)
class _Routes:
    """Counts of a route (stratum, route, day) with their lengths, and crossings by species."""

    length: dict[tuple[str, str, str], tuple[float, int]] = field(default_factory=dict)
    crossings: dict[str, dict[tuple[str, str, str], tuple[float, int]]] = field(default_factory=dict)


def read_tracks(sources: Sources) -> Read:
    """Read a count. Raises `FormatErrors` with every problem of all files.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> files = {name: folder / f"{name}.csv" for name in ("routes", "strata", "paths")}
    >>> titles = "stratum,route,length_km,species,crossings"
    >>> _ = files["routes"].write_text(f"{titles}\\nforest,1,10.5,roe deer,7\\n")
    >>> _ = files["strata"].write_text("stratum,area_km2\\nforest,400\\n")
    >>> _ = files["paths"].write_text("species,length_km\\nroe deer,2.1\\nroe deer,3.4\\n")
    >>> read_tracks(Sources(**files)).surveys["roe deer"].crossings.tolist()
    [7.0]
    """
    problems = FileProblems(WORDINGS)
    areas = _read_strata(sources.strata, problems)
    routes = _read_routes(sources, areas, problems)
    paths = _read_paths(sources, problems)
    coefficients = _read_coefficients(sources.coefficients, problems)
    if routes is None or areas is None:
        raise problems.found
    surveys = {}
    for species in _chosen(sources, routes, problems):
        whole = _survey(species, routes, areas, problems.of(sources.routes))
        lengths, animals = paths.get(species, (np.zeros(0), np.zeros(0, dtype=np.int64)))
        coefficient = coefficients.get(species)
        if coefficient is None and not lengths.size:
            season = f" in {sources.season}" if sources.season else ""
            place = sources.paths or sources.coefficients or sources.routes
            problems.of(place).error("species-no-path", species=species, season=season)
        elif coefficient is None and len(np.unique(animals)) == 1:
            problems.of(sources.paths or sources.routes).warn("path-one", species=species)
        if not problems.found.error_count:
            surveys[species] = TrackSurvey(*whole, lengths, animals, coefficient)
    problems.raise_if_errors()
    return Read(surveys, problems.found.warnings)


def _read_strata(path: Path, problems: FileProblems) -> dict[str, float] | None:
    table = read_table(path, ("stratum", "area_km2"), "stratum", problems)
    if table is None:
        return None
    names = table.required("stratum", "name of a stratum", "such as forest")
    areas = table.figures("area_km2", "area above 0", "km², such as 454.39", above=0)
    found: dict[str, tuple[float, int]] = {}
    for row, name, area in zip(table.numbers, names, areas.tolist(), strict=True):
        if name in found:
            table.problems.error("row-twice", row=row, column="stratum", first=found[name][1], what=name)
        found.setdefault(name, (area, row))
    return {name: area for name, (area, _) in found.items()}


def _read_routes(sources: Sources, areas: dict[str, float] | None, problems: FileProblems) -> _Routes | None:
    table = read_table(sources.routes, ROUTE, "route and species", problems)
    if table is None:
        return None
    mine = table.problems
    strata = table.required("stratum", "stratum", "its name as in the file of strata")
    names = table.required("route", "route", "its number or name")
    lengths = table.figures("length_km", "length above 0", "km, such as 10.5", above=0)
    species = table.texts("species")
    crossings = table.figures(
        "crossings", "number of crossings", "a whole number, 0 where there were none", least=0, whole=True,
        optional=not all(species),
    )  # fmt: skip
    counted = table.times("counted")
    _check_protocol(table, counted, sources.coldest)
    found = _Routes()
    for k, row in enumerate(table.numbers):
        day = counted[k]
        key = (strata[k], names[k], day.date().isoformat() if day else "")
        if areas is not None and strata[k] and strata[k] not in areas:
            mine.error("stratum-unknown", row=row, column="stratum", name=strata[k], file=sources.strata.name)
        length, first = found.length.setdefault(key, (float(lengths[k]), row))
        if not math.isclose(length, lengths[k]) and not math.isnan(lengths[k] + length):
            mine.error(
                "row-differs", row=row, column="length_km", what="length", name=names[k],
                value=f"{lengths[k]:g}", first=f"{length:g}", row_first=first,
            )  # fmt: skip
        if not species[k]:
            if np.nan_to_num(crossings[k]) > 0:
                mine.error("tracks-crossings", row=row, column="species")
            continue
        if np.isnan(crossings[k]):
            if not table.texts("crossings")[k]:
                mine.error(
                    "value-empty", row=row, column="crossings", what="number of crossings",
                    example="a whole number, 0 where there were none",
                )  # fmt: skip
            continue
        of_species = found.crossings.setdefault(species[k], {})
        if key in of_species:
            what = ", ".join(part for part in (species[k], *key) if part)
            mine.error("row-twice", row=row, first=of_species[key][1], what=what)
        of_species.setdefault(key, (float(crossings[k]), row))
    days: dict[tuple[str, str], list[str]] = {}
    for stratum, name, when in found.length:
        days.setdefault((stratum, name), []).append(when)
    for (_stratum, name), several in days.items():
        if len(several) > 1:
            mine.warn("route-again", route=name, count=len(several))
    for name in areas or {}:
        if name not in strata:
            problems.of(sources.strata).error("stratum-empty", column="stratum", name=name, what="routes")
    return found


def _check_protocol(table: Table, counted: list[datetime | None], coldest: float) -> None:
    """Tracks of one day, all of them, in snow that shows them."""
    mine = table.problems
    erased, snowfall = table.times("erased"), table.times("snowfall")
    cold = table.figures("temperature_c", "temperature", "degrees, such as -12", optional=True)
    crust, heavy, every = (table.answers(name) for name in ("crust", "heavy_snow", "all_crossings"))
    if not any(erased) or not any(counted):
        mine.warn("tracks-undated")
    for k, row in enumerate(table.numbers):
        before, after, snow = erased[k], counted[k], snowfall[k]
        if before and after:
            gap = after - before
            if gap <= timedelta(0):
                mine.error("tracks-order", row=row, column="counted", counted=after, erased=before)
            elif not SHORTEST <= gap <= LONGEST:
                hours = round(gap.total_seconds() / 3600)
                mine.warn("tracks-gap", row=row, column="counted", hours=hours)
            if snow and before < snow < after:
                mine.warn("tracks-snowfall", row=row, column="snowfall", snowfall=snow)
        if crust[k]:
            mine.warn("tracks-crust", row=row, column="crust")
        if heavy[k]:
            mine.warn("tracks-heavy", row=row, column="heavy_snow")
        if every[k] is False:
            mine.error("tracks-first", row=row, column="all_crossings")
        if cold[k] < coldest:
            mine.warn("tracks-cold", row=row, column="temperature_c", temperature=f"{cold[k]:g}")


def _read_paths(sources: Sources, problems: FileProblems) -> dict[str, tuple[Floats, np.ndarray]]:
    """The daily paths of each species, and the animal of each."""
    if sources.paths is None:
        return {}
    table = read_table(sources.paths, ("species", "length_km"), "daily path", problems)
    if table is None:
        return {}
    species = table.required("species", "species", "its name as in the file of routes")
    lengths = table.figures("length_km", "length above 0", "km, such as 2.8", above=0)
    seasons, animals = table.texts("season"), table.texts("animal")
    names = [animal or f"row {row}" for animal, row in zip(animals, table.numbers, strict=True)]
    found = {}
    for one in dict.fromkeys(species):
        rows = [
            k
            for k, each in enumerate(species)
            if each == one and (not sources.season or seasons[k] == sources.season)
        ]
        mixed = sorted({seasons[k] for k in rows} - {""})
        if len(mixed) > 1:
            table.problems.warn("seasons-mixed", column="season", species=one, seasons=", ".join(mixed))
        if rows:
            whose = np.unique([names[k] for k in rows], return_inverse=True)[1]
            found[one] = lengths[rows], whose.ravel()
    return found


def _read_coefficients(path: Path | None, problems: FileProblems) -> dict[str, float]:
    if path is None:
        return {}
    table = read_table(path, ("species", "coefficient"), "species", problems)
    if table is None:
        return {}
    species = table.required("species", "species", "its name as in the file of routes")
    values = table.figures("coefficient", "coefficient above 0", "K, such as 0.55", above=0)
    for k, (row, name) in enumerate(zip(table.numbers, species, strict=True)):
        if name in species[:k]:
            first = table.numbers[species.index(name)]
            table.problems.error("row-twice", row=row, column="species", first=first, what=name)
    return dict(zip(species, values.tolist(), strict=True))


def _chosen(sources: Sources, routes: _Routes, problems: FileProblems) -> list[str]:
    known = sorted(routes.crossings)
    for name in sources.species:
        if name not in known:
            mine = problems.of(sources.routes)
            mine.error("species-unknown", column="species", species=name, known=", ".join(known))
    return [name for name in sources.species or known if name in known]


def _survey(
    species: str, routes: _Routes, areas: dict[str, float], mine: ProblemList
) -> tuple[tuple[str, ...], Floats, np.ndarray, Floats, Floats]:
    """Strata and routes of a species; the days of a route are added up."""
    names = tuple(areas)
    found = routes.crossings[species]
    missing = [key for key in routes.length if key not in found]
    if missing:
        mine.warn("species-missing", column="species", species=species, count=len(missing))
    whole: dict[tuple[str, str], list[float]] = {}
    for key, (length, _row) in routes.length.items():
        sums = whole.setdefault(key[:2], [0.0, 0.0])
        sums[0] += length
        sums[1] += found.get(key, (0.0, 0))[0]
    stratum = np.array([names.index(key[0]) if key[0] in names else 0 for key in whole], dtype=np.int64)
    lengths, crossings = np.array(list(whole.values())).T
    return names, np.array(list(areas.values())), stratum, lengths, crossings


def read_norms(path: Path) -> Norms:
    """Norms of harvest: up to which density per 1000 ha, which share. Raises `FormatErrors`.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "norms.csv"
    >>> _ = path.write_text("density_to,share\\n1,0\\n5,0.03\\n,0.05\\n")
    >>> read_norms(path).share_at(3.0)
    0.03
    """
    problems = FileProblems(WORDINGS)
    table = read_table(path, ("density_to", "share"), "step of density", problems)
    if table is None:
        raise problems.found
    density = table.figures(
        "density_to", "density", "animals per 1000 ha, nothing in the last line", least=0, optional=True
    )
    share = table.figures("share", "share", "a number from 0 to 1, such as 0.05", least=0, most=1)
    problems.raise_if_errors()
    steps = [math.inf if math.isnan(value) else value for value in density.tolist()]
    try:
        return Norms(tuple(steps), tuple(share.tolist()))
    except ValueError as error:
        table.problems.error("norms", reason=error)
        raise problems.found from error
