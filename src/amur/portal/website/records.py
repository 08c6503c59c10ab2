"""How events become records for the gate."""

from amur.disclosure import Record
from amur.portal.release.registry import Adapter, Draft, citations
from amur.portal.website.models import Event


def event_draft(event: Event) -> Draft:
    """A public event with its dates and place in words."""
    return Draft(
        record=Record(
            kind="event",
            id=event.uuid,
            owner=event.office.key,
            fields={
                "name": event.names.to_json(),
                "type": event.type,
                "summary": event.summary.to_json(),
                "start": event.start,
                "end": event.end or None,
                "place": event.place.to_json(),
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


EVENTS = Adapter(
    kind="event", model=Event, draft=event_draft, rows=lambda: Event.objects.select_related("office")
)
