"""The list of patrols with its sums, and what the page of one tells. Called by `views`."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from amur.formats.smart.patrol import Observation as SmartObservation
from amur.portal.patrols.measuring import hours_of, leg_days
from amur.portal.patrols.modelling import Key
from amur.portal.patrols.models import Leg, LegDay, LegMember, Observation, Patrol, Waypoint
from amur.portal.patrols.packing import packed
from amur.portal.patrols.queries import Filters, days_of
from amur.science.effort import MEASURES, LegDays, told

MOST_OBSERVATIONS = 2_000
"""Observations that the page of a patrol shows; the file has all."""


@dataclass(frozen=True, slots=True)
class Row:
    """A patrol of the list with the sums over those of its days that are meant."""

    patrol: Patrol
    days: int
    kilometres: float | None
    hours: float | None


@dataclass(frozen=True, slots=True)
class Seen:
    """An observation as the page tells it; `ours` is what its foreign category means here."""

    waypoint: Waypoint
    category: str
    ours: str
    values: list[tuple[str, str]]


def listed(patrols: "QuerySet[Patrol]", filters: Filters) -> "QuerySet[Patrol]":
    """The patrols of which some day is meant, and without filters those that have no days."""
    meant = Q(Exists(days_of(patrols, filters).filter(leg__patrol=OuterRef("pk"))))
    if filters == Filters():
        meant |= ~Q(Exists(LegDay.objects.filter(leg__patrol=OuterRef("pk"))))
    return patrols.filter(meant).order_by("-start", "-pk")


def rows_of(patrols: Sequence[Patrol], days: "QuerySet[LegDay]") -> list[Row]:
    """Some patrols with the sums over their days; unknown (None) where no day has the number."""
    rows = leg_days(days.filter(leg__patrol__in=[one.pk for one in patrols]))
    return [_row(one, rows.of(rows.patrol == one.pk)) for one in patrols]


def _row(patrol: Patrol, rows: LegDays) -> Row:
    days, kilometres, hours = (
        told(MEASURES[key], rows).value if len(rows) else None
        for key in ("patrol_days", "distance", "patrol_hours")
    )
    return Row(patrol, int(days or 0), kilometres, hours)


def kilometres_of(day: LegDay) -> float | None:
    """The kilometres of a day that count: those of its fixes, else those that SMART wrote."""
    return day.recorded_km if day.kilometres is None else day.kilometres


def legs_of(patrol: Patrol) -> list[dict[str, Any]]:
    """Each leg with its people and days."""
    people: dict[int, list[LegMember]] = defaultdict(list)
    for one in LegMember.objects.filter(leg__patrol=patrol):
        people[one.leg_id].append(one)
    days: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for day in LegDay.objects.filter(leg__patrol=patrol).defer("line"):
        days[day.leg_id].append({"day": day, "kilometres": kilometres_of(day), "hours": hours_of(day)})
    legs = Leg.objects.filter(patrol=patrol)
    return [{"leg": leg, "people": people[leg.pk], "days": days[leg.pk]} for leg in legs]


def seen_on(patrol: Patrol, told: Mapping[Key, str], names: Mapping[Key, str]) -> list[Seen]:
    """What was observed, in the order of the file; `told` maps foreign keys, `names` names ours."""

    def word(kind: str, key: str) -> str:
        ours = told.get((kind, key), "") or key
        return names.get((kind, ours), ours)

    rows = Observation.objects.filter(waypoint__day__leg__patrol=patrol).select_related("waypoint")
    return [
        Seen(
            row.waypoint,
            row.category,
            word("category", row.category),
            [(word("attribute", one["attribute"]), _value(one, word)) for one in row.values],
        )
        for row in rows[:MOST_OBSERVATIONS]
    ]


def named(
    seen: SmartObservation, told: Mapping[Key, str], names: Mapping[Key, str]
) -> tuple[str, list[tuple[str, str]]]:
    """An observation of a document in the reader's words: its category, and attributes with their values."""

    def word(kind: str, key: str) -> str:
        ours = told.get((kind, key), "") or key
        return names.get((kind, ours), ours)

    values = [(word("attribute", one.attribute), _value(packed(one), word)) for one in seen.values]
    return word("category", seen.category), values


def _value(given: Mapping[str, Any], word: Any) -> str:
    if "keys" in given:
        return ", ".join(word("value", f"{given['attribute']}: {key}") for key in given["keys"])
    if "truth" in given:
        return _("yes") if given["truth"] else _("no")
    if "number" in given:
        number = given["number"]
        return f"{number:g}" if isinstance(number, float) else str(number)
    return str(given.get("text", "–"))
