"""Few nodes of a large network, and everything that can happen between them, from one set of solves.

Each port gets a unit current that leaves at the first port: P - 1 right-hand sides on one factorisation or
hierarchy. All other situations follow by superposition: ports joined with each other, held at 0 V, fed with
currents. They need a dense system over the active ports only (the Schur complement of the network onto its
ports, also known as Kron reduction: Doerfler and Bullo 2013, doi 10.1109/TCSI.2012.2215780), and a linear
combination of the potentials that were found once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from amur.science.circuits.results import Nothing, Progress, Solved, Store, unwatched
from amur.science.circuits.solution import Floats, Integers, Solver

BATCH = 8
BATCH_BYTES = 600_000_000


def batch_of(size: int, count: int) -> int:
    """How many of `count` right-hand sides are solved at a time for `size` nodes, in batches of about one
    size: more at once bring little, and each finished batch can be kept.

    >>> batch_of(1_000, 9), batch_of(20_000_000, 9)
    (5, 3)
    """
    most = max(1, min(BATCH, BATCH_BYTES // (8 * max(size, 1))))
    batches = -(-max(count, 1) // most)
    return -(-max(count, 1) // batches)


@dataclass(frozen=True, slots=True)
class Ports:
    """`cells` (P,) the nodes; `potentials` the voltages of all nodes for each port after the first, in chunks
    of columns of one width but the last; `matrix` (P, P) the same at the ports, with 0 for the first port.
    """

    cells: Integers
    potentials: tuple[Floats, ...]
    matrix: Floats

    def column(self, port: int) -> Floats:
        """Voltages (n,) for a unit current from `port` to the first port; `port` above 0."""
        width = self.potentials[0].shape[1]
        found: Floats = self.potentials[(port - 1) // width][:, (port - 1) % width]
        return found

    def voltages(self, currents: Floats, constant: float = 0.0) -> Floats:
        """Voltages (n,) for currents (P,) that enter at the ports and sum to 0."""
        total = np.full(self.potentials[0].shape[0], constant)
        for port in np.flatnonzero(currents[1:]) + 1:
            total += currents[port] * self.column(int(port))
        return total

    def resistances(self) -> Floats:
        """Effective resistances (P, P) in ohm between the ports.

        R_ij = V_ii + V_jj - 2 V_ij with all voltages against the first port.
        """
        own = np.diagonal(self.matrix)
        found: Floats = own[:, None] + own[None, :] - self.matrix - self.matrix.T
        np.fill_diagonal(found, 0.0)
        return found


def solve_ports(
    solver: Solver,
    cells: Integers,
    size: int,
    *,
    store: Store | None = None,
    key: str = "ports",
    progress: Progress = unwatched,
) -> tuple[Ports, list[Solved]]:
    """Solve the unit currents of each port. `cells` (P,) are different nodes of one component of a network of
    `size` nodes, which `solver` solves. Finished batches go into the `store` under `key`.
    """
    kept = store or Nothing()
    chunks: list[Floats] = []
    solved: list[Solved] = []
    batch = batch_of(size, cells.size - 1)
    starts = range(1, cells.size, batch)
    for number, start in enumerate(starts):
        columns = cells[start : start + batch]
        name = f"{key}-{start}"
        potentials = kept.get(name)
        if potentials is None or potentials.shape != (size, columns.size):
            injected = np.zeros((size, columns.size))
            injected[columns, np.arange(columns.size)] = 1.0
            injected[cells[0]] = -1.0
            share = 1 / len(starts)

            def part(done: float, stage: str, base: float = number * share, share: float = share) -> None:
                progress(base + share * done, stage)

            found = solver.solve(injected, progress=part)
            potentials = found.voltages
            potentials -= potentials[cells[0]]
            solved.append(Solved.of(size, found))
            kept.note(name, solved[-1:])
            potentials = kept.put(name, potentials)
            del injected, found  # on large landscapes they are most of the memory
        else:
            solved += kept.noted(name)
        chunks.append(potentials)
        progress((number + 1) / len(starts), "solving")
    matrix = np.zeros((cells.size, cells.size))
    if chunks:
        matrix[:, 1:] = np.concatenate([np.asarray(chunk[cells]) for chunk in chunks], axis=1)
    matrix = (matrix + matrix.T) / 2
    return Ports(cells, tuple(chunks), matrix), solved


@dataclass(frozen=True, slots=True)
class Joined:
    """Groups of ports in one situation: `currents` (P,) that enter the network, `constant` the voltage of the
    first port, `voltages` (groups,) of each group.
    """

    currents: Floats
    constant: float
    voltages: Floats


def join(ports: Ports, groups: Sequence[Integers], grounded: Sequence[bool], fed: Sequence[float]) -> Joined:
    """Join the ports of each group by wires, hold the `grounded` groups at 0 V and feed the others.

    `groups` hold numbers of ports, none twice; `fed` gives amperes, not counted for grounded groups; at least
    one group is grounded. Ports in no group stay ordinary nodes.

    With f the currents of the active ports, K the matrix of the ports, c the unknown level and E the groups:
    K f + c - E x = 0, sum f = 0, E'f = fed.
    """
    active = np.concatenate(groups)
    which = np.repeat(np.arange(len(groups)), [group.size for group in groups])
    free = np.flatnonzero(~np.asarray(grounded, dtype=bool))
    amperes = np.asarray(fed, dtype=np.float64)[free]
    count, loose = active.size, free.size
    scale = float(np.abs(ports.matrix[np.ix_(active, active)]).max(initial=0.0)) or 1.0
    system = np.zeros((count + 1 + loose, count + 1 + loose))
    system[:count, :count] = ports.matrix[np.ix_(active, active)] / scale
    system[:count, count] = system[count, :count] = 1.0
    member = which[:, None] == free[None, :]
    system[:count, count + 1 :] = -1.0 * member
    system[count + 1 :, :count] = -1.0 * member.T
    wanted = np.concatenate([np.zeros(count + 1), -amperes])
    found = np.linalg.solve(system, wanted)
    found += np.linalg.solve(system, wanted - system @ found)
    currents = np.zeros(ports.cells.size)
    currents[active] = found[:count]
    voltages = np.zeros(len(groups))
    voltages[free] = found[count + 1 :] * scale
    return Joined(currents, float(found[count]) * scale, voltages)


def reduced(ports: Ports, active: Integers) -> Floats:
    """The Laplacian (a, a) in siemens of the network seen from the `active` ports alone.

    >>> line = Ports(np.arange(3), (np.zeros((3, 2)),), np.array([[0.0, 0, 0], [0, 1, 1], [0, 1, 2]]))
    >>> reduced(line, np.arange(3)).round(12).tolist()
    [[1.0, -1.0, 0.0], [-1.0, 2.0, -1.0], [0.0, -1.0, 1.0]]
    """
    count = active.size
    part = ports.matrix[np.ix_(active, active)]
    scale = float(np.abs(part).max(initial=0.0)) or 1.0
    system = np.ones((count + 1, count + 1))
    system[:count, :count] = part / scale
    system[count, count] = 0.0
    inverse = np.linalg.inv(system)[:count, :count] / scale
    found: Floats = ((inverse + inverse.T) / 2 + 0.0).astype(np.float64)
    return found
