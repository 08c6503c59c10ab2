"""What differs on a picture from its station and from its sequence: a score, and a box around it.

Method: the difference to the median of the station in the same light, in units of its spread, and to the
other frames of the sequence; smoothed, divided by what the whole frame differs (new light is no animal), cut
at a threshold; of the connected parts that remain, near ones joined, the heaviest is the finding. The score
ranks pictures for people; it is no probability, and the method names no species.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np

from amur.science.detection.background import FEWEST, Background, background_of
from amur.science.detection.frames import Floats, Frame

Basis = Literal["station", "sequence", "both", "none"]
Box = tuple[float, float, float, float]

_CUT: Final = 2.0  # deviations from which a pixel counts
_USUAL: Final = 1.2  # the median deviation of a frame that fits its background
_SEEN: Final = 1.5  # deviations from the station that movement needs, so that a place left behind counts not
_SMALLEST: Final = 4e-4  # share of the frame under which a part is noise
_HALF: Final = 0.02  # weight of a part that scores one half: share of the frame times deviations over the cut
_CORE: Final = 0.3  # share of a part's strongest deviation that its box encloses
_NEAR: Final = 15  # pixels across which parts of one animal are joined


@dataclass(frozen=True, slots=True)
class Finding:
    """A score from 0 to 1, the box left, top, width, height as shares of the picture, and what it rests on.

    `basis` is "none", with a score of nan, where there was nothing to compare the picture with.
    """

    score: float
    box: Box | None
    basis: Basis


def find(frame: Frame, background: Background | None, mates: Sequence[Frame] = ()) -> Finding:
    """What differs on a frame from the station's background and from its mates of the same sequence.

    Mates of another size, or of day in the night, are left out; fewer than three of them say too little.
    """
    station = None if background is None else _deviation(frame, background)
    like = [one for one in mates if one.night == frame.night and one.values.shape == frame.values.shape]
    moved = _moved(frame, like)
    if station is not None and moved is not None:
        return _heaviest(np.maximum(station, np.where(station > _SEEN, moved, 0)), "both")
    if station is not None:
        return _heaviest(station, "station")
    if moved is not None:
        return _heaviest(moved, "sequence")
    return Finding(float("nan"), None, "none")


def _moved(frame: Frame, mates: Sequence[Frame]) -> Floats | None:
    common = background_of(mates) if len(mates) >= FEWEST else None
    return None if common is None else _deviation(frame, common)


def _deviation(frame: Frame, background: Background) -> Floats | None:
    """Deviations (rows, columns), relative to those of the whole frame; None for another size or kind."""
    if frame.night != background.night or frame.values.shape != background.median.shape:
        return None
    away = (frame.values.astype(np.float32) - background.median) / background.spread
    # At night only lightness tells, by day colours weigh together as much as lightness does.
    square = away[..., 0] ** 2
    if not frame.night:
        square = 0.5 * square + 0.25 * (away[..., 1] ** 2 + away[..., 2] ** 2)
    found: Floats = cv2.GaussianBlur(np.sqrt(square), (0, 0), 2.0)
    usual = float(np.median(found)) / _USUAL
    return found / np.float32(max(usual, 1.0))


def _heaviest(deviation: Floats, basis: Basis) -> Finding:
    over = np.maximum(deviation - _CUT, 0)
    near = np.ones((_NEAR, _NEAR), np.uint8)
    joined = cv2.morphologyEx((over > 0).astype(np.uint8), cv2.MORPH_CLOSE, near)
    count, labels, figures, _centres = cv2.connectedComponentsWithStats(joined, connectivity=8)
    if count < 2:
        return Finding(0.0, None, basis)
    weights = np.bincount(labels.ravel(), over.ravel(), count) / deviation.size
    weights[0] = 0
    weights[figures[:, cv2.CC_STAT_AREA] < _SMALLEST * deviation.size] = 0
    best = int(weights.argmax())
    if weights[best] == 0:
        return Finding(0.0, None, basis)
    # What is new changes the lightness of its neighbourhood a little: the box leaves this halo out.
    of_it = np.where(labels == best, deviation, 0)
    core = np.argwhere(of_it >= max(_CUT, _CORE * float(of_it.max())))
    (top, left), (bottom, right) = core.min(axis=0), core.max(axis=0) + 1
    rows, columns = deviation.shape
    box = (
        float(left / columns),
        float(top / rows),
        float((right - left) / columns),
        float((bottom - top) / rows),
    )
    weight = float(weights[best])
    return Finding(weight / (weight + _HALF), box, basis)
