"""Geometry blobs: EWKB (little-endian, with SRID, as PostGIS has it) to shapely and back.

Used by every SQL function of this package.  A blob that a query passes again and again (a constant, or
the polygon of an outer row) is decoded once and prepared: see ``Recent``.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

#: First five bytes of a two-dimensional point with SRID, and of one with height.
POINT_HEAD = b"\x01\x01\x00\x00\x20"
POINT_Z_HEAD = b"\x01\x01\x00\x00\xa0"
POINT_SIZE = 25
#: An empty line without SRID; nothing shorter is a geometry.
SHORTEST = 9

#: Many such points as one array: head with SRID, and (easting, northing).
POINTS = np.dtype(
    {"names": ["head", "place"], "formats": ["V9", ("<f8", 2)], "offsets": [0, 9], "itemsize": 25}
)

_POINT = struct.Struct("<5xidd")
_FLAG_Z = 0x80000000
_FLAG_SRID = 0x20000000

TYPE_NAMES = {
    1: "POINT",
    2: "LINESTRING",
    3: "POLYGON",
    4: "MULTIPOINT",
    5: "MULTILINESTRING",
    6: "MULTIPOLYGON",
    7: "GEOMETRYCOLLECTION",
}


class SpatialError(ValueError):
    """A spatial SQL function was given what it cannot take; the message is shown to the caller."""


class Header(NamedTuple):
    """What the first bytes of a blob say: type name, SRID (0 where unknown), dimensions (2 or 3)."""

    type_name: str
    srid: int
    dim: int


class Decoded(NamedTuple):
    """A decoded blob."""

    geometry: BaseGeometry
    srid: int


def header(blob: bytes) -> Header:
    """Read type, SRID and dimension without decoding the coordinates."""
    order = "<" if blob[0] == 1 else ">"
    (kind,) = struct.unpack_from(order + "I", blob, 1)
    srid = struct.unpack_from(order + "i", blob, 5)[0] if kind & _FLAG_SRID else 0
    plain = kind & 0x0FFFFFFF
    dim = 3 if kind & _FLAG_Z or plain >= 1000 else 2
    name = TYPE_NAMES.get(plain % 1000)
    if name is None:
        raise SpatialError(f"Geometry type {plain} is not one of {', '.join(TYPE_NAMES.values())}.")
    return Header(name, srid, dim)


def point(blob: bytes) -> tuple[int, float, float]:
    """SRID, easting (or longitude) and northing (or latitude) of a point blob with ``POINT_HEAD``."""
    srid, easting, northing = _POINT.unpack(blob)
    return srid, easting, northing


def is_plain_point(blob: bytes) -> bool:
    """True for the commonest blob, a two-dimensional point with SRID, which has quick ways of its own."""
    return len(blob) == POINT_SIZE and blob.startswith(POINT_HEAD)


def decode(blob: bytes) -> Decoded:
    """Decode EWKB (or plain WKB, then with SRID 0); raises SpatialError for anything else."""
    try:
        geometry: BaseGeometry = shapely.from_wkb(blob)
    except (shapely.errors.ShapelyError, TypeError) as error:
        raise SpatialError(f"A value of {len(blob)} bytes is not a geometry (EWKB): {error}") from error
    return Decoded(geometry, int(shapely.get_srid(geometry)))


def encode(geometry: BaseGeometry, srid: int) -> bytes:
    """Encode as EWKB with ``srid``; heights are kept."""
    if shapely.get_srid(geometry) != srid:
        geometry = shapely.set_srid(geometry, srid)
    blob: bytes = shapely.to_wkb(
        geometry, byte_order=1, include_srid=True, flavor="extended", output_dimension=3
    )
    return blob


class Recent:
    """The last few decoded blobs, most recent first.

    SQLite hands a constant to a function as a new ``bytes`` object for every row.  Comparing it with
    the last one (one memory comparison) is much cheaper than hashing or decoding.  A geometry that
    comes a second time is prepared, which makes predicates with it 10 to 100 times faster.
    """

    __slots__ = ("_entries", "_prepared")
    SIZE = 4

    def __init__(self) -> None:
        self._entries: list[tuple[bytes, Decoded]] = []
        self._prepared: bytes | None = None

    def __call__(self, blob: bytes) -> Decoded:
        entries = self._entries
        for place, entry in enumerate(entries):
            if entry[0] == blob:
                if entry[0] is not self._prepared:
                    shapely.prepare(entry[1].geometry)
                    self._prepared = entry[0]
                if place:
                    entries.insert(0, entries.pop(place))
                return entry[1]
        decoded = decode(blob)
        entries.insert(0, (blob, decoded))
        del entries[self.SIZE :]
        return decoded


def common_srid(first: int, second: int, function: str) -> int:
    """The SRID of both; raises SpatialError where they differ, as PostGIS does."""
    if first != second:
        raise SpatialError(f"{function}: operation on mixed SRID geometries ({first} and {second}).")
    return first
