"""A second look at a chip without a match: turned and slanted views (after ASIFT, Morel and Yu 2009)."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from amur.science.stripes.chips import Chip
from amur.science.stripes.features import MOST, Features, features_of

VIEWS: Final = ((25.0, 1.0), (-25.0, 1.0), (0.0, 0.6), (0.0, 1.6))
"""Turns in degrees and stretches along the body: a walking animal's slope, a flank seen at an angle."""


def turned_views(chip: Chip, most: int = MOST // 2) -> tuple[Features, ...]:
    """The features of turned views of a chip, their places given in the chip itself."""
    return tuple(_view(chip, turn, stretch, most) for turn, stretch in VIEWS)


def _view(chip: Chip, turn: float, stretch: float, most: int) -> Features:
    height, width = chip.pixels.shape
    angle = math.radians(turn)
    linear = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    linear = linear @ np.diag([math.sqrt(stretch), 1 / math.sqrt(stretch)])
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]], float) @ linear.T
    lowest = corners.min(axis=0)
    size = [int(each) for each in np.ceil(corners.max(axis=0) - lowest)]
    forward = np.column_stack([linear, -lowest])
    backward = cv2.invertAffineTransform(forward)
    pixels = cv2.warpAffine(chip.pixels, forward, size, borderMode=cv2.BORDER_REPLICATE)
    everywhere = np.ones(chip.pixels.shape, bool) if chip.mask is None else chip.mask
    mask = cv2.warpAffine(everywhere.astype(np.uint8), forward, size, flags=cv2.INTER_NEAREST) > 0
    linear_back = chip.to_picture[:, :2] @ backward[:, :2]
    shift = chip.to_picture[:, :2] @ backward[:, 2] + chip.to_picture[:, 2]
    seen = features_of(
        Chip(np.asarray(pixels, np.uint8), chip.side, chip.quality,
             np.column_stack([linear_back, shift]), chip.picture_shape, np.asarray(mask)),
        most,
    )  # fmt: skip
    places = seen.chip_points @ backward[:, :2].T + backward[:, 2]
    points = (places / [width, height]).astype(np.float32)
    return replace(seen, points=points, chip_shape=(height, width))
