"""Pictures of answers as SVG: bars by time or by name, intervals of rates, the effort in cells.

Every picture stands beside a table with the same numbers; no colour alone tells anything.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import shapely
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from amur.portal.languages.codes import Language
from amur.portal.languages.numbers import number, significant
from amur.portal.maps import colours
from amur.portal.patrol_queries.answering import Line
from amur.portal.patrol_queries.cells import EffortMap
from amur.science.effort import Grid
from amur.science.effort.segments import Indices

WIDTH: Final = 640
HEIGHT: Final = 300
LEFT, RIGHT, TOP, BOTTOM = 80, 16, 14, 40
ROW: Final = 30
NAMES: Final = 210
MOST_BARS: Final = 40
MOST_MONTHS: Final = 120
MOST_LABELS: Final = 6
LETTERS: Final = 24
CLASSES: Final = 5
MARGIN: Final = 16


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of an answer that has a value, with its name."""

    name: str
    line: Line


def by_time(bars: Sequence[Bar], title: str, language: Language) -> SafeString:
    """Values over periods; periods without patrols are gaps. Empty without any."""
    known = [bar for bar in bars if bar.line.value is not None][-MOST_MONTHS:]
    if not known:
        return SafeString("")
    places = [_ordinal(bar.line.key) for bar in known]
    first, count = places[0], places[-1] - places[0] + 1
    step = (WIDTH - LEFT - RIGHT) / count
    scale = _Scale([bar.line for bar in known], HEIGHT - BOTTOM - TOP)
    floor = HEIGHT - BOTTOM
    parts = [_rules(scale, language)]
    each = math.ceil(count / MOST_LABELS)
    for bar, place in zip(known, places, strict=True):
        at = place - first
        middle = LEFT + (at + 0.5) * step
        parts.append(_column(bar, middle, max(step * 0.7, 1.5), floor, scale))
        if at % each == 0:
            parts.append(
                f'<text x="{middle:.1f}" y="{floor + 24}" text-anchor="middle">{escape(bar.name)}</text>'
            )
    return _picture(parts, title, HEIGHT)


def by_name(bars: Sequence[Bar], title: str, language: Language) -> SafeString:
    """The largest values, one under the other with its name. Empty without any."""
    known = [bar for bar in bars if bar.line.value is not None]
    known = sorted(known, key=lambda bar: -(bar.line.value or 0.0))[:MOST_BARS]
    if not known:
        return SafeString("")
    scale = _Scale([bar.line for bar in known], WIDTH - NAMES - RIGHT - 60)
    parts = []
    for at, bar in enumerate(known):
        top = TOP + at * ROW
        value = bar.line.value or 0.0
        name = bar.name if len(bar.name) <= LETTERS else bar.name[: LETTERS - 1] + "…"
        long = scale.of(value)
        parts.append(f'<text x="{NAMES - 8}" y="{top + 19}" text-anchor="end">{escape(name)}</text>')
        parts.append(f'<rect class="bar" x="{NAMES}" y="{top + 5}" width="{long:.1f}" height="{ROW - 12}"/>')
        end = long
        if bar.line.lower is not None and bar.line.upper is not None:
            end = scale.of(bar.line.upper)
            start = NAMES + scale.of(bar.line.lower)
            parts.append(f'<path class="reach" d="M{start:.1f} {top + 14}H{NAMES + end:.1f}"/>')
        words = significant(value, language)
        parts.append(f'<text x="{NAMES + end + 6:.1f}" y="{top + 19}">{words}</text>')
    return _picture(parts, title, TOP + len(known) * ROW + 8)


class _Scale:
    """From values to lengths on the picture; negative values have none."""

    def __init__(self, lines: Sequence[Line], length: float) -> None:
        self.most = max(max(line.value or 0.0, line.upper or 0.0) for line in lines) or 1.0
        self.length = length

    def of(self, value: float) -> float:
        return max(value, 0.0) / self.most * self.length


def _column(bar: Bar, middle: float, wide: float, floor: float, scale: _Scale) -> str:
    line = bar.line
    high = scale.of(line.value or 0.0)
    drawn = (
        f'<g><title>{escape(bar.name)}</title><rect class="bar" x="{middle - wide / 2:.1f}"'
        f' y="{floor - high:.1f}" width="{wide:.1f}" height="{high:.1f}"/>'
    )
    if line.lower is not None and line.upper is not None:
        low, top = floor - scale.of(line.lower), floor - scale.of(line.upper)
        drawn += f'<path class="reach" d="M{middle:.1f} {low:.1f}V{top:.1f}"/>'
    return drawn + "</g>"


def _rules(scale: _Scale, language: Language) -> str:
    """Lines of round values with their numbers."""
    power = 10 ** math.floor(math.log10(scale.most))
    step = next(factor * power for factor in (0.25, 0.5, 1, 2.5) if scale.most / (factor * power) <= 4.5)
    found = []
    for at in range(int(scale.most / step) + 1):
        up = HEIGHT - BOTTOM - scale.of(at * step)
        found.append(f'<path class="rule" d="M{LEFT} {up:.1f}H{WIDTH - RIGHT}"/>')
        words = number(at * step, language, 6)
        found.append(f'<text x="{LEFT - 8}" y="{up + 5:.1f}" text-anchor="end">{words}</text>')
    return "".join(found)


def _ordinal(key: str) -> int:
    """The number of a period: of a month, of a week or of a year.

    >>> _ordinal("2026-03") - _ordinal("2025-12"), _ordinal("2026-W01") - _ordinal("2025-W52")
    (3, 1)
    """
    if "W" in key:
        year, week = key.split("-W")
        return date.fromisocalendar(int(year), int(week), 1).toordinal() // 7
    year, _dash, month = key.partition("-")
    return int(year) * 12 + int(month) if month else int(year)


class Plan:
    """North-up cells of a grid on a picture: from the plane of the grid to places of the picture."""

    def __init__(self, grid: Grid, column: Indices, row: Indices, outline: shapely.Geometry | None) -> None:
        self.grid, self.outline = grid, outline
        east, north = column * grid.cell + grid.west, grid.north - row * grid.cell
        corners = [east.min(), (north - grid.cell).min(), (east + grid.cell).max(), north.max()]
        if outline is not None:
            corners = list(shapely.total_bounds([shapely.box(*corners), outline]))
        self.west, south, far, self.top = corners
        self.scale = (WIDTH - 2 * MARGIN) / max(far - self.west, self.top - south)
        self.height = round((self.top - south) * self.scale) + 2 * MARGIN + 28

    def squares(self, column: Indices, row: Indices) -> str:
        """The path of cells (n,); empty for none."""
        left = MARGIN + (column * self.grid.cell + self.grid.west - self.west) * self.scale
        up = MARGIN + (self.top - self.grid.north + row * self.grid.cell) * self.scale
        side = self.grid.cell * self.scale
        return "".join(
            f"M{x:.1f} {y:.1f}h{side:.2f}v{side:.2f}h-{side:.2f}z" for x, y in zip(left, up, strict=True)
        )

    def rings(self, shape: shapely.Geometry) -> str:
        """The path of the borders of polygons in the plane of the grid."""
        drawn = []
        for ring in (ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)):
            places = shapely.get_coordinates(ring)
            left = MARGIN + (places[:, 0] - self.west) * self.scale
            up = MARGIN + (self.top - places[:, 1]) * self.scale
            drawn.append(f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in zip(left, up, strict=True))}z")
        return "".join(drawn)

    def picture(self, parts: Sequence[str], title: str) -> SafeString:
        """The picture of parts, with the boundary of an area and a scale."""
        ends = [] if self.outline is None else [f'<path class="outline" d="{self.rings(self.outline)}"/>']
        return _picture([*parts, *ends, _scale_bar(self.scale, self.height)], title, self.height)


def effort(found: EffortMap) -> SafeString:
    """The cells in the colours of their classes, north up, with the boundary of an area and a scale."""
    plan = Plan(found.grid, found.column, found.row, found.outline)
    parts = []
    for number_, colour in enumerate(palette(found)):
        which = found.group == number_
        if squares := plan.squares(found.column[which], found.row[which]):
            parts.append(f'<path class="cell" fill="{colour}" d="{squares}"/>')
    return plan.picture(parts, _("Effort in cells"))


def palette(found: EffortMap) -> list[str]:
    """The colours of the classes, from few kilometres (light) to many (dark)."""
    ramp = colours.sequential(len(found.bounds) + 2)[::-1][1:]
    return [colours.hexadecimal(colour) for colour in ramp]


def legend(found: EffortMap, language: Language) -> list[tuple[str, str]]:
    """Colour and words of each class."""
    ends = [significant(value, language) for value in (0.0, *found.bounds, found.most)]
    words = [f"{low} – {high}" for low, high in itertools.pairwise(ends)]
    return list(zip(palette(found), words, strict=True))


def swatch(colour: str) -> SafeString:
    """A square of a colour, for a legend."""
    return mark_safe(  # noqa: S308  # a colour of ours
        f'<svg class="swatch" viewBox="0 0 16 16" aria-hidden="true">'
        f'<rect width="16" height="16" fill="{colour}"/></svg>'
    )


def _scale_bar(scale: float, height: int) -> str:
    metres = (WIDTH - 2 * MARGIN) / scale / 3
    power = 10 ** math.floor(math.log10(metres))
    length = max(step * power for step in (1, 2, 5) if step * power <= metres)
    end = MARGIN + length * scale
    words = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    return (
        f'<path class="axis" d="M{MARGIN} {height - 14}H{end:.1f}"/>'
        f'<text x="{end + 6:.1f}" y="{height - 9}">{words}</text>'
    )


def _picture(parts: Sequence[str], title: str, height: float) -> SafeString:
    return mark_safe(  # noqa: S308  # every text in it is escaped
        f'<svg class="plot" viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{escape(title)}">'
        f"{''.join(parts)}</svg>"
    )
