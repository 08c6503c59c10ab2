"""Searches of areas: polygons instead of cameras, detections anywhere inside.

An animal with its centre at x leaves signs with density lambda0 exp(-d^2 / 2 sigma^2) / (2 pi sigma^2) (HHN)
or lambda0 exp(-d / sigma) / (2 pi sigma^2) (HEX), so that lambda0 is the expected number of detections on an
occasion where its whole range is searched (Efford 2011, Ecology 92:2202). The hazard of an area is the
integral over it. Here it is a sum over nodes of Gauss-Legendre quadrature in trapezoids, each a detector that
stands for so many square metres; the places of detections are detectors without area. The rest is as with
cameras.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from amur.science.capture.data import POLYGON, Detectors, Floats, Survey
from amur.science.capture.detection import HAZARD_RATE
from amur.science.capture.model import Model

SPARE = 6


def check_searched(survey: Survey, model: Model) -> None:
    """Raise ValueError where a model does not suit searches of areas."""
    if not survey.searched:
        return
    function = model.detection_function
    if function.probability or function.shape == HAZARD_RATE or model.by_a0:
        raise ValueError("searches of areas need HHN or HEX with lambda0: the hazard is spread over the area")
    if model.least_detections == 2:
        raise ValueError("two detections asked of an animal cannot be combined with searches of areas")


def search(
    polygons: Sequence[Floats], places: Floats, occasions: int, sigma: float, exclusive: bool = True
) -> Detectors:
    """Detectors for searched `polygons` (corners, 2) and the `places` (rows, 2) of all detections.

    The last detectors are the places, in their order; a covariate has the number of each polygon. `sigma`,
    roughly that of the animals in metres, says how fine the quadrature must be. `exclusive` searches find an
    animal once on an occasion, others count it. Raises ValueError for a polygon with fewer than three corners
    and a place outside all of them.

    >>> square = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0]])
    >>> found = search([square], np.array([[50.0, 50.0]]), 3, 20.0)
    >>> round(float(found.quadrature.sum()), 6), found.kind
    (10000.0, 'multi')
    """
    nodes = [quadrature(polygon, sigma, number) for number, polygon in enumerate(polygons)]
    within = np.array([[inside(polygon, place) for polygon in polygons] for place in places], dtype=bool)
    within = within.reshape(-1, len(polygons))
    if not within.any(axis=1).all():
        row = int((~within.any(axis=1)).argmax())
        raise ValueError(f"row {row + 1}: the detection lies outside all searched polygons")
    positions = np.vstack([*(points for points, _ in nodes), places.reshape(-1, 2)])
    areas = np.concatenate([*(weights for _, weights in nodes), np.zeros(len(places))])
    numbers = [np.full(len(points), number) for number, (points, _) in enumerate(nodes)]
    polygon_of = np.concatenate([*numbers, within.argmax(axis=1)])
    return Detectors(
        positions,
        np.ones((len(positions), occasions)),
        "multi" if exclusive else "count",
        {POLYGON: polygon_of},
        areas,
    )


def quadrature(polygon: Floats, sigma: float, number: int = 0) -> tuple[Floats, Floats]:
    """Nodes (Q, 2) and their areas (Q,) in square metres in a polygon without holes."""
    corners = polygon[:-1] if (polygon[0] == polygon[-1]).all() else polygon
    if len(corners) < 3:
        raise ValueError(f"polygon {number + 1} has {len(corners)} corners, expected 3 or more")
    ends = np.roll(corners, -1, axis=0)
    levels = np.unique(corners[:, 1])
    points, areas = [], []
    for south, north in pairwise(levels):
        heights, shares = _gauss(south, north, sigma)
        for northing, share in zip(heights, shares, strict=True):
            across = np.sort(_crossings(corners, ends, northing))
            for west, east in across.reshape(-1, 2):
                eastings, widths = _gauss(west, east, sigma)
                points.append(np.column_stack([eastings, np.full(eastings.size, northing)]))
                areas.append(widths * share)
    return np.vstack(points), np.concatenate(areas)


def _gauss(start: float, end: float, sigma: float) -> tuple[Floats, Floats]:
    count = int(np.ceil(2.2 * (end - start) / sigma)) + SPARE
    nodes, weights = np.polynomial.legendre.leggauss(count)
    half = (end - start) / 2
    return start + half * (nodes + 1), half * weights


def _crossings(starts: Floats, ends: Floats, northing: float) -> Floats:
    """Where the edges of a polygon cross a northing that no corner has."""
    crossed = (starts[:, 1] > northing) != (ends[:, 1] > northing)
    a, b = starts[crossed], ends[crossed]
    return np.asarray(a[:, 0] + (northing - a[:, 1]) * (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1]))


def inside(polygon: Floats, place: Floats) -> bool:
    """Whether a place is in a polygon, or within a millionth of its size of it."""
    ends = np.roll(polygon, -1, axis=0)
    edge = ends - polygon
    length = np.maximum((edge**2).sum(axis=1), 1e-300)
    along = np.clip(((place - polygon) * edge).sum(axis=1) / length, 0, 1)
    near = np.hypot(*(polygon + along[:, None] * edge - place).T).min()
    if near <= 1e-6 * float(np.ptp(polygon, axis=0).max()):
        return True
    east = _crossings(polygon, ends, float(place[1]))
    return int((east > place[0]).sum()) % 2 == 1
