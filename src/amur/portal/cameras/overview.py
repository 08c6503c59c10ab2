"""What the page of a project tells in numbers: counts, stations, deployments with their effort."""

import zoneinfo
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from amur.portal.cameras.models import CameraProject, Deployment, Event, Media, Observation, Station

TOLD: Final = (
    "setup_by", "camera_id", "camera_model", "delay_s", "height_m", "depth_m", "tilt", "heading",
    "detection_distance_m", "timestamp_issues", "bait_use", "feature", "habitat", "groups", "tags",
    "comments",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a project has."""

    media: int
    sequences: int
    statements: int
    states: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class StationRow:
    """A station with how often a camera stood there, and for how many days."""

    station: Station
    deployments: int
    effort_days: float


@dataclass(frozen=True, slots=True)
class DeploymentRow:
    """A deployment with its effort in days and its times at the place."""

    deployment: Deployment
    effort_days: float
    outages: int
    start: datetime
    end: datetime


def counts_of(project: CameraProject) -> Counts:
    """The counts of a project, each from an index."""
    by_state = dict(
        Event.objects.filter(project=project).order_by().values_list("state").annotate(count=Count("pk"))
    )
    # As `exporting.standing`, but counted in two indexes: an opinion is no result.
    standing = Observation.objects.filter(project=project, ended=None)
    return Counts(
        Media.objects.filter(project=project).count(),
        sum(by_state.values()),
        standing.count() - standing.filter(status=Observation.Status.OPINION).count(),
        [(str(label), by_state[state]) for state, label in Event.State.choices if state in by_state],
    )


def with_effort(deployments: Iterable[Deployment]) -> list[DeploymentRow]:
    """Deployments with their days between start and end, less their outages."""
    found = []
    for one in deployments:
        zone = zoneinfo.ZoneInfo(one.time_zone)
        outages = list(one.outages.all())
        lost = sum((each.end - each.start).total_seconds() for each in outages)
        days = ((one.end - one.start).total_seconds() - lost) / 86_400
        found.append(
            DeploymentRow(one, days, len(outages), one.start.astimezone(zone), one.end.astimezone(zone))
        )
    return found


def stations_of(project: CameraProject, deployments: Iterable[Deployment]) -> list[StationRow]:
    """The stations of a project in the order of their codes."""
    efforts: dict[int, list[float]] = defaultdict(list)
    for row in with_effort(deployments):
        efforts[row.deployment.station_id].append(row.effort_days)
    rows = project.stations.order_by("code")
    return [StationRow(one, len(efforts[one.pk]), sum(efforts[one.pk])) for one in rows]


def facts_of(deployment: Deployment) -> list[tuple[str | Promise, Any]]:
    """What is known of a deployment besides place and time, with its name."""
    found: list[tuple[str | Promise, Any]] = []
    for name in TOLD:
        field = Deployment._meta.get_field(name)
        value = getattr(deployment, name)
        if value not in (None, ""):
            shown = _("yes") if value is True else _("no") if value is False else value
            display = getattr(deployment, f"get_{name}_display", None)
            found.append((getattr(field, "verbose_name", name), display() if display else shown))
    return found
