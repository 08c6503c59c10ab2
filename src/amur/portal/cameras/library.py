"""The library of pictures of a project: filters, pages by the last row seen, and the same as CSV.

A page is found by walking an index in the order of time from where the last one ended; the index holds
sequence and file name too, so that no row is looked at that is not shown. Few answers are looked up first and
sorted; many are mostly met soon, and where they are not the database makes a set of them for the walk.
"""

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.dateparse import parse_datetime

from amur.portal.cameras import exporting, writing
from amur.portal.cameras.models import CameraProject, Event, Media, Observation

PAGE: Final = 60
FEW: Final = 15_000
"""So many answers are looked up one by one; of more the database makes a set that a walk asks."""
FEW_EVENTS: Final = 2_000
"""The same for sequences, each of which has several media."""
STRETCH: Final = 40_000
"""So many rows of the index are asked one by one before a set is made of all answers."""


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
    def is_of_statements(self) -> bool:
        """Whether something that is said about pictures is looked for."""
        return bool(self.species or self.type or self.identified)

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
    keys = _keys(project, filters, after)
    said = Observation.objects.filter(ended=None).order_by("pk")
    media = list(
        Media.objects.filter(pk__in=keys[:PAGE])
        .select_related("deployment__station", "event")
        .prefetch_related(Prefetch("observations", said, "said"))
        .order_by("-captured", "-pk")
    )
    last = Cursor(media[-1].captured, media[-1].pk) if len(keys) > PAGE else None
    return Page(media, last)


def _keys(project: CameraProject, filters: Filters, after: Cursor | None) -> list[int]:
    """The keys of a page and of one more, newest first; the next stretch of time is looked at alone first."""
    rows, many = _search(project, filters)
    if many:
        stretch = _since(_in_time(project, Media.objects.filter(project=project), filters), after)
        oldest = stretch.values_list("captured", flat=True)[STRETCH : STRETCH + 1].first()
        near = rows.filter(*(one.met for one in many))
        if oldest is not None:
            near = near.filter(captured__gte=oldest)
        keys = list(_since(near, after).values_list("pk", flat=True)[: PAGE + 1])
        if len(keys) > PAGE or oldest is None:
            return keys
    everything = rows.filter(*(one.gathered() for one in many))
    return list(_since(everything, after).values_list("pk", flat=True)[: PAGE + 1])


def _since(rows: "QuerySet[Media]", after: Cursor | None) -> "QuerySet[Media]":
    """Rows newest first, from behind a cursor."""
    rows = rows.order_by("-captured", "-pk")
    if after is None:
        return rows
    return rows.filter(captured__lte=after.captured).exclude(captured=after.captured, pk__gte=after.key)


def found(project: CameraProject, filters: Filters) -> "QuerySet[Media]":
    """The media that a search finds, in no order yet."""
    rows, many = _search(project, filters)
    return rows.filter(*(one.gathered() for one in many))


def _search(project: CameraProject, filters: Filters) -> "tuple[QuerySet[Media], list[_Many]]":
    """Media by what is decided quickly, and the conditions that very many rows fulfil."""
    rows = _in_time(project, Media.objects.all(), filters)
    asked: list[Q | _Many] = []
    if filters.deployment or filters.station:
        asked.append(Q(deployment__in=_deployments(project, filters)))
    if filters.state:
        asked.append(_of_events(Event.objects.filter(project=project, state=filters.state).order_by()))
    if filters.is_of_statements:
        asked.append(_of_statements(project, filters))
    many = [one for one in asked if isinstance(one, _Many)]
    few = [one for one in asked if isinstance(one, Q)]
    if filters.name:
        keys = _few_named(project, filters.name) if many and not few else None
        rows = rows.filter(name__icontains=filters.name) if keys is None else rows
        few += [Q(pk__in=keys)] if keys is not None else []
    if not few:
        return rows.filter(project=project), many
    # Beside few keys the project says nothing more, but would have the database walk through all of it.
    return rows.filter(*few, *(one.met for one in many)), []


def _in_time(project: CameraProject, rows: "QuerySet[Media]", filters: Filters) -> "QuerySet[Media]":
    zone = ZoneInfo(project.time_zone)
    if filters.start:
        rows = rows.filter(captured__gte=datetime.datetime.combine(filters.start, datetime.time(), zone))
    if filters.end:
        after = filters.end + datetime.timedelta(days=1)
        rows = rows.filter(captured__lt=datetime.datetime.combine(after, datetime.time(), zone))
    return rows


def _deployments(project: CameraProject, filters: Filters) -> list[int]:
    rows = project.deployments.all()
    if filters.station:
        rows = rows.filter(station__code=filters.station)
    if filters.deployment:
        rows = rows.filter(code=filters.deployment)
    return list(rows.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class _Many:
    """A condition that many rows fulfil: `met` asks row by row, `gathered` a set of all answers."""

    met: Q
    gathered: Callable[[], Q]


def _few_named(project: CameraProject, text: str) -> list[int] | None:
    """The keys of media whose name has a text, None where these are many."""
    rows = Media.objects.filter(project=project, name__icontains=text).order_by()
    keys = list(rows.values_list("pk", flat=True)[: FEW + 1])
    return keys if len(keys) <= FEW else None


def _of_events(events: "QuerySet[Event]") -> Q | _Many:
    """The condition that media are of some sequences."""
    some = list(events.values_list("pk", flat=True)[: FEW_EVENTS + 1])
    if len(some) <= FEW_EVENTS:
        return Q(event__in=some)
    return _Many(Q(Exists(events.filter(pk=OuterRef("event")))), lambda: Q(event__in=events.values("pk")))


def _of_statements(project: CameraProject, filters: Filters) -> Q | _Many:
    """The condition that something is said about media or their sequences."""
    wanted = Observation.objects.filter(ended=None).order_by()
    if filters.type:
        wanted = wanted.filter(type=filters.type)
    if filters.species:
        wanted = wanted.filter(scientific_name=filters.species)
    if filters.identified:
        wanted = wanted.filter(individual__gt="").exclude(individual="")
    said = wanted.filter(project=project)
    if filters.species and not filters.type:  # so that the index of type and species serves a species alone
        said = said.filter(type__in=Observation.Type.values)
    about = list(said.values_list("media", "event")[: FEW + 1])
    if len(about) <= FEW:
        media = [one for one, _event in about if one is not None]
        events = [event for one, event in about if one is None and event is not None]
        return Q(pk__in=media) | Q(event__in=events) if events else Q(pk__in=media)
    of_media, of_events = (
        wanted.filter(media=OuterRef("pk")),
        wanted.filter(event=OuterRef("event"), media=None),
    )
    return _Many(Q(Exists(of_media)) | Q(Exists(of_events)), lambda: _gathered(said))


def _gathered(said: "QuerySet[Observation]") -> Q:
    """The condition that media, or their sequences, are among those that statements are about."""
    of_media, of_events = said.filter(media__isnull=False), said.filter(media=None, event__isnull=False)
    if not of_events.exists():
        return Q(pk__in=of_media.values("media"))
    if not of_media.exists():
        return Q(event__in=of_events.values("event"))
    return Q(pk__in=of_media.values("media")) | Q(event__in=of_events.values("event"))


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
