"""Land, coasts and borders from the `world-atlas` package, in three degrees of detail. Called by `basemap`.

`amur.portal.frontend` puts the files into ATLAS_FOLDER. Decoding the finest takes about a second, once
per process; only the part near the ecoregion is kept of it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Final, Literal

import numpy as np
from shapely import LineString, Point, STRtree, box, clip_by_rect, get_parts, line_merge, prepare
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from amur.portal.frontend import ATLAS_FOLDER
from amur.portal.maps.grid import Bounds
from amur.portal.maps.topojson import Coordinates, Topology

Scale = Literal["10m", "50m", "110m"]  # 1:10, 1:50 and 1:110 million

# Where the finest outlines are kept (degrees): the ecoregion and beyond, to where tiles of zoom 5 end.
DETAILED: Final[Bounds] = (89.5, 31.5, 158.0, 67.0)

# ISO 3166-1: the atlas names countries by number.
_NUMBERS: Final = {"CN": "156", "JP": "392", "KP": "408", "KR": "410", "MN": "496", "RU": "643"}


# A map asks for many tiles at once: one thread reads the atlas, the others wait for what it has read.
_reading = Lock()


class AtlasMissing(Exception):
    """The atlas files are not there; the message tells the command that fetches them."""


@dataclass(frozen=True, slots=True)
class Outlines:
    """Simple polygons and lines in degrees, each with a spatial index."""

    land: STRtree
    coast: STRtree
    border: STRtree


def outlines(scale: Scale) -> Outlines:
    """Land, coast and land borders of the world; of the scale 10m only what lies within DETAILED.

    Raises AtlasMissing.
    """
    with _reading:
        return _outlines(scale)


@lru_cache(maxsize=3)
def _outlines(scale: Scale) -> Outlines:
    topology = _topology(scale)
    land = [part for feature in topology.polygons("land") for part in get_parts(feature.geometry)]
    coast = get_parts(topology.mesh("countries", lambda owners: len(owners) == 1))
    border = get_parts(topology.mesh("countries", lambda owners: len(owners) > 1))
    return Outlines(_tree(land, scale), _tree(_shores(coast), scale), _tree(list(border), scale))


@lru_cache(maxsize=8)
def border_between(first: str, second: str) -> BaseGeometry:
    """The land border of two countries (ISO 3166-1 codes) as one line or, around enclaves, several.

    Raises AtlasMissing; KeyError for a country without a number here.
    """
    wanted = frozenset({_NUMBERS[first], _NUMBERS[second]})
    return line_merge(_topology("10m").mesh("countries", lambda owners: owners == wanted))


@lru_cache(maxsize=1)
def countries() -> dict[str, BaseGeometry]:
    """The countries of the region by their ISO 3166-1 codes, as far as they lie within DETAILED.

    At 1:10 million a border may run some hundred metres off. Raises AtlasMissing.
    """
    codes = {number: code for code, number in _NUMBERS.items()}
    found: dict[str, BaseGeometry] = {}
    for feature in _topology("10m").polygons("countries", codes.keys()):
        shape = clip_by_rect(feature.geometry, *DETAILED)
        prepare(shape)
        found[codes[feature.identifier]] = shape
    return found


def along_border(first: str, second: str, line: Coordinates) -> BaseGeometry:
    """The part of a border between the points nearest to the first and the last vertex of `line`.

    It runs in the direction of `line` (an array of longitude, latitude). Raises as `border_between`.
    """
    border = max(get_parts(border_between(first, second)), key=lambda part: float(part.length))
    start, end = (border.project(Point(line[index])) for index in (0, -1))
    return substring(border, start, end)


@lru_cache(maxsize=1)
def version() -> str:
    """The version of the atlas package, which names tiles that were made from it. Raises AtlasMissing."""
    return str(_read("package.json")["version"])


@lru_cache(maxsize=1)
def _topology(scale: Scale) -> Topology:
    return Topology(_read(f"countries-{scale}.json"))


def _read(name: str) -> dict[str, object]:
    try:
        content: dict[str, object] = json.loads((ATLAS_FOLDER / name).read_bytes())
    except OSError as error:
        raise AtlasMissing(
            f"{ATLAS_FOLDER / name} cannot be read ({error.strerror}); "
            "run `.venv/bin/python -m amur.portal.frontend --force`"
        ) from error
    return content


def _tree(geometries: list[BaseGeometry], scale: Scale) -> STRtree:
    if scale != "10m":
        return STRtree(geometries)
    near = [geometry for geometry in geometries if geometry.intersects(box(*DETAILED))]
    parts = [part for geometry in near for part in get_parts(clip_by_rect(geometry, *DETAILED))]
    return STRtree([part for part in parts if not part.is_empty])


def _shores(lines: Iterable[BaseGeometry]) -> list[BaseGeometry]:
    """Coast lines without the pieces along the antimeridian and the pole, where the map was cut."""
    shores: list[BaseGeometry] = []
    for line in lines:
        points = np.array(line.coords)
        on_edge = np.isclose(points[:, 0] % 360, 180, atol=1e-6) | (points[:, 1] <= -89.99)
        cuts = np.flatnonzero(on_edge[:-1] & on_edge[1:]) + 1
        shores += [LineString(run) for run in np.split(points, cuts) if len(run) > 1]
    return shores
