"""The verbs of the room: projects, stations, deployments and outages; acts on observations.

Other rooms, pages, the API and the commands call these and nothing deeper; who may is asked before.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from amur.portal.audit.actions import batch
from amur.portal.cameras import releasing
from amur.portal.cameras.acts import CannotUndo, also_undo, begin, end, follow_states, make, undo
from amur.portal.cameras.models import CameraProject, Deployment, Outage, Station
from amur.portal.languages.text import MultilingualText
from amur.portal.offices.models import Office

__all__ = [
    "CannotUndo",
    "also_undo",
    "begin",
    "change",
    "create_deployment",
    "create_project",
    "create_station",
    "end",
    "follow_states",
    "make",
    "release",
    "set_outages",
    "undo",
]

Span = tuple[datetime.datetime, datetime.datetime, str]


def create_project(
    office: Office, key: str, names: MultilingualText, time_zone: str, **more: Any
) -> CameraProject:
    """A new study of an office. Raises ValidationError, by field."""
    project = CameraProject(office=office, key=key, names=names, time_zone=time_zone, **more)
    project.full_clean()
    project.save()
    return project


def create_station(project: CameraProject, code: str, place: Point | None = None, **more: Any) -> Station:
    """A new place with cameras. Raises ValidationError, by field."""
    station = Station(project=project, code=code, place=place, **more)
    station.full_clean()
    station.save()
    return station


def create_deployment(
    station: Station, code: str, start: datetime.datetime, end: datetime.datetime, **more: Any
) -> Deployment:
    """A camera that stands at a station for a time; place and time zone are the station's unless given.

    Raises ValidationError, by field.
    """
    given = {"place": station.place, "time_zone": station.project.time_zone, **more}
    deployment = Deployment(
        project=station.project, station=station, code=code, start=start, end=end, **given
    )
    return _checked(deployment)


def change(row: CameraProject | Station | Deployment, values: Mapping[str, Any]) -> None:
    """Set columns of a project, station or deployment; the audit log keeps what was there before.

    Raises ValidationError, by field; then nothing has changed.
    """
    for name, value in values.items():
        setattr(row, name, value)
    if isinstance(row, Deployment):
        _checked(row)
    else:
        row.full_clean()
        row.save()


def _checked(deployment: Deployment) -> Deployment:
    if deployment.end < deployment.start:
        raise ValidationError({"end": _("The end lies before the start.")})
    deployment.full_clean()
    deployment.save()
    return deployment


def set_outages(deployment: Deployment, spans: Sequence[Span]) -> None:
    """The times in which a camera did not work, as (start, end, reason), in the place of those known before.

    Raises ValidationError with a sentence for each span that lies outside of the deployment, ends before it
    begins, or overlaps with another one; then nothing has changed.
    """
    problems = []
    ordered = sorted(spans)
    for number, (start, until, _reason) in enumerate(ordered):
        told = {"start": f"{start:%Y-%m-%d %H:%M}", "end": f"{until:%Y-%m-%d %H:%M}"}
        if until <= start:
            problems.append(_("The outage from %(start)s ends at %(end)s, not after it begins.") % told)
        elif start < deployment.start or until > deployment.end:
            problems.append(_("The outage from %(start)s to %(end)s is not inside the deployment.") % told)
        elif number and start < ordered[number - 1][1]:
            problems.append(_("The outage from %(start)s to %(end)s overlaps with another one.") % told)
    if problems:
        raise ValidationError(problems)
    with batch(), transaction.atomic():
        known = {(one.start, one.end, one.reason): one for one in deployment.outages.all()}
        for span, outage in known.items():
            if span not in ordered:
                outage.delete()
        for start, until, reason in ordered:
            if (start, until, reason) not in known:
                Outage.objects.create(deployment=deployment, start=start, end=until, reason=reason)


def release(project: CameraProject, *, published: bool) -> None:
    """Let the public see the summary of a project as it is today, or take it back."""
    project.is_published = published
    project.summary = releasing.summary_of(project) if published else {}
    project.save()
