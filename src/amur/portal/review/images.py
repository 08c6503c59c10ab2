"""The pixels of pictures for machines: variants without metadata, that the centre has written itself."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from amur.portal.cameras.models import Media
from amur.portal.cameras.pictures import Variant, file_of

Picture = NDArray[np.uint8]
PICTURES: Final = "image/"


def read(media: Media, variant: Variant) -> Picture | None:
    """The pixels (rows, columns, 3) in RGB of a variant; None where only the row came in, or for a film."""
    if not media.sha256 or not media.media_type.startswith(PICTURES):
        return None
    place = file_of(media.sha256, media.media_type, variant)
    if place is None:
        return None
    coded = np.fromfile(place, dtype=np.uint8)
    decoded = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    return None if decoded is None else np.ascontiguousarray(decoded[..., ::-1]).astype(np.uint8, copy=False)
