"""Pictures of the room: the map of density, the detection curve, the effort by occasion."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.languages.numbers import number, significant
from amur.portal.maps import colours
from amur.portal.maps.style import build_style

LAYER: Final = "density"
CLASSES: Final = 5
WIDTH, HEIGHT = 640, 320
LEFT, BOTTOM, RIGHT, TOP = 76, 62, 16, 12


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the density map: its bounds in degrees, density per 100 km², and number of its class."""

    number: int
    west: float
    south: float
    east: float
    north: float
    density: float
    colour: str

    @property
    def name(self) -> str:
        """Its identifier on the map."""
        return f"cell-{self.number}"

    @property
    def longitude(self) -> float:
        """Of the centre."""
        return round((self.west + self.east) / 2, 4)

    @property
    def latitude(self) -> float:
        """Of the centre."""
        return round((self.south + self.north) / 2, 4)


@dataclass(frozen=True, slots=True)
class Entry:
    """A class of the legend."""

    colour: str
    words: str


def cells_of(fields: dict[str, Any]) -> list[Cell]:
    """The cells of a result in the colours of their classes, from south-west to north-east."""
    values = [row[4] for row in fields["cells"]]
    bounds = breaks(values)
    palette = _palette(bounds)
    return [
        Cell(at, west, south, east, north, density, palette[_class(density, bounds)])
        for at, (west, south, east, north, density) in enumerate(fields["cells"], 1)
    ]


def breaks(values: Sequence[float]) -> list[float]:
    """Bounds between at most five classes of even width; none where all values are the same."""
    if not values or max(values) - min(values) < 0.01 * max(max(values), 1e-9):
        return []
    low, high = min(values), max(values)
    return [low + (high - low) * at / CLASSES for at in range(1, CLASSES)]


def legend(fields: dict[str, Any], language: Language) -> list[Entry]:
    """The classes of the density, from few to many."""
    values = [row[4] for row in fields["cells"]]
    if not values:
        return []
    bounds = breaks(values)
    ends = [significant(value, language) for value in [min(values), *bounds, max(values)]]
    words = [f"{low} – {high}" for low, high in itertools.pairwise(ends)] if bounds else [ends[0]]
    return [Entry(colour, text) for colour, text in zip(_palette(bounds), words, strict=True)]


def _palette(bounds: Sequence[float]) -> list[str]:
    """Colours of the classes, the first and last of the ramp left out: they drown in land and water."""
    ramp = colours.sequential(CLASSES + 2)[1:-1]
    return [colours.hexadecimal(colour) for colour in (ramp if bounds else ramp[2:3])]


def _class(value: float, bounds: Sequence[float]) -> int:
    return sum(value >= bound for bound in bounds)


def style(language: Language, cells: Sequence[Cell], *, chinese_fonts: bool) -> dict[str, Any]:
    """A MapLibre style: the basemap with the cells over its land. Raises maps.atlas.AtlasMissing."""
    document = build_style(language, [], chinese_fonts=chinese_fonts)
    document["sources"][LAYER] = {
        "type": "geojson",
        "data": {"type": "FeatureCollection", "features": [_feature(cell, language) for cell in cells]},
    }
    land = next(at for at, layer in enumerate(document["layers"]) if layer["id"] == "land")
    document["layers"][land + 1 : land + 1] = [
        {
            "id": f"{LAYER}-fill",
            "type": "fill",
            "source": LAYER,
            "metadata": {"interactive": True},
            "paint": {"fill-color": ["get", "colour"], "fill-opacity": 0.8},
        },
        {
            "id": f"{LAYER}-outline",
            "type": "line",
            "source": LAYER,
            "paint": {"line-color": "#33302a", "line-width": 0.5, "line-opacity": 0.5},
        },
        {
            "id": f"{LAYER}-selected",
            "type": "line",
            "source": LAYER,
            "filter": ["==", ["get", "uuid"], ""],
            "metadata": {"selected": True},
            "paint": {"line-color": "#14342a", "line-width": 3},
        },
    ]
    return document


def _feature(cell: Cell, language: Language) -> dict[str, Any]:
    ring = [
        [cell.west, cell.south],
        [cell.east, cell.south],
        [cell.east, cell.north],
        [cell.west, cell.north],
        [cell.west, cell.south],
    ]
    words = _("%(figure)s animals per 100 km²") % {"figure": significant(cell.density, language)}
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {
            "uuid": cell.name,
            "colour": cell.colour,
            "kind": "density",
            "accuracy": "known",
            **{f"name_{code}": words for code in LANGUAGES},
        },
    }


def bounds_of(cells: Sequence[Cell]) -> list[float]:
    """West, south, east, north around all cells, with some room."""
    west, south = min(cell.west for cell in cells), min(cell.south for cell in cells)
    east, north = max(cell.east for cell in cells), max(cell.north for cell in cells)
    room = 0.3 * max(east - west, north - south)
    return [round(value, 3) for value in (west - room, south - room, east + room, north + room)]


def curve(curves: Sequence[dict[str, Any]], language: Language) -> SafeString:
    """The detection curves with their bands as SVG; empty without any."""
    if not curves:
        return SafeString("")
    farthest = max(one["distance"][-1] for one in curves)
    most = max(max(one["high"]) for one in curves) * 1.05

    def at(distance: float, chance: float) -> str:
        east = LEFT + (WIDTH - LEFT - RIGHT) * distance / farthest
        return f"{east:.1f},{HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * chance / most:.1f}"

    parts = [_axes(farthest / 1000, most, language, _("Distance from the centre of activity, km"))]
    for place, one in enumerate(curves):
        away = one["distance"]
        band = [at(*pair) for pair in zip(away, one["high"], strict=True)]
        band += [at(*pair) for pair in zip(reversed(away), reversed(one["low"]), strict=True)]
        line = [at(*pair) for pair in zip(away, one["chance"], strict=True)]
        parts.append(f'<polygon class="band band-{place}" points="{" ".join(band)}"/>')
        parts.append(f'<polyline class="line line-{place}" points="{" ".join(line)}"/>')
    return _picture(parts, _("Chance to be detected by the distance from the centre of activity"))


def effort(active: Sequence[int], language: Language) -> SafeString:
    """How many detectors were active on each occasion, as bars in SVG."""
    if not active:
        return SafeString("")
    most = max(*active, 1) * 1.05
    step = (WIDTH - LEFT - RIGHT) / len(active)
    wide = max(step - (1 if step > 3 else 0), 0.5)
    bars = [
        f'<rect class="bar" x="{LEFT + at * step:.2f}" y="{_up(count, most):.1f}" width="{wide:.2f}" '
        f'height="{HEIGHT - BOTTOM - _up(count, most):.1f}"/>'
        for at, count in enumerate(active)
    ]
    return _picture(
        [_axes(len(active), most, language, _("Occasion")), *bars], _("Active detectors on each occasion")
    )


def _up(value: float, most: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / most


def _axes(farthest: float, most: float, language: Language, words: str) -> str:
    """Both axes with round numbers, and what the lower one counts."""
    floor = HEIGHT - BOTTOM
    parts = [f'<path class="axis" d="M{LEFT} {TOP}V{floor}H{WIDTH - RIGHT}"/>']
    for value in _round(farthest):
        east = LEFT + (WIDTH - LEFT - RIGHT) * value / farthest
        parts.append(
            f'<text x="{east:.1f}" y="{floor + 22}" text-anchor="middle">{number(value, language)}</text>'
        )
    for value in _round(most)[1:]:
        height = _up(value, most)
        parts.append(f'<path class="rule" d="M{LEFT} {height:.1f}H{WIDTH - RIGHT}"/>')
        text = number(value, language, 4)
        parts.append(f'<text x="{LEFT - 6}" y="{height + 4:.1f}" text-anchor="end">{text}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text x="{middle:.0f}" y="{HEIGHT - 10}" text-anchor="middle">{escape(words)}</text>')
    return "".join(parts)


def _round(most: float) -> list[float]:
    """About five round numbers from zero.

    >>> _round(23)
    [0, 5, 10, 15, 20]
    """
    rough = most / 5
    size = 10.0 ** int(f"{rough:e}".partition("e")[2])
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough)
    values = [round(step * at, 10) for at in range(int(most / step) + 1)]
    return [int(value) if value == int(value) else value for value in values]


def _picture(parts: Sequence[str], title: str) -> SafeString:
    text = (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        f"{''.join(parts)}</svg>"
    )
    return mark_safe(text)  # noqa: S308  # numbers, and escaped words
