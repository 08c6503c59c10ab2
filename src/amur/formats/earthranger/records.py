"""Events and patrols of EarthRanger, as its API writes them.

A patrol of EarthRanger has no track of its own: its track is what the leader's device reported in the time of
a segment. A segment has one leader, so that person-hours of a team cannot be known: they stay unknown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from amur.formats.earthranger.values import Record, Values, records_of
from amur.formats.tracks.track import Builder, Track

_EVENT = {
    "id", "serial_number", "event_type", "priority", "title", "state", "time", "location", "geojson",
    "geometry", "event_details", "reported_by",
}  # fmt: skip
_PATROL = {"id", "serial_number", "title", "objective", "state", "priority", "patrol_segments"}
_SEGMENT = {
    "id", "patrol_type", "scheduled_start", "scheduled_end", "time_range", "start_location", "end_location",
    "leader", "events",
}  # fmt: skip
_POINT = re.compile(r"(?:SRID=4326;)?POINT ?\(([-+.\deE]+) ([-+.\deE]+)\)")


@dataclass(frozen=True, slots=True)
class Event:
    """A report: where and when (UTC), what kind, and the values of its form."""

    id: str
    event_type: str | None
    serial_number: str | None
    title: str | None
    state: str | None
    priority: str | None
    moment: datetime | None
    place: tuple[float, float] | None
    """Longitude and latitude in degrees of WGS 84."""
    reporter: str | None
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Events:
    """The events of a file, and what of them was not taken over."""

    events: tuple[Event, ...]
    losses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a patrol: one type, one leader, planned and true times (UTC)."""

    id: str
    patrol_type: str | None
    leader: str | None
    planned_start: datetime | None
    planned_end: datetime | None
    start: datetime | None
    end: datetime | None
    start_place: tuple[float, float] | None
    end_place: tuple[float, float] | None
    events: tuple[str, ...]
    """The identifiers of the events of the segment."""


@dataclass(frozen=True, slots=True)
class Patrol:
    """A patrol."""

    id: str
    serial_number: str | None
    title: str | None
    objective: str | None
    state: str | None
    priority: str | None
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Patrols:
    """The patrols of a file, and what of them was not taken over."""

    patrols: tuple[Patrol, ...]
    losses: tuple[str, ...]


def read_events(source: Path | bytes) -> Events:
    """The events of an answer of the API. Raises `FormatErrors`.

    >>> body = b'[{"id": "e1", "event_type": "snare", "location": {"longitude": 135.0, "latitude": 48.0}}]'
    >>> read_events(body).events[0].place
    (135.0, 48.0)
    """
    records, problems = records_of(source, "events")
    lost: Counter[str] = Counter()
    events = []
    for row, record in enumerate(records, start=1):
        values = Values(row, problems)
        name = values.text(record, "id", needed=True)
        place_at = next((key for key in ("location", "geojson", "geometry") if record.get(key)), "location")
        details = record.get("event_details")
        _count_lost(record, _EVENT, "event", lost)
        if name is not None:
            events.append(
                Event(
                    name,
                    values.text(record, "event_type"),
                    values.text(record, "serial_number"),
                    values.text(record, "title"),
                    values.text(record, "state"),
                    values.text(record, "priority"),
                    values.moment(record, "time"),
                    values.place(record, place_at),
                    _name_of(record.get("reported_by")),
                    details if isinstance(details, dict) else {},
                )
            )
    problems.raise_if_errors()
    return Events(tuple(events), _told(lost))


def read_patrols(source: Path | bytes) -> Patrols:
    """The patrols of an answer of the API. Raises `FormatErrors`."""
    records, problems = records_of(source, "patrols")
    lost: Counter[str] = Counter()
    patrols = []
    for row, record in enumerate(records, start=1):
        values = Values(row, problems)
        name = values.text(record, "id", needed=True)
        segments = [_segment(each, values, lost) for each in values.records(record, "patrol_segments")]
        _count_lost(record, _PATROL, "patrol", lost)
        if name is not None:
            patrols.append(
                Patrol(
                    name,
                    values.text(record, "serial_number"),
                    values.text(record, "title"),
                    values.text(record, "objective"),
                    values.text(record, "state"),
                    values.text(record, "priority"),
                    tuple(each for each in segments if each is not None),
                )
            )
    problems.raise_if_errors()
    return Patrols(tuple(patrols), _told(lost))


def fixes_of_fixture(source: Path | bytes) -> dict[str, Track]:
    """Observations of a fixture of the server by their source, in order of time. Raises `FormatErrors`."""
    records, problems = records_of(source, "observations")
    by_source: dict[str, list[tuple[datetime, int, str, str]]] = {}
    for row, record in enumerate(records, start=1):
        fields = record.get("fields")
        if record.get("model") != "observations.observation" or not isinstance(fields, dict):
            continue
        values = Values(row, problems)
        moment = values.moment(fields, "recorded_at")
        text = values.text(fields, "location") or ""
        place = _POINT.fullmatch(text)
        if place is None:
            values.wrong("location", text, "a point such as SRID=4326;POINT(135.1 48.2)")
        elif moment is not None:
            name = str(fields.get("source") or fields.get("source_id"))
            by_source.setdefault(name, []).append((moment, row, place[1], place[2]))
    found = {}
    for name, fixes in by_source.items():
        builder = Builder(name, problems, None)
        for moment, row, longitude, latitude in sorted(fixes):
            builder.add(row, longitude, latitude, moment.isoformat())
        found[name] = builder.track()
    problems.raise_if_errors()
    return found


def in_time(track: Track, segment: Segment) -> Track:
    """The fixes of the leader's device that are of a segment; an end that is unknown is open."""
    first = _instant(segment.start, "1677-01-01")
    last = _instant(segment.end, "2262-01-01")
    which = (track.instant >= first) & (track.instant <= last)
    return Track(
        track.name,
        track.longitude[which],
        track.latitude[which],
        track.instant[which],
        track.accuracy[which],
        track.altitude[which],
        track.part[which],
    )


def _instant(moment: datetime | None, otherwise: str) -> np.datetime64:
    if moment is None:
        return np.datetime64(otherwise, "ms")
    return np.datetime64(moment.replace(tzinfo=None), "ms")


def _segment(record: Record, values: Values, lost: Counter[str]) -> Segment | None:
    name = values.text(record, "id", needed=True)
    span = record.get("time_range")
    span = span if isinstance(span, dict) else {}
    _count_lost(record, _SEGMENT, "segment", lost)
    if name is None:
        return None
    return Segment(
        name,
        values.text(record, "patrol_type"),
        _name_of(record.get("leader")),
        values.moment(record, "scheduled_start"),
        values.moment(record, "scheduled_end"),
        values.moment(span, "start_time"),
        values.moment(span, "end_time"),
        values.place(record, "start_location"),
        values.place(record, "end_location"),
        tuple(str(event["id"]) for event in values.records(record, "events") if "id" in event),
    )


def _name_of(person: Any) -> str | None:
    found = person.get("name") if isinstance(person, dict) else person
    return str(found) if found else None


def _count_lost(record: Record, taken: set[str], what: str, lost: Counter[str]) -> None:
    for name, value in record.items():
        if name not in taken and value not in (None, "", [], {}, False):
            lost[f"{what}: {name}"] += 1


def _told(lost: Counter[str]) -> tuple[str, ...]:
    return tuple(f"{name} ({count})" for name, count in sorted(lost.items()))
