"""Words of the events for templates."""

from typing import Any

from django import template

from amur.portal.events.models import Commitment, CommitmentState, EventState, Mode

register = template.Library()


@register.filter
def event_state(code: str) -> str:
    """How certain an event is, in words."""
    return str(EventState(code).label) if code in EventState.values else ""


@register.filter
def commitment_state(code: str) -> str:
    """Where a commitment stands, in words."""
    return str(CommitmentState(code).label) if code in CommitmentState.values else ""


@register.filter
def commitment_kind(code: str) -> str:
    """Whether it is a decision or a commitment, in words."""
    return str(Commitment.Kind(code).label) if code in Commitment.Kind.values else ""


@register.filter
def mode_of_interpretation(code: str) -> str:
    """How a channel of interpretation works, in words."""
    return str(Mode(code).label) if code in Mode.values else code


@register.filter
def at(rows: Any, key: str) -> Any:
    """The entry of a mapping; nothing without one."""
    return rows.get(key) if rows else None
