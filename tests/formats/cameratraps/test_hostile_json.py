"""Whatever JSON a stranger sends, a reader gives its object or its errors, never another exception."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from camtrapdp_packages import small_metadata, write_small
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amur.formats.cameratraps.coco import read_coco
from amur.formats.cameratraps.detectors import read_megadetector, read_speciesnet
from amur.formats.camtrapdp import check_package
from amur.formats.errors import FormatErrors

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)
BOX = {"category": "1", "conf": 0.5, "bbox": [0, 0, 1, 1], "classifications": [["1", 0.5]], "frame_number": 2}
MEGADETECTOR = {
    "info": {"format_version": "1.6", "detector": "x"},
    "detection_categories": {"1": "animal"},
    "classification_categories": {"1": "tiger"},
    "images": [{"file": "a", "detections": [BOX], "failure": None, "frame_rate": 30}],
}
SPECIESNET = {
    "predictions": [
        {
            "filepath": "a",
            "classifications": {"classes": ["x;a;b;c;d;e;f"], "scores": [0.5]},
            "detections": [{"label": "animal", "conf": 0.5, "bbox": [0, 0, 1, 1]}],
            "prediction": "x;a;b;c;d;e;f",
            "prediction_score": 0.5,
            "failures": ["DETECTOR"],
        }
    ]
}
COCO = {
    "categories": [{"id": 0, "name": "tiger"}],
    "images": [
        {"id": 1, "file_name": "a", "location": "s", "datetime": "2026-03-01 10:00:00", "seq_id": "q",
         "width": 10, "height": 10}
    ],
    "annotations": [{"id": 1, "image_id": 1, "category_id": 0, "bbox": [1, 1, 2, 2], "sequence_level_annotation": True}],
}  # fmt: skip


def places_of(content: Any) -> list[list[Any]]:
    """The paths to all values of a document."""
    found: list[list[Any]] = []
    pairs = (
        content.items()
        if isinstance(content, dict)
        else enumerate(content)
        if isinstance(content, list)
        else ()
    )
    for key, value in pairs:
        found += [[key], *([key, *rest] for rest in places_of(value))]
    return found


def planted(content: Any, path: list[Any], value: Any) -> Any:
    """A copy of a document with another value in one place."""
    changed = copy.deepcopy(content)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return changed


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (MEGADETECTOR, read_megadetector),
        (SPECIESNET, read_speciesnet),
        (COCO, lambda path: read_coco(path, ZoneInfo("Asia/Vladivostok"))),
    ],
    ids=["megadetector", "speciesnet", "coco"],
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_value_in_any_place_is_taken_or_named(
    tmp_path: Path, content: Any, read: Callable[[Path], object], data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(places_of(content)))
    (tmp_path / "a.json").write_text(json.dumps(planted(content, path, data.draw(ANY))))
    with suppress(FormatErrors):
        read(tmp_path / "a.json")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_metadata_are_checked_to_the_end(tmp_path: Path, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(places_of(small_metadata())))
    value = data.draw(ANY)
    folder = write_small(tmp_path / "p")
    (folder / "datapackage.json").write_text(json.dumps(planted(small_metadata(), path, value)))
    check_package(folder)
