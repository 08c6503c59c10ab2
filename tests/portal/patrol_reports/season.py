"""A season by hand: what its sums are stands beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import patrol_samples as samples

from amur.formats.smart.patrol import Label

DAY_KM = 11.119
"""0.1 degrees of a meridian at 48 degrees north."""
START, END = date(2026, 3, 1), date(2026, 4, 30)
KM = "66.7"
"""Six days with a way, 11.119 km each: 66.71 km; a seventh has none."""
HOURS = "70"
"""Seven days from 8 to 18 o'clock."""
FIELD_HOURS = "66.5"
"""Less half an hour of rest each."""
FINDS = 6


def patrols() -> list[Any]:
    """Two patrols in March, one in April, which has a day whose receiver was off.

    AMUR-001, Terney: 1 and 2 March with three people, two finds. AMUR-002, Kema: 2 and 3 March with one
    person, three finds. AMUR-003, Terney: 5 and 6 April and, without a way, 7 April, when it found one.
    """
    sign = samples.seen()
    first = samples.patrol(
        samples.leg(
            samples.leg_day(0, samples.waypoint(1, sign), samples.waypoint(2, sign)), samples.leg_day(1)
        )
    )
    alone = samples.leg(
        samples.leg_day(1, *(samples.waypoint(number, sign) for number in (1, 2, 3))),
        samples.leg_day(2),
        people=("Vera",),
    )
    alone = replace(alone, members=(replace(alone.members[0], employee_id="E9"),))
    second = samples.patrol(alone, code="AMUR-002", station=Label("Kema", "en"))
    off = replace(samples.leg_day(37, samples.waypoint(1, sign)), track=None)
    third = samples.patrol(
        samples.leg(samples.leg_day(35), samples.leg_day(36), off),
        code="AMUR-003",
        team=Label("Cranes", "en"),
    )
    return [first, second, third]


def take(office: Any, folder: Path, *contents: Any) -> None:
    """Import the season, or other patrols, with the data model."""
    from amur.portal.patrols import importing, reading

    path = samples.written(folder, *(contents or patrols()), samples.model())
    with reading.opened(path) as given:
        importing.take(given, office, None, {"file": path.name}, zone="Asia/Vladivostok")
