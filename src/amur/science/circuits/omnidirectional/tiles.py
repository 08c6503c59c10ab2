"""A raster of targets in tiles, each with all that its windows need: what is sent to another process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from amur.science.circuits.grid import Average
from amur.science.circuits.landscape import Landscape
from amur.science.circuits.omnidirectional.gathering import Matched
from amur.science.circuits.omnidirectional.settings import Windows
from amur.science.circuits.omnidirectional.targets import Matching, Targets, matching_of, targets_of
from amur.science.circuits.solution import Anything, Booleans, Floats, Integers

# A tile solves about so many unknowns: some seconds of work.
WORK = 1e7


@dataclass(frozen=True, slots=True)
class Tile:
    """The targets of a tile and the piece of raster around them, 0 outside the raster.

    `corner` is the row and column of the piece's first cell in the raster, possibly below 0; cells of
    `middle`, `node` and `blank` are those of the piece. `correction` (2 reach + 1, 2 reach + 1) multiplies
    the currents of each window.
    """

    corner: tuple[int, int]
    conductance: Floats
    inside: Booleans
    sources: Floats
    matched: Matched
    middle: Integers
    node: Integers
    blank: Integers
    strength: Floats
    correction: Floats | None
    radius: int
    reach: int
    neighbours: int
    average: Average
    with_flow: bool
    as_peer: bool
    tolerance: float

    @property
    def rule(self) -> tuple[int, int, bool, bool]:
        """What `gathering.gather` takes."""
        return self.radius, self.reach, self.neighbours == 8, self.as_peer


@dataclass(frozen=True, slots=True)
class Tiling:
    """A whole job, from which tiles are cut one at a time."""

    landscape: Landscape
    sources: Floats
    windows: Windows
    targets: Targets
    matching: tuple[Matching, ...]
    correction: Floats | None
    groups: tuple[Integers, ...]

    @classmethod
    def of(
        cls, landscape: Landscape, sources: Anything, windows: Windows, correction: Floats | None
    ) -> Tiling:
        """Raises ValueError for shapes that differ, short-circuit regions, or no target at all."""
        strengths = checked_sources(landscape, sources, windows)
        for number, condition in enumerate(windows.conditions, start=1):
            if np.shape(condition.present) != landscape.shape:
                raise ValueError(
                    f"condition {number} has shape {np.shape(condition.present)}, expected {landscape.shape}"
                )
        targets = targets_of(landscape.conductance > 0, strengths, windows)
        matching = tuple(matching_of(condition, targets, windows) for condition in windows.conditions)
        side = max(1, min(256, int(np.sqrt(WORK / (3.2 * windows.reach**2)))))
        tile = targets.block // side
        order = np.lexsort((tile[:, 1], tile[:, 0]))
        steps = np.flatnonzero((np.diff(tile[order], axis=0) != 0).any(axis=1)) + 1
        groups = tuple(np.split(order, steps)) if order.size else ()
        return cls(landscape, strengths, windows, targets, matching, correction, groups)

    def cut(self, number: int) -> Tile:
        """One tile."""
        members = self.groups[number]
        windows, targets = self.windows, self.targets
        middle = targets.middle[members]
        corner = middle.min(axis=0) - windows.reach
        end = middle.max(axis=0) + windows.reach + 1
        window = (int(corner[0]), int(end[0]), int(corner[1]), int(end[1]))
        whole = np.broadcast_to(np.True_, self.landscape.shape)
        return Tile(
            corner=(window[0], window[2]),
            conductance=cut_out(self.landscape.conductance, window, 0.0),
            inside=cut_out(whole, window, False),
            sources=cut_out(self.sources, window, 0.0),
            matched=matched_of(self.matching, members, window),
            middle=middle - corner,
            node=targets.node[members] - corner,
            blank=targets.blank[members] - np.concatenate([corner, corner]),
            strength=targets.strength[members],
            correction=self.correction,
            radius=windows.radius,
            reach=windows.reach,
            neighbours=self.landscape.neighbours,
            average=self.landscape.average,
            with_flow=windows.with_flow,
            as_peer=windows.as_peer,
            tolerance=windows.tolerance,
        )

    def tiles(self, first: int = 0) -> Iterator[Tile]:
        """The tiles in order, from the `first`."""
        return (self.cut(number) for number in range(first, len(self.groups)))


def checked_sources(landscape: Landscape, sources: Anything, windows: Windows) -> Floats:
    """Source strengths (rows, cols) above the threshold, 0 elsewhere."""
    strengths = np.nan_to_num(np.array(sources, dtype=np.float64), nan=0.0, posinf=np.inf)
    if strengths.shape != landscape.shape:
        raise ValueError(f"sources have shape {strengths.shape}, expected {landscape.shape}")
    if landscape.polygons is not None:
        raise ValueError("short-circuit regions cannot be used with a moving window")
    if np.isinf(strengths).any():
        row, column = np.argwhere(np.isinf(strengths))[0]
        raise ValueError(f"the source at row {row}, column {column} is infinite")
    strengths[(strengths < windows.source_threshold) | (strengths < 0)] = 0.0
    if not windows.as_peer:
        strengths[landscape.conductance <= 0] = 0.0
    return strengths


def cut_out(values: Anything, window: tuple[int, int, int, int], padding: float) -> Anything:
    """The cells from the first to the last row and column of a window, `padding` outside the raster."""
    top, bottom, left, right = window
    found = np.full((bottom - top, right - left), padding, dtype=values.dtype)
    inner = (slice(max(top, 0), bottom), slice(max(left, 0), right))
    part = values[inner]
    down, across = inner[0].start - top, inner[1].start - left
    found[down : down + part.shape[0], across : across + part.shape[1]] = part
    return found


def matched_of(
    matching: tuple[Matching, ...], members: Integers, window: tuple[int, int, int, int]
) -> Matched:
    """The conditions of some targets."""
    count = len(matching)
    starts = np.zeros((count, members.size + 1), dtype=np.int64)
    values: list[Floats] = []
    filled = 0
    for layer, one in enumerate(matching):
        for place, member in enumerate(members):
            starts[layer, place] = filled
            mine = one.values[one.starts[member] : one.starts[member + 1]]
            values.append(mine)
            filled += mine.size
        starts[layer, members.size] = filled
    layers = [cut_out(one.present, window, np.nan) for one in matching]
    shape = (0, window[1] - window[0], window[3] - window[2])
    return Matched(
        np.stack(layers) if layers else np.zeros(shape),
        starts,
        np.concatenate([*values, np.zeros(0)]),
        np.array([(one.lower, one.upper) for one in matching], dtype=np.float64).reshape(count, 2),
    )
