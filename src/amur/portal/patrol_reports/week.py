"""The chief's week: who was out, what was found, which days and flags need a look, where nobody was."""

import datetime
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Max, QuerySet

from amur.portal.offices.models import Office
from amur.portal.patrol_reports import mapping
from amur.portal.patrol_reports.models import Target
from amur.portal.patrol_reports.sums import Progress, days_between, progress_of
from amur.portal.patrol_reports.wordings import ADVICE, WORTH_A_LOOK
from amur.portal.patrols.listing import Row, rows_of
from amur.portal.patrols.models import LegDay, LegMember, Patrol
from amur.portal.patrols.wordings import RULES

RECENT_DAYS: Final = 30
LOOKED_BACK_DAYS: Final = 365
"""How far back visits of areas are looked for."""


@dataclass(frozen=True, slots=True)
class Out:
    """A patrol of the week: its sums over the week's days, leaders, transports, its days."""

    row: Row
    leaders: list[str]
    transports: list[str]
    dates: list[datetime.date]


@dataclass(frozen=True, slots=True)
class Flag:
    """What cleaning flagged in a patrol of the week, in plain words."""

    patrol: Patrol
    name: str
    what: str
    number: int
    kilometres: float


def week_of(day: datetime.date) -> tuple[int, int]:
    """Year and number of the week of a day (ISO 8601).

    >>> week_of(datetime.date(2027, 1, 3))
    (2026, 53)
    """
    found = day.isocalendar()
    return found.year, found.week


def monday_of(year: int, week: int) -> datetime.date:
    """The first day of a week. Raises ValueError for a week that is none."""
    return datetime.date.fromisocalendar(year, week, 1)


def latest_week(office: Office, today: datetime.date) -> tuple[int, int]:
    """The last week, up to a day, in which somebody was out; that of the day without any."""
    days = days_between(office, datetime.date.min, today)
    last = days.aggregate(last=Max("date"))["last"]
    return week_of(last or today)


def out_on(days: "QuerySet[LegDay]") -> list[Out]:
    """The patrols of some days, by code."""
    patrols = list(Patrol.objects.filter(pk__in=days.order_by().values("leg__patrol")).order_by("code", "pk"))
    legs = days.order_by().values("leg")
    leaders: dict[int, list[str]] = {}
    for patrol, given, family in LegMember.objects.filter(leg__in=legs, is_leader=True).values_list(
        "leg__patrol", "given_name", "family_name"
    ):
        leaders.setdefault(patrol, []).append(f"{given} {family}")
    dates: dict[int, set[datetime.date]] = {}
    transports: dict[int, set[str]] = {}
    for patrol, date, transport in days.order_by().values_list("leg__patrol", "date", "leg__transport"):
        dates.setdefault(patrol, set()).add(date)
        transports.setdefault(patrol, set()).update([transport] if transport else [])
    return [
        Out(
            row,
            list(dict.fromkeys(leaders.get(row.patrol.pk, []))),
            sorted(transports[row.patrol.pk]),
            sorted(dates[row.patrol.pk]),
        )
        for row in rows_of(patrols, days)
    ]


def without_way(days: "QuerySet[LegDay]") -> list[LegDay]:
    """The days of legs that have no way, with their patrol."""
    return list(days.filter(line=None).select_related("leg__patrol").order_by("date", "pk"))


def flags_of(out: list[Out]) -> list[Flag]:
    """What cleaning flagged and people can do something about, by the kilometres that it took away."""
    found = [
        Flag(
            one.row.patrol,
            str(RULES[entry["rule"]][0]),
            str(ADVICE[entry["rule"]][0]),
            entry["fixes"] or entry["ways"],
            entry["kilometres"],
        )
        for one in out
        for entry in one.row.patrol.ledger
        if entry["rule"] in WORTH_A_LOOK
    ]
    return sorted(found, key=lambda flag: -flag.kilometres)


def areas_of(office: Office, last: datetime.date) -> dict[str, Any]:
    """Areas with a boundary by days since the last visit up to a day, and how many have no boundary."""
    begin = last - datetime.timedelta(days=LOOKED_BACK_DAYS)
    ways = mapping.ways_of(days_between(office, begin, last))
    visited, unbounded = mapping.areas_visited(office, ways, last, RECENT_DAYS)
    return {"visited": visited, "unbounded": unbounded}


def targets_of(office: Office, first: datetime.date, last: datetime.date) -> list[Progress]:
    """The targets whose period meets the days, as they stood on the last one."""
    rows = Target.objects.filter(office=office, ended=None, start__lte=last, end__gte=first)
    return [progress_of(one, last) for one in rows.select_related("office")]
