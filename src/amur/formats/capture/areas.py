"""Areas as polygons for the design of surveys and for habitat: read from a layer, brought to metres.

GeoJSON, GeoPackage and Shapefile are read. Longitudes and latitudes are projected to the zone of UTM that
holds the middle of the layer, so that distances are metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amur.formats.capture.messages import Problems

Floats = NDArray[np.float64]
LAYERS = (".gpkg", ".shp", ".geojson", ".json", ".fgb")


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """A shape in metres of a projected system `crs`, such as "EPSG:32652"."""

    shape: Any
    crs: str

    def contains(self, points: Floats) -> NDArray[np.bool_]:
        """Which points (n, 2) lie inside."""
        import shapely

        shapely.prepare(self.shape)
        return np.asarray(shapely.contains_xy(self.shape, points[:, 0], points[:, 1]))

    def lattice(self, spacing: float, buffer: float = 0.0) -> Floats:
        """The points (n, 2) of a square lattice inside the area widened by `buffer` metres.

        >>> import shapely
        >>> len(Area(shapely.box(0, 0, 1000, 2000), "EPSG:32652").lattice(500.0))
        8
        """
        wide = Area(self.shape.buffer(buffer) if buffer else self.shape, self.crs)
        west, south, east, north = wide.shape.bounds
        eastings = np.arange(west + spacing / 2, east, spacing)
        northings = np.arange(south + spacing / 2, north, spacing)
        across, along = np.meshgrid(eastings, northings)
        points = np.column_stack([across.ravel(), along.ravel()])
        return np.asarray(points[wide.contains(points)])

    def degrees(self, points: Floats) -> Floats:
        """Longitudes and latitudes (n, 2) of points in metres."""
        from pyproj import Transformer

        way = Transformer.from_crs(self.crs, "EPSG:4326", always_xy=True)
        return np.column_stack(way.transform(points[:, 0], points[:, 1]))


def read_area(path: Path, problems: Problems, crs: str = "") -> Area | None:
    """Read the polygons of a layer as one area, None where it has errors, which are noted.

    In metres of `crs` where it is given, else of the layer's own system, else of UTM.
    """
    import shapely
    from pyproj import CRS, Transformer

    read = read_shape(path, problems)
    if read is None:
        return None
    whole, system = read
    target = CRS.from_user_input(crs) if crs else utm_of(whole, system) if system.is_geographic else system
    if target != system:
        way = Transformer.from_crs(system, target, always_xy=True)
        whole = shapely.transform(whole, lambda at: np.column_stack(way.transform(at[:, 0], at[:, 1])))
    code = target.to_epsg()
    return Area(whole, f"EPSG:{code}" if code else target.to_wkt())


def read_shape(path: Path, problems: Problems) -> tuple[Any, Any] | None:
    """The polygons of a layer as one shape, as they are, and the layer's system; None where it has errors."""
    import pyogrio
    import shapely
    from pyproj import CRS

    mine = problems.of(path)
    if not path.is_file():
        mine.error("file-missing", path=path)
        return None
    try:
        meta, _ids, shapes, _fields = pyogrio.raw.read(path, columns=[])
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        mine.error("area-unreadable", reason=str(error).rstrip("."))
        return None
    if not meta["crs"]:
        mine.error("area-system")
        return None
    found = [] if shapes is None else list(shapely.from_wkb(shapes))
    areas = []
    for row, shape in enumerate(found, start=1):
        if shape is None or shape.is_empty:
            continue
        if shape.geom_type in ("Polygon", "MultiPolygon"):
            areas.append(shapely.make_valid(shape))
        else:
            mine.error("area-shape", row=row, found=shape.geom_type)
    if mine.error_count:
        return None
    if not areas:
        mine.error("area-none")
        return None
    return shapely.union_all(areas), CRS.from_user_input(meta["crs"])


def utm_of(shape: Any, system: Any) -> Any:
    """The zone of UTM that holds the middle of a shape in a geographic system."""
    from pyproj import CRS, Transformer

    middle = shape.centroid
    way = Transformer.from_crs(system, "EPSG:4326", always_xy=True)
    longitude, latitude = way.transform(middle.x, middle.y)
    zone = int((longitude + 180) // 6) % 60 + 1
    return CRS.from_epsg((32600 if latitude >= 0 else 32700) + zone)
