"""SQL aggregates: collect, union, line and extent of many geometries."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from amur.portal.geosqlite import boxes, codec

_MULTI = {
    "Point": shapely.MultiPoint,
    "LineString": shapely.MultiLineString,
    "Polygon": shapely.MultiPolygon,
}


class _Gathered:
    """Gathers the geometries of a group; subclasses make one of them."""

    def __init__(self) -> None:
        self.geometries: list[BaseGeometry] = []
        self.srid: int | None = None

    def step(self, blob: bytes | None) -> None:
        if blob is None:
            return
        decoded = codec.decode(blob)
        if self.srid is not None:
            codec.common_srid(self.srid, decoded.srid, type(self).__name__)
        self.srid = decoded.srid
        self.geometries.append(decoded.geometry)

    def finalize(self) -> bytes | None:
        if self.srid is None:
            return None
        made = self.made()
        return None if made is None else codec.encode(made, self.srid)

    def made(self) -> BaseGeometry | None:
        raise NotImplementedError


class Collect(_Gathered):
    """A multi-geometry where all have one simple type, else a collection."""

    def made(self) -> BaseGeometry:
        kinds = {geometry.geom_type for geometry in self.geometries}
        multi: Any = _MULTI.get(kinds.pop()) if len(kinds) == 1 else None
        made: BaseGeometry = (multi or shapely.GeometryCollection)(self.geometries)
        return made


class Union(_Gathered):
    """The union of all."""

    def made(self) -> BaseGeometry:
        return shapely.union_all(self.geometries)


class MakeLine(_Gathered):
    """A line through points, multipoints and lines in the order of the rows; others are left out."""

    def made(self) -> BaseGeometry | None:
        usable = (shapely.Point, shapely.MultiPoint, shapely.LineString)
        lines = [geometry for geometry in self.geometries if isinstance(geometry, usable)]
        high = any(geometry.has_z for geometry in lines)
        if not lines:
            return None
        places = np.vstack([shapely.get_coordinates(line, include_z=high) for line in lines])
        if not len(places):
            return shapely.LineString()
        return shapely.LineString(places if len(places) > 1 else np.vstack((places, places)))


class Extent:
    """The planar box of all, as text: west, south, east, north."""

    FLUSH = 50_000

    def __init__(self) -> None:
        self.points: list[bytes] = []
        self.boxes: list[boxes.Box] = []

    def step(self, blob: bytes | None) -> None:
        if blob is None:
            return
        if codec.is_plain_point(blob):
            # Their coordinates are compared as one array.
            self.points.append(blob)
        else:
            box = boxes.planar_box(blob)
            if box is not None:
                self.boxes.append(box)
        if len(self.points) + len(self.boxes) >= self.FLUSH:
            self._flush()

    def _flush(self) -> None:
        if self.points:
            places = np.frombuffer(b"".join(self.points), dtype=codec.POINTS)["place"]
            places = places[~np.isnan(places[:, 0])]
            if len(places):
                self.boxes.append(boxes.Box(*places.min(axis=0).tolist(), *places.max(axis=0).tolist()))
            self.points.clear()
        if self.boxes:
            west, south, east, north = zip(*self.boxes, strict=True)
            self.boxes = [boxes.Box(min(west), min(south), max(east), max(north))]

    def finalize(self) -> str | None:
        self._flush()
        return " ".join(map(repr, self.boxes[0])) if self.boxes else None


class Extent3D:
    """The box with heights, as text: west, south, bottom, east, north, top."""

    def __init__(self) -> None:
        self.low = np.full(3, np.inf)
        self.high = np.full(3, -np.inf)

    def step(self, blob: bytes | None) -> None:
        if blob is None:
            return
        places = shapely.get_coordinates(codec.decode(blob).geometry, include_z=True)
        if len(places):
            places = np.nan_to_num(places)
            self.low = np.minimum(self.low, places.min(axis=0))
            self.high = np.maximum(self.high, places.max(axis=0))

    def finalize(self) -> str | None:
        if self.low[0] > self.high[0]:
            return None
        return " ".join(repr(float(value)) for value in (*self.low, *self.high))
