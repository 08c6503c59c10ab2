"""Networks of a few bytes whose answers are known, with their manifests."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

SIZE = 64


def constant_network(
    path: Path, *answers: NDArray[np.float32], batch: int | str = 1, size: int = SIZE, layout: str = "nchw"
) -> Path:
    """A network that answers with the same arrays, whatever the picture (of which it takes the mean times 0)."""
    shape = [batch, 3, size, size] if layout == "nchw" else [batch, size, size, 3]
    nodes = [
        helper.make_node("ReduceMean", ["picture"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
    ]
    constants = [numpy_helper.from_array(np.zeros((), np.float32), "zero")]
    outputs = []
    for number, answer in enumerate(answers):
        constants.append(numpy_helper.from_array(answer.astype(np.float32), f"answer{number}"))
        nodes.append(helper.make_node("Add", [f"answer{number}", "nothing"], [f"out{number}"]))
        outputs.append(helper.make_tensor_value_info(f"out{number}", TensorProto.FLOAT, answer.shape))
    return _saved(
        path, nodes, [helper.make_tensor_value_info("picture", TensorProto.FLOAT, shape)], outputs, constants
    )


def channel_means(path: Path, size: int = SIZE, factor: float = 20.0) -> Path:
    """A network that answers with `factor` times the mean of each channel: a classifier of red, green, blue."""
    nodes = [
        helper.make_node("ReduceMean", ["picture"], ["means"], axes=[2, 3], keepdims=0),
        helper.make_node("Mul", ["means", "factor"], ["out"]),
    ]
    given = helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["n", 3, size, size])
    answer = helper.make_tensor_value_info("out", TensorProto.FLOAT, ["n", 3])
    return _saved(
        path, nodes, [given], [answer], [numpy_helper.from_array(np.array(factor, np.float32), "factor")]
    )


def _saved(path: Path, nodes: list[Any], given: list[Any], answers: list[Any], constants: list[Any]) -> Path:
    graph = helper.make_graph(nodes, "tiny", given, answers, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    return path


def manifest_of(weights: Path) -> dict[str, Any]:
    """A right manifest of a detector of three classes."""
    return {
        "name": "Tiny 1",
        "task": "detector",
        "weights": weights.name,
        "sha256": hashlib.sha256(weights.read_bytes()).hexdigest() if weights.exists() else "0" * 64,
        "licence": "CC0",
        "output": "yolov5",
        "input": {"width": SIZE, "height": SIZE},
        "categories": {"0": "animal", "1": "human", "2": "vehicle"},
    }


def written(beside: Path, **changed: Any) -> Path:
    """The path of a manifest in JSON beside the weights."""
    path = beside.with_suffix(".json")
    path.write_text(json.dumps({**manifest_of(beside), **changed}), encoding="utf-8")
    return path
