"""Least-cost connectivity on resistance rasters: distances, paths, corridors, pinch points, barriers.

`accumulated_cost` spreads costs from sources, exactly; `least_cost_path` walks back. `corridors` finds which
cores are neighbours and maps the corridor of each pair. `pinch_points` sends a current through one of them,
`barriers` looks for the places whose restoration would help most. Rasters are (rows, cols), row 0 in the
north; costs are resistance times metres, or times cells where no `cell_size` is given. Called by
`amur corridors` and by the centre.

>>> import numpy as np
>>> land = np.ones((5, 7))
>>> land[:, 3] = 50.0
>>> land[4, 3] = 2.0
>>> cores = np.zeros((5, 7), dtype=int)
>>> cores[0, 0], cores[0, 6] = 1, 2
>>> found = corridors(land, cores, width=4.0)
>>> round(found.links[0].cost, 3), (4, 3) in map(tuple, found.links[0].path.tolist())
(11.899, True)
"""

from __future__ import annotations

from amur.science.corridors.adjacency import adjacent_pairs
from amur.science.corridors.barriers import Barriers, barriers
from amur.science.corridors.corridor import Corridor, Corridors, corridors
from amur.science.corridors.costs import Costs, accumulated_cost, least_cost_path, path_cost, path_length
from amur.science.corridors.pinch import PinchPoints, pinch_points

__all__ = [
    "Barriers",
    "Corridor",
    "Corridors",
    "Costs",
    "PinchPoints",
    "accumulated_cost",
    "adjacent_pairs",
    "barriers",
    "corridors",
    "least_cost_path",
    "path_cost",
    "path_length",
    "pinch_points",
]
