"""The windows of one tile solved and summed: the function that processes and clusters run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from amur.science.circuits.omnidirectional.gathering import Frame, gather
from amur.science.circuits.omnidirectional.general import window_currents
from amur.science.circuits.omnidirectional.kernel import room_of, run_tile
from amur.science.circuits.omnidirectional.tiles import Tile
from amur.science.circuits.solution import Floats

METHODS = ("window multigrid", "direct", "multigrid", "algebraic multigrid")


@dataclass(slots=True)
class Tally:
    """How windows were solved: `windows` with a current, `unknowns` in all their solves, `solves` (4,) by the
    methods of `METHODS`, the worst relative residual and estimated relative error.
    """

    windows: int = 0
    unknowns: int = 0
    solves: tuple[int, ...] = (0,) * len(METHODS)
    residual: float = 0.0
    error_estimate: float = 0.0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.windows + other.windows,
            self.unknowns + other.unknowns,
            tuple(a + b for a, b in zip(self.solves, other.solves, strict=True)),
            max(self.residual, other.residual),
            max(self.error_estimate, other.error_estimate),
        )

    def numbers(self) -> list[float]:
        """The tally as numbers, to be kept."""
        return [self.windows, self.unknowns, *self.solves, self.residual, self.error_estimate]

    @classmethod
    def of(cls, numbers: Floats) -> Tally:
        """The tally again."""
        windows, unknowns, *solves, residual, error = numbers.tolist()
        return cls(int(windows), int(unknowns), tuple(int(one) for one in solves), residual, error)


@dataclass(frozen=True, slots=True)
class Partial:
    """The sums of one tile: `currents` (1 or 2, rows, cols) in amperes on its piece of raster, whose first
    cell is `corner`; the second, if any, is the flow potential.
    """

    corner: tuple[int, int]
    currents: Floats
    tally: Tally

    def add_to(self, total: Floats) -> None:
        """Adds the sums to those of the whole raster, in place."""
        top, left = self.corner
        rows, columns = self.currents.shape[1:]
        inner = (
            slice(max(top, 0), min(top + rows, total.shape[1])),
            slice(max(left, 0), min(left + columns, total.shape[2])),
        )
        mine = (
            slice(inner[0].start - top, inner[0].stop - top),
            slice(inner[1].start - left, inner[1].stop - left),
        )
        total[:, inner[0], inner[1]] += self.currents[:, mine[0], mine[1]]


def solve_tile(tile: Tile) -> Partial:
    """All windows of a tile, one after the other: the same numbers wherever it runs."""
    planes = 2 if tile.with_flow else 1
    currents = np.zeros((planes, *tile.conductance.shape))
    records = np.zeros((tile.strength.size, planes, 4))
    size = 2 * tile.reach + 1
    room = room_of(tile.reach, tile.neighbours == 8, tile.with_flow)
    run_tile(
        tile.conductance, tile.inside, tile.sources, tile.matched, tile.middle, tile.node, tile.blank,
        tile.strength, np.ones((size, size)) if tile.correction is None else tile.correction, tile.rule,
        tile.average == "resistance", 1.0 / tile.conductance.max(initial=1e-300), tile.tolerance, room,
        currents, records,
    )  # fmt: skip
    solved = records[..., 0] > 0
    tally = Tally(
        int(np.count_nonzero(solved[:, 0])),
        int(records[..., 3].sum()),
        (int(np.count_nonzero(solved)), *(0,) * (len(METHODS) - 1)),
        float(records[solved, 1].max(initial=0.0)),
        float(records[solved, 2].max(initial=0.0)),
    )
    for k, plane in np.argwhere(records[..., 0] < 0):
        tally += solve_generally(tile, int(k), int(plane), room.frame, currents)
    return Partial(tile.corner, currents, tally)


def solve_generally(tile: Tile, k: int, plane: int, frame: Frame, currents: Floats) -> Tally:
    """The landscape (plane 0) or the flow potential of one window by the general solvers, added to `currents`
    (1 or 2, rows, cols).
    """
    gather(
        tile.conductance, tile.inside, tile.sources, tile.matched, k,
        tile.middle[k], tile.node[k], tile.blank[k], float(tile.strength[k]), tile.rule, frame,
    )  # fmt: skip
    top, left = (int(cell) - tile.reach for cell in tile.middle[k])
    window = (slice(top, top + 2 * tile.reach + 1), slice(left, left + 2 * tile.reach + 1))
    node = (int(tile.node[k, 0]) - top, int(tile.node[k, 1]) - left)
    cells = frame.plain if plane else frame.conductance
    given = frame.plain_sources if plane else frame.sources
    flow, found = window_currents(cells, given, node, tile.neighbours, tile.average, tile.tolerance)
    if found is None:
        return Tally()
    currents[plane][window] += flow if tile.correction is None else flow * tile.correction
    return Tally(
        int(plane == 0),
        int(np.count_nonzero(cells)),
        tuple(int(found.method == method) for method in METHODS),
        float(found.residuals[0]),
        float(found.error_estimate[0]),
    )
