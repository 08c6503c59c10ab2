"""Counts through the years as an SVG: intervals as bars, sources told apart by shape and colour.

The colours are those of Okabe and Ito (2008), which colour-blind readers can tell apart; each series
also has a shape of its own, so that the chart can be read without any colour.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from amur.portal.languages.codes import HTML_TAGS, Language
from amur.portal.languages.numbers import number

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#8A6D00", "#000000", "#7A5195")
SHAPES = ("circle", "square", "diamond", "triangle", "cross", "ring", "down", "bar")
WIDTH, PLOT_HEIGHT, LEFT, RIGHT, TOP = 760, 320, 64, 16, 40
LINE = 22  # height of a line of the legend


@dataclass(frozen=True, slots=True)
class Point:
    """One fact on the chart: its year, figure and the sentence that a pointer or reader gets."""

    year: float
    value: float | None
    low: float | None
    high: float | None
    label: str
    disputed: bool = False

    @property
    def centre(self) -> float:
        """Where the mark stands: the value, the middle of the interval, or its only bound."""
        if self.value is not None:
            return self.value
        bounds = [bound for bound in (self.low, self.high) if bound is not None]
        return sum(bounds) / len(bounds)

    @property
    def top(self) -> float:
        return max(bound for bound in (self.value, self.low, self.high) if bound is not None)


@dataclass(frozen=True, slots=True)
class Series:
    """Facts of one place and unit."""

    name: str
    points: Sequence[Point]


def nice_step(span: float, steps: int = 5) -> float:
    """A step of 1, 2 or 5 times a power of ten that divides the span into about so many parts.

    >>> nice_step(800), nice_step(42)
    (200.0, 10.0)
    """
    raw = max(span, 1e-9) / steps
    power = 10.0 ** math.floor(math.log10(raw))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= raw)


def svg(series: Sequence[Series], language: Language, title: str, description: str, axis: str) -> str:
    """The chart as one SVG document with title, description, axes and a legend below.

    Raises ValueError when there is no point to draw.
    """
    points = [point for one in series for point in one.points]
    if not points:
        raise ValueError("a chart needs at least one point")
    first, last = min(p.year for p in points), max(p.year for p in points)
    first, last = math.floor(first) - 1, math.ceil(last) + 1
    step = nice_step(max(p.top for p in points))
    ceiling = step * math.ceil(max(p.top for p in points) / step) or step
    height = TOP + PLOT_HEIGHT + 40 + LINE * len(series)

    def across(year: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (year - first) / (last - first)

    def up(value: float) -> float:
        return TOP + PLOT_HEIGHT * (1 - value / ceiling)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'lang="{HTML_TAGS[language]}" font-family="Noto Sans, Noto Sans SC, sans-serif" font-size="13">',
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="20" font-weight="600" fill="#1c2b26">{escape(axis)}</text>',
    ]
    for index in range(round(ceiling / step) + 1):
        level = up(index * step)
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{level:.1f}" y2="{level:.1f}" stroke="#d9ddd6"/>'
            f'<text x="{LEFT - 8}" y="{level + 4:.1f}" text-anchor="end" fill="#46524d">'
            f"{escape(number(index * step, language))}</text>"
        )
    year_step = max(1, round(nice_step(last - first, 8)))
    for year in range(math.ceil(first / year_step) * year_step, last + 1, year_step):
        parts.append(
            f'<text x="{across(year):.1f}" y="{TOP + PLOT_HEIGHT + 20}" text-anchor="middle" '
            f'fill="#46524d">{year}</text>'
        )
    for index, one in enumerate(series):
        colour, shape = COLOURS[index % len(COLOURS)], SHAPES[index % len(SHAPES)]
        for point in one.points:
            parts.append(_drawn(point, across(point.year), up, colour, shape))
        line = TOP + PLOT_HEIGHT + 44 + LINE * index
        parts.append(
            f"{_mark(shape, LEFT, line, colour)}"
            f'<text x="{LEFT + 14}" y="{line + 5}" fill="#1c2b26">{escape(one.name)}</text>'
        )
    return "".join([*parts, "</svg>"])


def _drawn(point: Point, left: float, up: Callable[[float], float], colour: str, shape: str) -> str:
    whisker = ""
    if point.low is not None and point.high is not None and point.high > point.low:
        whisker = (
            f'<path d="M{left:.1f} {up(point.low):.1f}V{up(point.high):.1f}'
            f'M{left - 4:.1f} {up(point.low):.1f}h8M{left - 4:.1f} {up(point.high):.1f}h8" '
            f'stroke="{colour}" stroke-width="2" fill="none"/>'
        )
    dash = ' stroke-dasharray="3 2"' if point.disputed else ""
    ring = (
        f'<circle cx="{left:.1f}" cy="{up(point.centre):.1f}" r="10" fill="none" stroke="{colour}"{dash}/>'
        if point.disputed
        else ""
    )
    mark = _mark(shape, left, up(point.centre), colour)
    label = f"<title>{escape(point.label)}</title>"
    return f'<g role="img" aria-label={quoteattr(point.label)}>{label}{whisker}{ring}{mark}</g>'


def _mark(shape: str, left: float, top: float, colour: str) -> str:
    place = f'transform="translate({left:.1f} {top:.1f})"'
    paths = {
        "square": "M-5-5h10v10h-10z",
        "diamond": "M0-6.5 6.5 0 0 6.5-6.5 0z",
        "triangle": "M0-6 6 5H-6z",
        "down": "M0 6 6-5H-6z",
        "bar": "M-6-2.5H6v5H-6z",
        "cross": "M-6-2h4v-4h4v4h4v4h-4v4h-4v-4h-4z",
    }
    if shape in paths:
        return f'<path d="{paths[shape]}" {place} fill="{colour}"/>'
    if shape == "ring":
        return f'<circle r="4.5" {place} fill="#ffffff" stroke="{colour}" stroke-width="3"/>'
    return f'<circle r="5.5" {place} fill="{colour}"/>'
