"""Reads repeated visits to sites: one row for each site, a column for each visit.

Columns visit_1, visit_2, ... hold counts or detections, empty or NA where a visit was missed. Columns of
another word with the same numbers (date_1, date_2, ...) are covariates of visits, all others of sites.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amur.formats.abundance.messages import WORDINGS
from amur.formats.abundance.tables import Floats, Table, read_table
from amur.formats.errors import FileProblems, FormatError, shortened
from amur.formats.texts import typed
from amur.science.abundance.distance_counts import DistanceCounts
from amur.science.abundance.sites import Sites

_NUMBERED = re.compile(r"(.+?)[._ ]?(\d+)")
_SITE = {"site", "id", "name"}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns are visits and covariates of visits, where their names do not say it."""

    visits: tuple[str, ...] = ()
    covariates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """Sites, and what a person should look at."""

    sites: Sites
    notes: tuple[FormatError, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ReadCounts:
    """Counts by distance, and what a person should look at."""

    counts: DistanceCounts
    notes: tuple[FormatError, ...]


def read_sites(path: Path, columns: Columns | None = None) -> Read:
    """Read repeated visits. Raises `FormatErrors` with every problem.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "hare.csv"
    >>> _ = path.write_text("site,wood,visit_1,visit_2,date_1,date_2\\nA,0.4,1,0,3,9\\nB,0.1,0,,4,\\n")
    >>> sites = read_sites(path).sites
    >>> sites.counts.tolist(), sorted(sites.covariates), sorted(sites.visit_covariates)
    ([[1.0, 0.0], [0.0, nan]], ['wood'], ['date'])
    """
    problems = FileProblems(WORDINGS)
    table = read_table(path, (), "site", problems)
    if table is None:
        raise problems.found
    visits, wide = _found(table, columns or Columns())
    problems.raise_if_errors()
    example = "a whole number of 0 or more, nothing where the visit was missed"
    counts = _numbers(table, visits, "count", example)
    for k in np.flatnonzero(~np.isfinite(counts).any(axis=1)):
        table.problems.warn("sites-unvisited", row=table.numbers[k])
    used = {name for names in wide.values() for name in names} | set(visits)
    covariates = _site_covariates(table, used)
    problems.raise_if_errors()
    of_visits = {name: _typed(table, names) for name, names in wide.items()}
    return Read(Sites(counts, covariates, of_visits), problems.found.warnings)


def read_distance_counts(
    path: Path, breaks: tuple[float, ...], kind: str, columns: Sequence[str], length: str, metres: float
) -> ReadCounts:
    """Read counts by interval of distance: `columns` in the order of the intervals between `breaks` metres.

    `length` names the column of the line's length, in a unit of so many `metres`, "" where every point was
    visited once. Raises `FormatErrors` with every problem.
    """
    problems = FileProblems(WORDINGS)
    table = read_table(path, (), "site", problems)
    if table is None:
        raise problems.found
    bins, _wide = _found(table, Columns(tuple(columns)))
    if len(bins) != len(breaks) - 1 and bins:
        table.problems.error("sites-wide", name="count", found=len(bins), wanted=len(breaks) - 1)
    if length and not table.has(length):
        _missing(table, length)
    problems.raise_if_errors()
    counts = _numbers(table, bins, "count", "a whole number of 0 or more", optional=False)
    ones = np.ones(len(table))
    lengths = table.figures(length, "length above 0", "a number such as 2.5", above=0) if length else ones
    covariates = _site_covariates(table, {*bins, length})
    problems.raise_if_errors()
    data = DistanceCounts(
        counts, breaks, "point" if kind == "point" else "line", lengths * metres, covariates
    )
    return ReadCounts(data, problems.found.warnings)


def _found(table: Table, columns: Columns) -> tuple[list[str], dict[str, list[str]]]:
    """The columns of visits, and those of each covariate of visits."""
    for name in (*columns.visits, *(name for names in columns.covariates.values() for name in names)):
        if not table.has(name):
            _missing(table, name)
    numbered: dict[str, list[str]] = {}
    for title in table.titles:
        match = _NUMBERED.fullmatch(title)
        if match:
            numbered.setdefault(match[1].lower(), []).append(title)
    visits = list(columns.visits) or numbered.get("visit", [])
    if not visits:
        table.problems.error("sites-visits", row=1, found=shortened(", ".join(table.titles), 200))
        return [], {}
    taken = set(visits)
    wide = {name: list(names) for name, names in columns.covariates.items()}
    for name, names in numbered.items():
        if not taken & set(names) and len(names) == len(visits) and not columns.covariates:
            wide.setdefault(name, names)
    for name, names in wide.items():
        if len(names) != len(visits):
            table.problems.error("sites-wide", row=1, name=name, found=len(names), wanted=len(visits))
    return visits, wide


def _missing(table: Table, name: str) -> None:
    found = shortened(", ".join(table.titles), 200)
    table.problems.error("sites-column", row=1, name=name, found=found)


def _numbers(table: Table, names: Sequence[str], what: str, example: str, optional: bool = True) -> Floats:
    columns = [table.figures(name, what, example, least=0, whole=True, optional=optional) for name in names]
    return np.stack(columns, axis=1)


def _typed(table: Table, names: Sequence[str]) -> NDArray[Any]:
    """Cells (n, J) of a covariate of visits, numbers where all known ones are."""
    cells = np.array([table.texts(name) for name in names]).T
    return typed([str(cell) for cell in cells.ravel()]).reshape(cells.shape)


def _site_covariates(table: Table, used: set[str]) -> dict[str, NDArray[Any]]:
    found = {}
    for title in table.titles:
        if title in used or title.lower() in _SITE or not title:
            continue
        cells = table.texts(title)
        for row, cell in zip(table.numbers, cells, strict=True):
            if not cell:
                table.problems.error("sites-covariate", row=row, column=title, name=title)
        found[title] = typed(cells)
    return found
