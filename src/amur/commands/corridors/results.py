"""The files of `amur corridors`: maps as GeoTIFF, links as a table and as lines."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from amur.formats import rasters
from amur.formats.files import replacing
from amur.formats.rasters.raster import Grid, Raster
from amur.science.corridors import Corridor

HEADER = (
    "core_1", "core_2", "least_cost_distance", "path_length", "effective_resistance", "cores_crossed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A link and, where pinch points were asked for, its effective resistance in ohm."""

    corridor: Corridor
    resistance: float | None = None

    @property
    def values(self) -> tuple[int, int, float, float, float | None, str]:
        """What the columns of `HEADER` hold."""
        link = self.corridor
        crossed = " ".join(str(core) for core in link.through)
        return link.first, link.second, link.cost, link.length, self.resistance, crossed


def write_map(path: Path, land: Raster, values: np.ndarray) -> Path:
    """A map on the cells of the resistance raster, NaN as no data."""
    return rasters.write(path, Raster(np.asarray(values, dtype=np.float64), land.grid, file=path.name))


def write_table(path: Path, lines: list[Line]) -> Path:
    """The links as CSV, least-cost distances in full precision."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEADER)
        for line in lines:
            table.writerow("" if value is None else value for value in line.values)
    return path


def write_lines(path: Path, grid: Grid, lines: list[Line]) -> Path:
    """The cheapest paths as lines of a GeoPackage, through the centres of cells, with the table's columns."""
    import pyogrio

    shapes = np.empty(len(lines), dtype=object)
    shapes[:] = [shapely.to_wkb(_line(grid, line.corridor)) for line in lines]
    columns = list(zip(*(line.values for line in lines), strict=True)) or [()] * len(HEADER)
    kinds = (np.int64, np.int64, np.float64, np.float64, np.float64, object)
    held = io.BytesIO()  # on a full disk GDAL itself would not say so
    pyogrio.raw.write(
        held,
        shapes,
        [np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True)],
        list(HEADER),
        layer="links",
        driver="GPKG",
        geometry_type="LineString",
        crs=grid.crs,
    )
    with replacing(path) as temporary:
        temporary.write_bytes(held.getbuffer())
    return path


def _line(grid: Grid, corridor: Corridor) -> shapely.LineString:
    rows, columns = corridor.path.T
    eastings = grid.west + (columns + 0.5) * grid.width
    northings = grid.north - (rows + 0.5) * grid.height
    return shapely.LineString(np.stack([eastings, northings], axis=1))
