"""The sweep behind accumulated cost: Dial's circular buckets for real costs, compiled.

A bucket is as wide as the cheapest step, so that no cell can improve another one of its own bucket and the
cells of a bucket are final in any order (Dial 1969, doi 10.1145/363269.363610; Denardo and Fox 1979, doi
10.1287/opre.27.1.161). Where the dearest step is more than a million times the cheapest, buckets are wider,
and a bucket is gone through until nothing in it improves: exact as well, with some work done again. Stale
entries are left where they are and skipped. Called by `costs.py` alone.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

MOST_BUCKETS = 1 << 20

jit = njit(cache=True, nogil=True, error_model="numpy")


def spread(
    field: Any, direction: Any, label: Any, offsets: Any, halves: Any, lowest: float, highest: float,
    limit: float,
) -> int:  # fmt: skip
    """Spread costs over a padded raster from the cells that have a label.

    `field` (cells, 2) holds cost (0 at the starts, else infinite) and resistance (infinite where nothing
    passes, as on the rim), which is `lowest` to `highest` elsewhere; `direction` (cells,) takes the step back
    to the predecessor, `label` (cells,) the region from which a cell is reached. The tuples `offsets` and
    `halves` are the steps to the neighbours and half their lengths; opposite steps are k and k ^ 1. Cells
    that cost more than `limit` may be left unfinished. Where there is one region, its label is not passed
    on but returned; else 0 is.
    """
    starts = np.flatnonzero(label)
    if not starts.size:
        return 0
    several = bool((label[starts] != label[starts[0]]).any())
    dearest = 2 * highest * max(halves)
    width = max(2 * lowest * min(halves), dearest / (MOST_BUCKETS - 4))
    room = max(1 << math.ceil(dearest / width + 3).bit_length(), 64)
    heads = np.full(room, -1, np.int32)
    used = np.zeros(room // 64, np.uint64)
    heads[0], used[0] = 0, 1
    # Entries are (cell, next entry); those of the first bucket lie first, the free ones behind them.
    pool = _entries(max(1 << 16, 16 * starts.size))
    pool[: starts.size, 0] = starts
    pool[starts.size - 1, 1] = -1
    state = np.array([starts.size, starts.size, 0])
    while state[1] > 0:
        _sweep(field, direction, label, offsets, halves, width, limit, several, heads, used, pool, state)
        if state[1] > 0:
            size = pool.shape[0]
            more = _entries(2 * size)
            more[:size] = pool
            more[-1, 1] = state[0]
            state[0] = size
            pool = more
    return 0 if several else int(label[starts[0]])


def _entries(count: int) -> Any:
    pool = np.zeros((count, 2), np.int32)
    pool[:, 1] = np.arange(1, count + 1)
    pool[-1, 1] = -1
    return pool


@jit
def _sweep(
    field: Any, direction: Any, label: Any, offsets: Any, halves: Any, width: Any, limit: Any, several: Any,
    heads: Any, used: Any, pool: Any, state: Any,
) -> None:  # fmt: skip
    """Empty the buckets in their order; `state` holds the first free entry, the number of entries waiting and
    the bucket. Comes back with entries waiting where `pool` might not have room for one more bucket: a pool
    that grew in here would cost the compiler its grip on the inner loop. Places are unsigned, so that
    they need not be asked whether they count from the end.
    """
    one = np.uint64(1)
    inverse = 1.0 / width
    room, size, steps = heads.size, pool.shape[0], len(offsets)
    mask = room - 1
    free, pending, bucket = state[0], state[1], state[2]
    while pending > 0:
        place = bucket & mask
        if heads[place] < 0:
            bucket += _ahead(used, place)
            place = bucket & mask
        if bucket * width > limit:
            pending = 0
            break
        if (steps + 1) * pending > size:
            break
        entry = heads[place]
        heads[place] = -1
        used[place >> 6] &= ~(one << np.uint64(place & 63))
        while entry >= 0:
            taken = np.uint32(entry)
            place = np.int64(pool[taken, 0])
            cell = np.uint64(place)
            following = pool[taken, 1]
            pool[taken, 1] = free
            free = entry
            entry = following
            pending -= 1
            cost = field[cell, 0]
            if int(cost * inverse) != bucket:
                continue
            if several and direction[cell] >= 0:
                label[cell] = label[place + offsets[direction[cell]]]
            resistance = field[cell, 1]
            for k in range(steps):
                other = np.uint64(place + offsets[k])
                reached = cost + (resistance + field[other, 1]) * halves[k]
                if reached < field[other, 0]:
                    field[other, 0] = reached
                    direction[other] = k ^ 1
                    turn = np.uint64(int(reached * inverse) & mask)
                    taken = np.uint32(free)
                    free = pool[taken, 1]
                    pool[taken, 0] = other
                    pool[taken, 1] = heads[turn]
                    heads[turn] = taken
                    used[turn >> np.uint64(6)] |= one << (turn & np.uint64(63))
                    pending += 1
    state[0], state[1], state[2] = free, pending, bucket


@jit
def _ahead(used: Any, place: Any) -> Any:
    """How many places further the next bucket with entries is, around the circle."""
    at = place >> 6
    word = used[at] >> np.uint64(place & 63)
    walked = 0
    if not word:
        walked = 64 - (place & 63)
        for _turn in range(used.size):
            at = at + 1 if at + 1 < used.size else 0
            word = used[at]
            if word:
                break
            walked += 64
    while not word & np.uint64(0xFF):
        word >>= np.uint64(8)
        walked += 8
    while not word & np.uint64(1):
        word >>= np.uint64(1)
        walked += 1
    return walked


@jit
def fill(resistance: Any, regions: Any, field: Any, label: Any) -> Any:
    """Write resistances and regions (rows, cols) into the padded arrays (rows + 2, cols + 2[, 2]).

    Gives the lowest and the highest resistance and the flat place of a value that is not above 0, or -1.
    """
    lowest, highest, wrong = np.inf, 0.0, -1
    rows, columns = resistance.shape
    for i in range(rows):
        for j in range(columns):
            value = resistance[i, j]
            field[i + 1, j + 1, 0] = np.inf
            if not value < np.inf:
                field[i + 1, j + 1, 1] = np.inf
                continue
            lowest = min(lowest, value)
            highest = max(highest, value)
            if not value > 0:
                wrong = i * columns + j
            field[i + 1, j + 1, 1] = value
            if regions[i, j] > 0:
                label[i + 1, j + 1] = regions[i, j]
                field[i + 1, j + 1, 0] = 0.0
    for i in range(rows + 2):
        for j in (0, columns + 1):
            field[i, j, 0] = field[i, j, 1] = np.inf
    for j in range(columns + 2):
        for i in (0, rows + 1):
            field[i, j, 0] = field[i, j, 1] = np.inf
    return lowest, highest, wrong


@jit
def take(
    field: Any, label: Any, direction: Any, limit: Any, only: Any, cost: Any, region: Any, back: Any
) -> None:
    """Write what was reached within `limit` into arrays (rows, cols); `only` is the one region, or 0."""
    for i in range(cost.shape[0]):
        for j in range(cost.shape[1]):
            value = field[i + 1, j + 1, 0]
            reached = value < np.inf and value <= limit
            cost[i, j] = value if reached else np.inf
            region[i, j] = (only if only else label[i + 1, j + 1]) if reached else 0
            back[i, j] = direction[i + 1, j + 1] if reached else -1
