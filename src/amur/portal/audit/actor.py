"""Who acts: the person of the request now being answered, or the command now running.

The middleware and the commands set it; `actions.record` reads it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts; the name stays in the log when the account is gone."""

    name: str
    uuid: UUID | None = None


SYSTEM = Actor("system")
VISITOR = Actor("visitor")

_acting: ContextVar[Actor | HttpRequest] = ContextVar("audit_actor", default=SYSTEM)


def person_as_actor(person: Any) -> Actor:
    """A person, or an anonymous user, as an actor."""
    if person is None or not person.is_authenticated:
        return VISITOR
    return Actor(person.get_username(), person.uuid)


def current() -> Actor:
    """Whoever acts now. The request's person is looked up only here, so that reading pages costs nothing."""
    acting = _acting.get()
    if isinstance(acting, Actor):
        return acting
    return person_as_actor(getattr(acting, "user", None))


@contextmanager
def acting(who: "Actor | HttpRequest | str") -> Iterator[None]:
    """Do what follows in the name of somebody; a command writes `acting("system:restore")`."""
    token = _acting.set(Actor(who) if isinstance(who, str) else who)
    try:
        yield
    finally:
        _acting.reset(token)
