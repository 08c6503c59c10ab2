"""Yes-or-no SQL functions of two geometries: ST_Within and its kin, and the box operators.

Semantics follow PostGIS: NULL in, NULL out; different SRIDs are an error; box operators compare boxes
that were rounded outward to 32-bit floats.  Put on a connection by ``registry``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from amur.portal.geosqlite import boxes, codec

Blob = bytes | None
Predicate = Callable[[Blob, Blob], bool | None]
Test = Callable[[BaseGeometry, BaseGeometry], Any]
PointTest = Callable[[BaseGeometry, float, float], Any]


def _turned(test: Test) -> Test:
    """The same test with the second geometry first, since only the first one is used prepared."""

    def turned(first: BaseGeometry, second: BaseGeometry) -> Any:
        return test(second, first)

    return turned


def _apart(geometry: BaseGeometry, easting: float, northing: float) -> bool:
    return not shapely.intersects_xy(geometry, easting, northing)


#: SQL name -> (test, test when the first is a point, test when the second is a point).
TESTS: dict[str, tuple[Test, PointTest | None, PointTest | None]] = {
    "ST_Contains": (shapely.contains, None, shapely.contains_xy),
    "ST_ContainsProperly": (shapely.contains_properly, None, None),
    "ST_CoveredBy": (_turned(shapely.covers), shapely.intersects_xy, None),
    "ST_Covers": (shapely.covers, None, shapely.intersects_xy),
    "ST_Crosses": (shapely.crosses, None, None),
    "ST_Disjoint": (shapely.disjoint, _apart, _apart),
    "ST_Equals": (shapely.equals, None, None),
    "ST_Intersects": (shapely.intersects, shapely.intersects_xy, shapely.intersects_xy),
    "ST_Overlaps": (shapely.overlaps, None, None),
    "ST_Touches": (shapely.touches, None, None),
    "ST_Within": (_turned(shapely.contains), shapely.contains_xy, None),
}

#: Tests in which the geometries may be exchanged: the one that was seen before goes first.
SYMMETRIC = ("ST_Disjoint", "ST_Intersects", "ST_Touches", "ST_Overlaps", "ST_Crosses")


def predicate(name: str) -> Predicate:
    """Build the SQL function ``name`` of ``TESTS`` with its own store of recent geometries."""
    test, point_first, point_second = TESTS[name]
    first_recent, second_recent = codec.Recent(), codec.Recent()
    size, head, read_point = codec.POINT_SIZE, codec.POINT_HEAD, codec.point

    def evaluate(first: Blob, second: Blob) -> bool | None:
        if first is None or second is None:
            return None
        if point_first is not None and len(first) == size and first.startswith(head):
            srid, easting, northing = read_point(first)
            geometry, other = second_recent(second)
            codec.common_srid(srid, other, name)
            return bool(point_first(geometry, easting, northing))
        if point_second is not None and len(second) == size and second.startswith(head):
            srid, easting, northing = read_point(second)
            geometry, other = first_recent(first)
            codec.common_srid(other, srid, name)
            return bool(point_second(geometry, easting, northing))
        one, other_one = first_recent(first), second_recent(second)
        codec.common_srid(one.srid, other_one.srid, name)
        if name in SYMMETRIC and shapely.is_prepared(other_one.geometry):
            return bool(test(other_one.geometry, one.geometry))
        return bool(test(one.geometry, other_one.geometry))

    return evaluate


def relate() -> Callable[[Blob, Blob, str | None], bool | None]:
    """Build ST_Relate(first, second, pattern)."""
    first_recent, second_recent = codec.Recent(), codec.Recent()

    def evaluate(first: Blob, second: Blob, pattern: str | None) -> bool | None:
        if first is None or second is None or pattern is None:
            return None
        one, other = first_recent(first), second_recent(second)
        codec.common_srid(one.srid, other.srid, "ST_Relate")
        return bool(shapely.relate_pattern(one.geometry, other.geometry, pattern))

    return evaluate


BoxTest = Callable[[boxes.Box, boxes.Box], bool]

#: SQL name (the PostGIS operator in words) -> test of the two rounded boxes.
BOX_TESTS: dict[str, BoxTest] = {
    "AmurBoxOverlaps": lambda a, b: (
        a.west <= b.east and b.west <= a.east and a.south <= b.north and b.south <= a.north
    ),
    "AmurBoxContains": lambda a, b: (
        a.west <= b.west and b.east <= a.east and a.south <= b.south and b.north <= a.north
    ),
    "AmurBoxContained": lambda a, b: (
        b.west <= a.west and a.east <= b.east and b.south <= a.south and a.north <= b.north
    ),
    "AmurBoxSame": lambda a, b: a == b,
    "AmurBoxLeft": lambda a, b: a.east < b.west,
    "AmurBoxRight": lambda a, b: a.west > b.east,
    "AmurBoxBelow": lambda a, b: a.north < b.south,
    "AmurBoxAbove": lambda a, b: a.south > b.north,
    "AmurBoxOverLeft": lambda a, b: a.east <= b.east,
    "AmurBoxOverRight": lambda a, b: a.west >= b.west,
    "AmurBoxOverBelow": lambda a, b: a.north <= b.north,
    "AmurBoxOverAbove": lambda a, b: a.south >= b.south,
}


def box_predicate(name: str) -> Predicate:
    """Build the SQL function ``name`` of ``BOX_TESTS``.

    False where a geometry is empty, but two empty ones are the same.
    """
    test = BOX_TESTS[name]

    def evaluate(first: Blob, second: Blob) -> bool | None:
        if first is None or second is None:
            return None
        codec.common_srid(codec.header(first).srid, codec.header(second).srid, name)
        one, other = boxes.planar_box(first), boxes.planar_box(second)
        if one is None or other is None:
            return name == "AmurBoxSame" and one is other
        return test(boxes.outward(one), boxes.outward(other))

    return evaluate
