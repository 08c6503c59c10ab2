"""TopoJSON is decoded to the geometry it stands for."""

from typing import Any

import pytest
from shapely import Polygon

from amur.portal.maps.topojson import Topology

# Two unit squares side by side that share the arc from (1, 1) to (1, 0); the second uses it backwards.
TWO_COUNTRIES: dict[str, Any] = {
    "type": "Topology",
    "arcs": [
        [[1, 1], [1, 0]],
        [[1, 0], [0, 0], [0, 1], [1, 1]],
        [[1, 1], [2, 1], [2, 0], [1, 0]],
    ],
    "objects": {
        "countries": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]], "id": "156", "properties": {"name": "West"}},
                {"type": "Polygon", "arcs": [[~0, ~2][::-1]], "id": "643", "properties": {"name": "East"}},
            ],
        }
    },
}


def ring(*points: tuple[float, float]) -> Topology:
    return Topology(
        {
            "type": "Topology",
            "arcs": [[list(point) for point in points]],
            "objects": {"land": {"type": "Polygon", "arcs": [[0]]}},
        }
    )


def test_shared_arcs_give_both_neighbours_their_whole_outline() -> None:
    west, east = Topology(TWO_COUNTRIES).polygons("countries")
    assert west.geometry.equals(Polygon([(0, 0), (1, 0), (1, 1), (0, 1)]))
    assert east.geometry.equals(Polygon([(1, 0), (2, 0), (2, 1), (1, 1)]))
    assert (west.identifier, east.properties["name"]) == ("156", "East")


def test_the_border_of_two_neighbours_is_their_shared_arc_once() -> None:
    border = Topology(TWO_COUNTRIES).mesh("countries", lambda owners: owners == {"156", "643"})
    assert list(border.coords) == [(1, 1), (1, 0)]


def test_the_coast_is_everything_that_one_country_has_alone() -> None:
    coast = Topology(TWO_COUNTRIES).mesh("countries", lambda owners: len(owners) == 1)
    assert coast.length == pytest.approx(6)


def test_quantised_arcs_are_added_up_scaled_and_moved() -> None:
    topology = Topology(
        {
            "type": "Topology",
            "transform": {"scale": [0.5, 0.25], "translate": [100, 40]},
            "arcs": [[[0, 0], [4, 0], [0, 4], [-4, 0], [0, -4]]],
            "objects": {"land": {"type": "MultiPolygon", "arcs": [[[0]]]}},
        }
    )
    (land,) = topology.polygons("land")
    assert land.geometry.bounds == (100, 40, 102, 41)


def test_a_hole_is_not_land() -> None:
    topology = Topology(
        {
            "type": "Topology",
            "arcs": [
                [[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]],
                [[3, 3], [3, 6], [6, 6], [6, 3], [3, 3]],
            ],
            "objects": {"land": {"type": "Polygon", "arcs": [[0], [1]]}},
        }
    )
    assert topology.polygons("land")[0].geometry.area == 72


def test_a_ring_across_the_antimeridian_stays_one_small_island() -> None:
    (island,) = ring((179, 60), (-179, 60), (-179, 61), (179, 61), (179, 60)).polygons("land")
    assert island.geometry.area == pytest.approx(2)
    assert island.geometry.bounds == (179, 60, 181, 61)


def test_a_hole_lies_in_the_same_turn_of_the_globe_as_its_shell() -> None:
    topology = Topology(
        {
            "type": "Topology",
            "arcs": [
                [[170, 50], [-170, 50], [-170, 70], [170, 70], [170, 50]],
                [[-176, 55], [-176, 60], [-172, 60], [-172, 55], [-176, 55]],
            ],
            "objects": {"land": {"type": "Polygon", "arcs": [[0], [1]]}},
        }
    )
    (land,) = topology.polygons("land")
    assert land.geometry.is_valid
    assert land.geometry.area == pytest.approx(20 * 20 - 4 * 5)


def test_land_around_the_pole_is_closed_through_the_pole() -> None:
    points = [(longitude, -70.0) for longitude in (0, 90, 180, -90, 0)]
    (land,) = ring(*points).polygons("land")
    assert land.geometry.area == pytest.approx(360 * 20)
    assert land.geometry.bounds[1] == -90


def test_an_island_flattened_to_a_line_is_left_out() -> None:
    (flat,) = ring((1, 1), (2, 2), (1, 1)).polygons("land")
    assert flat.geometry.is_empty


def test_another_document_is_refused_with_the_type_that_is_expected() -> None:
    with pytest.raises(ValueError, match="'FeatureCollection'; a TopoJSON document says 'Topology'"):
        Topology({"type": "FeatureCollection"})
