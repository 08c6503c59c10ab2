"""The sum and the maximum of the currents of all pairs of ports of a piece, not pair by pair.

The sum takes one sort of the drops of each edge (`accumulate.py`). It is made in bands of rows, so that the
potentials, which may lie in files, are never all in memory twice.
"""

from __future__ import annotations

import numpy as np

from amur.science.circuits.accumulate import grid_all_pairs, grid_pairs_maximum
from amur.science.circuits.components import Piece
from amur.science.circuits.flows import summed
from amur.science.circuits.focal import Maps, cells_of_node
from amur.science.circuits.grid import GridConductance
from amur.science.circuits.ports import Ports
from amur.science.circuits.results import Progress
from amur.science.circuits.solution import Floats

BAND_BYTES = 200_000_000


def can_sum(piece: Piece, maps: Maps) -> bool:
    """Whether the maps that are wanted can be made without each pair: the maximum cannot where cells are
    merged or focal nodes are to be hidden.
    """
    return maps.maximum is None or (piece.landscape.polygons is None and not maps.wanted.zero_focal)


def all_pairs(piece: Piece, ports: Ports, maps: Maps, progress: Progress) -> None:
    """Add the sum and the maximum over all pairs of ports to the maps."""
    land = piece.landscape
    rows, columns = land.shape
    count = ports.cells.size
    total = np.zeros(land.shape)
    largest = np.zeros(land.shape)
    step = max(16, BAND_BYTES // (8 * count * columns))
    for start in range(0, rows, step):
        stop = min(start + step, rows)
        top, bottom = max(start - 1, 0), min(stop + 1, rows)
        band = GridConductance(land.conductance[top:bottom], land.neighbours, land.average)
        fields = _fields(ports, top * columns, bottom * columns)
        inside = slice(start - top, stop - top)
        if maps.cumulative is not None:
            found = grid_all_pairs(band, fields, np.empty(0, dtype=np.int64))
            total[start:stop] = found.reshape(-1, columns)[inside]
        if maps.maximum is not None:
            # Focal cells of other bands lie outside and are not met.
            focal = ports.cells - top * columns
            found = grid_pairs_maximum(band, fields, focal)
            largest[start:stop] = found.reshape(-1, columns)[inside]
        progress(stop / rows, "summing")
    if maps.cumulative is not None:
        if land.polygons is not None:
            total = summed(land.polygons, total)
        # Half of the ampere of each own pair comes from outside; hidden nodes show none of their own pairs.
        own = (count - 1) / 2 * (-1 if maps.wanted.zero_focal else 1)
        for cell in ports.cells.tolist():
            total.ravel()[cells_of_node(land, cell)] += own
        piece.add(maps.cumulative, total)
    if maps.maximum is not None:
        piece.maximise(maps.maximum, largest)


def _fields(ports: Ports, start: int, stop: int) -> Floats:
    """The potentials of all ports on some cells, (cells, P)."""
    fields = np.zeros((ports.cells.size, stop - start))
    row = 1
    for chunk in ports.potentials:
        fields[row : row + chunk.shape[1]] = chunk[start:stop].T
        row += chunk.shape[1]
    return fields.T
