"""Circuit theory on landscapes: resistances, voltages and currents of rasters and networks of resistors.

`solve` takes a `Landscape` and a task: `Pairwise`, `OneToAll` (also all-to-one) or `Advanced`. Networks have
`solve_network_pairs` and `solve_network_advanced`. The mathematics lies behind `solvers.py`.

>>> import numpy as np
>>> land = Landscape.from_resistance(np.ones((3, 3)), neighbours=4)
>>> focal = FocalNodes(np.array([1, 2]), np.array([0, 8]))
>>> found = solve(land, Pairwise(focal), Wanted(cumulative=True))
>>> found.resistances.round(9).tolist()
[[0.0, 1.5], [1.5, 0.0]]
>>> found.cumulative.round(9).tolist()
[[1.0, 0.5, 0.25], [0.5, 0.5, 0.5], [0.25, 0.5, 1.0]]
"""

from __future__ import annotations

from amur.science.circuits.advanced import Advanced, solve_advanced
from amur.science.circuits.landscape import FocalNodes, Landscape, Network
from amur.science.circuits.networks import (
    NetworkResult,
    Table,
    solve_network_advanced,
    solve_network_pairs,
)
from amur.science.circuits.one_to_all import OneToAll, solve_one_to_all
from amur.science.circuits.pairwise import TOLERANCE, Pairwise, solve_pairwise
from amur.science.circuits.results import (
    UNREACHABLE,
    Progress,
    Result,
    Sink,
    Solved,
    Store,
    Wanted,
    unwatched,
)

Task = Pairwise | OneToAll | Advanced

__all__ = [
    "UNREACHABLE",
    "Advanced",
    "FocalNodes",
    "Landscape",
    "Network",
    "NetworkResult",
    "OneToAll",
    "Pairwise",
    "Result",
    "Sink",
    "Solved",
    "Store",
    "Table",
    "Task",
    "Wanted",
    "solve",
    "solve_network_advanced",
    "solve_network_pairs",
]


def solve(
    landscape: Landscape,
    task: Task,
    wanted: Wanted | None = None,
    *,
    sink: Sink | None = None,
    store: Store | None = None,
    tolerance: float = TOLERANCE,
    progress: Progress = unwatched,
) -> Result:
    """Solve a task on a landscape.

    `wanted` says which maps are computed, `sink` takes the maps of single solves (they are kept in the
    result where there is none), `store` keeps finished work for an interrupted run, `tolerance` is the
    relative residual, `progress` is told the share that is done; a progress that raises cancels. Raises
    ValueError for wrong shapes, `solvers.NotConverged` where no method converges.
    """
    wanted = wanted or Wanted()
    if isinstance(task, Advanced):
        return solve_advanced(landscape, task, wanted, sink=sink, tolerance=tolerance, progress=progress)
    if isinstance(task, OneToAll):
        return solve_one_to_all(
            landscape, task, wanted, sink=sink, store=store, tolerance=tolerance, progress=progress
        )
    return solve_pairwise(
        landscape, task, wanted, sink=sink, store=store, tolerance=tolerance, progress=progress
    )
