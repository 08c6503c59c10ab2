"""Masks: read from CSV, or laid around detectors."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from amur.formats.capture.lines import Floats, check_metres
from amur.formats.capture.messages import Problems
from amur.formats.errors import ProblemList, shortened
from amur.formats.texts import number_of, text_of, typed
from amur.science.capture.data import Mask

EASTINGS, NORTHINGS = ("easting", "x"), ("northing", "y")
FEWEST = 9
REGULAR = 1e-3
"""How much the areas of nine cells in ten may differ."""


def read_mask(path: Path, problems: Problems, cell_area: float | None = None) -> Mask | None:
    """Read the points of a mask, used as they are; None where the file has errors, which are noted.

    The first line names the columns: easting and northing (or x and y) in metres, all others covariates.
    A point stands for `cell_area` hectares, by default those of the grid that the points lie on.
    """
    text = text_of(path, problems)
    if text is None:
        return None
    mine = problems.of(path)
    before = mine.error_count
    rows = [
        (number, row)
        for number, row in enumerate(csv.reader(text.splitlines(), skipinitialspace=True), start=1)
        if row and not row[0].startswith("#")
    ]
    if len(rows) < 2:
        mine.error("file-empty", what="point")
        return None
    titles = [title.strip() for title in rows.pop(0)[1]]
    lower = [title.lower() for title in titles]
    east = next((lower.index(name) for name in EASTINGS if name in lower), -1)
    north = next((lower.index(name) for name in NORTHINGS if name in lower), -1)
    if east < 0 or north < 0:
        mine.error("mask-columns", row=1, columns=shortened(", ".join(titles)))
        return None
    whole = []
    for number, row in rows:
        if len(row) == len(titles):
            whole.append((number, row))
        else:
            mine.error("mask-row", row=number, found=len(row), wanted=len(titles))
    points = np.column_stack([_coordinates(whole, at, titles[at], mine) for at in (east, north)])
    if mine.error_count > before:
        return None
    _check_points(points, [number for number, _ in whole], mine)
    if mine.error_count > before:
        return None
    if cell_area is None:
        cell_area = _cell_area(points, mine)
    if mine.error_count > before:
        return None
    covariates = {
        title: typed([row[k].strip() for _, row in whole])
        for k, title in enumerate(titles)
        if title and k not in (east, north)
    }
    return Mask(points, cell_area, covariates)


def _coordinates(rows: list[tuple[int, list[str]]], at: int, title: str, mine: ProblemList) -> Floats:
    try:
        values = np.array([row[at] for _, row in rows], dtype=np.float64)
    except ValueError:
        values = np.full(len(rows), np.nan)
    if np.isfinite(values).all():
        return values
    for number, row in rows:
        if number_of(row[at]) is None:
            mine.error("mask-value", row=number, column=title, value=shortened(row[at]))
    return values


def _check_points(points: Floats, rows: list[int], mine: ProblemList) -> None:
    if len(points) < FEWEST:
        mine.error("mask-few", count=len(points))
        return
    _, first, place = np.unique(points, axis=0, return_index=True, return_inverse=True)
    for k in np.flatnonzero(first[place.ravel()] != np.arange(len(points))):
        mine.error("mask-twice", row=rows[k], first=rows[first[place.ravel()[k]]])
    check_metres(points, mine)


def cell_areas(points: Floats) -> Floats:
    """The area in hectares that each point (n, 2) of a grid stands for, of points with neighbours.

    The parallelogram of the vectors to the nearest point and to the nearest one in another direction.

    >>> east, north = np.meshgrid(np.arange(4) * 500.0, np.arange(5) * 400.0)
    >>> float(np.median(cell_areas(np.column_stack([east.ravel(), north.ravel()]))))
    20.0
    """
    from scipy.spatial import cKDTree

    distances, near = cKDTree(points).query(points, k=min(9, len(points)))
    vectors = points[near[:, 1:]] - points[:, None]
    first = vectors[:, :1]
    crossed = np.abs(first[..., 0] * vectors[..., 1] - first[..., 1] * vectors[..., 0])
    aside = crossed > 0.5 * distances[:, 1:2] * distances[:, 1:]
    chosen = crossed[np.arange(len(points)), aside.argmax(axis=1)]
    return np.asarray(chosen[aside.any(axis=1)] / 1e4)


def _cell_area(points: Floats, mine: ProblemList) -> float:
    areas = cell_areas(points)
    if not areas.size:
        mine.error("mask-no-grid")
        return np.nan
    low, middle, high = np.quantile(areas, [0.05, 0.5, 0.95])
    if high - low > REGULAR * middle:
        mine.warn("mask-irregular", area=f"{middle:.6g}")
    return float(middle)


def mask_around(positions: Floats, buffer: float, nx: int) -> Mask:
    """A mask of the points of a square grid within `buffer` metres of detectors at `positions` (J, 2).

    The grid has `nx` columns between the buffers west and east, so a point stands for a square of that width.
    This is the mask that secr makes of type "trapbuffer".

    >>> mask_around(np.array([[0.0, 0.0], [1000.0, 0.0]]), 500.0, 4).cell_area
    25.0
    """
    from scipy.spatial import cKDTree

    low, high = positions.min(axis=0) - buffer, positions.max(axis=0) + buffer
    spacing = float(high[0] - low[0]) / nx
    axes = [low[k] + spacing * (0.5 + np.arange(_cells(high[k] - low[k], spacing))) for k in (0, 1)]
    east, north = np.meshgrid(*axes)
    points = np.column_stack([east.ravel(), north.ravel()])
    distance = cKDTree(positions).query(points)[0]
    return Mask(points[distance <= buffer], spacing**2 / 1e4)


def _cells(length: float, spacing: float) -> int:
    """How many cells have their middle within a length; a grain of rounding does not add one."""
    return int(np.floor(length / spacing - 0.5 + 1e-9)) + 1
