"""Curves and bars as SVG inside a page, drawn without colour alone: lines, dashes, outlines."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM, TOP = 640, 320, 60, 28, 46, 16


class Plot:
    """A picture over `ends` and 0 to `high`, with titles of the axes; `caption` says what is seen.

    >>> plot = Plot("Detection", "metres", "chance", (0.0, 10.0), 1.0)
    >>> plot.curve(np.array([0.0, 10.0]), np.array([1.0, 0.2]))
    >>> "<polyline" in plot.figure() and "Detection" in plot.figure()
    True
    """

    def __init__(self, caption: str, across: str, up: str, ends: tuple[float, float], high: float) -> None:
        self.caption, self.across, self.up = caption, across, up
        self.low, self.far = ends
        self.high = high if high > 0 else 1.0
        self._shapes: list[str] = []

    def curve(self, x: Floats, y: Floats, *, dashed: bool = False) -> None:
        """A line through points."""
        points = " ".join(f"{self._x(a):.1f},{self._y(b):.1f}" for a, b in zip(x, y, strict=True))
        style = ' stroke-dasharray="6 4"' if dashed else ""
        self._shapes.append(
            f'<polyline points="{points}" fill="none" stroke="#1d4f91" stroke-width="2"{style}/>'
        )

    def bars(self, ends: Sequence[float], heights: Sequence[float]) -> None:
        """Bars between ends."""
        for (low, high), value in zip(pairwise(ends), heights, strict=True):
            self._shapes.append(
                f'<rect x="{self._x(low):.1f}" y="{self._y(value):.1f}" '
                f'width="{self._x(high) - self._x(low):.1f}" height="{self._y(0) - self._y(value):.1f}" '
                'fill="#dfe7e2" stroke="#7b8a82"/>'
            )

    def interval(self, at: float, value: float, low: float, high: float) -> None:
        """A point with its limits."""
        x = self._x(at)
        if np.isfinite(low) and np.isfinite(high):
            self._shapes.append(
                f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{self._y(low):.1f}" y2="{self._y(high):.1f}" '
                'stroke="#1d4f91" stroke-width="2"/>'
            )
        self._shapes.append(f'<circle cx="{x:.1f}" cy="{self._y(value):.1f}" r="5" fill="#1d4f91"/>')

    def label(self, at: float, text: str) -> None:
        """A word below the axis."""
        x, y = self._x(at), HEIGHT - BOTTOM + 16
        self._shapes.append(f'<text x="{x:.1f}" y="{y}" text-anchor="middle">{escape(text)}</text>')

    def figure(self, *, numbered: bool = True) -> str:
        """The whole as a figure; with `numbered` the axis across has numbers."""
        ticks = []
        for value in np.linspace(0, self.high, 5):
            y = self._y(value)
            ticks.append(
                f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e4e9e6"/>'
                f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.3g}</text>'
            )
        if numbered:
            for value in np.linspace(self.low, self.far, 6):
                ticks.append(
                    f'<text x="{self._x(value):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">'
                    f"{value:.3g}</text>"
                )
        caption = escape(self.caption)
        return (
            f'<figure><figcaption>{caption}</figcaption><svg role="img" aria-label="{caption}" '
            f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" style="max-width:100%;font:12px sans-serif">'
            f"{''.join(ticks)}{''.join(self._shapes)}"
            f'<text x="{(LEFT + WIDTH) / 2}" y="{HEIGHT - 6}" text-anchor="middle">'
            f"{escape(self.across)}</text>"
            f'<text x="14" y="{HEIGHT / 2}" text-anchor="middle" '
            f'transform="rotate(-90 14 {HEIGHT / 2})">{escape(self.up)}</text></svg></figure>'
        )

    def _x(self, value: float) -> float:
        return LEFT + (value - self.low) / ((self.far - self.low) or 1.0) * (WIDTH - LEFT - RIGHT)

    def _y(self, value: float) -> float:
        share = min(max(float(value) / self.high, 0.0), 1.05)
        return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)


def intervals(caption: str, up: str, rows: Sequence[tuple[str, float, float, float]]) -> str:
    """Estimates (name, value, lower, upper) beside one another."""
    high = max(
        (limit for _, value, _, upper in rows for limit in (value, upper) if np.isfinite(limit)), default=1
    )
    plot = Plot(caption, "", up, (-0.5, len(rows) - 0.5), float(high))
    for place, (name, value, low, upper) in enumerate(rows):
        plot.interval(place, value, low, upper)
        plot.label(place, name)
    return plot.figure(numbered=False)
