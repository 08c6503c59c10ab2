"""The leg days of an office in a period, and the progress of targets over them."""

import datetime
from dataclasses import dataclass

from django.db.models import QuerySet

from amur.portal.offices.models import Office
from amur.portal.patrol_reports.models import Target
from amur.portal.patrols.measuring import totals
from amur.portal.patrols.models import LegDay, Patrol
from amur.portal.patrols.queries import Filters, days_of
from amur.science.effort import Told


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a target is: the share of the target (1 is all of it), None where the measure is unknown.

    `passed` is the share of the period's days that are over.
    """

    target: Target
    sum: Told
    share: float | None
    passed: float


def standing_patrols(office: Office) -> "QuerySet[Patrol]":
    """The patrols of an office that stand."""
    return Patrol.objects.filter(office=office, ended=None)


def days_between(office: Office, start: datetime.date, end: datetime.date) -> "QuerySet[LegDay]":
    """The leg days of an office from a day to another one, both included."""
    return days_of(standing_patrols(office), Filters(start=start, end=end))


def progress_of(target: Target, today: datetime.date) -> Progress:
    """The measure's value against the target, on a day."""
    words = {name: getattr(target, name) for name in ("station", "team", "mandate", "transport")}
    filters = Filters(start=target.start, end=target.end, **words)
    found = totals(days_of(standing_patrols(target.office), filters))[target.measure]
    whole = (target.end - target.start).days + 1
    passed = min(max(((today - target.start).days + 1) / whole, 0.0), 1.0)
    return Progress(target, found, None if found.value is None else found.value / target.amount, passed)
