"""Manifests of networks: right ones are read, wrong ones told with every problem."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_networks import constant_network, manifest_of, written

from amur.formats.detectors import read_manifest
from amur.formats.errors import FormatErrors

NOTHING = np.zeros((1, 1, 8), np.float32)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    return constant_network(tmp_path / "tiny.onnx", NOTHING)


def problems_of(path: Path) -> list[tuple[str, str | None]]:
    with pytest.raises(FormatErrors) as told:
        read_manifest(path)
    return [(one.code, one.column) for one in told.value.problems]


def test_a_manifest_in_json_says_what_the_network_is(weights: Path) -> None:
    found = read_manifest(written(weights, source="https://example.org"))
    assert (found.name, found.task, found.output) == ("Tiny 1", "detector", "yolov5")
    assert found.weights == weights
    assert found.categories == {0: "animal", 1: "human", 2: "vehicle"}
    assert (found.input.width, found.input.layout, found.input.fit) == (64, "nchw", "letterbox")
    assert (found.confidence, found.overlap) == (0.2, 0.45)


def test_the_same_manifest_may_be_toml(weights: Path) -> None:
    given = manifest_of(weights)
    text = "\n".join(
        [
            *(
                f'{name} = "{given[name]}"'
                for name in ("name", "task", "weights", "sha256", "licence", "output")
            ),
            "[input]\nwidth = 64\nheight = 64",
            '[categories]\n0 = "animal"\n1 = "human"\n2 = "vehicle"',
            "[thresholds]\nconfidence = 0.5",
        ]
    )
    path = weights.with_suffix(".toml")
    path.write_text(text, encoding="utf-8")
    assert read_manifest(path).confidence == 0.5
    assert read_manifest(path).categories == read_manifest(written(weights)).categories


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"name": ""}, ("manifest-needed", "name")),
        ({"licence": ""}, ("manifest-needed", "licence")),
        ({"licence": 3}, ("manifest-value", "licence")),
        ({"task": "oracle"}, ("manifest-value", "task")),
        ({"output": "logits"}, ("manifest-value", "output")),
        ({"input": {"width": 64}}, ("manifest-value", "input.height")),
        ({"input": {"width": 64, "height": 1e9}}, ("manifest-value", "input.height")),
        ({"input": {"width": 64, "height": 64, "mean": [1]}}, ("manifest-value", "input.mean")),
        (
            {"input": {"width": 64, "height": 64, "deviation": [0, 1, 1]}},
            ("manifest-value", "input.deviation"),
        ),
        ({"input": "64×64"}, ("manifest-value", "input")),
        ({"categories": {}}, ("manifest-needed", "categories")),
        ({"categories": {"0": "tiger"}}, ("manifest-value", "categories.0")),
        ({"categories": {"1": "animal"}}, ("manifest-value", "categories.")),
        ({"thresholds": {"confidence": 2}}, ("manifest-value", "thresholds.confidence")),
        ({"sha256": "abc"}, ("manifest-value", "sha256")),
        ({"sha256": "0" * 64}, ("weights-hash", "sha256")),
        ({"weights": "../tiny.onnx"}, ("weights-path", "weights")),
        ({"weights": "other.onnx"}, ("weights-missing", "weights")),
        ({"wieghts": "x"}, ("manifest-unknown", "wieghts")),
        ({"task": "classifier", "output": "logits"}, ("manifest-needed", "labels")),
        ({"task": "classifier", "output": "logits", "labels": "none.txt"}, ("labels-missing", "labels")),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    weights: Path, changed: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert problem in problems_of(written(weights, **changed))


def test_all_problems_are_told_at_once(weights: Path) -> None:
    assert len(problems_of(written(weights, name="", licence="", output="what"))) == 3


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("a.toml", "name = ", "manifest-unreadable"),
        ("a.json", "[]", "manifest-unreadable"),
        ("a.json", "[" * 100_000, "manifest-unreadable"),
        ("a.yaml", "name: x", "manifest-kind"),
    ],
)
def test_what_is_no_manifest_is_refused(tmp_path: Path, name: str, text: str, code: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert problems_of(tmp_path / name) == [(code, None)]


def test_a_missing_manifest_is_told(tmp_path: Path) -> None:
    assert problems_of(tmp_path / "none.toml") == [("manifest-missing", None)]


def test_weights_that_name_a_second_file_are_refused(weights: Path) -> None:
    import onnx
    from onnx import numpy_helper

    model = onnx.load(weights)
    model.graph.initializer.append(numpy_helper.from_array(np.ones(9, np.float32), "far"))
    one = model.graph.initializer[-1]
    one.ClearField("raw_data")
    one.data_location = onnx.TensorProto.EXTERNAL
    one.external_data.add(key="location", value="../../secret")
    weights.write_bytes(model.SerializeToString())
    assert problems_of(written(weights)) == [("weights-parts", "weights")]


def test_an_empty_file_of_labels_is_refused(weights: Path) -> None:
    weights.with_suffix(".txt").write_text("\n\n", encoding="utf-8")
    changed = {"task": "classifier", "output": "logits", "labels": "tiny.txt"}
    assert ("labels-empty", "labels") in problems_of(written(weights, **changed))
