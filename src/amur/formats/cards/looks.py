"""How a picture looks: its thumbnail and preview from pixels alone, its fingerprint, its brightness.

A JPEG is decoded at a quarter (or less) of its size, which costs a fifth of a whole decoding; the preview,
which needs all of it, is made when somebody looks first. OpenCV gives nothing back for a JPEG that is cut
off. Runs inside `child`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from amur.formats.media.pictures import check_size, opened
from amur.formats.media.problems import MediaProblem

Pixels = NDArray[np.uint8]
THUMBNAIL: Final = 512
PREVIEW: Final = 1600
QUALITY: Final = {THUMBNAIL: 80, PREVIEW: 84}
GREY_SPREAD: Final = 14
"""Pictures under infrared light are grey: the widest spread of the channels of nearly all their pixels."""
COLOURED_SHARE: Final = 0.05
"""What else may have a colour: the strip with text and a maker's sign."""
CELL: Final = 8
"""Side in pixels of the cells of a thumbnail of which brightness, colour and fingerprint are taken."""

cv2.setNumThreads(1)
cv2.ocl.setUseOpenCL(False)


@dataclass(frozen=True, slots=True)
class Look:
    """A thumbnail as JPEG; dHash of 64 bits in hexadecimal; mean luminance, 0 to 255; infrared or not."""

    thumbnail: bytes
    dhash: str
    luminance: float
    is_infrared: bool


def of_jpeg(data: bytes, width: int, height: int, side: int) -> Pixels:
    """The pixels (rows, columns, BGR) of a JPEG, upright, at the least that leaves its longer side `side`.

    Raises MediaProblem for a size beyond the limits, before a pixel is decoded, and for damaged ones.
    """
    check_size(width, height)
    flag = cv2.IMREAD_COLOR
    for factor, reduced in (
        (8, cv2.IMREAD_REDUCED_COLOR_8),
        (4, cv2.IMREAD_REDUCED_COLOR_4),
        (2, cv2.IMREAD_REDUCED_COLOR_2),
    ):
        if max(width, height) >= side * factor:
            flag = reduced
            break
    pixels: Any = cv2.imdecode(np.frombuffer(data, np.uint8), flag)
    if pixels is None:
        raise MediaProblem("damaged")
    return np.asarray(pixels, np.uint8)


def of_png(path: Path) -> Pixels:
    """The pixels (rows, columns, BGR) of a PNG."""
    return np.ascontiguousarray(np.asarray(opened(path, "image/png").convert("RGB"), np.uint8)[:, :, ::-1])


def of_video(path: Path) -> Pixels | None:
    """The first picture of a video; None where its coding is not known here."""
    film = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
    try:
        is_there, pixels = film.read()
    finally:
        film.release()
    return np.asarray(pixels, np.uint8) if is_there else None


def smaller(pixels: Pixels, side: int) -> Pixels:
    """The picture with its longer side at most so long."""
    height, width = pixels.shape[:2]
    if max(width, height) <= side:
        return pixels
    scale = side / max(width, height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def encoded(pixels: Pixels, side: int) -> bytes:
    """The picture with its longer side at most so long, as a JPEG without metadata."""
    done, data = cv2.imencode(".jpg", smaller(pixels, side), [cv2.IMWRITE_JPEG_QUALITY, QUALITY[side]])
    if not done:
        raise MediaProblem("damaged")
    return bytes(data)


def look_of(pixels: Pixels) -> Look:
    """How a picture looks."""
    thumbnail = smaller(pixels, THUMBNAIL)
    height, width = thumbnail.shape[:2]
    size = (max(1, width // CELL), max(1, height // CELL))
    small = cv2.resize(thumbnail, size, interpolation=cv2.INTER_AREA)
    blue, green, red = cv2.split(small)
    spread = cv2.subtract(cv2.max(cv2.max(blue, green), red), cv2.min(cv2.min(blue, green), red))
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)
    return Look(
        encoded(thumbnail, THUMBNAIL),
        dhash_of(grey),
        round(float(grey.mean()), 1),
        bool(np.count_nonzero(spread > GREY_SPREAD) <= COLOURED_SHARE * spread.size),
    )


def dhash_of(grey: Pixels) -> str:
    """The difference hash: of 9 x 8 means, whether each is darker than its right neighbour, row by row.

    >>> dhash_of(np.tile(np.arange(0, 252, 7, dtype=np.uint8), (32, 1)))
    'ffffffffffffffff'
    """
    means = np.asarray(cv2.resize(grey, (9, 8), interpolation=cv2.INTER_AREA), np.int16)
    bits = np.packbits(means[:, :-1] < means[:, 1:])
    return bits.tobytes().hex()
