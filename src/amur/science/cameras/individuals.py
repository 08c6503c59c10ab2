"""Known animals through time: minimum known alive, and turnover between years (or surveys)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Turnover:
    """What happened from each period to the next (periods - 1,): counts and the share that is gone or new.

    `gained` were not known alive before, `lost` are not known alive after; `rate` is (gained + lost) over the
    numbers of both periods.
    """

    gained: Integers
    lost: Integers
    rate: NDArray[np.float64]


def known_alive(seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Who was alive when (animals, periods), of who was seen when: between two sightings an animal lived.

    >>> known_alive(np.array([[True, False, True, False]])).tolist()
    [[True, True, True, False]]
    """
    before = np.maximum.accumulate(seen, axis=1)
    after = np.maximum.accumulate(seen[:, ::-1], axis=1)[:, ::-1]
    found: NDArray[np.bool_] = before & after
    return found


def minimum_known_alive(seen: NDArray[np.bool_]) -> Integers:
    """The number known alive in each period (periods,); the last ones miss those that are seen again later.

    >>> minimum_known_alive(np.array([[True, False, True], [False, True, False]])).tolist()
    [1, 2, 1]
    """
    return np.asarray(known_alive(seen).sum(axis=0), dtype=np.int64)


def turnover(seen: NDArray[np.bool_]) -> Turnover:
    """Gains and losses between periods. NaN for the rate where nobody is known in both.

    >>> found = turnover(np.array([[True, True], [True, False], [False, True]]))
    >>> found.gained.tolist(), found.lost.tolist(), found.rate.tolist()
    ([1], [1], [0.5])
    """
    alive = known_alive(seen)
    gained = (alive[:, 1:] & ~alive[:, :-1]).sum(axis=0)
    lost = (alive[:, :-1] & ~alive[:, 1:]).sum(axis=0)
    both = alive[:, 1:].sum(axis=0) + alive[:, :-1].sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = (gained + lost) / both
    return Turnover(gained, lost, rate)


def flank_bounds(
    left: NDArray[np.bool_], right: NDArray[np.bool_], both: NDArray[np.bool_]
) -> tuple[int, int]:
    """The smallest and the largest number of animals behind flank identities of which (n,) is which.

    Identities known from one flank only may be the two sides of one animal: at least the larger group, at
    most all of them, besides those known from both. Raises ValueError where an identity is of two kinds.

    >>> flank_bounds(np.array([1, 1, 0, 0], bool), np.array([0, 0, 1, 0], bool), np.array([0, 0, 0, 1], bool))
    (3, 4)
    """
    kinds = left.astype(int) + right + both
    if (kinds > 1).any():
        raise ValueError(f"identity {int((kinds > 1).argmax()) + 1} is of two kinds")
    sides = int(left.sum()), int(right.sum())
    return max(sides) + int(both.sum()), sum(sides) + int(both.sum())
