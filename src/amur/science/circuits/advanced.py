"""Any current sources and any grounds on a landscape: voltages and currents of the one situation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from amur.science.circuits.components import components_of, piece_of
from amur.science.circuits.flows import cell_currents
from amur.science.circuits.focal import with_bare_cells
from amur.science.circuits.landscape import Landscape
from amur.science.circuits.pairwise import TOLERANCE
from amur.science.circuits.results import Kept, Progress, Result, Sink, Solved, Wanted, unwatched
from amur.science.circuits.solution import Anything, Floats
from amur.science.circuits.solvers import solver_for_grid

Conflict = Literal["keepall", "rmvsrc", "rmvgnd", "rmvall"]


@dataclass(frozen=True, slots=True)
class Advanced:
    """The task: `sources` (rows, cols) in amperes, negative where current is taken; `grounds` (rows, cols) in
    siemens to ground, infinite for a wire; `conflict` what goes where a node has both: nothing (`keepall`),
    the source, the ground or both. A source always wins over a wire to ground that is left beside it.
    """

    sources: Floats
    grounds: Floats
    conflict: Conflict = "keepall"


def solve_advanced(
    landscape: Landscape,
    task: Advanced,
    wanted: Wanted,
    *,
    sink: Sink | None = None,
    tolerance: float = TOLERANCE,
    progress: Progress = unwatched,
) -> Result:
    """Solve the situation; see `solve` for the parameters. Components without a source or without a ground
    stay at 0 V. Raises ValueError for wrong shapes.
    """
    for name, values in (("sources", task.sources), ("grounds", task.grounds)):
        if np.shape(values) != landscape.shape:
            raise ValueError(f"{name} have shape {np.shape(values)}, expected {landscape.shape}")
    sources = _at_nodes(landscape, task.sources)
    grounds = _at_nodes(landscape, task.grounds)
    sources, grounds = settled(sources, grounds, task.conflict)
    components = components_of(landscape)
    label = components.label.ravel()
    fed = np.zeros(components.count + 1, dtype=bool)
    held = np.zeros(components.count + 1, dtype=bool)
    fed[label[sources != 0]] = True
    held[label[grounds != 0]] = True
    active = np.flatnonzero(fed & held)
    active = active[active > 0]
    kept = Kept()
    target = sink or kept
    zero = np.zeros(landscape.shape)
    if not active.size:
        return Result(np.empty(0, dtype=np.int64), cumulative=zero if wanted.any_current else None)
    piece = piece_of(landscape, components, active)
    land = piece.landscape
    rows, columns = land.shape
    window = (slice(piece.top, piece.top + rows), slice(piece.left, piece.left + columns))
    inside = land.conductance.ravel() > 0
    amperes = np.where(inside, sources.reshape(landscape.shape)[window].ravel(), 0.0)
    siemens = np.where(inside, grounds.reshape(landscape.shape)[window].ravel(), 0.0)
    amperes[np.isinf(siemens)] = 0.0
    solver = solver_for_grid(
        land.conductance,
        neighbours=land.neighbours,
        average=land.average,
        merged=land.polygons,
        grounds=siemens.reshape(land.shape),
        tolerance=tolerance,
    )

    def part(done: float, stage: str) -> None:
        progress(0.95 * done, stage)

    found = solver.solve(amperes[:, None], progress=part)
    volts = with_bare_cells(land, found.voltages[:, 0])
    if wanted.voltages and target.wants("voltage", ()):
        target.take("voltage", (), piece.spread(volts))
    flow = None
    if wanted.any_current:
        flow = piece.spread(cell_currents(land, volts, np.where(np.isinf(siemens), 0.0, siemens)))
        if wanted.currents and target.wants("current", ()):
            target.take("current", (), flow)
    progress(1.0, "done")
    return Result(
        ids=np.empty(0, dtype=np.int64),
        cumulative=flow,
        maps=kept.maps,
        solved=(Solved.of(piece.size, found),),
    )


def settled(sources: Floats, grounds: Floats, conflict: Conflict) -> tuple[Floats, Floats]:
    """Sources and grounds per node after the conflicts between them are resolved.

    >>> settled(np.array([1.0, 1.0]), np.array([2.0, np.inf]), "keepall")[1].tolist()
    [2.0, 0.0]
    """
    both = (sources != 0) & (grounds != 0)
    if conflict in ("rmvsrc", "rmvall"):
        sources = np.where(both, 0.0, sources)
    if conflict in ("rmvgnd", "rmvall"):
        grounds = np.where(both, 0.0, grounds)
    wire = (sources > 0) & np.isinf(grounds)
    return sources, np.where(wire, 0.0, grounds)


def _at_nodes(landscape: Landscape, values: Anything) -> Floats:
    """Values (cells,) summed per node and put on the cell that stands for it; 0 elsewhere."""
    given = np.nan_to_num(np.asarray(values, dtype=np.float64), nan=0.0, posinf=np.inf).ravel()
    cells = np.flatnonzero(given)
    anchors = landscape.anchors(cells)
    total = np.zeros(given.size)
    np.add.at(total, anchors[anchors >= 0], given[cells[anchors >= 0]])
    return total
