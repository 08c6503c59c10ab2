"""A plan of a patrol for its own office: the way of each day and the waypoints, north up, with a scale."""

import math
from collections.abc import Iterable, Sequence
from typing import Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from amur.portal.patrols.models import LegDay, Waypoint

WIDTH: Final = 640
MARGIN: Final = 48
LEAST_DEGREES: Final = 0.002
METRES_PER_DEGREE: Final = 111_195.0
MOST_WAYPOINTS: Final = 2_000
COLOURS: Final = 6
"""How many ways of days look different; the next one looks like the first again."""

Place = tuple[float, float]


def plan(days: Sequence[LegDay], waypoints: Iterable[Waypoint]) -> SafeString:
    """The plan; "" where no place is known. Fixes that do not count are not on it."""
    ways = [(day, list(day.line.coords)) for day in days if day.line is not None]
    points = [(one, (one.place.x, one.place.y)) for one in waypoints if one.place is not None]
    points = points[:MOST_WAYPOINTS]
    places = [place[:2] for _day, lines in ways for line in lines for place in line]
    places += [place for _one, place in points]
    if not places:
        return mark_safe("")
    frame = _Frame(places)
    parts = [
        f'<g class="way day{number % COLOURS}"><title>{day.date.isoformat()}</title>'
        f'<path d="{"".join(frame.path(line) for line in lines)}"/></g>'
        for number, (day, lines) in enumerate(ways)
    ]
    for one, place in points:
        left, top = frame.at(place)
        parts.append(
            f'<g><title>{escape(one.code)}</title><circle cx="{left:.1f}" cy="{top:.1f}" r="4"/></g>'
        )
    return mark_safe(  # noqa: S308  # every text in it is escaped
        f'<svg class="plan" viewBox="0 0 {WIDTH} {frame.height}" role="img"'
        f' aria-label="{escape(_("Plan of the patrol"))}">{"".join(parts)}{frame.scale_bar()}</svg>'
    )


class _Frame:
    """From degrees to the plan."""

    def __init__(self, places: Sequence[Place]) -> None:
        middle = sum(north for _east, north in places) / len(places)
        self.narrow = math.cos(math.radians(middle))
        easts = [east * self.narrow for east, _north in places]
        norths = [north for _east, north in places]
        self.west, self.north = min(easts), max(norths)
        height = self.north - min(norths)
        self.span = max(max(easts) - self.west, height, LEAST_DEGREES)
        self.scale = (WIDTH - 2 * MARGIN) / self.span
        self.height = round(height * self.scale) + 2 * MARGIN + 24

    def at(self, place: Place) -> Place:
        return (
            MARGIN + (place[0] * self.narrow - self.west) * self.scale,
            MARGIN + (self.north - place[1]) * self.scale,
        )

    def path(self, line: Sequence[Place]) -> str:
        return "M" + "L".join(f"{left:.1f} {top:.1f}" for left, top in map(self.at, line))

    def scale_bar(self) -> str:
        """A bar of a round length, about a third of the plan."""
        metres = self.span * METRES_PER_DEGREE / 3
        power = 10 ** math.floor(math.log10(metres))
        length = max(step * power for step in (1, 2, 5) if step * power <= metres)
        end = MARGIN + length / METRES_PER_DEGREE * self.scale
        words = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
        return (
            f'<path class="scale" d="M{MARGIN} {self.height - 12}H{end:.1f}"/>'
            f'<text x="{end + 6:.1f}" y="{self.height - 8}">{words}</text>'
        )
