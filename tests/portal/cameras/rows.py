"""Rows of a small camera project, for the tests of the room."""

from __future__ import annotations

import datetime
from typing import Any

START = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)


def project_of(office: Any, key: str = "bikin") -> Any:
    """A project with one station and one deployment of thirty days, and one sequence of two pictures."""
    from django.contrib.gis.geos import Point

    from amur.portal.cameras import actions
    from amur.portal.cameras.models import Event, Media
    from amur.portal.languages.text import MultilingualText

    project = actions.create_project(office, key, MultilingualText.of("en", en="Bikin"), "Asia/Vladivostok")
    station = actions.create_station(project, "S1", Point(135.789, 46.123, srid=4326))
    deployment = actions.create_deployment(station, "D1", START, START + datetime.timedelta(days=30))
    event = Event.objects.create(
        project=project, deployment=deployment, code="E1", start=START, end=START, state="unreviewed"
    )
    for number in (1, 2):
        Media.objects.create(
            project=project,
            deployment=deployment,
            event=event,
            code=f"M{number}",
            captured=START + datetime.timedelta(seconds=number),
            path=f"card/M{number}.jpg",
            name=f"M{number}.jpg",
            media_type="image/jpeg",
        )
    return project


def statement(project: Any, **more: Any) -> Any:
    """A statement about the sequence, not stored yet."""
    from amur.portal.cameras.models import Event, Observation

    event = Event.objects.get(project=project)
    given = {
        "deployment": event.deployment,
        "event": event,
        "start": event.start,
        "end": event.end,
        "level": "event",
        "type": "animal",
        "scientific_name": "Panthera tigris",
        **more,
    }
    return Observation(**given)
