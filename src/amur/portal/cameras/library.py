"""The library of pictures of a project: filters, pages by the last row seen, and the same as CSV.

A page is found by walking an index from where the last one ended, however many rows there are. What is said
about pictures is looked at in one of two ways: few answers are gathered first, many are met on the walk.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.dateparse import parse_datetime

from amur.portal.cameras import exporting, writing
from amur.portal.cameras.models import CameraProject, Event, Media, Observation

PAGE: Final = 60
FEW: Final = 20_000
"""So many rows are gathered before a walk; more answers than these are dense enough to be met soon."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for; empty means everything. Days are those of the project's zone, both included."""

    station: str = ""
    deployment: str = ""
    start: datetime.date | None = None
    end: datetime.date | None = None
    species: str = ""
    type: str = ""
    state: str = ""
    identified: bool = False
    name: str = ""

    @property
    def query(self) -> dict[str, str]:
        """As parameters of an address."""
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: "1" if value is True else str(value) for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Cursor:
    """The row at which a page begins or ends: instant and primary key."""

    captured: datetime.datetime
    key: int

    @property
    def text(self) -> str:
        """As a parameter of an address."""
        return f"{self.captured.isoformat()}~{self.key}"


@dataclass(frozen=True, slots=True)
class Page:
    """Media with what stands about them, newest first, and where the next page begins."""

    media: Sequence[Media]
    after: Cursor | None


def cursor_of(text: str) -> Cursor | None:
    """The cursor of a parameter; None for what is none."""
    moment, _mark, key = text.partition("~")
    try:
        found = parse_datetime(moment)
        return Cursor(found, int(key)) if found is not None and found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def page(project: CameraProject, filters: Filters, after: Cursor | None = None) -> Page:
    """A page of the library."""
    rows = found(project, filters).order_by("-captured", "-pk")
    if after is not None:
        rows = rows.filter(captured__lte=after.captured).exclude(captured=after.captured, pk__gte=after.key)
    keys = list(rows.values_list("pk", flat=True)[: PAGE + 1])
    said = Observation.objects.filter(ended=None).order_by("pk")
    media = list(
        Media.objects.filter(pk__in=keys[:PAGE])
        .select_related("deployment__station", "event")
        .prefetch_related(Prefetch("observations", said, "said"))
        .order_by("-captured", "-pk")
    )
    last = Cursor(media[-1].captured, media[-1].pk) if len(keys) > PAGE else None
    return Page(media, last)


def found(project: CameraProject, filters: Filters) -> "QuerySet[Media]":
    """The media that a search finds, in no order yet."""
    rows = Media.objects.filter(project=project)
    if filters.deployment or filters.station:
        rows = rows.filter(deployment__in=_deployments(project, filters))
    zone = ZoneInfo(project.time_zone)
    if filters.start:
        rows = rows.filter(captured__gte=datetime.datetime.combine(filters.start, datetime.time(), zone))
    if filters.end:
        after = filters.end + datetime.timedelta(days=1)
        rows = rows.filter(captured__lt=datetime.datetime.combine(after, datetime.time(), zone))
    if filters.name:
        rows = _few_or_many(rows, Media.objects.filter(project=project, name__icontains=filters.name))
    if filters.state:
        events = Event.objects.filter(project=project, state=filters.state)
        if _are_few(events):
            rows = rows.filter(event__in=list(events.values_list("pk", flat=True)))
        else:
            rows = rows.filter(Exists(events.filter(pk=OuterRef("event"))))
    return _said(project, rows, filters)


def _deployments(project: CameraProject, filters: Filters) -> list[int]:
    rows = project.deployments.all()
    if filters.station:
        rows = rows.filter(station__code=filters.station)
    if filters.deployment:
        rows = rows.filter(code=filters.deployment)
    return list(rows.values_list("pk", flat=True))


def _said(project: CameraProject, rows: "QuerySet[Media]", filters: Filters) -> "QuerySet[Media]":
    """Narrow to media about which, or about whose sequence, something is said that is looked for."""
    if not (filters.species or filters.type or filters.identified):
        return rows
    wanted = Observation.objects.filter(ended=None)
    if filters.type:
        wanted = wanted.filter(type=filters.type)
    if filters.species:
        wanted = wanted.filter(scientific_name=filters.species)
    if filters.identified:
        wanted = wanted.exclude(individual="")
    said = wanted.filter(project=project)
    if not filters.type and not filters.identified:
        # All types are named so that the index of type, species and time serves a species alone.
        said = said.filter(type__in=list(Observation.Type.values))
    if _are_few(said):
        about = list(said.values_list("media", "event"))
        media = [one for one, _event in about if one is not None]
        events = [event for one, event in about if one is None and event is not None]
        return rows.filter(Q(pk__in=media) | Q(event__in=events)) if events else rows.filter(pk__in=media)
    of_media = wanted.filter(media=OuterRef("pk"))
    of_events = wanted.filter(event=OuterRef("event"), media=None)
    return rows.filter(Exists(of_media) | Exists(of_events))


def _few_or_many(rows: "QuerySet[Media]", wanted: "QuerySet[Media]") -> "QuerySet[Media]":
    """Narrow rows to others of the same table."""
    if _are_few(wanted):
        return rows.filter(pk__in=list(wanted.values_list("pk", flat=True)))
    return rows & wanted


def _are_few(rows: "QuerySet[Any]") -> bool:
    """Whether there are at most `FEW`; counts no further."""
    return len(rows.order_by().values_list("pk", flat=True)[: FEW + 1]) <= FEW


def species_of(project: CameraProject) -> list[str]:
    """The scientific names that stand in a project, one step in the index for each."""
    names: list[str] = []
    for kind in Observation.Type.values:
        rows = Observation.objects.filter(project=project, ended=None, type=kind).order_by("scientific_name")
        last = rows.values_list("scientific_name", flat=True).filter(scientific_name__gt="").first()
        while last is not None:
            names.append(last)
            last = rows.values_list("scientific_name", flat=True).filter(scientific_name__gt=last).first()
    return sorted(set(names))


def csv_of(project: CameraProject, filters: Filters) -> Iterator[str]:
    """What a search finds as CSV, in pieces, in the columns of Camtrap DP's media."""
    rows = found(project, filters).order_by("captured", "pk")
    return writing.lines(exporting.media_parts(project, rows))
