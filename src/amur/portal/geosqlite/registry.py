"""Puts the spatial SQL functions on a SQLite connection.  Called by ``base`` for each new connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from amur.portal.geosqlite import (
    aggregates,
    boxes,
    codec,
    constructions,
    measures,
    outputs,
    picking,
    predicates,
)


class Failure:
    """The last exception of a spatial function on a connection; SQLite itself forgets it."""

    def __init__(self) -> None:
        self.error: Exception | None = None


#: Functions of one geometry and plain arguments.  Results may be plain values or geometries.
ONE: dict[str, Callable[..., Any]] = {
    "ST_Area": measures.area,
    "ST_Length": measures.length,
    "ST_Perimeter": measures.perimeter,
    "ST_3DLength": measures.length_3d,
    "ST_3DPerimeter": measures.perimeter_3d,
    "ST_LengthSpheroid": measures.spheroid_length,
    "AmurGeogArea": measures.geodesic_area,
    "AmurGeogLength": measures.geodesic_length,
    "AmurGeogPerimeter": measures.geodesic_perimeter,
    "ST_AsBinary": outputs.as_wkb,
    "ST_AsText": outputs.as_wkt,
    "ST_AsGeoJSON": outputs.as_geojson,
    "ST_AsKML": outputs.as_kml,
    "ST_AsSVG": outputs.as_svg,
    "ST_GeoHash": outputs.geohash,
    "ST_Centroid": lambda value: value.geometry.centroid,
    "ST_Envelope": constructions.envelope,
    "ST_ForcePolygonCW": lambda value: shapely.orient_polygons(value.geometry, exterior_cw=True),
    "ST_Force2D": constructions.force_2d,
    "ST_Force3D": constructions.force_3d,
    "ST_IsEmpty": lambda value: bool(value.geometry.is_empty),
    "ST_IsValid": lambda value: bool(value.geometry.is_valid),
    "ST_MakeValid": constructions.make_valid,
    "ST_MinimumBoundingCircle": constructions.bounding_circle,
    "ST_NPoints": lambda value: int(shapely.get_num_coordinates(value.geometry)),
    "ST_NumGeometries": constructions.count_geometries,
    "ST_PointOnSurface": lambda value: value.geometry.point_on_surface(),
    "ST_Reverse": lambda value: shapely.reverse(value.geometry),
    "ST_Scale": constructions.scale,
    "ST_SnapToGrid": constructions.snap_to_grid,
    "ST_Transform": constructions.transform,
    "ST_Translate": constructions.translate,
}

#: Functions of two geometries and plain arguments.
TWO: dict[str, Callable[..., Any]] = {
    "ST_Azimuth": measures.azimuth,
    "AmurGeogAzimuth": measures.geodesic_azimuth,
    "ST_ClosestPoint": constructions.two("ST_ClosestPoint", constructions.closest_point),
    "ST_Difference": constructions.two("ST_Difference", shapely.difference),
    "ST_Distance": measures.distance,
    "ST_DWithin": measures.within_distance,
    "ST_Intersection": constructions.two("ST_Intersection", shapely.intersection),
    "ST_LineLocatePoint": constructions.line_locate_point,
    "ST_SymDifference": constructions.two("ST_SymDifference", shapely.symmetric_difference),
    "ST_Union": constructions.two("ST_Union", shapely.union),
}


def _raw_functions() -> dict[str, Callable[..., Any]]:
    """Functions that take blobs as they are; made anew for each connection, as some keep geometries."""
    return {
        **{name: predicates.predicate(name) for name in predicates.TESTS},
        **{name: predicates.box_predicate(name) for name in predicates.BOX_TESTS},
        "ST_Relate": predicates.relate(),
        "ST_DistanceSphere": measures.geodesic_distance("ST_DistanceSphere", spheroid=False),
        "ST_DistanceSpheroid": measures.geodesic_distance("ST_DistanceSpheroid", spheroid=True),
        "AmurGeogDistance": measures.geodesic_distance("ST_Distance", spheroid=True),
        "AmurGeogDistanceSphere": measures.geodesic_distance("ST_Distance", spheroid=False),
        "AmurGeogDWithin": measures.geography_within,
        "AmurGeogIntersects": measures.geography_intersects,
        "AmurGeogCovers": measures.geography_covers,
        "AmurGeogCoveredBy": measures.geography_covered_by,
        "AmurGeogBoxOverlaps": measures.geography_box_overlaps,
        "AmurBound": boxes.row_bound(),
        "AmurSearchBound": boxes.search_bound(),
        "AmurShape": constructions.shape_name,
        "ST_AsGML": outputs.as_gml,
        "ST_GeomFromWKB": constructions.from_wkb,
        "ST_GeomFromText": constructions.from_text,
        "ST_MemSize": lambda blob: None if blob is None else len(blob),
    }


AGGREGATES = {
    "AmurAggregateCollect": aggregates.Collect,
    "AmurAggregateUnion": aggregates.Union,
    "AmurAggregateMakeLine": aggregates.MakeLine,
    "AmurAggregateExtent": aggregates.Extent,
    "ST_3DExtent": aggregates.Extent3D,
}


def _of_geometries(function: Callable[..., Any], count: int) -> Callable[..., Any]:
    """Decode the first ``count`` arguments, call, and encode a geometry that comes back."""
    recent = [codec.Recent() for _ in range(count)]

    def call(*arguments: Any) -> Any:
        if None in arguments:
            return None
        values = [recall(blob) for recall, blob in zip(recent, arguments[:count], strict=True)]
        result = function(*values, *arguments[count:])
        return codec.encode(result, values[0].srid) if isinstance(result, BaseGeometry) else result

    return call


def _guarded(function: Callable[..., Any], failure: Failure) -> Callable[..., Any]:
    def guarded(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except Exception as error:
            failure.error = error
            raise

    return guarded


def register(connection: sqlite3.Connection) -> Failure:
    """Put every function and aggregate on ``connection``; returns where failures are told."""
    failure = Failure()
    picker = picking.Picker()
    functions = {
        "AmurPick": picker.pick,
        **_raw_functions(),
        **{name: _of_geometries(function, 1) for name, function in ONE.items()},
        **{name: _of_geometries(function, 2) for name, function in TWO.items()},
    }
    for name, function in functions.items():
        connection.create_function(name, -1, _guarded(function, failure), deterministic=name != "AmurPick")
    connection.create_aggregate("AmurGather", 2, picker.gather())
    for name, aggregate in AGGREGATES.items():
        connection.create_aggregate(name, 1, aggregate)  # type: ignore[arg-type]  # returns bytes or text
    return failure
