"""The map of a result or a comparison: a style document around its raster, and the legend beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from amur.portal.connectivity.tiles import LAYER, MAXIMUM_ZOOM, SIDE
from amur.portal.languages.codes import Language
from amur.portal.languages.numbers import significant
from amur.portal.maps import colours
from amur.portal.maps.layers import Layer
from amur.portal.maps.style import build_style

RASTER: Final = "raster"
# The layers that a switch beside the map shows or hides.
AREAS: Final = " ".join(
    f"{LAYER}-{part}" for part in ("area", "outline", "outline-approximate", "point", "label")
)
CORRIDORS: Final = " ".join(f"{LAYER}-{part}" for part in ("line", "line-approximate", "line-label"))
_OPACITY: Final = 0.85


@dataclass(frozen=True, slots=True)
class Entry:
    """A class of a legend: its colour and its bounds in words."""

    colour: str
    words: str


def style(
    language: Language,
    features: str | None,
    raster: str | None,
    bounds: Sequence[float],
    *,
    chinese_fonts: bool,
) -> dict[str, Any]:
    """A MapLibre style: the basemap, a raster over its land, and the room's features above.

    `features` and `raster` are addresses of tiles with {z}, {x} and {y}. Raises maps.atlas.AtlasMissing.
    """
    subjects = [Layer(LAYER, lambda _bounds: ())] if features else []
    document = build_style(language, subjects, chinese_fonts=chinese_fonts)
    if features:
        document["sources"][LAYER] |= {"tiles": [features]}
    if raster:
        document["sources"][RASTER] = {
            "type": "raster",
            "tiles": [raster],
            "tileSize": SIDE,
            "maxzoom": MAXIMUM_ZOOM,
            "bounds": list(bounds),
        }
        land = next(at for at, layer in enumerate(document["layers"]) if layer["id"] == "land")
        document["layers"].insert(
            land + 1,
            {
                "id": RASTER,
                "type": "raster",
                "source": RASTER,
                "paint": {
                    "raster-opacity": _OPACITY,
                    "raster-resampling": "nearest",
                    "raster-fade-duration": 0,
                },
            },
        )
    return document


def palette(breaks: Sequence[float]) -> list[colours.Rgb]:
    """The colours of the classes between the bounds."""
    return colours.sequential(len(breaks) + 1)


def legend(breaks: Sequence[float], language: Language) -> list[Entry]:
    """The classes of a map of current, from little to much, in amperes."""
    if not breaks:
        return []
    bounds = [significant(value, language) for value in breaks]
    words = [
        f"< {bounds[0]}",
        *(f"{low} – {high}" for low, high in pairwise(bounds)),
        f"≥ {bounds[-1]}",
    ]
    return [
        Entry(colours.hexadecimal(colour), text) for colour, text in zip(palette(breaks), words, strict=True)
    ]
