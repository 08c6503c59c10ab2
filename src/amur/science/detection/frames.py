"""A picture as the detector sees it: small, in CIELAB, its lightness free of slow changes of the light.

Called by `background` and `finding`. Colours of a picture taken with an infrared flash say nothing, so these
pictures are told apart (`Frame.night`) and never compared with those of the day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

WIDTH: Final = 320
"""Columns of a prepared frame; an animal of less than about 3 % of the picture's width is not found."""
_GREY: Final = 4.0  # mean chroma, in units of CIELAB, under which a picture has no colours
_WINDOW: Final = 2 / 5  # width of the neighbourhood that normalises, as a share of the picture's width
_CONTRAST: Final = 4.0  # standard deviation of lightness that counts as texture, in units of L* (0-100)
_CHROMA: Final = 12.0  # units of a* and b* that weigh as much as one standard deviation of lightness
_PATCHES: Final = 6


@dataclass(frozen=True, slots=True)
class Frame:
    """A prepared picture.

    `values` (rows, columns, 3) are normalised lightness, a* and b* (0 at night); `colour` (36 x 3) is the
    mean CIELAB of a grid of patches, by which frames in the same light find each other.
    """

    values: NDArray[np.float16]
    colour: Floats
    night: bool


def prepare(picture: NDArray[np.uint8]) -> Frame:
    """Prepare a picture (rows, columns, 3) in RGB. Raises ValueError for another shape or type.

    The lightness is normalised to the mean and standard deviation of its neighbourhood (local contrast
    normalisation), so that a cloud or the flash does not look like an animal.

    >>> prepare(np.full((300, 400, 3), 90, np.uint8)).values.shape
    (240, 320, 3)
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise ValueError(f"a picture of shape {picture.shape} and type {picture.dtype}, expected RGB bytes")
    rows = max(round(picture.shape[0] * WIDTH / picture.shape[1]), 1)
    small = cv2.resize(picture, (WIDTH, rows), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)
    patches = cv2.resize(lab, (_PATCHES, _PATCHES), interpolation=cv2.INTER_AREA)
    night = bool(np.hypot(lab[..., 1], lab[..., 2]).mean() < _GREY)
    values = np.zeros_like(lab)
    lightness = lab[..., 0]
    window = (round(WIDTH * _WINDOW) | 1,) * 2
    mean = cv2.blur(lightness, window)
    square = cv2.blur(lightness * lightness, window)
    values[..., 0] = (lightness - mean) / (np.sqrt(np.maximum(square - mean * mean, 0)) + _CONTRAST)
    if not night:
        colours = lab[..., 1:]
        values[..., 1:] = (colours - np.median(colours, axis=(0, 1))) / _CHROMA
    return Frame(values.astype(np.float16), patches.reshape(-1, 3).astype(np.float32), night)
