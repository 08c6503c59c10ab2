"""Effort in cells of equal area from the ways that count, its picture, and how long ago areas were visited.

Ways are those of leg days: cleaned already. The kilometres of a day are shared out along its way, so that
cells and what is outside are together the kilometres that the pages tell. Places are raw: for the office.
"""

import datetime
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from django.db.models import QuerySet

from amur.portal.areas.models import Area
from amur.portal.offices.models import Office
from amur.portal.patrol_queries.grouping import ends_of
from amur.portal.patrols.models import LegDay
from amur.science.effort import Grid, Visits, area_shares, visits_of
from amur.science.effort.segments import Floats

CELLS_KM: Final = (1, 2, 5, 10, 20, 50, 100)
MOST_ACROSS: Final = 60
"""Cells that a picture has in a row or column at the most, else they are taken larger."""
COLOURS: Final = ("#d8ebdf", "#a3d0b5", "#62ab86", "#2b7a5c", "#123f33")
WIDTH: Final = 640
AREA_CELLS: Final = 100
"""Cells across an area, at the most, from which its coverage is taken."""
BOUNDARIES: Final = (shapely.Polygon, shapely.MultiPolygon)

Way = tuple[datetime.date, float, shapely.Geometry]


@dataclass(frozen=True, slots=True)
class Visited:
    """An area of the office: days since somebody was in it (None: never), the share visited lately."""

    area: Area
    days: int | None
    share: float


@dataclass(frozen=True, slots=True)
class Map:
    """A picture of effort: `breaks` are the most kilometres of a cell of each colour, light to dark."""

    svg: str
    cell_km: int
    breaks: list[float]
    kilometres: float


def ways_of(days: "QuerySet[LegDay]") -> list[Way]:
    """Day, kilometres and way of each leg day that has one."""
    rows = days.exclude(line=None).order_by("pk").values_list("date", "kilometres", "line")
    return [
        (date, kilometres or 0.0, shapely.from_wkb(bytes(line.wkb)))
        for date, kilometres, line in rows
        if line is not None
    ]


def _visits(ways: Sequence[Way], places: Floats, most: int) -> tuple[Grid, Visits]:
    """What ways visit of a grid around places (n, 2) in degrees, with `most` cells across at the most.

    The metres of a way are together those of its kilometres.
    """
    for cell in CELLS_KM:
        grid = Grid.around(places[:, 0], places[:, 1], cell * 1000.0)
        if max(grid.shape) <= most:
            break
    way, ends, metres = ends_of(np.array([line for _date, _kilometres, line in ways], dtype=object))
    drawn = np.bincount(way, weights=metres, minlength=len(ways))
    wanted = np.array([kilometres * 1000 for _date, kilometres, _line in ways])
    factor = np.divide(wanted, drawn, out=np.ones(len(ways)), where=drawn > 0)
    return grid, visits_of(grid, way, ends, metres * factor[way])


def effort_map(ways: Sequence[Way]) -> Map | None:
    """The picture of some ways; None without one."""
    if not ways:
        return None
    places = shapely.get_coordinates([line for _date, _kilometres, line in ways])
    grid, found = _visits(ways, places, MOST_ACROSS)
    metres = np.bincount(found.cell, weights=found.metres, minlength=grid.rows * grid.columns)
    kilometres = metres.reshape(grid.shape) / 1000
    breaks = _breaks(kilometres[kilometres > 0])
    return Map(_drawn(kilometres, breaks), round(grid.cell / 1000), breaks, float(kilometres.sum()))


def _breaks(kilometres: Floats) -> list[float]:
    """The most kilometres of each colour: fifths of the visited cells, written with two digits."""
    if not len(kilometres):
        return []
    fifths = np.quantile(kilometres, np.arange(1, len(COLOURS) + 1) / len(COLOURS))
    rounded = [_rounded_up(float(value)) for value in fifths]
    return sorted(set(rounded))


def _rounded_up(value: float) -> float:
    """With two digits, not below the value.

    >>> _rounded_up(1.234), _rounded_up(56.01)
    (1.3, 57.0)
    """
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    return float(f"{math.ceil(value / step - 1e-9) * step:.6g}")


def _drawn(kilometres: Floats, breaks: Sequence[float]) -> str:
    """The cells as SVG, north up, without words; colours are attributes: no style sheet reaches a file."""
    rows, columns = kilometres.shape
    size = WIDTH / max(columns, 12)
    width, height = columns * size, rows * size
    colours = COLOURS[-len(breaks) :] if breaks else ()
    parts = []
    for row, column in np.argwhere(kilometres > 0):
        colour = colours[int(np.searchsorted(breaks, kilometres[row, column]))]
        parts.append(
            f'<rect x="{column * size:.1f}" y="{row * size:.1f}" width="{size:.1f}" height="{size:.1f}"'
            f' fill="{colour}" stroke="#ffffff" stroke-width="0.5"/>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}"'
        f' width="{width:.0f}" height="{height:.0f}"><rect width="{width:.0f}" height="{height:.0f}"'
        f' fill="#f4f4f0"/>{"".join(parts)}</svg>'
    )


def way_drawn(ways: Sequence[Way]) -> str:
    """The ways of some days as SVG, north up; "" without one."""
    if not ways:
        return ""
    lines = [line for _date, _kilometres, line in ways]
    west, south, east, north = shapely.total_bounds(lines)
    narrow = math.cos(math.radians((south + north) / 2))
    span = max((east - west) * narrow, north - south, 0.002)
    scale, edge = (WIDTH - 40) / span, 20
    width, height = round((east - west) * narrow * scale) + 40, round((north - south) * scale) + 40
    parts = []
    for number, line in enumerate(lines):
        path = "".join(
            "M" + "L".join(
                f"{edge + (at[0] - west) * narrow * scale:.1f} {edge + (north - at[1]) * scale:.1f}"
                for at in shapely.get_coordinates(part)
            )
            for part in shapely.get_parts(line)
        )  # fmt: skip
        dashes = ' stroke-dasharray="7 3"' if number % 2 else ""
        parts.append(f'<path d="{path}" fill="none" stroke="#1d5a48" stroke-width="2"{dashes}/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}"><rect width="{width}" height="{height}" fill="#ffffff"/>{"".join(parts)}</svg>'
    )


def areas_visited(
    office: Office, days: "QuerySet[LegDay]", today: datetime.date, recent: int
) -> tuple[list[Visited], int]:
    """The areas of an office whose boundary is known, longest unvisited first; how many have none.

    `days` are those up to `today`; the share is what was visited in the last `recent` days.
    """
    areas = list(Area.objects.filter(office=office))
    shapes = [
        (area, shapely.from_wkb(bytes(area.geometry.wkb))) for area in areas if area.geometry is not None
    ]
    bounded = [(area, shape) for area, shape in shapes if isinstance(shape, BOUNDARIES)]
    ways = ways_of(days) if bounded else []
    found = [_visited(area, shape, ways, today, recent) for area, shape in bounded]
    found.sort(key=lambda one: -math.inf if one.days is None else -one.days)
    return found, len(areas) - len(bounded)


def _visited(
    area: Area, shape: shapely.Geometry, ways: Sequence[Way], today: datetime.date, recent: int
) -> Visited:
    meets = shapely.intersects(shape, [line for _date, _kilometres, line in ways])
    met = list(itertools.compress(ways, meets))
    if not met:
        return Visited(area, None, 0.0)
    ago = np.array([(today - date).days for date, _kilometres, _line in met])
    grid, found = _visits(met, shapely.get_coordinates(shape), AREA_CELLS)
    shares = area_shares(grid, shape)
    lately = np.unique(found.cell[(found.cell >= 0) & (ago[found.way] <= recent)])
    return Visited(area, int(ago.min()), float(shares[lately].sum() / shares.sum()))
