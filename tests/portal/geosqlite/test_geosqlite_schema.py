"""Tables are made, altered, renamed and dropped together with their R*Trees and triggers."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps.registry import Apps
from django.contrib.gis.db import models
from django.contrib.gis.geos import LineString, Point, Polygon
from django.db import IntegrityError
from django.db.models import Model
from geosqlite_databases import SQLITE
from geosqlite_models import Place

TABLE = "spatial_sight"


def sight(table: str = TABLE, **fields: Any) -> type[Model]:
    """A model of the table as it is at one step of its history."""
    options = {"app_label": "geosqlite_schema", "apps": Apps(), "db_table": table}
    columns = {"geometry": models.PointField(null=True), **fields}
    columns = {name: field for name, field in columns.items() if field is not None}
    return type(
        "Sight", (models.Model,), {"__module__": __name__, "Meta": type("Meta", (), options), **columns}
    )


@pytest.fixture
def made(sqlite: Any) -> Any:
    """The table with two rows."""
    model: Any = sight(name=models.CharField(max_length=9, default="x"))
    with sqlite.schema_editor() as editor:
        editor.create_model(model)
    model.objects.using(SQLITE).create(geometry=Point(1, 2, srid=4326))
    model.objects.using(SQLITE).create(geometry=None)
    return model


def objects(connection: Any, kind: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = %s AND name LIKE '%%sight%%'", [kind])
        return {row[0] for row in cursor.fetchall() if not row[0].startswith("sqlite_")}


def index_names(connection: Any, table: str = TABLE) -> set[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    return {name for name, about in found.items() if about.get("type") == "rtree"}


def works(model: Any, column: str = "geometry") -> bool:
    """The old row is found by the index, a new row and a moved row too."""
    rows = model.objects.using(SQLITE)
    near = {f"{column}__dwithin": (Point(1, 2, srid=4326), 0.1)}
    found = rows.filter(**near).count() == 1
    row = rows.create(**{column: Point(50, 50, srid=4326)})
    far = {f"{column}__dwithin": (Point(50, 50, srid=4326), 0.1)}
    found = found and rows.filter(**far).count() == 1
    rows.filter(pk=row.pk).update(**{column: Point(60, 60, srid=4326)})
    found = found and not rows.filter(**far).exists()
    row.delete()
    return found and "VIRTUAL TABLE INDEX 2:" in rows.filter(**near).explain()


def test_a_remade_table_keeps_index_and_triggers(sqlite: Any, made: Any) -> None:
    before = objects(sqlite, "trigger")
    old = made._meta.get_field("name")
    new = models.TextField(default="")
    new.set_attributes_from_name("name")
    new.model = made
    with sqlite.schema_editor() as editor:
        editor.alter_field(made, old, new)
    assert objects(sqlite, "trigger") == before
    assert len(before) == 3
    assert index_names(sqlite) == {f"rtree_{TABLE}_geometry"}
    assert works(sight(name=models.TextField(default="")))


def test_other_columns_come_and_go_without_harm(sqlite: Any, made: Any) -> None:
    number = models.IntegerField(default=3)
    number.set_attributes_from_name("number")
    note = models.CharField(max_length=3, null=True)
    note.set_attributes_from_name("note")
    with sqlite.schema_editor() as editor:
        editor.add_field(made, number)
    with sqlite.schema_editor() as editor:
        editor.add_field(sight(name=models.CharField(max_length=9), number=number), note)
    later: Any = sight(name=models.CharField(max_length=9), number=number, note=note)
    with sqlite.schema_editor() as editor:
        editor.remove_field(later, later._meta.get_field("name"))
    assert works(sight(number=models.IntegerField(default=3), note=models.CharField(max_length=3, null=True)))


def test_a_renamed_table_takes_its_index_along(sqlite: Any, made: Any) -> None:
    with sqlite.schema_editor() as editor:
        editor.alter_db_table(made, TABLE, "renamed_sight")
    assert index_names(sqlite, "renamed_sight") == {"rtree_renamed_sight_geometry"}
    assert not any(TABLE in name for name in objects(sqlite, "table") | objects(sqlite, "trigger"))
    assert works(sight("renamed_sight", name=models.CharField(max_length=9)))


def test_a_renamed_column_takes_its_index_along(sqlite: Any, made: Any) -> None:
    new = models.PointField(null=True)
    new.set_attributes_from_name("place")
    new.model = made
    with sqlite.schema_editor() as editor:
        editor.alter_field(made, made._meta.get_field("geometry"), new)
    assert index_names(sqlite) == {f"rtree_{TABLE}_place"}
    renamed = sight(geometry=None, place=models.PointField(null=True), name=models.CharField(max_length=9))
    assert works(renamed, "place")


def test_a_new_geometry_column_is_filled_and_indexed(sqlite: Any, made: Any) -> None:
    line = models.LineStringField(default=LineString((0, 0), (1, 1), srid=4326))
    line.set_attributes_from_name("line")
    area = models.PolygonField(null=True)
    area.set_attributes_from_name("area")
    with sqlite.schema_editor() as editor:
        editor.add_field(made, line)
    with sqlite.schema_editor() as editor:
        editor.add_field(sight(name=models.CharField(max_length=9), line=line), area)
    later: Any = sight(name=models.CharField(max_length=9), line=line, area=area)
    assert index_names(sqlite) == {f"rtree_{TABLE}_{column}" for column in ("geometry", "line", "area")}
    half = Polygon(((0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.4)), srid=4326)
    assert later.objects.using(SQLITE).filter(line__intersects=half).count() == 2
    with sqlite.schema_editor() as editor:
        editor.remove_field(later, later._meta.get_field("area"))
    assert index_names(sqlite) == {f"rtree_{TABLE}_{column}" for column in ("geometry", "line")}


def test_an_index_can_be_given_up_and_made_again(sqlite: Any, made: Any) -> None:
    old, new = made._meta.get_field("geometry"), models.PointField(null=True, spatial_index=False)
    new.set_attributes_from_name("geometry")
    new.model = made
    with sqlite.schema_editor() as editor:
        editor.alter_field(made, old, new)
    assert index_names(sqlite) == set()
    assert objects(sqlite, "trigger") == set()
    later = sight(geometry=new, name=models.CharField(max_length=9))
    with sqlite.schema_editor() as editor:
        editor.alter_field(later, new, old)
    assert works(made)


def test_heights_are_added_and_taken_away(sqlite: Any, made: Any) -> None:
    new = models.PointField(null=True, dim=3)
    new.set_attributes_from_name("geometry")
    new.model = made
    with sqlite.schema_editor() as editor:
        editor.alter_field(made, made._meta.get_field("geometry"), new)
    high: Any = sight(geometry=models.PointField(null=True, dim=3), name=models.CharField(max_length=9))
    assert high.objects.using(SQLITE).get(pk=1).geometry.coords == (1, 2, 0)
    with sqlite.schema_editor() as editor:
        editor.alter_field(high, high._meta.get_field("geometry"), made._meta.get_field("geometry"))
    assert made.objects.using(SQLITE).get(pk=1).geometry.coords == (1, 2)
    assert works(made)


def test_rows_of_another_reference_system_stop_an_alteration(sqlite: Any, made: Any) -> None:
    new = models.PointField(null=True, srid=3857)
    new.set_attributes_from_name("geometry")
    new.model = made
    with pytest.raises(IntegrityError, match="AmurShape"), sqlite.schema_editor() as editor:
        editor.alter_field(made, made._meta.get_field("geometry"), new)
    assert works(made)


def test_a_dropped_table_leaves_nothing_behind(sqlite: Any, made: Any) -> None:
    with sqlite.schema_editor() as editor:
        editor.delete_model(made)
    assert objects(sqlite, "table") | objects(sqlite, "trigger") == set()


def test_the_tables_of_an_index_are_hidden_and_columns_are_recognised(sqlite: Any, made: Any) -> None:
    names = sqlite.introspection.table_names()
    assert TABLE in names
    assert not any(name.startswith("rtree_") for name in names)
    with sqlite.cursor() as cursor:
        columns = {row.name: row for row in sqlite.introspection.get_table_description(cursor, TABLE)}
    assert columns["geometry"].type_code == "geometry point(4326)"
    assert sqlite.introspection.get_geometry_type(TABLE, columns["geometry"]) == ("PointField", {})
    with sqlite.cursor() as cursor:
        high = {
            row.name: row
            for row in sqlite.introspection.get_table_description(cursor, "geosqlite_tests_summit")
        }
        globe = sqlite.introspection.get_table_description(cursor, "geosqlite_tests_globe")[-1]
    assert sqlite.introspection.get_geometry_type("", high["polygon"]) == (
        "PolygonField",
        {"srid": 32652, "dim": 3},
    )
    assert sqlite.introspection.get_geometry_type("", globe) == ("GeometryField", {"geography": True})


def test_vacuum_and_backup_keep_index_and_rows_together(sqlite: Any, tmp_path: Any) -> None:
    rows = Place.objects.using(SQLITE)
    rows.bulk_create([Place(geometry=Point(i, i, srid=4326)) for i in range(20)])
    rows.filter(pk__lte=10).delete()
    with sqlite.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchall() == [("ok",)]
        cursor.execute("SELECT rtreecheck('rtree_geosqlite_tests_place_geometry')")
        assert cursor.fetchone() == ("ok",)
    area = Polygon.from_bbox((11.5, 11.5, 14.5, 14.5))
    area.srid = 4326
    assert rows.filter(geometry__within=area).count() == 3
