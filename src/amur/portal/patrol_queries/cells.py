"""Kilometres of ways in cells of equal area, for the map of an answer and the list beside it."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import shapely
from pyproj import Transformer

from amur.portal.areas.queries import Placed
from amur.portal.patrol_queries.grouping import ends_of, grid_around
from amur.science.effort import Grid, LegDays, visits_of
from amur.science.effort.segments import Floats, Indices
from amur.science.effort.visits import Geometries

MOST: Final = 12_000
"""Visited cells that are drawn; beyond it larger cells are asked for."""
LISTED: Final = 100
SHARES: Final = (0.2, 0.4, 0.6, 0.8)


@dataclass(frozen=True, slots=True, eq=False)
class EffortMap:
    """Visited cells (c,): column, row, kilometres, leg-days, last local day, class; where classes begin."""

    grid: Grid
    column: Indices
    row: Indices
    kilometres: Floats
    days: Indices
    last: Indices
    group: Indices
    bounds: tuple[float, ...]
    most: float
    outline: shapely.Geometry | None
    without_way: int

    def listed(self) -> list[dict[str, Any]]:
        """The cells with most kilometres, with the place of their middle in degrees."""
        order = np.argsort(-self.kilometres, kind="stable")[:LISTED]
        places = middles(self.grid, self.column[order], self.row[order])
        return [
            {
                "longitude": float(places[k, 0]),
                "latitude": float(places[k, 1]),
                "kilometres": float(self.kilometres[cell]),
                "days": int(self.days[cell]),
                "last": date.fromordinal(int(self.last[cell]) + date(1970, 1, 1).toordinal()),
            }
            for k, cell in enumerate(order)
        ]


def middles(grid: Grid, column: Indices, row: Indices) -> Floats:
    """The middles (n, 2) of cells (n,) in degrees, to 4 decimals: longitude, latitude."""
    east = grid.west + (column + 0.5) * grid.cell
    north = grid.north - (row + 0.5) * grid.cell
    back = Transformer.from_crs(grid.plane.proj, "EPSG:4326", always_xy=True)
    return np.column_stack(back.transform(east, north)).round(4)


def effort_map(rows: LegDays, lines: Geometries, cell: float, area: Placed | None) -> EffortMap | None:
    """The effort of ways (d,) in cells; None where no way is known. Raises TooManyCells.

    With an area only what lies inside it.
    """
    known = ~shapely.is_missing(lines)
    if area is not None:
        inner = np.full(len(lines), None, dtype=object)
        inner[known] = shapely.intersection(lines[known], area.geometry)
        lines = inner
    way, ends, metres = ends_of(lines)
    if not len(ends):
        return None
    grid = grid_around(ends.reshape(-1, 2), cell)
    found = visits_of(grid, way, ends, metres)
    cells, number = np.unique(found.cell, return_inverse=True)
    last = np.full(len(cells), np.iinfo(np.int64).min)
    np.maximum.at(last, number, rows.day.astype("M8[D]").astype(np.int64)[found.way])
    kilometres = np.bincount(number, weights=found.metres) / 1000
    inside = cells >= 0
    kilometres, cells = kilometres[inside], cells[inside]
    bounds = (
        np.unique(np.quantile(kilometres, SHARES))
        if len(np.unique(kilometres)) > len(SHARES)
        else np.empty(0)
    )
    flat = None
    if area is not None:
        flat = shapely.transform(area.geometry, lambda places: grid.plane.forward(places[:, 0], places[:, 1]))
    return EffortMap(
        grid,
        cells % grid.columns,
        cells // grid.columns,
        kilometres,
        np.bincount(number)[inside],
        last[inside],
        np.searchsorted(bounds, kilometres, side="right"),
        tuple(float(bound) for bound in bounds),
        float(kilometres.max()),
        flat,
        int((~known).sum()),
    )
