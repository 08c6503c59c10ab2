"""Messages as SMART Mobile sends them: a patrol with its track, observations, pauses, and incidents."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)
DEVICE = "42dc6a06650b4e4a889faf9819b88e4a"


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def _id(*parts: object) -> str:
    return uuid.uuid5(uuid.NAMESPACE_OID, "/".join(str(part) for part in parts)).hex


def fix(minute: float, device: str = DEVICE, begin: datetime = BEGIN) -> dict[str, Any]:
    """A fix of a track."""
    at = begin + timedelta(minutes=minute)
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [135.0, 48.0 + minute / 1000]},
        "properties": {
            "SMART_ObservationType": "waypoint",
            "dateTime": _text(at),
            "deviceId": device,
            "id": _id(device, at),
            "accuracy": 5.0,
            "altitude": 100.0,
        },
    }


def sighting(
    counter: int,
    minute: float,
    event: str = "Observation",
    *,
    patrol: str = "P1",
    root: str | None = None,
    device: str = DEVICE,
    begin: datetime = BEGIN,
    **more: Any,
) -> dict[str, Any]:
    """A message of a patrol. Each repeats what the patrol is, as the phone does."""
    at = begin + timedelta(minutes=minute)
    seen = {"c:0": "animals.sign.", "a:0:number": 1.0 + counter} if event == "Observation" else {}
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [135.0, 48.0 + minute / 1000]},
        "properties": {
            "appName": "Sample",
            "dateTime": _text(at),
            "deviceId": device,
            "longitude": 135.0,
            "latitude": 48.0 + minute / 1000,
            "altitude": 100.0,
            "id": _id(patrol, counter),
            "rootId": root or _id(patrol, counter, "root"),
            "sighting": {
                "SMART_DataType": "patrol",
                "SMART_ObservationType": event,
                "SMART_PatrolID": patrol,
                "SMART_PatrolStartDate": f"{begin:%Y/%m/%d}",
                "SMART_PatrolStartTime": f"{begin:%H:%M:%S}",
                "SMART_PatrolLegCounter": 1,
                "SMART_PatrolTransport": "Foot",
                "SMART_Team": "Tigers",
                "SMART_Mandate": "Anti-poaching",
                "SMART_Armed": False,
                "SMART_Employees": ["Ivan Petrov", "Olga Petrova"],
                "SMART_Leader": "Olga Petrova",
                "SMART_ObsCounter": counter,
                "SMART_NewWaypoint": True,
                "SMART_DefaultAttributeValues": "{}",
                **seen,
                **more,
            },
        },
    }


def incident(name: str, minute: float = 5.0, **more: Any) -> dict[str, Any]:
    """An independent incident."""
    whole = sighting(1, minute, root=_id("incident", name))
    inner = whole["properties"]["sighting"]
    for key in list(inner):
        if key.startswith(("SMART_Patrol", "SMART_Leg")):
            del inner[key]
    inner.update({"SMART_DataType": "incident", **more})
    whole["properties"]["id"] = _id("incident", name, "record")
    return whole


def patrol(
    name: str = "P1", begin: datetime = BEGIN, device: str = DEVICE, minutes: int = 90
) -> list[dict[str, Any]]:
    """All that a phone sends of a patrol of one day: a fix each minute, six observations, a pause."""
    events = [("NewPatrol", 0.0)]
    events += [("Observation", 10.0 + 10 * number) for number in range(3)]
    events += [("PausePatrol", 41.0), ("ResumePatrol", 51.0)]
    events += [("Observation", 55.0 + 10 * number) for number in range(3)]
    events += [("StopPatrol", float(minutes))]
    told = [
        sighting(counter, minute, event, patrol=name, device=device, begin=begin)
        for counter, (event, minute) in enumerate(events, start=1)
    ]
    way = [fix(minute + 0.5, device, begin) for minute in range(minutes) if not 41 <= minute < 51]
    return [*told, *way]


def body(wholes: Iterable[dict[str, Any]]) -> bytes:
    """The body of a request."""
    return json.dumps({"type": "FeatureCollection", "features": list(wholes)}).encode()
