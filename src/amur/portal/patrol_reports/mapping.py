"""Effort in cells of equal area from the ways that count, its picture, and how long ago areas were visited.

Ways are those of leg days: cleaned already. The kilometres of a day are shared out along its way, so that
cells and what is outside are together the kilometres that the pages tell. Places are raw: for the office.
"""

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from django.db.models import QuerySet
from numpy.typing import NDArray

from amur.portal.areas.models import Area
from amur.portal.offices.models import Office
from amur.portal.patrols.models import LegDay
from amur.science.effort import EqualArea, Fixes, Grid, Segments, coverage_of, days_since, effort_of
from amur.science.effort.geodesy import lengths

CELLS_KM: Final = (1, 2, 5, 10, 20, 50, 100)
MOST_ACROSS: Final = 60
"""Cells that a picture has in a row or column at the most, else they are taken larger."""
COLOURS: Final = ("#d8ebdf", "#a3d0b5", "#62ab86", "#2b7a5c", "#123f33")
WIDTH: Final = 640
AREA_CELLS: Final = 100
"""Cells across an area, from which its coverage is taken."""
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


def segments_of_ways(ways: Sequence[Way]) -> Segments:
    """The parts of ways; each day is a track whose metres are those of its kilometres."""
    track, places, first, instant = [], [], [], []
    count = 0
    for number, (date, _kilometres, line) in enumerate(ways):
        for part in shapely.get_parts(line):
            coordinates = shapely.get_coordinates(part)
            places.append(coordinates)
            first.append(np.arange(count, count + len(coordinates) - 1))
            track.append(np.full(len(coordinates), number))
            instant.append(np.full(len(coordinates), np.datetime64(date, "ms")))
            count += len(coordinates)
    at = np.concatenate(places)
    fixes = Fixes(np.concatenate(track), np.concatenate(instant), at[:, 0], at[:, 1])
    begin = np.concatenate(first)
    end = begin + 1
    metres = lengths(at[begin, 0], at[begin, 1], at[end, 0], at[end, 1])
    drawn = np.bincount(fixes.track[begin], weights=metres, minlength=len(ways))
    wanted = np.array([kilometres * 1000 for _date, kilometres, _line in ways])
    factor = np.divide(wanted, drawn, out=np.ones(len(ways)), where=drawn > 0)
    return Segments(fixes, begin, end, metres * factor[fixes.track[begin]], np.zeros(len(begin)))


def effort_map(ways: Sequence[Way]) -> Map | None:
    """The picture of some ways; None without one."""
    if not ways:
        return None
    segments = segments_of_ways(ways)
    fixes = segments.fixes
    for cell in CELLS_KM:
        grid = Grid.around(fixes.longitude, fixes.latitude, cell * 1000.0)
        if max(grid.shape) <= MOST_ACROSS:
            break
    effort = effort_of(segments, grid)
    kilometres = effort.metres / 1000
    breaks = _breaks(kilometres[kilometres > 0])
    return Map(_drawn(kilometres, breaks), cell, breaks, float(kilometres.sum()))


def _breaks(kilometres: NDArray[np.float64]) -> list[float]:
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


def _drawn(kilometres: NDArray[np.float64], breaks: Sequence[float]) -> str:
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
    segments = segments_of_ways(ways) if ways else None
    now = np.datetime64(today, "ms")
    found = [_visited(area, shape, segments, now, recent) for area, shape in bounded]
    found.sort(key=lambda one: -math.inf if one.days is None else -one.days)
    return found, len(areas) - len(bounded)


def _visited(
    area: Area, shape: shapely.Geometry, segments: Segments | None, now: np.datetime64, recent: int
) -> Visited:
    if segments is None:
        return Visited(area, None, 0.0)
    west, south, east, north = shapely.bounds(shape).tolist()
    plane = EqualArea(round((south + north) / 2), round((west + east) / 2))
    flat = shapely.transform(shape, lambda at: plane.forward(at[:, 0], at[:, 1]))
    left, bottom, right, top = shapely.bounds(flat).tolist()
    cell = max((right - left) / AREA_CELLS, (top - bottom) / AREA_CELLS, 1000.0)
    size = (math.ceil((top - bottom) / cell), math.ceil((right - left) / cell))
    grid = Grid(plane, left, top, cell, *size)
    shares = _shares(flat, grid)
    effort = effort_of(segments, grid)
    ago = days_since(effort, now)[shares > 0]
    known = ago[~np.isnan(ago)]
    share = coverage_of(effort, shares, now, recent).share
    return Visited(area, int(known.min()) if len(known) else None, share)


def _shares(flat: shapely.Geometry, grid: Grid) -> NDArray[np.float64]:
    """Which share of each cell (rows, columns) lies in a shape of the grid's plane."""
    column, row = np.meshgrid(np.arange(grid.columns), np.arange(grid.rows))
    west, north = grid.west + column * grid.cell, grid.north - row * grid.cell
    boxes = shapely.box(west, north - grid.cell, west + grid.cell, north)
    shapely.prepare(flat)
    inside: NDArray[np.float64] = shapely.area(shapely.intersection(boxes, flat)) / grid.cell**2
    return np.clip(inside, 0.0, 1.0)
