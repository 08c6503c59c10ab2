"""Many points against one geometry in a few array operations, instead of one call for each row.

A look-up on a point column, standing alone in its query, becomes (see ``compiler``)::

    key IN (SELECT value FROM json_each(AmurPick('within', polygon, (SELECT AmurGather(key, point) ...))))

The aggregate ``AmurGather`` collects the candidates that the R*Tree gave and hands them, by a number, to
``AmurPick``, which tests them all at once.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

import numpy as np
import shapely

from amur.portal.geosqlite import codec

#: Look-up -> test of a geometry against arrays of coordinates.
TESTS: dict[str, Callable[..., Any]] = {
    "coveredby": shapely.intersects_xy,
    "intersects": shapely.intersects_xy,
    "within": shapely.contains_xy,
}

#: Candidates are made compact about every so many rows, to bound memory.
_FLUSH = 16_384
#: Candidates that were gathered and never tested (a query that broke off) are forgotten beyond this.
_MOST_WAITING = 32


class Candidates:
    """Keys and point blobs of one search."""

    def __init__(self) -> None:
        self.keys = array("q")
        self.points = bytearray()

    def add(self, keys: list[int], points: list[bytes]) -> None:
        """Take more candidates into the compact form."""
        self.keys.extend(keys)
        self.points += b"".join(points)


class Picker:
    """The two SQL functions of one connection and what passes between them."""

    def __init__(self) -> None:
        self._waiting: dict[int, Candidates] = {}
        self._number = 0
        self._recent = codec.Recent()

    def gather(self) -> type:
        """The aggregate ``AmurGather(key, point)``; gives the number of the candidates."""
        picker = self

        class Gather:
            def __init__(self) -> None:
                self._candidates = Candidates()
                self._keys: list[int] = []
                self._points: list[bytes] = []

            def step(self, key: int, point: bytes) -> None:
                self._keys.append(key)
                self._points.append(point)
                if not key % _FLUSH:
                    self._candidates.add(self._keys, self._points)
                    self._keys, self._points = [], []

            def finalize(self) -> int:
                self._candidates.add(self._keys, self._points)
                return picker._hold(self._candidates)

        return Gather

    def _hold(self, candidates: Candidates) -> int:
        self._number += 1
        self._waiting[self._number] = candidates
        while len(self._waiting) > _MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]
        return self._number

    def pick(self, lookup: str, blob: bytes | None, number: int) -> str:
        """SQL ``AmurPick(lookup, geometry, number)``: keys of the points for which it is true, as JSON."""
        candidates = self._waiting.pop(number)
        if blob is None or not candidates.keys:
            return "[]"
        geometry, srid = self._recent(blob)
        points = np.frombuffer(candidates.points, dtype=codec.POINTS)
        if len(points) != len(candidates.keys) or not (points["head"] == _head(srid)).all():
            raise codec.SpatialError(
                f"{lookup}: the column holds something else than two-dimensional points of SRID {srid}."
            )
        shapely.prepare(geometry)
        places = points["place"]
        found = TESTS[lookup](geometry, places[:, 0], places[:, 1])
        return str(np.frombuffer(candidates.keys, dtype=np.int64)[found].tolist())


def _head(srid: int) -> np.void:
    return np.void(codec.POINT_HEAD + srid.to_bytes(4, "little", signed=True))
