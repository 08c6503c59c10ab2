"""Hot spots of an office's season: finds and kilometres in cells, their smoothed rates, the trend beside it.

Effort in cells is that of `cells`, finds and areas those of every question; the mathematics is in
`science.effort`. Called by the run of `hotspot_work`, read again by `hotspot_views`.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import shapely
from django.db.models import QuerySet
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from amur.portal.areas.queries import Placed
from amur.portal.patrol_queries.cells import MOST, EffortMap, effort_map
from amur.portal.patrol_queries.gathering import Finds, Season, gather
from amur.portal.patrol_queries.grouping import TooManyCells, wider
from amur.portal.patrol_queries.hotspot_asking import HotspotQuestion
from amur.portal.patrol_queries.hotspot_trend import Development, development
from amur.portal.patrols.models import Patrol
from amur.science.effort import EqualArea, Grid, area_shares, hotspots_of, poisson_rate
from amur.science.effort.segments import Floats, Indices
from amur.science.effort.visits import Geometries

FEWEST_CELLS: Final = 10
FEWEST_FINDS: Final = 5
"""Visited cells and finds below which no rates are smoothed."""
SURE: Final = 0.95
LEVEL: Final = 0.95
Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Amounts:
    """What there was to compute with, and what had to be left out.

    Left out are days without a way, and finds without a place, on days without a way, and in cells that no
    way touches. `upper` is the exact limit of the rate (finds/km) where nothing was found.
    """

    visited: int
    kilometres: float
    finds: int
    days_without_way: int = 0
    finds_without_place: int = 0
    finds_without_way: int = 0
    finds_elsewhere: int = 0
    upper: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Cells (c,) of a grid: column, row, kilometres, finds, and rates in finds for each kilometre.

    Cells without kilometres are borrowed: their rates are those of cells around.
    """

    grid: Grid
    outline: shapely.Geometry | None
    column: Indices
    row: Indices
    kilometres: Floats
    finds: Floats
    smoothed: Floats
    lower: Floats
    upper: Floats
    above: Floats
    overall: float

    @property
    def own(self) -> Floats:
        """Finds over kilometres of each cell alone; NaN, unknown, without kilometres."""
        unknown = np.full(len(self.finds), np.nan)
        found: Floats = np.divide(self.finds, self.kilometres, out=unknown, where=self.kilometres > 0)
        return found

    @property
    def is_borrowed(self) -> NDArray[np.bool_]:
        """Cells where nobody was."""
        found: NDArray[np.bool_] = self.kilometres == 0
        return found

    @property
    def is_sure(self) -> NDArray[np.bool_]:
        """Visited cells whose rate is surely above the factor times the overall one."""
        found: NDArray[np.bool_] = (self.above > SURE) & ~self.is_borrowed
        return found

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        grid = self.grid
        return {
            "grid": {
                "plane": asdict(grid.plane),
                "west": grid.west,
                "north": grid.north,
                "cell": grid.cell,
                "rows": grid.rows,
                "columns": grid.columns,
            },
            "outline": None if self.outline is None else shapely.to_wkb(self.outline, hex=True),
            "overall": self.overall,
            **{name: getattr(self, name).tolist() for name in COLUMNS},
        }

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Cells":
        """Cells that were kept as JSON."""
        grid = {**given["grid"], "plane": EqualArea(**given["grid"]["plane"])}
        outline = None if given["outline"] is None else shapely.from_wkb(given["outline"])
        columns = {name: np.array(given[name]) for name in COLUMNS}
        return cls(Grid(**grid), outline, overall=given["overall"], **columns)


COLUMNS: Final = ("column", "row", "kilometres", "finds", "smoothed", "lower", "upper", "above")


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was found out: cells, or why there are none (`lacks`: what is missing), and the development.

    `lacks` is `way`, `cells`, `finds`, `nothing` or `too-many`, and "" with cells.
    """

    question: HotspotQuestion
    amounts: Amounts
    cells: Cells | None
    lacks: str
    development: Development

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "question": self.question.as_dict(),
            "amounts": asdict(self.amounts),
            "cells": self.cells and self.cells.as_dict(),
            "lacks": self.lacks,
            "development": self.development.as_dict(),
        }

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Found":
        """What was kept as JSON."""
        return cls(
            HotspotQuestion.of(given["question"]),
            Amounts(**given["amounts"]),
            given["cells"] and Cells.of(given["cells"]),
            given["lacks"],
            Development.of(given["development"]),
        )


def find(
    patrols: "QuerySet[Patrol]",
    question: HotspotQuestion,
    area: Placed | None,
    today: date,
    progress: Progress = lambda share, stage: None,
) -> Found:
    """The hot spots of patrols, in the cells of an area or in visited cells and those beside them."""
    progress(0.0, "read")
    season = gather(patrols, question.rate, ways=True, places=True)
    progress(0.2, "cells")
    amounts, cells, lacks = _cells(season, question, area, lambda share: progress(share, "smooth"))
    progress(0.9, "trend")
    return Found(question, amounts, cells, lacks, development(patrols, season, question.rate, area, today))


def _cells(
    season: Season, question: HotspotQuestion, area: Placed | None, tell: Callable[[float], None]
) -> tuple[Amounts, Cells | None, str]:
    finds, lines = season.finds, season.lines
    if finds is None or lines is None:
        raise ValueError("ways and finds were not read")
    nothing = Amounts(0, 0.0, 0, days_without_way=int(shapely.is_missing(lines).sum()))
    try:
        effort = effort_map(season.rows, lines, question.rate.cell, area)
        if effort is None:
            return nothing, None, "way"
        grid = wider(effort.grid, effort.outline)
        kilometres = _kilometres(effort, grid)
        where = _where(kilometres, grid, area)
        if where.sum() > MOST:
            raise TooManyCells(f"{where.sum()} cells")
    except TooManyCells:
        return nothing, None, "too-many"
    number, amounts = _counted(finds, lines, kilometres, grid, area)
    if lacks := _lacks(amounts):
        return amounts, None, lacks
    rates = hotspots_of(
        number,
        kilometres,
        where,
        factor=question.factor,
        level=LEVEL,
        progress=lambda share, _stage: tell(0.3 + 0.6 * share),
    )
    row, column = np.nonzero(where)
    cells = Cells(
        grid,
        None if effort.outline is None else shapely.simplify(effort.outline, grid.cell / 20),
        column,
        row,
        kilometres[where],
        number[where],
        rates.smoothed[where],
        rates.lower[where],
        rates.upper[where],
        rates.above[where],
        rates.overall,
    )
    return amounts, cells, ""


def _kilometres(effort: EffortMap, grid: Grid) -> Floats:
    """The kilometres (rows, columns) of visited cells in a grid that fits theirs."""
    found = np.zeros(grid.shape)
    down = round((grid.north - effort.grid.north) / grid.cell)
    right = round((effort.grid.west - grid.west) / grid.cell)
    found[effort.row + down, effort.column + right] = effort.kilometres
    return found


def _where(kilometres: Floats, grid: Grid, area: Placed | None) -> NDArray[np.bool_]:
    """The cells (rows, columns) that rates are told of."""
    found: NDArray[np.bool_] = kilometres > 0
    if area is not None:
        return found | (area_shares(grid, area.geometry).reshape(grid.shape) > 0)
    return np.asarray(binary_dilation(found, np.ones((3, 3), dtype=bool)), dtype=bool)


def _counted(
    finds: Finds, lines: Geometries, kilometres: Floats, grid: Grid, area: Placed | None
) -> tuple[Floats, Amounts]:
    """The finds (rows, columns) in visited cells, and what was left out; of an area, only its own."""
    place = np.full((len(finds.row), 2), np.nan) if finds.place is None else finds.place
    placed = ~np.isnan(place[:, 0])
    meant = placed.copy()
    if area is not None:
        meant &= shapely.contains_xy(area.geometry, place[:, 0], place[:, 1])
    on_way = ~shapely.is_missing(lines)[finds.row]
    cell = np.full(len(place), -1, dtype=np.int64)
    cell[meant] = grid.cell_of(place[meant, 0], place[meant, 1])
    visited = (cell >= 0) & (kilometres.ravel()[cell] > 0)
    counted = meant & on_way & visited
    number = np.bincount(cell[counted], minlength=kilometres.size).reshape(grid.shape).astype(float)
    total, spent = int(counted.sum()), float(kilometres.sum())
    return number, Amounts(
        int((kilometres > 0).sum()),
        spent,
        total,
        int(shapely.is_missing(lines).sum()),
        int((~placed).sum()),
        int((meant & ~on_way).sum()),
        int((meant & on_way & ~visited).sum()),
        None if total else poisson_rate(0, spent).upper,
    )


def _lacks(amounts: Amounts) -> str:
    if not amounts.finds:
        return "nothing"
    if amounts.visited < FEWEST_CELLS:
        return "cells"
    return "finds" if amounts.finds < FEWEST_FINDS else ""
