"""Networks whose answers are known: boxes come back where they were, labels and vectors as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_networks import SIZE, channel_means, constant_network, written

from amur.formats.detectors import classifier, detector, embedder, read_manifest
from amur.formats.detectors.inputs import batch_of, crop, placed, shares_of
from amur.formats.detectors.manifest import Input
from amur.formats.detectors.outputs import Raw, best_of_overlapping
from amur.formats.errors import FormatErrors

WIDE = np.zeros((32, 64, 3), np.uint8)  # lies in rows 16 to 48 of the input

# One animal in the left upper quarter of WIDE, one person in the right lower one, in each dialect.
ANIMAL, HUMAN = (0.0, 0.0, 0.5, 0.5), (0.5, 0.5, 0.5, 0.5)
YOLOV5 = [
    [16, 24, 32, 16, 0.9, 1.0, 0, 0],
    [48, 40, 32, 16, 0.5, 0, 1.0, 0],
    [20, 24, 32, 16, 0.5, 0.9, 0, 0],
]
YOLOV9 = [[16, 24, 32, 16, 0.9, 0, 0], [48, 40, 32, 16, 0, 0.5, 0], [17, 24, 32, 16, 0.4, 0, 0]]
YOLOV10 = [[0, 16, 32, 32, 0.9, 0], [32, 32, 64, 48, 0.5, 1], [0, 16, 9, 32, 0.1, 0], [0, 0, 9, 9, 0.9, 7]]
RT_DETR = [[0.25, 0.375, 0.5, 0.25, 0.9, 0, 0], [0.75, 0.625, 0.5, 0.25, 0, 0.5, 0]]


def one(rows: list[list[float]]) -> Any:
    return np.array([rows], np.float32)


def logit(share: float) -> float:
    return float(np.log(share / (1 - share)))


@pytest.mark.parametrize(
    ("output", "arrays"),
    [
        ("yolov5", [one(YOLOV5)]),
        ("yolov9", [one(YOLOV9).transpose(0, 2, 1)]),
        ("yolov10", [one(YOLOV10)]),
        ("rt-detr", [one(RT_DETR)]),
        ("rt-detr", [one([[logit(0.9), -9, -9], [-9, logit(0.5), -9]]), one([row[:4] for row in RT_DETR])]),
        ("rt-detr", [one([row[:4] for row in RT_DETR]), one([[logit(0.9), -9, -9], [-9, logit(0.5), -9]])]),
    ],
)
def test_every_dialect_says_the_same_boxes(tmp_path: Path, output: str, arrays: list[Any]) -> None:
    weights = constant_network(tmp_path / "tiny.onnx", *arrays)
    found = detector(read_manifest(written(weights, output=output))).detect([WIDE])[0]
    assert [each.category for each in found] == ["animal", "human"]
    assert [each.confidence for each in found] == pytest.approx([0.9, 0.5], abs=1e-4)
    assert [each.box for each in found] == [pytest.approx(ANIMAL), pytest.approx(HUMAN)]


def test_boxes_under_the_threshold_are_left_out(tmp_path: Path) -> None:
    weights = constant_network(tmp_path / "tiny.onnx", one(YOLOV5))
    found = detector(read_manifest(written(weights, thresholds={"confidence": 0.6}))).detect([WIDE])
    assert [each.category for each in found[0]] == ["animal"]


def test_a_network_for_one_picture_takes_many(tmp_path: Path) -> None:
    weights = constant_network(tmp_path / "tiny.onnx", one(YOLOV5))
    found = detector(read_manifest(written(weights))).detect([WIDE, WIDE[:, :32], WIDE])
    assert len(found) == 3
    assert found[0] == found[2]
    assert detector(read_manifest(written(weights))).detect([]) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"output": "yolov10"}, "weights-output"),
        ({"output": "yolov9"}, "weights-output"),
        ({"categories": {"0": "animal"}}, "weights-classes"),
        ({"output": "rt-detr"}, "weights-classes"),
        ({"input": {"width": 32, "height": 64}}, "weights-input"),
        ({"input": {"width": 64, "height": 64, "layout": "nhwc"}}, "weights-input"),
    ],
)
def test_a_manifest_that_does_not_fit_its_network_is_told(tmp_path: Path, changed: Any, code: str) -> None:
    weights = constant_network(tmp_path / "tiny.onnx", one(YOLOV5))
    with pytest.raises(FormatErrors) as told:
        detector(read_manifest(written(weights, **changed))).detect([WIDE])
    assert [each.code for each in told.value.problems] == [code]


def test_what_is_no_network_is_told(tmp_path: Path) -> None:
    weights = tmp_path / "tiny.onnx"
    weights.write_bytes(b"no network at all")
    with pytest.raises(FormatErrors) as told:
        detector(read_manifest(written(weights)))
    assert [each.code for each in told.value.problems] == ["weights-broken"]


def colour_manifest(tmp_path: Path, **changed: Any) -> Any:
    weights = channel_means(tmp_path / "tiny.onnx")
    (tmp_path / "labels.txt").write_text("red\ngreen\nblue\n", encoding="utf-8")
    about = {"task": "classifier", "output": "logits", "labels": "labels.txt", "categories": {}, **changed}
    return read_manifest(written(weights, **about))


def test_a_classifier_names_each_crop(tmp_path: Path) -> None:
    pictures = [np.zeros((10, 20, 3), np.uint8) for _ in range(3)]
    for channel, picture in enumerate(pictures):
        picture[..., channel] = 255
    found = classifier(colour_manifest(tmp_path)).classify(pictures)
    assert [labels[0][0] for labels in found] == ["red", "green", "blue"]
    for labels in found:
        assert sum(score for _name, score in labels) == pytest.approx(1)
        assert [score for _name, score in labels] == sorted((score for _name, score in labels), reverse=True)


def test_a_classifier_with_too_few_labels_is_told(tmp_path: Path) -> None:
    manifest = colour_manifest(tmp_path)
    (tmp_path / "labels.txt").write_text("red\ngreen\n", encoding="utf-8")
    short = read_manifest(tmp_path / "tiny.json")
    assert len(manifest.labels) == 3
    with pytest.raises(FormatErrors, match="3 classes apart, the manifest names 2"):
        classifier(short).classify([WIDE])


def test_an_embedder_gives_vectors_of_length_one(tmp_path: Path) -> None:
    weights = channel_means(tmp_path / "tiny.onnx")
    manifest = read_manifest(written(weights, task="embedder", output="vector"))
    vector = embedder(manifest).embed(np.full((8, 8, 3), (90, 10, 30), np.uint8))
    assert vector.shape == (3,)
    assert np.linalg.norm(vector) == pytest.approx(1)
    assert vector.argmax() == 0
    with pytest.raises(ValueError, match="is of the task embedder, expected detector"):
        detector(manifest)


def test_channels_are_normalised_as_the_manifest_says() -> None:
    given_input = Input(4, 4, layout="nhwc", fit="stretch", mean=(0.5, 0.0, 0.0), deviation=(0.5, 1.0, 2.0))
    batch, _places = batch_of([np.full((2, 2, 3), 255, np.uint8)], given_input)
    assert batch.shape == (1, 4, 4, 3)
    assert batch[0, 0, 0].tolist() == [1.0, 1.0, 0.5]


sides = st.integers(1, 5000)


@given(sides, sides, st.floats(0, 0.8), st.floats(0, 0.8), st.floats(0.05, 0.2))
def test_a_box_comes_back_from_the_input_where_it_was(
    width: int, height: int, left: float, top: float, size: float
) -> None:
    place = placed(width, height, Input(SIZE, SIZE))
    corners = np.array(
        [
            [
                place.left + left * place.width,
                place.top + top * place.height,
                place.left + (left + size) * place.width,
                place.top + (top + size) * place.height,
            ]
        ]
    )
    assert shares_of(corners, place)[0] == pytest.approx([left, top, size, size], abs=1e-6)


@given(
    st.lists(st.tuples(st.floats(0, 50), st.floats(0, 50), st.floats(1, 20), st.floats(0, 1)), max_size=30)
)
def test_boxes_that_stay_do_not_overlap_more_than_allowed(rows: list[tuple[float, ...]]) -> None:
    corners = np.array([[x, y, x + size, y + size] for x, y, size, _s in rows], np.float32).reshape(-1, 4)
    scores = np.array([row[3] for row in rows], np.float32)
    raw = Raw(corners, scores, np.zeros(len(rows), np.int64))
    kept = best_of_overlapping(raw, 0.5)
    assert len(kept) > 0 or not rows
    left = Raw(corners[kept], scores[kept], raw.classes[kept])
    assert len(best_of_overlapping(left, 0.5)) == len(kept)
    assert list(scores[kept]) == sorted(scores[kept], reverse=True)


def test_a_crop_has_at_least_one_pixel() -> None:
    assert crop(WIDE, (1.0, 1.0, 0.0, 0.0)).shape == (1, 1, 3)
    assert crop(WIDE, (0.5, 0.0, 0.5, 1.0)).shape == (32, 32, 3)


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="expected RGB bytes"):
        batch_of([np.zeros((3, 3), np.uint8)], Input(SIZE, SIZE))
