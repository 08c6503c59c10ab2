"""Questions to the room: whose projects these are, which cameras stood, what stands about their pictures.

Everything here is raw: ask `offices.policies` first (`projects_for`, `project_for` do).
"""

import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Q, QuerySet

from amur.portal.cameras.models import CameraProject, Deployment, Media, Observation, Station
from amur.portal.offices.models import Office, Person
from amur.portal.offices.policies import Subject, Verb, may, offices_where

Viewer = Person | AnonymousUser


def offices_for(person: Viewer, verb: Verb = Verb.ADD) -> "QuerySet[Office]":
    """The offices in whose camera projects the person may do something."""
    return offices_where(person, verb, Subject.CAMERAS)


def projects_for(person: Viewer, verb: Verb = Verb.VIEW) -> "QuerySet[CameraProject]":
    """The projects in which the person may do something."""
    return CameraProject.objects.select_related("office").filter(office__in=offices_for(person, verb))


def project_for(person: Viewer, uuid: UUID, verb: Verb = Verb.VIEW) -> CameraProject | None:
    """The project, for somebody who may do this in it."""
    project = CameraProject.objects.select_related("office").filter(uuid=uuid).first()
    return project if project is not None and may_in(person, verb, project) else None


def may_in(person: Viewer, verb: Verb, project: CameraProject) -> bool:
    """Whether the person may do something in a project."""
    return may(person, verb, Subject.CAMERAS, project.office_id)


def stations_of(project: CameraProject) -> "QuerySet[Station]":
    """The stations of a project."""
    return project.stations.all()


def deployments_of(
    project: CameraProject,
    start: datetime.datetime | None = None,
    end: datetime.datetime | None = None,
    area: GEOSGeometry | None = None,
) -> "QuerySet[Deployment]":
    """Deployments of a project with their stations; those that overlap [start, end) and lie in an area."""
    found = project.deployments.select_related("station").prefetch_related("outages")
    if start is not None:
        found = found.filter(end__gt=start)
    if end is not None:
        found = found.filter(start__lt=end)
    return found.filter(place__within=area) if area is not None else found


def standing(
    project: CameraProject,
    start: datetime.datetime | None = None,
    end: datetime.datetime | None = None,
    species: str = "",
    level: str = "",
) -> "QuerySet[Observation]":
    """The accepted statements that stand in a project, begun in [start, end), of a scientific name.

    Media level and event level describe the same animals: whoever counts gives one `level`.
    """
    found = Observation.objects.filter(project=project, ended=None, status=Observation.Status.ACCEPTED)
    if start is not None:
        found = found.filter(start__gte=start)
    if end is not None:
        found = found.filter(start__lt=end)
    if species:
        found = found.filter(scientific_name=species)
    return found.filter(level=level) if level else found


def history_of(media: Media) -> "QuerySet[Observation]":
    """Everything that was ever said about a picture or its sequence, oldest first."""
    about = Q(media=media)
    if media.event_id is not None:
        about |= Q(event=media.event_id, media=None)
    return Observation.objects.filter(about).select_related("made__person", "ended__person").order_by("pk")
