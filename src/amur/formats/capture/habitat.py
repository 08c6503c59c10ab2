"""Habitat: the points of a mask that lie inside polygons, or on cells of a raster that are not 0."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from amur.formats.capture.areas import Area, read_shape
from amur.formats.capture.lines import DEGREES, Floats
from amur.formats.capture.masks import FEWEST
from amur.formats.capture.messages import Problems
from amur.formats.capture.polygons import Polygons
from amur.formats.capture.traps import Traps
from amur.formats.errors import FormatError, FormatErrors, ProblemList, shortened
from amur.formats.rasters import Grid, Raster, is_geotiff, read
from amur.science.capture.data import Mask
from amur.science.capture.formula import NAME

ASCII_GRIDS = (".asc", ".agr", ".grd")
COORDINATES = ("x", "y", "x2", "y2", "xy", "session", "Session")
"""Variables of density that no covariate may hide."""


@dataclass(frozen=True, slots=True, eq=False)
class Habitat:
    """Where animals of a survey may live.

    `bounds` (west, south, east, north) and the places of `values` are of the layer's own system; `way` leads
    there from that of the detectors, None where both are the same. `covariate` names the values of a raster,
    "" for polygons.
    """

    bounds: tuple[float, float, float, float]
    values: Callable[[Floats], Floats]
    way: Any = None
    covariate: str = ""
    notes: tuple[FormatError, ...] = ()

    def places(self, points: Floats) -> Floats:
        """Points (n, 2) in metres of the detectors' system in that of the layer."""
        return points if self.way is None else np.column_stack(self.way.transform(*points.T))

    def at(self, points: Floats) -> Floats:
        """The values (n,) at points (n, 2) in metres of the detectors' system, NaN where no habitat is.

        >>> square = Habitat((0, 0, 9, 9), lambda at: np.where((at < 9).all(axis=1), 1.0, np.nan))
        >>> square.at(np.array([[5.0, 5.0], [5.0, 12.0]])).tolist()
        [1.0, nan]
        """
        return self.values(self.places(points))


def read_habitat(path: Path, problems: Problems, crs: str = "") -> Habitat | None:
    """Read a layer of polygons or a raster; None where it has errors, which are noted.

    `crs` is the system of the detectors, needed where the layer is in degrees; else the layer is taken to be
    in theirs. Raises `FormatErrors` for a raster that cannot be read.
    """
    from pyproj.exceptions import ProjError

    if crs and not _in_metres(crs):
        problems.of("--crs").error("habitat-crs", crs=shortened(crs))
        return None
    try:
        return _layer(path, problems, crs)
    except ProjError:
        # A system of a place of its own, that nothing leads to.
        problems.of(path).error("area-system")
        return None


def _layer(path: Path, problems: Problems, crs: str) -> Habitat | None:
    name = path.name.lower().removesuffix(".gz")
    if is_geotiff(path) or name.endswith(ASCII_GRIDS):
        return _raster(path, problems, crs)
    found = read_shape(path, problems)
    if found is None:
        return None
    shape, system = found
    if system.is_geographic and not crs:
        problems.of(path).error("habitat-degrees")
        return None
    area = Area(shape, system.to_wkt())

    def inside(points: Floats) -> Floats:
        return np.where(area.contains(points), 1.0, np.nan)

    return Habitat(shape.bounds, inside, _way(crs, system))


def within(
    mask: Mask, habitat: Habitat, session: str, traps: Traps | Polygons, mine: ProblemList
) -> Mask | None:
    """The points of a mask in the habitat, None where too few are left; detectors outside are noted."""
    places = habitat.places(mask.points)
    west, south, east, north = habitat.bounds
    low, high = places.min(axis=0), places.max(axis=0)
    if not (west <= high[0] and low[0] <= east and south <= high[1] and low[1] <= north):
        mine.error(
            "habitat-elsewhere",
            session=session,
            layer=_extent(west, south, east, north),
            mask=_extent(*low.tolist(), *high.tolist()),
        )
        return None
    values = habitat.values(places)
    kept = ~np.isnan(values)
    if kept.sum() < FEWEST:
        mine.error("habitat-few", session=session, count=int(kept.sum()), all=kept.size, least=FEWEST)
        return None
    off = np.flatnonzero(np.isnan(habitat.at(traps.positions)))
    if off.size:
        mine.warn("habitat-off", session=session, count=off.size, first=traps.ids[off[0]])
    covariates = {habitat.covariate: values[kept]} if habitat.covariate else {}
    return Mask(mask.points[kept], mask.cell_area, covariates)


def _in_metres(crs: str) -> bool:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        system = CRS.from_user_input(crs)
    except CRSError:
        return False
    return bool(system.is_projected and system.axis_info[0].unit_conversion_factor == 1)


def _way(crs: str, system: Any) -> Any:
    """From the system of the detectors to that of a layer, None where there is nothing to be done."""
    from pyproj import CRS, Transformer

    mine = CRS.from_user_input(crs) if crs else system
    return None if mine == system else Transformer.from_crs(mine, system, always_xy=True)


def _raster(path: Path, problems: Problems, crs: str) -> Habitat | None:
    from pyproj import CRS

    try:
        raster = read(path)
    except FormatError as error:
        raise FormatErrors([error], 1) from error
    grid = raster.grid
    said = grid.crs or ("EPSG:4326" if _in_degrees(grid) else crs)
    # A raster in metres that does not say its system is in that of the detectors.
    system = CRS.from_user_input(said) if said else None
    if system and system.is_geographic and not crs:
        problems.of(path).error("habitat-degrees")
        return None
    way = _way(crs, system) if system else None
    name = covariate_name(path) if _differs(raster) else ""
    if name:
        problems.of(path).warn("habitat-covariate", name=name)
    bounds = (grid.west, grid.south, grid.east, grid.north)
    return Habitat(bounds, lambda points: values_at(raster, points), way, name, raster.notes)


def _in_degrees(grid: Grid) -> bool:
    """Whether a raster that does not say its system looks like longitudes and latitudes."""
    small = max(abs(grid.west), abs(grid.east)) <= 180 and max(abs(grid.south), abs(grid.north)) <= 90
    return small and grid.width < DEGREES


def _differs(raster: Raster) -> bool:
    """Whether cells of habitat have different values."""
    there = raster.values[~np.isnan(raster.values) & (raster.values != 0)]
    return bool(there.size) and bool((there != there[0]).any())


def values_at(raster: Raster, points: Floats) -> Floats:
    """The values (n,) of the cells of points (n, 2), NaN outside, without data and where they are 0.

    >>> raster = Raster(np.array([[1.0, 0.0], [np.nan, 3.0]]), Grid(2, 2, 0.0, 0.0, 10.0, 10.0))
    >>> places = [[5.0, 15.0], [15.0, 15.0], [5.0, 5.0], [15.0, 5.0], [25.0, 5.0]]
    >>> values_at(raster, np.array(places)).tolist()
    [1.0, nan, nan, 3.0, nan]
    """
    grid = raster.grid
    low, high = (grid.west, grid.south), (grid.east, grid.north)
    inside = ((points >= low) & (points <= high)).all(axis=1)
    east, north = points[inside].T
    columns = np.minimum((east - grid.west) // grid.width, grid.columns - 1).astype(np.int64)
    rows = np.minimum((grid.north - north) // grid.height, grid.rows - 1).astype(np.int64)
    values = np.full(len(points), np.nan)
    values[inside] = raster.values[rows, columns]
    values[values == 0] = np.nan
    return values


def covariate_name(path: Path) -> str:
    """The name of a file as a variable of formulas.

    >>> [covariate_name(Path(name)) for name in ("tree cover-2024.tif", "лес.asc", "x.tif")]
    ['tree_cover_2024', 'habitat', 'habitat']
    """
    name = re.sub(r"[^A-Za-z0-9_.]", "_", path.name.split(".")[0])
    named = NAME.fullmatch(name) and re.search("[A-Za-z]", name) and name not in COORDINATES
    return name if named else "habitat"


def _extent(west: float, south: float, east: float, north: float) -> str:
    return f"{west:.7g}, {south:.7g} – {east:.7g}, {north:.7g}"
