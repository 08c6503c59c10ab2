"""Pairs of focal regions: a region is one node only while its own pair is solved.

Two ways, chosen by the number of systems each needs. *Ports*: every cell on the rim of a region is a port of
the landscape as it is; unit currents are solved once (batched), and each pair joins the ports of its two
regions in a small dense system (`ports.join`). *Pairs*: the landscape with the two regions merged is solved
for each pair, from a first guess. The first is exact superposition and pays where regions are small or many;
the second where their rims have more cells than there are pairs.
"""

from __future__ import annotations

import numpy as np

from amur.science.circuits.components import Piece, components_of, piece_of
from amur.science.circuits.flows import cell_currents
from amur.science.circuits.focal import Maps, Placed, cells_with_node, give_zeros
from amur.science.circuits.landscape import Landscape
from amur.science.circuits.results import Progress, Solved, Store
from amur.science.circuits.solution import Booleans, Floats, Integers
from amur.science.circuits.solvers import solver_for_grid

FEW = 48
"""Up to so many ports are always solved together: they fit three batches."""


def solve_regions(
    placed: Placed,
    included: Booleans,
    resistances: Floats,
    maps: Maps,
    store: Store | None,
    tolerance: float,
    progress: Progress,
) -> list[Solved]:
    """Fill in the `resistances` and maps of all `included` pairs."""
    solved: list[Solved] = []
    pairs = np.argwhere(np.triu(included)).tolist()
    for index, (one, other) in enumerate(pairs):
        progress(index / len(pairs), "pairs of regions")
        land = placed.landscape.merged([placed.groups[one], placed.groups[other]])
        ends = [_anchor(land, placed.groups[end]) for end in (one, other)]
        if min(ends) < 0:
            continue
        components = components_of(land)
        labels = components.label.ravel()[ends]
        if labels[0] != labels[1]:
            continue
        if ends[0] == ends[1]:
            resistances[one, other] = resistances[other, one] = 0.0
            give_zeros(placed, (one, other), maps)
            continue
        piece = piece_of(land, components, labels[:1])
        local = piece.local(np.array(ends))
        part = piece.landscape
        solver = solver_for_grid(
            part.conductance,
            neighbours=part.neighbours,
            average=part.average,
            merged=part.polygons,
            tolerance=tolerance,
        )
        injected = np.zeros((piece.size, 1))
        injected[local] = [[-1.0], [1.0]]
        found = solver.solve(injected)
        solved.append(Solved.of(piece.size, found))
        volts = found.voltages[:, 0] - found.voltages[local[0], 0]
        resistances[one, other] = resistances[other, one] = volts[local[1]]
        map_pair(placed, piece, (one, other), volts, local, maps)
    return solved


def map_pair(
    placed: Placed, piece: Piece, pair: tuple[int, int], volts: Floats, ends: Integers, maps: Maps
) -> None:
    """Hand out the maps of one pair; the regions are merged in the landscape of the piece."""
    land = piece.landscape
    name = (int(placed.ids[pair[0]]), int(placed.ids[pair[1]]))
    volts = np.where(cells_with_node(land), volts, 0.0)
    if maps.needs("voltage", name):
        maps.give("voltage", name, piece, volts)
    current = maps.needs("current", name)
    if not (current or maps.cumulative is not None or maps.maximum is not None):
        return
    flow = cell_currents(land, volts)
    if maps.wanted.zero_focal:
        assert land.polygons is not None  # noqa: S101
        labels = land.polygons.ravel()
        flow.ravel()[(labels > 0) & np.isin(labels, labels[ends])] = 0.0
    maps.add(piece, flow)
    if current:
        maps.give("current", name, piece, flow)


def _anchor(land: Landscape, cells: Integers) -> int:
    """The node of a merged region, -1 where no cell of it has data."""
    return int(land.anchors(cells).max())
