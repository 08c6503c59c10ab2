"""Curves as pictures in a page: inline SVG with axes, a band, and the figures in a table beside it."""

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


def drawn(curve: Curve, caption: str) -> str:
    """A curve as a figure with its caption, which is also what a screen reader tells."""
    top = float(np.nanmax(curve.y if curve.high is None else curve.high)) or 1.0
    ticks_x, ticks_y = ticks(0.0, float(curve.x.max())), ticks(0.0, top)
    right, upper = max(float(curve.x.max()), ticks_x[-1]), max(top, ticks_y[-1])

    def at(x: Floats, y: Floats) -> list[tuple[float, float]]:
        across = LEFT + x / right * (WIDTH - LEFT - RIGHT)
        down = HEIGHT - BOTTOM - y / upper * (HEIGHT - TOP - BOTTOM)
        return list(zip(across.tolist(), down.tolist(), strict=True))

    parts = [_axes(ticks_x, ticks_y, right, upper, curve)]
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
    return (
        f'<figure><figcaption>{escape(caption)}</figcaption><svg role="img" aria-label="{escape(caption)}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" style="max-width:100%" font-size="12" '
        f'font-family="system-ui,sans-serif">{"".join(parts)}</svg></figure>'
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
    ticks_x: Sequence[float], ticks_y: Sequence[float], right: float, upper: float, curve: Curve
) -> str:
    bottom = HEIGHT - BOTTOM
    parts = []
    for tick in ticks_x:
        x = LEFT + tick / right * (WIDTH - LEFT - RIGHT)
        parts.append(f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{tick:g}</text>')
    for tick in ticks_y:
        y = bottom - tick / upper * (bottom - TOP)
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#dde4e0"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>'
        )
    middle_x, middle_y = (LEFT + WIDTH - RIGHT) / 2, (TOP + bottom) / 2
    return "".join(parts) + (
        f'<text x="{middle_x}" y="{HEIGHT - 8}" text-anchor="middle">{escape(curve.x_name)}</text>'
        f'<text x="14" y="{middle_y}" text-anchor="middle" transform="rotate(-90 14 {middle_y})">'
        f"{escape(curve.y_name)}</text>"
    )


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
