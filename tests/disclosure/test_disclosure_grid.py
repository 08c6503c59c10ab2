"""The grid: properties 1, 3, 4, 6 and 10 of the geometry."""

from __future__ import annotations

import itertools
from decimal import Decimal
from fractions import Fraction

import pytest
from disclosure_cast import PROPERTY, cell_levels, latitudes, longitudes
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from amur.disclosure import Level, Place, cell_of, coarsest_cell_inside
from amur.disclosure.grid import UNCERTAINTY_BANDS_M, banded_uncertainty_m, exact_degrees

CELL_LEVELS = [level for level in Level if level.is_cell]
GEOD = Geod(ellps="WGS84")


@pytest.mark.parametrize("level", CELL_LEVELS)
def test_every_edge_of_the_grid_belongs_to_the_cell_that_begins_there(level: Level) -> None:
    """Property 3: all 36,000 edges of 0.01°, written as floats, negative ones included."""
    per_degree = level.cells_per_degree
    for edge in range(-180 * per_degree, 180 * per_degree):
        assert cell_of(edge / per_degree, 0.005, level).column == edge
    for edge in range(-90 * per_degree, 90 * per_degree):
        assert cell_of(0.005, edge / per_degree, level).row == edge


@pytest.mark.parametrize("level", CELL_LEVELS)
@pytest.mark.parametrize("edge", [-123, -1, 0, 1, 3, 7, 48, 131])
def test_a_hair_beside_an_edge_falls_on_its_own_side(level: Level, edge: int) -> None:
    """Property 3: 1e-12 degrees from an edge."""
    at = Fraction(edge, level.cells_per_degree)
    below, above = float(at) - 1e-12, float(at) + 1e-12
    assert cell_of(below, 0, level).column == edge - 1
    assert cell_of(above, 0, level).column == edge


def test_a_float_stands_for_the_decimal_that_names_it() -> None:
    """Property 3: 0.3 is stored a little below three tenths and is three tenths all the same."""
    assert Fraction(0.3) < Fraction(3, 10)
    assert cell_of(0.3, 0.7, Level.TENTH).bounds == (0.3, 0.7, 0.4, 0.8)
    assert cell_of(Decimal("0.3"), Decimal("0.7"), Level.TENTH) == cell_of(0.3, 0.7, Level.TENTH)
    assert cell_of(0.29999999999999993, 0, Level.TENTH).west == 0.2


@pytest.mark.parametrize("level", CELL_LEVELS)
def test_the_ends_of_the_globe_have_a_cell(level: Level) -> None:
    """Property 3: ±180 is one meridian, and the north pole lies in the last row."""
    assert cell_of(180, 0, level) == cell_of(-180, 0, level)
    assert cell_of(-180, 0, level).west == -180
    assert cell_of(10, 90, level).north == 90
    assert cell_of(10, -90, level).south == -90


@given(longitudes, latitudes)
@PROPERTY
def test_levels_nest(longitude: float, latitude: float) -> None:
    """Property 4: every coarser cell is a function of the finer one and contains it."""
    cells = [cell_of(longitude, latitude, level) for level in CELL_LEVELS]
    for coarse, fine in itertools.pairwise(cells):
        assert fine.parent(coarse.level) == coarse
        assert coarse.west <= fine.west < fine.east <= coarse.east
        assert coarse.south <= fine.south < fine.north <= coarse.north


@given(longitudes, latitudes, cell_levels)
@PROPERTY
def test_a_place_lies_in_its_cell_and_so_does_the_released_point(
    longitude: float, latitude: float, level: Level
) -> None:
    cell = cell_of(longitude, latitude, level)
    east = exact_degrees(longitude) if longitude != 180 else Fraction(-180)
    assert Fraction(cell.column) * level.step <= east < Fraction(cell.column + 1) * level.step
    assert cell.south <= latitude <= cell.north
    assert cell_of(cell.longitude, cell.latitude, level) == cell


@given(longitudes, latitudes, cell_levels)
@PROPERTY
def test_no_place_of_a_cell_is_farther_from_its_centre_than_stated(
    longitude: float, latitude: float, level: Level
) -> None:
    """Property 6: the stated radius holds the true place; poles and meridian 180 included."""
    cell = cell_of(longitude, latitude, level)
    _, _, distance = GEOD.inv(cell.longitude, cell.latitude, longitude, latitude)
    assert distance <= cell.half_diagonal_m()


@pytest.mark.parametrize("level", CELL_LEVELS)
@pytest.mark.parametrize("latitude", [-90, -89.5, -45.2, 0, 42, 48, 54, 89, 89.99])
def test_corners_lie_within_the_stated_radius_and_it_is_not_padded(level: Level, latitude: float) -> None:
    """Property 6: also at the worst corner, and not by a wide margin that would hide an error."""
    cell = cell_of(130, latitude, level)
    distances = [
        GEOD.inv(cell.longitude, cell.latitude, longitude, corner)[2]
        for longitude in (cell.west, cell.east)
        for corner in (cell.south, cell.north)
    ]
    assert max(distances) <= cell.half_diagonal_m()
    if abs(latitude) < 80:
        assert cell.half_diagonal_m() <= max(distances) + 3


@pytest.mark.parametrize(("latitude", "kilometres"), [(42, 6.93), (48, 6.69), (54, 6.45)])
def test_the_half_diagonal_of_a_tenth_is_the_known_one(latitude: float, kilometres: float) -> None:
    metres = cell_of(131, latitude, Level.TENTH).half_diagonal_m()
    assert metres == pytest.approx(kilometres * 1000, abs=15)


@given(st.integers(-1800, 1799), st.integers(-1800, 1799), st.integers(-900, 899))
@PROPERTY
def test_the_stated_radius_is_the_same_in_every_column(one: int, other: int, row: int) -> None:
    """Property 6: it is computed from the cell, so longitude tells nothing more."""
    first = cell_of(one / 10, row / 10, Level.TENTH)
    second = cell_of(other / 10, row / 10, Level.TENTH)
    assert first.half_diagonal_m() == second.half_diagonal_m()


@given(st.floats(0, 9_000_000))
@PROPERTY
def test_a_band_is_never_smaller_than_the_uncertainty_and_one_of_a_few(uncertainty_m: float) -> None:
    """Property 6: the held uncertainty is no fingerprint of the record."""
    assert banded_uncertainty_m(uncertainty_m) >= uncertainty_m
    assert banded_uncertainty_m(uncertainty_m) in UNCERTAINTY_BANDS_M


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), 180.0000001, -180.1, 1e300])
def test_an_impossible_longitude_is_refused(value: float) -> None:
    with pytest.raises(ValueError):
        cell_of(value, 45, Level.TENTH)


@pytest.mark.parametrize("value", [True, "48.2", None])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        cell_of(130, value, Level.TENTH)  # type: ignore[arg-type]


def test_a_cell_does_not_tell_a_finer_one() -> None:
    with pytest.raises(ValueError):
        cell_of(130, 48, Level.DEGREE).parent(Level.TENTH)


@pytest.mark.parametrize("level", [Level.WITHHELD, Level.EXACT])
def test_a_level_that_is_no_cell_has_none(level: Level) -> None:
    with pytest.raises(ValueError):
        cell_of(130, 48, level)


def test_null_island_is_not_a_place() -> None:
    """Property 10: 0, 0 is how other programs write "none"; it may neither enter nor leave."""
    with pytest.raises(ValueError, match="0, 0"):
        Place(0.0, 0.0)
    assert Place(0.0, 48.0).latitude == 48.0


@pytest.mark.parametrize(
    "half", [{"longitude": 130.0}, {"latitude": 48.0}, {"longitude": 130.0, "latitude": 91.0}, {}]
)
def test_half_a_place_is_refused(half: dict[str, float]) -> None:
    with pytest.raises(ValueError):
        Place(**half)  # type: ignore[arg-type]


@pytest.mark.parametrize("uncertainty_m", [-1.0, float("nan"), float("inf")])
def test_an_impossible_uncertainty_is_refused(uncertainty_m: float) -> None:
    with pytest.raises(ValueError):
        Place(130, 48, uncertainty_m=uncertainty_m)


def test_an_area_is_named_only_at_levels_whose_whole_cell_it_holds() -> None:
    """Property 8: the helper that fills `Unit.holds`."""

    def reserve(box: tuple[float, float, float, float]) -> bool:
        return box[0] >= 134.8 and box[1] >= 48.2 and box[2] <= 135.0 and box[3] <= 48.4

    assert coarsest_cell_inside(134.85, 48.25, reserve) is Level.TENTH
    assert coarsest_cell_inside(134.75, 48.25, reserve) is Level.WITHHELD
