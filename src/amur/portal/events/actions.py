"""Taking, finding, withdrawing and forgetting places at an event. Called by `registering` and the command.

Who registers is told to the organising office alone: the personal part is encrypted at rest under the
installation's key and deleted on withdrawal or some days after the event.
"""

import base64
import datetime
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import transaction
from django.db.models import F

from amur.portal.events.models import Event, EventState, Registration

State = Registration.State


class RegistrationClosed(ValueError):
    """The event takes no registrations now."""


def register(
    event: Event, person: Mapping[str, Any], consent: str, today: datetime.date
) -> tuple[Registration, str]:
    """Take a place, or one on the waiting list when all are taken; gives the row and its secret.

    Raises RegistrationClosed when the event has no registration, is cancelled, or the last day has passed.
    """
    if not is_open(event, today):
        raise RegistrationClosed(event.key)
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        capacity = _locked_capacity(event)
        taken = Registration.objects.filter(event=event, state=State.CONFIRMED).count()
        row = Registration.objects.create(
            event=event,
            state=State.CONFIRMED if taken < capacity else State.WAITING,
            secret=_digest(token),
            data=_cipher().encrypt(json.dumps(dict(person)).encode()).decode("ascii"),
            consent=consent,
        )
    return row, token


def is_open(event: Event, today: datetime.date) -> bool:
    """Whether places are given today."""
    last = event.registration_until.isoformat() if event.registration_until else event.start
    return (
        event.is_published
        and event.capacity is not None
        and event.state in {EventState.ANNOUNCED, EventState.CONFIRMED}
        and today.isoformat() <= last
    )


def by_token(token: str) -> Registration | None:
    """The registration that a secret link leads to."""
    return Registration.objects.select_related("event").filter(secret=_digest(token)).first()


def withdraw(token: str) -> bool:
    """Delete the personal part and give the place to whoever has waited longest; False when unknown."""
    with transaction.atomic():
        row = by_token(token)
        if row is None:
            return False
        capacity = _locked_capacity(row.event)
        row.state, row.data = State.WITHDRAWN, ""
        row.save(update_fields=["state", "data"])
        places = Registration.objects.filter(event=row.event)
        free = capacity - places.filter(state=State.CONFIRMED).count()
        for waiting in places.filter(state=State.WAITING).order_by("id")[: max(0, free)]:
            waiting.state = State.CONFIRMED
            waiting.save(update_fields=["state"])
    return True


def person_of(row: Registration) -> dict[str, Any]:
    """The personal part, for the person and the organising office; empty once it is deleted."""
    if not row.data:
        return {}
    found: dict[str, Any] = json.loads(_cipher().decrypt(row.data.encode("ascii")))
    return found


def forget(today: datetime.date) -> int:
    """Delete the personal part of registrations whose event is long enough ago; gives how many."""
    count = 0
    for event in Event.objects.filter(registrations__data__gt="").distinct():
        last = datetime.date.fromisoformat((event.end or event.start)[:10])
        if today <= last + datetime.timedelta(days=event.keep_days):
            continue
        for row in Registration.objects.filter(event=event, data__gt=""):
            row.data = ""
            row.save(update_fields=["data"])
            count += 1
    return count


def _locked_capacity(event: Event) -> int:
    """The number of places; until the transaction ends nobody else counts the places of this event.

    The empty update takes the row's lock on PostgreSQL and the database's on SQLite.
    """
    rows = Event.objects.filter(pk=event.pk)
    rows.update(capacity=F("capacity"))
    return rows.values_list("capacity", flat=True).get() or 0


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _cipher() -> MultiFernet:
    keys = [str(settings.SECRET_KEY), *map(str, settings.SECRET_KEY_FALLBACKS)]
    digests = (hashlib.sha256(b"registration:" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
