"""Pictures as networks take them: fitted, scaled, axes in order; and boxes back in shares of the picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from amur.formats.detectors.manifest import Input

Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a picture lies in the input: left and top in its pixels, and how large it is there."""

    left: int
    top: int
    width: int
    height: int


def placed(picture_width: int, picture_height: int, given: Input) -> Placed:
    """Where a picture lies: all of the input when stretched, else as large as fits, in the middle.

    >>> placed(2000, 1000, Input(640, 640))
    Placed(left=0, top=160, width=640, height=320)
    """
    if given.fit == "stretch":
        return Placed(0, 0, given.width, given.height)
    scale = min(given.width / picture_width, given.height / picture_height)
    width, height = max(round(picture_width * scale), 1), max(round(picture_height * scale), 1)
    return Placed((given.width - width) // 2, (given.height - height) // 2, width, height)


def batch_of(pictures: list[Picture], given: Input) -> tuple[Floats, list[Placed]]:
    """Pictures (rows, columns, 3) of any size in RGB as one batch, and where each lies in it."""
    batch = np.full((len(pictures), given.height, given.width, 3), given.fill, np.uint8)
    places = []
    for canvas, picture in zip(batch, pictures, strict=True):
        if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or 0 in picture.shape:
            raise ValueError(
                f"a picture of shape {picture.shape} and type {picture.dtype}, expected RGB bytes"
            )
        place = placed(picture.shape[1], picture.shape[0], given)
        smaller = place.width < picture.shape[1]
        method = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
        rows, columns = (
            slice(place.top, place.top + place.height),
            slice(place.left, place.left + place.width),
        )
        canvas[rows, columns] = cv2.resize(picture, (place.width, place.height), interpolation=method)
        places.append(place)
    mean, deviation = np.asarray(given.mean, np.float32), np.asarray(given.deviation, np.float32)
    values: Floats = (batch.astype(np.float32) / np.float32(255) - mean) / deviation
    return (values.transpose(0, 3, 1, 2) if given.layout == "nchw" else values), places


def shares_of(boxes: Floats, place: Placed) -> NDArray[np.float64]:
    """Boxes (n, 4) of left, top, right, bottom in pixels of the input as left, top, width, height in shares
    of the picture, cut at its edges.

    >>> shares_of(np.array([[0, 160, 320, 480]], np.float32), Placed(0, 160, 640, 320)).tolist()
    [[0.0, 0.0, 0.5, 1.0]]
    """
    corners = boxes.astype(np.float64) - (place.left, place.top, place.left, place.top)
    corners /= (place.width, place.height, place.width, place.height)
    corners = corners.clip(0, 1)
    return np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], axis=1)


def crop(picture: Picture, box: tuple[float, float, float, float]) -> Picture:
    """The part of a picture inside a box in shares, at least one pixel."""
    rows, columns = picture.shape[:2]
    left, top = min(int(box[0] * columns), columns - 1), min(int(box[1] * rows), rows - 1)
    right = max(int(np.ceil((box[0] + box[2]) * columns)), left + 1)
    bottom = max(int(np.ceil((box[1] + box[3]) * rows)), top + 1)
    return picture[top:bottom, left:right]
