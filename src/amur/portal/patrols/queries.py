"""Questions to the room: whose patrols these are, which stand, which days of them are meant.

Everything here is raw: ask `offices.policies` first (`patrols_for` and `patrol_for` do).
"""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from amur.portal.offices.models import Office, Person
from amur.portal.offices.policies import Subject, Verb, may, offices_where
from amur.portal.patrols.models import LegDay, Patrol

Viewer = Person | AnonymousUser


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the patrols is meant; empty is all of it."""

    start: datetime.date | None = None
    end: datetime.date | None = None
    station: str = ""
    team: str = ""
    mandate: str = ""
    transport: str = ""


def offices_for(person: Viewer, verb: Verb = Verb.VIEW) -> "QuerySet[Office]":
    """The offices with whose patrols the person may do something."""
    return offices_where(person, verb, Subject.PATROLS)


def patrols_for(person: Viewer) -> "QuerySet[Patrol]":
    """The standing patrols that the person may see."""
    return Patrol.objects.select_related("office").filter(office__in=offices_for(person), ended=None)


def patrol_for(person: Viewer, uuid: UUID) -> Patrol | None:
    """The patrol, standing or ended, for somebody who may see it."""
    patrol = Patrol.objects.select_related("office", "made", "ended").filter(uuid=uuid).first()
    allowed = patrol is not None and may(person, Verb.VIEW, Subject.PATROLS, patrol.office_id)
    return patrol if allowed else None


def days_of(patrols: "QuerySet[Patrol]", filters: Filters) -> "QuerySet[LegDay]":
    """The leg days of patrols that filters mean: each once, whoever went along."""
    found = LegDay.objects.filter(leg__patrol__in=patrols)
    if filters.start:
        found = found.filter(date__gte=filters.start)
    if filters.end:
        found = found.filter(date__lte=filters.end)
    if filters.station:
        found = found.filter(leg__patrol__station=filters.station)
    if filters.team:
        found = found.filter(leg__patrol__team=filters.team)
    if filters.mandate:
        of_all = Q(leg__mandate=None, leg__patrol__mandate=filters.mandate)
        found = found.filter(of_all | Q(leg__mandate=filters.mandate))
    return found.filter(leg__transport=filters.transport) if filters.transport else found


def words_of(patrols: "QuerySet[Patrol]") -> dict[str, list[str]]:
    """The stations, teams, mandates and transports that there are."""

    def words(*fields: str) -> list[str]:
        found = {
            word for field in fields for word in patrols.order_by().values_list(field, flat=True).distinct()
        }
        return sorted(word for word in found if word)

    return {
        "station": words("station"),
        "team": words("team"),
        "mandate": words("mandate", "legs__mandate"),
        "transport": words("legs__transport"),
    }
