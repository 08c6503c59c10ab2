"""Reads searched areas (polygon, easting and northing of each corner), and detections inside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from amur.formats.capture.captures import Record
from amur.formats.capture.lines import Floats, check_metres, lines_of, number_of, text_of
from amur.formats.capture.messages import Problems
from amur.formats.errors import ProblemList, shortened
from amur.science.capture.data import Detectors
from amur.science.capture.search import inside, search

SEARCHES = ("polygon", "polygonX")
"""Kinds of detectors that are areas: many detections of an animal on an occasion, or one at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Polygons:
    """The polygons of a file: `names`, and `corners` (corners, 2) of each in metres."""

    file: str
    names: tuple[str, ...]
    corners: tuple[Floats, ...]

    @property
    def positions(self) -> Floats:
        """All corners."""
        return np.vstack(self.corners)

    @property
    def ids(self) -> tuple[str, ...]:
        """The name of the polygon of each corner."""
        pairs = zip(self.names, self.corners, strict=True)
        return tuple(name for name, corners in pairs for _ in range(len(corners)))


def read_polygons(path: Path, problems: Problems) -> Polygons | None:
    """Read searched areas, None where the file has errors, which are noted.

    Lines of one name are the corners of a polygon in their order; the first may be repeated at the end.
    """
    text = text_of(path, problems)
    if text is None:
        return None
    mine = problems.of(path)
    before = mine.error_count
    lines, _titles = lines_of(text)
    if not lines:
        mine.error("file-empty", what="corner")
        return None
    found: dict[str, list[tuple[float, float]]] = {}
    rows: dict[str, int] = {}
    for line in lines:
        words = line.words
        if len(words) != 3:
            mine.error("polygon-columns", row=line.row, found=len(words))
            continue
        place = [number_of(word) for word in words[1:]]
        for name, word, number in zip(("easting", "northing"), words[1:], place, strict=True):
            if number is None:
                mine.error("trap-place", row=line.row, column=name, value=shortened(word))
        if place[0] is not None and place[1] is not None:
            rows.setdefault(words[0], line.row)
            found.setdefault(words[0], []).append((place[0], place[1]))
    for name, corners in found.items():
        if len(set(corners)) < 3:
            mine.error("polygon-corners", row=rows[name], polygon=name, count=len(set(corners)))
    if mine.error_count > before:
        return None
    polygons = Polygons(mine.file, tuple(found), tuple(np.array(corners) for corners in found.values()))
    check_metres(polygons.positions, mine)
    return polygons if mine.error_count == before else None


def searched(
    records: Sequence[Record], polygons: Polygons, kind: str, occasions: int, mine: ProblemList
) -> tuple[Detectors, list[int | None]] | None:
    """Detectors for searched areas and the number of that of each record; None where records are wrong."""
    before = mine.error_count
    places: list[tuple[float, float]] = []
    first: dict[tuple[str, int], int] = {}
    for record in records:
        place = [number_of(word) for word in record.place]
        if len(place) != 2 or place[0] is None or place[1] is None:
            mine.error("capture-no-place", row=record.row, column="easting")
            continue
        if not any(inside(corners, np.array(place)) for corners in polygons.corners):
            easting, northing = record.place
            mine.error(
                "capture-outside", row=record.row, column="easting", easting=easting, northing=northing,
                polygons=polygons.file,
            )  # fmt: skip
        if record.occasion > occasions:
            mine.error(
                "capture-beyond", row=record.row, column="occasion", occasion=record.occasion, last=occasions
            )
        row = first.setdefault((record.individual, record.occasion), record.row)
        if kind == "polygonX" and row != record.row:
            mine.error(
                "capture-found-twice", row=record.row, individual=record.individual, occasion=record.occasion,
                first=row,
            )  # fmt: skip
        places.append((place[0], place[1]))
    if mine.error_count > before:
        return None
    sigma = _spread(records, np.array(places).reshape(-1, 2), polygons)
    there = np.array(places, dtype=float).reshape(-1, 2)
    detectors = search(polygons.corners, there, occasions, sigma, kind == "polygonX")
    start = detectors.count - len(places)
    return detectors, list(range(start, start + len(places)))


def _spread(records: Sequence[Record], places: Floats, polygons: Polygons) -> float:
    """Roughly sigma in metres: the spread of places around the middle of their animal."""
    who = np.unique([record.individual for record in records], return_inverse=True)[1]
    freedom = 2 * (len(places) - (int(who.max()) + 1)) if len(places) else 0
    if freedom > 0:
        seen = np.bincount(who)
        centres = np.stack([np.bincount(who, column) / seen for column in places.T], axis=1)
        squares = float(((places - centres[who]) ** 2).sum())
        if squares > 0:
            return float(np.sqrt(squares / freedom))
    return float(np.ptp(polygons.positions, axis=0).max() / 10)
