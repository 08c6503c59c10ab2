"""One focal node against all others, for each in turn: one-to-all and all-to-one.

One-to-all feeds one node and holds all others at 0 V; all-to-one feeds all others and holds the one at 0 V.
All focal nodes are ports of one network: P - 1 right-hand sides and a small dense system (`ports.reduced`)
give every turn. Only where a file of pairs changes which focal regions are joined does each turn have a
landscape, and a solve, of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from amur.science.circuits.components import Piece
from amur.science.circuits.focal import Maps, Placed, cells_of_node, give_zeros, place, with_bare_cells
from amur.science.circuits.landscape import FocalNodes, Landscape
from amur.science.circuits.pairwise import TOLERANCE, solve_piece
from amur.science.circuits.ports import Ports, reduced
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


@dataclass(frozen=True, slots=True)
class OneToAll:
    """The task: focal nodes; which of them meet, `included` (n, n); the amperes of each, `strengths` (n,);
    both in the order of `focal.ids`. With `to_one` all others feed the one.
    """

    focal: FocalNodes
    included: Booleans | None = None
    strengths: Floats | None = None
    to_one: bool = False


@dataclass(frozen=True, slots=True)
class _Turn:
    """One turn: the place of the node in `ids`, the other active nodes, and the amperes of every node."""

    own: int
    others: Integers
    fed: Floats


def solve_one_to_all(
    landscape: Landscape,
    task: OneToAll,
    wanted: Wanted,
    *,
    sink: Sink | None = None,
    store: Store | None = None,
    tolerance: float = TOLERANCE,
    progress: Progress = unwatched,
) -> Result:
    """Solve every turn; see `solve` for the parameters.

    The resistance of a node is its voltage divided by its current; -1 where nothing was joined. All-to-one
    gives 0 where it was solved.
    """
    kept = Kept()
    ids = task.focal.ids
    turns = _turns(task, ids.size)
    maps = Maps(landscape.shape, wanted, sink or kept)
    resistances = np.full(ids.size, UNREACHABLE)
    changing = task.included is not None and task.focal.has_regions
    joined = landscape.merged(task.focal.groups()) if task.focal.has_regions and not changing else landscape
    placed = place(joined, task.focal)
    solved: list[Solved] = []
    if changing:
        for index, turn in enumerate(turns):
            progress(index / len(turns), "one against all")
            solved += _solve_alone(landscape, task, turn, ids, resistances, maps, tolerance)
    else:
        shares = list(placed.shares())
        for index, (component, members) in enumerate(shares):

            def part(done: float, stage: str, index: int = index) -> None:
                progress((index + done) / len(shares), stage)

            solved += _solve_component(
                placed, component, members, task, turns, resistances, maps, store, tolerance, part
            )
    for member in np.flatnonzero(resistances == UNREACHABLE).tolist():
        give_zeros(placed, (member,), maps)
    return Result(
        ids=ids,
        resistances=resistances,
        cumulative=maps.cumulative,
        maximum=maps.maximum,
        maps=kept.maps,
        without_data=placed.without_data,
        groups=placed.by_component,
        solved=tuple(solved),
    )


def _turns(task: OneToAll, count: int) -> list[_Turn]:
    strengths = np.ones(count) if task.strengths is None else np.asarray(task.strengths, dtype=np.float64)
    included = np.ones((count, count), dtype=bool) if task.included is None else task.included
    included = included | included.T
    turns = []
    for own in range(count):
        active = included[own].copy()
        active[own] = False
        fed = np.where(active, strengths, 0.0)
        if task.included is not None and task.strengths is not None and task.to_one:
            # Circuitscape lets a node that does not meet the one feed 1 ampere here; kept for equal numbers.
            fed[~active] = 1.0
        fed[own] = strengths[own]
        turns.append(_Turn(own, np.flatnonzero(active), fed))
    return turns


def _solve_component(
    placed: Placed,
    component: int,
    members: Integers,
    task: OneToAll,
    turns: list[_Turn],
    resistances: Floats,
    maps: Maps,
    store: Store | None,
    tolerance: float,
    progress: Progress,
) -> list[Solved]:
    nodes, port = np.unique(placed.anchor[members], return_inverse=True)
    if nodes.size < 2:
        return []
    piece = placed.piece(component)
    ports, solved = solve_piece(piece, piece.local(nodes), store, f"{component}", tolerance, progress)
    of = dict(zip(members.tolist(), port.tolist(), strict=True))
    whole = reduced(ports, np.arange(nodes.size)) if task.included is None and not task.to_one else None
    for index, member in enumerate(members.tolist()):
        progress(0.9 + 0.1 * index / members.size, "maps")
        turn = turns[member]
        found = _currents(ports, turn, of, task.to_one, whole)
        if found is None:
            continue
        currents, level, resistances[member] = found
        active = [of[member], *(of[other] for other in turn.others.tolist() if other in of)]
        name = (int(placed.ids[member]),)
        voltage, current = maps.needs("voltage", name), maps.needs("current", name)
        if voltage or current or maps.cumulative is not None or maps.maximum is not None:
            volts = ports.voltages(currents, level)
            _map_turn(piece, name, volts, ports.cells[np.unique(active)], maps)
    return solved


def _currents(
    ports: Ports, turn: _Turn, of: dict[int, int], to_one: bool, whole: Floats | None
) -> tuple[Floats, float, float] | None:
    """Currents (P,) that enter at the ports, the voltage of the first port, and the resistance."""
    own = of[turn.own]
    others = np.unique([of[other] for other in turn.others.tolist() if other in of]).astype(np.int64)
    others = others[others != own]
    currents = np.zeros(ports.cells.size)
    if not turn.others.size:
        return None
    if to_one:
        for member, node in of.items():
            if node != own:
                currents[node] += turn.fed[member]
        if not currents.any():
            return None
        currents[own] = -currents.sum()
        return currents, -float(ports.matrix[own] @ currents), 0.0
    fed = float(turn.fed[turn.own])
    if not others.size or fed == 0.0:
        return None
    active = np.concatenate([[own], others])
    column = reduced(ports, active)[:, 0] if whole is None else whole[active, own]
    resistance = 1.0 / float(column[0])
    currents[active] = column * (fed * resistance)
    currents[own] = -currents[others].sum()
    return currents, fed * resistance - float(ports.matrix[own] @ currents), resistance


def _map_turn(piece: Piece, name: tuple[int], volts: Floats, nodes: Integers, maps: Maps) -> None:
    land = piece.landscape
    maps.hand_out(
        piece,
        name,
        with_bare_cells(land, volts),
        lambda: np.concatenate([cells_of_node(land, node) for node in nodes.tolist()]),
    )


def _solve_alone(
    landscape: Landscape,
    task: OneToAll,
    turn: _Turn,
    ids: Integers,
    resistances: Floats,
    maps: Maps,
    tolerance: float,
) -> list[Solved]:
    """One turn on a landscape of its own: only the regions that meet in it are joined."""
    groups = task.focal.groups()
    active = [turn.own, *turn.others.tolist()]
    land = landscape.merged([groups[member] for member in active])
    placed = place(land, task.focal)
    own = int(placed.anchor[turn.own])
    component = int(placed.component[turn.own])
    if not component or not turn.others.size:
        return []
    piece = placed.piece(component)
    here = placed.component == component
    partners = np.unique(placed.anchor[turn.others][here[turn.others]])
    partners = piece.local(partners[partners != own])
    centre = int(piece.local(np.array([own]))[0])
    fixed, injected = np.zeros(piece.size, dtype=bool), np.zeros((piece.size, 1))
    fed = float(turn.fed[turn.own])
    if task.to_one:
        fixed[centre] = True
        for member in np.flatnonzero(here & (placed.anchor != own)).tolist():
            injected[piece.local(placed.anchor[[member]]), 0] += turn.fed[member]
    else:
        fixed[partners] = True
        injected[centre] = fed
    if not fixed.any() or not injected.any():
        return []
    part = piece.landscape
    solver = solver_for_grid(
        part.conductance,
        neighbours=part.neighbours,
        average=part.average,
        merged=part.polygons,
        fixed=fixed.reshape(part.shape),
        tolerance=tolerance,
    )
    found = solver.solve(injected)
    volts = found.voltages[:, 0]
    resistances[turn.own] = 0.0 if task.to_one else volts[centre] / fed
    _map_turn(piece, (int(ids[turn.own]),), volts, np.append(partners, centre), maps)
    return [Solved.of(piece.size, found)]
