"""How events and commitments become records for the gate."""

from collections.abc import Iterable
from typing import Any

from amur.disclosure import Record
from amur.portal.events.models import Commitment, Event, Session, Talk
from amur.portal.release.registry import Adapter, Draft, citations


def event_draft(event: Event) -> Draft:
    """A public event with its dates, its place in words and its programme; never who comes."""
    return Draft(
        record=Record(
            kind="event",
            id=event.uuid,
            owner=event.office.key,
            fields={
                "name": event.names.to_json(),
                "type": event.type,
                "series": event.series.to_json(),
                "summary": event.summary.to_json(),
                "start": event.start,
                "end": event.end or None,
                "time_zone": event.time_zone or None,
                "place": event.place.to_json(),
                "venue": event.venue.to_json(),
                "languages": event.languages,
                "state": event.state,
                "sequence": str(event.sequence),
                "registration": event.capacity is not None,
                "sessions": [_session(one) for one in _stored_sessions(event)],
                "area_key": event.area_key or None,
                "confidence": event.confidence,
                "sources": citations(event.sources),
                "office": event.office.key,
            },
            published=event.is_published,
        ),
        key=event.key,
        sort=event.start,
    )


def _stored_sessions(event: Event) -> Iterable[Session]:
    return Session.objects.filter(event_id=event.pk).order_by("day", "begins", "id") if event.pk else ()


def _session(session: Session) -> dict[str, Any]:
    return {
        "id": str(session.uuid),
        "name": session.names.to_json(),
        "day": session.day.isoformat(),
        "begins": session.begins.strftime("%H:%M"),
        "ends": session.ends.strftime("%H:%M"),
        "room": session.room,
        "chair": session.chair,
        "floor": session.floor_language,
        "channels": session.channels,
        "talks": [_talk(one) for one in Talk.objects.filter(session_id=session.pk).order_by("id")],
    }


def _talk(talk: Talk) -> dict[str, Any]:
    return {
        "id": str(talk.uuid),
        "name": talk.names.to_json(),
        "speakers": talk.speakers,
        "abstract": talk.abstract.to_json(),
        "materials": citations(talk.materials),
    }


def commitment_draft(commitment: Commitment) -> Draft:
    """A commitment of a published event."""
    event = commitment.event
    return Draft(
        record=Record(
            kind="commitment",
            id=commitment.uuid,
            owner=commitment.office.key,
            fields={
                "name": commitment.text.to_json(),
                "body": commitment.body.to_json(),
                "due": commitment.due.isoformat() if commitment.due else None,
                "state": commitment.state,
                "progress": commitment.progress.to_json(),
                "event": event.key,
                "event_name": event.names.to_json(),
                "office": commitment.office.key,
            },
            published=commitment.is_published and event.is_published,
        ),
        key=commitment.key,
        subject=f"event:{event.key}",
        sort=commitment.due.isoformat() if commitment.due else "9999",
    )


EVENTS = Adapter(
    kind="event",
    model=Event,
    draft=event_draft,
    rows=lambda: Event.objects.select_related("office"),
    dependents={
        Session: lambda session: Event.objects.filter(pk=session.event_id),
        Talk: lambda talk: Event.objects.filter(sessions=talk.session_id),
    },
)
COMMITMENTS = Adapter(
    kind="commitment",
    model=Commitment,
    draft=commitment_draft,
    rows=lambda: Commitment.objects.select_related("office", "event"),
    dependents={Event: lambda event: Commitment.objects.filter(event=event.pk).select_related("event")},
)
