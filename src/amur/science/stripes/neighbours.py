"""The nearest descriptors of a gallery, one index for each side; pictures are added and taken out one by one.

Few descriptors are compared with all. Many are first looked up by codes of 4 bits for each pair of values
in the nearest of some thousand cells (Jegou et al. 2011, Andre et al. 2017; FAISS), then the likeliest are
compared exactly. Distances are squared and in parts of the longest possible one, 0 to 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import faiss
import numpy as np
from numpy.typing import NDArray

from amur.science.stripes.compiled import compiled
from amur.science.stripes.features import SCALE, Descriptors

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
LONGEST: Final = 2 * SCALE**2
"""The squared distance of two descriptors without anything in common."""
FEW: Final = 10_000
"""Up to so many descriptors are compared one by one; above, an index is made."""
PROBES: Final = 24
"""Cells that are looked through for each query."""
LIKELIEST: Final = 64
"""Descriptors that are compared exactly for each query."""
PER_CELL: Final = 50
"""Descriptors for each cell from which an index learns."""
LEARN_AGAIN: Final = 3
"""An index is made anew when it holds so many times what it was learned from."""


class Shelf:
    """All descriptors of a gallery under consecutive numbers, and which of them are still in use."""

    def __init__(self, descriptors: Descriptors | None = None, used: NDArray[np.bool_] | None = None) -> None:
        self._rows = np.zeros((0, 128), np.uint8) if descriptors is None else descriptors
        self._used = np.ones(len(self._rows), np.bool_) if used is None else used
        self._count = len(self._rows)

    def __len__(self) -> int:
        return self._count

    @property
    def descriptors(self) -> Descriptors:
        """All (n, 128)."""
        return self._rows[: self._count]

    @property
    def used(self) -> NDArray[np.bool_]:
        """Which are in use (n,)."""
        return self._used[: self._count]

    def append(self, descriptors: Descriptors) -> Integers:
        """Keep descriptors; returns their numbers."""
        first, last = self._count, self._count + len(descriptors)
        if last > len(self._rows):
            room = max(last, len(self._rows) * 3 // 2, FEW)
            rows, used = np.zeros((room, 128), np.uint8), np.zeros(room, np.bool_)
            rows[:first], used[:first] = self.descriptors, self.used
            self._rows, self._used = rows, used
        self._rows[first:last], self._used[first:last] = descriptors, True
        self._count = last
        return np.arange(first, last)

    def drop(self, first: int, last: int) -> None:
        """Numbers from `first` up to but not including `last` are out of use."""
        self._used = self._used.copy()
        self._used[first:last] = False


@dataclass(slots=True)
class Neighbours:
    """Numbers of one side; `index` is FAISS's once there are many, of which `learned` made it."""

    numbers: Integers
    index: Any = None
    learned: int = 0

    @classmethod
    def empty(cls) -> Neighbours:
        """No number yet."""
        return cls(np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.numbers)

    def add(self, numbers: Integers, shelf: Shelf) -> None:
        """Add numbers of the shelf; makes the index when it is time."""
        self.numbers = np.concatenate([self.numbers, numbers])
        if len(self.numbers) <= max(FEW, LEARN_AGAIN * self.learned):
            if self.index is not None and len(numbers):
                self.index.add_with_ids(shelf.descriptors[numbers].astype(np.float32), numbers)
            return
        self.numbers = self.numbers[shelf.used[self.numbers]]
        if len(self.numbers) > FEW:
            self.index, self.learned = _learn(self.numbers, shelf), len(self.numbers)

    def search(
        self, queries: Descriptors, count: int, shelf: Shelf, allowed: NDArray[np.bool_]
    ) -> tuple[Integers, Floats]:
        """The numbers (n, count) nearest to the queries (n, 128), and the distances; -1 where none are left.

        Only numbers that are `allowed` (all numbers of the shelf,) answer.
        """
        if self.index is None:
            return _compare_all(queries, self.numbers[allowed[self.numbers]], shelf.descriptors, count)
        bits = np.packbits(allowed, bitorder="little")
        selector = faiss.IDSelectorBitmap(len(allowed), faiss.swig_ptr(bits))
        wanted: Any = faiss.SearchParametersIVF()
        wanted.sel, wanted.nprobe = selector, PROBES
        _, likely = self.index.search(queries.astype(np.float32), max(LIKELIEST, count), params=wanted)
        likely = np.where((likely >= 0) & allowed[likely], likely, -1)
        numbers, squares = _compare(queries, shelf.descriptors, likely, count)
        return numbers, np.where(numbers < 0, np.inf, squares / LONGEST).astype(np.float32)


def _learn(numbers: Integers, shelf: Shelf) -> Any:
    """An index of the numbers; cells and codes are learned from some of them, evenly taken."""
    cells = 2 ** round(math.log2(2 * math.sqrt(len(numbers))))
    index: Any = faiss.index_factory(128, f"IVF{cells},PQ64x4fs")
    index.cp.niter, index.by_residual = 8, False  # one table of distances for each query, not for each cell
    step = max(1, len(numbers) // (PER_CELL * cells))
    index.train(shelf.descriptors[numbers[::step]].astype(np.float32))
    for part in range(0, len(numbers), 200_000):
        chosen = numbers[part : part + 200_000]
        index.add_with_ids(shelf.descriptors[chosen].astype(np.float32), chosen)
    return index


def _compare_all(
    queries: Descriptors, numbers: Integers, descriptors: Descriptors, count: int
) -> tuple[Integers, Floats]:
    """The nearest of all numbers; equal distances keep their order."""
    found = np.full((len(queries), count), -1, np.int64)
    distances = np.full((len(queries), count), np.inf, np.float32)
    many = min(count, len(numbers))
    if not many:
        return found, distances
    # Whole numbers below 2**24 are exact in single precision.
    wanted, kept = queries.astype(np.float32), descriptors[numbers].astype(np.float32)
    squares = (wanted**2).sum(axis=1)[:, None] + (kept**2).sum(axis=1) - 2 * wanted @ kept.T
    nearest = np.argpartition(squares, many - 1, axis=1)[:, :many] if many < len(numbers) else None
    if nearest is None:
        nearest = np.broadcast_to(np.arange(many), (len(queries), many))
    values = np.take_along_axis(squares, nearest, axis=1)
    order = np.lexsort((nearest, values), axis=1)
    found[:, :many] = numbers[np.take_along_axis(nearest, order, axis=1)]
    distances[:, :many] = np.take_along_axis(values, order, axis=1) / LONGEST
    return found, distances


@compiled
def _compare(
    queries: Descriptors, descriptors: Descriptors, likely: Integers, count: int
) -> tuple[Integers, Floats]:
    """The nearest `count` of the likely numbers (n, R) by exact distance; -1 where none are left."""
    found = np.full((len(queries), count), -1, np.int64)
    squares = np.full((len(queries), count), np.inf, np.float32)
    for i in range(len(queries)):
        for j in range(likely.shape[1]):
            number = likely[i, j]
            if number < 0:
                continue
            total = np.int32(0)
            for k in range(128):
                difference = np.int32(queries[i, k]) - np.int32(descriptors[number, k])
                total += difference * difference
            square = np.float32(total)
            if square < squares[i, count - 1]:
                place = count - 1
                while place > 0 and squares[i, place - 1] > square:
                    squares[i, place] = squares[i, place - 1]
                    found[i, place] = found[i, place - 1]
                    place -= 1
                squares[i, place] = square
                found[i, place] = number
    return found, squares
