"""Currents through the cells of a landscape and the nodes of a network, from voltages.

The current of a node is the larger of what flows in and what flows out (McRae et al. 2008,
doi 10.1890/07-1861.1); a node of several cells sums over all of them, and each cell shows it.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from amur.science.circuits.landscape import Landscape, Network
from amur.science.circuits.solution import Floats, Integers


def cell_currents(landscape: Landscape, voltages: Floats, to_ground: Floats | None = None) -> Floats:
    """Currents (rows, cols) in amperes for voltages (cells,); `to_ground` (cells,) in siemens.

    >>> land = Landscape(np.ones((1, 3)), neighbours=4)
    >>> cell_currents(land, np.array([2.0, 1.0, 0.0])).tolist()
    [[1.0, 1.0, 1.0]]
    """
    grid = voltages.reshape(landscape.shape)
    inflow, outflow = np.zeros(landscape.shape), np.zeros(landscape.shape)
    _cell_flows(
        landscape.conductance,
        np.ascontiguousarray(grid, dtype=np.float64),
        landscape.neighbours == 8,
        landscape.average == "conductance",
        inflow,
        outflow,
    )
    if to_ground is not None:
        leaving = (to_ground * voltages).reshape(landscape.shape)
        outflow += np.maximum(leaving, 0.0)
        inflow += np.maximum(-leaving, 0.0)
    if landscape.polygons is None:
        return np.maximum(inflow, outflow)
    return np.maximum(summed(landscape.polygons, inflow), summed(landscape.polygons, outflow))


def summed(polygons: Integers, values: Floats) -> Floats:
    """Values per cell (rows, cols) with those of each short-circuit region added up and shown in all its
    cells.
    """
    labels = polygons.ravel()
    inside = np.flatnonzero(labels)
    total = values.ravel().copy()
    total[inside] = np.bincount(labels[inside], weights=total[inside])[labels[inside]]
    return total.reshape(values.shape)


@numba.njit(cache=True, nogil=True)
def _cell_flows(
    conductance: Any, voltages: Any, diagonals: bool, mean_conductance: bool, inflow: Any, outflow: Any
) -> None:
    rows, columns = conductance.shape
    root = 1.0 / np.sqrt(2.0)
    for row in range(rows):
        for column in range(columns):
            mine = conductance[row, column]
            if mine <= 0.0:
                continue
            for step in range(4 if diagonals else 2):
                below = row + (step != 0)
                beside = column + (1, 0, 1, -1)[step]
                if below >= rows or beside < 0 or beside >= columns:
                    continue
                theirs = conductance[below, beside]
                if theirs <= 0.0:
                    continue
                joined = (mine + theirs) / 2.0 if mean_conductance else 2.0 * mine * theirs / (mine + theirs)
                if step > 1:
                    joined *= root
                current = joined * (voltages[row, column] - voltages[below, beside])
                if current > 0.0:
                    outflow[row, column] += current
                    inflow[below, beside] += current
                else:
                    inflow[row, column] -= current
                    outflow[below, beside] -= current


def branch_currents(network: Network, voltages: Floats) -> Floats:
    """Currents (m, ...) in amperes of each edge, positive from `first` to `second`, for voltages (n, ...).

    Currents below 1e-8 of the largest count as 0, as in Circuitscape.
    """
    shape = (-1,) + (1,) * (voltages.ndim - 1)
    found: Floats = network.conductance.reshape(shape) * (voltages[network.first] - voltages[network.second])
    largest = np.abs(found).max(axis=0, initial=0.0)
    found[np.abs(found) < 1e-8 * largest] = 0.0
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
