"""Masks of habitat alone: polygons and rasters, in metres and in degrees, and every sentence about wrong ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from amur.formats.capture import WORDINGS, Sources, read_survey
from amur.formats.capture.survey import Read
from amur.formats.errors import FormatErrors
from amur.formats.rasters import Grid, Raster, write

CRS = "EPSG:32652"
EAST, NORTH = 500_000.0, 4_800_000.0
"""The detector in the west; another stands 4 km east of it."""
WEST_HALF = shapely.box(EAST - 9000, NORTH - 9000, EAST + 2000, NORTH + 9000)


def read(folder: Path, habitat: Path | None = None, crs: str = "", *, sessions: int = 1) -> Read:
    traps, captures = folder / "traps.txt", folder / "captures.txt"
    traps.write_text(f"A {EAST} {NORTH}\nB {EAST + 4000} {NORTH}\n")
    captures.write_text("".join(f"{k} M1 1 A\n{k} M1 2 B\n" for k in range(sessions)))
    sources = Sources((traps,), captures, "proximity", buffer=5000.0, nx=28, occasions=(5,))
    return read_survey(replace(sources, habitat=habitat, crs=crs))


def vector(folder: Path, shape: Any, name: str, crs: str = CRS) -> Path:
    import pyogrio

    path = folder / name
    wkb = np.array([shapely.to_wkb(shape)], dtype=object)
    pyogrio.raw.write(path, wkb, [np.array([1])], ["n"], geometry_type=shape.geom_type, crs=crs)
    return path


def degrees(shape: Any) -> Any:
    way = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    dense = shapely.segmentize(shape, 100.0)
    return shapely.transform(dense, lambda at: np.column_stack(way.transform(at[:, 0], at[:, 1])))


def geojson(folder: Path) -> Path:
    path = folder / "forest.geojson"
    feature = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(degrees(WEST_HALF))}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


def cells(crs: str | None = CRS, west: float = EAST - 9000) -> Raster:
    """Cells of 500 m: 0 in the east, 2 and no data by turns from south to north in the west."""
    values = np.zeros((36, 44))
    values[:, :22] = 2.0
    values[::2, :22] = np.nan
    return Raster(values, Grid(36, 44, west, NORTH - 9000, 500.0, 500.0, crs))


def cells_in_degrees(crs: str | None) -> Raster:
    values = np.full((40, 80), 3.0)
    values[:, 40:] = 0.0
    way = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    east, north = way.transform(EAST + 2000, NORTH)
    return Raster(values, Grid(40, 80, east - 0.4, north - 0.2, 0.01, 0.01, crs))


LAYERS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "geopackage": (lambda folder: vector(folder, WEST_HALF, "forest.gpkg"), ""),
    "geopackage-and-its-system": (lambda folder: vector(folder, WEST_HALF, "forest.gpkg"), CRS),
    "shapefile": (lambda folder: vector(folder, WEST_HALF, "forest.shp"), ""),
    "geojson-in-degrees": (geojson, CRS),
    "geotiff-in-degrees": (lambda folder: write(folder / "forest.tif", cells_in_degrees("EPSG:4326")), CRS),
    "grid-in-degrees": (lambda folder: write(folder / "forest.asc", cells_in_degrees(None)), CRS),
}


@pytest.mark.parametrize("name", LAYERS)
def test_points_of_the_mask_that_are_habitat_are_kept(tmp_path: Path, name: str) -> None:
    layer, crs = LAYERS[name]
    whole = read(tmp_path).survey.sessions[0].mask
    found = read(tmp_path, layer(tmp_path), crs)
    mask = found.survey.sessions[0].mask
    wanted = whole.points[whole.points[:, 0] < EAST + 2000]
    assert mask.cell_area == whole.cell_area
    assert len(mask.points) == pytest.approx(len(wanted), abs=2)  # meridians are no northings
    if name.startswith(("geop", "shape")):
        np.testing.assert_array_equal(mask.points, wanted)
    assert "Detectors of session 0 outside the habitat: 1, “B” first." in str(found.notes[-1])
    assert mask.covariates == {}


def test_values_of_a_raster_are_a_covariate_of_all_masks(tmp_path: Path) -> None:
    raster = cells()
    raster.values[:, 11:22] *= 3
    found = read(tmp_path, write(tmp_path / "tree cover.tif", raster), sessions=2)
    assert "habitat-covariate" in [note.code for note in found.notes]
    for session in found.survey.sessions:
        mask = session.mask
        values = mask.covariates["tree_cover"]
        assert set(values.tolist()) == {2.0, 6.0}
        np.testing.assert_array_equal(values == 6.0, mask.points[:, 0] > EAST - 9000 + 11 * 500)
        assert mask.points[:, 0].max() < EAST + 2000
        rows = (mask.points[:, 1] - NORTH + 9000) // 500
        assert (rows % 2 == 0).all()


@pytest.mark.parametrize("suffix", ["asc", "tif"])
def test_a_raster_in_another_system_of_metres_is_reached_with_crs(tmp_path: Path, suffix: str) -> None:
    """An ASCII grid says no system and is taken to be in that of the detectors."""
    layer = write(tmp_path / f"forest.{suffix}", cells("EPSG:32652" if suffix == "tif" else None))
    first, second = (read(tmp_path, layer, crs).survey.sessions[0].mask for crs in ("", CRS))
    np.testing.assert_array_equal(first.points, second.points)
    way = Transformer.from_crs(CRS, "EPSG:32653", always_xy=True)
    east, north = way.transform(EAST, NORTH)
    raster = replace(cells(), grid=Grid(36, 44, east - 9000, north - 9000, 500.0, 500.0, "EPSG:32653"))
    other = read(tmp_path, write(tmp_path / "zone53.tif", raster), CRS).survey.sessions[0].mask
    assert 0 < len(other.points) < len(read(tmp_path).survey.sessions[0].mask.points)


def test_notes_of_a_raster_are_told(tmp_path: Path) -> None:
    import rasterio

    path = tmp_path / "forest.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=40, width=40, count=2, dtype="uint8", crs=CRS,
        transform=rasterio.Affine(500.0, 0, EAST - 9000, 0, -500.0, NORTH + 9000),
    ) as target:  # fmt: skip
        target.write(np.ones((2, 40, 40), dtype=np.uint8))
    assert "raster-bands" in [note.code for note in read(tmp_path, path).notes]


WRONG: dict[str, tuple[Callable[[Path], Path], str, str]] = {
    "habitat-crs": (lambda folder: vector(folder, WEST_HALF, "a.gpkg"), "EPSG:99999", "no known coordinate"),
    "habitat-crs-degrees": (geojson, "EPSG:4326", "such as EPSG:32652"),
    "habitat-degrees": (geojson, "", "with --crs, such as EPSG:32652"),
    "habitat-degrees-raster": (
        lambda folder: write(folder / "a.asc", cells_in_degrees(None)),
        "",
        "with --crs, such as EPSG:32652",
    ),
    "habitat-elsewhere": (
        lambda folder: vector(folder, shapely.box(0, 0, 1000, 1000), "a.gpkg"),
        "",
        "Give a layer that covers the detectors",
    ),
    "habitat-elsewhere-raster": (
        lambda folder: write(folder / "a.asc", cells(None, west=0.0)),
        "",
        "does not reach the mask of session 0",
    ),
    "habitat-elsewhere-zone": (geojson, "EPSG:32637", "with --crs"),
    "habitat-few": (
        lambda folder: vector(folder, shapely.box(EAST, NORTH, EAST + 600, NORTH + 600), "a.gpkg"),
        "",
        "points of the mask of session 0 lie in the habitat",
    ),
    "area-shape": (lambda folder: vector(folder, shapely.Point(EAST, NORTH), "a.gpkg"), "", "not an area"),
    "area-system": (
        lambda folder: vector(folder, WEST_HALF, "a.gpkg", 'LOCAL_CS["camp",UNIT["metre",1]]'),
        CRS,
        "Export it with its system",
    ),
    "file-missing": (lambda folder: folder / "a.gpkg", "", "There is no file"),
    "raster-missing": (lambda folder: folder / "a.tif", "", "There is no file"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_layer_is_told_with_what_would_be_right(tmp_path: Path, name: str) -> None:
    layer, crs, sentence = WRONG[name]
    with pytest.raises(FormatErrors) as raised:
        read(tmp_path, layer(tmp_path), crs)
    (found,) = raised.value.errors
    assert name.startswith(found.code)
    assert found.file in ("a.gpkg", "a.asc", "a.tif", "forest.geojson", "--crs")
    assert sentence in str(found)
    assert "{" not in str(found)


def test_every_sentence_about_habitat_has_a_test() -> None:
    noted = {"habitat-off", "habitat-covariate"}
    codes = {code for code in WORDINGS if code.startswith("habitat-")}
    assert codes - noted <= set(WRONG)
