"""What the families of detectors give, made alike: corners in pixels of the input, score, class.

yolov5   (n, boxes, 5 + classes): centre and size in pixels, objectness, classes that are multiplied with it
yolov9   (n, 4 + classes, boxes): centre and size in pixels, classes; also YOLOv8 and YOLO11
yolov10  (n, boxes, 6): corners in pixels, score, number of the class
rt-detr  (n, boxes, 4 + classes): centre and size in shares, classes; or logits (n, boxes, classes) and boxes
         (n, boxes, 4) as two arrays
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from amur.formats.detectors.inputs import Floats
from amur.formats.detectors.manifest import Manifest, Output


class Misfit(ValueError):
    """An array of another shape than the manifest promises; `classes` is how many it has, if it is known."""

    def __init__(self, found: str, classes: int | None = None) -> None:
        self.found, self.classes = found, classes
        super().__init__(found)


@dataclass(frozen=True, slots=True)
class Raw:
    """Corners (n, 4) in pixels of the input, scores (n,) and classes (n,) of one picture."""

    corners: Floats
    scores: Floats
    classes: NDArray[np.int64]


def decoded(arrays: list[NDArray[np.generic]], manifest: Manifest) -> list[Raw]:
    """The boxes of each picture over the threshold, of overlapping ones of a class the best.

    Raises Misfit for arrays that are not of the manifest's output.
    """
    given = [np.asarray(one, dtype=np.float32) for one in arrays]
    if any(one.ndim != 3 for one in given[:2]):
        raise Misfit(_shapes(given))
    found = []
    for number in range(len(given[0])):
        raw = _DECODERS[manifest.output]([one[number] for one in given], manifest)
        sure = np.isfinite(raw.corners).all(axis=1) & (raw.scores >= manifest.confidence)
        raw = Raw(raw.corners[sure], raw.scores[sure], raw.classes[sure])
        keep = best_of_overlapping(raw, manifest.overlap)
        found.append(Raw(raw.corners[keep], raw.scores[keep], raw.classes[keep]))
    return found


def best_of_overlapping(raw: Raw, overlap: float) -> NDArray[np.int64]:
    """Non-maximum suppression by class: the numbers of the boxes that stay, the surest first.

    >>> boxes = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [50, 50, 60, 60]], np.float32)
    >>> raw = Raw(boxes, np.array([0.6, 0.9, 0.5], np.float32), np.zeros(3, np.int64))
    >>> best_of_overlapping(raw, 0.5).tolist()
    [1, 2]
    """
    order = np.argsort(-raw.scores, kind="stable")
    area = np.prod(np.maximum(raw.corners[:, 2:] - raw.corners[:, :2], 0), axis=1)
    kept: list[int] = []
    while len(order):
        best, rest = int(order[0]), order[1:]
        kept.append(best)
        low = np.maximum(raw.corners[best, :2], raw.corners[rest, :2])
        high = np.minimum(raw.corners[best, 2:], raw.corners[rest, 2:])
        common = np.prod(np.maximum(high - low, 0), axis=1)
        union = np.maximum(area[best] + area[rest] - common, 1e-9)
        same = raw.classes[rest] == raw.classes[best]
        order = rest[~(same & (common / union > overlap))]
    return np.array(kept, dtype=np.int64)


def _yolov5(arrays: list[Floats], manifest: Manifest) -> Raw:
    rows = arrays[0]
    _classes(rows.shape[1] - 5, manifest, arrays)
    return _best(rows[:, :4], rows[:, 5:] * rows[:, 4:5])


def _yolov9(arrays: list[Floats], manifest: Manifest) -> Raw:
    rows = arrays[0].T
    _classes(rows.shape[1] - 4, manifest, arrays)
    return _best(rows[:, :4], rows[:, 4:])


def _yolov10(arrays: list[Floats], manifest: Manifest) -> Raw:
    rows = arrays[0]
    if rows.shape[1] != 6:
        raise Misfit(_shapes(arrays))
    classes = rows[:, 5].astype(np.int64)
    known = (classes >= 0) & (classes < len(manifest.categories))
    return Raw(rows[known, :4], rows[known, 4], classes[known])


def _rt_detr(arrays: list[Floats], manifest: Manifest) -> Raw:
    boxes: Floats
    scores: Floats
    if len(arrays) > 1:
        logits, boxes = arrays[:2] if arrays[1].shape[1] == 4 else arrays[1::-1]
        if boxes.shape[1] != 4 or len(boxes) != len(logits):
            raise Misfit(_shapes(arrays))
        scores = (1 / (1 + np.exp(-logits))).astype(np.float32)
    else:
        boxes, scores = arrays[0][:, :4], arrays[0][:, 4:]
    _classes(scores.shape[1], manifest, arrays)
    width, height = manifest.input.width, manifest.input.height
    return _best((boxes * np.array([width, height, width, height])).astype(np.float32), scores)


_DECODERS: Final[Mapping[Output, Callable[[list[Floats], Manifest], Raw]]] = {
    "yolov5": _yolov5,
    "yolov9": _yolov9,
    "yolov10": _yolov10,
    "rt-detr": _rt_detr,
}


def _best(centred: Floats, scores: Floats) -> Raw:
    half = centred[:, 2:] / 2
    corners = np.concatenate([centred[:, :2] - half, centred[:, :2] + half], axis=1)
    return Raw(corners, scores.max(axis=1), scores.argmax(axis=1).astype(np.int64))


def _classes(found: int, manifest: Manifest, arrays: list[Floats]) -> None:
    if found < 1:
        raise Misfit(_shapes(arrays))
    if found != len(manifest.categories):
        raise Misfit(_shapes(arrays), found)


def _shapes(arrays: list[Floats]) -> str:
    return " and ".join("×".join(map(str, one.shape)) for one in arrays)
