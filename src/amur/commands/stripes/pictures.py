"""Reads a picture as grey pixels, upright, and what its camera noted of time and itself."""

from __future__ import annotations

import warnings
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from amur.portal.operations.problems import _

SUFFIXES: Final = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp")
FORMATS: Final = ("JPEG", "PNG", "TIFF", "WEBP", "BMP")
MOST_PIXELS: Final = 80_000_000
DRAFT: Final = 2400
"""JPEG pictures are decoded at no more than twice this width: chips have 750 pixels."""
_TIME, _DIGITISED, _MODEL, _SERIAL, _DETAILS = 0x9003, 0x0132, 0x0110, 0xA431, 0x8769


class Unreadable(ValueError):
    """A file that is no picture that can be used; the text says why."""


def read_grey(path: Path) -> tuple[NDArray[np.uint8], float]:
    """The picture (height, width) as it is looked at, and by how much it is smaller than in its file.

    Raises Unreadable.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            Image.init()  # what FORMATS names is known only then
            with Image.open(path, formats=FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise Unreadable(
                        _("{width} x {height} pixels are too many").format(
                            width=opened.width, height=opened.height
                        )
                    )
                wide = max(opened.size)
                opened.draft("L", (DRAFT, DRAFT))
                scale = max(opened.size) / wide
                upright = ImageOps.exif_transpose(opened)
                if upright.mode.startswith("I"):
                    upright = upright.point(lambda value: value / 256)
                return np.asarray(upright.convert("L"), np.uint8), scale
    except Unreadable:
        raise
    except Exception as error:  # Pillow's readers raise many kinds for damaged files
        raise Unreadable(_("it cannot be read: {reason}").format(reason=error)) from error


def read_mask(path: Path, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Where a mask is light (height, width), at the size of its picture. Raises Unreadable."""
    mask, _scale = read_grey(path)
    if mask.shape != shape:
        resized = Image.fromarray(mask).resize((shape[1], shape[0]), Image.Resampling.NEAREST)
        mask = np.asarray(resized, np.uint8)
    return mask > (127 if mask.max(initial=0) > 1 else 0)


def stamp_of(path: Path) -> tuple[datetime | None, str]:
    """When a picture was taken, by its camera's clock, and the camera; None and "" where not noted."""
    try:
        Image.init()
        with Image.open(path, formats=FORMATS) as opened:
            noted = opened.getexif()
            details = noted.get_ifd(_DETAILS)
    except Exception:  # what cannot be read is told when its pixels are read
        return None, ""
    text = str(details.get(_TIME) or noted.get(_DIGITISED) or "")
    camera = f"{noted.get(_MODEL) or ''} {details.get(_SERIAL) or ''}".strip()
    try:
        return datetime.strptime(text[:19], "%Y:%m:%d %H:%M:%S"), camera  # noqa: DTZ007 - a camera has no zone
    except ValueError:
        return None, camera
