"""The R*Tree follows every change of its table, and look-ups use it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.gis.db import models
from django.contrib.gis.db.models import functions
from django.contrib.gis.geos import GEOSGeometry, LineString, Point, Polygon
from django.contrib.gis.measure import D
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from geosqlite_databases import OTHER, SQLITE
from geosqlite_models import Globe, Named, Place, Plot, Unindexed
from geosqlite_random import Geometries


def at(longitude: float, latitude: float) -> Point:
    return Point(longitude, latitude, srid=4326)


def square(west: float, south: float, size: float) -> Polygon:
    polygon = Polygon.from_bbox((west, south, west + size, south + size))
    polygon.srid = 4326
    return polygon


def indexed(connection: Any, table: str = "geosqlite_tests_place") -> dict[int, tuple[float, ...]]:
    with connection.cursor() as cursor:
        query = f'SELECT id, west, east, south, north FROM "rtree_{table}_geometry"'  # noqa: S608
        cursor.execute(query)
        return {row[0]: tuple(round(side, 3) for side in row[1:]) for row in cursor.fetchall()}


def sql(queryset: Any) -> str:
    text: str = queryset.query.get_compiler(SQLITE).as_sql()[0]
    return text


def plan(queryset: Any) -> str:
    return str(queryset.explain())


def test_insert_update_and_delete_are_followed_by_the_index(sqlite: Any) -> None:
    place = Place.objects.using(SQLITE).create(geometry=at(1, 2))
    assert indexed(sqlite) == {place.pk: (1, 1, 2, 2)}
    place.geometry = square(10, 20, 2)
    place.save()
    # The great circle between the upper corners runs a little north of them.
    assert indexed(sqlite) == {place.pk: (10, 12, 20, 22.003)}
    Place.objects.using(SQLITE).update(geometry=at(5, 6))
    assert indexed(sqlite) == {place.pk: (5, 5, 6, 6)}
    place.delete()
    assert indexed(sqlite) == {}


def test_null_and_empty_geometries_are_stored_and_not_indexed(sqlite: Any) -> None:
    rows = Place.objects.using(SQLITE)
    null = rows.create(geometry=None)
    empty = rows.create(geometry=GEOSGeometry("POLYGON EMPTY", srid=4326))
    assert indexed(sqlite) == {}
    assert rows.get(pk=null.pk).geometry is None
    assert rows.get(pk=empty.pk).geometry.empty
    assert not rows.filter(geometry__intersects=square(-180, -90, 180)).exists()
    assert set(rows.filter(geometry__isnull=True)) == {null}
    rows.filter(pk=null.pk).update(geometry=at(1, 1))
    assert set(indexed(sqlite)) == {null.pk}
    rows.filter(pk=null.pk).update(geometry=None)
    assert indexed(sqlite) == {}


def test_bulk_create_with_conflicts_keeps_the_index_right(sqlite: Any) -> None:
    rows = Place.objects.using(SQLITE)
    rows.bulk_create([Place(pk=1, geometry=at(1, 1)), Place(pk=2, geometry=at(2, 2))])
    rows.bulk_create(
        [Place(pk=2, geometry=at(7, 7)), Place(pk=3, geometry=at(3, 3))],
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=["geometry"],
    )
    rows.bulk_create([Place(pk=1, geometry=at(9, 9))], ignore_conflicts=True)
    assert indexed(sqlite) == {1: (1, 1, 1, 1), 2: (7, 7, 7, 7), 3: (3, 3, 3, 3)}
    rows.bulk_update([Place(pk=3, geometry=at(4, 4))], ["geometry"])
    assert indexed(sqlite)[3] == (4, 4, 4, 4)


def test_a_rollback_takes_the_index_back(sqlite: Any) -> None:
    rows = Place.objects.using(SQLITE)
    kept = rows.create(geometry=at(1, 1))
    with pytest.raises(RuntimeError), transaction.atomic(using=SQLITE):
        rows.create(geometry=at(2, 2))
        rows.filter(pk=kept.pk).update(geometry=at(3, 3))
        raise RuntimeError
    assert indexed(sqlite) == {kept.pk: (1, 1, 1, 1)}
    with transaction.atomic(using=SQLITE):
        with pytest.raises(RuntimeError), transaction.atomic(using=SQLITE):
            rows.filter(pk=kept.pk).delete()
            raise RuntimeError
        assert rows.filter(geometry__intersects=at(1, 1)).count() == 1
    assert indexed(sqlite) == {kept.pk: (1, 1, 1, 1)}


def test_two_databases_have_their_own_indexes(sqlite: Any, other: Any) -> None:
    Place.objects.using(SQLITE).create(geometry=at(1, 1))
    Place.objects.using(OTHER).create(geometry=at(2, 2))
    assert not Place.objects.using(OTHER).filter(geometry__intersects=at(1, 1)).exists()
    assert Place.objects.using(OTHER).filter(geometry__intersects=at(2, 2)).exists()


def test_a_geometry_of_another_kind_or_dimension_is_refused(sqlite: Any) -> None:
    with pytest.raises(IntegrityError, match="AmurShape"), sqlite.cursor() as cursor:
        cursor.execute(
            "INSERT INTO geosqlite_tests_unindexed (geometry) "
            "VALUES (ST_GeomFromText('LINESTRING(0 0,1 1)', 4326))"
        )
    with pytest.raises(IntegrityError, match="AmurShape"), sqlite.cursor() as cursor:
        cursor.execute(
            "INSERT INTO geosqlite_tests_unindexed (geometry) "
            "VALUES (ST_GeomFromText('POINT Z (0 0 1)', 4326))"
        )
    with pytest.raises(IntegrityError, match="AmurShape"), sqlite.cursor() as cursor:
        cursor.execute("INSERT INTO geosqlite_tests_unindexed (geometry) VALUES ('POINT (1 2)')")


@pytest.mark.parametrize(
    "look_up",
    [
        {"geometry__within": square(0, 0, 1)},
        {"geometry__intersects": square(0, 0, 1)},
        {"geometry__bboverlaps": square(0, 0, 1)},
        {"geometry__exact": at(0, 0)},
        {"geometry__dwithin": (at(0, 0), 0.1)},
        {"geometry__distance_lt": (at(0, 0), D(km=5))},
        {"geometry__distance_lte": (at(0, 0), D(km=5), "spheroid")},
        {"geometry__contains": Point(300_000, 4_800_000, srid=32652)},
    ],
)
def test_look_ups_with_a_constant_search_the_index(sqlite: Any, look_up: dict[str, Any]) -> None:
    text = plan(Place.objects.using(SQLITE).filter(**look_up))
    assert "VIRTUAL TABLE INDEX 2:" in text
    assert "SEARCH geosqlite_tests_place USING INTEGER PRIMARY KEY" in text


def test_look_ups_in_metres_and_with_expressions_search_the_index(sqlite: Any) -> None:
    centre = Point(400_000, 4_700_000, srid=32652)
    for condition in (
        Q(geometry__dwithin=(centre, D(m=50))),
        Q(geometry__distance_lte=(at(130, 45), D(m=50))),
    ):
        assert "VIRTUAL TABLE INDEX 2:" in plan(Plot.objects.using(SQLITE).filter(condition))
    assert "VIRTUAL TABLE INDEX 2:" in plan(
        Globe.objects.using(SQLITE).filter(geometry__dwithin=(at(1, 1), D(km=1)))
    )


def test_a_join_by_outer_reference_searches_the_index_inside_the_loop(sqlite: Any) -> None:
    inside = Place.objects.using(SQLITE).filter(geometry__within=OuterRef("geometry"))
    text = plan(Place.objects.using(SQLITE).annotate(any=Exists(inside)))
    assert "VIRTUAL TABLE INDEX 2:" in text
    assert "SEARCH U0 USING INTEGER PRIMARY KEY" in text or "SEARCH U0 USING COVERING" in text


def test_a_look_up_on_joined_rows_asks_the_index_by_key(sqlite: Any) -> None:
    queryset = Plot.objects.using(SQLITE).filter(place__geometry__intersects=F("place__geometry"))
    assert "VIRTUAL TABLE INDEX 1:" in plan(queryset)


def test_point_columns_are_picked_in_arrays_and_other_conditions_are_not_lost(sqlite: Any) -> None:
    class Sight(models.Model):
        number = models.IntegerField()
        place = models.PointField()

        class Meta:
            app_label = "geosqlite_tests_picking"

    with sqlite.schema_editor() as editor:
        editor.create_model(Sight)
    rows = Sight.objects.using(SQLITE)
    places = Geometries(1, (0.0, 0.0, 4.0, 4.0), 4326, 1.0)
    made = rows.bulk_create([Sight(number=i % 3, place=places.point(i % 2 == 0)) for i in range(300)])
    area = Polygon(
        ((1, 1), (3, 1), (3, 3), (1, 3), (1, 1)), ((1.5, 1.5), (2, 1.5), (2, 2), (1.5, 1.5)), srid=4326
    )
    for lookup, test in (("within", "within"), ("intersects", "intersects"), ("coveredby", "covered_by")):
        queryset = rows.filter(**{f"place__{lookup}": area})
        assert "AmurPick" in sql(queryset)
        expected = {
            each.pk
            for each in made
            if (area.covers(each.place) if test == "covered_by" else getattr(each.place, test)(area))
        }
        assert set(queryset.values_list("pk", flat=True)) == expected
        both = queryset.filter(number=1)
        assert "AmurPick" not in sql(both)
        assert set(both.values_list("pk", flat=True)) == {e.pk for e in made if e.number == 1} & expected
        assert (
            set(rows.exclude(**{f"place__{lookup}": area}).values_list("pk", flat=True))
            == {each.pk for each in made} - expected
        )
    pairs = rows.filter(place__intersects=OuterRef("place")).order_by().values("place")
    counted = rows.annotate(n=models.Subquery(pairs.annotate(n=Count("pk")).values("n")))
    assert "AmurPick" in sql(counted)
    assert {row.n for row in counted} >= {1}
    assert rows.filter(place__within=area).delete()[0] == rows.none().count() + len(
        {each.pk for each in made if each.place.within(area)}
    )


def test_a_column_without_index_and_a_key_that_is_no_integer_still_answer(sqlite: Any) -> None:
    Unindexed.objects.using(SQLITE).create(geometry=at(1, 1))
    Named.objects.using(SQLITE).create(key="a", geometry=at(1, 1))
    for model in (Unindexed, Named):
        queryset = model.objects.using(SQLITE).filter(geometry__within=square(0, 0, 2))
        assert queryset.count() == 1
        assert "VIRTUAL TABLE" not in plan(queryset)
    warnings = [message.id for message in sqlite.validation.check_field(Named._meta.get_field("geometry"))]
    assert warnings == ["geosqlite.W001"]
    assert sqlite.validation.check_field(Place._meta.get_field("geometry")) == []


def test_a_table_whose_index_is_gone_is_searched_without_it(sqlite: Any) -> None:
    place = Place.objects.using(SQLITE).create(geometry=at(1, 1))
    with sqlite.cursor() as cursor:
        for event in ("insert", "update", "delete"):
            cursor.execute(f"DROP TRIGGER rtree_geosqlite_tests_place_geometry_{event}")
        cursor.execute("DROP TABLE rtree_geosqlite_tests_place_geometry")
    sqlite.close()
    assert list(Place.objects.using(SQLITE).filter(geometry__intersects=at(1, 1))) == [place]


def test_an_impossible_question_says_what_was_wrong(sqlite: Any) -> None:
    Place.objects.using(SQLITE).create(geometry=at(1, 91))
    rows = Place.objects.using(SQLITE)
    with pytest.raises(OperationalError, match="outside the area of EPSG:32652"):
        list(rows.annotate(there=functions.Transform("geometry", 32652)))
    with pytest.raises(OperationalError, match="SRID 99999 is not known"):
        list(rows.annotate(there=functions.Transform("geometry", 99999)))
    with (
        pytest.raises(OperationalError, match=r"mixed SRID geometries \(4326 and 3857\)"),
        sqlite.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT ST_Distance(ST_GeomFromText('POINT(1 1)', 4326), ST_GeomFromText('POINT(1 1)', 3857))"
        )


def test_deleting_and_flushing_all_rows_leaves_an_empty_index(sqlite: Any) -> None:
    Place.objects.using(SQLITE).bulk_create([Place(geometry=LineString((i, i), (i, 2))) for i in range(5, 9)])
    assert len(indexed(sqlite)) == 4
    Place.objects.using(SQLITE).all().delete()
    assert indexed(sqlite) == {}


def test_alternatives_on_points_are_both_found(sqlite: Any) -> None:
    class Spot(models.Model):
        place = models.PointField()

        class Meta:
            app_label = "geosqlite_tests_picking"

    with sqlite.schema_editor() as editor:
        editor.create_model(Spot)
    rows = Spot.objects.using(SQLITE)
    rows.bulk_create([Spot(pk=i, place=at(i, i)) for i in range(1, 10)])
    either = Q(place__within=square(0.5, 0.5, 1)) | Q(place__within=square(4.5, 4.5, 1))
    assert set(rows.filter(either).values_list("pk", flat=True)) == {1, 5}
    assert list(
        rows.filter(place__within=square(0.5, 0.5, 9)).order_by("-pk")[:2].values_list("pk", flat=True)
    ) == [9, 8]
    assert rows.filter(place__within=square(4.5, 4.5, 1)).update(place=at(50, 50)) == 1
    assert rows.filter(place__within=square(49, 49, 2)).get().pk == 5
