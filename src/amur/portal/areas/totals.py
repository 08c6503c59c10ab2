"""Totals of the register as facts: computed, never typed, with their denominator and date.

The share divides the register's protected areas by the area of the ecoregion, itself a fact of the register.
Areas of unknown size are counted and named, never taken as zero, so that sum and share are minima.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from amur.portal.areas.models import Area, AreaKind, AreaStatus


@dataclass(frozen=True, slots=True)
class Total:
    """One computed figure and what went into it."""

    key: str
    value: float
    unit: str
    kind: str
    counted: int
    unknown: int


def protected(areas: Iterable[Area]) -> list[Area]:
    """Designated protected areas: no planned ones, no corridors, no buffer zones around another area."""
    return [
        area
        for area in areas
        if area.is_published and area.kind == AreaKind.PROTECTED_AREA and area.status == AreaStatus.DESIGNATED
    ]


def totals(areas: Iterable[Area], ecoregion_ha: float | None) -> list[Total]:
    """The totals of the register; without a stated area of the ecoregion there is no share.

    >>> [total.key for total in totals([], 185e6)][:2]
    ['total-protected-areas', 'total-protected-area-ha']
    """
    rows = list(areas)
    counted = protected(rows)
    sized = [area.area_ha for area in counted if area.area_ha is not None]
    unknown = len(counted) - len(sized)
    surface = sum(sized)
    corridors = [area for area in rows if area.is_published and area.kind == AreaKind.CORRIDOR]
    found = [
        Total("total-protected-areas", len(counted), "areas", "total", len(counted), 0),
        Total("total-protected-area-ha", surface, "ha", "minimum", len(sized), unknown),
        Total("total-corridors", len(corridors), "areas", "total", len(corridors), 0),
    ]
    if ecoregion_ha:
        share = 100 * surface / ecoregion_ha
        found.append(Total("total-protected-share", share, "percent", "minimum", len(sized), unknown))
    return found
