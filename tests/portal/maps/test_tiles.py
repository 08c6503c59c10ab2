"""What goes into a tile comes out of it, cut to the tile and no more."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box
from shapely.geometry import shape

from amur.portal.maps.grid import BUFFER, EXTENT, Tile, tile_at
from amur.portal.maps.tiles import LayerContent, decode, encode, subject_tile, to_tile

AMUR = tile_at(131.0, 47.0, 5)
PROPERTIES = {"uuid": "a-1", "name_mn": "Өмнөговь", "name_zh-hans": "黑龙江", "rank": 2}


def test_names_in_four_scripts_and_numbers_survive_the_tile() -> None:
    tile = decode(subject_tile(5, AMUR.column, AMUR.row, "areas", [(Point(131, 47), PROPERTIES)]))
    (feature,) = tile["areas"]["features"]
    assert feature["properties"] == PROPERTIES


@given(st.floats(124, 134), st.floats(41.5, 48.5))
def test_a_point_comes_back_within_half_a_unit(longitude: float, latitude: float) -> None:
    tile = tile_at(longitude, latitude, 5)
    decoded = decode(encode(tile, [LayerContent("areas", [(Point(longitude, latitude), {})])]))
    east, south = decoded["areas"]["features"][0]["geometry"]["coordinates"]
    expected = tile.to_units(Point(longitude, latitude))
    assert abs(east - expected.x) <= 0.501
    assert abs(south - expected.y) <= 0.501


def test_a_missing_value_is_left_out_and_never_becomes_text() -> None:
    properties = {"uuid": "a", "name_en": None}
    tile = decode(subject_tile(5, AMUR.column, AMUR.row, "areas", [(Point(131, 47), properties)]))
    assert tile["areas"]["features"][0]["properties"] == {"uuid": "a"}


def test_a_tile_without_features_has_no_bytes() -> None:
    assert subject_tile(5, AMUR.column, AMUR.row, "areas", [(Point(0, 0), {})]) == b""
    assert decode(b"") == {}


def test_the_same_content_gives_the_same_bytes() -> None:
    tiles = {
        subject_tile(5, AMUR.column, AMUR.row, "areas", [(Point(131, 47), PROPERTIES)]) for _ in range(3)
    }
    assert len(tiles) == 1
    assert gzip.decompress(tiles.pop())


def test_a_polygon_larger_than_the_tile_fills_it_with_its_buffer_only() -> None:
    part = to_tile(AMUR, box(100, 30, 160, 60))
    assert part is not None
    assert part.bounds == pytest.approx((-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER), abs=1)


def test_a_line_is_cut_at_the_buffer() -> None:
    part = to_tile(AMUR, LineString([(100, 47), (160, 47)]))
    assert part is not None
    assert part.geom_type == "LineString"
    assert part.length == pytest.approx(EXTENT + 2 * BUFFER, abs=2)


def test_a_polygon_that_only_touches_the_window_leaves_no_stray_line() -> None:
    west, south, _, north = AMUR.bounds(BUFFER)
    assert to_tile(AMUR, box(west - 5, south, west, north)) is None


def test_an_hourglass_is_drawn_as_two_triangles_instead_of_failing() -> None:
    part = to_tile(AMUR, Polygon([(126, 43), (130, 47), (130, 43), (126, 47)]))
    assert isinstance(part, MultiPolygon)
    assert part.is_valid


def test_a_small_area_never_vanishes_where_it_is_large_enough_to_see() -> None:
    part = to_tile(AMUR, box(131, 47, 131.05, 47.05))  # 18 by 27 units
    assert part is not None
    assert part.area > 300


def test_an_empty_geometry_is_nowhere() -> None:
    assert to_tile(AMUR, Polygon()) is None


@pytest.mark.parametrize("island", [box(179, 60, 181, 61), box(-181, 60, -179, 61)])
def test_an_island_across_the_antimeridian_shows_on_both_edges_of_the_world(island: Polygon) -> None:
    for column in (0, 7):
        tile = Tile(3, column, tile_at(0, 60.5, 3).row)
        part = to_tile(tile, island)
        assert part is not None, column
        inside = part.intersection(box(0, 0, EXTENT, EXTENT))
        assert inside.area == pytest.approx(tile.to_units(box(179, 60, 180, 61)).area, rel=0.05)


def test_neighbouring_tiles_join_without_a_gap() -> None:
    lake = box(129, 44, 141, 48)
    left, right = tile_at(134.9, 46, 5), tile_at(135.1, 46, 5)
    assert left.column + 1 == right.column
    edges = [
        shape(decode(encode(tile, [LayerContent("l", [(lake, {})])]))["l"]["features"][0]["geometry"]).bounds
        for tile in (left, right)
    ]
    assert edges[0][2] == EXTENT + BUFFER
    assert edges[1][0] == -BUFFER
    assert edges[0][1] == edges[1][1]
