"""Least-cost distances from detectors to mask points over a resistance raster, in place of straight lines.

A path through cells of resistance 1 costs its length in metres, so that sigma is in metres of good country
(Royle et al. 2013, Ecology 94:287; Sutherland et al. 2015, Landscape Ecology 30:193, where the resistance is
known, as it is here). Paths run in eight directions, up to 8 % longer than straight lines.

>>> found = least_cost_distances(np.ones((1, 5)), np.array([[0, 0]]), np.array([[0, 3], [0, 0]]), 100.0)
>>> found.tolist()
[[300.0, 0.0]]
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from amur.science.capture.data import Floats, Integers
from amur.science.corridors.costs import CellSize, accumulated_cost

NOWHERE = 1e9
"""The distance in metres where no path leads."""


def least_cost_distances(
    resistance: Floats,
    detectors: Integers,
    points: Integers,
    cell_size: CellSize,
    progress: Callable[[float, str], None] = lambda done, stage: None,
) -> Floats:
    """Distances (J, M) in metres along the cheapest paths.

    `resistance` (rows, columns) is above 0, NaN where nothing passes; `detectors` (J, 2) and `points` (M, 2)
    are rows and columns of cells, `cell_size` the side of a cell in metres or its height and width. Where no
    path leads the distance is 1e9. Raises ValueError where a resistance is not above 0.
    """
    table = np.empty((len(detectors), len(points)))
    known: dict[tuple[int, int], Floats] = {}
    for number, (row, column) in enumerate(detectors.tolist()):
        progress(number / len(detectors), "distances")
        if (row, column) not in known:
            sources = np.zeros(resistance.shape, dtype=np.int32)
            sources[row, column] = 1
            found = accumulated_cost(resistance, sources, cell_size=cell_size).cost
            known[row, column] = np.minimum(found[points[:, 0], points[:, 1]], NOWHERE)
        table[number] = known[row, column]
    return table
