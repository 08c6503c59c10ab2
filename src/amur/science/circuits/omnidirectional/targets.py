"""Which blocks of cells are targets, where their current leaves, and what their conditions are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from amur.science.circuits.omnidirectional.settings import Condition, Windows
from amur.science.circuits.solution import Booleans, Floats, Integers


@dataclass(frozen=True, slots=True)
class Targets:
    """The targets of a raster, by rows of blocks.

    `block` (n, 2) the row and column of the block; `middle` (n, 2) the cell on which the window is centred;
    `node` (n, 2) the cell where current leaves; `strength` (n,) in amperes; `area` (n, 4) first row, first
    column and those after the last of the block; `blank` (n, 4) the same of the cells that are no sources.
    """

    block: Integers
    middle: Integers
    node: Integers
    strength: Floats
    area: Integers
    blank: Integers

    @property
    def size(self) -> int:
        """The number of targets."""
        return int(self.strength.size)


def targets_of(there: Booleans, sources: Floats, windows: Windows) -> Targets:
    """The blocks with sources; `there` (rows, cols) tells cells with data.

    A target's current leaves at its middle, or where that has no data at the cell with data closest to it;
    among several at the strongest source.

    >>> found = targets_of(np.ones((1, 5), bool), np.ones((1, 5)), Windows(radius=3, block_size=3))
    >>> found.middle.tolist(), found.strength.tolist()
    ([[0, 1], [0, 4]], [3.0, 2.0])
    """
    shape, size, half = there.shape, windows.block_size, windows.block_size // 2
    # The peer leaves out blocks that do not fit.
    counts = [length // size if windows.as_peer else -(-length // size) for length in shape]
    row, column = (part.ravel() for part in np.indices(counts))
    middle = np.stack([row, column], axis=1) * size + half
    starts = middle - half
    middle = np.minimum(middle, np.array(shape) - 1)
    ends = np.minimum(starts + size, shape)
    strength = block_sums(sources, counts, size)[row, column]
    node = middle.copy()
    area = np.concatenate([starts, ends], axis=1)
    blank = area
    if windows.as_peer:
        # The peer leaves the block out where it would be in a window that no edge cuts.
        corner = np.maximum(middle - windows.reach, 0) + windows.reach
        blank = np.concatenate([corner - half, corner + half + 1], axis=1)
    else:
        for k in np.flatnonzero((strength > 0) & ~there[middle[:, 0], middle[:, 1]]):
            node[k] = closest(there, sources, middle[k], area[k])
    chosen = strength > 0
    block = np.stack([row, column], axis=1)
    return Targets(block[chosen], middle[chosen], node[chosen], strength[chosen], area[chosen], blank[chosen])


def block_sums(values: Floats, counts: list[int], size: int) -> Floats:
    """Sums of `values` (rows, cols) over blocks, (counts), the last of them perhaps cut off."""
    padded = np.zeros((counts[0] * size, counts[1] * size))
    part = values[: padded.shape[0], : padded.shape[1]]
    padded[: part.shape[0], : part.shape[1]] = part
    found: Floats = padded.reshape(counts[0], size, counts[1], size).sum(axis=(1, 3))
    return found


def closest(there: Booleans, sources: Floats, middle: Integers, block: Integers) -> Integers:
    """The cell with data of a block that is closest to its middle, the strongest source of several."""
    rows, columns = np.nonzero(there[block[0] : block[2], block[1] : block[3]])
    cells = np.stack([rows + block[0], columns + block[1]], axis=1)
    far = ((cells - middle) ** 2).sum(axis=1)
    best = np.lexsort((-sources[cells[:, 0], cells[:, 1]], far))[0]
    found: Integers = cells[best]
    return found


@dataclass(frozen=True, slots=True)
class Matching:
    """One condition for n targets: `present` (rows, cols) at the sources; target k takes sources whose value
    less one of values[starts[k]:starts[k + 1]] lies from `lower` to `upper`; all where it has no values.
    """

    present: Floats
    starts: Integers
    values: Floats
    lower: float
    upper: float


def matching_of(condition: Condition, targets: Targets, windows: Windows) -> Matching:
    """The values of a condition at targets."""
    found: list[list[float]] = []
    for top, left, bottom, right in targets.area:
        block = condition.at_target[top:bottom, left:right]
        known = block.T[~np.isnan(block.T)]  # by columns, as the peer counts
        if not known.size:
            found.append([])
        elif condition.comparison == "within":
            found.append([float(np.median(known))])
        else:
            found.append(commonest(known.tolist(), first=windows.as_peer))
    starts = np.concatenate([[0], np.cumsum([len(values) for values in found], dtype=np.int64)])
    exact = condition.comparison == "equal"
    return Matching(
        np.ascontiguousarray(condition.present, dtype=np.float64),
        starts.astype(np.int64),
        np.array([value for values in found for value in values], dtype=np.float64),
        0.0 if exact else condition.lower,
        0.0 if exact else condition.upper,
    )


def commonest(values: list[float], *, first: bool) -> list[float]:
    """The values that occur most often; of several the `first` alone to reach that number.

    >>> commonest([2.0, 3.0, 3.0, 2.0], first=False), commonest([2.0, 3.0, 3.0, 2.0], first=True)
    ([2.0, 3.0], [3.0])
    """
    count: Counter[float] = Counter()
    most, best = 0, values[0]
    for value in values:
        count[value] += 1
        if count[value] > most:
            most, best = count[value], value
    return [best] if first else [value for value, times in count.items() if times == most]
