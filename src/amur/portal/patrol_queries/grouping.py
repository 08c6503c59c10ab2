"""Parts of a season by what a question groups it by, and whether the parts are together the whole.

A leg-day with two leaders is in the groups of both: such groups are no partition, and are not summed up.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from amur.portal.areas.queries import Placed
from amur.portal.patrol_queries.asking import OF_AREAS, Question
from amur.portal.patrol_queries.gathering import Finds, Season
from amur.science.effort import Grid, LegDays, area_shares, lengths, visits_of
from amur.science.effort.segments import Floats, Indices
from amur.science.effort.visits import Geometries

MOST_CELLS: Final = 400_000
OUTSIDE: Final = "-"
"""The key of the group of what lies in no area."""


class TooManyCells(ValueError):
    """A grid with more cells than a page can tell; larger cells would do."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A group: its key, its name where that is no word of a patrol, its rows, and what has no place.

    `unplaced` are rows or finds of which nobody knows whether they belong to it.
    """

    key: str
    name: str
    rows: LegDays
    unplaced: int = 0


def whole(season: Season, question: Question, area: Placed | None) -> Part:
    """All that a question speaks of."""
    if area is None:
        return _part("", "", season, question, None)
    return _within(season, question, area.key, area.geometry)


def parts(season: Season, question: Question, areas: Sequence[Placed], area: Placed | None) -> Iterator[Part]:
    """The groups of a question, in the order of their keys. Raises TooManyCells."""
    match question.by:
        case "":
            return
        case "area":
            yield from _by_area(season, question, areas)
        case "category":
            yield from _by_category(season, question, area)
        case "leader" | "member":
            yield from _by_person(season, question, area)
        case _:
            keys = np.array(_keys(season, question.by))
            order = np.argsort(keys, kind="stable")
            bounds = np.flatnonzero(keys[order][1:] != keys[order][:-1]) + 1
            for rows in np.split(order, bounds) if len(order) else []:
                which = np.zeros(len(keys), dtype=bool)
                which[rows] = True
                yield _some(season, question, str(keys[rows[0]]), which, area)


def is_partition(question: Question, season: Season) -> bool:
    """Whether each row, or each find where only finds count, is in one group."""
    family = question.asked.family
    match question.by:
        case "area":
            return False
        case "category":
            return question.measure in ("observations", "value_sum")
        case "member":
            return family == "people"
        case "leader":
            return len(np.unique(season.leader_row)) == len(season.leader_row)
        case _:
            return True


def _keys(season: Season, by: str) -> list[str]:
    """The key of the group of each row (d,)."""
    days = season.rows.day
    match by:
        case "month":
            return [str(day) for day in days.astype("M8[M]")]
        case "year":
            return [str(day) for day in days.astype("M8[Y]")]
        case "week":
            isoes = [day.isocalendar() for day in days.astype("M8[D]").tolist()]
            return [f"{iso.year}-W{iso.week:02}" for iso in isoes]
    return list(season.words[by])


def _some(
    season: Season, question: Question, key: str, rows: NDArray[np.bool_], area: Placed | None, name: str = ""
) -> Part:
    """Some rows of a season as a group."""
    finds = season.finds and season.finds.of(rows[season.finds.row])
    number = np.cumsum(rows) - 1
    if finds is not None:
        finds = replace(finds, row=number[finds.row])
    lines = None if season.lines is None else season.lines[rows]
    some = replace(season, rows=season.rows.of(rows), finds=finds, lines=lines)
    if area is None:
        return _part(key, name, some, question, None)
    return _within(some, question, key, area.geometry)


def _part(key: str, name: str, season: Season, question: Question, shape: shapely.Geometry | None) -> Part:
    rows = season.rows if season.finds is None else _with_finds(season.rows, season.finds)
    if question.asked.family == "cells" and season.lines is not None:
        rows = _with_cells(rows, season.lines, question.cell, shape)
    return Part(key, name, rows)


def _with_finds(rows: LegDays, finds: Finds) -> LegDays:
    """Rows with the counts and numbers of finds."""

    def count(what: Indices) -> Floats:
        _each, first = np.unique(what, return_index=True)  # of one row each
        return np.bincount(finds.row[first], minlength=len(rows)).astype(float)

    more = {
        "observations": np.bincount(finds.row, minlength=len(rows)).astype(float),
        "waypoints": count(finds.waypoint),
        "incidents": count(finds.incident),
    }
    return replace(rows, more={**rows.more, **more}, value_row=finds.row, value=finds.value)


def ends_of(lines: Geometries) -> tuple[Indices, Floats, Floats]:
    """Segments of lines: number of the line (m,), places of both ends (m, 4) in degrees, metres (m,)."""
    ways, owner = shapely.get_parts(lines, return_index=True)
    places, way = shapely.get_coordinates(ways, return_index=True)
    if len(places) < 2:
        return np.empty(0, dtype=np.int64), np.empty((0, 4)), np.empty(0)
    joined = way[1:] == way[:-1]
    ends = np.hstack([places[:-1], places[1:]])[joined]
    return owner[way[:-1][joined]].astype(np.int64), ends, lengths(*ends.T)


def _with_cells(rows: LegDays, lines: Geometries, cell: int, shape: shapely.Geometry | None) -> LegDays:
    """Rows with the cells that their ways touch, and with the shares of an area. Raises TooManyCells."""
    way, ends, metres = ends_of(lines)
    corners = ends.reshape(-1, 2) if shape is None else shapely.bounds(shape).reshape(2, 2)
    if not len(corners):
        return rows
    grid = grid_around(corners, cell)
    found = visits_of(grid, way, ends, metres)
    inside = found.cell >= 0
    share = None if shape is None else area_shares(grid, shape)
    return replace(rows, visit_row=found.way[inside], visit_cell=found.cell[inside], area_share=share)


def grid_around(places: Floats, cell: float) -> Grid:
    """The grid around places (n, 2) in degrees. Raises TooManyCells."""
    try:
        grid = Grid.around(places[:, 0], places[:, 1], cell)
    except ValueError as error:
        raise TooManyCells(str(error)) from error
    if grid.rows * grid.columns > MOST_CELLS:
        raise TooManyCells(f"{grid.rows} x {grid.columns} cells")
    return grid


def wider(grid: Grid, outline: shapely.Geometry | None) -> Grid:
    """A grid with one cell more on each side, or as wide as an outline in its plane. Raises TooManyCells."""
    west, south, east, north = 1, 1, 1, 1
    if outline is not None:
        left, bottom, right, top = shapely.bounds(outline)
        far, low = grid.west + grid.columns * grid.cell, grid.north - grid.rows * grid.cell
        beyond = (grid.west - left, low - bottom, right - far, top - grid.north)
        west, south, east, north = (max(math.ceil(each / grid.cell), 0) for each in beyond)
    rows, columns = grid.rows + north + south, grid.columns + west + east
    if rows * columns > MOST_CELLS:
        raise TooManyCells(f"{rows} x {columns} cells")
    return replace(
        grid,
        west=grid.west - west * grid.cell,
        north=grid.north + north * grid.cell,
        rows=rows,
        columns=columns,
    )


def _within(season: Season, question: Question, key: str, shape: shapely.Geometry, name: str = "") -> Part:
    """What of a season lies inside an area: rows whose way or find is there, with the kilometres there."""
    if season.lines is None:
        raise ValueError("the ways were not read")
    shapely.prepare(shape)
    known = ~shapely.is_missing(season.lines)
    met = known & shapely.intersects(season.lines, shape)
    inner = np.full(len(known), None, dtype=object)
    wholly = met & shapely.contains_properly(shape, season.lines)
    cut = met & ~wholly
    inner[wholly] = season.lines[wholly]
    inner[cut] = shapely.intersection(season.lines[cut], shape)
    finds, unplaced_finds = season.finds, 0
    if finds is not None:
        place = np.full((len(finds.row), 2), np.nan) if finds.place is None else finds.place
        unplaced_finds = int(np.isnan(place[:, 0]).sum())
        finds = finds.of(shapely.contains_xy(shape, place[:, 0], place[:, 1]))
    there = met.copy()
    if finds is not None:
        there[finds.row] = True
    shares = wholly.astype(float)
    shares[cut] = _shares(season.lines[cut], inner[cut])
    kilometres = season.rows.kilometres * shares
    rows = replace(season.rows, kilometres=np.where(met, kilometres, np.where(known, 0.0, np.nan)))
    number = np.cumsum(there) - 1
    if finds is not None:
        finds = replace(finds, row=number[finds.row])
    some = replace(season, rows=rows.of(there), finds=finds, lines=inner[there])
    part = _part(key, name, some, question, shape)
    unplaced = (
        unplaced_finds if question.asked.family in ("finds", "numbers") else int((~known & ~there).sum())
    )
    return replace(part, unplaced=unplaced)


def _shares(lines: Geometries, inner: Geometries) -> Floats:
    """Which share of the length of lines (d,) the parts of them (d,) are."""

    def metres(shapes: Geometries) -> Floats:
        way, _ends, lengths_m = ends_of(shapes)
        return np.bincount(way, weights=lengths_m, minlength=len(shapes)).astype(float)

    all_of, some = metres(lines), metres(inner)
    return np.divide(some, all_of, out=np.zeros(len(all_of)), where=all_of > 0)


def _by_area(season: Season, question: Question, areas: Sequence[Placed]) -> Iterator[Part]:
    """Each area that somebody was in, and all that lies in none."""
    if season.lines is None:
        raise ValueError("the ways were not read")
    met = []
    for area in areas:
        part = _within(season, question, area.key, area.geometry, str(area.names))
        if len(part.rows) or question.measure in OF_AREAS:
            met.append(area.geometry)
            yield part
    if question.measure in OF_AREAS:
        return
    ways = season.lines[~shapely.is_missing(season.lines)]
    places = None if season.finds is None else season.finds.place
    corners = [shapely.total_bounds(ways)] if len(ways) else []
    if places is not None and len(places) and not np.isnan(places).all():
        corners.append(np.concatenate([np.nanmin(places, axis=0), np.nanmax(places, axis=0)]))
    if corners:
        box = shapely.box(*shapely.total_bounds([shapely.box(*one) for one in corners])).buffer(1.0)
        rest = shapely.difference(box, shapely.union_all(met)) if met else box
        outside = _within(season, question, OUTSIDE, rest)
        if len(outside.rows):
            yield outside


def _by_category(season: Season, question: Question, area: Placed | None) -> Iterator[Part]:
    """Each category with its finds, over all the effort."""
    finds = season.finds
    if finds is None:
        raise ValueError("the finds were not read")
    for number in np.unique(finds.category).tolist():
        some = replace(season, finds=finds.of(finds.category == number))
        key = finds.categories[number]
        yield replace(whole(some, question, area), key=key)


def _by_person(season: Season, question: Question, area: Placed | None) -> Iterator[Part]:
    """Each person with the rows where he or she was, or led; measures of people count this member alone."""
    leads = question.by == "leader"
    row, person = (
        (season.leader_row, season.leader) if leads else (season.rows.member_row, season.rows.member)
    )
    for number in sorted(np.unique(person).tolist(), key=lambda one: (season.people[one], one)):
        which = np.zeros(len(season.rows), dtype=bool)
        which[row[person == number]] = True
        part = _some(season, question, str(number), which, area, season.people[number])
        if not leads and question.asked.family == "people":
            part = replace(part, rows=part.rows.with_people(part.rows.member == number))
        yield replace(part, name=season.people[number])
    nobody = np.ones(len(season.rows), dtype=bool)
    nobody[row] = False
    if nobody.any():
        yield _some(season, question, "", nobody, area)
