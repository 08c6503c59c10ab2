"""What a moving window gives back, and what it will cost."""

from __future__ import annotations

from dataclasses import dataclass

from amur.science.circuits.landscape import Landscape
from amur.science.circuits.omnidirectional.settings import Windows
from amur.science.circuits.omnidirectional.tasks import METHODS, Tally
from amur.science.circuits.omnidirectional.tiles import Tiling
from amur.science.circuits.solution import Anything, Floats

# Seconds of one core for each unknown, and for each solve whatever its size.
SECONDS_UNKNOWN = 3e-7
SECONDS_SOLVE = 4e-4
# What is known of each target while a job runs.
TARGET_BYTES = 140


@dataclass(frozen=True, slots=True)
class OmnidirectionalResult:
    """Maps (rows, cols) in amperes: `cumulative` current over all windows, `flow_potential` where every cell
    conducts alike, and `normalized`, the ratio of both; the last two None where not asked for.

    `targets` blocks have sources; `tally` tells how their windows were solved, how many had a current, the
    worst relative residual and the largest estimated relative error of a window.
    """

    cumulative: Floats
    flow_potential: Floats | None
    normalized: Floats | None
    targets: int
    tally: Tally

    @property
    def methods(self) -> dict[str, int]:
        """How many solves each method did, those without any left out."""
        return {method: count for method, count in zip(METHODS, self.tally.solves, strict=True) if count}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a job will cost: `targets` windows in `tiles`; `unknowns` over all solves at most; `seconds` of
    one core, roughly; `memory` in bytes of the maps and of `workers` tiles at a time.
    """

    targets: int
    tiles: int
    unknowns: int
    seconds: float
    memory: int


def plan(landscape: Landscape, sources: Anything, windows: Windows, workers: int = 1) -> Plan:
    """What `omnidirectional` would do. Raises ValueError as it does.

    >>> import numpy as np
    >>> found = plan(Landscape(np.ones((6, 6))), np.ones((6, 6)), Windows(radius=2, block_size=3))
    >>> found.targets, found.tiles, found.unknowns
    (4, 1, 52)
    """
    tiling = Tiling.of(landscape, sources, windows, None)
    disc = sum(
        2 * int((windows.reach**2 - row**2) ** 0.5) + 1 for row in range(-windows.reach, windows.reach + 1)
    )
    planes = 2 if windows.with_flow else 1
    unknowns = tiling.targets.size * disc * planes
    cells = landscape.conductance.size
    pieces = [piece_cells(tiling, number) for number in range(len(tiling.groups))]
    layers = 3 + planes + len(windows.conditions)
    each = 8 * layers * max(pieces, default=0) + 300 * (2 * windows.reach + 1) ** 2
    maps = 8 * cells * (4 + 2 * planes + 2 * len(windows.conditions))
    memory = maps + TARGET_BYTES * tiling.targets.size + 2 * workers * each
    seconds = SECONDS_UNKNOWN * unknowns + SECONDS_SOLVE * tiling.targets.size * planes
    return Plan(tiling.targets.size, len(tiling.groups), unknowns, seconds, memory)


def piece_cells(tiling: Tiling, number: int) -> int:
    """The cells of one tile's piece of raster."""
    middle = tiling.targets.middle[tiling.groups[number]]
    rows, columns = middle.max(axis=0) - middle.min(axis=0) + 2 * tiling.windows.reach + 1
    return int(rows * columns)
