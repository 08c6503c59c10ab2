"""The picture of a flank that experts of both sides look at: the chip alone, grey, its background washed out.

A PNG file of three kinds of chunks (IHDR, IDAT, IEND): there is no room for metadata, and `pixels_of` takes
nothing else. Written by the office that holds the picture, read by the other one.
"""

from __future__ import annotations

import struct
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from amur.formats.matching.messages import refusal
from amur.science.stripes import Chip

LONGEST_SIDE: Final = 1500
LIMIT_BYTES: Final = 4 << 20
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_CHUNKS: Final = (b"IHDR", b"IDAT", b"IEND")
_BLUR: Final = 25.0
Pixels = NDArray[np.uint8]


def crop_of(chip: Chip) -> bytes:
    """The crop of a chip as PNG.

    Outside the animal (its mask, else the largest ellipse in the box) only light and dark areas are left.
    """
    animal = chip.mask if chip.mask is not None else _ellipse(chip.pixels.shape)
    weight = cv2.GaussianBlur(animal.astype(np.float32), (0, 0), 3.0) * animal
    washed = cv2.GaussianBlur(chip.pixels, (0, 0), _BLUR)
    mixed = weight * chip.pixels + (1 - weight) * washed
    done, encoded = cv2.imencode(".png", mixed.round().astype(np.uint8))
    if not done:
        raise ValueError("the crop cannot be written as PNG")
    return _only_pixels(encoded.tobytes())


def pixels_of(png: bytes, file: str = "package") -> Pixels:
    """The grey pixels of a crop. Raises FormatError for anything but a small, plain PNG of one channel."""
    names = [name for name, _data in _chunks(png, file)]
    if set(names) != set(_CHUNKS) or names[0] != b"IHDR" or names[-1] != b"IEND" or len(png) > LIMIT_BYTES:
        raise refusal("not-allowed", file, what="crop")
    width, height, depth, colour = struct.unpack_from(">IIBB", png, 16)
    if not (0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE and (depth, colour) == (8, 0)):
        raise refusal("not-allowed", file, what="crop")
    found = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    if found is None or found.shape != (height, width):
        raise refusal("damaged", file)
    return np.asarray(found, np.uint8)


def _only_pixels(png: bytes) -> bytes:
    kept = [data for name, data in _chunks(png, "crop") if name in _CHUNKS]
    return _SIGNATURE + b"".join(kept)


def _chunks(png: bytes, file: str) -> list[tuple[bytes, bytes]]:
    """The chunks of a PNG file, each with its name and all its bytes."""
    if not png.startswith(_SIGNATURE):
        raise refusal("damaged", file)
    found, at = [], len(_SIGNATURE)
    while at < len(png):
        if at + 12 > len(png):
            raise refusal("damaged", file)
        (length,) = struct.unpack_from(">I", png, at)
        end = at + 12 + length
        if end > len(png):
            raise refusal("damaged", file)
        found.append((png[at + 4 : at + 8], png[at:end]))
        at = end
    if not found:
        raise refusal("damaged", file)
    return found


def _ellipse(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    height, width = shape
    rows, columns = np.ogrid[:height, :width]
    down, right = (rows + 0.5) / height * 2 - 1, (columns + 0.5) / width * 2 - 1
    return np.asarray(down**2 + right**2 <= 1)
