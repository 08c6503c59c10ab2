"""Runs networks from files: detectors, classifiers of crops, embedders of chips.

The protocols are what the rest of the house knows. The models run by onnxruntime on the processor; what they
say comes out as the objects of `amur.formats.cameratraps.detectors`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from amur.formats.cameratraps.detectors import Detection, Label
from amur.formats.detectors.inputs import Floats, Picture, batch_of, shares_of
from amur.formats.detectors.manifest import Manifest
from amur.formats.detectors.messages import WORDINGS
from amur.formats.detectors.outputs import Misfit, decoded
from amur.formats.errors import FormatErrors, problem_of, shortened


class Detector(Protocol):
    """Finds animals, people and vehicles."""

    name: str

    def detect(self, pictures: Sequence[Picture]) -> list[tuple[Detection, ...]]:
        """What is on each picture (rows, columns, 3) in RGB, the surest first."""
        ...


class Classifier(Protocol):
    """Names what a crop shows."""

    name: str

    def classify(self, crops: Sequence[Picture]) -> list[tuple[Label, ...]]:
        """The labels of each crop with their probabilities, the surest first."""
        ...


class Embedder(Protocol):
    """Makes numbers of a chip that are near for the same animal."""

    name: str

    def embed(self, chip: Picture) -> NDArray[np.float32]:
        """The vector (n,) of a chip, of length 1."""
        ...


class _Network:
    """An open model whose input fits the manifest. Raises `FormatErrors`."""

    def __init__(self, manifest: Manifest, threads: int) -> None:
        import onnxruntime

        self.manifest = manifest
        self.name = manifest.name
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 4
        try:
            self._session: Any = onnxruntime.InferenceSession(
                str(manifest.weights), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's exceptions have no common class
            raise self.refused("weights-broken", reason=shortened(error, 200)) from error
        inputs = self._session.get_inputs()
        given = manifest.input
        sides = (given.height, given.width)
        wanted = (None, 3, *sides) if given.layout == "nchw" else (None, *sides, 3)
        shape = inputs[0].shape
        fits = len(shape) == 4 and all(
            known is None or not isinstance(side, int) or side == known
            for side, known in zip(shape, wanted, strict=True)
        )
        if len(inputs) != 1 or inputs[0].type != "tensor(float)" or not fits:
            found = " and ".join(f"{one.type} {'×'.join(map(str, one.shape))}" for one in inputs)
            asked = "tensor(float) n×" + "×".join(str(side) for side in wanted[1:])
            raise self.refused("weights-input", found=found, wanted=asked)
        self._input = inputs[0].name
        # A model exported for one picture takes one; any other takes all.
        self._at_once = shape[0] if isinstance(shape[0], int) else 0

    def run(self, batch: Floats) -> list[NDArray[np.generic]]:
        """The outputs for a batch, given to the model in the portions that it takes."""
        step = self._at_once or len(batch)
        parts = []
        for start in range(0, len(batch), step):
            portion = batch[start : start + step]
            missing = step - len(portion)
            filled = np.concatenate([portion, np.zeros((missing, *batch.shape[1:]), np.float32)])
            outputs = self._session.run(None, {self._input: np.ascontiguousarray(filled)})
            if any(len(one) != step for one in outputs if np.ndim(one)):
                raise self.misfit(Misfit(" and ".join("×".join(map(str, np.shape(one))) for one in outputs)))
            parts.append([one[: len(portion)] for one in outputs])
        return [np.concatenate(one) for one in zip(*parts, strict=True)]

    def misfit(self, found: Misfit) -> FormatErrors:
        """The error for an output that the manifest does not promise."""
        if found.classes is not None:
            known = len(self.manifest.categories) or len(self.manifest.labels)
            return self.refused("weights-classes", found=found.classes, wanted=known)
        return self.refused("weights-output", found=found.found, output=self.manifest.output)

    def refused(self, code: str, **params: Any) -> FormatErrors:
        """One error about the weights."""
        return FormatErrors([problem_of(WORDINGS, code, self.manifest.weights.name, **params)], 1)


class _OnnxDetector(_Network):
    def detect(self, pictures: Sequence[Picture]) -> list[tuple[Detection, ...]]:
        if not pictures:
            return []
        batch, places = batch_of(list(pictures), self.manifest.input)
        try:
            found = decoded(self.run(batch), self.manifest)
        except Misfit as misfit:
            raise self.misfit(misfit) from misfit
        told = []
        for raw, place in zip(found, places, strict=True):
            boxes = shares_of(raw.corners, place)
            told.append(
                tuple(
                    Detection(self.manifest.categories[int(kind)], min(float(score), 1.0), _four(box))
                    for box, score, kind in zip(boxes, raw.scores, raw.classes, strict=True)
                    if box[2] > 0 and box[3] > 0
                )
            )
        return told


class _OnnxClassifier(_Network):
    def classify(self, crops: Sequence[Picture]) -> list[tuple[Label, ...]]:
        if not crops:
            return []
        batch, _places = batch_of(list(crops), self.manifest.input)
        scores = np.asarray(self.run(batch)[0], dtype=np.float64)
        if scores.ndim != 2:
            raise self.misfit(Misfit("×".join(map(str, scores.shape))))
        if scores.shape[1] != len(self.manifest.labels):
            raise self.misfit(Misfit("", scores.shape[1]))
        if self.manifest.output == "logits":
            scores = np.exp(scores - scores.max(axis=1, keepdims=True))
            scores /= scores.sum(axis=1, keepdims=True)
        told = []
        for row in scores:
            best = np.argsort(-row, kind="stable")
            told.append(tuple((self.manifest.labels[k], float(row[k])) for k in best))
        return told


class _OnnxEmbedder(_Network):
    def embed(self, chip: Picture) -> NDArray[np.float32]:
        batch, _places = batch_of([chip], self.manifest.input)
        vector = np.asarray(self.run(batch)[0], dtype=np.float32).reshape(-1)
        length = float(np.linalg.norm(vector))
        if not math.isfinite(length) or length == 0:
            raise self.misfit(Misfit(f"a vector of length {length:g}"))
        unit: NDArray[np.float32] = vector / np.float32(length)
        return unit


def detector(manifest: Manifest, threads: int = 1) -> Detector:
    """Open a detector. Raises `FormatErrors` for weights that do not fit, ValueError for another task."""
    _require(manifest, "detector")
    return _OnnxDetector(manifest, threads)


def classifier(manifest: Manifest, threads: int = 1) -> Classifier:
    """Open a classifier; raises as `detector`."""
    _require(manifest, "classifier")
    return _OnnxClassifier(manifest, threads)


def embedder(manifest: Manifest, threads: int = 1) -> Embedder:
    """Open an embedder; raises as `detector`."""
    _require(manifest, "embedder")
    return _OnnxEmbedder(manifest, threads)


def _require(manifest: Manifest, task: str) -> None:
    if manifest.task != task:
        raise ValueError(f"{manifest.name} is of the task {manifest.task}, expected {task}")


def _four(box: NDArray[np.float64]) -> tuple[float, float, float, float]:
    left, top, width, height = (float(one) for one in box)
    return left, top, width, height
