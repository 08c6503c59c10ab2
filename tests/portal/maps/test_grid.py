"""Tiles lie where the web's grid has them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from amur.portal.maps.grid import EXTENT, MAXIMUM_LATITUDE, Tile, tile_at, tiles_within


def test_the_world_is_one_tile_at_zoom_0() -> None:
    assert Tile(0, 0, 0).bounds() == pytest.approx((-180, -MAXIMUM_LATITUDE, 180, MAXIMUM_LATITUDE))


def test_rows_count_from_the_north() -> None:
    assert Tile(1, 0, 0).bounds()[1] == pytest.approx(0, abs=1e-9)
    assert Tile(1, 0, 1).bounds()[3] == pytest.approx(0, abs=1e-9)


@given(
    st.floats(-180, 179.999), st.floats(-MAXIMUM_LATITUDE + 1e-6, MAXIMUM_LATITUDE - 1e-6), st.integers(0, 14)
)
def test_a_point_lies_within_the_tile_that_claims_it(longitude: float, latitude: float, zoom: int) -> None:
    tile = tile_at(longitude, latitude, zoom)
    west, south, east, north = tile.bounds()
    assert west - 1e-9 <= longitude <= east + 1e-9
    assert south - 1e-9 <= latitude <= north + 1e-9
    unit = tile.to_units(Point(longitude, latitude))
    assert -1e-3 <= unit.x <= EXTENT + 1e-3
    assert -1e-3 <= unit.y <= EXTENT + 1e-3


def test_units_follow_the_spherical_mercator_projection() -> None:
    # EPSG:3857 easting and northing of 135 E, 48.5 N in units of the only tile of zoom 0.
    radius = 6378137.0
    easting = radius * math.radians(135)
    northing = radius * math.log(math.tan(math.pi / 4 + math.radians(48.5) / 2))
    half = math.pi * radius
    unit = Tile(0, 0, 0).to_units(Point(135, 48.5))
    assert unit.x == pytest.approx((easting + half) / (2 * half) * EXTENT)
    assert unit.y == pytest.approx((half - northing) / (2 * half) * EXTENT)


def test_a_buffer_reaches_beyond_the_antimeridian_but_not_beyond_the_poles() -> None:
    west, south, east, north = Tile(0, 0, 0).bounds(buffer=64)
    assert west < -180
    assert east > 180
    assert (south, north) == pytest.approx((-MAXIMUM_LATITUDE, MAXIMUM_LATITUDE))


@pytest.mark.parametrize(
    ("zoom", "column", "row"), [(0, 1, 0), (3, 0, 8), (3, -1, 0), (-1, 0, 0), (25, 0, 0)]
)
def test_a_tile_outside_the_grid_is_refused(zoom: int, column: int, row: int) -> None:
    with pytest.raises(ValueError, match=f"no tile {zoom}/{column}/{row}"):
        Tile(zoom, column, row)


def test_the_tiles_within_bounds_are_those_that_hold_its_corners_and_all_between() -> None:
    tiles = list(tiles_within((100, 40, 140, 55), 5))
    assert tile_at(100, 55, 5) == tiles[0]
    assert tile_at(140, 40, 5) == tiles[-1]
    assert len(tiles) == len(set(tiles)) == 5 * 3
