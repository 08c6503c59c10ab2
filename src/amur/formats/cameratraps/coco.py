"""Reads and writes COCO Camera Traps: images with location and sequence, annotations with boxes in pixels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from amur.formats.cameratraps.json_text import Reader, read_json
from amur.formats.cameratraps.tables import Converted, Rows, table_of, time_at
from amur.formats.camtrapdp.messages import Problems
from amur.formats.camtrapdp.table import Table
from amur.formats.errors import ProblemList
from amur.formats.files import replacing

_KINDS = {"empty": "blank", "blank": "blank", "human": "human", "person": "human", "vehicle": "vehicle"}
_BOX = ("bboxX", "bboxY", "bboxWidth", "bboxHeight")


def read_coco(path: Path, zone: ZoneInfo) -> Converted:
    """Read a file of COCO Camera Traps; local times are of `zone`. Raises `FormatErrors`.

    The location is the deployment. Annotations of a sequence become observations of the level event. Boxes
    need the width and height of their image.
    """
    problems = Problems()
    mine = problems.of(path)
    content = read_json(path, mine)
    reader = Reader(mine)
    names = {
        str(each.get("id")): str(each.get("name", "")) for each in _objects(reader, content, "categories")
    }
    images: dict[str, dict[str, Any]] = {}
    media: Rows = []
    for k, image in enumerate(_objects(reader, content, "images")):
        whole = {**image, "taken": _taken(image, zone, mine, k), "seq_id": _text(image.get("seq_id"))}
        images[str(image.get("id"))] = whole
        media.append(_media(whole))
    spans = _spans(images)
    observations: Rows = []
    unboxed = 0
    for k, found in enumerate(_objects(reader, content, "annotations")):
        image = images.get(str(found.get("image_id")), {})
        name = names.get(str(found.get("category_id")))
        if not image or name is None:
            key = "category_id" if image else "image_id"
            reader.wrong(f"annotations[{k}].{key}", found.get(key), "the id of one of them")
            continue
        row = _observation(found, image, name, spans)
        unboxed += "bbox" in found and "bboxX" not in row
        observations.append(row)
    problems.raise_if_errors()
    losses = [f"{unboxed} boxes of images without width and height"] if unboxed else []
    empty = table_of("deployments", [])
    return Converted(empty, table_of("media", media), table_of("observations", observations), tuple(losses))


def _objects(reader: Reader, content: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = reader.get(content, name, list, [])
    for k, each in enumerate(found):
        if not isinstance(each, dict):
            reader.wrong(f"{name}[{k}]", each, "an object")
    return [each for each in found if isinstance(each, dict)]


def _taken(image: dict[str, Any], zone: ZoneInfo, mine: ProblemList, k: int) -> str:
    given = image.get("datetime", image.get("date_captured", ""))
    return time_at(str(given), zone, mine, k + 1, f"images[{k}].datetime")


def _media(image: dict[str, Any]) -> dict[str, str]:
    return {
        "mediaID": str(image.get("id", "")),
        "deploymentID": str(image.get("location", "")),
        "timestamp": image["taken"],
        "filePath": str(image.get("file_name", "")),
        "filePublic": "false",
        "fileName": Path(str(image.get("file_name", ""))).name,
        "fileMediatype": "image/jpeg",
    }


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _spans(images: dict[str, dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """The first and the last time of each sequence."""
    spans: dict[str, tuple[str, str]] = {}
    for image in images.values():
        name, taken = image["seq_id"], image["taken"]
        if name and taken:
            first, last = spans.get(name, (taken, taken))
            spans[name] = min(first, taken), max(last, taken)
    return spans


def _observation(
    found: dict[str, Any], image: dict[str, Any], name: str, spans: dict[str, tuple[str, str]]
) -> dict[str, str]:
    whole = bool(found.get("sequence_level_annotation")) and image["seq_id"] in spans
    start, end = spans[image["seq_id"]] if whole else (image["taken"], image["taken"])
    kind = _KINDS.get(name.lower(), "animal")
    row = {
        "observationID": str(found.get("id", "")),
        "deploymentID": str(image.get("location", "")),
        "mediaID": "" if whole else str(image["id"]),
        "eventID": image["seq_id"],
        "eventStart": start,
        "eventEnd": end,
        "observationLevel": "event" if whole else "media",
        "observationType": kind,
        "scientificName": name if kind == "animal" else "",
    }
    box, width, height = found.get("bbox"), image.get("width"), image.get("height")
    numbers = [*(box if isinstance(box, list) else []), width, height]
    if len(numbers) == 6 and all(isinstance(each, int | float) for each in numbers) and width and height:
        shares = (numbers[0] / width, numbers[1] / height, numbers[2] / width, numbers[3] / height)
        row |= {column: f"{share:.9g}" for column, share in zip(_BOX, shares, strict=True)}
    return row


def write_coco(
    media: Table, observations: Table, path: Path, sizes: dict[str, tuple[int, int]] | None = None
) -> tuple[str, ...]:
    """Write media and their observations as COCO Camera Traps; returns what was lost.

    `sizes` are width and height in pixels by mediaID; without them boxes are lost.
    """
    sizes = sizes or {}
    names = ["empty"]
    annotations: list[dict[str, object]] = []
    sequences: dict[str, str] = {}
    lost = events = 0
    for row in observations.rows():
        if not row["mediaID"]:
            events += 1
            continue
        kind = row["observationType"]
        name = "empty" if kind == "blank" else row["scientificName"] or kind
        if name not in names:
            names.append(name)
        found: dict[str, object] = {
            "id": row["observationID"],
            "image_id": row["mediaID"],
            "category_id": names.index(name),
        }
        sequences.setdefault(row["mediaID"], row["eventID"])
        if row["bboxX"]:
            width, height = sizes.get(row["mediaID"], (0, 0))
            lost += not width
            if width:
                shares = [float(row[column]) for column in _BOX]
                found["bbox"] = [
                    share * side for share, side in zip(shares, (width, height) * 2, strict=True)
                ]
        annotations.append(found)
    images = []
    for row in media.rows():
        image: dict[str, object] = {
            "id": row["mediaID"],
            "file_name": row["filePath"],
            "location": row["deploymentID"],
            "datetime": row["timestamp"],
        }
        if sequences.get(row["mediaID"]):
            image["seq_id"] = sequences[row["mediaID"]]
        if row["mediaID"] in sizes:
            image["width"], image["height"] = sizes[row["mediaID"]]
        images.append(image)
    content = {
        "info": {"version": "1.0", "description": "from Camtrap DP"},
        "categories": [{"id": k, "name": name} for k, name in enumerate(names)],
        "images": images,
        "annotations": annotations,
    }
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    losses = ["count, sex, life stage, individuals, who classified"]
    losses += [f"{events} observations of events"] if events else []
    return (*losses, f"{lost} boxes of images of unknown size") if lost else tuple(losses)
