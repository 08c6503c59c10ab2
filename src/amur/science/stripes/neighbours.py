"""The nearest descriptors of a gallery: one index for each side, to which pictures are added one by one.

Distances are squared and in parts of the longest possible one, 0 to 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from amur.science.stripes.features import SCALE, Descriptors

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
LONGEST = 2 * SCALE**2
"""The squared distance of two descriptors without anything in common."""


class Neighbours:
    """Descriptors under numbers; finds those nearest to others."""

    def __init__(self) -> None:
        self._numbers: Integers = np.zeros(0, np.int64)
        self._descriptors: Descriptors = np.zeros((0, 128), np.uint8)

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, numbers: Integers, descriptors: Descriptors) -> None:
        """Add descriptors (n, 128) under new numbers (n,)."""
        self._numbers = np.concatenate([self._numbers, numbers])
        self._descriptors = np.concatenate([self._descriptors, descriptors])

    def remove(self, first: int, last: int) -> None:
        """Forget the numbers from `first` up to but not including `last`."""
        stays = (self._numbers < first) | (self._numbers >= last)
        self._numbers, self._descriptors = self._numbers[stays], self._descriptors[stays]

    def search(self, queries: Descriptors, count: int, barred: Integers) -> tuple[Integers, Floats]:
        """The numbers (n, count) nearest to the queries (n, 128), and the distances; -1 where none are left.

        Numbers from barred[k, 0] up to but not including barred[k, 1] do not answer.
        """
        allowed = np.ones(len(self), np.bool_)
        for first, last in barred.tolist():
            allowed &= (self._numbers < first) | (self._numbers >= last)
        numbers = np.full((len(queries), count), -1, np.int64)
        distances = np.full((len(queries), count), np.inf, np.float32)
        found = min(count, int(allowed.sum()))
        if not found:
            return numbers, distances
        wanted, kept = queries.astype(np.float32), self._descriptors[allowed].astype(np.float32)
        squares = (wanted**2).sum(axis=1)[:, None] + (kept**2).sum(axis=1) - 2 * wanted @ kept.T
        nearest = np.argsort(squares, axis=1, kind="stable")[:, :found]
        numbers[:, :found] = self._numbers[allowed][nearest]
        distances[:, :found] = np.take_along_axis(squares, nearest, axis=1) / LONGEST
        return numbers, distances
