"""Pictures of a project for its own office: a plan of the stations, a timeline of the deployments."""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from amur.portal.cameras.models import CameraProject, Deployment

WIDTH: Final = 640
MARGIN: Final = 48
ROW: Final = 18
MOST_ROWS: Final = 200
LABELLED: Final = 60
METRES_PER_DEGREE: Final = 111_195.0


def stations(project: CameraProject) -> SafeString:
    """A plan of the stations, north up, with a scale; "" where no place is known."""
    known = [(one.code, one.place.x, one.place.y) for one in project.stations.all() if one.place is not None]
    if not known:
        return mark_safe("")
    middle = sum(one[2] for one in known) / len(known)
    narrow = math.cos(math.radians(middle))
    places = [(code, east * narrow, north) for code, east, north in known]
    west, east = min(one[1] for one in places), max(one[1] for one in places)
    south, north = min(one[2] for one in places), max(one[2] for one in places)
    span = max(east - west, north - south, 0.002)
    scale = (WIDTH - 2 * MARGIN) / span
    height = round((north - south) * scale) + 2 * MARGIN + 24
    parts = []
    for code, x, y in places:
        left, top = MARGIN + (x - west) * scale, MARGIN + (north - y) * scale
        label = f'<text x="{left + 8:.1f}" y="{top + 4:.1f}">{escape(code)}</text>'
        label = label if len(places) <= LABELLED else ""
        parts.append(
            f'<g><title>{escape(code)}</title><circle cx="{left:.1f}" cy="{top:.1f}" r="5"/>{label}</g>'
        )
    return _picture(_("Plan of the stations"), height, [*parts, _scale(span, scale, height)])


def _picture(label: str, height: int, parts: Sequence[str]) -> SafeString:
    return mark_safe(  # noqa: S308  # every text in it is escaped
        f'<svg class="plan" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(label)}">'
        f"{''.join(parts)}</svg>"
    )


def _scale(span: float, scale: float, height: int) -> str:
    """A bar of a round length, about a third of the plan."""
    metres = span * METRES_PER_DEGREE / 3
    power = 10 ** math.floor(math.log10(metres))
    length = max(step * power for step in (1, 2, 5) if step * power <= metres)
    end = MARGIN + length / METRES_PER_DEGREE * scale
    words = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    return (
        f'<path class="scale" d="M{MARGIN} {height - 12}H{end:.1f}"/>'
        f'<text x="{end + 6:.1f}" y="{height - 8}">{words}</text>'
    )


def timeline(deployments: Sequence[Deployment]) -> SafeString:
    """A bar for each deployment, with gaps where the camera did not work; "" without any."""
    rows = sorted(deployments, key=lambda one: (one.station.code, one.start))[:MOST_ROWS]
    if not rows:
        return mark_safe("")
    first, last = min(one.start for one in rows), max(one.end for one in rows)
    seconds = max((last - first).total_seconds(), 1.0)
    left = 140

    def place(moment: datetime) -> float:
        return left + (moment - first).total_seconds() / seconds * (WIDTH - left - 8)

    parts = []
    for number, one in enumerate(rows):
        top = 4 + number * ROW
        width = max(place(one.end) - place(one.start), 2.0)
        gaps = "".join(
            f'<rect class="gap" x="{place(each.start):.1f}" y="{top}"'
            f' width="{max(place(each.end) - place(each.start), 1.0):.1f}" height="{ROW - 6}"/>'
            for each in one.outages.all()
        )
        parts.append(
            f'<text x="0" y="{top + 11}">{escape(one.code[:20])}</text>'
            f'<rect class="bar" x="{place(one.start):.1f}" y="{top}" width="{width:.1f}"'
            f' height="{ROW - 6}"/>{gaps}'
        )
    height = 4 + len(rows) * ROW + 20
    days = (
        f'<text x="{left}" y="{height - 6}">{first:%Y-%m-%d}</text>'
        f'<text x="{WIDTH - 8}" y="{height - 6}" text-anchor="end">{last:%Y-%m-%d}</text>'
    )
    return _picture(_("Timeline of the deployments"), height, [*parts, days])
