"""A flank as it goes to the other office: local features of the animal alone, in records of one length.

Kept of `science.stripes.Features`: places within the chip, sizes, descriptors, the form of the chip. Left
out: places in the picture, its size, the parts of quality (how large the animal stood in the picture), the
order of the features, and every feature outside the largest ellipse in the box: the corners of a box show the
place and not the animal.
"""

from __future__ import annotations

import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray

from amur.formats.matching.messages import refusal
from amur.science.stripes import Features, Quality, Side

MOST: Final = 1500
"""Features of a flank; records of fewer are filled up with zeros, so that all are of one length."""
_HEAD: Final = struct.Struct("<4sHHH")
_MAGIC: Final = b"FLK1"
_ROW: Final = np.dtype([("point", "<u2", 2), ("size", "<u2"), ("descriptor", "u1", 128)])
_SIZES: Final = 64
LENGTH: Final = _HEAD.size + MOST * _ROW.itemsize
_LONGEST_SIDE: Final = 4000


def encode(features: Features) -> bytes:
    """The record of a flank: the strongest `MOST` features in the ellipse, in the order of their bytes."""
    kept = np.flatnonzero(within_ellipse(features.points))[:MOST]
    rows = np.zeros(MOST, _ROW)
    filled = rows[: len(kept)]
    filled["point"] = np.clip(features.points[kept] * 65535, 0, 65535).round()
    filled["size"] = np.clip(features.sizes[kept] * _SIZES, 1, 65535).round()
    filled["descriptor"] = features.descriptors[kept]
    order = np.lexsort(np.column_stack([filled["descriptor"], filled["point"]]).T[::-1])
    rows[: len(kept)] = filled[order]
    return _HEAD.pack(_MAGIC, len(kept), *features.chip_shape) + rows.tobytes()


def decode(record: bytes, side: Side, quality: float) -> Features:
    """The features of a record. Raises FormatError.

    Places in the picture are those in the chip, since nothing else is known of the picture.
    """
    if len(record) != LENGTH:
        raise refusal("damaged")
    magic, count, height, width = _HEAD.unpack_from(record)
    whole = magic == _MAGIC and count <= MOST and 0 < height <= _LONGEST_SIDE and 0 < width <= _LONGEST_SIDE
    if not whole:
        raise refusal("damaged")
    rows = np.frombuffer(record, _ROW, count, _HEAD.size)
    points = (rows["point"] / 65535).astype(np.float32)
    return Features(
        points,
        (np.maximum(rows["size"], 1) / _SIZES).astype(np.float32),
        points * np.array([width, height], np.float32),
        np.array(rows["descriptor"]),
        Quality(quality, quality, quality, quality),
        side,
        (height, width),
        (height, width),
        1.0,
    )


def within_ellipse(points: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which places (n, 2), in parts of the box, lie in the largest ellipse in it.

    >>> within_ellipse(np.array([[0.5, 0.5], [0.02, 0.02]], np.float32)).tolist()
    [True, False]
    """
    inside: NDArray[np.bool_] = (((points - 0.5) / 0.5) ** 2).sum(axis=1) <= 1
    return inside
