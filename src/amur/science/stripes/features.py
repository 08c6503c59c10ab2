"""Local features of a chip: upright RootSIFT, the strongest inside the mask, as bytes that can be kept.

Upright: animals stand on their feet, so that descriptors need not turn, and those that do not turn tell more
(+7 points of first ranks on snow leopards). RootSIFT after Arandjelovic and Zisserman (2012).
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import Final, cast
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from amur.science.stripes.chips import Chip, Quality, Side
from amur.science.stripes.sift import Spots, descriptors_of, pyramid_of, spots_of

MOST: Final = 3000
"""So many of the strongest features are kept, counted after masking."""
CONTRAST: Final = 0.02
SCALE: Final = 512.0
"""RootSIFT values, of length 1, are kept as whole numbers after multiplying with this."""
VERSION: Final = 1

Floats = NDArray[np.float32]
Descriptors = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What is kept of a chip, n features: enough to compare it, not to see it.

    `points` (n, 2) are right and down in parts of the chip's width and height, `picture_points` (n, 2) in
    pixels of the picture, `sizes` (n,) diameters in chip pixels, `descriptors` (n, 128) RootSIFT times
    `SCALE`. Shapes are height and width; a chip pixel is `picture_scale` picture pixels wide.
    """

    points: Floats
    sizes: Floats
    picture_points: Floats
    descriptors: Descriptors
    quality: Quality
    side: Side
    chip_shape: tuple[int, int]
    picture_shape: tuple[int, int]
    picture_scale: float

    def __len__(self) -> int:
        return len(self.points)

    @property
    def picture_sizes(self) -> Floats:
        """Diameters (n,) in picture pixels."""
        return self.sizes * np.float32(self.picture_scale)

    @property
    def chip_points(self) -> Floats:
        """Places (n, 2) in chip pixels."""
        return self.points * np.array(self.chip_shape[::-1], np.float32)

    def to_bytes(self) -> bytes:
        """The features as the content of a NumPy archive (.npz)."""
        content = io.BytesIO()
        quality = self.quality
        np.savez(
            content,
            version=np.array(VERSION),
            points=self.points,
            sizes=self.sizes,
            picture_points=self.picture_points,
            descriptors=self.descriptors,
            quality=np.array([quality.sharpness, quality.size, quality.exposure, quality.coverage]),
            side=np.array(self.side),
            shapes=np.array([self.chip_shape, self.picture_shape]),
            picture_scale=np.array(self.picture_scale),
        )
        return content.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Features:
        """The features behind `to_bytes`. Raises ValueError for anything else."""
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as read:
                if int(read["version"]) != VERSION:
                    raise ValueError(f"features of version {int(read['version'])}, not {VERSION}")
                shapes = read["shapes"].tolist()
                found = cls(
                    read["points"], read["sizes"], read["picture_points"], read["descriptors"],
                    Quality(*(float(each) for each in read["quality"])),
                    side_of(str(read["side"])),
                    (shapes[0][0], shapes[0][1]), (shapes[1][0], shapes[1][1]),
                    float(read["picture_scale"]),
                )  # fmt: skip
        except (OSError, KeyError, EOFError, TypeError, IndexError, BadZipFile) as error:
            raise ValueError(f"these bytes are no features of a coat: {error}") from error
        count = len(found.points)
        shapes_right = (
            found.points.shape == found.picture_points.shape == (count, 2)
            and found.sizes.shape == (count,)
            and found.descriptors.shape == (count, 128)
            and found.descriptors.dtype == np.uint8
        )
        if not shapes_right:
            raise ValueError("these bytes are no features of a coat: their arrays do not belong together")
        return found


def side_of(name: str) -> Side:
    """A side by its name; empty is unknown. Raises ValueError.

    >>> side_of("left"), side_of("")
    ('left', 'unknown')
    """
    name = name or "unknown"
    if name not in ("left", "right", "unknown"):
        raise ValueError(f"“{name}” is no side; write left, right or unknown")
    return cast(Side, name)


def features_of(chip: Chip, most: int = MOST) -> Features:
    """The strongest features of a chip; none where it is flat.

    >>> from amur.science.stripes.chips import chip_of
    >>> len(features_of(chip_of(np.full((100, 100), 90, np.uint8))))
    0
    """
    pyramid = pyramid_of(chip.pixels)
    kept = _strongest(spots_of(pyramid, CONTRAST), chip.mask, most)
    places = kept.points
    height, width = chip.pixels.shape
    in_picture: NDArray[np.float64] = (places + 0.5) @ chip.to_picture[:, :2].T + chip.to_picture[:, 2]
    return Features(
        (places / np.array([width, height])).astype(np.float32),
        kept.sizes,
        in_picture.astype(np.float32),
        root_sift(descriptors_of(pyramid, kept)),
        chip.quality,
        chip.side,
        (height, width),
        chip.picture_shape,
        math.sqrt(abs(float(np.linalg.det(chip.to_picture[:, :2])))),
    )


def _strongest(found: Spots, mask: NDArray[np.bool_] | None, most: int) -> Spots:
    """The strongest places inside the mask, each once; equally strong ones from left to right."""
    if mask is not None:
        column, row = np.maximum(found.points, 0).astype(np.int64).T
        found = found.chosen(np.flatnonzero(mask[row, column]))
    order = np.lexsort((found.sizes, found.points[:, 1], found.points[:, 0], -found.strengths))
    ranked = found.chosen(order)
    again = (np.diff(ranked.points, axis=0) == 0).all(axis=1) & (np.diff(ranked.sizes) == 0)
    return ranked.chosen(np.flatnonzero(~np.concatenate([[False], again])[: len(ranked)])[:most])


def root_sift(described: Floats) -> Descriptors:
    """RootSIFT (n, 128) of SIFT values (n, 128): square roots of parts of their sum, as whole numbers."""
    total = np.maximum(described.sum(axis=1, keepdims=True), 1e-9)
    found: Descriptors = np.minimum(np.sqrt(described / total) * SCALE + 0.5, 255).astype(np.uint8)
    return found
