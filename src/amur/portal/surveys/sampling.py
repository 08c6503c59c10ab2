"""Rows of deployments, observations and identifications as arrays for science. Called by `choosing`."""

import datetime
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from amur.portal.cameras.models import Deployment, Observation
from amur.portal.surveys.individuals import Met, Who, binomial
from amur.science.activity import local_times
from amur.science.cameras import Cameras, Sightings
from amur.science.cameras.effort import Span

COLUMNS: Final = (
    "deployment_id", "start", "scientific_name", "count", "event_id", "life_stage", "individual", "sex",
)  # fmt: skip
"""What is read of an observation, in the order of `Seen`."""
Seen = tuple[int, datetime.datetime, str, int | None, int | None, str, str, str]
_SEX: Final = {"female": "F", "male": "M"}


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


def cameras_of(rows: Sequence[Deployment]) -> Cameras:
    """The cameras of deployments. Stations with the same code in two projects are two stations."""
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


def sightings_of(
    found: Sequence[Seen],
    met: Sequence[Met],
    rows: Sequence[Deployment],
    period: tuple[datetime.date, datetime.date],
) -> Sightings:
    """The sightings of observations at deployments within local days, with the animals that were known.

    Where people have identified animals, their word counts alone; else the names that records came with.
    A meeting whose observation is not found (it has no sequence) is a sighting of its own.
    """
    places = {row.pk: k for k, row in enumerate(rows)}
    here = [one for one in met if one.deployment in places]
    if here:
        seen, named, who = _identified(found, here)
    else:
        seen, named, who = list(found), [(row[6], 0) for row in found], _as_recorded(found)
    return _within(_arrays(seen, named, who, rows, places), period)


def _identified(
    found: Sequence[Seen], met: Sequence[Met]
) -> tuple[list[Seen], list[tuple[str, int]], dict[str, Who]]:
    """Each meeting is put to an observation of its sequence: cubs of known mothers to those of juveniles."""
    waiting: dict[tuple[int | None, str], list[Met]] = {}
    for one in met:
        waiting.setdefault((one.event, one.who.species), []).append(one)
    names = {binomial(row[2]): row[2] for row in found}
    named: list[tuple[str, int]] = []
    for row in found:
        those = waiting.get((row[4], binomial(row[2])), []) if row[4] is not None else []
        young = row[5] == Observation.Stage.JUVENILE
        fitting = next((one for one in those if bool(one.who.mother) == young), None)
        if fitting is not None:
            those.remove(fitting)
        named.append((fitting.who.name, fitting.side) if fitting else ("", 0))
    seen = list(found)
    for one in (one for those in waiting.values() for one in those):
        seen.append(
            (one.deployment, one.time, names.get(one.who.species, one.who.species), 1, one.event, "", "", "")
        )
        named.append((one.who.name, one.side))
    return seen, named, {one.who.name: one.who for one in met}


def _as_recorded(found: Sequence[Seen]) -> dict[str, Who]:
    """The individuals that records name; their sex where all of them agree."""
    sexes: dict[str, set[str]] = {}
    for row in found:
        if row[6]:
            sexes.setdefault(row[6], set()).update({_SEX[row[7]]} if row[7] in _SEX else ())
    return {name: Who(name, next(iter(told)) if len(told) == 1 else "") for name, told in sexes.items()}


def _arrays(
    seen: Sequence[Seen],
    named: Sequence[tuple[str, int]],
    who: dict[str, Who],
    rows: Sequence[Deployment],
    places: dict[int, int],
) -> Sightings:
    numbers = {name: k for k, name in enumerate(who)}
    names = tuple(sorted({row[2] for row in seen}))
    kinds = {name: k for k, name in enumerate(names)}
    deployment = _whole([places[row[0]] for row in seen])
    zones = [row.time_zone for row in rows]
    return Sightings(
        deployment,
        _local(_stamps([row[1] for row in seen]), [zones[k] for k in deployment.tolist()]),
        _whole([kinds[row[2]] for row in seen]),
        names,
        _whole([row[3] or 0 for row in seen]),
        _whole([-1 if row[4] is None else row[4] for row in seen]),
        _whole([numbers.get(name, -1) for name, _side in named]),
        _whole([side for _name, side in named]),
        np.array([row[5] == Observation.Stage.JUVENILE for row in seen], dtype=bool),
        tuple(who),
        tuple(one.sex for one in who.values()),
        tuple(numbers.get(one.mother, -1) for one in who.values()),
    )


def _within(sightings: Sightings, period: tuple[datetime.date, datetime.date]) -> Sightings:
    days = sightings.time.astype("M8[D]")
    low, high = (np.datetime64(day, "D") for day in period)
    return sightings.where((days >= low) & (days <= high))


def _whole(values: Sequence[int]) -> Any:
    return np.array(values, dtype=np.int64)


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
