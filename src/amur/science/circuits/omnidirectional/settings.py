"""What is asked of a moving window: `Windows`, `Condition`, and source strengths from resistances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from amur.science.circuits.solution import Anything, Floats

Comparison = Literal["within", "equal"]


@dataclass(frozen=True, slots=True)
class Condition:
    """A layer by which sources and targets are matched, such as temperature or land cover.

    `present` (rows, cols) are the values at the sources; those at a target are the median ("within") or the
    mode ("equal") of its block in `future` (rows, cols), or in `present` where there is no future. A source
    counts where its value less that of the target lies from `lower` to `upper`, or where both are equal.
    Cells and blocks without a value (NaN) are not told apart by the condition. Raises ValueError for shapes
    that differ or an unknown comparison.

    >>> Condition(np.zeros((2, 2)), "within", lower=-1.0, upper=1.0).at_target.shape
    (2, 2)
    """

    present: Floats
    comparison: Comparison = "within"
    lower: float = 0.0
    upper: float = 0.0
    future: Floats | None = None

    def __post_init__(self) -> None:
        if self.comparison not in ("within", "equal"):
            raise ValueError(f"comparison is {self.comparison!r}, expected 'within' or 'equal'")
        if self.future is not None and np.shape(self.future) != np.shape(self.present):
            raise ValueError(
                f"future has shape {np.shape(self.future)}, present {np.shape(self.present)}, expected one"
            )
        if not self.lower <= self.upper:
            raise ValueError(f"lower is {self.lower}, above upper, {self.upper}")

    @property
    def at_target(self) -> Floats:
        """The layer that tells the values of targets."""
        return self.present if self.future is None else self.future


@dataclass(frozen=True, slots=True)
class Windows:
    """How the window moves and what is computed; lengths are in cells.

    `radius` of the window around the middle of a target; targets are blocks of `block_size` (odd) cells to a
    side, from the north-west corner, those cut off by the eastern and southern edge included. `buffer` widens
    the window by cells that conduct and are no sources. Sources below `source_threshold` count as 0. At most
    two `conditions` match sources to targets. `flow_potential` asks for the currents where all cells with
    data conduct alike, `normalized` for the ratio of both. With `correct_artefacts` the pattern that blocks
    of more than one cell leave is taken out. With `mask_nodata` maps are NaN where there is no data, else 0.
    `tolerance` is the relative residual of each window's solve. Raises ValueError for values out of range.

    `as_peer` computes as Omniscape.jl 0.6 does, to compare with its results: the target's block is left out
    at the middle of an uncut window, also where an edge cuts the window; the flow potential fills the square
    around the window, without regard to the disc and to missing data; current is shared among sources before
    conditions and barriers take some of them away; blocks cut off by the eastern and southern edge are no
    targets. What the peer's correction of blocks makes of its solver's noise cannot be reproduced.

    >>> Windows(radius=5, block_size=3, buffer=2).reach
    7
    """

    radius: int
    block_size: int = 1
    buffer: int = 0
    source_threshold: float = 0.0
    conditions: tuple[Condition, ...] = ()
    flow_potential: bool = False
    normalized: bool = False
    correct_artefacts: bool = True
    mask_nodata: bool = True
    tolerance: float = 1e-6
    as_peer: bool = False

    def __post_init__(self) -> None:
        if self.radius < 1:
            raise ValueError(f"radius is {self.radius}, expected 1 cell or more")
        if self.block_size < 1 or self.block_size % 2 == 0:
            raise ValueError(f"block_size is {self.block_size}, expected an odd number of cells")
        if self.block_size > 2 * self.radius:
            raise ValueError(f"block_size is {self.block_size}, more than the window, radius {self.radius}")
        if self.buffer < 0:
            raise ValueError(f"buffer is {self.buffer}, expected 0 or more")
        if len(self.conditions) > 2:
            raise ValueError(f"there are {len(self.conditions)} conditions, expected two at most")
        if not 0 < self.tolerance < 1:
            raise ValueError(f"tolerance is {self.tolerance}, expected a number between 0 and 1")

    @property
    def reach(self) -> int:
        """The radius of all that conducts."""
        return self.radius + self.buffer

    @property
    def with_flow(self) -> bool:
        """Whether the flow potential is computed."""
        return self.flow_potential or self.normalized


def sources_from_resistance(resistance: Anything, cutoff: float = np.inf) -> Floats:
    """Source strengths (rows, cols): 1 / resistance, 0 above the `cutoff` and where there is no data.

    >>> sources_from_resistance(np.array([[0.5, 4.0, np.nan]]), cutoff=2.0).tolist()
    [[2.0, 0.0, 0.0]]
    """
    values = np.asarray(resistance, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where((values > 0) & (values <= cutoff), 1 / values, 0.0)
    return found
