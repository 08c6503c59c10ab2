"""Bars through time as an SVG without script or style. Called by the editors' report."""

from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from amur.portal.facts.chart import nice_step
from amur.portal.languages.codes import HTML_TAGS, Language
from amur.portal.languages.numbers import number

WIDTH: Final = 760
HEIGHT: Final = 220
LEFT: Final = 56
BOTTOM: Final = 28
TOP: Final = 12


def bars(values: Sequence[tuple[str, int]], language: Language, title: str) -> str:
    """The chart as one SVG; each bar says its name and number. Raises ValueError without values."""
    if not values:
        raise ValueError("a chart needs at least one bar")
    top = max(value for _name, value in values)
    step = max(nice_step(top, 4), 1.0)
    ceiling = step * -(-top // step) or step
    plot = HEIGHT - TOP - BOTTOM
    wide = (WIDTH - LEFT) / len(values)

    def up(value: float) -> float:
        return TOP + plot * (1 - value / ceiling)

    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label={quoteattr(title)} '
        f'lang="{HTML_TAGS[language]}" font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
    ]
    for at in range(round(ceiling / step) + 1):
        value = at * step
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH}" y1="{up(value):.1f}" y2="{up(value):.1f}" stroke="#d5d9d0"/>'
            f'<text x="{LEFT - 6}" y="{up(value) + 4:.1f}" text-anchor="end" fill="#46524d">'
            f"{escape(number(value, language, 0))}</text>"
        )
    every = -(-len(values) // 12)
    for at, (name, value) in enumerate(values):
        x, y = LEFT + at * wide, up(value)
        parts.append(
            f'<rect x="{x + wide * 0.12:.1f}" y="{y:.1f}" width="{wide * 0.76:.1f}" '
            f'height="{TOP + plot - y:.1f}" fill="#1d5a48">'
            f"<title>{escape(name)}: {escape(number(value, language, 0))}</title></rect>"
        )
        if at % every == 0:
            parts.append(
                f'<text x="{x + wide / 2:.1f}" y="{HEIGHT - 8}" text-anchor="middle" fill="#46524d">'
                f"{escape(name)}</text>"
            )
    return "".join([*parts, "</svg>"])
