"""Words of the events for templates."""

from django import template

from amur.portal.events.models import CommitmentState, EventState

register = template.Library()


@register.filter
def event_state(code: str) -> str:
    """How certain an event is, in words."""
    return str(EventState(code).label) if code in EventState.values else ""


@register.filter
def commitment_state(code: str) -> str:
    """Where a commitment stands, in words."""
    return str(CommitmentState(code).label) if code in CommitmentState.values else ""
