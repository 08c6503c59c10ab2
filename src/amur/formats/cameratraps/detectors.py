"""Results of detectors: MegaDetector's batch output (1.0 to 1.6) and SpeciesNet's predictions, as JSON.

Boxes are left, top, width and height as shares of the picture, from its upper left corner. A label of
SpeciesNet is `uuid;class;order;family;genus;species;common name`, parts of which may be empty.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amur.formats.cameratraps.json_text import Reader, read_json
from amur.formats.cameratraps.tables import Rows, table_of
from amur.formats.camtrapdp.messages import Problems
from amur.formats.camtrapdp.table import Table
from amur.formats.files import replacing

Box = tuple[float, float, float, float]
Label = tuple[str, float]
FORMAT_VERSION = "1.6"
_KINDS = {"animal": "animal", "person": "human", "human": "human", "vehicle": "vehicle"}
_BOX_SLACK = 1e-3


@dataclass(frozen=True, slots=True)
class Detection:
    """One box: what it holds, how certainly (0 to 1), the classes of its content with their scores.

    `frame` is the number of the frame of a video.
    """

    category: str
    confidence: float
    box: Box
    classes: tuple[Label, ...] = ()
    frame: int | None = None


@dataclass(frozen=True, slots=True)
class File:
    """What was found in a file; `classes` and `label` are of the whole picture; `failure` says why not."""

    name: str
    detections: tuple[Detection, ...] = ()
    classes: tuple[Label, ...] = ()
    label: Label | None = None
    failure: str = ""
    frame_rate: float | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a detector: its name, the version of the format, the files in their order."""

    detector: str
    version: str
    files: tuple[File, ...]


def read_megadetector(path: Path) -> Results:
    """Read MegaDetector's batch output. Raises `FormatErrors` with the place of every error."""
    problems = Problems()
    mine = problems.of(path)
    content = read_json(path, mine)
    reader = Reader(mine)
    info = reader.get(content, "info", dict, {})
    version = str(reader.get(info, "format_version", (str, int, float), "", "info."))
    categories = reader.get(content, "detection_categories", dict, {})
    classes = content.get("classification_categories")
    classes = classes if isinstance(classes, dict) else {}
    files = []
    for k, image in enumerate(reader.get(content, "images", list, [])):
        where = f"images[{k}]."
        if not isinstance(image, dict):
            reader.wrong(where[:-1], image, "an object")
            continue
        detections = [
            _detection(reader, each, f"{where}detections[{j}].", categories, classes)
            for j, each in enumerate(_list(image.get("detections")))
        ]
        files.append(
            File(
                str(reader.get(image, "file", str, "", where)),
                tuple(each for each in detections if each is not None),
                failure=str(image.get("failure") or ""),
                frame_rate=_number(image.get("frame_rate")),
            )
        )
    problems.raise_if_errors()
    return Results(str(info.get("detector", "")), version, tuple(files))


def _detection(
    reader: Reader, found: Any, where: str, categories: Mapping[str, str], classes: Mapping[str, str]
) -> Detection | None:
    if not isinstance(found, dict):
        reader.wrong(where[:-1], found, "an object")
        return None
    category = str(reader.get(found, "category", (str, int), "", where))
    if categories and category not in categories:
        reader.wrong(f"{where}category", category, f"one of {', '.join(categories)}")
    confidence = reader.share(found, "conf", where)
    box = _box(reader, found, where)
    named = _labels(reader, found.get("classifications"), where, classes)
    if box is None or confidence is None:
        return None
    frame = _number(found.get("frame_number"))
    return Detection(
        str(categories.get(category, category)), confidence, box, named, None if frame is None else int(frame)
    )


def _number(found: Any) -> float | None:
    return float(found) if isinstance(found, int | float) and math.isfinite(found) else None


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _labels(
    reader: Reader, found: Any, where: str, classes: Mapping[str, str], name: str = "classifications"
) -> tuple[Label, ...]:
    try:
        return tuple((str(classes.get(str(key), key)), float(score)) for key, score in found or [])
    except (TypeError, ValueError):
        reader.wrong(where + name, found, "a list of pairs of class and score")
        return ()


def _box(reader: Reader, found: Mapping[str, Any], where: str) -> Box | None:
    given = reader.get(found, "bbox", list, [], where)
    right = len(given) == 4 and all(isinstance(each, int | float) for each in given)
    if right:
        left, top, width, height = (float(each) for each in given)
        inside = min(left, top, width, height) >= -_BOX_SLACK
        if inside and max(left + width, top + height) <= 1 + _BOX_SLACK:
            return left, top, width, height
    if "bbox" in found:
        reader.wrong(f"{where}bbox", given, "left, top, width and height as shares of the picture")
    return None


def read_speciesnet(path: Path) -> Results:
    """Read SpeciesNet's predictions: of the detector, the classifier or both. Raises `FormatErrors`."""
    problems = Problems()
    mine = problems.of(path)
    content = read_json(path, mine)
    reader = Reader(mine)
    files, version = [], ""
    for k, image in enumerate(reader.get(content, "predictions", list, [])):
        where = f"predictions[{k}]."
        if not isinstance(image, dict):
            reader.wrong(where[:-1], image, "an object")
            continue
        version = str(image.get("model_version", version))
        detections = [
            _speciesnet_detection(reader, each, f"{where}detections[{j}].")
            for j, each in enumerate(_list(image.get("detections")))
        ]
        label = image.get("prediction")
        files.append(
            File(
                str(reader.get(image, "filepath", str, "", where)),
                tuple(each for each in detections if each is not None),
                _classes(reader, image.get("classifications"), f"{where}classifications."),
                (str(label), reader.share(image, "prediction_score", where) or 0.0) if label else None,
                ", ".join(str(each) for each in _list(image.get("failures"))),
            )
        )
    problems.raise_if_errors()
    return Results(f"SpeciesNet {version}".strip(), "", tuple(files))


def _speciesnet_detection(reader: Reader, found: Any, where: str) -> Detection | None:
    if not isinstance(found, dict):
        reader.wrong(where[:-1], found, "an object")
        return None
    label, confidence = str(reader.get(found, "label", str, "", where)), reader.share(found, "conf", where)
    box = _box(reader, found, where)
    return Detection(label, confidence, box) if box is not None and confidence is not None else None


def _classes(reader: Reader, found: Any, where: str) -> tuple[Label, ...]:
    if not isinstance(found, dict):
        return ()
    names = reader.get(found, "classes", list, [], where)
    scores = reader.get(found, "scores", list, [], where)
    if len(names) != len(scores):
        reader.wrong(f"{where}scores", len(scores), f"one for each of the {len(names)} classes")
        return ()
    pairs = [[name, score] for name, score in zip(names, scores, strict=True)]
    return _labels(reader, pairs, where, {}, "scores")


def write_megadetector(results: Results, path: Path) -> tuple[str, ...]:
    """Write results as MegaDetector's batch output, version 1.6; returns what was lost."""
    categories = _numbered(each.category for file in results.files for each in file.detections)
    classes = _numbered(
        name for file in results.files for each in file.detections for name, _ in each.classes
    )
    images = []
    for file in results.files:
        image: dict[str, object] = {"file": file.name}
        if file.failure:
            image |= {"failure": file.failure}
        else:
            image["detections"] = [_written(each, categories, classes) for each in file.detections]
        if file.frame_rate is not None:
            image["frame_rate"] = file.frame_rate
        images.append(image)
    content = {
        "info": {"format_version": FORMAT_VERSION, "detector": results.detector},
        "detection_categories": {number: name for name, number in categories.items()},
        "classification_categories": {number: name for name, number in classes.items()},
        "images": images,
    }
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    whole = any(file.classes or file.label for file in results.files)
    return ("labels and classes of whole pictures",) if whole else ()


def _numbered(names: Any) -> dict[str, str]:
    return {name: str(k) for k, name in enumerate(dict.fromkeys(names), start=1)}


def _written(
    found: Detection, categories: Mapping[str, str], classes: Mapping[str, str]
) -> dict[str, object]:
    written: dict[str, object] = {
        "category": categories[found.category],
        "conf": found.confidence,
        "bbox": list(found.box),
    }
    if found.classes:
        written["classifications"] = [[classes[name], score] for name, score in found.classes]
    if found.frame is not None:
        written["frame_number"] = found.frame
    return written


def scientific_name(label: str) -> str:
    """The scientific name of a label of SpeciesNet, at the rank that it reaches; "" where it names none.

    >>> scientific_name("5563;mammalia;proboscidea;elephantidae;loxodonta;africana;african elephant")
    'Loxodonta africana'
    >>> scientific_name("ec1a;mammalia;carnivora;ursidae;;;bear family"), scientific_name("f1;;;;;;blank")
    ('Ursidae', '')
    """
    parts = label.split(";")
    if len(parts) != 7:
        return ""
    genus, species = parts[4], parts[5]
    if genus and species:
        return f"{genus.capitalize()} {species}"
    return next((part.capitalize() for part in reversed(parts[1:5]) if part), "")


def observations_of(results: Results, media: Table, threshold: float = 0.2) -> tuple[Table, list[str]]:
    """Machine observations of media by `filePath`, and the files of the results that are not among them.

    A detection of at least `threshold` is an observation with a box; a file without one is blank; a file that
    failed is unclassified.
    """
    known = {row["filePath"]: row for row in media.rows()}
    rows: Rows = []
    unknown = []
    for file in results.files:
        about = known.get(file.name)
        if about is None:
            unknown.append(file.name)
            continue
        common = {
            "mediaID": about["mediaID"],
            "deploymentID": about["deploymentID"],
            "eventStart": about["timestamp"],
            "eventEnd": about["timestamp"],
            "observationLevel": "media",
            "classificationMethod": "machine",
            "classifiedBy": results.detector,
        }
        for each in _said(file, threshold):
            rows.append({**common, **each, "observationID": f"{about['mediaID']}-machine-{len(rows) + 1}"})
    return table_of("observations", rows), unknown


def _said(file: File, threshold: float) -> Rows:
    if file.failure:
        return [{"observationType": "unclassified", "observationComments": file.failure}]
    strong = [each for each in file.detections if each.confidence >= threshold]
    label = file.label or (file.classes[0] if file.classes else None)
    whole = scientific_name(label[0]) if label else ""
    if not strong and label and whole and not file.detections:
        return [
            {
                "observationType": "animal",
                "scientificName": whole,
                "classificationProbability": f"{label[1]:g}",
            }
        ]
    if not strong:
        return [{"observationType": "blank"}]
    rows: Rows = []
    for each in strong:
        kind = _KINDS.get(each.category.lower(), "unknown")
        name, sure = (
            (each.classes[0] if each.classes else (whole, each.confidence)) if kind == "animal" else ("", 0)
        )
        numbers = zip(("bboxX", "bboxY", "bboxWidth", "bboxHeight"), each.box, strict=True)
        rows.append(
            {
                "observationType": kind,
                "scientificName": scientific_name(name) or name,
                "classificationProbability": f"{sure or each.confidence:g}",
                **{column: f"{min(max(number, 0.0), 1.0):g}" for column, number in numbers},
            }
        )
    return rows
