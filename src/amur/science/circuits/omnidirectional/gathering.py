"""One window cut out of a raster: what conducts, which cells reach the target, and what each source gives."""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from amur.science.circuits.compiled import strict
from amur.science.circuits.solution import Anything


class Matched(NamedTuple):
    """Conditions in the form that compiled code takes: see `targets.Matching`; two of them, perhaps empty."""

    present: Anything
    starts: Anything
    values: Anything
    bounds: Anything


class Frame(NamedTuple):
    """Room for one window, (2 reach + 1, 2 reach + 1) each: `conductance` of the cells that reach the target,
    0 elsewhere; `plain` 1 where the flow potential flows; `sources` and `plain_sources` in amperes.
    """

    conductance: Anything
    plain: Anything
    sources: Anything
    plain_sources: Anything
    waiting: Anything


def frame_of(reach: int) -> Frame:
    """Empty room."""
    shape = (2 * reach + 1, 2 * reach + 1)
    one, two, three, four = (np.zeros(shape) for _ in range(4))
    return Frame(one, two, three, four, np.zeros(shape[0] * shape[1], dtype=np.int32))


@strict
def matches(matched, k, i, j):
    """Whether the source at (i, j) suits target `k`."""
    for layer in range(matched.present.shape[0]):
        value = matched.present[layer, i, j]
        start, end = matched.starts[layer, k], matched.starts[layer, k + 1]
        if start == end or np.isnan(value):
            continue
        suits = False
        for at in range(start, end):
            difference = value - matched.values[at]
            if matched.bounds[layer, 0] <= difference <= matched.bounds[layer, 1]:
                suits = True
        if not suits:
            return False
    return True


@strict
def flood(conductance, row, column, eight, reached, waiting):
    """Marks with 1 in `reached` the cells that are joined to one cell."""
    size = conductance.shape[0]
    reached[:] = 0.0
    if conductance[row, column] <= 0:
        return
    reached[row, column] = 1.0
    waiting[0] = row * size + column
    count = 1
    while count:
        count -= 1
        i, j = waiting[count] // size, waiting[count] % size
        for down in range(-1, 2):
            for right in range(-1, 2):
                if (down == 0 and right == 0) or (not eight and down != 0 and right != 0):
                    continue
                y, x = i + down, j + right
                if 0 <= y < size and 0 <= x < size and conductance[y, x] > 0 and reached[y, x] == 0:
                    reached[y, x] = 1.0
                    waiting[count] = y * size + x
                    count += 1


@strict
def gather(conductance, inside, sources, matched, k, middle, node, blank, strength, rule, frame):
    """Fills `frame` with the window of target `k` and gives back the amperes that reach it.

    All cells are those of a piece that holds the whole window, padded with 0 outside the raster, where
    `inside` is 0. `rule` is (radius, reach, eight, as_peer).
    """
    radius, reach, eight, as_peer = rule
    size = 2 * reach + 1
    top, left = middle[0] - reach, middle[1] - reach
    whole = True
    for i in range(size):
        for j in range(size):
            far = (i - reach) ** 2 + (j - reach) ** 2
            value = conductance[top + i, left + j] if far <= reach * reach else 0.0
            frame.conductance[i, j] = value
            whole = whole and (value > 0 or far > reach * reach)
    if whole:
        for i in range(size):
            for j in range(size):
                frame.plain[i, j] = 1.0 if frame.conductance[i, j] > 0 else 0.0
    else:
        flood(frame.conductance, node[0] - top, node[1] - left, eight, frame.plain, frame.waiting)
    total = 0.0
    for i in range(size):
        for j in range(size):
            y, x = top + i, left + j
            frame.conductance[i, j] *= frame.plain[i, j]
            given = 0.0
            if (i - reach) ** 2 + (j - reach) ** 2 <= radius * radius and sources[y, x] > 0:
                hidden = blank[0] <= y < blank[2] and blank[1] <= x < blank[3]
                if not hidden:
                    suits = matches(matched, k, y, x)
                    if as_peer:  # shared out before anything is taken away
                        total += sources[y, x]
                        given = sources[y, x] if suits else 0.0
                    elif suits and frame.plain[i, j] > 0:
                        total += sources[y, x]
                        given = sources[y, x]
            frame.sources[i, j] = given
    share = strength / total if total > 0 else 0.0
    arriving = 0.0
    for i in range(size):
        for j in range(size):
            given = frame.sources[i, j] * share
            if top + i == node[0] and left + j == node[1]:
                given = 0.0  # a source at ground
            frame.plain_sources[i, j] = given
            frame.sources[i, j] = given if frame.conductance[i, j] > 0 else 0.0
            arriving += frame.sources[i, j]
            if as_peer:
                frame.plain[i, j] = 1.0 if inside[top + i, left + j] else 0.0
    return arriving
