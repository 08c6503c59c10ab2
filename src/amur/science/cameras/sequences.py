"""Sequences: pictures of one deployment that show one visit, by their times and the camera's burst counter.

A pause longer than the gap ends a sequence (Camtrap DP calls it an event); the frames of one burst stay
together however long they took. Called by the portal when a card is finished, and after a corrected clock.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


def sequences(
    deployment: Integers,
    instants: NDArray[np.datetime64],
    gap_s: float,
    number: Integers | None = None,
    total: Integers | None = None,
) -> Integers:
    """The number of the sequence (n,), from 0, of each picture: in order of deployment, then of time.

    `number` of `total` is the place in a burst, 0 where the camera does not tell. A picture goes on with the
    sequence of the one before it when at most `gap_s` lie between, or when it is the next one of its burst.
    Raises ValueError for pictures without a time, and for a negative gap.

    >>> times = np.array(["2026-03-01T10:00:00", "2026-03-01T10:01:30", "2026-03-01T10:09"], dtype="M8[s]")
    >>> sequences(np.zeros(3, dtype=int), times, 120).tolist()
    [0, 0, 1]
    """
    if np.isnat(instants).any():
        raise ValueError(f"picture {int(np.isnat(instants).argmax()) + 1} has no time")
    if not gap_s >= 0:
        raise ValueError(f"a gap of {gap_s} s, expected 0 or more")
    count = len(instants)
    nothing = np.zeros(count, dtype=np.int64)
    number, total = (nothing if one is None else one for one in (number, total))
    moments = instants.astype("M8[us]").astype(np.int64)
    order = np.lexsort((number, moments, deployment))
    place, time, frame, frames = deployment[order], moments[order], number[order], total[order]
    begins = np.ones(count, dtype=bool)
    same = place[1:] == place[:-1]
    near = np.diff(time) <= gap_s * 1e6
    next_frame = (frame[1:] > 1) & (frame[1:] == frame[:-1] + 1) & (frames[1:] == frames[:-1])
    begins[1:] = ~(same & (near | next_frame))
    found = np.empty(count, dtype=np.int64)
    found[order] = np.cumsum(begins) - 1
    return found
