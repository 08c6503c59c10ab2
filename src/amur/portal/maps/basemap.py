"""The basemap's tiles: land, coasts, borders, rivers, lakes and names. Called by `views` and
`amur prepare`.

Outlines come from Natural Earth by the `world-atlas` package (`atlas`), the rest is drawn by us (`drawn`).
`prebuild` makes the tiles of the ecoregion beforehand; others are made on demand, and all are kept as files.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

from shapely import STRtree, box

from amur.portal.maps import atlas, drawn
from amur.portal.maps.cache import TileCache
from amur.portal.maps.grid import BUFFER, Bounds, Tile, tiles_within
from amur.portal.maps.tiles import Feature, LayerContent, encode

MAXIMUM_ZOOM: Final = 8  # browsers enlarge these tiles for closer views
DETAILED_ZOOM: Final = 5  # the finest outlines begin here
PREBUILT_ZOOM: Final = 7
MAP_BOUNDS: Final[Bounds] = (60.0, 20.0, 178.0, 74.0)  # how far a reader can move the map

_FIRST_ZOOM_OF_RANK: Final = {1: 2, 2: 3, 3: 4}
_CODE: Final = ("atlas.py", "basemap.py", "drawn.py", "grid.py", "tiles.py", "topojson.py")


@lru_cache(maxsize=1)
def version() -> str:
    """A short hash of everything that the basemap is made from. Raises atlas.AtlasMissing."""
    content = hashlib.sha256(atlas.version().encode())
    here = Path(__file__).parent
    for file in (*(here / name for name in _CODE), *(drawn.FOLDER / name for name in drawn.FILES)):
        content.update(file.read_bytes())
    return content.hexdigest()[:12]


def build(tile: Tile) -> bytes:
    """The gzipped vector tile; no bytes when it is empty. Raises atlas.AtlasMissing."""
    window = tile.bounds(BUFFER)
    outlines = atlas.outlines(_scale(tile.zoom, window))
    return encode(
        tile,
        [
            LayerContent("land", _near(outlines.land, window)),
            LayerContent("coast", _near(outlines.coast, window)),
            LayerContent("border", _near(outlines.border, window)),
            LayerContent("lakes", _drawn("lakes.geojson", tile.zoom)),
            LayerContent("rivers", _drawn("rivers.geojson", tile.zoom)),
            LayerContent("places", _drawn("places.geojson", tile.zoom)),
        ],
    )


def cached(tile: Tile, data_folder: Path) -> bytes:
    """As `build`, kept in the data folder. Raises ValueError beyond MAXIMUM_ZOOM, atlas.AtlasMissing."""
    if tile.zoom > MAXIMUM_ZOOM:
        raise ValueError(f"zoom {tile.zoom} is above {MAXIMUM_ZOOM}")
    return TileCache(data_folder, "basemap", version()).get(tile, lambda: build(tile))


def prebuild(data_folder: Path, progress: Callable[[float, str], None] | None = None) -> int:
    """Make the tiles up to PREBUILT_ZOOM, the detailed ones around the ecoregion only; returns their number.

    `progress` receives the done fraction (0 to 1) and the tile. Raises atlas.AtlasMissing.
    """
    tiles = [
        tile
        for zoom in range(PREBUILT_ZOOM + 1)
        for tile in tiles_within(MAP_BOUNDS if zoom < DETAILED_ZOOM else atlas.DETAILED, zoom)
    ]
    for number, tile in enumerate(tiles, start=1):
        cached(tile, data_folder)
        if progress:
            progress(number / len(tiles), f"{tile.zoom}/{tile.column}/{tile.row}")
    return len(tiles)


def _scale(zoom: int, window: Bounds) -> atlas.Scale:
    if zoom <= 2:
        return "110m"
    west, south, east, north = atlas.DETAILED
    inside = west <= window[0] and south <= window[1] and window[2] <= east and window[3] <= north
    return "10m" if zoom >= DETAILED_ZOOM and inside else "50m"


def _near(index: STRtree, window: Bounds) -> list[Feature]:
    """Features whose boxes meet the window, also one turn of the globe away (see `tiles`)."""
    west, south, east, north = window
    hits = {
        int(hit)
        for turn in (-360, 0, 360)
        for hit in index.query(box(west + turn, south, east + turn, north))
    }
    return [(index.geometries[hit], {}) for hit in sorted(hits)]


def _drawn(file: str, zoom: int) -> list[Feature]:
    return [
        (feature.geometry, feature.properties)
        for feature in drawn.read(file)
        if zoom >= _FIRST_ZOOM_OF_RANK[feature.rank]
    ]
