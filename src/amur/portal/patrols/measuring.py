"""Kilometres, hours and days of patrols, by `amur.science.effort`: once for each leg day, whoever went along.

`measured` looks at the fixes of a patrol when it comes in; `totals` sums up the rows of any leg days.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import shapely
from django.db.models import QuerySet
from numpy.typing import NDArray

from amur.portal.patrols.models import LegDay, LegMember
from amur.portal.patrols.store import Columns
from amur.science.effort import MEASURES, Fixes, Ledger, LegDays, Limits, Segments, clean

TOLERANCE_DEGREES = 2e-5
"""How far a drawn way may be from its fixes: about two metres."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the fixes of a patrol say: kilometres and way of each of its days (None: unknown), the ledger."""

    kilometres: list[float | None]
    lines: list[shapely.MultiLineString | None]
    ledger: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over leg days; `*_unknown` are the days that have no such number and are left out of it."""

    patrols: int
    patrol_days: int
    calendar_days: int
    kilometres: float
    kilometres_unknown: int
    patrol_hours: float
    hours_unknown: int
    field_hours: float
    rest_unknown: int
    person_days: int
    person_field_hours: float


def measured(columns: Columns, days: int, start: date, end: date) -> Measured:
    """Clean the fixes of a patrol of so many leg days.

    Fixes more than a day before its start or after its end have a wrong clock. A day without two fixes that
    have time and place tells no kilometres.
    """
    fixes = Fixes(
        columns["day"], columns["instant"].view("M8[ms]"), columns["longitude"], columns["latitude"]
    )
    limits = Limits(
        earliest=np.datetime64(start - timedelta(days=1), "ms"),
        latest=np.datetime64(end + timedelta(days=2), "ms"),
    )
    ledger = clean(fixes, limits)
    segments = ledger.segments
    metres = np.bincount(segments.track, weights=segments.metres, minlength=days)
    whole = np.bincount(fixes.track[fixes.is_whole], minlength=days)
    kilometres = [float(metres[day]) / 1000 if whole[day] > 1 else None for day in range(days)]
    lines = [_line(segments.where(segments.track == day)) for day in range(days)]
    return Measured(kilometres, lines, _told(ledger))


def _line(segments: Segments) -> shapely.MultiLineString | None:
    """The way of segments, one line for each unbroken part."""
    if not len(segments):
        return None
    broken = np.flatnonzero(segments.first[1:] != segments.last[:-1]) + 1
    lines = []
    for part in np.split(np.arange(len(segments)), broken):
        which = np.concatenate([segments.first[part[:1]], segments.last[part]])
        places = np.column_stack([segments.fixes.longitude[which], segments.fixes.latitude[which]])
        lines.append(shapely.LineString(places))
    found = shapely.simplify(shapely.MultiLineString(lines), TOLERANCE_DEGREES)
    return found if isinstance(found, shapely.MultiLineString) else shapely.MultiLineString([found])


def _told(ledger: Ledger) -> list[dict[str, Any]]:
    """The lines of the ledger that flagged something."""
    return [
        {
            "rule": str(entry.rule.name).lower(),
            "fixes": entry.fixes,
            "ways": entry.ways,
            "kilometres": entry.kilometres,
            "hours": entry.hours,
        }
        for entry in ledger.entries
        if entry.fixes or entry.ways
    ]


def hours_of(day: LegDay) -> float | None:
    """From start to end, rest included."""
    if day.start is None or day.end is None:
        return None
    return (day.end - day.start).total_seconds() / 3600


def totals(days: "QuerySet[LegDay]") -> Totals:
    """The sums over some leg days."""
    found = list(
        days.order_by("pk").values_list(
            "leg__patrol", "date", "kilometres", "recorded_km", "start", "end", "rest_minutes", "leg"
        )
    )
    rows = _leg_days(found, _people(days))
    distance, hours, rest = (
        ~np.isnan(column) for column in (rows.kilometres, rows.hours, rows.hours - rows.rest_hours)
    )
    return Totals(
        patrols=int(_measure("patrols", rows)),
        patrol_days=int(_measure("patrol_days", rows)),
        calendar_days=int(_measure("calendar_days", rows)),
        kilometres=_measure("distance", rows.of(distance)),
        kilometres_unknown=int((~distance).sum()),
        patrol_hours=_measure("patrol_hours", rows.of(hours)),
        hours_unknown=int((~hours).sum()),
        field_hours=_measure("field_hours", rows.of(rest)),
        rest_unknown=int((~rest).sum()),
        person_days=int(_measure("person_days", rows)),
        person_field_hours=_measure("person_field_hours", rows.of(rest)),
    )


def _measure(key: str, rows: LegDays) -> float:
    return MEASURES[key].compute(rows)


def _people(days: "QuerySet[LegDay]") -> Mapping[int, list[int]]:
    """The people of each leg, numbered. A person is the number of an employee, or a name without one."""
    numbers: dict[tuple[str, ...], int] = {}
    found: dict[int, list[int]] = {}
    members = LegMember.objects.filter(leg__in=days.order_by().values("leg"))
    for leg, employee, given, family in members.values_list(
        "leg", "employee_id", "given_name", "family_name"
    ):
        who = (employee,) if employee else (given, family)
        found.setdefault(leg, []).append(numbers.setdefault(who, len(numbers)))
    return {leg: sorted(set(people)) for leg, people in found.items()}


def _leg_days(found: Sequence[tuple[Any, ...]], people: Mapping[int, list[int]]) -> LegDays:
    there = [(row, person) for row, day in enumerate(found) for person in people.get(day[-1], ())]
    return LegDays(
        np.array([row[0] for row in found], dtype=np.int64),
        np.array([row[1] for row in found], dtype="M8[D]"),
        _floats(row[2] if row[2] is not None else row[3] for row in found),
        _floats(
            None if row[4] is None or row[5] is None else (row[5] - row[4]).total_seconds() / 3600
            for row in found
        ),
        _floats(None if row[6] is None else row[6] / 60 for row in found),
        np.array([row for row, _person in there], dtype=np.int64),
        np.array([person for _row, person in there], dtype=np.int64),
    )


def _floats(values: Iterable[float | None]) -> NDArray[np.float64]:
    return np.array([math.nan if value is None else value for value in values], dtype=np.float64)
