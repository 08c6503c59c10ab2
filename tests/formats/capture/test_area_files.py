"""Areas for cameras: polygons of a layer in metres, wrong layers told with what would be right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from amur.formats.capture.areas import read_area
from amur.formats.capture.messages import Problems

SQUARE = {"type": "Polygon", "coordinates": [[[131, 43], [131.1, 43], [131.1, 43.1], [131, 43.1], [131, 43]]]}
POINT = {"type": "Point", "coordinates": [131, 43]}


def layer(folder: Path, *shapes: dict[str, Any] | None) -> Path:
    features = [{"type": "Feature", "properties": {"n": 1}, "geometry": shape} for shape in shapes]
    path = folder / "area.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def without_system(folder: Path) -> Path:
    import numpy as np
    import pyogrio

    path = folder / "area.shp"
    shapes = np.array([shapely.to_wkb(shapely.box(0, 0, 1, 1))], dtype=object)
    with pytest.warns(UserWarning, match="crs"):
        pyogrio.raw.write(path, shapes, [np.array([1])], ["n"], geometry_type="Polygon")
    return path


def broken(folder: Path) -> Path:
    path = folder / "area.gpkg"
    path.write_bytes(b"no layer")
    return path


WRONG = {
    "file-missing": lambda folder: folder / "nowhere.geojson",
    "area-unreadable": broken,
    "area-system": without_system,
    "area-shape": lambda folder: layer(folder, SQUARE, POINT),
    "area-none": lambda folder: layer(folder, None),
}


def test_polygons_become_one_area_in_metres(tmp_path: Path) -> None:
    problems = Problems()
    area = read_area(layer(tmp_path, SQUARE), problems)
    assert area is not None and not problems.found.error_count
    assert area.crs == "EPSG:32652"  # UTM zone 52 north
    assert area.shape.area == pytest.approx(11_108 * 8_142, rel=0.01)  # a tenth of a degree at 43° north


@pytest.mark.parametrize("code", WRONG)
def test_a_wrong_layer_is_told(tmp_path: Path, code: str) -> None:
    problems = Problems()
    assert read_area(WRONG[code](tmp_path), problems) is None
    assert [problem.code for problem in problems.found.errors] == [code]
