"""From records to what is counted: the deployments of a survey, their observations, and who was met.

Called by the run, by the form (live counts), by the room of population estimates, and by
`amur camtrapdp numbers` for one project. Everything here is raw: ask `offices.policies` first.
"""

import datetime
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from django.contrib.gis.geos import GEOSGeometry

from amur.portal.areas.queries import released_shapes
from amur.portal.cameras.models import CameraProject, Deployment, Observation
from amur.portal.cameras.queries import deployments_of, standing
from amur.portal.surveys.individuals import Met, met_in
from amur.portal.surveys.models import CameraSurvey
from amur.science.activity import local_times
from amur.science.cameras import Cameras, Sightings
from amur.science.cameras.effort import Span

_DAY: Final = datetime.timedelta(days=1)
_SEX: Final = {"female": "F", "male": "M"}
_CHUNK: Final = 20_000


class Unknown(LookupError):
    """There is no such project."""


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Which deployments: of projects, in a period of local days, in a place, with one of some words."""

    projects: Sequence[CameraProject]
    start: datetime.date
    end: datetime.date
    place: GEOSGeometry | None = None
    groups: Sequence[str] = ()
    level: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """What was chosen, in the terms of science, and the level of observations that it was made of."""

    cameras: Cameras
    sightings: Sightings
    level: str

    @property
    def digest(self) -> str:
        """One hash of everything in it."""
        found = hashlib.sha256(self.level.encode())
        parts = (self.cameras, self.sightings)
        for part in parts:
            for name in part.__dataclass_fields__:
                value = getattr(part, name)
                found.update(value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
        return found.hexdigest()


def choice_of(survey: CameraSurvey) -> Choice:
    """The choice of a stored survey."""
    return Choice(
        list(survey.projects.all()),
        survey.period_start,
        survey.period_end,
        place_of(survey.area_key, survey.place),
        survey.groups,
        str(survey.rules.get("level") or ""),
    )


def place_of(area_key: str, drawn: GEOSGeometry | None) -> GEOSGeometry | None:
    """Where deployments must lie: in an area of the register, in a drawn polygon, in both; None: anywhere.

    An area whose boundary is not known holds nothing.
    """
    if not area_key:
        return drawn
    shape = released_shapes([area_key]).get(area_key)
    area = GEOSGeometry(shape.wkt if shape is not None and shape.area else "POLYGON EMPTY", srid=4326)
    return area.intersection(drawn) if drawn is not None else area


def deployments(choice: Choice) -> list[Deployment]:
    """The deployments of a choice, by project and code."""
    if choice.place is not None and choice.place.empty:
        return []
    first, last = _bounds(choice)
    wanted = {word.casefold() for word in choice.groups}
    found = [row for project in choice.projects for row in deployments_of(project, first, last, choice.place)]
    return [row for row in found if not wanted or wanted & words_of(row)]


def words_of(row: Deployment) -> set[str]:
    """The groups and tags of a deployment, which packages part by `|`.

    >>> sorted(words_of(Deployment(groups="area:HS | Season:spring", tags="")))
    ['area:hs', 'season:spring']
    """
    return {word.strip().casefold() for text in (row.groups, row.tags) for word in text.split("|") if word.strip()}


def sample(
    choice: Choice, progress: Callable[[float, str], None] = lambda done, stage: None, species: str = ""
) -> Sample:
    """The cameras and sightings of a choice; `species` asks for one scientific name alone.

    Stations with the same code in two projects are two stations. Only accepted statements that stand are
    read, of one level: that of the choice, else the event level where there is any.
    """
    rows = deployments(choice)
    cameras = _cameras(rows)
    level = choice.level or _level(choice)
    found = _sightings(choice, rows, level, species, progress)
    return Sample(cameras, found, level)


def whole_project(key: str, level: str = "") -> tuple[Cameras, Sightings]:
    """Everything of one project, by its key. Raises Unknown."""
    project = CameraProject.objects.filter(key=key).first()
    if project is None:
        raise Unknown(key)
    found = sample(Choice([project], datetime.date(1990, 1, 1), datetime.date(2100, 1, 1), level=level))
    return found.cameras, found.sightings


def seen_species(choice: Choice) -> list[str]:
    """The scientific names of animals that stand in the projects and the period, the commonest first."""
    first, last = _bounds(choice)
    counts: Counter[str] = Counter()
    for project in choice.projects:
        rows = standing(project, first, last).filter(type=Observation.Type.ANIMAL).exclude(scientific_name="")
        counts.update(rows.order_by().values_list("scientific_name", flat=True))
    return [name for name, _count in counts.most_common()]


def _bounds(choice: Choice) -> tuple[datetime.datetime, datetime.datetime]:
    """Instants between which records may lie; a day wider, because zones differ. Days are cut later."""
    noon = datetime.time(0, tzinfo=datetime.UTC)
    return (
        datetime.datetime.combine(choice.start - _DAY, noon),
        datetime.datetime.combine(choice.end + 2 * _DAY, noon),
    )


def _cameras(rows: Sequence[Deployment]) -> Cameras:
    labels: dict[int, str] = {}
    codes = Counter(code for _pk, code in {(row.station_id, row.station.code) for row in rows})
    for row in rows:
        twice = codes[row.station.code] > 1
        labels[row.station_id] = f"{row.project.key}/{row.station.code}" if twice else row.station.code
    places = {pk: k for k, pk in enumerate(labels)}
    start, end = (_stamps([getattr(row, name) for row in rows]) for name in ("start", "end"))
    zones = [row.time_zone for row in rows]
    local = _local(start, zones)
    points = [row.place or row.station.place for row in rows]
    return Cameras(
        tuple(labels.values()),
        tuple(row.code for row in rows),
        np.array([places[row.station_id] for row in rows], dtype=np.int64),
        local,
        _local(end, zones),
        tuple(_outages(row) for row in rows),
        np.array([(p.x, p.y) if p else (np.nan, np.nan) for p in points], dtype=float).reshape(-1, 2),
        (local - start).astype(np.int64).astype(np.float64),
    )


def _outages(row: Deployment) -> tuple[Span, ...]:
    spans = [(one.start, one.end) for one in row.outages.all()]
    zone = [row.time_zone] * len(spans)
    if not spans:
        return ()
    starts, ends = (_local(_stamps([span[k] for span in spans]), zone) for k in (0, 1))
    return tuple(Span(start, end) for start, end in zip(starts, ends, strict=True))


def _level(choice: Choice) -> str:
    first, last = _bounds(choice)
    for project in choice.projects:
        if standing(project, first, last, level=Observation.Level.EVENT).exists():
            return Observation.Level.EVENT.value
    return Observation.Level.MEDIA.value


def _sightings(
    choice: Choice,
    rows: Sequence[Deployment],
    level: str,
    species: str,
    progress: Callable[[float, str], None],
) -> Sightings:
    first, last = _bounds(choice)
    places = {row.pk: k for k, row in enumerate(rows)}
    found: list[tuple[Any, ...]] = []
    columns = ("deployment_id", "start", "scientific_name", "count", "event_id", "life_stage", "individual", "sex")
    for project in choice.projects:
        asked = (
            standing(project, first, last, species, level)
            .filter(type=Observation.Type.ANIMAL)
            .exclude(scientific_name="")
            .order_by("pk")
            .values_list(*columns)
        )
        for number, row in enumerate(asked.iterator(chunk_size=_CHUNK)):
            if row[0] in places:
                found.append(row)
            if number % _CHUNK == 0:
                progress(0.0, "read")
    met = met_in(choice.projects, first, last, species)
    return _as_arrays(found, met, rows, places, choice)


def _as_arrays(
    found: list[tuple[Any, ...]],
    met: Iterable[Met],
    rows: Sequence[Deployment],
    places: dict[int, int],
    choice: Choice,
) -> Sightings:
    who: dict[str, Met] = {}
    at: dict[tuple[int | None, str], list[Met]] = {}
    more: list[tuple[Any, ...]] = []
    for one in met:
        if one.deployment not in places:
            continue
        who.setdefault(one.animal, one)
        at.setdefault((one.event, one.species), []).append(one)
    named: list[Met | None] = []
    for row in found:
        waiting = at.get((row[4], _binomial(row[2]))) if row[4] is not None else None
        named.append(waiting.pop() if waiting and row[5] != Observation.Stage.JUVENILE else None)
    for row, one in zip(found, named, strict=True):
        if one is None and row[6] and not at:
            label = str(row[6])
            who.setdefault(label, Met(label, row[0], row[4], row[1], row[2], 0, _SEX.get(row[7], ""), ""))
    for waiting in at.values():
        for one in waiting:  # whose observation has no sequence, or several animals in one statement
            more.append((one.deployment, one.time, one.species, 1, one.event, "", "", ""))
            named.append(one)
    return _arrays([*found, *more], named, who, rows, places, choice, plain=not at)


def _arrays(
    found: list[tuple[Any, ...]],
    named: list[Met | None],
    who: dict[str, Met],
    rows: Sequence[Deployment],
    places: dict[int, int],
    choice: Choice,
    *,
    plain: bool,
) -> Sightings:
    numbers = {label: k for k, label in enumerate(who)}
    names = tuple(sorted({row[2] for row in found}))
    kinds = {name: k for k, name in enumerate(names)}
    deployment = np.array([places[row[0]] for row in found], dtype=np.int64)
    zones = [rows[k].time_zone for k in deployment.tolist()]
    animal = [
        numbers[one.animal] if one else numbers.get(row[6], -1) if plain and row[6] else -1
        for row, one in zip(found, named, strict=True)
    ]
    everything = Sightings(
        deployment,
        _local(_stamps([row[1] for row in found]), zones),
        np.array([kinds[row[2]] for row in found], dtype=np.int64),
        names,
        np.array([row[3] or 0 for row in found], dtype=np.int64),
        np.array([-1 if row[4] is None else row[4] for row in found], dtype=np.int64),
        np.array(animal, dtype=np.int64),
        np.array([one.side if one else 0 for one in named], dtype=np.int64),
        np.array([row[5] == Observation.Stage.JUVENILE for row in found], dtype=bool),
        tuple(who),
        tuple(one.sex for one in who.values()),
        tuple(numbers.get(one.mother, -1) for one in who.values()),
    )
    days = everything.time.astype("M8[D]")
    low, high = (np.datetime64(day, "D") for day in (choice.start, choice.end))
    return everything.where((days >= low) & (days <= high))


def _binomial(name: str) -> str:
    return " ".join(name.split()[:2])


def _stamps(instants: Sequence[datetime.datetime]) -> Any:
    """Instants in UTC (n,)."""
    return np.array([int(one.timestamp()) for one in instants], dtype=np.int64).astype("M8[s]")


def _local(stamps: Any, zones: Sequence[str]) -> Any:
    """Local standard times (n,), each of its zone."""
    found = stamps.copy()
    of = np.array(zones, dtype=object)
    for zone in set(zones):
        mine = of == zone
        found[mine] = local_times(stamps[mine], ZoneInfo(zone))
    return found
