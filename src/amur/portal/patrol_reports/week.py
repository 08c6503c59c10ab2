"""The chief's week: who was out, what was found, which days and flags need a look, where nobody was."""

import datetime
import re
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Max, Min, QuerySet

from amur.portal.offices.models import Office
from amur.portal.patrol_reports import mapping
from amur.portal.patrol_reports.models import Target
from amur.portal.patrol_reports.sums import Progress, days_between, progress_of, standing_patrols
from amur.portal.patrol_reports.wordings import ADVICE, WORTH_A_LOOK
from amur.portal.patrols.listing import Row, rows_of
from amur.portal.patrols.models import LegDay, LegMember, Patrol
from amur.portal.patrols.wordings import RULES

WEEK: Final = datetime.timedelta(days=7)
SIX_DAYS: Final = datetime.timedelta(days=6)
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


def monday_of(week: str) -> datetime.date:
    """The first day of a week as ISO 8601 writes it. Raises ValueError for what is none.

    >>> monday_of("2026-W53")
    datetime.date(2026, 12, 28)
    """
    if not re.fullmatch(r"\d{4}-W\d{2}", week):
        raise ValueError(week)
    return datetime.date.fromisocalendar(int(week[:4]), int(week[6:]), 1)


def written(day: datetime.date) -> str:
    """The week of a day as ISO 8601 writes it.

    >>> written(datetime.date(2027, 1, 3))
    '2026-W53'
    """
    found = day.isocalendar()
    return f"{found.year:04}-W{found.week:02}"


def first_and_newest(office: Office, today: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The Mondays of the first week, and of the last up to a day, in which somebody was out.

    Without any both are that of the day.
    """
    days = LegDay.objects.filter(leg__patrol__in=standing_patrols(office), date__lte=today)
    found = days.aggregate(first=Min("date"), newest=Max("date"))
    first, newest = (found[name] or today for name in ("first", "newest"))
    return first - datetime.timedelta(days=first.weekday()), newest - datetime.timedelta(
        days=newest.weekday()
    )


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
    days = days_between(office, begin, last)
    visited, unbounded = mapping.areas_visited(office, days, last, RECENT_DAYS)
    return {"visited": visited, "unbounded": unbounded}


def targets_of(office: Office, first: datetime.date, last: datetime.date) -> list[Progress]:
    """The targets whose period meets the days, as they stood on the last one."""
    rows = Target.objects.filter(office=office, ended=None, start__lte=last, end__gte=first)
    return [progress_of(one, last) for one in rows.select_related("office")]
