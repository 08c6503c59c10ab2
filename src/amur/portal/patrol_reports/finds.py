"""What patrols found, by category of the office's data model, and how often for 100 km."""

import datetime
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from django.db.models import Count, Max, Q, QuerySet

from amur.portal.offices.models import Office
from amur.portal.patrols.listing import kilometres_of
from amur.portal.patrols.modelling import mapped, names_in
from amur.portal.patrols.models import LegDay, Observation, Patrol
from amur.science.effort import Rate, patrol_rate, poisson_rate

KM: Final = 100.0
"""The effort of which a rate is told."""
SEED: Final = 1
"""Of the bootstrap, so that the same days give the same interval."""


@dataclass(frozen=True, slots=True)
class Found:
    """A category: how many observations, the newest with its patrol."""

    category: str
    name: str
    count: int
    newest: datetime.datetime
    patrol: Patrol


@dataclass(frozen=True, slots=True)
class Encounters:
    """Finds of a category for 100 km: on the supposition that finds are independent, and over patrols.

    `left_out` are finds on days whose kilometres are unknown. None where there is no effort.
    """

    name: str
    finds: int
    left_out: int
    exact: Rate | None
    clustered: Rate | None


def found_on(office: Office, days: "QuerySet[LegDay]") -> list[Found]:
    """What was found on some days, the newest first; observations without a category are in none."""
    rows = (
        Observation.objects.filter(waypoint__day__in=days)
        .order_by()
        .values_list("category", "waypoint__day__leg__patrol")
        .annotate(number=Count("pk"), newest=Max("waypoint__at"))
    )
    told = mapped(office)
    counts: dict[str, int] = defaultdict(int)
    newest: dict[str, tuple[datetime.datetime, int]] = {}
    for category, patrol, number, at in rows:
        ours = told.get(("category", category), "") or category
        counts[ours] += number
        newest[ours] = max(newest.get(ours, (at, patrol)), (at, patrol))
    names = names_in(office)
    patrols = Patrol.objects.in_bulk({patrol for _at, patrol in newest.values()})
    found = [
        Found(key, names.get(("category", key), key), count, newest[key][0], patrols[newest[key][1]])
        for key, count in counts.items()
    ]
    return sorted(found, key=lambda one: (one.newest, one.category), reverse=True)


def encounters(
    office: Office, days: "QuerySet[LegDay]", progress: Callable[[float], None] = lambda share: None
) -> list[Encounters]:
    """Rates of each category, the most frequent first."""
    effort: dict[int, float] = defaultdict(float)
    for day in days.order_by("pk").select_related("leg").defer("line"):
        effort[day.leg.patrol_id] += kilometres_of(day) or 0.0
    walked = [patrol for patrol, kilometres in effort.items() if kilometres > 0]
    known = days.filter(~Q(kilometres=None) | ~Q(recorded_km=None))
    all_finds, finds = _by_patrol(office, days), _by_patrol(office, known.filter(leg__patrol__in=walked))
    names = names_in(office)
    order = sorted(all_finds, key=lambda key: (-sum(all_finds[key].values()), key))
    kilometres = np.array([effort[patrol] for patrol in walked])
    found = []
    for number, key in enumerate(order):
        progress(number / len(order))
        counts = np.array([finds.get(key, {}).get(patrol, 0) for patrol in walked], dtype=float)
        total = int(counts.sum())
        found.append(
            Encounters(
                names.get(("category", key), key),
                total,
                sum(all_finds[key].values()) - total,
                poisson_rate(total, float(kilometres.sum()) / KM) if walked else None,
                patrol_rate(counts, kilometres / KM, np.random.default_rng(SEED)) if walked else None,
            )
        )
    return found


def _by_patrol(office: Office, days: "QuerySet[LegDay]") -> dict[str, dict[int, int]]:
    """How many observations of each of our categories each patrol has."""
    told = mapped(office)
    found: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    rows = (
        Observation.objects.filter(waypoint__day__in=days)
        .order_by()
        .values_list("category", "waypoint__day__leg__patrol")
        .annotate(number=Count("pk"))
    )
    for category, patrol, number in rows:
        found[told.get(("category", category), "") or category][patrol] += number
    return found
