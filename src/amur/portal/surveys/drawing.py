"""Pictures of the room as SVG: curves, bars, indices with their intervals, and the map of deployments."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.languages.numbers import number
from amur.portal.maps.style import build_style

WIDTH, HEIGHT = 640, 320
LEFT, BOTTOM, RIGHT, TOP = 76, 62, 16, 12
ROW: Final = 34
LAYER: Final = "deployments"


@dataclass(frozen=True, slots=True)
class Line:
    """A curve with its name."""

    name: str
    across: Sequence[float]
    up: Sequence[float]


def lines(curves: Sequence[Line], title: str, across: str, language: Language) -> SafeString:
    """Curves over a common axis; empty without any."""
    if not curves:
        return SafeString("")
    farthest = max(max(one.across) for one in curves)
    most = max(max(one.up) for one in curves) * 1.05
    parts = [_axes(farthest, most, language, across)]
    for place, one in enumerate(curves):
        points = " ".join(
            f"{_east(east, farthest):.1f},{_north(up, most):.1f}"
            for east, up in zip(one.across, one.up, strict=True)
        )
        parts.append(f'<polyline class="line line-{place}" points="{points}"/>')
    return _picture(parts, title)


def bars(values: Sequence[float], title: str, across: str, language: Language) -> SafeString:
    """Values one beside the other; empty without any."""
    if not values:
        return SafeString("")
    most = max(*values, 1e-9) * 1.05
    step = (WIDTH - LEFT - RIGHT) / len(values)
    wide = max(step - (1 if step > 3 else 0), 0.5)
    drawn = [
        f'<rect class="bar" x="{LEFT + at * step:.2f}" y="{_north(value, most):.1f}" width="{wide:.2f}" '
        f'height="{HEIGHT - BOTTOM - _north(value, most):.1f}"/>'
        for at, value in enumerate(values)
    ]
    return _picture([_axes(len(values), most, language, across), *drawn], title)


def intervals(
    rows: Sequence[tuple[str, float, float | None, float | None]], title: str, language: Language
) -> SafeString:
    """Values with their intervals, one under the other with its name; empty without any."""
    if not rows:
        return SafeString("")
    most = max(max(value, high or value) for _name, value, _low, high in rows) * 1.05 or 1.0
    left, height = 240, TOP + ROW * len(rows) + 40
    wide = WIDTH - left - RIGHT

    def east(value: float) -> float:
        return left + wide * value / most

    floor = height - 40
    parts = [f'<path class="axis" d="M{left} {TOP}V{floor}H{WIDTH - RIGHT}"/>']
    for value in round_numbers(most):
        words = number(value, language, 4)
        parts.append(f'<text x="{east(value):.1f}" y="{floor + 22}" text-anchor="middle">{words}</text>')
    for at, (name, value, low, high) in enumerate(rows):
        up = TOP + ROW * (at + 0.5)
        parts.append(f'<text x="{left - 8}" y="{up + 5:.1f}" text-anchor="end">{escape(name)}</text>')
        if low is not None and high is not None:
            parts.append(f'<path class="reach" d="M{east(low):.1f} {up:.1f}H{east(high):.1f}"/>')
        parts.append(f'<circle class="point" cx="{east(value):.1f}" cy="{up:.1f}" r="5"/>')
    return _picture(parts, title, height)


def map_style(
    language: Language, places: Sequence[tuple[str, float, float]], *, chinese_fonts: bool
) -> dict[str, Any]:
    """A MapLibre style with points of a name, longitude and latitude. Raises maps.atlas.AtlasMissing."""
    document = build_style(language, [], chinese_fonts=chinese_fonts)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [east, north]},
            "properties": {
                "uuid": name,
                "kind": "station",
                "accuracy": "known",
                **{f"name_{code}": name for code in LANGUAGES},
            },
        }
        for name, east, north in places
    ]
    document["sources"][LAYER] = {
        "type": "geojson",
        "data": {"type": "FeatureCollection", "features": features},
    }
    document["layers"] += [
        {
            "id": f"{LAYER}-points",
            "type": "circle",
            "source": LAYER,
            "metadata": {"interactive": True},
            "paint": {
                "circle-radius": 6,
                "circle-color": "#1d5a48",
                "circle-stroke-color": "#ffffff",
                "circle-stroke-width": 1.5,
            },
        },
        {
            "id": f"{LAYER}-selected",
            "type": "circle",
            "source": LAYER,
            "filter": ["==", ["get", "uuid"], ""],
            "metadata": {"selected": True},
            "paint": {"circle-radius": 9, "circle-color": "#d55e00"},
        },
    ]
    return document


def _east(value: float, farthest: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * value / (farthest or 1)


def _north(value: float, most: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / (most or 1)


def _axes(farthest: float, most: float, language: Language, words: str) -> str:
    """Both axes with round numbers, and what the lower one counts."""
    floor = HEIGHT - BOTTOM
    parts = [f'<path class="axis" d="M{LEFT} {TOP}V{floor}H{WIDTH - RIGHT}"/>']
    for value in round_numbers(farthest):
        east = _east(value, farthest)
        parts.append(
            f'<text x="{east:.1f}" y="{floor + 22}" text-anchor="middle">{number(value, language)}</text>'
        )
    for value in round_numbers(most)[1:]:
        height = _north(value, most)
        parts.append(f'<path class="rule" d="M{LEFT} {height:.1f}H{WIDTH - RIGHT}"/>')
        text = number(value, language, 4)
        parts.append(f'<text x="{LEFT - 6}" y="{height + 4:.1f}" text-anchor="end">{text}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text x="{middle:.0f}" y="{HEIGHT - 10}" text-anchor="middle">{escape(words)}</text>')
    return "".join(parts)


def round_numbers(most: float) -> list[float]:
    """About five round numbers from zero.

    >>> round_numbers(23)
    [0, 5, 10, 15, 20]
    """
    rough = most / 5
    size = 10.0 ** int(f"{rough:e}".partition("e")[2])
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough)
    values = [round(step * at, 10) for at in range(int(most / step) + 1)]
    return [int(value) if value == int(value) else value for value in values]


def _picture(parts: Sequence[str], title: str, height: int = HEIGHT) -> SafeString:
    text = (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">'
        f"{''.join(parts)}</svg>"
    )
    return mark_safe(text)  # noqa: S308  # numbers, and escaped words
