"""Questions to the room: who may give tokens, what came of which phone, what waits and what is missing."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Max, Min, QuerySet

from amur.portal.offices.models import Office, Person
from amur.portal.offices.policies import Subject, Verb, may, offices_where
from amur.portal.patrol_phones.models import Delivery, Phone
from amur.portal.patrols import gathering
from amur.portal.patrols.models import Patrol

SHOWN = 100


@dataclass(slots=True)
class Room:
    """What the page of phones tells of an office; messages only to those who see its patrols."""

    office: Office
    phones: "QuerySet[Phone]"
    may_give: bool
    sees_messages: bool
    waiting: list[dict[str, Any]] = field(default_factory=list)
    refused: list[Delivery] = field(default_factory=list)
    kept: int = 0
    gaps: list[tuple[str, Patrol | None, tuple[tuple[int, int], ...]]] = field(default_factory=list)


def may_give(person: Person | AnonymousUser, office: Office) -> bool:
    """Data managers and administrators of an office give and revoke tokens."""
    manages = may(person, Verb.DELETE, Subject.PATROLS, office)
    return manages or may(person, Verb.CHANGE, Subject.PEOPLE, office)


def offices_for(person: Person | AnonymousUser) -> list[Office]:
    """The offices whose phones the person may see."""
    seeing = offices_where(person, Verb.VIEW, Subject.PATROLS)
    people = offices_where(person, Verb.CHANGE, Subject.PEOPLE)
    return list({office.pk: office for office in (*seeing, *people)}.values())


def room_of(person: Person | AnonymousUser, office: Office) -> Room:
    """What the page tells."""
    phones = Phone.objects.filter(office=office).annotate(
        last=Max("deliveries__received_at"), count=Count("deliveries")
    )
    room = Room(office, phones, may_give(person, office), may(person, Verb.VIEW, Subject.PATROLS, office))
    if not room.sees_messages:
        return room
    rows = gathering.standing(office)
    waiting = rows.exclude(waits="").order_by().values("waits", "about", "patrol")
    room.waiting = list(
        waiting.annotate(count=Count("pk"), first=Min("at"), last=Max("at")).order_by("-last")[:SHOWN]
    )
    deliveries = Delivery.objects.filter(phone__office=office).select_related("phone")
    room.refused = list(deliveries.exclude(problems=[])[:SHOWN])
    room.kept = deliveries.filter(state=Delivery.State.KEPT).count()
    gaps = sorted(gathering.gaps_of(rows).items())[:SHOWN]
    patrols = Patrol.objects.filter(office=office, ended=None, code__in=[code for code, _spans in gaps])
    by_code = {patrol.code: patrol for patrol in patrols}
    room.gaps = [(code, by_code.get(code), spans[:SHOWN]) for code, spans in gaps]
    return room
