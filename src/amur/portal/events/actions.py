"""Taking, finding, withdrawing and forgetting places at an event; releasing an event after its form.

Who registers is told to the organising office alone: the personal part is sealed under the installation's
key and deleted on withdrawal, or some days after the event (`amur events forget`). Called by
`registering`, by the forms of `admin` and by the command.
"""

import datetime
import hashlib
import json
import secrets
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from amur.portal.events.models import Commitment, Event, Registration
from amur.portal.events.queries import takes_registrations
from amur.portal.offices.sealing import cipher
from amur.portal.release.actions import refresh

State = Registration.State
PURPOSE = "registration"


class RegistrationClosed(ValueError):
    """The event takes no registrations now."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person has agreed to: the version, the language and the very words that were read."""

    version: str
    language: str
    text: str


def register(
    event: Event, person: Mapping[str, Any], consent: Consent, now: datetime.datetime | None = None
) -> tuple[Registration, str]:
    """Take a place, or one on the waiting list when all are taken; gives the row and its secret.

    Raises RegistrationClosed when the event has no registration, is cancelled, or the last day has passed.
    """
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        event = _locked(event)
        if not is_open(event, now or timezone.now()):
            raise RegistrationClosed(event.key)
        row = Registration.objects.create(
            event=event,
            state=State.CONFIRMED if _free(event) > 0 else State.WAITING,
            secret=_digest(token),
            data=cipher(PURPOSE).encrypt(json.dumps(dict(person)).encode()).decode("ascii"),
            consent=consent.version,
            consent_language=consent.language,
            consent_text=consent.text,
        )
    return row, token


def is_open(event: Event, now: datetime.datetime) -> bool:
    """Whether places are given at a moment; the last day ends at midnight where the event is held."""
    if not event.is_published or event.capacity is None or not event.time_zone:
        return False
    until = event.registration_until.isoformat() if event.registration_until else event.start
    return takes_registrations(event.state, until, event.time_zone, now)


def by_token(token: str) -> Registration | None:
    """The registration that a secret address leads to."""
    return Registration.objects.select_related("event").filter(secret=_digest(token)).first()


def withdraw(token: str) -> bool:
    """Delete the personal part and give the place to whoever has waited longest; False when unknown."""
    with transaction.atomic():
        row = by_token(token)
        if row is None:
            return False
        event = _locked(row.event)
        row.state, row.data = State.WITHDRAWN, ""
        row.save(update_fields=["state", "data"])
        _give_free_places(event)
    return True


def give_places(event: Event) -> int:
    """After the number of places has grown: confirm those who have waited longest; gives how many."""
    with transaction.atomic():
        return _give_free_places(_locked(event))


def _give_free_places(event: Event) -> int:
    free = max(0, _free(event))
    waiting = list(event.registrations.filter(state=State.WAITING).order_by("id")[:free])
    for row in waiting:
        row.state = State.CONFIRMED
        row.save(update_fields=["state"])
    return len(waiting)


def person_of(row: Registration) -> dict[str, Any]:
    """The personal part, for the person and the organising office; empty once it is deleted.

    Raises cryptography's InvalidToken when the secret key is not the one it was sealed under.
    """
    if not row.data:
        return {}
    found: dict[str, Any] = json.loads(cipher(PURPOSE).decrypt(row.data.encode("ascii")))
    return found


def forget(now: datetime.datetime | None = None) -> int:
    """Delete the personal part of registrations whose event is long enough ago; gives how many.

    The row itself stays without anything of the person, so that the number of participants is known.
    """
    count = 0
    moment = now or timezone.now()
    for event in Event.objects.filter(registrations__data__gt="").distinct():
        zone = zoneinfo.ZoneInfo(event.time_zone or "UTC")
        if moment.astimezone(zone).date() <= _last_day(event) + datetime.timedelta(days=event.keep_days):
            continue
        with transaction.atomic():
            for row in Registration.objects.filter(event=event, data__gt=""):
                row.data = ""
                row.save(update_fields=["data"])
                count += 1
    return count


def _last_day(event: Event) -> datetime.date:
    """The last day of the event; of a month or year, should only that be known now, its first day."""
    return datetime.date.fromisoformat((event.last_day + "-01-01")[:10])


def release_event(event: Event) -> None:
    """Pass an event and what was agreed there through the gate once, after its whole form is saved."""
    refresh(event)
    for row in Commitment.objects.filter(event=event.pk).select_related("office", "event", "responsible"):
        refresh(row)


def _locked(event: Event) -> Event:
    """The event as it is now; until the transaction ends nobody else counts its places.

    The empty update takes the row's lock on PostgreSQL and the database's on SQLite.
    """
    Event.objects.filter(pk=event.pk).update(capacity=F("capacity"))
    found: Event = Event.objects.get(pk=event.pk)
    return found


def _free(event: Event) -> int:
    taken = Registration.objects.filter(event=event.pk, state=State.CONFIRMED).count()
    return (event.capacity or 0) - taken


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
