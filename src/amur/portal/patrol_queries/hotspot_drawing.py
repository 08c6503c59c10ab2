"""The map of hot spots as SVG: classes of the smoothed rate, borrowed cells hatched, sure ones outlined.

The list beside it has the same numbers; hatching and outline tell what no colour has to.
"""

from typing import Final

import numpy as np
import shapely
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from amur.portal.maps import colours
from amur.portal.patrol_queries.drawing import Plan
from amur.portal.patrol_queries.hotspots import Cells

EDGES: Final = (0.5, 1.0, 2.0, 4.0)
"""Where classes of the smoothed rate begin, in times the overall one."""
PALETTE: Final = [colours.hexadecimal(colour) for colour in colours.sequential(len(EDGES) + 2)[::-1][1:]]
"""From few (light) to many (dark)."""
_HATCH: Final = (
    '<pattern id="{key}" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<path class="hatch" d="M0 6L6 0M-1 1L1 -1M5 7L7 5"/></pattern>'
)


def picture(cells: Cells) -> SafeString:
    """The map, north up, with the boundary of an area and a scale."""
    plan = Plan(cells.grid, cells.column, cells.row, cells.outline)
    group = np.searchsorted(np.array(EDGES) * cells.overall, cells.smoothed, side="right")
    borrowed, parts = cells.is_borrowed, [f"<defs>{_HATCH.format(key='borrowed')}</defs>"]
    for number, colour in enumerate(PALETTE):
        for kind, of_kind in (("cell", ~borrowed), ("cell faint", borrowed)):
            which = (group == number) & of_kind
            if squares := plan.squares(cells.column[which], cells.row[which]):
                parts.append(f'<path class="{kind}" fill="{colour}" d="{squares}"/>')
    if squares := plan.squares(cells.column[borrowed], cells.row[borrowed]):
        parts.append(f'<path fill="url(#borrowed)" d="{squares}"/>')
    if cells.is_sure.any():
        border = plan.rings(_border(cells))
        parts += [f'<path class="sure-rim" d="{border}"/>', f'<path class="sure" d="{border}"/>']
    return plan.picture(parts, _("Hot spots"))


def _border(cells: Cells) -> shapely.Geometry:
    """The cells that are surely above, joined, in the plane of the grid."""
    side = cells.grid.cell
    west = cells.grid.west + cells.column[cells.is_sure] * side
    north = cells.grid.north - cells.row[cells.is_sure] * side
    return shapely.union_all(shapely.box(west, north - side, west + side, north))


def hatched() -> SafeString:
    """A hatched square for the legend."""
    return _sample(f'<defs>{_HATCH.format(key="sample")}</defs><rect fill="url(#sample)"')


def outlined() -> SafeString:
    """An outlined square for the legend."""
    return _sample('<rect class="sure"')


def _sample(begun: str) -> SafeString:
    return mark_safe(  # noqa: S308  # nothing of it comes from outside
        f'<svg class="swatch" viewBox="0 0 16 16" aria-hidden="true">{begun} width="16" height="16"/></svg>'
    )
