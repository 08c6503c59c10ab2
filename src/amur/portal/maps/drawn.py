"""Rivers, lakes and names that we drew ourselves (`drawn/`), ready for the basemap. Called by `basemap`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from babel import Locale
from shapely import LineString, Polygon
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.maps.atlas import along_border
from amur.portal.maps.topojson import Coordinates

FOLDER: Final = Path(__file__).parent / "drawn"
FILES: Final = ("rivers.geojson", "lakes.geojson", "places.geojson")
_STEPS: Final = 6  # points per drawn segment after smoothing
_CLDR_LOCALES: Final[Mapping[Language, str]] = {"en": "en", "ru": "ru", "zh-hans": "zh_Hans", "mn": "mn"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """One drawn feature: geometry in degrees, rank 1 (shown first) to 3, and its tile properties."""

    geometry: BaseGeometry
    rank: int
    properties: Mapping[str, str | int]


@lru_cache(maxsize=len(FILES))
def read(file: str) -> tuple[Drawn, ...]:
    """The features of one of FILES, curves smoothed. Raises atlas.AtlasMissing for rivers along a border."""
    collection = json.loads((FOLDER / file).read_text(encoding="utf-8"))
    return tuple(_feature(feature) for feature in collection["features"])


def country_names(territory: str) -> dict[str, str]:
    """The names of a country (ISO 3166-1) in the four languages, from the Unicode CLDR.

    >>> country_names("MN")["name_ru"]
    'Монголия'
    """
    return {f"name_{code}": Locale.parse(_CLDR_LOCALES[code]).territories[territory] for code in LANGUAGES}


def smooth(line: Coordinates, closed: bool = False) -> Coordinates:
    """A smooth curve through every vertex: the uniform Catmull-Rom spline (Catmull and Rom 1974).

    >>> smooth(np.array([[0.0, 0.0], [1.0, 0.0]])).tolist()[-1]
    [1.0, 0.0]
    """
    if closed:
        padded = np.concatenate([line[-2:-1], line, line[1:2]])
    else:
        padded = np.concatenate([2 * line[:1] - line[1:2], line, 2 * line[-1:] - line[-2:-1]])
    before, start, end, after = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    step = np.linspace(0, 1, _STEPS, endpoint=False)[None, :, None]
    before, start, end, after = (points[:, None, :] for points in (before, start, end, after))
    curve = (
        2 * start
        + (end - before) * step
        + (2 * before - 5 * start + 4 * end - after) * step**2
        + (3 * start - before - 3 * end + after) * step**3
    ) / 2
    joined: Coordinates = np.concatenate([curve.reshape(-1, 2), line[-1:]])
    return joined


def _feature(feature: Mapping[str, Any]) -> Drawn:
    properties = dict(feature["properties"])
    rank = int(properties.pop("rank"))
    border = properties.pop("border", None)
    if territory := properties.pop("territory", None):
        properties.update(country_names(territory))
    geometry = shape(feature["geometry"])
    if border:
        first, second = border.split("-")
        geometry = along_border(first, second, np.array(geometry.coords))
    elif isinstance(geometry, LineString):
        geometry = LineString(smooth(np.array(geometry.coords)))
    elif isinstance(geometry, Polygon):
        geometry = Polygon(smooth(np.array(geometry.exterior.coords), closed=True))
    return Drawn(geometry, rank, {**properties, "rank": rank})
