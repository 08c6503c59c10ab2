"""Geometry errors are reported with their place and are never repaired."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyogrio
import pyproj
import pytest
import shapely

from amur.formats.wdpca import AreaReport, AreaRow, check, write
from amur.formats.wdpca.geometries import geodesic_area_km2

Cells = dict[str, str]
Checker = Callable[..., AreaReport]

BOW_TIE = "POLYGON ((133 48, 134 49, 134 48, 133 49, 133 48))"


@pytest.mark.parametrize(
    ("wkt", "code"),
    [
        (BOW_TIE, "geometry-invalid"),
        ("POLYGON ((133 48, 134 48, 134 49, 133 48), (140 50, 141 50, 141 51, 140 50))", "geometry-invalid"),
        ("POLYGON ((133 48, 134 48, 133 48, 133 48))", "geometry-zero-area"),
        ("POLYGON EMPTY", "geometry-empty"),
        ("LINESTRING (133 48, 134 49)", "geometry-type"),
        ("GEOMETRYCOLLECTION (POINT (133 48))", "geometry-type"),
        ("POINT (48.98 133.05)", "coordinate-swapped"),
        ("POINT (500000 5400000)", "coordinate-range"),
        ("POINT (inf 48)", "coordinate-not-finite"),
        ("POLYGON ((133 48, 134 48, 134 49, 133 49))", "geometry-unreadable"),
    ],
)
def test_a_wrong_geometry_keeps_the_row_out(cells: Cells, check_table: Checker, wkt: str, code: str) -> None:
    report = check_table({**cells, "geometry": wkt})
    assert [(problem.code, problem.row, problem.column) for problem in report.problems] == [
        (code, 2, "geometry")
    ]
    assert report.rows == ()


def test_a_self_intersection_is_shown_with_its_place(cells: Cells, check_table: Checker) -> None:
    (problem,) = check_table({**cells, "geometry": BOW_TIE}).problems
    assert problem.params["reason"] == "self-intersection"
    assert (problem.params["longitude"], problem.params["latitude"]) == ("133.5", "48.5")


def test_an_invalid_polygon_is_found_in_every_format(area: AreaRow, tmp_path: Path) -> None:
    broken = replace(area, geometry=shapely.from_wkt(BOW_TIE))
    for name in ("areas.gpkg", "areas.zip", "areas.geojson", "areas.csv"):
        write(tmp_path / name, [broken])
        report = check(tmp_path / name, this_year=2026)
        assert [problem.code for problem in report.problems] == ["geometry-invalid"], name


def test_heights_are_left_out_and_told(cells: Cells, check_table: Checker) -> None:
    report = check_table({**cells, "geometry": "POINT Z (133.05 48.98 120)"})
    assert [problem.code for problem in report.problems] == ["geometry-height"]
    assert report.areas[0].geometry.wkt == "POINT (133.05 48.98)"


def test_exchanged_coordinates_inside_the_range_are_suspected_by_country(
    cells: Cells, check_table: Checker
) -> None:
    european = {**cells, "geometry": "POINT (61.5 40.2)", "rep_area": ""}
    report = check_table(european)
    assert [problem.code for problem in report.problems] == ["coordinate-swap-suspected"]
    assert report.areas[0].geometry.wkt == "POINT (61.5 40.2)"


def test_an_area_given_in_hectares_is_noticed(cells: Cells, check_table: Checker) -> None:
    hectares = {**cells, "rep_area": str(float(cells["rep_area"]) * 100)}
    assert [problem.code for problem in check_table(hectares).problems] == ["area-differs"]


def test_the_area_of_a_zone_of_the_ellipsoid_is_exact() -> None:
    """Between two parallels the area of an ellipsoid has a closed form; a ring of 1° cells must sum to it."""
    a, f = 6378137.0, 1 / 298.257223563
    e = np.sqrt(f * (2 - f))

    def half(latitude: float) -> float:
        s = np.sin(np.radians(latitude))
        return float(s / (1 - (e * s) ** 2) + np.arctanh(e * s) / e)

    zone = np.pi * (a**2) * (1 - e**2) * (half(49) - half(48)) / 1e6 / 360
    # Parallels are not geodesics: the sides are cut into pieces so short that the difference is gone.
    cell = shapely.segmentize(shapely.box(130, 48, 131, 49), 0.002)
    assert geodesic_area_km2(cell) == pytest.approx(zone, rel=1e-6)


def test_a_hole_and_a_second_part_count_in_the_area() -> None:
    outer, inner = shapely.box(130, 48, 131, 49), shapely.box(130.2, 48.2, 130.4, 48.4)
    other = shapely.box(140, 48, 141, 49)
    both = shapely.union_all([outer.difference(inner), other])
    expected = geodesic_area_km2(outer) - geodesic_area_km2(inner) + geodesic_area_km2(other)
    assert geodesic_area_km2(both) == pytest.approx(expected)
    assert geodesic_area_km2(both.reverse()) == pytest.approx(expected)
    assert geodesic_area_km2(shapely.Point(130, 48)) == 0.0


def test_another_coordinate_system_is_transformed_and_told(area: AreaRow, tmp_path: Path) -> None:
    to_utm = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:32653", always_xy=True)
    moved = shapely.transform(area.geometry, lambda c: np.column_stack(to_utm.transform(c[:, 0], c[:, 1])))
    _relay(area, tmp_path / "utm.gpkg", moved, "EPSG:32653")
    report = check(tmp_path / "utm.gpkg", this_year=2026)
    assert [problem.code for problem in report.problems] == ["crs-transformed"]
    assert report.problems[0].params["crs"] == "WGS 84 / UTM zone 53N"
    assert shapely.equals_exact(report.areas[0].geometry, area.geometry, 1e-8)


def test_a_layer_without_coordinate_system_is_refused(area: AreaRow, tmp_path: Path) -> None:
    _relay(area, tmp_path / "none.gpkg", area.geometry, None)
    assert "crs-missing" in {
        problem.code for problem in check(tmp_path / "none.gpkg", this_year=2026).problems
    }


def test_geojson_rings_must_be_closed_and_finite(area: AreaRow, tmp_path: Path) -> None:
    write(tmp_path / "areas.geojson", [area])
    document = json.loads((tmp_path / "areas.geojson").read_text())
    ring = document["features"][0]["geometry"]["coordinates"][0]
    for bad in (
        ring[:-1],
        ring[:3],
        [*ring[:-1], ["133", 48]],
        [*ring[:-1], [True, 48]],
        [*ring[:-1], 7],
        "ring",
    ):
        document["features"][0]["geometry"]["coordinates"][0] = bad
        (tmp_path / "bad.geojson").write_text(json.dumps(document))
        (problem,) = check(tmp_path / "bad.geojson", this_year=2026).problems
        assert (problem.code, problem.row) == ("geometry-unreadable", 1)
        assert "RFC 7946" in problem.expected


def test_a_geojson_crs_other_than_wgs84_is_refused(area: AreaRow, tmp_path: Path) -> None:
    write(tmp_path / "areas.geojson", [area])
    document = json.loads((tmp_path / "areas.geojson").read_text())
    for name, refused in (("urn:ogc:def:crs:OGC:1.3:CRS84", False), ("urn:ogc:def:crs:EPSG::3857", True)):
        document["crs"] = {"type": "name", "properties": {"name": name}}
        (tmp_path / "crs.geojson").write_text(json.dumps(document))
        assert bool(check(tmp_path / "crs.geojson", this_year=2026).error_count) is refused


def _relay(area: AreaRow, path: Path, geometry: shapely.geometry.base.BaseGeometry, crs: str | None) -> None:
    """Write a layer with another coordinate system, as a GIS would."""
    write(path.with_suffix(".zip"), [replace(area, extra={})])
    meta, _, _, data = pyogrio.raw.read(f"/vsizip/{path.with_suffix('.zip')}")
    pyogrio.raw.write(
        str(path),
        np.array([shapely.to_wkb(geometry)], dtype=object),
        data,
        meta["fields"],
        layer="areas",
        driver="GPKG",
        geometry_type="Polygon",
        crs=crs,
    )
