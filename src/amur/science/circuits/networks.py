"""The pairwise and the advanced mode on networks of nodes and resistors."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from amur.science.circuits.advanced import Conflict, settled
from amur.science.circuits.flows import branch_currents, node_currents
from amur.science.circuits.grid import laplacian_of
from amur.science.circuits.landscape import Network
from amur.science.circuits.ports import solve_ports
from amur.science.circuits.results import (
    UNREACHABLE,
    Progress,
    Solved,
    Store,
    Wanted,
    unwatched,
)
from amur.science.circuits.solution import Booleans, Floats, Integers
from amur.science.circuits.solvers import solver_for_network

TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True)
class Table:
    """What flows in a network or one component of it: `nodes` and `edges` are places in the network, with the
    currents and voltages of each; for the whole situation or for the pair `name`.
    """

    name: tuple[int, ...]
    nodes: Integers
    edges: Integers
    voltages: Floats
    node_currents: Floats
    branch_currents: Floats


@dataclass(frozen=True, slots=True)
class NetworkResult:
    """`ids` (n,) the user's numbers of the focal nodes; `resistances` (n, n) in ohm, -1 where nothing joins
    two; `tables` of each pair or of the one situation where they were asked for; `cumulative` of all pairs.
    """

    ids: Integers
    resistances: Floats | None = None
    tables: tuple[Table, ...] = ()
    cumulative: Table | None = None
    groups: tuple[tuple[int, ...], ...] = ()
    solved: tuple[Solved, ...] = field(default=())


def solve_network_pairs(
    network: Network,
    focal: Integers,
    included: Booleans | None = None,
    wanted: Wanted | None = None,
    *,
    store: Store | None = None,
    tolerance: float = TOLERANCE,
    progress: Progress = unwatched,
) -> NetworkResult:
    """Effective resistances between the `focal` nodes (n,), places in `network.nodes`, and what flows.

    >>> line = Network(np.arange(3), np.array([0, 1]), np.array([1, 2]), np.array([1.0, 0.5]))
    >>> solve_network_pairs(line, np.array([0, 2])).resistances.round(12).tolist()
    [[0.0, 3.0], [3.0, 0.0]]
    """
    wanted = wanted or Wanted()
    component = network.component()
    count = focal.size
    asked = np.ones((count, count), dtype=bool) if included is None else included | included.T
    asked = asked & ~np.eye(count, dtype=bool)
    resistances = np.full((count, count), UNREACHABLE)
    solver = solver_for_network(
        laplacian_of(network.first, network.second, network.conductance, network.size), tolerance=tolerance
    )
    cumulative = (np.zeros(network.size), np.zeros(network.first.size))
    tables: list[Table] = []
    solved: list[Solved] = []
    groups = []
    for number in np.unique(component[focal]).tolist():
        members = np.flatnonzero(component[focal] == number)
        groups.append(tuple(network.nodes[focal[members]].tolist()))
        if members.size < 2 or not asked[np.ix_(members, members)].any():
            continue
        ports, how = solve_ports(
            solver, focal[members], network.size, store=store, key=f"{number}", progress=progress
        )
        solved += how
        block = asked[np.ix_(members, members)]
        resistances[np.ix_(members, members)] = np.where(block, ports.resistances(), UNREACHABLE)
        if not (wanted.each or wanted.any_current):
            continue
        nodes = np.flatnonzero(component == number)
        edges = np.flatnonzero(component[network.first] == number)
        for one, other in np.argwhere(np.triu(block)).tolist():
            amperes = np.zeros(members.size)
            amperes[one], amperes[other] = -1.0, 1.0
            volts = ports.voltages(amperes)
            volts -= volts[focal[members[one]]]
            volts[component != number] = 0.0
            branches = branch_currents(network, volts)
            through = node_currents(network, branches)
            cumulative[0][:] += through
            cumulative[1][:] += np.abs(branches)
            if wanted.each:
                name = tuple(network.nodes[focal[members[[one, other]]]].tolist())
                tables.append(
                    Table(name, nodes, edges, volts[nodes], through[nodes], np.abs(branches[edges]))
                )
    np.fill_diagonal(resistances, 0.0)
    total = None
    if wanted.any_current:
        everything = (np.arange(network.size), np.arange(network.first.size))
        total = Table((), *everything, np.zeros(network.size), cumulative[0], cumulative[1])
    return NetworkResult(
        network.nodes[focal], resistances, tuple(tables), total, tuple(groups), tuple(solved)
    )


def solve_network_advanced(
    network: Network,
    sources: Floats,
    grounds: Floats,
    conflict: Conflict = "keepall",
    *,
    tolerance: float = TOLERANCE,
    progress: Progress = unwatched,
) -> NetworkResult:
    """Voltages and currents for `sources` (n,) in amperes and `grounds` (n,) in siemens, infinite for a wire.

    Components without a source or without a ground stay at 0 V.
    """
    component = network.component()
    sources, grounds = settled(sources, grounds, conflict)
    fed, held = (np.isin(component, np.unique(component[values != 0])) for values in (sources, grounds))
    active = fed & held
    sources, grounds = np.where(active, sources, 0.0), np.where(active, grounds, 0.0)
    volts = np.zeros(network.size)
    solved: tuple[Solved, ...] = ()
    if active.any():
        solver = solver_for_network(
            laplacian_of(network.first, network.second, network.conductance, network.size),
            grounds=grounds,
            tolerance=tolerance,
        )
        found = solver.solve(np.where(np.isinf(grounds), 0.0, sources)[:, None], progress=progress)
        volts = np.where(active, found.voltages[:, 0], 0.0)
        solved = (Solved.of(network.size, found),)
    branches = branch_currents(network, volts)
    leaving = np.where(np.isinf(grounds), 0.0, grounds) * volts
    table = Table(
        (),
        np.arange(network.size),
        np.arange(network.first.size),
        volts,
        node_currents(network, branches, leaving),
        np.abs(branches),
    )
    return NetworkResult(np.empty(0, dtype=np.int64), tables=(table,), solved=solved)
