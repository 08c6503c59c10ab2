"""EarthRanger: event types, events, patrols and observations as its API and its fixtures write them.

`event_types.py` reads forms, `records.py` events and patrols. What has no place in patrols as we keep them is
listed in the losses of each reader.
"""

from __future__ import annotations

from amur.formats.earthranger.event_types import EventField, EventType, EventTypes, read_event_types
from amur.formats.earthranger.records import (
    Event,
    Events,
    Patrol,
    Patrols,
    Segment,
    fixes_of_fixture,
    read_events,
    read_patrols,
)

__all__ = [
    "Event",
    "EventField",
    "EventType",
    "EventTypes",
    "Events",
    "Patrol",
    "Patrols",
    "Segment",
    "fixes_of_fixture",
    "read_event_types",
    "read_events",
    "read_patrols",
]
