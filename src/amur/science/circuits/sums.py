"""The sum and the maximum of the currents of all pairs of ports."""

from __future__ import annotations

import numpy as np

from amur.science.circuits.components import Piece
from amur.science.circuits.flows import cell_currents
from amur.science.circuits.focal import Maps, cells_of_node
from amur.science.circuits.ports import Ports


def all_pairs(piece: Piece, ports: Ports, maps: Maps) -> None:
    """Add the currents of all pairs of ports to the maps."""
    count = ports.cells.size
    for one in range(count):
        for other in range(one + 1, count):
            amperes = np.zeros(count)
            amperes[one], amperes[other] = -1.0, 1.0
            flow = cell_currents(piece.landscape, ports.voltages(amperes))
            if maps.wanted.zero_focal:
                for end in (one, other):
                    flow.ravel()[cells_of_node(piece.landscape, int(ports.cells[end]))] = 0.0
            maps.add(piece, flow)
