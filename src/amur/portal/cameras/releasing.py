"""What leaves a camera project for everybody: a summary, and occurrences at released precision.

All of it passes `amur.disclosure`: one category for the whole project, cells of the house's grid, months,
species with enough records at enough stations. No station, no time, no picture, no code of the office.
"""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import uuid4

from django.db.models import Count
from django.utils import timezone

from amur.disclosure import (
    DEFAULT,
    Audience,
    Category,
    Level,
    Place,
    Purpose,
    Record,
    TimeLevel,
    View,
    cell_of,
    project_category,
    view,
)
from amur.disclosure.counts import MIN_RECORDS, MIN_STATIONS
from amur.disclosure.surfaces import category_level
from amur.disclosure.times import coarse_text, zone_named
from amur.formats.cameratraps.tables import table_of
from amur.formats.camtrapdp import Package
from amur.formats.camtrapdp.schema import ADDRESS, LATEST
from amur.portal.cameras.models import CameraProject, Deployment, Observation, Outage

EVENT_KIND: Final = "camera-capture"
Key = tuple[Any, ...]


class NothingReleased(Exception):
    """Nothing of the project may leave the house."""


def category_of(project: CameraProject) -> Category:
    """The one category of a project: the strictest of everything that was ever said in it.

    A camera without a place or a zone cannot be judged, and with it the whole project.
    """
    said = (
        Observation.objects.filter(project=project)
        .exclude(scientific_name="")
        .order_by()
        .values_list("scientific_name", "deployment")
        .distinct()
    )
    cameras = {one.pk: one for one in project.deployments.select_related("station")}
    records = [_record(project, name, cameras[camera]) for name, camera in said]
    return project_category(records, DEFAULT, timezone.now()) if records else Category.UNKNOWN


def _record(
    project: CameraProject, taxon: str, camera: Deployment, time: datetime.datetime | None = None, **more: Any
) -> Record:
    """A statement as a record for the gate, with the true place of its camera."""
    place = camera.place
    return Record(
        kind="observation",
        id=uuid4(),
        owner=project.office.key,
        taxon=taxon,
        zone=camera.station.zone or None,
        event_kind=EVENT_KIND,
        place=Place(place.x, place.y, camera.uncertainty_m) if place is not None else None,
        time=time or camera.start,
        time_zone=camera.time_zone,
        published=project.is_published,
        **more,
    )


def summary_of(project: CameraProject) -> dict[str, Any]:
    """What the public may learn of a project, made when the office says so.

    Counts that are too small are null; `taxa` are the names on which the judgement rests.
    """
    deployments = list(Deployment.objects.filter(project=project).select_related("station"))
    stations = {one.station_id for one in deployments}
    many = len(stations) >= MIN_STATIONS
    ended = max((one.end for one in deployments), default=None)
    taxa = (
        Observation.objects.filter(project=project)
        .exclude(scientific_name="")
        .order_by("scientific_name")
        .values_list("scientific_name", flat=True)
        .distinct()
    )
    level = Level.WITHHELD
    if many and ended is not None and ended < timezone.now():
        level = category_level(category_of(project), ended.date(), timezone.now())
    return {
        "taxa": list(taxa),
        "species": told_species(project),
        "stations": len(stations) if many else None,
        "effort_days": round(effort_days(deployments, project)) if many else None,
        "period_start": _month(min(one.start for one in deployments), project) if deployments else None,
        "period_end": _month(ended, project) if ended is not None else None,
        "cells": _cells(deployments, level),
        "cell_degrees": level.word if level.is_cell else None,
    }


def _month(moment: datetime.datetime, project: CameraProject) -> str:
    return coarse_text(moment, TimeLevel.MONTH, zone_named(project.time_zone))


def _cells(deployments: Iterable[Deployment], level: Level) -> list[list[float]]:
    """The cells with a camera as west, south, east, north; how many each has is not told."""
    if not level.is_cell:
        return []
    found = {cell_of(one.place.x, one.place.y, level).bounds for one in deployments if one.place is not None}
    return [list(bounds) for bounds in sorted(found)]


def told_species(project: CameraProject) -> list[str]:
    """The species that enough stations met often enough, by scientific name."""
    rows = (
        _animals(project)
        .order_by("scientific_name")
        .values("scientific_name")
        .annotate(records=Count("pk"), places=Count("deployment__station", distinct=True))
    )
    return [
        row["scientific_name"]
        for row in rows
        if row["records"] >= MIN_RECORDS and row["places"] >= MIN_STATIONS
    ]


def _animals(project: CameraProject) -> Any:
    """Accepted animals with a name, of one level: events where there are any, else pictures."""
    found = Observation.objects.filter(
        project=project, ended=None, status=Observation.Status.ACCEPTED, type=Observation.Type.ANIMAL
    ).exclude(scientific_name="")
    events = found.filter(level=Observation.Level.EVENT)
    return events if events.exists() else found.filter(level=Observation.Level.MEDIA)


def effort_days(deployments: Iterable[Deployment], project: CameraProject) -> float:
    """Days between start and end of all deployments, less their outages."""
    span = sum((one.end - one.start).total_seconds() for one in deployments)
    lost = sum(
        (one.end - one.start).total_seconds() for one in Outage.objects.filter(deployment__project=project)
    )
    return (span - lost) / 86_400


def released_package(project: CameraProject) -> Package:
    """A package as everybody may have it: a deployment for each cell, an observation for each occurrence.

    Raises NothingReleased.
    """
    if not project.is_published:
        raise NothingReleased
    category, species = category_of(project), set(told_species(project))
    seen: dict[Key, View] = {}
    cells: dict[str, dict[str, str]] = {}
    rows: list[dict[str, str]] = []
    fields = ("uuid", "scientific_name", "count", "sex", "life_stage", "start", "deployment")
    cameras = Deployment.objects.select_related("station").in_bulk(
        list(project.deployments.values_list("pk", flat=True))
    )
    for row in _animals(project).filter(scientific_name__in=species).order_by("uuid").values(*fields):
        camera = cameras[row["deployment"]]
        found = _seen(project, row, camera, category, seen)
        if found.withheld or found.place is None or found.place.cell is None or found.time is None:
            continue
        cell = _cell_row(found)
        cells.setdefault(cell["deploymentID"], cell)
        rows.append(_occurrence(row, found, cell["deploymentID"]))
    if not rows:
        raise NothingReleased
    months = sorted({row["eventStart"] for row in rows} | {row["eventEnd"] for row in rows})
    spans = {"deploymentStart": months[0], "deploymentEnd": months[-1]}
    places = [{**cells[name], **spans} for name in sorted(cells)]
    return Package(
        _metadata(project, places, rows, spans),
        table_of("deployments", places),
        table_of("media", []),
        table_of("observations", rows),
    )


def _seen(
    project: CameraProject,
    row: Mapping[str, Any],
    camera: Deployment,
    category: Category,
    seen: dict[Key, View],
) -> View:
    """The view of a statement; those that agree in everything but the day of the month share one."""
    moment = row["start"].astimezone(zone_named(camera.time_zone))
    about = tuple(row[name] for name in ("scientific_name", "count", "sex", "life_stage"))
    key = (camera.pk, moment.year, moment.month, *about)
    if key not in seen:
        seen[key] = view(
            _record(
                project,
                row["scientific_name"],
                camera,
                row["start"],
                project_category=category,
                fields={
                    "scientific_name": row["scientific_name"],
                    "individual_count": row["count"],
                    "sex": row["sex"] or None,
                    "life_stage": row["life_stage"] or None,
                },
            ),
            Audience.public(),
            Purpose.OPEN_DATA,
            timezone.now(),
        )
    return seen[key]


def _cell_row(found: View) -> dict[str, str]:
    place = found.place
    if place is None or place.cell is None:
        raise NothingReleased
    bounds = place.cell.bounds
    return {
        "deploymentID": f"cell {bounds[0]:g} {bounds[1]:g}",
        "latitude": f"{place.latitude:g}",
        "longitude": f"{place.longitude:g}",
        "coordinateUncertainty": str(int(place.uncertainty_m)) if place.uncertainty_m else "",
    }


def _occurrence(row: Mapping[str, Any], found: View, cell: str) -> dict[str, str]:
    start, end = _span(found.time or "")
    fields = {name: value for name, value in found.fields.items() if isinstance(value, str | int)}
    return {
        "observationID": str(row["uuid"]),
        "deploymentID": cell,
        "eventStart": start,
        "eventEnd": end,
        "observationLevel": "event",
        "observationType": "animal",
        "scientificName": str(fields.get("scientific_name", "")),
        "count": str(fields.get("individual_count") or ""),
        "sex": str(fields.get("sex", "")),
        "lifeStage": str(fields.get("life_stage", "")),
    }


def _span(text: str) -> tuple[str, str]:
    """First and last second of a released year, month or day.

    >>> _span("2026-02")
    ('2026-02-01T00:00:00Z', '2026-02-28T23:59:59Z')
    """
    parts = [int(part) for part in text[:10].split("-")]
    year, month, day = [*parts, 1, 1][:3]
    first = datetime.datetime(year, month, day, tzinfo=datetime.UTC)
    days = {1: 366, 2: 31, 3: 1}[len(parts)]
    after = first + datetime.timedelta(days=days)
    if len(parts) == 1:
        after = after.replace(month=1, day=1)
    elif len(parts) == 2:
        after = after.replace(day=1)
    last = after - datetime.timedelta(seconds=1)
    return f"{first:%Y-%m-%dT%H:%M:%SZ}", f"{last:%Y-%m-%dT%H:%M:%SZ}"


def _metadata(
    project: CameraProject,
    places: list[dict[str, str]],
    rows: list[dict[str, str]],
    spans: Mapping[str, str],
) -> dict[str, Any]:
    """Metadata of the centre's own: nothing of the package that came in is passed on."""
    east = [float(one["longitude"]) for one in places]
    north = [float(one["latitude"]) for one in places]
    south, top = min(north), max(north)
    ring = [[min(east), south], [max(east), south], [max(east), top], [min(east), top]]
    return {
        "profile": f"{ADDRESS}/{LATEST}/camtrap-dp-profile.json",
        "name": project.key,
        "id": str(project.uuid),
        "created": timezone.now().astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "title": str(project.names),
        "contributors": [{"title": str(project.office), "role": "rightsHolder"}],
        "project": {
            "title": str(project.names),
            "samplingDesign": project.sampling_design or CameraProject.Design.OPPORTUNISTIC.value,
            "captureMethod": ["activityDetection"],
            "individualAnimals": False,
            "observationLevel": ["event"],
        },
        "spatial": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        "temporal": {"start": spans["deploymentStart"][:10], "end": spans["deploymentEnd"][:10]},
        "taxonomic": [{"scientificName": name} for name in sorted({row["scientificName"] for row in rows})],
        "resources": [],
    }
