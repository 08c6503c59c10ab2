"""The same random rows and the same questions on SQLite and PostGIS must give the same answers.

Runs where AMUR_POSTGIS_URL names a server (``.ci/postgres start`` prints one).  Distances and areas are
compared to 1e-9 of their value or 1e-5 of their unit, whichever is larger: the last digits of libm.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pytest
from django.contrib.gis.db.models import (
    Collect,
    Extent,
    Extent3D,
    GeometryField,
    MakeLine,
    Union,
    functions,
)
from django.contrib.gis.geos import GEOSGeometry, LineString, Point, Polygon
from django.contrib.gis.measure import D
from django.db.models import Count, Exists, F, Model, OuterRef, Q, Subquery
from django.db.models.functions import Cast
from geosqlite_databases import POSTGIS, SQLITE
from geosqlite_models import Globe, Place, Plot, Summit
from geosqlite_random import Geometries

pytestmark = pytest.mark.postgis

PLANAR_LOOKUPS = (
    *("bbcontains", "bboverlaps", "contained", "contains", "contains_properly", "coveredby", "covers"),
    *("crosses", "disjoint", "equals", "exact", "intersects", "left", "overlaps", "overlaps_above"),
    *("overlaps_below", "overlaps_left", "overlaps_right", "right", "same_as", "strictly_above"),
    *("strictly_below", "touches", "within"),
)
EMPTY = ("POINT EMPTY", "LINESTRING EMPTY", "POLYGON EMPTY", "MULTIPOLYGON EMPTY")
GROUND = Cast("geometry", GeometryField(geography=True))
UTM_WINDOW = (400_000.0, 4_700_000.0, 410_000.0, 4_710_000.0)
#: Windows on the globe: middle latitudes, across the antimeridian and at the pole are made from them.
GLOBE_WINDOWS = ((130.0, 42.0, 140.0, 52.0), (-179.9, -60.0, 179.9, 60.0), (-170.0, 80.0, 170.0, 89.9))


def fill(model: type[Model], geometries: Iterable[GEOSGeometry | None], **extra: Any) -> None:
    """The same rows with the same keys in both databases."""
    rows = [model(pk=i, geometry=geometry, **extra) for i, geometry in enumerate(geometries, 1)]
    for alias in (SQLITE, POSTGIS):
        model.objects.using(alias).bulk_create(rows)


def keys(model: type[Model], alias: str, *conditions: Any, **look_up: Any) -> set[int]:
    return set(model.objects.using(alias).filter(*conditions, **look_up).values_list("pk", flat=True))


def same_rows(model: type[Model], *conditions: Any, **look_up: Any) -> set[int]:
    """Assert that a filter finds the same rows on both; returns them."""
    ours, theirs = (keys(model, alias, *conditions, **look_up) for alias in (SQLITE, POSTGIS))
    assert ours == theirs, (look_up, {name: getattr(value, "ewkt", value) for name, value in look_up.items()})
    return ours


def alike(ours: Any, theirs: Any) -> bool:
    if isinstance(theirs, GEOSGeometry) and isinstance(ours, GEOSGeometry):
        if ours.srid != theirs.srid or ours.empty != theirs.empty or ours.hasz != theirs.hasz:
            return False
        one, other = ours.clone(), theirs.clone()
        one.normalize()
        other.normalize()
        return ours.empty or one.equals_exact(other, 1e-7) or bool(one.equals(other))
    for wrapper in ("m", "sq_m"):
        if hasattr(theirs, wrapper):
            ours, theirs = getattr(ours, wrapper), getattr(theirs, wrapper)
    if isinstance(theirs, float) and isinstance(ours, float | int):
        return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-5)
    if isinstance(theirs, memoryview):
        return bytes(theirs) == bytes(ours)
    if isinstance(theirs, tuple):
        return all(map(alike, ours, theirs))
    return bool(ours == theirs)


def same_values(model: type[Model], expression: Any, *conditions: Any) -> None:
    """Assert that an expression has the same value for each row."""
    rows = [
        dict(
            model.objects.using(alias)
            .filter(*conditions)
            .annotate(value=expression)
            .values_list("pk", "value")
        )
        for alias in (SQLITE, POSTGIS)
    ]
    assert rows[0].keys() == rows[1].keys()
    for key, theirs in rows[1].items():
        ours = rows[0][key]
        assert alike(ours, theirs), (
            expression,
            key,
            ours,
            theirs,
            model.objects.using(SQLITE).get(pk=key).geometry.ewkt,
        )


@pytest.fixture
def both(sqlite: Any, postgis: Any) -> None:
    """Both databases with empty tables."""


def lonlat(seed: int) -> Geometries:
    return Geometries(seed, (0.0, 0.0, 10.0, 10.0), 4326, 1.0)


@pytest.mark.parametrize("seed", range(3))
def test_every_planar_lookup_finds_the_same_rows(both: None, seed: int) -> None:
    empty = [GEOSGeometry(text, srid=4326) for text in EMPTY]
    fill(Place, [*lonlat(seed).many(90), None, *empty])
    found = 0
    for constant in [*lonlat(seed + 100).many(12), GEOSGeometry("POINT EMPTY", srid=4326)]:
        for lookup in PLANAR_LOOKUPS:
            found += len(same_rows(Place, **{f"geometry__{lookup}": constant}))
        for pattern in ("T********", "FF*FF****", "0********", "T*F**F***"):
            found += len(same_rows(Place, geometry__relate=(constant, pattern)))
    assert found > 1000


def test_every_exclusion_leaves_the_same_rows(both: None) -> None:
    fill(Place, [*lonlat(3).many(60), None, GEOSGeometry("POLYGON EMPTY", srid=4326)])
    for constant in lonlat(103).many(6):
        for lookup in PLANAR_LOOKUPS:
            same_rows(Place, ~Q(**{f"geometry__{lookup}": constant}))
        same_rows(Place, ~Q(geometry__dwithin=(constant, 1)))
        same_rows(Place, ~Q(geometry__distance_lt=(constant, D(km=90))))


@pytest.mark.parametrize("seed", range(2))
def test_dwithin_in_degrees_finds_the_same_rows(both: None, seed: int) -> None:
    fill(Place, [*lonlat(seed).many(90), None])
    for constant in lonlat(seed + 100).many(12):
        for degrees in (0, 0.25, 1, 3):
            same_rows(Place, geometry__dwithin=(constant, degrees))


@pytest.mark.parametrize("seed", range(2))
def test_distances_in_metres_of_the_plane_find_the_same_rows(both: None, seed: int) -> None:
    rows = Geometries(seed, UTM_WINDOW, 32652, 1000.0)
    fill(Plot, [*rows.many(90), None], reach=1500)
    for constant in Geometries(seed + 100, UTM_WINDOW, 32652, 1000.0).many(12):
        for metres in (0, 400, 2000):
            same_rows(Plot, geometry__dwithin=(constant, D(m=metres)))
            for lookup in ("distance_lt", "distance_lte", "distance_gt", "distance_gte"):
                same_rows(Plot, **{f"geometry__{lookup}": (constant, D(m=metres))})
        same_rows(Plot, geometry__dwithin=(constant, F("reach")))
        same_rows(Plot, geometry__distance_lte=(constant, F("reach")))


def test_a_constant_of_another_reference_system_finds_the_same_rows(both: None) -> None:
    fill(Plot, [*Geometries(5, UTM_WINDOW, 32652, 1000.0).many(90), None])
    window = (127.77, 42.44, 127.90, 42.54)
    found = 0
    for constant in Geometries(6, window, 4326, 0.02).many(18):
        for lookup in ("intersects", "within", "coveredby", "bboverlaps", "disjoint", "overlaps"):
            found += len(same_rows(Plot, **{f"geometry__{lookup}": constant}))
        found += len(same_rows(Plot, geometry__dwithin=(constant, D(km=1))))
        found += len(same_rows(Plot, geometry__distance_lte=(constant, D(km=1))))
    assert found > 100


@pytest.mark.parametrize("window", GLOBE_WINDOWS)
def test_geodetic_distances_find_the_same_rows(both: None, window: tuple[float, float, float, float]) -> None:
    fill(Place, [*Geometries(7, window, 4326, 2.0).many(72), None])
    for constant in Geometries(8, window, 4326, 2.0).many(6):
        for kilometres in (0.5, 300):
            for lookup in ("distance_lt", "distance_gte"):
                same_rows(Place, **{f"geometry__{lookup}": (constant, D(km=kilometres))})
            # Of a geometry, PostGIS measures wrongly on the spheroid where multi-geometries or lines
            # cross (it says kilometres for 0); its geography is right.
            look_up = {"geometry__distance_lte": (constant, D(km=kilometres), "spheroid")}
            truth = Place.objects.using(POSTGIS).annotate(ground=GROUND)
            distance = (constant, D(km=kilometres))
            found = set(truth.filter(ground__distance_lte=distance).values_list("pk", flat=True))
            assert keys(Place, SQLITE, **look_up) == found


@pytest.mark.parametrize("window", GLOBE_WINDOWS)
def test_geography_lookups_find_the_same_rows(both: None, window: tuple[float, float, float, float]) -> None:
    fill(Globe, [*Geometries(9, window, 4326, 2.0).many(72), None], reach=200_000)
    for constant in Geometries(10, window, 4326, 2.0).many(6):
        for lookup in ("intersects", "within", "contains", "exact"):
            same_rows(Globe, **{f"geometry__{lookup}": constant})
        for kilometres in (0.5, 300):
            same_rows(Globe, geometry__dwithin=(constant, D(km=kilometres)))
        same_rows(Globe, geometry__distance_lte=(constant, D(km=150)))
        same_rows(Globe, geometry__dwithin=(constant, F("reach")))


@pytest.mark.parametrize("window", GLOBE_WINDOWS)
def test_geography_covers_finds_the_same_rows(both: None, window: tuple[float, float, float, float]) -> None:
    """Off the grid: where a line only touches an edge, PostGIS decides by the turn of the ring."""
    fill(Globe, [*Geometries(9, window, 4326, 2.0).many(72), None])
    west, south, east, north = window
    inner = (west + 0.37, south + 0.41, east - 0.43, north - 0.59)
    for constant in Geometries(10, inner, 4326, 1.3).many(12):
        same_rows(Globe, geometry__covers=constant)
        same_rows(Globe, geometry__coveredby=constant)


def test_joins_of_two_columns_find_the_same_pairs(both: None) -> None:
    fill(Place, [*lonlat(11).many(60), None])
    for lookup in ("intersects", "within", "contains", "bboverlaps", "touches"):
        counts = []
        for alias in (SQLITE, POSTGIS):
            inside = Place.objects.using(alias).filter(**{f"geometry__{lookup}": OuterRef("geometry")})
            rows = Place.objects.using(alias).annotate(
                number=Subquery(inside.order_by().values("name").annotate(n=Count("pk")).values("n")),
                any=Exists(inside),
            )
            counts.append(set(rows.values_list("pk", "number", "any")))
        assert counts[0] == counts[1], lookup


def test_comparing_columns_of_joined_rows_gives_the_same(both: None) -> None:
    fill(Place, [*lonlat(12).many(40), None])
    plots = [
        Plot(pk=i, place_id=i % 40 + 1, geometry=geometry, reach=i * 100)
        for i, geometry in enumerate(Geometries(13, UTM_WINDOW, 32652, 1000.0).many(40), 1)
    ]
    for alias in (SQLITE, POSTGIS):
        Plot.objects.using(alias).bulk_create(plots)
    same_rows(Plot, geometry__disjoint=F("place__geometry"))
    same_rows(Plot, geometry__intersects=F("geometry"))
    same_rows(Plot, place__geometry__intersects=F("place__geometry"))
    same_rows(Plot, place__geometry__within=F("place__geometry"))
    same_rows(Plot, geometry__dwithin=(F("geometry"), F("reach")))


UNARY = {
    "Area": functions.Area("geometry"),
    "AsGeoJSON": functions.AsGeoJSON("geometry"),
    "AsGeoJSON bbox crs": functions.AsGeoJSON("geometry", bbox=True, crs=True, precision=4),
    "AsGML": functions.AsGML("geometry", precision=6),
    "AsGML 3": functions.AsGML("geometry", version=3, precision=6),
    "AsKML": functions.AsKML("geometry", precision=6),
    "AsSVG": functions.AsSVG("geometry", precision=6),
    "AsSVG relative": functions.AsSVG("geometry", relative=True, precision=6),
    "AsWKB": functions.AsWKB("geometry"),
    "AsWKT": functions.AsWKT("geometry"),
    "Centroid": functions.Centroid("geometry"),
    "Envelope": functions.Envelope("geometry"),
    "ForcePolygonCW": functions.ForcePolygonCW("geometry"),
    "GeoHash": functions.GeoHash("geometry"),
    "GeoHash 7": functions.GeoHash("geometry", precision=7),
    "IsEmpty": functions.IsEmpty("geometry"),
    "IsValid": functions.IsValid("geometry"),
    "Length": functions.Length("geometry"),
    "MakeValid": functions.MakeValid("geometry"),
    "NumGeometries": functions.NumGeometries("geometry"),
    "NumPoints": functions.NumPoints("geometry"),
    "Reverse": functions.Reverse("geometry"),
    "Scale": functions.Scale("geometry", 2, 3.5),
    "SnapToGrid": functions.SnapToGrid("geometry", 0.5),
    "SnapToGrid 4": functions.SnapToGrid("geometry", 0.7, 0.9, 0.1, 0.2),
    "Transform": functions.Transform("geometry", 32631),
    "Translate": functions.Translate("geometry", 1, -2),
}


@pytest.mark.parametrize("name", UNARY)
def test_functions_of_one_geometry_give_the_same(both: None, name: str) -> None:
    fill(Place, lonlat(14).many(60))
    same_values(Place, UNARY[name])


BINARY = (
    "ClosestPoint",
    "Difference",
    "Distance",
    "Intersection",
    "SymDifference",
    "Union",
    "GeometryDistance",
)


@pytest.mark.parametrize("name", BINARY)
def test_functions_of_two_geometries_give_the_same(both: None, name: str) -> None:
    fill(Place, lonlat(15).many(60))
    fill(Plot, Geometries(16, UTM_WINDOW, 32652, 1000.0).many(60))
    function = getattr(functions, name)
    for constant in (Point(3.3, 4.4, srid=4326), Polygon.from_bbox((2, 2, 5, 6))):
        constant.srid = 4326
        # The nearest of several equally near places is nobody's promise.
        if name != "ClosestPoint":
            same_values(Place, function("geometry", constant))
    same_values(Plot, function("geometry", Point(403_333.1, 4_704_567.8, srid=32652)))


def test_directions_and_places_on_lines_are_the_same(both: None) -> None:
    random = lonlat(17)
    fill(Place, [random.point(False) for _ in range(30)])
    fill(Globe, [random.point(False) for _ in range(30)])
    fill(Plot, [Geometries(18, UTM_WINDOW, 32652, 1000.0).line(False) for _ in range(1)])
    same_values(Place, functions.Azimuth("geometry", Point(5, 5, srid=4326)))
    same_values(Globe, functions.Azimuth("geometry", Point(5, 5, srid=4326)))
    same_values(Plot, functions.LineLocatePoint("geometry", Point(405_000, 4_705_000, srid=32652)))


def test_bounding_circles_are_the_same_to_a_thousandth(both: None) -> None:
    """PostGIS and GEOS find the smallest circle differently, to within the tolerance of each."""
    fill(Plot, [Geometries(19, UTM_WINDOW, 32652, 1000.0).polygon(False) for _ in range(20)])
    areas = [
        Plot.objects.using(alias).annotate(circle=functions.BoundingCircle("geometry")).order_by("pk")
        for alias in (SQLITE, POSTGIS)
    ]
    for ours, theirs in zip(*areas, strict=True):
        assert ours.circle.num_points == theirs.circle.num_points == 4 * 48 + 1
        assert math.isclose(ours.circle.area, theirs.circle.area, rel_tol=1e-3)


@pytest.mark.parametrize("window", GLOBE_WINDOWS)
def test_measures_over_ground_are_the_same(both: None, window: tuple[float, float, float, float]) -> None:
    geometries = [*Geometries(20, window, 4326, 2.0).many(60), *Geometries(21, window, 4326, 0.01).many(30)]
    fill(Globe, geometries)
    fill(Place, geometries)
    for expression in (functions.Area, functions.Length, functions.Perimeter):
        same_values(Globe, expression("geometry"))
    same_values(Place, functions.Length("geometry"))
    for constant in Geometries(22, window, 4326, 2.0).many(6):
        same_values(Globe, functions.Distance("geometry", constant))
        same_values(Place, functions.Distance("geometry", constant))
        same_values(Place, functions.Distance(GROUND, constant))
        ours, theirs = (
            dict(Place.objects.using(alias).annotate(value=distance).values_list("pk", "value"))
            for alias, distance in (
                (SQLITE, functions.Distance("geometry", constant, spheroid=True)),
                (POSTGIS, functions.Distance(GROUND, constant)),
            )
        )
        assert all(alike(ours[key], theirs[key]) for key in theirs)
    same_values(Globe, functions.Length(Cast("geometry", GeometryField(srid=4326))))


def test_distance_from_a_constant_to_a_geography_is_the_same(both: None) -> None:
    fill(Globe, Geometries(23, GLOBE_WINDOWS[0], 4326, 2.0).many(30))
    same_values(Globe, functions.Distance(Point(135, 48, srid=4326), "geometry"))


@pytest.mark.parametrize("kind", ["points", "lines", "polygons", "mixed"])
def test_aggregates_give_the_same(both: None, kind: str) -> None:
    random = lonlat(24)
    rows = {
        "points": [random.point(True) for _ in range(20)],
        "lines": [random.line(True) for _ in range(20)],
        "polygons": [random.polygon(True) for _ in range(20)],
        "mixed": list(random.many(30)),
    }[kind]
    fill(Place, [*rows, None])
    for aggregate in (Collect, Extent, Union):
        ours, theirs = (
            Place.objects.using(alias).order_by("pk").aggregate(value=aggregate("geometry"))["value"]
            for alias in (SQLITE, POSTGIS)
        )
        assert type(ours) is type(theirs)
        assert alike(ours, theirs), (aggregate, ours, theirs)
    nothing = [
        Place.objects.using(alias)
        .filter(pk=0)
        .aggregate(a=Collect("geometry"), b=Extent("geometry"), c=Union("geometry"))
        for alias in (SQLITE, POSTGIS)
    ]
    assert nothing[0] == nothing[1] == {"a": None, "b": None, "c": None}


def test_heights_give_the_same(both: None) -> None:
    ring = [
        (400_000, 4_700_000, 10),
        (400_100, 4_700_000, 60),
        (400_100, 4_700_080, 20),
        (400_000, 4_700_000, 10),
    ]
    row = Summit(
        pk=1,
        point=Point(*ring[1], srid=32652),
        line=LineString(ring, srid=32652),
        polygon=Polygon(ring, srid=32652),
    )
    for alias in (SQLITE, POSTGIS):
        row.save(using=alias, force_insert=True)
    expressions = {
        "length": functions.Length("line"),
        "perimeter": functions.Perimeter("polygon"),
        "json": functions.AsGeoJSON("line"),
        "kml": functions.AsKML("point", precision=6),
        "gml": functions.AsGML("polygon", version=3),
        "wkt": functions.AsWKT("polygon"),
        "moved": functions.Translate("point", 1, 2, 3),
        "scaled": functions.Scale("point", 1, 2, 3),
        "there": functions.Transform("line", 4326),
    }
    ours, theirs = (
        Summit.objects.using(alias).annotate(**expressions).values().get() for alias in (SQLITE, POSTGIS)
    )
    for name in theirs:
        assert alike(ours[name], theirs[name]), (name, ours[name], theirs[name])
    row.pk, row.point = 2, Point(*ring[2], srid=32652)
    for alias in (SQLITE, POSTGIS):
        row.save(using=alias, force_insert=True)
    for aggregate in (Extent3D("polygon"), MakeLine("point")):
        one, other = (Summit.objects.using(alias).aggregate(v=aggregate)["v"] for alias in (SQLITE, POSTGIS))
        assert alike(one, other), aggregate
