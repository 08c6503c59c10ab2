"""Reads distance sampling: one row for each observation, and for each sample without one.

The columns of the R package Distance (Region.Label, Sample.Label, Effort, Area) are taken, too. Units are
never guessed: those of distances, effort and area are said by the caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amur.formats.abundance.messages import WORDINGS
from amur.formats.abundance.tables import Floats, Table, read_table
from amur.formats.errors import FileProblems, FormatError
from amur.formats.texts import typed
from amur.science.abundance.distance import DistanceSurvey, Kind

METRES = {"m": 1.0, "cm": 0.01, "km": 1000.0, "ft": 0.3048}
KM2 = {"km2": 1.0, "ha": 0.01, "m2": 1e-6}
SECONDS = {"seconds": 1.0, "hours": 3600.0, "days": 86400.0}
LINE_EFFORT = ("m", "km")
ALIASES = ("region.label=stratum", "sample.label=sample", "detected=seen", "cluster=size")
OWN = {"stratum", "sample", "effort", "distance", "size", "area", "fraction"}
FARTHEST, OFTEN = 3000.0, 1000.0
"""Metres that are hardly seen, and visits that are hardly paid to a point: units are asked for."""


@dataclass(frozen=True, slots=True)
class Units:
    """The units of a file.

    `effort` of lines is m or km; of points visits, snapshots, or seconds, hours, days of work of a camera
    that looks every `snapshot` seconds.
    """

    distance: str
    effort: str
    area: str = "km2"
    snapshot: float = 0.0

    @property
    def effort_factor(self) -> float:
        """Metres of line, or visits or moments, in the unit of effort."""
        if self.effort in SECONDS:
            return SECONDS[self.effort] / self.snapshot
        return METRES.get(self.effort, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A survey, and what a person should look at."""

    survey: DistanceSurvey
    notes: tuple[FormatError, ...]


def read_distances(path: Path, kind: Kind, units: Units, fraction: float = 1.0) -> Read:
    """Read a survey. `fraction` of the circle is that of points without a column fraction.

    Raises `FormatErrors` with every problem.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "deer.csv"
    >>> _ = path.write_text("sample,effort,distance\\nA,2.5,30\\nA,2.5,12\\nB,3,\\n")
    >>> survey = read_distances(path, "line", Units("m", "km")).survey
    >>> survey.effort.tolist(), survey.distance.tolist(), survey.sample.tolist()
    ([2500.0, 3000.0], [30.0, 12.0], [0, 0])
    """
    problems = FileProblems(WORDINGS)
    table = read_table(path, ("sample", "effort", "distance"), "observation", problems, ALIASES)
    if table is None:
        raise problems.found
    example = f"a number of {units.distance}, nothing where a sample had no observation"
    distance = table.figures("distance", "distance", example, least=0, optional=True)
    effort = table.figures("effort", "effort above 0", f"a number of {units.effort}", above=0)
    sample = table.required("sample", "sample", "the name of a line, point or camera")
    stratum = table.texts("stratum")
    size = table.figures("size", "group size", "a whole number from 1", least=1, optional=True)
    area = table.figures("area", "area", f"a number of {units.area}", least=0, optional=True)
    parts = table.figures("fraction", "fraction", "above 0 and up to 1", above=0, most=1, optional=True)
    keys = list(zip(stratum, sample, strict=True))
    _same(table, keys, effort, "effort", [" ".join(key).strip() for key in keys])
    _same(table, keys, parts, "fraction", [" ".join(key).strip() for key in keys])
    _same(table, stratum, area, "area", stratum)
    problems.raise_if_errors()
    samples, names = list(dict.fromkeys(keys)), list(dict.fromkeys(stratum))
    first = [keys.index(key) for key in samples]
    seen = np.flatnonzero(np.isfinite(distance))
    areas = area[[stratum.index(name) for name in names]] * KM2[units.area]
    numbers = {key: k for k, key in enumerate(samples)}
    survey = DistanceSurvey(
        kind,
        distance[seen] * METRES[units.distance],
        np.array([numbers[keys[k]] for k in seen], dtype=np.int64),
        effort[first] * units.effort_factor,
        np.array([names.index(key[0]) for key in samples], dtype=np.int64),
        tuple(names),
        np.where(areas > 0, areas, np.nan),
        np.where(np.isfinite(size[seen]), size[seen], 1.0) if table.has("size") else None,
        np.where(np.isfinite(parts[first]), parts[first], fraction),
        METRES[units.distance],
        _covariates(table, seen),
    )
    _doubts(survey, table)
    problems.raise_if_errors()
    return Read(survey, problems.found.warnings)


def _same(table: Table, keys: list[Any], values: Floats, what: str, names: list[str]) -> None:
    """Note rows of a sample or stratum that differ in what must be the same."""
    known: dict[Any, tuple[float, int]] = {}
    for key, value, row, name in zip(keys, values.tolist(), table.numbers, names, strict=True):
        if np.isnan(value):
            continue
        first, at = known.setdefault(key, (value, row))
        if first != value:
            table.problems.error(
                "row-differs", row=row, column=what, what=what, name=name, value=f"{value:g}",
                first=f"{first:g}", row_first=at,
            )  # fmt: skip


def _covariates(table: Table, seen: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    found = {}
    for title in table.titles:
        if title.lower() in OWN and title.lower() != "size":
            continue
        cells = table.texts(title)
        found[title] = typed([cells[k] for k in seen])
    return found


def _doubts(survey: DistanceSurvey, table: Table) -> None:
    """Units that can hardly be meant, strata without area."""
    mine = table.problems
    largest = float(survey.distance.max(initial=0.0))
    if largest > FARTHEST or 0 < largest < 1:
        mine.warn("distance-units", column="distance", largest=f"{largest:g}")
    if survey.kind == "line" and np.median(survey.effort) < largest:
        length = f"{np.median(survey.effort):g}"
        mine.warn("effort-units", column="effort", length=length, largest=f"{largest:g}")
    if survey.kind == "point" and survey.effort.max() > OFTEN and (survey.parts == 1).all():
        mine.warn("effort-camera", column="effort", visits=f"{survey.effort.max():.0f}")
    areas = np.zeros(0) if survey.areas is None else survey.areas
    for name, area in zip(survey.names, areas.tolist(), strict=True):
        if np.isnan(area) and len(survey.names) > 1:
            mine.error("area-needed", column="area", name=name)
        elif np.isnan(area):
            mine.warn("area-unknown", column="area", name=name or "-")
