"""Pinch points: where in a corridor the current between its cores has to crowd together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from amur.science.circuits import FocalNodes, Landscape, Pairwise, Wanted, solve
from amur.science.corridors.corridor import Corridor
from amur.science.corridors.costs import Floats, checked_labels, checked_resistance
from amur.science.corridors.links import Progress, unwatched


@dataclass(frozen=True, slots=True)
class PinchPoints:
    """The current of one ampere between the two cores of a corridor.

    `current` (rows, cols of the corridor's window, which begins at `row`, `column`) in amperes, NaN outside
    the corridor and in the two cores; `resistance` the effective resistance in ohm, with the resistance of
    the raster between the centres of two cells that share a side; `error_estimate` its relative error.
    """

    row: int
    column: int
    current: Floats
    resistance: float
    error_estimate: float

    def packed(self) -> Floats:
        """All of it in one array, to be kept."""
        head = [self.row, self.column, *self.current.shape, self.resistance, self.error_estimate]
        return np.concatenate([head, self.current.ravel()])

    @classmethod
    def unpacked(cls, values: Floats) -> PinchPoints:
        """The pinch points again.

        >>> kept = PinchPoints(1, 2, np.array([[0.5, np.nan]]), 3.0, 1e-9).packed()
        >>> PinchPoints.unpacked(kept)
        PinchPoints(row=1, column=2, current=array([[0.5, nan]]), resistance=3.0, error_estimate=1e-09)
        """
        row, column, rows, columns, resistance, error = values[:6].tolist()
        current = np.array(values[6:]).reshape(int(rows), int(columns))
        return cls(int(row), int(column), current, resistance, error)


def pinch_points(
    resistance: ArrayLike,
    cores: ArrayLike,
    corridor: Corridor,
    neighbours: Literal[4, 8] = 8,
    *,
    progress: Progress = unwatched,
) -> PinchPoints:
    """Solve the circuit inside a corridor, as Linkage Mapper's Pinchpoint Mapper does with Circuitscape.

    `resistance`, `cores` and `neighbours` as `corridors` had them; all cells of a core are one node. Cells
    count as square. Where the current is high in few cells, the corridor has no way around them. Raises
    ValueError for wrong shapes or values.

    >>> from amur.science.corridors.corridor import corridors
    >>> land, cores = np.ones((1, 4)), np.array([[1, 0, 0, 2]])
    >>> found = pinch_points(land, cores, corridors(land, cores).links[0])
    >>> found.current.round(9).tolist(), round(found.resistance, 9)
    ([[nan, 1.0, 1.0, nan]], 3.0)
    """
    land = checked_resistance(resistance)
    here = checked_labels(cores, land)[corridor.window]
    cells = land[corridor.window]
    first, second = ((here == core) & np.isfinite(cells) for core in (corridor.first, corridor.second))
    ends = first | second
    inside = np.isfinite(corridor.excess) | ends
    landscape = Landscape.from_resistance(np.where(inside, cells, np.nan), neighbours=neighbours)
    one, two = np.flatnonzero(first), np.flatnonzero(second)
    focal = FocalNodes(np.repeat([1, 2], [one.size, two.size]), np.concatenate([one, two]))
    found = solve(landscape, Pairwise(focal), Wanted(cumulative=True), progress=progress)
    if found.cumulative is None or found.resistances is None:
        raise ValueError("the circuit of the corridor gave no current")
    current = np.where(inside & ~ends, found.cumulative, np.nan)
    return PinchPoints(
        corridor.row, corridor.column, current, float(found.resistances[0, 1]), found.error_estimate
    )
