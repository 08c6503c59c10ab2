"""A small season whose sums anybody can check by hand, and a large one for the clock.

Ways go along the meridian 135° E; 0.1 degrees of latitude at 48° N are 11.119 km (WGS 84).

| patrol | day | team | station | transport | people | way | times, rest | finds |
|---|---|---|---|---|---|---|---|---|
| A | 28 February | Tigers | Terney | Foot | E0, E1 | 11.119 km | 10 h, 0.5 h | 2 snares (3 and 5), 1 track |
| A | 1 March | Tigers | Terney | Foot | E0, E1 | unknown | 10 h, unknown | none |
| B | 1 March | Leopards | Terney | Car | E0 | 11.119 km | 10 h, 0.5 h | 1 snare (no number), no place |
| C | 8 March | – | Plastun | Foot | E2 | SMART 7 km | unknown | 1 snare (4) |
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import patrol_samples as samples

from amur.formats.smart.patrol import Label, Leg, LegDay, Member, Patrol, Track, Value, Waypoint

ONE = 11.119
SNARE = "threats.snares."
TRACK = "animals.sign."


def snare(number: float | None = None) -> Any:
    return samples.seen(SNARE, *([] if number is None else [Value("number", number=number)]))


def day(on: date, *waypoints: Waypoint, **more: Any) -> LegDay:
    way = samples.line(on, time(8), [0, 60, 120], [48.0, 48.05, 48.1])
    return replace(LegDay(on, time(8), time(18), 30.0, waypoints, Track(way, 11.5)), **more)


def leg(*days: LegDay, people: tuple[int, ...], transport: str = "Foot") -> Leg:
    members = tuple(
        Member(f"Name{number}", "Petrov", f"E{number}", is_leader=number == people[0]) for number in people
    )
    dates = [each.date for each in days]
    mandate = Label("Anti-poaching", "en")
    return Leg("1", min(dates), max(dates), Label(transport, "en"), members, days, mandate)


def patrol(code: str, one: Leg, team: str | None, station: str) -> Patrol:
    labels = {"team": Label(team, "en") if team else None, "station": Label(station, "en")}
    return Patrol(code, "GROUND", one.start, one.end, False, legs=(one,), **labels)


def small() -> list[Patrol]:
    """The season of the table above."""
    february, march, later = date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 8)
    nowhere = Waypoint("4", 0.0, 0.0, time(9), groups=samples.waypoint(1, snare()).groups)
    first = day(
        february, samples.waypoint(1, snare(3.0), snare(5.0)), samples.waypoint(2, samples.seen(TRACK))
    )
    a = leg(first, day(march, track=None, rest_minutes=None), people=(0, 1))
    b = leg(day(march, nowhere), people=(0,), transport="Car")
    seven = day(later, samples.waypoint(5, snare(4.0)), track=Track(None, 7.0), start=None, end=None)
    return [
        patrol("A", a, "Tigers", "Terney"),
        patrol("B", b, "Leopards", "Terney"),
        patrol("C", leg(seven, people=(2,)), None, "Plastun"),
    ]


def take(folder: Path, office: Any, *patrols: Patrol) -> None:
    """Bring patrols into an office, with a data model that knows their keys."""
    from tests.portal.patrols.test_importing import take as bring

    bring(samples.written(folder, *patrols, samples.model()), office)


def put_area(office: Any, key: str, south: float, north: float) -> None:
    """An area of the office around the meridian, between two latitudes."""
    from django.contrib.gis.geos import Polygon

    from amur.portal.areas.models import Area
    from amur.portal.languages.text import MultilingualText

    Area.objects.create(
        key=key,
        office=office,
        kind="protected-area",
        names=MultilingualText.of("en", en=key.title()),
        countries=["RU"],
        status="designated",
        geometry=Polygon.from_bbox((134.9, south, 135.1, north)),
        geometry_accuracy="boundary",
        confidence="verified",
    )


def planted(weeks: int = 12) -> list[Patrol]:
    """A patrol each week along six meridians in turn, 11 km each; most snares lie at 48.07° N, 135.03° E.

    One snare is found on each way at 48.02° N; on that by the hot spot six more.
    """
    ways = []
    for week in range(weeks):
        on, east = date(2025, 1, 6) + timedelta(weeks=week), 135.0 + week % 6 * 0.015
        finds = [snares(1, 48.02, east, 1)]
        if week % 6 == 2:
            finds.append(snares(2, 48.07, east, 6))
        way = samples.line(on, time(8), [0, 60, 120], [48.0, 48.05, 48.1], east)
        ways.append(
            patrol(f"W{week}", leg(day(on, *finds, track=Track(way, 11.5)), people=(0,)), "Tigers", "T")
        )
    return ways


def snares(number: int, north: float, east: float, count: int) -> Waypoint:
    groups = samples.waypoint(number, *(snare() for _ in range(count))).groups
    return Waypoint(str(number), east, north, time(9), groups=groups)
