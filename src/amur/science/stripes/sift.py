"""Places of a grey picture that are found again in another one, and what surrounds them (SIFT, upright).

After Lowe (2004), with the settings of OpenCV: places are extremes in space and scale of differences of
blurred pictures, the picture doubled first. Descriptors are not turned, and a place is described once. One
pyramid serves both steps, and only places that are kept are described: called by `features`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from amur.science.stripes.compiled import compiled

Floats = NDArray[np.float32]
Pyramid = list[Floats]
"""For each octave `LAYERS` + 3 pictures (levels, height, width), each blurred more than the one before."""

LAYERS: Final = 3
"""Scales in an octave at which places are looked for."""
SIGMA: Final = 1.6
"""Blur of the first level, in its pixels; a picture is taken to be blurred by half a pixel itself."""
EDGE: Final = 10.0
"""Places that are so many times longer than wide are edges."""
BORDER: Final = 5
"""Pixels at the border of a level where no place is looked for."""
MOVES: Final = 5
CELLS, BINS = 4, 8
"""A descriptor has CELLS x CELLS histograms of BINS directions."""
CELL: Final = 3.0
"""Side of a cell in blurs of its place."""
SAMPLES: Final = 4
"""Gradients are read so many times in a cell, from left to right and from top to bottom."""
HIGHEST: Final = 0.2
"""No value may be a larger part of the length of a descriptor: one strong edge would outweigh the rest."""


@dataclass(frozen=True, slots=True, eq=False)
class Spots:
    """Places (n): `points` (n, 2) right and down in pixels of the picture, the middle of the first at 0.

    `sizes` (n,) are diameters in pixels, `strengths` (n,) contrasts, 0 to 1; `at` (n, 5) tells octave, level,
    and row, column and blur in pixels of that level.
    """

    points: Floats
    sizes: Floats
    strengths: Floats
    at: Floats

    def __len__(self) -> int:
        return len(self.points)

    def chosen(self, order: NDArray[np.int64]) -> Spots:
        """Some of the places, in that order."""
        return Spots(self.points[order], self.sizes[order], self.strengths[order], self.at[order])


def pyramid_of(pixels: NDArray[np.uint8]) -> Pyramid:
    """The blurred pictures of a grey picture (height, width), the first octave doubled."""
    height, width = pixels.shape
    doubled = cv2.resize(pixels.astype(np.float32), (2 * width, 2 * height), interpolation=cv2.INTER_LINEAR)
    first = cv2.GaussianBlur(doubled, (0, 0), math.sqrt(SIGMA**2 - 1))
    steps = [SIGMA * 2 ** (k / LAYERS) * math.sqrt(1 - 2 ** (-2 / LAYERS)) for k in range(1, LAYERS + 3)]
    octaves = []
    for _ in range(max(round(math.log2(min(pixels.shape))) - 1, 1)):
        levels = np.empty((LAYERS + 3, *first.shape), np.float32)
        levels[0] = first
        for k, step in enumerate(steps):
            cv2.GaussianBlur(levels[k], (0, 0), step, dst=levels[k + 1])
        octaves.append(levels)
        first = levels[LAYERS, ::2, ::2]
    return octaves


def spots_of(pyramid: Pyramid, contrast: float) -> Spots:
    """Places of at least a contrast, 0 to 1."""
    found = np.concatenate([_in_octave(levels, octave, contrast) for octave, levels in enumerate(pyramid)])
    pixel = 2.0 ** (found[:, 0] - 1)
    # In a doubled picture the middle of pixel 0 is a quarter of a pixel before the middle of the original's.
    points = found[:, [3, 2]] * pixel[:, None] - 0.25
    return Spots(
        points.astype(np.float32), (2 * found[:, 4] * pixel).astype(np.float32), found[:, 5], found[:, :5]
    )


def _in_octave(levels: Floats, octave: int, contrast: float) -> Floats:
    """Octave, level, row, column, blur and strength (n, 6) of the places of an octave."""
    found = _extremes(np.subtract(levels[1:], levels[:-1]), 255 * contrast / LAYERS)
    return np.column_stack([np.full(len(found), octave), found]).astype(np.float32)


@compiled
def _extremes(differences: Floats, contrast: float) -> Floats:
    """Level, row, column, blur and strength (n, 5) of the extremes of an octave, level by level."""
    _, height, width = differences.shape
    found = [(0.0, 0.0, 0.0, 0.0, 0.0)]
    may_be = np.zeros(max(width - 2 * BORDER, 0), np.bool_)
    for k in range(1, LAYERS + 1):
        for i in range(BORDER, height - BORDER):
            _peaks(differences, k, i, contrast / 2, may_be)
            for j in range(BORDER, width - BORDER):
                if may_be[j - BORDER] and _is_extreme(differences, k, i, j):
                    one = _refined(differences, k, i, j, contrast)
                    if one[4] > 0:
                        found.append(one)
    table = np.empty((len(found) - 1, 5), np.float32)
    for n in range(len(table)):
        for part in range(5):
            table[n, part] = found[n + 1][part]
    return table


@compiled
def _peaks(differences: Floats, k: int, i: int, lowest: float, may_be: NDArray[np.bool_]) -> None:
    """Mark where a row is beyond its six nearest neighbours; without branches, many pixels at a time."""
    least = np.float32(lowest)
    here = differences[k, i, BORDER:-BORDER]
    left, right = differences[k, i, BORDER - 1 : -BORDER - 1], differences[k, i, BORDER + 1 : 1 - BORDER]
    above, below = differences[k, i - 1, BORDER:-BORDER], differences[k, i + 1, BORDER:-BORDER]
    finer, coarser = differences[k - 1, i, BORDER:-BORDER], differences[k + 1, i, BORDER:-BORDER]
    for j in range(len(may_be)):
        high = max(max(max(left[j], right[j]), max(above[j], below[j])), max(finer[j], coarser[j]))
        low = min(min(min(left[j], right[j]), min(above[j], below[j])), min(finer[j], coarser[j]))
        value = here[j]
        may_be[j] = ((value > least) & (value >= high)) | ((value < -least) & (value <= low))


@compiled
def _is_extreme(differences: Floats, k: int, i: int, j: int) -> bool:
    """Whether no neighbour in space and scale differs more in the same direction."""
    value = differences[k, i, j]
    sign = 1.0 if value > 0 else -1.0
    for level in (k, k - 1, k + 1):
        for row in (i, i - 1, i + 1):
            for column in (j - 1, j, j + 1):
                if sign * differences[level, row, column] > sign * value:
                    return False
    return True


@compiled
def _refined(
    differences: Floats, k: int, i: int, j: int, contrast: float
) -> tuple[float, float, float, float, float]:
    """The extreme between pixels and levels, by a parabola; strength 0 where it is none, weak or an edge."""
    _, height, width = differences.shape
    nothing = (0.0, 0.0, 0.0, 0.0, 0.0)
    for _ in range(MOVES):
        value = differences[k, i, j]
        left, right = differences[k, i, j - 1], differences[k, i, j + 1]
        above, below = differences[k, i - 1, j], differences[k, i + 1, j]
        finer, coarser = differences[k - 1, i, j], differences[k + 1, i, j]
        x, y, s = (right - left) / 2, (below - above) / 2, (coarser - finer) / 2
        xx, yy, ss = right + left - 2 * value, below + above - 2 * value, coarser + finer - 2 * value
        xy = (
            differences[k, i + 1, j + 1] - differences[k, i + 1, j - 1]
            - differences[k, i - 1, j + 1] + differences[k, i - 1, j - 1]
        ) / 4  # fmt: skip
        xs = (
            differences[k + 1, i, j + 1] - differences[k + 1, i, j - 1]
            - differences[k - 1, i, j + 1] + differences[k - 1, i, j - 1]
        ) / 4  # fmt: skip
        ys = (
            differences[k + 1, i + 1, j] - differences[k + 1, i - 1, j]
            - differences[k - 1, i + 1, j] + differences[k - 1, i - 1, j]
        ) / 4  # fmt: skip
        whole = xx * (yy * ss - ys * ys) - xy * (xy * ss - ys * xs) + xs * (xy * ys - yy * xs)
        if whole == 0:
            return nothing
        # Cramer's rule: where the slope of the parabola is 0.
        right_by = -(x * (yy * ss - ys * ys) - xy * (y * ss - ys * s) + xs * (y * ys - yy * s)) / whole
        down_by = -(xx * (y * ss - s * ys) - x * (xy * ss - ys * xs) + xs * (xy * s - y * xs)) / whole
        up_by = -(xx * (yy * s - ys * y) - xy * (xy * s - y * xs) + x * (xy * ys - yy * xs)) / whole
        farthest = max(abs(right_by), abs(down_by), abs(up_by))
        if farthest < 0.5:
            strength = abs(value + 0.5 * (x * right_by + y * down_by + s * up_by))
            determinant = xx * yy - xy * xy
            if strength < contrast or (xx + yy) ** 2 * EDGE >= (EDGE + 1) ** 2 * determinant:
                return nothing
            blur = SIGMA * 2 ** ((k + up_by) / LAYERS)
            return float(k), i + down_by, j + right_by, blur, strength / 255
        if farthest > width + height:
            return nothing
        i, j, k = i + round(down_by), j + round(right_by), k + round(up_by)
        if not (BORDER <= i < height - BORDER and BORDER <= j < width - BORDER and 1 <= k <= LAYERS):
            return nothing
    return nothing


def descriptors_of(pyramid: Pyramid, spots: Spots) -> Floats:
    """Descriptors (n, 128) of places: histograms of the directions of brightness around them."""
    found: Floats = np.zeros((len(spots), CELLS * CELLS * BINS), np.float32)
    for octave, levels in enumerate(pyramid):
        mine = np.flatnonzero(spots.at[:, 0] == octave)
        found[mine] = _described(levels, spots.at[mine])
    return found


@compiled
def _described(levels: Floats, at: Floats) -> Floats:
    """Descriptors of places `at` (n, 5) in one octave.

    Gradients are read on a grid that grows with the place; each is shared among the nearest cells and
    directions and counts the less the farther it is from the middle.
    """
    _, height, width = levels.shape
    read = (CELLS + 1) * SAMPLES + 1
    rows, row_cells = np.empty(read, np.int64), np.empty(read, np.int64)
    columns, column_cells = np.empty(read, np.int64), np.empty(read, np.int64)
    lower, row_weights = np.empty(read, np.float32), np.empty(read, np.float32)
    later, column_weights = np.empty(read, np.float32), np.empty(read, np.float32)
    histogram = np.zeros((CELLS + 2, CELLS + 2, BINS + 1), np.float32)
    found = np.zeros((len(at), CELLS * CELLS * BINS), np.float32)
    for n in range(len(at)):
        level = levels[int(at[n, 1])]
        _grid(at[n, 2], at[n, 4], height, rows, row_cells, lower, row_weights)
        _grid(at[n, 3], at[n, 4], width, columns, column_cells, later, column_weights)
        histogram[:] = 0
        for a in range(read):
            if row_weights[a] == 0:
                continue
            i, cells = rows[a], histogram[row_cells[a] : row_cells[a] + 2]
            for b in range(read):
                if column_weights[b] == 0:
                    continue
                j, column = columns[b], column_cells[b]
                dx, dy = level[i, j + 1] - level[i, j - 1], level[i - 1, j] - level[i + 1, j]
                weight = row_weights[a] * column_weights[b] * np.sqrt(dx * dx + dy * dy)
                turn = _direction(dx, dy)
                direction = int(turn)
                rest = turn - np.float32(direction)
                low, high = weight * lower[a], weight * (np.float32(1) - lower[a])
                for down, part in ((0, high), (1, low)):
                    for right, share in ((0, part * (np.float32(1) - later[b])), (1, part * later[b])):
                        cells[down, column + right, direction] += share * (np.float32(1) - rest)
                        cells[down, column + right, direction + 1] += share * rest
        histogram[:, :, 0] += histogram[:, :, BINS]
        values = histogram[1:-1, 1:-1, :BINS].copy().reshape(-1)
        found[n] = np.minimum(values, np.float32(HIGHEST) * np.sqrt((values * values).sum()))
    return found


@compiled
def _grid(
    middle: float, blur: float, length: int,
    pixels: NDArray[np.int64], cells: NDArray[np.int64], shares: Floats, weights: Floats,
) -> None:  # fmt: skip
    """Along one axis of a level: where gradients are read, between which cells, and how much they count.

    `shares` are the parts of the second cell; the weight is 0 outside of the level and the descriptor.
    """
    cell = CELL * blur
    for n in range(len(pixels)):
        pixel = round(middle + (n - len(pixels) // 2) * cell / SAMPLES)
        away = (pixel - middle) / cell
        place = away + CELLS / 2 + 0.5
        inside = 0 < pixel < length - 1 and 0 < place < CELLS + 1
        pixels[n], cells[n] = pixel, int(place)
        shares[n] = place - int(place)
        weights[n] = math.exp(-2 * (away / CELLS) ** 2) if inside else 0.0


@compiled
def _direction(dx: np.float32, dy: np.float32) -> np.float32:
    """The direction of a gradient, right 0, up a quarter of BINS, below BINS; exact to 0.001."""
    wide, high = abs(dx), abs(dy)
    ratio = min(wide, high) / (max(wide, high) + np.float32(1e-9))
    square = ratio * ratio
    turn = np.float32(-0.0464964749) * square + np.float32(0.15931422)
    turn = (turn * square - np.float32(0.327622764)) * square * ratio + ratio
    turn *= np.float32(BINS / (2 * math.pi))
    if high > wide:
        turn = np.float32(BINS / 4) - turn
    if dx < 0:
        turn = np.float32(BINS / 2) - turn
    if dy < 0:
        turn = np.float32(BINS) - turn
    return min(turn, np.float32(BINS - 0.0001))
