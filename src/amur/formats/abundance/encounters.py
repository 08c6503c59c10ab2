"""Reads encounters with cameras, and the figures of the random encounter model with their units."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from amur.formats.abundance.messages import WORDINGS
from amur.formats.abundance.tables import read_table
from amur.formats.errors import FileProblems, FormatError
from amur.science.abundance.encounter import Stations, Zone
from amur.science.abundance.estimates import Estimate

UNITS: Mapping[str, Mapping[str, float]] = {
    "speed": {"km/day": 1.0, "km/h": 24.0, "m/s": 86.4},
    "radius": {"m": 1.0, "km": 1000.0},
    "angle": {"deg": 1.0, "rad": 180 / math.pi},
    "activity": {"1": 1.0},
}
"""The figures, and their units in km per day, metres, degrees, and parts of a day."""


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """The stations of each species ("" where there is one), the zone, and what a person should look at."""

    stations: Mapping[str, Stations]
    zone: Zone
    notes: tuple[FormatError, ...]


def read_encounters(stations: Path, figures: Path, species: str = "") -> Read:
    """Read encounters and figures. Raises `FormatErrors` with every problem.

    Encounters with animals that reacted to the camera (column reacting) are left out. The day range is the
    speed, times the part of the day in which animals move where a figure activity is given.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "s.csv").write_text("station,days,encounters\\nA,30,12\\nB,31,0\\n")
    >>> _ = (folder / "f.csv").write_text(
    ...     "figure,estimate,se,unit\\nspeed,0.25,0.05,m/s\\nradius,4.6,0.3,m\\nangle,45,2,deg\\n"
    ...     "activity,0.4,0.02,1\\n")
    >>> read_encounters(folder / "s.csv", folder / "f.csv").zone.day_range.estimate
    8.64
    """
    problems = FileProblems(WORDINGS)
    found = _stations(stations, species, problems)
    zone = _zone(figures, problems)
    problems.raise_if_errors()
    assert zone is not None  # noqa: S101  # else a problem was noted
    return Read(found, zone, problems.found.warnings)


def _stations(path: Path, species: str, problems: FileProblems) -> dict[str, Stations]:
    table = read_table(path, ("station", "days", "encounters"), "station", problems)
    if table is None:
        return {}
    mine = table.problems
    names = table.required("station", "station", "the name of a camera's place")
    days = table.figures("days", "number of days above 0", "the days the camera worked, such as 31", above=0)
    met = table.figures(
        "encounters", "number of encounters", "a whole number of 0 or more", least=0, whole=True
    )
    reacting = np.nan_to_num(
        table.figures("reacting", "number", "a whole number of 0 or more", least=0, whole=True, optional=True)
    )
    kinds = table.texts("species")
    for k, row in enumerate(table.numbers):
        if reacting[k] > met[k]:
            mine.error(
                "encounters-more",
                row=row,
                column="reacting",
                reacting=int(reacting[k]),
                encounters=int(met[k]),
            )
    if reacting.sum() > 0:
        mine.warn(
            "encounters-reacting", column="reacting", count=int(reacting.sum()), all=int(np.nansum(met))
        )
    work: dict[str, tuple[float, int]] = {}
    counts: dict[str, dict[str, tuple[float, int]]] = {}
    for k, (name, row) in enumerate(zip(names, table.numbers, strict=True)):
        first, at = work.setdefault(name, (float(days[k]), row))
        if first != days[k] and not math.isnan(first + days[k]):
            mine.error(
                "row-differs", row=row, column="days", what="number of days", name=name, value=f"{days[k]:g}",
                first=f"{first:g}", row_first=at,
            )  # fmt: skip
        of_species = counts.setdefault(kinds[k], {})
        if name in of_species:
            what = ", ".join(part for part in (name, kinds[k]) if part)
            mine.error("row-twice", row=row, column="station", first=of_species[name][1], what=what)
        of_species.setdefault(name, (float(met[k] - reacting[k]), row))
    if species and species not in counts:
        mine.error("species-unknown", column="species", species=species, known=", ".join(sorted(counts)))
    if mine.error_count:
        return {}
    effort = np.array([length for length, _ in work.values()])
    return {
        one: Stations(np.array([of_species.get(name, (0.0, 0))[0] for name in work]), effort)
        for one, of_species in counts.items()
        if (one == species or not species) and (one or len(counts) == 1)
    }


def _zone(path: Path, problems: FileProblems) -> Zone | None:
    table = read_table(path, ("figure", "estimate", "se", "unit"), "figure", problems)
    if table is None:
        return None
    mine = table.problems
    names = table.required("figure", "figure", ", ".join(UNITS))
    values = table.figures("estimate", "number above 0", "such as 4.6", above=0)
    errors = table.figures("se", "standard error", "a number of 0 or more", least=0)
    units = table.texts("unit")
    found: dict[str, tuple[Estimate, int]] = {}
    for k, (row, name) in enumerate(zip(table.numbers, names, strict=True)):
        if name not in UNITS:
            mine.error("value-unknown", row=row, column="figure", value=name, known=", ".join(UNITS))
            continue
        unit = units[k] or ("1" if name == "activity" else "")
        if unit not in UNITS[name]:
            mine.error(
                "zone-unit", row=row, column="unit", name=name, value=unit, known=", ".join(UNITS[name])
            )
            continue
        if name in found:
            mine.error("zone-twice", row=row, column="figure", name=name, first=found[name][1])
        factor = UNITS[name][unit]
        figure = Estimate(factor * float(values[k]), factor * float(errors[k]), math.nan, math.nan)
        found.setdefault(name, (figure, row))
    for name in ("speed", "radius", "angle"):
        if name not in found and name not in names:
            mine.error("zone-missing", name=name)
    if mine.error_count:
        return None
    speed, radius, angle = (found[name][0] for name in ("speed", "radius", "angle"))
    if "activity" in found:
        part = found["activity"][0]
        cv = math.hypot(speed.cv, part.cv)
        whole = speed.estimate * part.estimate
        speed = Estimate(whole, whole * cv, math.nan, math.nan)
    try:
        return Zone(speed, radius, angle)
    except ValueError as error:
        mine.error("zone-figures", reason=error)
        return None
