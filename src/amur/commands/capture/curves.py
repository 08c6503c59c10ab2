"""Curves and figures of years as pictures in a page: inline SVG with axes, and a table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WIDTH, HEIGHT = 560, 300
LEFT, RIGHT, TOP, BOTTOM = 70, 16, 12, 48
LINE, BAND, MARK = "#1f5d4c", "#b9d8cc", "#a33b20"


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A line `y` (n,) over `x` (n,) with the names of both axes.

    `low` and `high` (n,) are its band, `marks` are places on the x axis with their names.
    """

    x: Floats
    y: Floats
    x_name: str
    y_name: str
    low: Floats | None = None
    high: Floats | None = None
    marks: Sequence[tuple[float, str]] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Estimates `y` (n,) with intervals from `low` to `high` (n,) at times `x` (n,); NaN is not drawn.

    `times` are the marks on the axis of time with their names, `level` a height that is told apart.
    """

    x: Floats
    y: Floats
    low: Floats
    high: Floats
    y_name: str
    times: Sequence[tuple[float, str]]
    level: float | None = None


def drawn_series(series: Series, caption: str) -> str:
    """Estimates with intervals as a figure; it asks for one that is no NaN."""
    top = float(np.nanmax([*series.high, *series.y, series.level or 0.0])) or 1.0
    ticks_y = ticks(0.0, top)
    upper = max(top, ticks_y[-1])
    first, last = series.times[0][0], series.times[-1][0]
    wide = (last - first) or 1.0

    def across(time: float) -> float:
        return LEFT + 30 + (time - first) / wide * (WIDTH - LEFT - RIGHT - 60)

    def down(value: float) -> float:
        return HEIGHT - BOTTOM - value / upper * (HEIGHT - TOP - BOTTOM)

    parts = [_axes([(across(time), name) for time, name in series.times], ticks_y, upper, "", series.y_name)]
    if series.level is not None:
        y = down(series.level)
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{MARK}" '
            'stroke-dasharray="5 4"/>'
        )
    for row in zip(
        series.x.tolist(), series.y.tolist(), series.low.tolist(), series.high.tolist(), strict=True
    ):
        if np.isfinite(row).all():
            x, y, low, high = across(row[0]), *(down(value) for value in row[1:])
            parts.append(
                f'<path d="M{x:.1f} {low:.1f}V{high:.1f}M{x - 5:.1f} {low:.1f}h10M{x - 5:.1f} {high:.1f}h10" '
                f'stroke="{LINE}" stroke-width="2"/><circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{LINE}"/>'
            )
    return figure("".join(parts), caption)


def drawn(curve: Curve, caption: str) -> str:
    """A curve as a figure with its caption, which is also what a screen reader tells."""
    top = float(np.nanmax(curve.y if curve.high is None else curve.high)) or 1.0
    ticks_x, ticks_y = ticks(0.0, float(curve.x.max())), ticks(0.0, top)
    right, upper = max(float(curve.x.max()), ticks_x[-1]), max(top, ticks_y[-1])

    def at(x: Floats, y: Floats) -> list[tuple[float, float]]:
        across = LEFT + x / right * (WIDTH - LEFT - RIGHT)
        down = HEIGHT - BOTTOM - y / upper * (HEIGHT - TOP - BOTTOM)
        return list(zip(across.tolist(), down.tolist(), strict=True))

    marks = [(at(np.array([tick]), np.zeros(1))[0][0], f"{tick:g}") for tick in ticks_x]
    parts = [_axes(marks, ticks_y, upper, curve.x_name, curve.y_name)]
    if curve.low is not None and curve.high is not None:
        around = at(curve.x, curve.high) + at(curve.x, curve.low)[::-1]
        parts.append(f'<polygon points="{_points(around)}" fill="{BAND}"/>')
    line = _points(at(curve.x, curve.y))
    parts.append(f'<polyline points="{line}" fill="none" stroke="{LINE}" stroke-width="2"/>')
    for place, name in curve.marks:
        ((x, _y),) = at(np.array([place]), np.array([0.0]))
        if place <= right:
            parts.append(
                f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="{MARK}" '
                f'stroke-dasharray="5 4"/><text x="{min(x + 4, WIDTH - 90):.1f}" y="{TOP + 12}" '
                f'fill="{MARK}">{escape(name)}</text>'
            )
    return figure("".join(parts), caption)


def figure(content: str, caption: str, height: int = HEIGHT) -> str:
    """SVG of the width of a page with a caption, which is also what a screen reader tells."""
    return (
        f'<figure><figcaption>{escape(caption)}</figcaption><svg role="img" aria-label="{escape(caption)}" '
        f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" style="max-width:100%" font-size="12" '
        f'font-family="system-ui,sans-serif">{content}</svg></figure>'
    )


def ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Round numbers from low to high.

    >>> ticks(0.0, 8410.0), [round(tick, 3) for tick in ticks(0.0, 0.017)]
    ([0.0, 2000.0, 4000.0, 6000.0, 8000.0], [0.0, 0.005, 0.01, 0.015])
    """
    rough = (high - low) / wanted
    if not rough > 0:
        return [low]
    size = 10 ** np.floor(np.log10(rough))
    step = float(next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough))
    return [float(tick) for tick in np.arange(low, high + step * 1e-6, step)]


def _axes(
    marks: Sequence[tuple[float, str]], ticks_y: Sequence[float], upper: float, x_name: str, y_name: str
) -> str:
    bottom = HEIGHT - BOTTOM
    parts = []
    for x, name in marks:
        parts.append(f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{escape(name)}</text>')
    for tick in ticks_y:
        y = bottom - tick / upper * (bottom - TOP)
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#dde4e0"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>'
        )
    middle_x, middle_y = (LEFT + WIDTH - RIGHT) / 2, (TOP + bottom) / 2
    return "".join(parts) + (
        f'<text x="{middle_x}" y="{HEIGHT - 8}" text-anchor="middle">{escape(x_name)}</text>'
        f'<text x="14" y="{middle_y}" text-anchor="middle" transform="rotate(-90 14 {middle_y})">'
        f"{escape(y_name)}</text>"
    )


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
