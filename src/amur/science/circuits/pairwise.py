"""Between each pair of focal nodes 1 ampere flows: effective resistances and currents of all pairs.

Focal points are ports of the network: N - 1 right-hand sides give every pair by superposition, v_ij = v_j -
v_i, and the sum of the currents of all pairs follows from the voltages edge by edge (`accumulate.py`). Focal
regions are joined only in their own pair; see `regions.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from amur.science.circuits.components import Piece
from amur.science.circuits.flows import cell_currents
from amur.science.circuits.focal import Maps, Placed, cells_of_node, give_zeros, place, with_bare_cells
from amur.science.circuits.landscape import FocalNodes, Landscape
from amur.science.circuits.ports import Ports, solve_ports
from amur.science.circuits.regions import solve_regions
from amur.science.circuits.results import (
    UNREACHABLE,
    Kept,
    Progress,
    Result,
    Sink,
    Solved,
    Store,
    Wanted,
    unwatched,
)
from amur.science.circuits.solution import Booleans, Floats, Integers
from amur.science.circuits.solvers import solver_for_grid
from amur.science.circuits.sums import all_pairs, can_sum

TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Pairwise:
    """The task: focal nodes, and which pairs of them are `included` (n, n) in the order of `focal.ids`; all
    where it is None.
    """

    focal: FocalNodes
    included: Booleans | None = None


def solve_pairwise(
    landscape: Landscape,
    task: Pairwise,
    wanted: Wanted,
    *,
    sink: Sink | None = None,
    store: Store | None = None,
    tolerance: float = TOLERANCE,
    progress: Progress = unwatched,
) -> Result:
    """Solve all pairs; see `solve` for the parameters.

    A map of a pair (i, j) is for 1 ampere that enters at j and leaves at i, which is at 0 V. Two nodes that
    are one node (a shared cell or short-circuit region) have resistance 0 and maps of zeros; pairs that
    nothing joins have no maps.
    """
    kept = Kept()
    placed = place(landscape, task.focal)
    count = placed.ids.size
    included = np.ones((count, count), dtype=bool) if task.included is None else task.included
    if included.shape != (count, count):
        raise ValueError(f"included has shape {included.shape}, expected {(count, count)}")
    included = (included | included.T) & ~np.eye(count, dtype=bool)
    resistances = np.full((count, count), UNREACHABLE)
    maps = Maps(landscape.shape, wanted, sink or kept)
    solved: list[Solved] = []
    if task.focal.has_regions:
        solved = solve_regions(placed, included, resistances, maps, store, tolerance, progress)
    else:
        shares = [(number, members) for number, members in placed.shares()]
        for index, (number, members) in enumerate(shares):

            def part(done: float, stage: str, index: int = index) -> None:
                progress((index + done) / len(shares), stage)

            solved += _solve_component(
                placed, number, members, included, resistances, maps, store, tolerance, part
            )
    np.fill_diagonal(resistances, 0.0)
    return Result(
        ids=placed.ids,
        resistances=resistances,
        cumulative=maps.cumulative,
        maximum=maps.maximum,
        maps=kept.maps,
        without_data=placed.without_data,
        groups=placed.by_component,
        solved=tuple(solved),
    )


def _solve_component(
    placed: Placed,
    component: int,
    members: Integers,
    included: Booleans,
    resistances: Floats,
    maps: Maps,
    store: Store | None,
    tolerance: float,
    progress: Progress,
) -> list[Solved]:
    nodes, port = np.unique(placed.anchor[members], return_inverse=True)
    asked = included[np.ix_(members, members)]
    same = port[:, None] == port[None, :]
    # Circuitscape gives 0 to nodes that are one, included or not.
    block = np.where(same, 0.0, UNREACHABLE)
    for one, other in np.argwhere(np.triu(asked & same, 1)).tolist():
        give_zeros(placed, (members[one], members[other]), maps)
    asked = asked & ~same
    solved: list[Solved] = []
    if asked.any():
        piece = placed.piece(component)
        ports, solved = solve_piece(piece, piece.local(nodes), store, f"{component}", tolerance, progress)
        found = ports.resistances()[np.ix_(port, port)]
        block = np.where(asked, found, block)
        if maps.wanted.each or maps.wanted.any_current:
            _map_pairs(placed, piece, ports, members, port, asked, maps, progress)
    resistances[np.ix_(members, members)] = block
    return solved


def solve_piece(
    piece: Piece, cells: Integers, store: Store | None, key: str, tolerance: float, progress: Progress
) -> tuple[Ports, list[Solved]]:
    """The ports at flat `cells` of a piece."""
    land = piece.landscape
    solver = solver_for_grid(
        land.conductance,
        neighbours=land.neighbours,
        average=land.average,
        merged=land.polygons,
        tolerance=tolerance,
    )

    def part(done: float, stage: str) -> None:
        progress(0.9 * done, stage)

    return solve_ports(solver, cells, piece.size, store=store, key=key, progress=part)


def _map_pairs(
    placed: Placed,
    piece: Piece,
    ports: Ports,
    members: Integers,
    port: Integers,
    asked: Booleans,
    maps: Maps,
    progress: Progress,
) -> None:
    wanted = maps.wanted
    land = piece.landscape
    everything = asked.sum() == members.size * (members.size - 1)
    together = everything and can_sum(piece, maps)
    if together and (wanted.cumulative or wanted.maximum):
        all_pairs(piece, ports, maps, lambda done, stage: progress(0.9 + 0.1 * done, stage))
    summed = together or not (wanted.cumulative or wanted.maximum)
    pairs = np.argwhere(np.triu(asked))
    names = placed.ids[members]
    for index, (one, other) in enumerate(pairs.tolist()):
        name = (int(names[one]), int(names[other]))
        current, voltage = maps.needs("current", name), maps.needs("voltage", name)
        if summed and not current and not voltage:
            continue
        progress(0.9 + 0.1 * index / len(pairs), "maps of pairs")
        amperes = np.zeros(ports.cells.size)
        amperes[port[other]], amperes[port[one]] = 1.0, -1.0
        volts = ports.voltages(amperes)
        volts -= volts[ports.cells[port[one]]]
        volts = with_bare_cells(land, volts)
        if voltage:
            maps.give("voltage", name, piece, volts)
        if current or not summed:
            flow = cell_currents(land, volts)
            if wanted.zero_focal:
                for end in (one, other):
                    flow.ravel()[cells_of_node(land, int(ports.cells[port[end]]))] = 0.0
            if not summed:
                maps.add(piece, flow)
            if current:
                maps.give("current", name, piece, flow)
