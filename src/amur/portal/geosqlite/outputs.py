"""SQL functions that write a geometry as text: WKT, WKB, GeoJSON, GML, KML, SVG and geohash.

The text is formed as PostGIS forms it: no blanks, at most so many decimals, no trailing zeros.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Context, Decimal
from itertools import pairwise
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from amur.portal.geosqlite import boxes, codec, references

Decoded = codec.Decoded
Place = tuple[float, ...]

_MOST_DECIMALS = 15
_EXACT = Context(prec=400)
_GEOHASH_LETTERS = "0123456789bcdefghjkmnpqrstuvwxyz"


def number(value: float, decimals: int = _MOST_DECIMALS) -> str:
    """A number with at most ``decimals`` decimals.

    >>> number(1.50), number(-0.0), number(2 / 3, 4)
    ('1.5', '0', '0.6667')
    """
    rounded = rounded_to(value, decimals)
    text = repr(rounded)
    if "e" in text and abs(rounded) < 1e15:
        text = f"{rounded:.{decimals}f}".rstrip("0").rstrip(".")
    return text.removesuffix(".0")


def rounded_to(value: float, decimals: int) -> float:
    """Round the shortest decimal form of ``value``, a half to even, as PostGIS does.

    Python's ``round`` looks at the binary value and may differ in the last digit.

    >>> rounded_to(0.285, 2), round(0.285, 2)
    (0.28, 0.28)
    """
    return float(_EXACT.quantize(Decimal(repr(value)), Decimal(1).scaleb(-decimals))) + 0.0


def _places(geometry: BaseGeometry) -> list[Place]:
    return [tuple(row) for row in shapely.get_coordinates(geometry, include_z=bool(geometry.has_z)).tolist()]


def _text(places: Iterable[Place], decimals: int, within: str, between: str) -> str:
    return between.join(within.join(number(value, decimals) for value in place) for place in places)


def _rings(polygon: shapely.Polygon) -> list[BaseGeometry]:
    return [polygon.exterior, *polygon.interiors]


def as_wkb(value: Decoded) -> bytes:
    """SQL ``ST_AsBinary``: WKB by ISO, without SRID."""
    blob: bytes = shapely.to_wkb(value.geometry, byte_order=1, flavor="iso", output_dimension=3)
    return blob


def as_wkt(value: Decoded, decimals: int = _MOST_DECIMALS) -> str:
    """SQL ``ST_AsText``: for instance ``POINT Z (1 2 3)`` or ``LINESTRING(0 0,1 1)``."""
    return _wkt(value.geometry, decimals, named=True)


def _wkt(geometry: BaseGeometry, decimals: int, named: bool) -> str:
    name = type(geometry).__name__.upper() + (" Z " if geometry.has_z else "")
    if geometry.is_empty:
        return f"{name.strip()} EMPTY" if named else "EMPTY"
    if isinstance(geometry, shapely.Polygon):
        inner = ",".join(f"({_text(_places(ring), decimals, ' ', ',')})" for ring in _rings(geometry))
    elif isinstance(geometry, shapely.Point | shapely.LineString):
        inner = _text(_places(geometry), decimals, " ", ",")
    else:
        parts = [
            _wkt(part, decimals, named=type(geometry) is shapely.GeometryCollection)
            for part in shapely.get_parts(geometry)
        ]
        inner = ",".join(parts)
    return f"{name if named else ''}({inner})"


def as_geojson(value: Decoded, decimals: int = 9, options: int = 8) -> str:
    """SQL ``ST_AsGeoJSON``: options 1 box, 2 short name of the reference system, 4 long name."""
    parts = [f'"type":"{value.geometry.geom_type}"']
    if options & 6 and value.srid:
        long_name = f"urn:ogc:def:crs:EPSG::{value.srid}"
        name = long_name if options & 4 else f"EPSG:{value.srid}"
        parts.append(f'"crs":{{"type":"name","properties":{{"name":"{name}"}}}}')
    box = boxes.box_of(value.geometry)
    if options & 1 and box is not None:
        parts.append(f'"bbox":[{",".join(f"{side:.{decimals}f}" for side in box)}]')
    shape = json.dumps(_geojson(value.geometry, decimals), separators=(",", ":"))
    # The type comes before the box, as PostGIS has it.
    rest = shape.split(",", 1)[1]
    return "{" + ",".join([*parts, rest])


def _geojson(geometry: BaseGeometry, decimals: int) -> dict[str, Any]:
    kind = geometry.geom_type
    if kind == "GeometryCollection":
        parts = [_geojson(part, decimals) for part in shapely.get_parts(geometry)]
        return {"type": kind, "geometries": parts}
    return {"type": kind, "coordinates": _coordinates(geometry, decimals)}


def _coordinates(geometry: BaseGeometry, decimals: int) -> list[Any]:
    def rounded(part: BaseGeometry) -> list[list[float | int]]:
        return [[_short(rounded_to(value, decimals)) for value in place] for place in _places(part)]

    if geometry.is_empty:
        return []
    if isinstance(geometry, shapely.Point):
        return rounded(geometry)[0]
    if isinstance(geometry, shapely.LineString):
        return rounded(geometry)
    if isinstance(geometry, shapely.Polygon):
        return [rounded(ring) for ring in _rings(geometry)]
    return [_coordinates(part, decimals) for part in shapely.get_parts(geometry)]


def _short(value: float) -> float | int:
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def as_gml(version: int, blob: bytes | None, decimals: int = 15) -> str | None:
    """SQL ``ST_AsGML(version, geometry, decimals)`` for GML 2 and 3."""
    if blob is None:
        return None
    value = codec.decode(blob)
    srs = f' srsName="EPSG:{value.srid}"' if value.srid else ""
    return (_gml3 if version == 3 else _gml2)(value.geometry, srs, decimals)


_GML2_MEMBERS = {
    "MultiPoint": "pointMember",
    "MultiLineString": "lineStringMember",
    "MultiPolygon": "polygonMember",
    "GeometryCollection": "geometryMember",
}
_GML3_NAMES = {
    "LineString": ("Curve", ""),
    "MultiPoint": ("MultiPoint", "pointMember"),
    "MultiLineString": ("MultiCurve", "curveMember"),
    "MultiPolygon": ("MultiSurface", "surfaceMember"),
    "GeometryCollection": ("MultiGeometry", "geometryMember"),
}


def _element(name: str, attributes: str, inner: str) -> str:
    return f"<gml:{name}{attributes}>{inner}</gml:{name}>" if inner else f"<gml:{name}{attributes}/>"


def _gml2(geometry: BaseGeometry, srs: str, decimals: int) -> str:
    def coordinates(part: BaseGeometry) -> str:
        return _element("coordinates", "", _text(_places(part), decimals, ",", " "))

    kind = geometry.geom_type
    if kind in _GML2_MEMBERS:
        name = "MultiGeometry" if kind == "GeometryCollection" else kind
        parts = (_gml2(part, "", decimals) for part in shapely.get_parts(geometry))
        return _element(name, srs, "".join(_element(_GML2_MEMBERS[kind], "", part) for part in parts))
    if geometry.is_empty:
        return _element(kind, srs, "")
    if not isinstance(geometry, shapely.Polygon):
        return _element(kind, srs, coordinates(geometry))
    rings = [_element("LinearRing", "", coordinates(ring)) for ring in _rings(geometry)]
    outer = _element("outerBoundaryIs", "", rings[0])
    return _element(kind, srs, outer + "".join(_element("innerBoundaryIs", "", ring) for ring in rings[1:]))


def _gml3(geometry: BaseGeometry, srs: str, decimals: int) -> str:
    dimension = f' srsDimension="{3 if geometry.has_z else 2}"'

    def positions(part: BaseGeometry) -> str:
        return _element("posList", dimension, _text(_places(part), decimals, " ", " "))

    kind = geometry.geom_type
    name, member = _GML3_NAMES.get(kind, (kind, ""))
    if member:
        parts = (_gml3(part, "", decimals) for part in shapely.get_parts(geometry))
        return _element(name, srs, "".join(_element(member, "", part) for part in parts))
    if geometry.is_empty:
        return _element(name, srs, "")
    if isinstance(geometry, shapely.Point):
        return _element(name, srs, _element("pos", dimension, _text(_places(geometry), decimals, " ", " ")))
    if isinstance(geometry, shapely.Polygon):
        rings = [_element("LinearRing", "", positions(ring)) for ring in _rings(geometry)]
        inner = "".join(_element("interior", "", ring) for ring in rings[1:])
        return _element(name, srs, _element("exterior", "", rings[0]) + inner)
    segment = _element("LineStringSegment", "", positions(geometry))
    return _element(name, srs, _element("segments", "", segment))


def as_kml(value: Decoded, decimals: int = 15) -> str:
    """SQL ``ST_AsKML``: in longitude and latitude, whatever the SRID."""
    return _kml(references.transform(value.geometry, value.srid, 4326), decimals)


def _kml(geometry: BaseGeometry, decimals: int) -> str:
    def coordinates(part: BaseGeometry) -> str:
        return f"<coordinates>{_text(_places(part), decimals, ',', ' ')}</coordinates>"

    kind = geometry.geom_type
    if hasattr(geometry, "geoms"):
        parts = "".join(_kml(part, decimals) for part in shapely.get_parts(geometry))
        return f"<MultiGeometry>{parts}</MultiGeometry>"
    if not isinstance(geometry, shapely.Polygon):
        return f"<{kind}>{coordinates(geometry)}</{kind}>"
    rings = [f"<LinearRing>{coordinates(ring)}</LinearRing>" for ring in _rings(geometry)]
    inner = "".join(f"<innerBoundaryIs>{ring}</innerBoundaryIs>" for ring in rings[1:])
    return f"<Polygon><outerBoundaryIs>{rings[0]}</outerBoundaryIs>{inner}</Polygon>"


def as_svg(value: Decoded, relative: int = 0, decimals: int = 15) -> str:
    """SQL ``ST_AsSVG``: path data with north upward, absolute or relative."""
    return _svg(value.geometry, bool(relative), decimals)


def _svg(geometry: BaseGeometry, relative: bool, decimals: int) -> str:
    if geometry.is_empty:
        return ""
    if isinstance(geometry, shapely.Point):
        east, north = number(geometry.x, decimals), number(-geometry.y, decimals)
        return f'x="{east}" y="{north}"' if relative else f'cx="{east}" cy="{north}"'
    if isinstance(geometry, shapely.LineString):
        return _svg_path(_places(geometry), relative, decimals)
    if isinstance(geometry, shapely.Polygon):
        end = " z" if relative else " Z"
        # The closing place is said by Z.
        return " ".join(_svg_path(_places(ring)[:-1], relative, decimals) + end for ring in _rings(geometry))
    joint = {"MultiPoint": ",", "GeometryCollection": ";"}.get(geometry.geom_type, " ")
    return joint.join(_svg(part, relative, decimals) for part in shapely.get_parts(geometry))


def _svg_path(places: list[Place], relative: bool, decimals: int) -> str:
    places = [(rounded_to(place[0], decimals), rounded_to(-place[1], decimals)) for place in places]
    steps = places[1:]
    if relative:
        steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(places)]
    start, rest = _text(places[:1], decimals, " ", " "), _text(steps, decimals, " ", " ")
    return f"M {start} {'l' if relative else 'L'} {rest}"


def geohash(value: Decoded, length: int = 0) -> str | None:
    """SQL ``ST_GeoHash``: as many letters as the size of the geometry allows (20 for a point)."""
    box = boxes.box_of(value.geometry)
    if box is None:
        return None
    if max(abs(box.west), abs(box.east)) > 180 or max(abs(box.south), abs(box.north)) > 90:
        raise codec.SpatialError("ST_GeoHash: longitude and latitude are needed; transform to 4326 first.")
    letters = length if length > 0 else _geohash_length(box)
    return _geohash((box.west + box.east) / 2, (box.south + box.north) / 2, letters)


def _geohash_length(box: boxes.Box) -> int:
    """Letters whose cell still holds the whole box."""
    if box.west == box.east and box.south == box.north:
        return 20
    west, east, south, north = -180.0, 180.0, -90.0, 90.0
    bits = 0
    while bits < 100:
        middle = (west + east) / 2 if bits % 2 == 0 else (south + north) / 2
        low, high = (box.west, box.east) if bits % 2 == 0 else (box.south, box.north)
        if low <= middle <= high:
            break
        if bits % 2 == 0:
            west, east = (middle, east) if low > middle else (west, middle)
        else:
            south, north = (middle, north) if low > middle else (south, middle)
        bits += 1
    return bits // 5


def _geohash(longitude: float, latitude: float, letters: int) -> str:
    intervals = [[-180.0, 180.0], [-90.0, 90.0]]
    text = ""
    for letter in range(letters):
        code = 0
        for bit in range(5):
            axis = (letter * 5 + bit) % 2
            value = (longitude, latitude)[axis]
            low, high = intervals[axis]
            middle = (low + high) / 2
            code = code * 2 + (value > middle)
            intervals[axis] = [middle, high] if value > middle else [low, middle]
        text += _GEOHASH_LETTERS[code]
    return text
