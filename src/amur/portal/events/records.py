"""How series, events and commitments become records for the gate; never who comes."""

from collections.abc import Iterable
from typing import Any

from amur.disclosure import Record
from amur.portal.events.models import Commitment, Event, EventFile, Series, Session, Talk
from amur.portal.languages.codes import LANGUAGES
from amur.portal.library.models import Publication
from amur.portal.media.models import MediaFile
from amur.portal.release.registry import Adapter, Draft, citations


def series_draft(series: Series) -> Draft:
    """A series; its events name it."""
    return Draft(
        record=Record(
            kind="event-series",
            id=series.uuid,
            owner=series.office.key,
            fields={
                "name": series.names.to_json(),
                "summary": series.summary.to_json(),
                "office": series.office.key,
            },
            published=series.is_published,
        ),
        key=series.key,
        sort=series.key,
    )


def event_draft(event: Event) -> Draft:
    """An event with its dates, its place in words and its programme, as it is stored."""
    series = event.series if event.series is not None and event.series.is_published else None
    book = event.proceedings if event.proceedings is not None and event.proceedings.is_published else None
    return Draft(
        record=Record(
            kind="event",
            id=event.uuid,
            owner=event.office.key,
            fields={
                "name": event.names.to_json(),
                "type": event.type,
                "series": series.key if series else None,
                "summary": event.summary.to_json(),
                "start": event.start,
                "end": event.end or None,
                "time_zone": event.time_zone or None,
                "place": event.place.to_json(),
                "venue": event.venue.to_json(),
                "languages": [code for code in LANGUAGES if code in event.languages],
                "state": event.state,
                "sequence": str(event.sequence),
                "registration": event.capacity is not None,
                "registration_until": _day(event.registration_until),
                "sessions": list(_sessions(event)),
                "files": _files(event),
                "proceedings": book.key if book else None,
                "area_key": event.area_key or None,
                "module": event.module_key or None,
                "countries": list(event.countries),
                "species": list(event.species_keys),
                "areas": list(event.area_keys),
                "confidence": event.confidence,
                "sources": citations(event.sources),
                "office": event.office.key,
            },
            published=event.is_published,
        ),
        key=event.key,
        subject=f"event-series:{series.key}" if series else "",
        sort=event.start,
    )


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


def _files(event: Event) -> list[str]:
    rows = EventFile.objects.filter(event_id=event.pk, file__is_published=True) if event.pk else ()
    return [str(row.file.uuid) for row in rows.select_related("file")] if rows else []


def _sessions(event: Event) -> Iterable[dict[str, Any]]:
    """The stored programme, in two queries however long it is."""
    if not event.pk:
        return
    talks: dict[int, list[dict[str, Any]]] = {}
    for talk in Talk.objects.filter(session__event_id=event.pk).select_related("slides"):
        talks.setdefault(talk.session_id, []).append(_talk(talk))
    for session in Session.objects.filter(event_id=event.pk):
        yield {
            "id": str(session.uuid),
            "name": session.names.to_json(),
            "day": session.day.isoformat(),
            "begins": session.begins.strftime("%H:%M"),
            "ends": session.ends.strftime("%H:%M"),
            "room": session.room,
            "chair": session.chair,
            "floor": session.floor_language,
            "channels": list(session.channels),
            "glossary": session.glossary,
            "talks": talks.get(session.pk, []),
        }


def _talk(talk: Talk) -> dict[str, Any]:
    slides = talk.slides if talk.slides is not None and talk.slides.is_published else None
    return {
        "id": str(talk.uuid),
        "name": talk.names.to_json(),
        "speakers": list(talk.speakers),
        "language": talk.language,
        "abstract": talk.abstract.to_json(),
        "slides": str(slides.uuid) if slides else "",
        "materials": citations(talk.materials),
    }


def commitment_draft(commitment: Commitment) -> Draft:
    """What was agreed; public together with its event only."""
    event, responsible = commitment.event, commitment.responsible
    return Draft(
        record=Record(
            kind="commitment",
            id=commitment.uuid,
            owner=commitment.office.key,
            fields={
                "name": commitment.text.to_json(),
                "type": commitment.kind,
                "responsible": responsible.key if responsible else None,
                "responsible_names": responsible.names.to_json() if responsible else None,
                "body": commitment.body.to_json(),
                "due": _day(commitment.due),
                "state": commitment.state,
                "progress": commitment.progress.to_json(),
                "event": event.key,
                "office": commitment.office.key,
            },
            published=commitment.is_published and event.is_published,
        ),
        key=commitment.key,
        subject=f"event:{event.key}",
        sort=_day(commitment.due) or "9999",
    )


def _events() -> Any:
    return Event.objects.select_related("office", "series", "proceedings")


def _commitments() -> Any:
    return Commitment.objects.select_related("office", "event", "responsible")


def _of_file(file: MediaFile) -> Iterable[Event]:
    used = {*EventFile.objects.filter(file=file).values_list("event_id", flat=True)}
    used |= {*Talk.objects.filter(slides=file).values_list("session__event_id", flat=True)}
    found: Iterable[Event] = _events().filter(pk__in=used)
    return found


SERIES = Adapter(
    kind="event-series",
    model=Series,
    draft=series_draft,
    rows=lambda: Series.objects.select_related("office"),
)
EVENTS = Adapter(
    kind="event",
    model=Event,
    draft=event_draft,
    rows=_events,
    dependents={
        Series: lambda series: _events().filter(series=series.pk),
        Session: lambda session: _events().filter(pk=session.event_id),
        Talk: lambda talk: _events().filter(sessions=talk.session_id),
        EventFile: lambda row: _events().filter(pk=row.event_id),
        MediaFile: _of_file,
        Publication: lambda book: _events().filter(proceedings=book.pk),
    },
)
COMMITMENTS = Adapter(
    kind="commitment",
    model=Commitment,
    draft=commitment_draft,
    rows=_commitments,
    dependents={Event: lambda event: _commitments().filter(event=event.pk)},
)
