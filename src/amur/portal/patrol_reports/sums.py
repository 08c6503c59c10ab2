"""Sums over leg days as `patrols.measuring` gives them, told measure by measure; and progress of targets."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from amur.portal.offices.models import Office
from amur.portal.patrol_reports.models import Target
from amur.portal.patrols.measuring import Totals, totals
from amur.portal.patrols.models import LegDay, Patrol
from amur.portal.patrols.queries import Filters, days_of


@dataclass(frozen=True, slots=True)
class Sum:
    """A measure over some days; `left_out` are the days of legs that have no such number.

    None is unknown: no day has the number.
    """

    key: str
    value: float | None
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a target is: the share of the target (1 is all of it), None where the measure is unknown.

    `passed` is the share of the period's days that are over.
    """

    target: Target
    sum: Sum
    share: float | None
    passed: float


_LEFT_OUT: Final[Mapping[str, Callable[[Totals], int]]] = {
    "distance": lambda found: found.kilometres_unknown,
    "patrol_hours": lambda found: found.hours_unknown,
    "field_hours": lambda found: found.rest_unknown,
    "person_field_hours": lambda found: found.rest_unknown,
}
_VALUES: Final[Mapping[str, Callable[[Totals], float]]] = {
    "patrols": lambda found: found.patrols,
    "patrol_days": lambda found: found.patrol_days,
    "calendar_days": lambda found: found.calendar_days,
    "distance": lambda found: found.kilometres,
    "patrol_hours": lambda found: found.patrol_hours,
    "field_hours": lambda found: found.field_hours,
    "person_days": lambda found: found.person_days,
    "person_field_hours": lambda found: found.person_field_hours,
}


def standing_patrols(office: Office) -> "QuerySet[Patrol]":
    """The patrols of an office that stand."""
    return Patrol.objects.filter(office=office, ended=None)


def days_between(office: Office, start: datetime.date, end: datetime.date) -> "QuerySet[LegDay]":
    """The leg days of an office from a day to another one, both included."""
    return days_of(standing_patrols(office), Filters(start=start, end=end))


def sums_of(days: "QuerySet[LegDay]") -> dict[str, Sum]:
    """Each measure of the room, by key."""
    found, count = totals(days), days.count()
    return {key: _sum(key, found, count) for key in _VALUES}


def _sum(key: str, found: Totals, days: int) -> Sum:
    left_out = _LEFT_OUT[key](found) if key in _LEFT_OUT else 0
    value: float | None = _VALUES[key](found)
    nobody_named = key.startswith("person_") and not found.person_days
    if days and (left_out == days or nobody_named):
        value = None
    return Sum(key, value, left_out)


def progress_of(target: Target, today: datetime.date) -> Progress:
    """The measure's value against the target, on a day."""
    words = {name: getattr(target, name) for name in ("station", "team", "mandate", "transport")}
    filters = Filters(start=target.start, end=target.end, **words)
    found = sums_of(days_of(standing_patrols(target.office), filters))[target.measure]
    whole = (target.end - target.start).days + 1
    passed = min(max(((today - target.start).days + 1) / whole, 0.0), 1.0)
    return Progress(target, found, None if found.value is None else found.value / target.amount, passed)
