"""Currents through the cells of a landscape and the nodes of a network, from voltages.

The current of a node is the larger of what flows in and what flows out (McRae et al. 2008,
doi 10.1890/07-1861.1); a node of several cells sums over all of them, and each cell shows it.
"""

from __future__ import annotations

import numpy as np

from amur.science.circuits.accumulate import NEGLIGIBLE, grid_flows, grid_largest
from amur.science.circuits.landscape import Landscape, Network
from amur.science.circuits.solution import Floats, Integers


def cell_currents(landscape: Landscape, voltages: Floats, to_ground: Floats | None = None) -> Floats:
    """Currents (rows, cols) in amperes for voltages (cells,); `to_ground` (cells,) in siemens.

    >>> land = Landscape(np.ones((1, 3)), neighbours=4)
    >>> cell_currents(land, np.array([2.0, 1.0, 0.0])).tolist()
    [[1.0, 1.0, 1.0]]
    """
    field = np.ascontiguousarray(voltages, dtype=np.float64).reshape(landscape.shape)
    rule = (landscape.average == "resistance", landscape.neighbours == 8)
    limit = NEGLIGIBLE * float(grid_largest(landscape.conductance, field, *rule))
    flows = np.zeros((2, *landscape.shape))
    grid_flows(landscape.conductance, field, *rule, limit, flows)
    if to_ground is not None:
        leaving = to_ground.reshape(landscape.shape) * field
        flows[0] += np.maximum(-leaving, 0.0)
        flows[1] += np.maximum(leaving, 0.0)
    if landscape.polygons is not None:
        for part in flows:
            part[:] = summed(landscape.polygons, part)
    found: Floats = np.maximum(flows[0], flows[1])
    return found


def summed(polygons: Integers, values: Floats) -> Floats:
    """Values per cell (rows, cols) with those of each short-circuit region added up and shown in all its
    cells.
    """
    labels = polygons.ravel()
    inside = np.flatnonzero(labels)
    total = values.ravel().copy()
    total[inside] = np.bincount(labels[inside], weights=total[inside])[labels[inside]]
    return total.reshape(values.shape)


def branch_currents(network: Network, voltages: Floats) -> Floats:
    """Currents (m, ...) in amperes of each edge, positive from `first` to `second`, for voltages (n, ...).

    Currents below 1e-8 of the largest count as 0, as in Circuitscape.
    """
    shape = (-1,) + (1,) * (voltages.ndim - 1)
    found: Floats = network.conductance.reshape(shape) * (voltages[network.first] - voltages[network.second])
    largest = np.abs(found).max(axis=0, initial=0.0)
    found[np.abs(found) < NEGLIGIBLE * largest] = 0.0
    return found


def node_currents(network: Network, branches: Floats, to_ground: Floats | None = None) -> Floats:
    """Currents (n,) in amperes of each node from those of the edges (m,) and to ground (n,)."""
    forward, backward = np.maximum(branches, 0.0), np.maximum(-branches, 0.0)
    size = network.size
    outflow = np.bincount(network.first, forward, size) + np.bincount(network.second, backward, size)
    inflow = np.bincount(network.first, backward, size) + np.bincount(network.second, forward, size)
    if to_ground is not None:
        outflow = outflow + np.maximum(to_ground, 0.0)
        inflow = inflow + np.maximum(-to_ground, 0.0)
    found: Floats = np.maximum(inflow, outflow)
    return found
