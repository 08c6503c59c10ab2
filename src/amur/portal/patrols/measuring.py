"""Kilometres, hours and days of patrols, by `amur.science.effort`: once for each leg day, whoever went along.

`measured` looks at the fixes of a patrol when it comes in; `totals` tells measures of any leg days. Questions
to the season make their rows of the same `COLUMNS`.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import shapely
from django.db.models import QuerySet

from amur.portal.patrols.models import LegDay, LegMember
from amur.portal.patrols.store import Columns
from amur.science.effort import MEASURES, Fixes, Ledger, LegDays, Limits, Segments, Told, clean, told
from amur.science.effort.segments import Floats, Indices

SHOWN: Final = (
    "patrols",
    "patrol_days",
    "calendar_days",
    "distance",
    "patrol_hours",
    "field_hours",
    "person_days",
    "person_field_hours",
)
"""The measures that pages and reports sum up, and that targets may have."""
COLUMNS: Final = (
    "pk",
    "leg",
    "leg__patrol",
    "date",
    "kilometres",
    "recorded_km",
    "start",
    "end",
    "rest_minutes",
)
"""The columns of leg days from which `rows_of` makes rows."""
TOLERANCE_DEGREES = 2e-5
"""How far a drawn way may be from its fixes: about two metres."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the fixes of a patrol say: kilometres and way of each of its days (None: unknown), the ledger."""

    kilometres: list[float | None]
    lines: list[shapely.MultiLineString | None]
    ledger: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """Who was on rows of leg days, as pairs of row and person (p,), and who led there; how many on each (d,).

    Persons are numbers of `names`; the count of a row of which nobody is named is NaN.
    """

    names: Sequence[str]
    row: Indices
    person: Indices
    leader_row: Indices
    leader: Indices
    count: Floats


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
    return Measured(kilometres, lines, _lines_of(ledger))


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


def _lines_of(ledger: Ledger) -> list[dict[str, Any]]:
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


def leg_days(days: "QuerySet[LegDay]") -> LegDays:
    """The rows of leg days, in their order, with their people."""
    found = list(days.order_by("pk").values_list(*COLUMNS))
    return rows_of(found, members_of(days, found))


def members_of(days: "QuerySet[LegDay]", found: Sequence[tuple[Any, ...]]) -> Members:
    """Who was on each row of `COLUMNS`. A person is the number of an employee, or a name without one."""
    numbers: dict[tuple[str, ...], int] = {}
    names: list[str] = []
    on: dict[int, set[int]] = {}
    leading: dict[int, set[int]] = {}
    people = LegMember.objects.filter(leg__in=days.order_by().values("leg")).order_by("pk")
    for leg, employee, given, family, leads in people.values_list(
        "leg", "employee_id", "given_name", "family_name", "is_leader"
    ):
        who = (employee,) if employee else (given, family)
        if who not in numbers:
            numbers[who] = len(names)
            names.append(f"{given} {family}".strip() or employee or "")
        on.setdefault(leg, set()).add(numbers[who])
        if leads:
            leading.setdefault(leg, set()).add(numbers[who])
    pairs = [(row, person) for row, day in enumerate(found) for person in sorted(on.get(day[1], ()))]
    leaders = [(row, person) for row, day in enumerate(found) for person in sorted(leading.get(day[1], ()))]
    table, heads = (np.array(each, dtype=np.int64).reshape(-1, 2) for each in (pairs, leaders))
    count = floats(len(on[day[1]]) if day[1] in on else None for day in found)
    return Members(names, table[:, 0], table[:, 1], heads[:, 0], heads[:, 1], count)


def rows_of(found: Sequence[tuple[Any, ...]], members: Members) -> LegDays:
    """Rows of `COLUMNS`, each followed by whatever else was asked for, as rows of effort."""
    return LegDays(
        np.array([row[2] for row in found], dtype=np.int64),
        np.array([row[3] for row in found], dtype="M8[D]"),
        floats(row[5] if row[4] is None else row[4] for row in found),
        floats(
            None if row[6] is None or row[7] is None else (row[7] - row[6]).total_seconds() / 3600
            for row in found
        ),
        floats(None if row[8] is None else row[8] / 60 for row in found),
        members.row,
        members.person,
        {
            "recorded_km": floats(row[5] for row in found),
            "tracked": floats(row[4] is not None for row in found),
            "people": members.count,
        },
    )


def floats(values: Iterable[float | None]) -> Floats:
    """Numbers as a column; None, unknown, is NaN."""
    return np.array([math.nan if value is None else value for value in values], dtype=np.float64)


def totals(days: "QuerySet[LegDay]") -> dict[str, Told]:
    """The measures that pages show of some leg days, by key, with how many days each leaves out."""
    rows = leg_days(days)
    return {key: told(MEASURES[key], rows) for key in SHOWN}
