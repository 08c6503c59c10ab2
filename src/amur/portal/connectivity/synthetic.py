"""A made-up landscape of the basin: resistances from a seed, for trying the room out. Never for planning.

Smooth noise with ridges, rivers and one railway; the sea lets nothing pass. Only the rivers follow the map's
own drawing. Whatever is computed on it says that it is synthetic.
"""

import json
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from amur.formats.rasters import Grid, Raster
from amur.portal.maps import drawn

SEED: Final = 2026
CELL_M: Final = 14_000.0
# Albers' equal-area conic around the basin.
CRS: Final = "+proj=aea +lat_0=50 +lon_0=124 +lat_1=44 +lat_2=54 +datum=WGS84 +units=m +no_defs"
ROWS: Final = 120
COLUMNS: Final = 196
WEST: Final = -1_344_000.0
SOUTH: Final = -980_000.0

# Drawn by us, roughly: what lies to the east is sea.
_COAST: Final = (
    (129.6, 40.0), (130.7, 42.3), (132.2, 43.0), (133.2, 42.7), (135.3, 44.0), (137.6, 45.8), (138.9, 47.2),
    (140.3, 48.6), (140.6, 50.6), (141.2, 52.2), (141.2, 53.2), (139.8, 54.1), (137.4, 53.8), (135.3, 54.7),
    (136.8, 55.8), (140.0, 58.0), (152.0, 58.0), (152.0, 40.0),
)  # fmt: skip
# Roughly the course of the old line along the Russian bank.
_OLD_RAILWAY: Final = (
    (108.0, 51.3), (113.5, 52.0), (117.0, 52.4), (121.0, 53.9), (126.0, 53.0), (128.2, 51.0), (131.0, 49.2),
    (135.05, 48.45), (134.2, 46.5), (132.5, 44.2), (131.9, 43.2),
)  # fmt: skip
# Made up: it crosses the steppe and the plain from west to east.
NEW_RAILWAY: Final[dict[str, Any]] = {
    "type": "LineString",
    "coordinates": [
        [108.2, 47.4], [112.3, 48.4], [116.2, 48.9], [119.8, 49.2], [123.6, 48.3], [127.1, 47.4],
        [130.6, 47.0], [133.9, 46.9], [136.9, 47.9],
    ],
}  # fmt: skip
RAILWAY_FACTOR: Final = 8.0
RIVER_FACTORS: Final = {1: 4.0, 2: 2.0, 3: 1.3}


def grid() -> Grid:
    """Where the cells of the synthetic landscape lie."""
    return Grid(ROWS, COLUMNS, WEST, SOUTH, CELL_M, CELL_M, CRS)


def landscape(seed: int = SEED) -> Raster:
    """Resistances from 1 upwards, NaN in the sea; the same for the same seed.

    >>> bool(np.array_equal(landscape(3).values, landscape(3).values, equal_nan=True))
    True
    """
    from amur.portal.connectivity.scenarios import cells_of

    random = np.random.default_rng(seed)
    cover = np.exp(1.1 * _smooth(random, 5.0))
    ridges = 1.0 + 4.0 * np.exp(-((_smooth(random, 9.0) / 0.12) ** 2))
    values = 6.0 * cover * ridges
    for rank, line in _rivers():
        values[cells_of(grid(), line)] *= RIVER_FACTORS[rank]
    values[cells_of(grid(), _line(_OLD_RAILWAY))] *= 3.0
    values = np.clip(np.round(values, 2), 1.0, 400.0)
    sea = {"type": "Polygon", "coordinates": [[*map(list, _COAST), list(_COAST[0])]]}
    values[cells_of(grid(), sea)] = np.nan
    return Raster(values, grid(), file="synthetic.tif")


def _smooth(random: np.random.Generator, width: float) -> NDArray[np.float64]:
    """White noise blurred by a Gaussian of so many cells, of mean 0 and deviation 1."""
    spread = np.fft.rfft2(random.normal(size=(ROWS, COLUMNS)))
    down = np.fft.fftfreq(ROWS)[:, None]
    across = np.fft.rfftfreq(COLUMNS)[None, :]
    blurred = np.fft.irfft2(
        spread * np.exp(-2 * (np.pi * width) ** 2 * (down**2 + across**2)), s=(ROWS, COLUMNS)
    )
    found: NDArray[np.float64] = (blurred - blurred.mean()) / blurred.std()
    return found


def _rivers() -> list[tuple[int, dict[str, Any]]]:
    collection = json.loads((drawn.FOLDER / "rivers.geojson").read_text(encoding="utf-8"))
    return [(one["properties"]["rank"], one["geometry"]) for one in collection["features"]]


def _line(points: tuple[tuple[float, float], ...]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [list(point) for point in points]}
