"""Tokens of phones: given, revoked, recognised. A token has 256 random bits and is shown once."""

import hashlib
import secrets
from typing import Final

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from amur.portal.offices.models import Office, Person
from amur.portal.patrol_phones.models import Phone

TRIES_AN_HOUR: Final = 30
HOUR_S: Final = 3_600


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def give(office: Office, name: str, person: Person) -> tuple[Phone, str]:
    """A new phone and its token, which nobody can see again."""
    token = secrets.token_urlsafe(32)
    phone = Phone.objects.create(
        office=office, name=name, token_hash=hash_of(token), hint=token[:4], given_by=person
    )
    return phone, token


def revoke(phone: Phone, person: Person) -> None:
    """Take nothing more from a phone; what it sent stays."""
    if phone.revoked_at is None:
        phone.revoked_at, phone.revoked_by = timezone.now(), person
        phone.save(update_fields=["revoked_at", "revoked_by"])


def phone_of(token: str) -> Phone | None:
    """The phone of a token that is not revoked."""
    phones = Phone.objects.select_related("office").filter(revoked_at=None)
    return phones.filter(token_hash=hash_of(token)).first() if token else None


def note_wrong(request: HttpRequest) -> None:
    """Count a wrong token of a network address; the address itself is not kept."""
    name = _counter_of(request)
    cache.add(name, 0, HOUR_S)
    try:
        cache.incr(name)
    except ValueError:  # the hour has just run out
        return


def too_many(request: HttpRequest) -> bool:
    """Whether an address has sent too many wrong tokens in the last hour."""
    return int(cache.get(_counter_of(request), 0)) >= TRIES_AN_HOUR


def _counter_of(request: HttpRequest) -> str:
    return f"phones:{salted_hmac('phones', get_adapter().get_client_ip(request)).hexdigest()}"
