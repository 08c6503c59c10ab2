"""From a row of a flank to pixels: the chip that is compared, the JPEG without metadata for a page.

Pictures are read from the previews that a limited process has drawn (`cameras.pictures`), never from the
bytes that a card brought.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from amur.portal.cameras.models import Media
from amur.portal.cameras.pictures import file_of
from amur.portal.identity.models import Flank
from amur.science.stripes import Box, Chip, UnusablePicture, chip_of, side_of

JPEG_QUALITY: Final = 88
SHOWN: Final = 900
"""Longest side in pixels of a chip on a page."""


class NoPicture(Exception):
    """There are no bytes of a picture, or they cannot be drawn; `code` says which."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def picture_of(media: Media) -> NDArray[np.uint8]:
    """The pixels (height, width, 3) of a picture, RGB. Raises NoPicture."""
    if not media.sha256:
        raise NoPicture("no-bytes")
    file = file_of(media.sha256, media.media_type, "preview")
    if file is None:
        raise NoPicture("cannot-be-drawn")
    pixels = cv2.imdecode(np.frombuffer(file.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise NoPicture("cannot-be-drawn")
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8)


def box_in(flank: Flank, width: int, height: int) -> Box:
    """The box of a flank in pixels of a picture of that size."""
    return (flank.left * width, flank.top * height, flank.width * width, flank.height * height)


def chip_for(flank: Flank) -> Chip:
    """The chip of a flank. Raises NoPicture, and UnusablePicture for a box without pixels."""
    picture = picture_of(flank.media)
    return chip_of(picture, box_in(flank, picture.shape[1], picture.shape[0]), side=side_of(flank.side))


def jpeg_of(flank: Flank) -> bytes:
    """The flank for a page: the pixels of its box and nothing else. Raises NoPicture and UnusablePicture."""
    picture = picture_of(flank.media)
    height, width = picture.shape[:2]
    left, top, wide, high = (round(each) for each in box_in(flank, width, height))
    cut = picture[max(top, 0) : top + high, max(left, 0) : left + wide]
    if min(cut.shape[:2]) < 1:
        raise UnusablePicture("the box has no pixels")
    scale = min(1.0, SHOWN / max(cut.shape[:2]))
    if scale < 1:
        cut = np.asarray(cv2.resize(cut, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    done, data = cv2.imencode(
        ".jpg", cv2.cvtColor(cut, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    )
    if not done:
        raise NoPicture("cannot-be-drawn")
    return bytes(data.tobytes())
