"""Distances, lengths and areas over ground against known values and against an exhaustive search."""

from __future__ import annotations

import math
import sqlite3
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import Point, Polygon
from django.contrib.gis.measure import D
from geosqlite_databases import SQLITE
from geosqlite_models import Globe, Place
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from amur.portal.geosqlite import boxes, codec, geodesy, registry

WGS84 = Geod(ellps="WGS84")
longitudes = st.floats(-180, 180)
latitudes = st.floats(-89.9, 89.9)


@pytest.fixture(scope="module")
def sql() -> Any:
    connection = sqlite3.connect(":memory:")
    registry.register(connection)

    def ask(expression: str, *geometries: str) -> Any:
        blobs = [codec.encode(shapely.from_wkt(text), 4326) for text in geometries]
        return connection.execute(f"SELECT {expression}", blobs).fetchone()[0]

    return ask


def test_the_quadrant_of_a_meridian_is_10_001_966_metres(sql: Any) -> None:
    assert sql("AmurGeogDistance(?, ?)", "POINT(7 0)", "POINT(7 90)") == pytest.approx(
        10_001_965.729, abs=1e-3
    )
    assert sql("ST_DistanceSphere(?, ?)", "POINT(7 0)", "POINT(7 90)") == pytest.approx(
        6_371_008.7714 * math.pi / 2, abs=1e-2
    )


def test_the_area_of_the_ellipsoid_is_found_in_two_halves(sql: Any) -> None:
    """Half of 510,065,621.724 km² (WGS 84)."""
    corners = ", ".join(f"{longitude} 0" for longitude in (-180, -90, 0, 90, 180))
    area = sql("AmurGeogArea(?)", f"POLYGON(({corners}, 180 90, -180 90, -180 0))")
    assert area / 1e6 == pytest.approx(510_065_621.724 / 2, rel=1e-9)


def test_holes_are_taken_from_the_area_and_added_to_the_perimeter(sql: Any) -> None:
    shell, hole = (
        "(130 45, 131 45, 131 46, 130 46, 130 45)",
        "(130.2 45.2, 130.2 45.4, 130.4 45.4, 130.2 45.2)",
    )
    areas = [sql("AmurGeogArea(?)", f"POLYGON({text})") for text in (shell, hole, f"{shell}, {hole}")]
    assert areas[2] == pytest.approx(areas[0] - areas[1])
    lengths = [sql("AmurGeogPerimeter(?)", f"POLYGON({text})") for text in (shell, hole, f"{shell}, {hole}")]
    assert lengths[2] == pytest.approx(lengths[0] + lengths[1])


def test_measures_of_null_and_empty_geometries_are_null_or_nothing(sql: Any) -> None:
    for function in ("AmurGeogDistance", "ST_DistanceSphere", "ST_Distance"):
        assert sql(f"{function}(?, NULL)", "POINT(1 1)") is None
        assert sql(f"{function}(?, ?)", "POINT(1 1)", "POINT EMPTY") is None
        assert sql(f"{function}(?, ?)", "POLYGON EMPTY", "POINT(1 1)") is None
    assert sql("AmurGeogArea(?)", "POLYGON EMPTY") == 0
    assert sql("ST_Length(?)", "LINESTRING EMPTY") == 0


def nearest_by_search(point: tuple[float, float], line: np.ndarray) -> float:
    """Metres to the nearest of 20,001 places on each great circle of a line."""
    share = np.linspace(0, 1, 20_001)[:, None]
    best = math.inf
    for start, end in pairwise(line):
        ends = geodesy.unit_vectors(np.array([start, end]))
        places = ends[0] * (1 - share) + ends[1] * share
        places /= np.linalg.norm(places, axis=1)[:, None]
        longitude, latitude = (
            np.degrees(np.arctan2(places[:, 1], places[:, 0])),
            np.degrees(np.arcsin(places[:, 2])),
        )
        _, _, metres = WGS84.inv(
            np.full_like(longitude, point[0]), np.full_like(latitude, point[1]), longitude, latitude
        )
        best = min(best, float(metres.min()))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_the_distance_to_a_line_is_that_of_the_nearest_place_on_the_ellipsoid(sql: Any, seed: int) -> None:
    """To 23 millionths: the foot of the perpendicular is found on the sphere, as in PostGIS."""
    random = np.random.default_rng(seed)
    line = np.column_stack((random.uniform(130, 133, 4), random.uniform(-1, 1, 4) + (0, 45, 80)[seed % 3]))
    point = float(random.uniform(129, 134)), float(random.uniform(-2, 2)) + (0, 45, 80)[seed % 3]
    text = ", ".join(f"{east!r} {north!r}" for east, north in line.tolist())
    found = sql("AmurGeogDistance(?, ?)", f"POINT({point[0]!r} {point[1]!r})", f"LINESTRING({text})")
    expected = nearest_by_search(point, line)
    # The search itself steps by up to 20 m along the line.
    assert found == pytest.approx(expected, rel=2.3e-5, abs=1.0)


def test_the_edge_of_a_polygon_is_a_great_circle_and_its_inside_is_at_distance_nought(sql: Any) -> None:
    polygon = "POLYGON((0 50, 90 50, 90 10, 0 10, 0 50))"
    assert sql("AmurGeogDistance(?, ?)", "POINT(45 58)", polygon) == 0
    assert sql("AmurGeogDistance(?, ?)", "POINT(45 60)", polygon) > 50_000
    assert sql("AmurGeogCovers(?, ?)", polygon, "POINT(45 58)") == 1
    assert sql("AmurGeogIntersects(?, ?)", polygon, "LINESTRING(-10 20, 100 20)") == 1


def test_a_polygon_across_the_antimeridian_or_round_the_pole_holds_what_is_in_it(sql: Any) -> None:
    across = "POLYGON((179 -1, -179 -1, -179 1, 179 1, 179 -1))"
    assert sql("AmurGeogCovers(?, ?)", across, "POINT(180 0)") == 1
    assert sql("AmurGeogCovers(?, ?)", across, "POINT(-179.5 0.5)") == 1
    assert sql("AmurGeogCovers(?, ?)", across, "POINT(0 0)") == 0
    pole = "POLYGON((0 80, 90 80, 180 80, -90 80, 0 80))"
    assert sql("AmurGeogCovers(?, ?)", pole, "POINT(33 90)") == 1
    assert sql("AmurGeogCovers(?, ?)", pole, "POINT(45 70)") == 0


@settings(max_examples=300, deadline=None)
@given(longitudes, latitudes, st.floats(0, 360), st.floats(0, 15_000_000))
def test_a_search_box_holds_every_place_within_the_distance(
    longitude: float, latitude: float, azimuth: float, metres: float
) -> None:
    east, north, _ = WGS84.fwd(longitude, latitude, azimuth, metres)
    found = boxes.search_boxes(boxes.Box(longitude, latitude, longitude, latitude), True, metres)
    slack = 1e-9  # of the geodesic itself
    assert any(
        box.west - slack <= east <= box.east + slack and box.south - slack <= north <= box.north + slack
        for box in found
    )


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(longitudes, latitudes), min_size=2, max_size=4, unique=True), st.floats(0, 1))
def test_the_box_of_a_row_holds_its_great_circles(corners: list[tuple[float, float]], share: float) -> None:
    box = boxes.geodesic_box(shapely.LineString(corners))
    assert box is not None
    ends = geodesy.unit_vectors(np.array(corners[:2]))
    place = ends[0] * (1 - share) + ends[1] * share
    if np.linalg.norm(place) < 1e-6:
        return
    east, north = geodesy.longitude_latitude(place)
    assert box.south - 1e-7 <= north <= box.north + 1e-7
    # 180 and -180 degrees are one meridian.
    assert any(box.west - 1e-7 <= east + turn <= box.east + 1e-7 for turn in (-360, 0, 360))


@settings(max_examples=200, deadline=None)
@given(st.floats(-1e7, 1e7), st.floats(-1e7, 1e7), st.floats(0, 1e7))
def test_boxes_are_rounded_outward(west: float, south: float, size: float) -> None:
    box = boxes.Box(west, south, west + size, south + size)
    round_box = boxes.outward(box)
    assert round_box.west <= box.west and round_box.south <= box.south
    assert round_box.east >= box.east and round_box.north >= box.north
    assert all(float(np.float32(side)) == side for side in round_box)


@pytest.mark.parametrize("model", [Place, Globe])
def test_near_places_are_found_across_the_antimeridian_and_at_the_pole(sqlite: Any, model: Any) -> None:
    rows = model.objects.using(SQLITE)
    west = rows.create(geometry=Point(-179.95, 10, srid=4326))
    rows.create(geometry=Point(170, 10, srid=4326))
    top = rows.create(geometry=Point(-120, 89.99, srid=4326))
    very_top = rows.create(geometry=Point(77, 90, srid=4326))
    near = rows.filter(geometry__distance_lte=(Point(179.95, 10, srid=4326), D(km=20)))
    assert set(near) == {west}
    assert "VIRTUAL TABLE INDEX 2:" in near.explain()
    assert set(rows.filter(geometry__distance_lt=(Point(60, 89.99, srid=4326), D(km=5)))) == {top, very_top}
    assert set(rows.filter(geometry__distance_lt=(Point(0, 90, srid=4326), D(m=1)))) == {very_top}


def test_far_vertices_do_not_hide_a_row_from_a_distance_search(sqlite: Any) -> None:
    """The great circle from (0, 50) to (90, 50) comes to 59 degrees north, far outside the planar box."""
    edge = Polygon(((0, 50), (90, 50), (90, 10), (0, 10), (0, 50)), srid=4326)
    row = Place.objects.using(SQLITE).create(geometry=edge)
    near = Place.objects.using(SQLITE).filter(geometry__distance_lt=(Point(45, 59.3, srid=4326), D(km=20)))
    assert list(near) == [row]
