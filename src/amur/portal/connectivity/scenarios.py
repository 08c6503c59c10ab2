"""Changes of a landscape: resistance multiplied along a line or inside a polygon, such as a new railway.

A change is `{"factor": 10.0, "geometry": GeoJSON in degrees (WGS 84)}`. A factor above 1 hinders, below 1
helps (a new reserve). Pure functions, called by forms, runs and the demonstration.
"""

import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from shapely import transform
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from amur.formats.errors import shortened
from amur.formats.rasters import Grid

MOST_CHANGES: Final = 50
MOST_POINTS: Final = 20_000
LARGEST_FACTOR: Final = 1e6
_KINDS: Final = {"LineString", "MultiLineString", "Polygon", "MultiPolygon"}


class WrongScenario(ValueError):
    """A drawing that cannot be taken; the message says what is wrong and what would be right."""


def parse(text: str, factor: float | None) -> list[dict[str, Any]]:
    """Changes from GeoJSON: a geometry, a feature or a collection of features.

    A feature's own property `factor` goes before the given one. Raises WrongScenario.
    """
    try:
        given = json.loads(text)
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        column = getattr(error, "colno", 1)
        raise WrongScenario(
            _("The drawing is no GeoJSON: line %(line)s, column %(column)s cannot be read.")
            % {"line": line, "column": column}
        ) from error
    features = _features(given)
    if not 1 <= len(features) <= MOST_CHANGES:
        raise WrongScenario(
            _("The drawing has %(count)s features; give 1 to %(most)s.")
            % {"count": len(features), "most": MOST_CHANGES}
        )
    return [_change(number, one, factor) for number, one in enumerate(features, 1)]


def _features(given: Any) -> list[Mapping[str, Any]]:
    if not isinstance(given, dict):
        raise WrongScenario(
            _("The drawing is no GeoJSON object; give a geometry, a feature or a collection.")
        )
    if given.get("type") == "FeatureCollection":
        members = given.get("features")
        return [one for one in members if isinstance(one, dict)] if isinstance(members, list) else []
    return [given if given.get("type") == "Feature" else {"geometry": given}]


def _change(number: int, feature: Mapping[str, Any], usual: float | None) -> dict[str, Any]:
    properties = feature.get("properties")
    own = properties.get("factor") if isinstance(properties, dict) else None
    factor = usual if own is None else own
    if (
        isinstance(factor, bool)
        or not isinstance(factor, int | float)
        or not 0 < factor <= LARGEST_FACTOR
        or not math.isfinite(factor)
    ):
        raise WrongScenario(
            _("Feature %(number)s has the factor “%(factor)s”; give a number above 0, such as 10 or 0.5.")
            % {"number": number, "factor": shortened(factor)}
        )
    drawn = _shape(number, feature.get("geometry"))
    return {"factor": float(factor), "geometry": dict(drawn.__geo_interface__)}


def _shape(number: int, geometry: Any) -> BaseGeometry:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in _KINDS:
        raise WrongScenario(
            _("Feature %(number)s is a “%(kind)s”; draw a line or a polygon.")
            % {"number": number, "kind": shortened(kind)}
        )
    try:
        drawn: BaseGeometry = shape(geometry)
        west, south, east, north = drawn.bounds
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise WrongScenario(
            _("Feature %(number)s has coordinates that cannot be read.") % {"number": number}
        ) from error
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise WrongScenario(
            _("Feature %(number)s lies outside the degrees of WGS 84; give longitude, then latitude.")
            % {"number": number}
        )
    if sum(1 for _point in _points(drawn)) > MOST_POINTS:
        raise WrongScenario(
            _("Feature %(number)s has more than %(most)s points; simplify it first.")
            % {"number": number, "most": MOST_POINTS}
        )
    return drawn


def _points(drawn: BaseGeometry) -> Any:
    from shapely import get_coordinates

    return get_coordinates(drawn)


def cells_of(grid: Grid, geometry: Mapping[str, Any]) -> NDArray[np.bool_]:
    """The cells (rows, columns) of a grid that a geometry in degrees touches.

    Every touched cell counts, so that a line leaves no gap through which a diagonal step could slip.
    """
    from rasterio.features import rasterize
    from rasterio.transform import Affine

    placed = to_grid(shape(dict(geometry)), grid)
    if placed.is_empty:
        return np.zeros(grid.shape, dtype=bool)
    where = Affine(grid.width, 0.0, grid.west, 0.0, -grid.height, grid.north)
    burnt = rasterize([(placed, 1)], out_shape=grid.shape, transform=where, all_touched=True, dtype="uint8")
    return np.asarray(burnt > 0)


def to_grid(drawn: BaseGeometry, grid: Grid) -> BaseGeometry:
    """A geometry in degrees in the reference system of a grid, its long sides cut so that they bend rightly.

    Parts that the reference system does not know are left out.
    """
    if grid.crs is None:
        raise ValueError("the grid has no reference system")
    projected = transform(drawn.segmentize(0.1), _projector(grid.crs))
    inside: BaseGeometry = projected.buffer(0) if projected.geom_type.endswith("Polygon") else projected
    return inside


def apply(values: NDArray[np.float64], grid: Grid, changes: Sequence[Mapping[str, Any]]) -> list[int]:
    """Multiply resistances (rows, columns) in place by the factor of each change; returns how many cells with
    data each touched.
    """
    touched = []
    for change in changes:
        cells = cells_of(grid, change["geometry"]) & np.isfinite(values)
        values[cells] *= float(change["factor"])
        touched.append(int(cells.sum()))
    return touched


@lru_cache(maxsize=16)
def _projector(crs: str) -> Any:
    from pyproj import Transformer

    transformer = Transformer.from_crs("EPSG:4326", crs, always_xy=True)

    def project(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return project
