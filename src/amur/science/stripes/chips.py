"""The chip: one flank of one animal, cut from a picture and brought to a size at which coats compare.

Local contrast is evened out, because flash at night and sun by day light the same coat differently. A chip
also tells its quality. Features are taken from it in `features`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Side: TypeAlias = Literal["left", "right", "unknown"]
Pixels: TypeAlias = NDArray[np.uint8]
Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, width and height in pixels of the picture."""

SIZE: Final = 750
"""Square root of the area of a chip in pixels; 1000 was found no better and 2.4 times as slow."""
LONGEST: Final = 4
"""A chip is at most so many times as long as it is high; longer ones are made smaller, to bound the work."""
CLIP, TILES = 2.0, 8
"""Limit of contrast and tiles on each side of the equalisation (CLAHE, Zuiderveld 1994)."""
MASK_MARGIN: Final = 9
"""The mask is widened by so many pixels of the chip: outlines of masks cut into coats."""
SMALLEST: Final = 8
"""A box below this many pixels of the picture on a side is no picture of a coat."""


class UnusablePicture(ValueError):
    """A picture or a box that no chip can be cut from; the text says what would be right."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How fit a chip is for telling animals apart: four parts and their product, each from 0 to 1.

    `sharpness` grows with the fine contrast of the chip, `size` with the pixels that the picture had for it,
    `exposure` falls with burnt and black parts, `coverage` is the part of the chip that shows the animal.
    """

    sharpness: float
    size: float
    exposure: float
    coverage: float

    @property
    def overall(self) -> float:
        """The geometric mean of the parts."""
        return math.sqrt(math.sqrt(self.sharpness * self.size * self.exposure * self.coverage))


@dataclass(frozen=True, slots=True, eq=False)
class Chip:
    """A flank: grey `pixels` (height, width), where the animal is (`mask`, same shape, or None: everywhere).

    `to_picture` (2, 3) leads from chip to picture pixels; `picture_shape` is the picture's height and width.
    """

    pixels: Pixels
    side: Side
    quality: Quality
    to_picture: NDArray[np.float64]
    picture_shape: tuple[int, int]
    mask: NDArray[np.bool_] | None = None


def chip_of(
    picture: Pixels,
    box: Box | None = None,
    *,
    orientation: float = 0.0,
    side: Side = "unknown",
    mask: NDArray[np.bool_] | None = None,
) -> Chip:
    """Cut a chip from a picture: grey (height, width) or RGB (height, width, 3), upright as it is looked at.

    `box` is the animal (None: the whole picture), turned about its middle by `orientation` degrees clockwise
    when the animal does not stand upright; `mask` (height, width) is true on the animal. Raises
    UnusablePicture.

    >>> picture = np.tile(np.arange(200, dtype=np.uint8), (100, 1))
    >>> chip = chip_of(picture, (50, 10, 100, 50), side="left")
    >>> chip.pixels.shape, chip.side, chip.to_picture[:, 2].round().tolist()
    ((530, 1061), 'left', [50.0, 10.0])
    """
    grey = grey_of(picture)
    height, width = grey.shape
    if mask is not None and mask.shape != grey.shape:
        raise UnusablePicture(
            f"the mask has {mask.shape} pixels and the picture {grey.shape}; make them equal"
        )
    left, top, wide, high = _inside(box, width, height)
    scale = min(SIZE / math.sqrt(wide * high), LONGEST * SIZE / max(wide, high) / 2)
    shape = max(round(high * scale), 1), max(round(wide * scale), 1)
    matrix = _to_picture((left, top, wide, high), shape, orientation)
    cut = _warp(grey, matrix, shape, cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    inside = None if mask is None else _warp(mask.astype(np.uint8), matrix, shape, cv2.INTER_NEAREST) > 0
    quality = _quality(cut, inside, min(1.0, 1 / scale))
    even = cv2.createCLAHE(CLIP, (TILES, TILES)).apply(cut)
    return Chip(np.asarray(even, np.uint8), side, quality, matrix, (height, width), _widened(inside))


def grey_of(picture: Pixels) -> Pixels:
    """The grey picture (height, width) of a grey or RGB one. Raises UnusablePicture."""
    if picture.dtype != np.uint8 or picture.ndim not in (2, 3) or not picture.size:
        raise UnusablePicture(f"a picture is uint8 (height, width[, 3]), not {picture.dtype} {picture.shape}")
    if picture.ndim == 2:
        return picture
    if picture.shape[2] != 3:
        raise UnusablePicture(f"a picture in colours has 3 channels, not {picture.shape[2]}")
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)


def _inside(box: Box | None, width: int, height: int) -> Box:
    """The part of a box that is in the picture."""
    if box is None:
        box = (0.0, 0.0, float(width), float(height))
    left, top, wide, high = box
    if not all(math.isfinite(each) for each in box) or wide <= 0 or high <= 0:
        raise UnusablePicture(f"the box {box} has no area; give left, top, width and height in pixels")
    right, bottom = min(left + wide, width), min(top + high, height)
    left, top = max(left, 0.0), max(top, 0.0)
    if right - left < SMALLEST or bottom - top < SMALLEST:
        raise UnusablePicture(
            f"less than {SMALLEST} pixels of the box {box} are in the picture of {width} x {height}"
        )
    return left, top, right - left, bottom - top


def _to_picture(box: Box, shape: tuple[int, int], orientation: float) -> NDArray[np.float64]:
    """The map (2, 3) from the pixels of a chip to those of the picture."""
    left, top, wide, high = box
    turn = math.radians(orientation)
    along, across = wide / shape[1], high / shape[0]
    linear = np.array(
        [
            [math.cos(turn) * along, -math.sin(turn) * across],
            [math.sin(turn) * along, math.cos(turn) * across],
        ]
    )
    middle = np.array([left + wide / 2, top + high / 2])
    return np.column_stack([linear, middle - linear @ (np.array([shape[1], shape[0]]) / 2)])


def _warp(pixels: Pixels, matrix: NDArray[np.float64], shape: tuple[int, int], how: int) -> Pixels:
    """Pixels of the picture at the places of the chip; shrinking averages where the chip stands upright."""
    centred = matrix.copy()
    centred[:, 2] += matrix[:, :2] @ [0.5, 0.5] - 0.5  # OpenCV's whole numbers are the middles of pixels
    size = shape[1], shape[0]
    if how != cv2.INTER_AREA:
        return np.asarray(
            cv2.warpAffine(pixels, centred, size, flags=how | cv2.WARP_INVERSE_MAP,
                           borderMode=cv2.BORDER_REPLICATE), np.uint8)  # fmt: skip
    shrink = max(math.hypot(matrix[0, 0], matrix[1, 0]), 1.0)
    small = cv2.resize(pixels, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA)
    ratio = np.array([[small.shape[1] / pixels.shape[1]], [small.shape[0] / pixels.shape[0]]])
    inner = matrix * ratio
    inner[:, 2] += inner[:, :2] @ [0.5, 0.5] - 0.5
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(small, inner, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _widened(mask: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
    if mask is None:
        return None
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * MASK_MARGIN + 1, 2 * MASK_MARGIN + 1))
    return np.asarray(cv2.dilate(mask.astype(np.uint8), disc) > 0)


def _quality(cut: Pixels, inside: NDArray[np.bool_] | None, resolution: float) -> Quality:
    """Quality of a chip before its contrast is evened; `resolution` is its pixels' share in the chip's."""
    seen = cut[inside] if inside is not None else cut.ravel()
    if not seen.size:
        return Quality(0.0, resolution, 0.0, 0.0)
    smooth = cv2.GaussianBlur(cut, (0, 0), 1.0).astype(np.float32)
    fine = np.abs(cv2.Laplacian(smooth, cv2.CV_32F))
    contrast = float(seen.std())
    detail = float(fine[inside].mean() if inside is not None else fine.mean())
    sharpness = 0.0 if contrast < 1 else 1 - math.exp(-12 * detail / contrast)
    exposure = (1 - float(np.mean((seen <= 2) | (seen >= 253)))) * min(1.0, contrast / 20)
    return Quality(sharpness, resolution, exposure, 1.0 if inside is None else float(inside.mean()))
