"""What a station looks like when nothing is there: the median of frames in the same light, and its spread.

Called by `finding` and by whoever looks through a station. The spread of a pixel over the frames is what wind
and shadows do there, so leaves that always move have to differ more before they count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from amur.science.detection.frames import Floats, Frame

FRAMES: Final = 9
"""How many frames make a background; an animal in fewer than half of them leaves no trace."""
FEWEST: Final = 3
_FLOOR: Final = 0.12  # the least spread of a pixel, in the units of `Frame.values`
_QUARTERS: Final = (
    0.75  # the quantile of absolute deviations that is the spread: what moves now and then counts
)
_TO_DEVIATION: Final = 1 / 1.1503  # that quantile of normal noise, to its standard deviation
_REACH: Final = 5  # pixels over which moving leaves reach


@dataclass(frozen=True, slots=True)
class Background:
    """Median and spread (rows, columns, 3) of the frames that were used."""

    median: Floats
    spread: Floats
    frames: int
    night: bool


def closest(frame: Frame, others: Sequence[Frame], count: int = FRAMES) -> list[int]:
    """The numbers of the `count` frames in the light most like that of a frame, of the same kind and size.

    Give frames of other events only, spread over time: burst mates show the same animal.

    >>> from amur.science.detection.frames import prepare
    >>> grey = [prepare(np.full((60, 80, 3), tone, np.uint8)) for tone in (40, 100, 60)]
    >>> closest(grey[0], grey[1:], 1)
    [1]
    """
    fitting = [
        number
        for number, other in enumerate(others)
        if other.night == frame.night and other.values.shape == frame.values.shape
    ]
    if not fitting:
        return []
    colours = np.stack([others[number].colour for number in fitting])
    away = np.sqrt(((colours - frame.colour) ** 2).sum(axis=2)).mean(axis=1)
    return [fitting[k] for k in np.argsort(away, kind="stable")[:count]]


def background_of(frames: Sequence[Frame]) -> Background | None:
    """The background of frames of one size and kind; None for fewer than three, which show nothing common."""
    if len(frames) < FEWEST:
        return None
    stack = np.stack([frame.values for frame in frames]).astype(np.float32)
    median = _quantile(stack, 0.5)
    spread = np.float32(_TO_DEVIATION) * _quantile(np.abs(stack - median), _QUARTERS)
    # Few frames know their spread badly: its neighbours help, and what sways here sways next to it.
    reached = cv2.dilate(cv2.blur(spread, (_REACH, _REACH)), np.ones((3, 3), np.uint8))
    return Background(median, np.maximum(reached, _FLOOR), len(frames), frames[0].night)


def _quantile(stack: Floats, share: float) -> Floats:
    """A quantile over the first axis; between two frames the lower one, which is a seen value."""
    number = int((len(stack) - 1) * share)
    found: NDArray[np.float32] = np.partition(stack, number, axis=0)[number]
    return found
