"""What a network is: the manifest beside its weights, as TOML or JSON.

A manifest of a detector:

    name = "MegaDetector v5a"
    task = "detector"                # or "classifier", "embedder"
    weights = "md_v5a.onnx"          # a file in the same folder
    sha256 = "…"                     # of that file
    licence = "AGPL-3.0 (YOLOv5)"    # shown wherever the network is offered
    source = "https://github.com/agentmorris/MegaDetector"
    output = "yolov5"
    [input]
    width = 1280
    height = 1280
    [categories]                     # of a detector: number of the class -> animal, human or vehicle
    0 = "animal"
    1 = "human"
    2 = "vehicle"
    [thresholds]
    confidence = 0.2
    overlap = 0.45

A classifier has `labels`, a file with one label in each line, in place of categories.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, get_args

from amur.formats.detectors.messages import WORDINGS
from amur.formats.errors import ProblemList, shortened

Task = Literal["detector", "classifier", "embedder"]
Output = Literal["yolov5", "yolov9", "yolov10", "rt-detr", "logits", "probabilities", "vector"]
Layout = Literal["nchw", "nhwc"]
Fit = Literal["letterbox", "stretch"]

OUTPUTS: Final[Mapping[Task, tuple[Output, ...]]] = {
    "detector": ("yolov5", "yolov9", "yolov10", "rt-detr"),
    "classifier": ("logits", "probabilities"),
    "embedder": ("vector",),
}
KINDS: Final = ("animal", "human", "vehicle")
_LARGEST_SIDE: Final = 4096
_KNOWN: Final = frozenset(
    (
        "name",
        "task",
        "weights",
        "sha256",
        "licence",
        "source",
        "output",
        "input",
        "categories",
        "labels",
        "thresholds",
    )
)
_PART = 1 << 20
# How a message of ONNX names a second file: the key "location" of a tensor's external data.
_EXTERNAL: Final = b"\x0a\x08location"


@dataclass(frozen=True, slots=True)
class Input:
    """How a picture goes in: pixels of the network's input, order of its axes, how a picture is fitted.

    A value v of a channel goes in as (v / 255 - mean) / deviation.
    """

    width: int
    height: int
    layout: Layout = "nchw"
    fit: Fit = "letterbox"
    fill: int = 114
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    deviation: tuple[float, float, float] = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A checked manifest; `weights` is the path of the file, `labels` are those of a classifier."""

    name: str
    task: Task
    weights: Path
    sha256: str
    licence: str
    source: str
    output: Output
    input: Input
    categories: Mapping[int, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    confidence: float = 0.2
    overlap: float = 0.45


def read_manifest(path: Path, *, check_hash: bool = True) -> Manifest:
    """Read a manifest and look at the files that it names.

    Raises `FormatErrors` with every problem. `check_hash` reads the weights whole (1 s for 500 MB).
    """
    problems = ProblemList(WORDINGS, path.name)
    content = _content(path, problems)
    problems.raise_if_errors()
    found = _Reader(content, problems)
    for name in content:
        if name not in _KNOWN:
            problems.error("manifest-unknown", column=shortened(name), name=shortened(name))
    task: Task = found.choice("task", get_args(Task), "detector")
    manifest = Manifest(
        name=found.text("name", "the name of the network with its version"),
        task=task,
        weights=path.parent / found.text("weights", "the name of the file of weights"),
        sha256=found.text("sha256", "the SHA-256 of the weights, 64 digits").lower(),
        licence=found.text("licence", "the licence of the weights"),
        source=found.text("source", "where the weights come from", needed=False),
        output=found.choice("output", OUTPUTS[task], OUTPUTS[task][0]),
        input=_input(found.part("input")),
        categories=_categories(found.part("categories"), problems) if task == "detector" else {},
        labels=_labels(path.parent, found, problems) if task == "classifier" else (),
        **_thresholds(found.part("thresholds")),
    )
    _check_weights(manifest, str(content.get("weights", "")), problems, check_hash=check_hash)
    problems.raise_if_errors()
    return manifest


class _Reader:
    """Takes values out of a table and notes those that are missing or wrong."""

    def __init__(self, content: Mapping[str, Any], problems: ProblemList, where: str = "") -> None:
        self.content, self.problems, self.where = content, problems, where

    def text(self, name: str, wanted: str, *, needed: bool = True) -> str:
        value = self.content.get(name, "")
        if not isinstance(value, str):
            self.wrong(name, value, "a text")
        elif needed and not value.strip():
            self.problems.error("manifest-needed", column=self.where + name, name=name, wanted=wanted)
        else:
            return value.strip()
        return ""

    def choice(self, name: str, known: tuple[Any, ...], default: Any) -> Any:
        value = self.content.get(name, default)
        if value not in known:
            self.wrong(name, value, " or ".join(f"“{one}”" for one in known))
            return default
        return value

    def number(
        self, name: str, default: float | None, least: float, most: float, *, whole: bool = False
    ) -> float:
        value = self.content.get(name, default)
        kinds = int if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds) or not least <= value <= most:
            kind = "a whole number" if whole else "a number"
            self.wrong(name, value, f"{kind} from {least:g} to {most:g}")
            return least
        return float(value)

    def three(
        self, name: str, default: tuple[float, float, float], *, positive: bool
    ) -> tuple[float, float, float]:
        value = self.content.get(name, default)
        right = (
            isinstance(value, list | tuple)
            and len(value) == 3
            and all(isinstance(one, int | float) and (one > 0 or not positive) for one in value)
        )
        if not right:
            self.wrong(name, value, "three numbers, for red, green and blue")
            return default
        red, green, blue = (float(one) for one in value)
        return red, green, blue

    def part(self, name: str) -> _Reader:
        value = self.content.get(name, {})
        if not isinstance(value, dict):
            self.wrong(name, value, "a table")
            value = {}
        return _Reader(value, self.problems, f"{name}.")

    def wrong(self, name: str, value: object, wanted: str) -> None:
        self.problems.error(
            "manifest-value", column=self.where + name, name=name, value=shortened(value), wanted=wanted
        )


def _content(path: Path, problems: ProblemList) -> dict[str, Any]:
    if path.suffix not in (".toml", ".json"):
        problems.error("manifest-kind", value=shortened(path.name))
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")
        found = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except FileNotFoundError:
        problems.error("manifest-missing", path=shortened(path.name))
        return {}
    except (OSError, ValueError, RecursionError) as error:
        problems.error("manifest-unreadable", reason=shortened(error, 120))
        return {}
    if not isinstance(found, dict):
        problems.error("manifest-unreadable", reason="it holds no table")
        return {}
    return found


def _input(found: _Reader) -> Input:
    return Input(
        width=int(found.number("width", None, 16, _LARGEST_SIDE, whole=True)),
        height=int(found.number("height", None, 16, _LARGEST_SIDE, whole=True)),
        layout=found.choice("layout", get_args(Layout), "nchw"),
        fit=found.choice("fit", get_args(Fit), "letterbox"),
        fill=int(found.number("fill", 114, 0, 255, whole=True)),
        mean=found.three("mean", (0.0, 0.0, 0.0), positive=False),
        deviation=found.three("deviation", (1.0, 1.0, 1.0), positive=True),
    )


def _categories(found: _Reader, problems: ProblemList) -> dict[int, str]:
    known: dict[int, str] = {}
    for number, kind in found.content.items():
        if not re.fullmatch(r"\d{1,4}", str(number)) or kind not in KINDS:
            found.wrong(str(number), kind, "the number of a class and animal, human or vehicle")
        else:
            known[int(number)] = str(kind)
    if not found.content:
        problems.error(
            "manifest-needed", column="categories", name="categories", wanted='lines as 0 = "animal"'
        )
    elif sorted(known) != list(range(len(known))):
        found.wrong("", ", ".join(map(str, sorted(known))), "the numbers of all classes from 0")
    return known


def _labels(folder: Path, found: _Reader, problems: ProblemList) -> tuple[str, ...]:
    name = found.text("labels", "the name of a file with one label in each line")
    if not name:
        return ()
    if Path(name).name != name:
        problems.error("weights-path", column="labels", value=shortened(name))
        return ()
    try:
        lines = (folder / name).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError):
        problems.error("labels-missing", column="labels", value=shortened(name))
        return ()
    labels = tuple(line.strip() for line in lines if line.strip())
    if not labels:
        problems.error("labels-empty", column="labels")
    return labels


def _thresholds(found: _Reader) -> dict[str, float]:
    return {
        "confidence": found.number("confidence", 0.2, 0.001, 1),
        "overlap": found.number("overlap", 0.45, 0.01, 1),
    }


def _check_weights(manifest: Manifest, name: str, problems: ProblemList, *, check_hash: bool) -> None:
    if problems.error_count:
        return
    if Path(name).name != name:
        problems.error("weights-path", column="weights", value=shortened(name))
    elif not re.fullmatch(r"[0-9a-f]{64}", manifest.sha256):
        problems.error(
            "manifest-value",
            column="sha256",
            name="sha256",
            value=shortened(manifest.sha256),
            wanted="64 digits",
        )
    elif not manifest.weights.is_file():
        problems.error("weights-missing", column="weights", value=shortened(name))
    elif check_hash:
        found, external = _hashed(manifest.weights)
        if found != manifest.sha256:
            problems.error("weights-hash", column="sha256", found=found)
        elif external:
            problems.error("weights-parts", column="weights")


def _hashed(path: Path) -> tuple[str, bool]:
    """The SHA-256 of a file, and whether it names a second one; read in parts."""
    digest, external, tail = hashlib.sha256(), False, b""
    with path.open("rb") as file:
        while part := file.read(_PART):
            digest.update(part)
            external = external or _EXTERNAL in tail + part
            tail = part[-len(_EXTERNAL) :]
    return digest.hexdigest(), external
