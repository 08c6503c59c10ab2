"""The pattern that blocks leave, and its correction.

Sources inside a target's block are left out, and all current of the block leaves through its middle. On a
landscape where all cells are alike, the currents of such a window are compared with those of the windows that
each cell of the block would have had; their ratio corrects every window.
"""

from __future__ import annotations

import numpy as np

from amur.science.circuits.landscape import Landscape
from amur.science.circuits.omnidirectional.gathering import frame_of, gather
from amur.science.circuits.omnidirectional.general import window_currents
from amur.science.circuits.omnidirectional.settings import Windows
from amur.science.circuits.omnidirectional.targets import Targets
from amur.science.circuits.omnidirectional.tiles import matched_of
from amur.science.circuits.solution import Floats

# Cells that carry less than this share of the largest current, such as dead ends at the rim, are not
# corrected: their ratio would be that of two errors of the solver.
FAINT = 1e-6
TOLERANCE = 1e-10


def correction_of(landscape: Landscape, windows: Windows) -> Floats | None:
    """The factor (2 reach + 1, 2 reach + 1) for the currents of a window, None where there is nothing to do.

    >>> found = correction_of(Landscape(np.ones((9, 9))), Windows(radius=4, block_size=3))
    >>> found.shape, bool(found[4, 4] < 1)
    ((9, 9), True)
    """
    if windows.block_size == 1 or not windows.correct_artefacts:
        return None
    reach, size = windows.reach, windows.block_size
    width = 2 * reach + 1
    ones = np.ones((width, width))
    half = size // 2
    middle = np.array([[reach, reach]], dtype=np.int64)
    area = np.concatenate([middle - half, middle + half + 1], axis=1)
    target = Targets(
        middle // size,
        middle,
        middle,
        np.array([float(size * size)]),
        area,
        area,
    )
    blocked = _currents(landscape, windows, target)
    alone = np.concatenate([middle, middle + 1], axis=1)
    cell = Targets(target.block, middle, middle, np.ones(1), alone, alone)
    single = _currents(landscape, windows, cell)
    total = np.zeros((width + size - 1, width + size - 1))
    for down in range(size):
        for right in range(size):
            total[down : down + width, right : right + width] += single
    total = total[half : half + width, half : half + width]
    carried = blocked > FAINT * blocked.max()
    found: Floats = np.where(carried & (total > 0), total / np.where(carried, blocked, 1.0), ones)
    return found


def _currents(landscape: Landscape, windows: Windows, target: Targets) -> Floats:
    """The currents of one window where all cells are alike."""
    frame = frame_of(windows.reach)
    ones = np.ones(frame.conductance.shape)
    rule = (windows.radius, windows.reach, landscape.neighbours == 8, windows.as_peer)
    whole = ones > 0
    none = matched_of((), np.array([0]), (0, 0, 0, 0))
    gather(
        ones, whole, ones, none, 0,
        target.middle[0], target.node[0], target.blank[0], float(target.strength[0]), rule, frame,
    )  # fmt: skip
    node = (windows.reach, windows.reach)
    return window_currents(
        frame.conductance, frame.sources, node, landscape.neighbours, landscape.average, TOLERANCE
    )[0]
